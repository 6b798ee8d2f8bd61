// Turns: work on one name waits for what is under way for it.

export class Turns {
  readonly #check: () => void
  readonly #turns = new Map<string, Promise<unknown>>()

  /** `check` throws where nothing may begin any more. */
  constructor(check: () => void) {
    this.#check = check
  }

  /** Works after what is under way for a name, whatever became of it. */
  take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(() => {
      this.#check()
      return work()
    })
    const over = turn.then(
      () => {},
      () => {},
    )
    this.#turns.set(name, over)
    void over.then(() => this.#turns.get(name) === over && this.#turns.delete(name))
    return turn
  }
}
