// Foreign names: the names of the tools that a foreign server lists itself. They stay what they are.

import type { ForeignHandler } from './foreign-server'

/** How many pages of their list are read at most, where nobody else has read it. */
const MOST_PAGES = 1_000
/** How many walks through their list are followed at once. */
const MOST_WALKS = 64

/** A list of tools as a handler returns it. */
export interface ForeignList {
  readonly tools: readonly { readonly name: string }[]
  readonly nextCursor?: string
}

/** The names of the tools of a foreign server. */
export class ForeignNames {
  /** Their handler of `tools/list`. */
  list: ForeignHandler | undefined
  #names = new Set<string>()
  /** Whether a walk through their list has come to its end. */
  #isKnown = false
  /** Walks that are under way: the names of their pages so far, by the cursor of the page that comes next. */
  readonly #walks = new Map<unknown, ReadonlySet<string>>()

  has(name: string): boolean {
    return this.#names.has(name)
  }

  /**
   * Adds the names of a page, by the cursor that led to it. Names are forgotten at the end of a walk from the first page
   * alone: at any page before it, those of later pages are still theirs.
   */
  add(cursor: unknown, { tools, nextCursor }: ForeignList): void {
    const before = cursor === undefined ? new Set<string>() : this.#walks.get(cursor)
    const read = new Set(before)
    for (const { name } of tools) {
      read.add(name)
      this.#names.add(name)
    }
    // A walk that began elsewhere says nothing of the pages before.
    if (before === undefined) return
    if (nextCursor === undefined) {
      this.#names = read
      this.#isKnown = true
      return
    }
    this.#walks.delete(nextCursor)
    this.#walks.set(nextCursor, read)
    const [oldest] = this.#walks.keys()
    if (this.#walks.size > MOST_WALKS) this.#walks.delete(oldest)
  }

  /** Reads their list, if nobody has read it to its end. `extra` is what the server knows of the request. */
  async learn(extra: unknown): Promise<void> {
    const { list } = this
    if (list === undefined || this.#isKnown) return
    let cursor: string | undefined
    for (let page = 0; page < MOST_PAGES; page++) {
      const params = cursor === undefined ? {} : { cursor }
      const found = (await list({ method: 'tools/list', params }, extra)) as ForeignList
      this.add(cursor, found)
      if (found.nextCursor === undefined || found.nextCursor === cursor) return
      cursor = found.nextCursor
    }
  }
}
