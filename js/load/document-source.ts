// Document source: where a document or an overlay comes from, as Rust takes it.

import { givenOption } from '../border/given-members'
import { jsonText, unwritable } from '../border/json'
import { invalidOption, readOption } from '../border/options'
import { isArrayBuffer, isUint8Array, isUrl } from '../border/realm'

/** Default limit of values in a document (`limits.nodes`). */
const MOST_NODES = 3_000_000

/**
 * Converts a source for Rust: a path, URL or text stays text, bytes stay bytes, an object becomes JSON bytes. `limits`
 * is the option of the load, unchecked.
 */
export function readSource(option: string, source: unknown, limits: unknown): string | Uint8Array {
  if (typeof source === 'string') return source
  const read = readOption(option, () => {
    if (isUrl(source)) return source.href
    if (isUint8Array(source)) return source
    return isArrayBuffer(source) ? new Uint8Array(source) : undefined
  })
  if (read !== undefined) return read
  if (source !== null && typeof source === 'object') return writeDocument(option, source, limits)
  throw invalidOption(option, 'must be a path, an address, a text, bytes or an object')
}

/** Writes a document that is an object as JSON bytes. */
function writeDocument(option: string, document: object, limits: unknown): Uint8Array {
  const nodes = readOption('limits', () => givenOption(limits, 'nodes'))
  const most = typeof nodes === 'number' && Number.isSafeInteger(nodes) && nodes > 0 ? nodes : MOST_NODES
  try {
    // Limits the values here: Rust checks the document, but a heavily shared object would never get there.
    // A document whose `toJSON` gives nothing has no text; `Buffer.from` throws for it.
    return Buffer.from(jsonText(document, most) as string)
  } catch (thrown) {
    throw unwritable(thrown, 'the document', (reason) => invalidOption(option, reason))
  }
}
