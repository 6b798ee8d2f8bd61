// File arguments: Buffers, Blobs and files cross to Rust as marked data URLs.

import { types } from 'node:util'
import { MOST_VALUES, TooManyValues } from '../border/json'
import { isArrayBuffer, isBlob } from '../border/realm'
import type { Arguments } from './interfaces'
import { isLost } from '../border/json-writer'

/**
 * File arguments of an HTTP operation cross as marked data URLs, so that Rust can tell them from texts that look alike.
 * JSON would write `{"type":"Buffer","data":[…]}` for a Buffer and `{}` for a Blob.
 */

type Bytes = ArrayBufferView | ArrayBufferLike

/** File that an HTTP operation returned. */
interface ReturnedFile {
  readonly data: Bytes
  readonly mediaType: string
  readonly name?: unknown
}

type FileArgument = Bytes | Blob | ReturnedFile

/** Whether a value is bytes, a `Blob` or `File`, or a file that an HTTP operation returned. */
function isFile(value: object): value is FileArgument {
  return isBytes(value) || isBlob(value) || isReturnedFile(value)
}

function isBytes(value: unknown): value is Bytes {
  return ArrayBuffer.isView(value) || isArrayBuffer(value)
}

function isReturnedFile(value: object): value is ReturnedFile {
  const members = value as { readonly data?: unknown; readonly mediaType?: unknown }
  return isBytes(members.data) && typeof members.mediaType === 'string'
}

/** Depth limit of the search; arguments may not be nested deeper. */
const DEEPEST = 200

/** Whether arguments contain a file. Objects with `toJSON` are skipped. */
export function hasFiles(args: unknown): boolean {
  const known = new Set<object>()
  let left = MOST_VALUES
  let level: unknown[] = [args]
  for (let depth = 0; level.length > 0 && depth < DEEPEST; depth++) {
    const next: unknown[] = []
    for (const value of level) {
      if (value === null || typeof value !== 'object') continue
      if (isFile(value)) return true
      if (known.has(value) || !isWalked(value)) continue
      known.add(value)
      const members: unknown[] = Object.values(value)
      if ((left -= members.length) < 0) throw new TooManyValues(MOST_VALUES)
      for (const member of members) next.push(member)
    }
    level = next
  }
  return false
}

/**
 * Replaces files in arguments by texts. Objects without files keep their identity. Arguments are read at once, so later
 * changes by the caller have no effect; only a Blob is read asynchronously.
 */
export async function withFiles(args: Arguments): Promise<Arguments> {
  if (!hasFiles(args)) return args
  const places: FilePlace[] = []
  // The copy of a map has the members of the map.
  const whole = copyValue({ args }, places, new Map(), 0) as { readonly args: Arguments }
  await Promise.all(places.map(async ({ holder, key, file }) => setMember(holder, key, await dataUrl(file))))
  return whole.args
}

/** Place for the text of a file. */
interface FilePlace {
  readonly holder: object
  readonly key: string
  readonly file: FileArgument
}

/** Copies a value, and collects the places of its files. `copies` has the copies by original. */
function copyValue(value: unknown, places: FilePlace[], copies: Map<object, object>, depth: number): unknown {
  if (value === null || typeof value !== 'object' || depth > DEEPEST || !isWalked(value)) return value
  // Values that JSON would drop stay, and are refused later; boxed primitives stay too.
  if (types.isBoxedPrimitive(value) || isLost(value)) return value
  // A cycle stays, and is refused later.
  if (copies.has(value)) return copies.get(value)
  const copy = Array.isArray(value) ? [] : {}
  copies.set(value, copy)
  for (const [key, member] of Object.entries(value) as [string, unknown][]) {
    const file = member !== null && typeof member === 'object' && isFile(member) ? member : undefined
    // Reserves the key first, so that keys keep their order.
    setMember(copy, key, file === undefined ? copyValue(member, places, copies, depth + 1) : undefined)
    if (file !== undefined) places.push({ holder: copy, key, file })
  }
  return copy
}

function setMember(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true })
}

/** Whether JSON writes an object member by member. */
function isWalked(value: object): boolean {
  return !types.isProxy(value) && typeof (value as { readonly toJSON?: unknown }).toJSON !== 'function'
}

/** Writes a file as a marked data URL. */
async function dataUrl(file: FileArgument): Promise<string> {
  if (isBytes(file)) return dataUrlOf('', '', bufferOf(file))
  if (isBlob(file)) return dataUrlOf(file.type, fileNameOf(file), Buffer.from(await file.arrayBuffer()))
  return dataUrlOf(file.mediaType, file.name, bufferOf(file.data))
}

/** The name of a `File`; a `Blob` has none. */
function fileNameOf(blob: Blob & { readonly name?: unknown }): unknown {
  return blob.name
}

function dataUrlOf(mediaType: string, name: unknown, bytes: Buffer): string {
  // A comma would end the media type.
  const type = mediaType.includes(',') ? '' : mediaType
  const parameter =
    typeof name === 'string' && name !== '' ? `;name=${encodeURIComponent(Buffer.from(name).toString())}` : ''
  return `data:${type}${parameter};toolrack;base64,${bytes.toString('base64')}`
}

/** A Buffer over bytes, without a copy. */
function bufferOf(bytes: Bytes): Buffer {
  return ArrayBuffer.isView(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.from(bytes)
}
