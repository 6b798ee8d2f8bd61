// Well-formed JSON: Rust has no text with half of a surrogate pair.

/** Half a surrogate pair as `JSON.stringify` writes it, after complete escaped backslashes. */
const HALF = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g

/** Replaces each half of a surrogate pair in JSON by U+FFFD. */
export function whole(text: string): string
export function whole(text: string | undefined): string | undefined
export function whole(text: string | undefined): string | undefined {
  return text !== undefined && text.includes('\\ud') ? text.replace(HALF, '$1\ufffd') : text
}
