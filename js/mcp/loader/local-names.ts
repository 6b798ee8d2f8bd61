// Local names: the name of an upstream's tool in the registry, before its namespace.

import { createHash } from 'node:crypto'

/** The number of hex digits that stand for the rest of a name that is too long. */
const HASH_DIGITS = 8

/**
 * A name of `A-Za-z0-9_-`, at most `most` long: other characters become `_`, and the end of a longer name a hash of the
 * whole name. It depends on that name alone, so that it stays whatever else the upstream lists.
 */
export function localName(own: string, most: number): string {
  const portable = own.replace(/[^A-Za-z0-9_-]/gu, '_')
  if (portable === '' || portable.length > most) {
    const hash = createHash('sha256').update(own).digest('hex').slice(0, HASH_DIGITS)
    return `${portable.slice(0, Math.max(most - HASH_DIGITS - 1, 0))}_${hash}`.slice(0, most)
  }
  return portable
}
