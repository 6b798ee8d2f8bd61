// Content list: the items that some callers are listed, with their digest, in pages by bytes.

import { createHash } from 'node:crypto'
import type { ContentItem } from './content-item'

/** One list. It never changes. */
export class ContentList<Item extends ContentItem> {
  readonly items: readonly Item[]
  readonly #byKey: ReadonlyMap<string, Item>
  #digest: string | undefined
  #pages: readonly string[] | undefined

  constructor(items: readonly Item[]) {
    this.items = items
    this.#byKey = new Map(items.map((item) => [item.key, item]))
  }

  find(key: string): Item | undefined {
    return this.#byKey.get(key)
  }

  /** Tells lists apart: the same items in the same order have the same one. */
  get digest(): string {
    if (this.#digest !== undefined) return this.#digest
    const hash = createHash('sha256')
    for (const { text } of this.items) hash.update(`${text.length} ${text}\n`)
    return (this.#digest = hash.digest('base64url'))
  }

  /** The pages as JSON lists. A page ends before the item that would make it longer than `pageBytes`. */
  pages(pageBytes: number): readonly string[] {
    return (this.#pages ??= cut(this.items, pageBytes))
  }
}

function cut(items: readonly ContentItem[], pageBytes: number): readonly string[] {
  const pages: string[] = []
  let page: string[] = []
  let bytes = 0
  for (const { text } of items) {
    const length = Buffer.byteLength(text) + 1
    if (page.length > 0 && bytes + length > pageBytes) {
      pages.push(`[${page.join(',')}]`)
      page = []
      bytes = 0
    }
    page.push(text)
    bytes += length
  }
  return [...pages, `[${page.join(',')}]`]
}
