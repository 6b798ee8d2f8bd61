// Freed names: which names of tools and sources became free since the sources that wait for one were tried last.

import type { ChangeSet } from '../../../index'
import type { FaultWords } from '../source/module-source'

export class FreedNames {
  #mayBeAny = false
  readonly #tools = new Set<string>()
  readonly #sources = new Set<string>()

  /** Names became free, and it is not known which. */
  noteAny(): void {
    this.#mayBeAny = true
  }

  /** Notes what a revision removed. Returns whether that was anything. */
  noteChange({ removed, source }: ChangeSet): boolean {
    for (const tool of removed) this.#tools.add(tool)
    if (removed.length > 0 && source !== undefined) this.#sources.add(source)
    return removed.length > 0
  }

  /** Whether one of these faults may have ended. From now on the names noted so far count no more. */
  take(faults: readonly FaultWords[]): boolean {
    const isFreed = ({ holder, sourceName }: FaultWords): boolean =>
      (holder !== undefined && this.#tools.has(holder)) || (sourceName !== undefined && this.#sources.has(sourceName))
    const taken = this.#mayBeAny || faults.some(isFreed)
    this.#mayBeAny = false
    this.#tools.clear()
    this.#sources.clear()
    return taken
  }
}
