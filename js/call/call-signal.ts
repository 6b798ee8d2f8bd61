// Call signal: the AbortSignal of one call, and who is told and asked while it lasts.

import type { Call, CallEnvironment, CallListeners } from './interfaces'
import type { CallAsking } from './questions'

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
