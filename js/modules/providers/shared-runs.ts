// Shared runs: work that runs once at a time; callers that come meanwhile share one more run.

export class SharedRuns<T> {
  readonly #work: () => Promise<T>
  #running: Promise<T> | undefined
  #next: Promise<T> | undefined

  constructor(work: () => Promise<T>) {
    this.#work = work
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** Whether another run follows the present one. */
  get hasNext(): boolean {
    return this.#next !== undefined
  }

  /** Runs now, or after the present run. */
  run(): Promise<T> {
    if (this.#next !== undefined) return this.#next
    if (this.#running === undefined) return this.#start()
    const start = (): Promise<T> => {
      this.#next = undefined
      return this.#start()
    }
    return (this.#next = this.#running.then(start, start))
  }

  #start(): Promise<T> {
    // The work begins when it is known to run: it may call for another run.
    const running = Promise.resolve().then(this.#work)
    return (this.#running = running.finally(() => (this.#running = undefined)))
  }
}
