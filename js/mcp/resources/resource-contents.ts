// Resource contents: what a function `read` returns → the members of a result of `resources/read`.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { checkOptions, invalidOption } from '../../border/options'
import { isPlainArray, isUint8Array } from '../../border/realm'
import { optionalObject, optionalText } from '../content/content-options'

/** The most contents of one resource. */
const MOST_CONTENTS = 10_000

const NAMES = Object.freeze(['uri', 'mimeType', 'text', 'blob', '_meta'] as const)

/** Base64 with its padding. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Reads what was returned; nothing where there is no such resource. Throws `INVALID_OPTIONS`. */
export function contentsOf(returned: unknown, uri: string, mimeType: string | undefined): Members | undefined {
  if (returned === undefined || returned === null) return undefined
  const isList = typeof returned === 'object' && isPlainArray(returned)
  const given = isList ? (returned as readonly unknown[]) : [returned]
  if (given.length > MOST_CONTENTS) throw invalidOption('read()', `returned more than ${MOST_CONTENTS} contents`)
  // The revision of 2026-07-28 forbids an empty list for a resource that is not there.
  if (given.length === 0) return undefined
  return { contents: given.map((one, index) => contentOf(one, uri, mimeType, isList ? `read()[${index}]` : 'read()')) }
}

function contentOf(one: unknown, uri: string, mimeType: string | undefined, place: string): Members {
  if (typeof one === 'string') return { uri, mimeType, text: one }
  if (typeof one === 'object' && one !== null && isUint8Array(one)) return { uri, mimeType, blob: toBase64(one) }
  if (!isMembers(one)) throw invalidOption(place, 'must be a text, bytes, or an object with a text or a blob')
  const read = checkOptions(one, NAMES, place)
  if ((read.text === undefined) === (read.blob === undefined))
    throw invalidOption(place, 'must have a text or a blob, and one of them alone')
  const shared = {
    uri: optionalText(`${place}.uri`, read.uri) ?? uri,
    mimeType: optionalText(`${place}.mimeType`, read.mimeType) ?? mimeType,
    _meta: optionalObject(`${place}._meta`, read._meta),
  }
  if (read.text !== undefined) return { ...shared, text: optionalText(`${place}.text`, read.text) }
  return { ...shared, blob: blobOf(read.blob, `${place}.blob`) }
}

/** Bytes as base64; a text has to be that already. */
export function blobOf(blob: unknown, place: string): string {
  if (typeof blob === 'object' && blob !== null && isUint8Array(blob)) return toBase64(blob)
  if (typeof blob === 'string' && BASE64.test(blob)) return blob
  throw invalidOption(place, 'must be bytes, or a text in base64')
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
