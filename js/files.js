'use strict'

const { types } = require('node:util')

/**
 * Files among the arguments of a tool that Rust carries out. They cross as data URLs with a mark, by which Rust tells them from
 * texts that only look so; JSON would make `{"type":"Buffer","data":[…]}` of a Buffer and `{}` of a Blob.
 */

/** Whether a value is bytes, a `Blob` or `File`, or a file as calls of APIs answer with. @param {any} value */
function isFile(value) {
  return isBytes(value) || value instanceof Blob || (isBytes(value.data) && typeof value.mediaType === 'string')
}

/** @param {unknown} value */
function isBytes(value) {
  return ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)
}

/** How deep arguments are looked through. What is deeper is more than a call may have. */
const DEEPEST = 200

/** Whether there is any file among some arguments. What makes its own JSON is left alone. @param {unknown} value */
function hasFiles(value) {
  const known = new Set()
  let level = [value]
  for (let depth = 0; level.length > 0 && depth < DEEPEST; depth++) {
    const next = []
    for (const one of level) {
      if (one === null || typeof one !== 'object') continue
      if (isFile(one)) return true
      if (known.has(one) || !isWalked(one)) continue
      known.add(one)
      for (const held of Object.values(one)) next.push(held)
    }
    level = next
  }
  return false
}

/**
 * Arguments with their files as texts; what holds none is the very same object. Reading a Blob takes time, all else none.
 * @param {any} value @returns {Promise<any>}
 */
async function withFiles(value) {
  return hasFiles(value) ? written(value, new Map(), 0) : value
}

/** @param {any} value @param {Map<object, any>} copies @param {number} depth @returns {Promise<any>} */
async function written(value, copies, depth) {
  if (value === null || typeof value !== 'object' || depth === DEEPEST) return value
  if (isFile(value)) return dataUrl(value)
  if (!isWalked(value)) return value
  // A circle stays one, which JSON refuses with the words for it.
  if (copies.has(value)) return copies.get(value)
  /** @type {any} */
  const copy = Array.isArray(value) ? [] : {}
  copies.set(value, copy)
  for (const [key, held] of Object.entries(value)) {
    Object.defineProperty(copy, key, { value: await written(held, copies, depth + 1), writable: true, enumerable: true, configurable: true })
  }
  return copy
}

/** What has members that JSON writes one by one. @param {object} value */
function isWalked(value) {
  return !types.isProxy(value) && typeof (/** @type {any} */ (value).toJSON) !== 'function'
}

/** @param {any} file @returns {Promise<string>} */
async function dataUrl(file) {
  if (isBytes(file)) return textOf('', '', bytesOf(file))
  if (file instanceof Blob) return textOf(file.type, /** @type {any} */ (file).name, Buffer.from(await file.arrayBuffer()))
  return textOf(file.mediaType, file.name, bytesOf(file.data))
}

/** @param {string} mediaType @param {unknown} name @param {Buffer} bytes */
function textOf(mediaType, name, bytes) {
  // A comma would end the head.
  const type = mediaType.includes(',') ? '' : mediaType
  const named = typeof name === 'string' && name !== '' ? `;name=${encodeURIComponent(Buffer.from(name).toString())}` : ''
  return `data:${type}${named};toolrack;base64,${bytes.toString('base64')}`
}

/** @param {ArrayBufferView | ArrayBufferLike} bytes */
function bytesOf(bytes) {
  return ArrayBuffer.isView(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.from(bytes)
}

exports.hasFiles = hasFiles
exports.withFiles = withFiles
