// AbortSignal: one listener for each signal of a caller, shared by all calls that wait on it; and signals of our own.

import { invalidOption } from '../border/options'
import { isAbortSignal } from '../border/realm'
import type { Call, CallEnvironment, CallListeners } from './interfaces'
import type { CallAsking } from './questions'

/**
 * One listener on the AbortSignal of a caller, shared by all waiting calls. Node warns of a leak
 * (`MaxListenersExceededWarning`) above ten listeners, and an agent easily makes more calls at once.
 */
class SignalListener {
  readonly #signal: AbortSignal
  readonly #callbacks = new Set<() => void>()
  readonly #callAll = () => {
    LISTENERS.delete(this.#signal)
    // A copy: a callback that another one removes is called all the same.
    for (const callback of Array.from(this.#callbacks)) callback()
  }

  constructor(signal: AbortSignal) {
    this.#signal = signal
    LISTENERS.set(signal, this)
    signal.addEventListener('abort', this.#callAll, { once: true })
  }

  add(callback: () => void): void {
    this.#callbacks.add(callback)
  }

  /** Removes a callback; the last one removes the listener. */
  remove(callback: () => void): void {
    if (!this.#callbacks.delete(callback) || this.#callbacks.size > 0 || LISTENERS.get(this.#signal) !== this) return
    LISTENERS.delete(this.#signal)
    this.#signal.removeEventListener('abort', this.#callAll)
  }
}

/** One listener for each signal, for all registries of the thread. */
const LISTENERS = new WeakMap<AbortSignal, SignalListener>()

/** The signal of a caller within the package: an AbortController costs more than a whole call. */
export class CancelSignal {
  readonly #callbacks = new Set<() => void>()
  #reason: unknown

  get aborted(): boolean {
    return this.#reason !== undefined
  }

  get reason(): unknown {
    return this.#reason
  }

  abort(): void {
    if (this.aborted) return
    this.#reason = new DOMException('This operation was aborted', 'AbortError')
    // A copy: a callback that another one removes is called all the same.
    for (const callback of Array.from(this.#callbacks)) callback()
  }

  /** Calls `callback` at {@link abort}. The returned function cancels that. */
  onAbort(callback: () => void): () => void {
    this.#callbacks.add(callback)
    return () => void this.#callbacks.delete(callback)
  }

  static is(value: unknown): value is CancelSignal {
    return value !== null && typeof value === 'object' && #callbacks in value
  }
}

/** What cancels a call. */
export type CallerSignal = AbortSignal | CancelSignal

/** Calls `callback` when a signal aborts. The returned function cancels that. */
export function onAbort(signal: CallerSignal, callback: () => void): () => void {
  if (CancelSignal.is(signal)) return signal.onAbort(callback)
  const listener = LISTENERS.get(signal) ?? new SignalListener(signal)
  listener.add(callback)
  return () => listener.remove(callback)
}

/** Checks the signal of a caller. A proxy of a signal passes for one and throws at the first access. */
export function checkSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined) return undefined
  if (!isAbortSignal(signal)) throw invalidOption('signal', 'must be an AbortSignal')
  return signal
}

/** Checks the signal of a call: that of a caller, or one of our own. */
export function checkCallSignal(signal: unknown): CallerSignal | undefined {
  return CancelSignal.is(signal) ? signal : checkSignal(signal)
}

/** Who gets the pieces of a result: the reader of a stream, or a listener beside the caller, who gets them collected. */
export type PieceReader = 'stream' | 'listener'

/** Those of a caller who can be asked nothing by others. */
const NO_ROUNDS: CallAsking['rounds'] = Object.freeze({ capabilities: Object.freeze({}) })

/** The AbortSignal of one call, made on first use: an AbortController costs more than a whole call. */
export class CallSignal {
  #controller: AbortController | undefined
  #reason: unknown
  #listener: (() => void) | undefined
  /** Who gets the pieces of the call's result; undefined where they are collected alone. */
  reader: PieceReader | undefined
  /** Who is told something while the call lasts; undefined where nobody is. */
  listeners: CallListeners | undefined
  /** The call of a program, whose questions its environment answers. */
  call: Call | undefined
  #asking: CallAsking | undefined
  readonly #environment: CallEnvironment | undefined

  constructor(environment?: CallEnvironment) {
    this.#environment = environment
  }

  /** The events of the registry. */
  get events(): CallEnvironment['events'] | undefined {
    return this.#environment?.events
  }

  /** How the call asks; undefined where nobody answers. */
  get asking(): CallAsking | undefined {
    const { listeners, call } = this
    if (listeners?.ask !== undefined) return { ask: listeners.ask, rounds: listeners.rounds ?? NO_ROUNDS }
    return call && (this.#asking ??= this.#environment?.askingOf(call))
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#reason !== undefined) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  /** Whether the call is over. It makes no AbortController. */
  get isAborted(): boolean {
    return this.#reason !== undefined
  }

  /** Sets the internal listener, which needs no AbortController; one at a time. */
  onAbort(listener: () => void): void {
    if (this.#reason === undefined) this.#listener = listener
    else listener()
  }

  abort(reason: unknown): void {
    if (this.#reason !== undefined) return
    this.#reason = reason
    this.#listener?.()
    this.#controller?.abort(reason)
  }
}
