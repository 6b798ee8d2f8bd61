// Events: calls the listeners of a registry, each isolated from the failures of others.

import { isThenable } from '../border/thenable'
import { describeUnknown, invalidOption } from '../border/options'
import type { RegistryEvents } from '../../index'

/** The name of an event. */
export type EventName = keyof RegistryEvents

/** Adds a listener of an event; the returned function removes it. */
export type Subscribe = <Name extends EventName>(
  name: Name,
  listener: (event: RegistryEvents[Name]) => void,
) => () => void

export const NAMES: readonly EventName[] = Object.freeze([
  'change',
  'reloaded',
  'reloadDegraded',
  'reloadFailed',
  'upstream',
  'upstreamLog',
  'sourceMissing',
  'held',
  'settled',
  'downgrade',
  'quarantined',
  'watchPolling',
  'watchBlind',
  'versionReturned',
  'versionMissing',
  'auditFailed',
  'stateFailed',
  'call',
  'approval',
  'approvalSettled',
  'toolLog',
  'outputMismatch',
  'spoofAttempt',
  'idempotencyEvicted',
  'searchFault',
  'missed',
  'listenerFailed',
])

/** Calls the listener of one event. A listener may return anything, a promise as well. */
type Entry = (event: RegistryEvents[EventName]) => unknown

/** Calls listeners in order. One that throws becomes an event and does not stop the others. */
export class Events {
  readonly #listeners = new Map<EventName, Set<Entry>>()
  #heard = 0
  /** Called when the first user listener is added and the last is removed. */
  readonly turns = new Set<() => void>()

  /** Whether a user listener exists. */
  get isHeard(): boolean {
    return this.#heard > 0
  }

  /** Adds a listener; `isOwn` says that it is internal. The returned function removes it. */
  on<Name extends EventName>(
    name: Name,
    listener: (event: RegistryEvents[Name]) => unknown,
    isOwn = false,
  ): () => void {
    if (!NAMES.includes(name)) throw invalidOption('event', describeUnknown(name, NAMES))
    if (typeof listener !== 'function') throw invalidOption('listener', 'must be a function')
    // A wrapper for each: a function that is added twice is called twice and removed one at a time.
    // Its set has the name of the event, so `emit` calls it with that event alone.
    const entry: Entry = (event) => listener(event as RegistryEvents[Name])
    const entries = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, entries.add(entry))
    if (!isOwn) this.#count(1)
    return () => void (entries.delete(entry) && !isOwn && this.#count(-1))
  }

  #count(more: number): void {
    const before = this.isHeard
    this.#heard += more
    if (this.isHeard !== before) for (const turn of this.turns) turn()
  }

  has(name: EventName): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0
  }

  emit<Name extends EventName>(name: Name, event: RegistryEvents[Name]): void {
    const entries = this.#listeners.get(name)
    if (entries === undefined) return
    // A copy: a listener may add and remove others, which counts from the next event.
    const called = [...entries]
    for (const entry of called) {
      try {
        const returned = entry(event)
        if (isThenable(returned))
          returned.then(
            () => {},
            (error: unknown) => this.#failed(name, error),
          )
      } catch (error) {
        this.#failed(name, error)
      }
    }
  }

  #failed(event: EventName, error: unknown): void {
    if (event !== 'listenerFailed') this.emit('listenerFailed', Object.freeze({ event, error }))
  }
}
