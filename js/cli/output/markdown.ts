// Markdown: tables of texts that nobody checked, for a comment of a pull request.

/** What has a meaning in a cell of a table, or makes a link, a mention or HTML. */
const SPECIAL = /[\\`*_[\]<>|~#@&]/g

/** The lines of a table. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)]
}

/** A text as itself. */
export function markdownText(text: string): string {
  return text.replace(/\s+/g, ' ').replace(SPECIAL, (character) => `&#${character.charCodeAt(0)};`)
}

/** A text in the type of code. */
export function markdownCode(text: string): string {
  return `<code>${markdownText(text)}</code>`
}
