// Held expiry: the timer of the next held change that expires.

import { unref } from '../border/realm'
import { MOST_WAIT_MS } from '../border/timers'

/** Expires held changes in time. */
export class HeldExpiry {
  readonly #expire: () => number | null
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  /** `expire` settles expired changes, and returns when the next one expires, in ms since 1970. */
  constructor(expire: () => number | null) {
    this.#expire = expire
  }

  /** Settles expired changes, and sets the timer for the next one. */
  run(): void {
    clearTimeout(this.#timer)
    if (this.#isStopped) return
    const next = this.#expire()
    if (next == null) return
    const wait = Math.min(Math.max(next - Date.now(), 0) + 1, MOST_WAIT_MS)
    this.#timer = setTimeout(() => this.run(), wait)
    unref(this.#timer)
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }
}
