// Portable name: the name of a tool that only its export or its file names.

import { createHash } from 'node:crypto'

/** The longest portable name, and how much of a longer one stays before its hash. */
const LONGEST = 64
const KEPT = LONGEST - 9

/**
 * The form of a name that every provider accepts, by the rule of `core/src/tool/name.rs`: `crm.v2` becomes `crm_v2`. Runs
 * of other characters become one `_`, a leading digit gets one in front, a longer name ends in a hash of the whole.
 */
export function portableName(name: string): string {
  if (/^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$/.test(name)) return name
  const trimmed = name.replace(/^[^a-zA-Z0-9_]+|[^a-zA-Z0-9_]+$/gu, '')
  let text = ''
  for (const character of trimmed) {
    if (/[a-zA-Z0-9_-]/.test(character)) text += character
    else if (!text.endsWith('_')) text += '_'
  }
  if (!/^[a-zA-Z_]/.test(text)) text = `_${text}`
  return text.length > LONGEST ? `${text.slice(0, KEPT)}_${shortHash(name)}` : text
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}
