// Abandoned calls: cancelled calls of a legacy server that may still run there. What such a call asks must not reach the
// caller of another one.

import { startIdleTimer, startTimer } from '../../border/timers'

/** How long an abandoned call is thought to run where the server says nothing, in ms. */
const MOST_MS = 30_000
/** How long another call waits for the end of those, in ms. */
const HOLD_MS = 1_000
/** The first answer says that the server has read the cancellation, the second that it has worked since. */
const PINGS = 2

/** Counts the abandoned calls of one connection. */
export class AbandonedCalls {
  readonly #ping: (signal: AbortSignal) => Promise<unknown>
  #count = 0
  #clear: Promise<void> | undefined

  /** `ping` asks the server for a sign of life, after what was sent before. */
  constructor(ping: (signal: AbortSignal) => Promise<unknown>) {
    this.#ping = ping
  }

  /** Whether a question can only come from a call that is waited for. */
  get isEmpty(): boolean {
    return this.#count === 0
  }

  /** A call was cancelled. */
  add(): void {
    this.#count++
    const clear = this.#follow().finally(() => {
      this.#count--
      if (this.#clear === clear) this.#clear = undefined
    })
    this.#clear = clear
  }

  /** Waits until no abandoned call is thought to run, for a short time at most; `undefined` where there is none. */
  whenClear(): Promise<void> | undefined {
    const clear = this.#clear
    if (clear === undefined) return undefined
    return new Promise((resolve) => {
      const stop = startTimer(HOLD_MS, resolve)
      void clear.then(() => {
        stop()
        resolve()
      })
    })
  }

  async #follow(): Promise<void> {
    // What is said of the cancellation is sent first.
    await new Promise(setImmediate)
    const late = new AbortController()
    const stop = startIdleTimer(MOST_MS, () => late.abort())
    for (let count = 0; count < PINGS && !late.signal.aborted; count++) {
      // An error is a sign of life, too.
      await this.#ping(late.signal).catch(() => {})
    }
    stop()
  }
}
