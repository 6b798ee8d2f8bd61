// Content blocks: text, data and files in a result for a model, as values and files of toolrack.

import { isUint8Array } from '../../../border/realm'
import { ToolError } from '../../../border/tool-error'
import { sniffMediaType } from '../../../reply/attachments'

/** A file as results have it. */
export interface FileValue {
  readonly mediaType: string
  readonly data: Uint8Array
  readonly name?: string
}

/** A value, or undefined for a block that is none of the kind. It is held in an object: a value may be undefined. */
export type ReadBlock = (block: Record<string, unknown>) => { readonly value: unknown } | undefined

/**
 * The value of content that consists of blocks: its text where it is text alone, its only file or value, or else a list.
 * Undefined where an item is no block.
 */
export function valueOfBlocks(content: unknown, read: ReadBlock): { readonly value: unknown } | undefined {
  if (!Array.isArray(content) || content.length === 0) return undefined
  const values: unknown[] = []
  for (const block of content as readonly unknown[]) {
    const found = isRecord(block) ? read(block) : undefined
    if (found === undefined) return undefined
    values.push(found.value)
  }
  if (values.every((value) => typeof value === 'string')) return { value: values.join('\n') }
  return { value: values.length === 1 ? values[0] : values }
}

/** The failure that content describes: its texts were written for the model. */
export function failureOfBlocks(content: unknown, read: ReadBlock): ToolError {
  if (typeof content === 'string') return new ToolError(content || WITHOUT_MESSAGE)
  const value = valueOfBlocks(content, read)?.value
  const texts = (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string')
  return new ToolError(texts.join('\n') || WITHOUT_MESSAGE)
}

/** What bytes without a known signature are. */
const UNKNOWN = 'application/octet-stream'
const WITHOUT_MESSAGE = 'the tool failed without a message'

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** Whether an object has no members but these: data of another kind may have a member `type` too. */
export function hasOnly(value: object, members: readonly string[]): boolean {
  return Object.entries(value).every(([key, member]) => members.includes(key) || member === undefined)
}

/**
 * A file of base64, of bytes, or of a data URL; undefined for anything else, such as an address. A text needs a media
 * type, or the signature of a known format: any word is base64.
 */
export function fileOf(data: unknown, mediaType: unknown, name?: unknown): FileValue | undefined {
  const named = typeof name === 'string' && name !== '' ? { name } : {}
  const type = typeof mediaType === 'string' ? mediaType : ''
  if (isUint8Array(data)) return { mediaType: type, data, ...named }
  if (typeof data !== 'string') return undefined
  const url = /^data:([^,;]*)(?:;[^,;]*)*?;base64,/.exec(data.slice(0, 1_024))
  const text = url === null ? data : data.slice(url[0].length)
  if (url === null && !/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  const said = type || (url?.[1] ?? '')
  const found = said || sniffMediaType(bytes)
  return said === '' && found === UNKNOWN ? undefined : { mediaType: found, data: bytes, ...named }
}
