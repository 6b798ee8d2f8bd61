// Documents as data, read by parsers that are not toolrack's.
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml'

const YAML = { schema: CORE_SCHEMA.withTags(mergeTag) }
/** Lines of a document that may stand too far left. */
const MENDED = 500

/** The text of a document's bytes. */
export function textOf(bytes) {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
  return new TextDecoder(encoding, { fatal: true }).decode(bytes)
}

/** The data of a document's text; throws where it is neither JSON nor YAML. */
export function parse(text) {
  if (/^\s*[{[]/.test(text)) {
    try {
      return JSON.parse(text)
    } catch {
      // A comma behind the last member, or a comment: YAML takes both.
    }
  }
  return yaml(text)
}

/** Publishers have lines of quoted texts and of brackets too far left: blanks before them are no part of the value. */
function yaml(text) {
  const lines = text.split('\n')
  for (let left = MENDED; ; left--) {
    try {
      return load(lines.join('\n'), YAML)
    } catch (error) {
      if (error.reason !== 'deficient indentation' || left === 0) throw error
      lines[error.mark.line] = ' '.repeat(80) + lines[error.mark.line]
    }
  }
}

/** Whether a text is right for a strict reader too: a key that stands twice in a map is a fault, in JSON as in YAML. */
export function isWellFormed(text) {
  try {
    load(text, YAML)
    return true
  } catch {
    return false
  }
}
