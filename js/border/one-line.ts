// One line: what an API calls its tools and sources, as data in a text that a model reads.

/** The most characters of a name. */
const MOST_NAME = 40

/** A text without line breaks, and without characters that nobody sees, cut to `most` characters. */
export function oneLine(text: string, most = MOST_NAME): string {
  const visible = text.replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim()
  return visible.length > most ? `${wellCut(visible, most - 1)}…` : visible
}

/** Cuts a text, and no surrogate pair in it. */
export function wellCut(text: string, length: number): string {
  return text
    .slice(0, length)
    .toWellFormed()
    .replace(/\uFFFD$/u, '')
}
