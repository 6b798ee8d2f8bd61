// Subscriptions: listeners of a registry's events, loops over its changes, and decisions about calls that wait.

import type { PendingApproval, ChangeSet, RegistryEvents } from '../../index'
import { checkOptions, invalidOption } from '../border/options'
import { raise } from '../border/raised-error'
import { checkSignal } from '../call/abort-signals'
import type { Closures } from '../closures'
import { Changes } from '../observe/changes'

/** Events that registry changes cause. Rust sends them from the first listener on. */
const REVISION_EVENTS: readonly unknown[] = Object.freeze(['change', 'versionReturned', 'versionMissing'])

/** Reads the options of a loop over changes: the signal that ends it. */
export function readSignal(options: unknown): AbortSignal | undefined {
  return checkSignal(checkOptions(options, ['signal']).signal)
}

/** Listeners, change loops and approvals of one registry. */
export class Subscriptions {
  readonly #closures: Closures
  #isListening = false
  #isClosed = false
  /** Ends loops over changes. */
  readonly #loops = new Set<() => void>()

  constructor(closures: Closures) {
    this.#closures = closures
  }

  /** Whether Rust sends the events that registry changes cause. */
  get isListening(): boolean {
    return this.#isListening
  }

  /** Adds a listener; the returned function removes it. */
  on<Name extends keyof RegistryEvents>(event: Name, listener: (event: RegistryEvents[Name]) => void): () => void {
    this.#checkOpen()
    const off = this.#closures.events.on(event, listener)
    if (REVISION_EVENTS.includes(event)) this.#listen()
    return off
  }

  /** Adds a listener of changes for toolrack itself; the returned function removes it. */
  onOwnChange(listener: (change: ChangeSet) => void): () => void {
    const off = this.#closures.events.on('change', listener, true)
    this.#listen()
    return off
  }

  #listen(): void {
    if (this.#isListening) return
    this.#isListening = true
    this.#closures.native.listen()
  }

  /** Opens a loop over changes. */
  changes(signal: AbortSignal | undefined): Changes {
    this.#checkOpen()
    return new Changes((event, listener) => this.on(event, listener), signal, this.#loops)
  }

  /** The calls that wait for approval, the oldest first. */
  approvals(): PendingApproval[] {
    this.#checkOpen()
    return this.#closures.approvals?.list() ?? []
  }

  /** Decides about a call that waits. Throws `UNKNOWN_APPROVAL`. */
  decide(id: unknown, isApproved: boolean, options: unknown): void {
    this.#checkOpen()
    if (typeof id !== 'string') throw invalidOption('id', 'must be the id of an approval request')
    const { approvals } = this.#closures
    if (approvals === undefined) throw raise('UNKNOWN_APPROVAL', { id })
    approvals.decide(id, isApproved, options)
  }

  /** Ends all loops over changes, each of which removes itself from the set, and all waits for approval. */
  close(): void {
    this.#isClosed = true
    for (const end of this.#loops) end()
    this.#closures.approvals?.close()
  }

  #checkOpen(): void {
    if (this.#isClosed) throw raise('CLOSED', { what: 'registry' })
  }
}
