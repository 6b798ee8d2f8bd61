// Load turns: loads and removals of one `ToolModules` run one after another. Each writes through the loader of its turn.

import type { NativeLoader } from '../../border/native'

export class LoadTurns {
  readonly #own: NativeLoader
  /** The loader of the turn that is under way: that of a revision group, where the turn belongs to one. */
  #loader: NativeLoader
  #last: Promise<unknown> = Promise.resolve()

  constructor(own: NativeLoader) {
    this.#own = own
    this.#loader = own
  }

  get loader(): NativeLoader {
    return this.#loader
  }

  /** Works after all turns before: two of them never work on one source. */
  run<T>(work: () => Promise<T>, loader: NativeLoader = this.#own): Promise<T> {
    const turn = this.#last.then(async () => {
      this.#loader = loader
      try {
        return await work()
      } finally {
        this.#loader = this.#own
      }
    })
    const nothing = (): void => {}
    this.#last = turn.then(nothing, nothing)
    return turn
  }
}
