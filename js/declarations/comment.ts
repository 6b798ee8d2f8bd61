// JSDoc comment of a type or a member.

/** Writes a comment above what it is about; nothing without lines. No text ends it before its end. */
export function writeComment(texts: readonly string[], before: string): string {
  const lines = texts.flatMap((text) => text.trim().split(/\r\n|[\r\n\u2028\u2029]/)).map(escape)
  const [first] = lines
  if (first === undefined) return ''
  if (lines.length === 1) return `${before}/** ${first} */\n`
  return `${before}/**\n${lines.map((line) => `${before} *${line === '' ? '' : ` ${line}`}\n`).join('')}${before} */\n`
}

/** A line that ends no comment, and has no characters that a terminal or an editor obeys. */
function escape(line: string): string {
  return line
    .replaceAll('*/', '*\\/')
    .replaceAll(/\p{Cc}/gu, ' ')
    .toWellFormed()
    .trimEnd()
}
