// Visible text: characters that a person would not see, or that change how others are shown, as their escapes.

/**
 * Controls, formats (zero width, bidirectional), tags, private and unassigned characters, halves of surrogate pairs, what
 * is shown as nothing (variation selectors, fillers), separators, and blanks other than the space.
 */
const HIDDEN = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800]|(?! )\p{Zs}/gu

/** Writes hidden characters as escapes, such as `\u{200B}`. Line feeds stay where `hasLines`. */
export function visibleText(text: string, hasLines = false): string {
  return text.replace(HIDDEN, (hidden) =>
    hasLines && hidden === '\n' ? hidden : `\\u{${(hidden.codePointAt(0) as number).toString(16).toUpperCase()}}`,
  )
}
