// Cursor of `tools/list`: the list that a walk reads, by its digest, and the page that comes next.

/** A place in a list of tools. */
export interface Cursor {
  /** The digest of the list. */
  readonly digest: string
  /** The index of the page. */
  readonly page: number
}

/**
 * Writes a cursor. It is no secret and needs no signature: it leads to lists that its principal may see, and to nothing
 * else.
 */
export function writeCursor({ digest, page }: Cursor): string {
  return `${page}.${digest}`
}

/** Reads a cursor; nothing for another text. */
export function readCursor(text: string): Cursor | undefined {
  const [, page, digest] = /^([1-9]\d{0,4})\.([\w-]{1,128})$/.exec(text) ?? []
  return page === undefined || digest === undefined ? undefined : { digest, page: Number(page) }
}
