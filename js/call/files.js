'use strict'

// File arguments: Buffers, Blobs and files cross to Rust as marked data URLs.

const { types } = require('node:util')
const { MOST_VALUES, TooManyValues } = require('../border/json')
const { isArrayBuffer, isBlob } = require('../border/realm')
const { isLost } = require('./wire-arguments')

/**
 * File arguments of an HTTP operation cross as marked data URLs, so that Rust can tell them from texts that look alike.
 * JSON would write `{"type":"Buffer","data":[…]}` for a Buffer and `{}` for a Blob.
 */

/** Whether a value is bytes, a `Blob` or `File`, or a file that an HTTP operation returned. @param {any} value */
function isFile(value) {
  return isBytes(value) || isBlob(value) || (isBytes(value.data) && typeof value.mediaType === 'string')
}

/** @param {unknown} value */
function isBytes(value) {
  return ArrayBuffer.isView(value) || isArrayBuffer(value)
}

/** Depth limit of the search; arguments may not be nested deeper. */
const DEEPEST = 200

/** Whether arguments contain a file. Objects with `toJSON` are skipped. @param {unknown} value */
function hasFiles(value) {
  const known = new Set()
  let left = MOST_VALUES
  let level = [value]
  for (let depth = 0; level.length > 0 && depth < DEEPEST; depth++) {
    const next = []
    for (const one of level) {
      if (one === null || typeof one !== 'object') continue
      if (isFile(one)) return true
      if (known.has(one) || !isWalked(one)) continue
      known.add(one)
      const members = Object.values(one)
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
 * @param {any} value @returns {Promise<any>}
 */
async function withFiles(value) {
  if (!hasFiles(value)) return value
  /** @type {Place[]} */
  const places = []
  const whole = copied({ value }, places, new Map(), 0)
  await Promise.all(places.map(async ({ holder, key, file }) => setMember(holder, key, await dataUrl(file))))
  return whole.value
}

/** A place for the text of a file. @typedef {{ holder: object, key: string, file: any }} Place */

/** @param {any} value @param {Place[]} places @param {Map<object, any>} copies @param {number} depth @returns {any} */
function copied(value, places, copies, depth) {
  if (value === null || typeof value !== 'object' || depth > DEEPEST || !isWalked(value)) return value
  // Values that JSON would drop stay, and are refused later; boxed primitives stay too.
  if (types.isBoxedPrimitive(value) || isLost(value)) return value
  // A cycle stays, and is refused later.
  if (copies.has(value)) return copies.get(value)
  const copy = Array.isArray(value) ? [] : {}
  copies.set(value, copy)
  for (const [key, held] of Object.entries(value)) {
    const isHeldFile = held !== null && typeof held === 'object' && isFile(held)
    // Reserves the key first, so that keys keep their order.
    setMember(copy, key, isHeldFile ? undefined : copied(held, places, copies, depth + 1))
    if (isHeldFile) places.push({ holder: copy, key, file: held })
  }
  return copy
}

/** @param {object} holder @param {string} key @param {any} value */
function setMember(holder, key, value) {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true })
}

/** Whether JSON writes an object member by member. @param {object} value */
function isWalked(value) {
  return !types.isProxy(value) && typeof (/** @type {any} */ (value).toJSON) !== 'function'
}

/** @param {any} file @returns {Promise<string>} */
async function dataUrl(file) {
  if (isBytes(file)) return textOf('', '', bytesOf(file))
  if (isBlob(file)) return textOf(file.type, /** @type {any} */ (file).name, Buffer.from(await file.arrayBuffer()))
  return textOf(file.mediaType, file.name, bytesOf(file.data))
}

/** @param {string} mediaType @param {unknown} name @param {Buffer} bytes */
function textOf(mediaType, name, bytes) {
  // A comma would end the media type.
  const type = mediaType.includes(',') ? '' : mediaType
  const named =
    typeof name === 'string' && name !== '' ? `;name=${encodeURIComponent(Buffer.from(name).toString())}` : ''
  return `data:${type}${named};toolrack;base64,${bytes.toString('base64')}`
}

/** @param {ArrayBufferView | ArrayBufferLike} bytes */
function bytesOf(bytes) {
  return ArrayBuffer.isView(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.from(bytes)
}

exports.hasFiles = hasFiles
exports.withFiles = withFiles
