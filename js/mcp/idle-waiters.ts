// Idle waiters: those who wait until nothing is under way. A server and one of its listeners may close at once.

/** Who waits for the end of what is under way. */
export class IdleWaiters {
  #waiting: (() => void)[] = []

  /** Resolves at once where nothing is under way, else at the next {@link wake}. */
  wait(isIdle: boolean): Promise<void> {
    return isIdle ? Promise.resolve() : new Promise((resolve) => void this.#waiting.push(resolve))
  }

  /** Nothing is under way any more. */
  wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
