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

/**
 * Whether there is any file among some arguments. What makes its own JSON is left alone.
 * @param {unknown} value @param {Set<object>} [seen] @returns {boolean}
 */
function hasFiles(value, seen) {
  if (value === null || typeof value !== 'object') return false
  if (isFile(value)) return true
  if (!isWalked(value)) return false
  const known = seen ?? new Set()
  if (known.has(value)) return false
  known.add(value)
  return Object.values(value).some((held) => hasFiles(held, known))
}

/**
 * Arguments with their files as texts; what holds none is the very same object. Reading a Blob takes time, all else none.
 * @param {any} value @returns {Promise<any>}
 */
async function withFiles(value) {
  return hasFiles(value) ? written(value, new Map()) : value
}

/** @param {any} value @param {Map<object, any>} copies @returns {Promise<any>} */
async function written(value, copies) {
  if (value === null || typeof value !== 'object') return value
  if (isFile(value)) return dataUrl(value)
  if (!isWalked(value)) return value
  // A circle stays one, which JSON refuses with the words for it.
  if (copies.has(value)) return copies.get(value)
  const copy = Array.isArray(value) ? [] : {}
  copies.set(value, copy)
  for (const [key, held] of Object.entries(value)) {
    Object.defineProperty(copy, key, { value: await written(held, copies), writable: true, enumerable: true, configurable: true })
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
