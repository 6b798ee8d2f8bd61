// Load waits: what the loads of one `ToolModules` wait for. Its end ends all waits at once.

import { ignoreRejection } from '../../border/error'
import { withDeadline } from '../../border/timers'

export class LoadWaits {
  readonly #rejects = new Set<(reason: unknown) => void>()
  #end: { readonly reason: unknown } | undefined

  /** Waits for work, not longer than `ms` and not beyond the end. What comes later is ignored. */
  within<T>(work: Promise<T>, ms: number, late: () => unknown): Promise<T> {
    return withDeadline(this.untilEnd(work), ms, late)
  }

  /** Waits for work, not beyond the end. */
  untilEnd<T>(work: Promise<T>): Promise<T> {
    if (this.#end !== undefined) {
      ignoreRejection(work)
      return Promise.reject(this.#end.reason)
    }
    return new Promise((resolve, reject) => {
      this.#rejects.add(reject)
      const over = (): void => void this.#rejects.delete(reject)
      work.then(resolve, reject).finally(over)
    })
  }

  /** Ends all waits, and those to come. */
  end(reason: unknown): void {
    this.#end = { reason }
    for (const reject of this.#rejects) reject(reason)
    this.#rejects.clear()
  }
}
