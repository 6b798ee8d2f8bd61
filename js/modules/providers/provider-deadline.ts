// Provider deadline: ends the wait for a provider that does not answer, or whose lease is closed.

import { ignoreRejection } from '../../border/error'
import type { StartTimer } from '../../border/timers'

/** A wait of bounded length for what methods of a provider answer, one after the other. */
export class ProviderDeadline {
  readonly #over: Promise<never>
  #reject: (reason: unknown) => void = () => {}
  readonly #stop: () => void
  #method = ''
  #isOver = false

  /** `timedOut` makes the error of a method that did not answer. */
  constructor(ms: number, startTimer: StartTimer, timedOut: (method: string) => unknown) {
    this.#over = new Promise((_, reject) => (this.#reject = reject))
    // It may end when nobody waits.
    ignoreRejection(this.#over)
    this.#stop = startTimer(ms, () => this.end(timedOut(this.#method)))
  }

  /** Whether nobody waits any more. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** Waits for an answer. One that comes too late is ignored, and so is its rejection. */
  wait<T>(method: string, answer: Promise<T>): Promise<T> {
    this.#method = method
    return Promise.race([answer, this.#over])
  }

  /** Ends the wait with an error. */
  end(reason: unknown): void {
    this.clear()
    this.#reject(reason)
  }

  /** Stops the timer. */
  clear(): void {
    this.#isOver = true
    this.#stop()
  }
}
