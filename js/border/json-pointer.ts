// JSON pointer (RFC 6901): escaping of a key.

/** Escapes a key for a JSON pointer (RFC 6901). */
export function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
