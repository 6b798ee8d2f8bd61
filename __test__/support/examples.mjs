// Examples in Markdown pages: their code, and what they claim to print.

/**
 * The code blocks of these languages, each with the heading that it stands under. `<!-- run: no -->` before a block
 * leaves it out.
 */
export function codeBlocks(text, languages) {
  const found = []
  let heading = 'top'
  const pattern = new RegExp(
    `^#+ (.*)$|(<!-- run: no -->\\s*)?^\`\`\`(${languages.join('|')})\\n([\\s\\S]*?)^\`\`\``,
    'gm',
  )
  for (const [, title, unrun, language, code] of text.matchAll(pattern)) {
    if (title !== undefined) heading = title
    else if (unrun === undefined) found.push({ heading, language, code })
  }
  return found
}

/** What an example says beside `console.log`, up to where it stops being output: `// [ 'a' ]`, `// true 5 …`. */
export const claimsOf = (code) =>
  [...code.matchAll(/console\.log\(.*\/\/ ((?:[['{\dA-Z]|true|false).*)$/gm)].map(([, claim]) =>
    claim.split(' …')[0].trim(),
  )

export const spaceless = (text) => text.replace(/\s+/g, '')
