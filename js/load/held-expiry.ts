// Held expiry: the timer of the next held change that expires.

import type { Clock, Timer } from '../border/clock'
import { unref } from '../border/realm'
import { MOST_WAIT_MS } from '../border/timers'

/** Expires held changes in time. */
export class HeldExpiry {
  readonly #expire: () => number | null
  readonly #clock: Clock
  #timer: Timer
  #isStopped = false

  /** `expire` settles expired changes, and returns when the next one expires, in ms since 1970. */
  constructor(expire: () => number | null, clock: Clock) {
    this.#expire = expire
    this.#clock = clock
  }

  /** Settles expired changes, and sets the timer for the next one. */
  run(): void {
    this.#clock.stopTimer(this.#timer)
    if (this.#isStopped) return
    const next = this.#expire()
    if (next == null) return
    const wait = Math.min(Math.max(next - this.#clock.unixTime(), 0) + 1, MOST_WAIT_MS)
    this.#timer = this.#clock.startTimer(() => this.run(), wait)
    unref(this.#timer)
  }

  stop(): void {
    this.#isStopped = true
    this.#clock.stopTimer(this.#timer)
  }
}
