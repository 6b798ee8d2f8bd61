'use strict'

// Results as JSON: a form for every value, counted while it is copied.

const { types } = require('node:util')
const { errorWords, limitExceeded, textOf, toolFailed } = require('./error')
const { MOST_VALUES, whole } = require('./json')

/**
 * Writes results as JSON for readers without the value: a model, a repeated idempotency key, a Rust thread. Every value
 * that JSON lacks has a form here; nothing becomes `{}` silently, and only a cycle fails the call.
 *
 * A result is copied while it is counted: getters, proxies and `toJSON` are read once and cannot change later.
 * `execute` and `call` return the closure's own value and do not use this.
 */

/** Depth limit of a result. The core reads 127 levels. */
const DEEPEST = 500

/**
 * @typedef {object} Writing one result that is being written
 * @property {number} left values that may still come
 * @property {object[]} open what is being written around the value, where a circle would end
 * @property {((value: any, isWhole: boolean) => unknown) | undefined} fileOf what stands for a file, where files go
 * their own way
 */

/**
 * Converts a result into plain data.
 * @param {any} value @param {Writing['fileOf']} [fileOf] @returns {any}
 */
function plainResult(value, fileOf) {
  return formOf(value, { left: MOST_VALUES, open: [], fileOf })
}

/** A result as JSON; empty where there is none. @param {any} value */
function resultText(value) {
  return writtenResult(typeof value === 'string' ? value : plainResult(value))
}

/** Writes the data of {@link plainResult} as JSON. @param {any} plain @returns {string} */
function writtenResult(plain) {
  return whole(JSON.stringify(plain) ?? '')
}

/**
 * Makes the error of a result that could not be written: a failure of its tool, or a limit error if it is too large.
 * @param {string} tool
 * @param {any} thrown
 */
function unwritableResult(tool, thrown) {
  return thrown instanceof TooLarge
    ? limitExceeded(`${thrown.what} in the result of "${tool}"`, thrown.limit)
    : toolFailed(tool, thrown)
}

/** A result that has more of something than it may have. */
class TooLarge extends Error {
  code = 'LIMIT_EXCEEDED'

  /** @param {string} what @param {number} limit */
  constructor(what, limit) {
    super(`${what} in the result is over the limit of ${limit}`)
    this.what = what
    this.limit = limit
  }
}

/** @param {any} value @param {Writing} writing @returns {any} */
function formOf(value, writing) {
  spend(writing, 1)
  switch (typeof value) {
    case 'bigint':
      return bigintForm(value)
    case 'function':
    case 'symbol':
      return undefined
    case 'object':
      return value === null ? null : objectForm(value, writing)
    default:
      return value
  }
}

/** @param {Writing} writing @param {number} count */
function spend(writing, count) {
  if ((writing.left -= count) < 0) throw tooManyValues()
}

function tooManyValues() {
  return new TooLarge('number of values', MOST_VALUES)
}

/** @param {bigint} value */
function bigintForm(value) {
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
}

/** @param {any} value @param {Writing} writing @returns {any} */
function objectForm(value, writing) {
  const file = writing.fileOf?.(value, writing.open.length === 0)
  if (file !== undefined) return file
  if (writing.open.includes(value)) throw new TypeError('the result is circular: it holds itself')
  if (writing.open.length >= DEEPEST) throw new TypeError(`the result is nested deeper than ${DEEPEST} levels`)
  writing.open.push(value)
  const form = types.isNativeError(value) ? errorWords(value) : writtenForm(value, value.toJSON, writing)
  writing.open.pop()
  return form
}

/** @param {any} value @param {unknown} toJSON @param {Writing} writing @returns {any} */
function writtenForm(value, toJSON, writing) {
  if (typeof toJSON === 'function') {
    if (toJSON === Buffer.prototype.toJSON && types.isUint8Array(value)) return bufferForm(value, writing)
    const said = toJSON.call(value, '')
    // An object whose `toJSON` returns itself is written by its members, as in JSON.
    if (said !== value) return formOf(said, writing)
  }
  if (Array.isArray(value)) return listForm(value, writing)
  return isPlain(value) ? membersForm(value, Object.keys(value), writing) : specialForm(value, writing)
}

/** Whether an object is a map and no more, of whatever realm. @param {object} value */
function isPlain(value) {
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** @param {ArrayLike<any>} list @param {Writing} writing */
function listForm(list, writing) {
  const { length } = list
  // Before the loop: a list may be long and sparse.
  if (length > writing.left) throw tooManyValues()
  /** @type {any[]} */
  const form = []
  for (let i = 0; i < length; i++) form.push(formOf(list[i], writing))
  return form
}

/** @param {any} value @param {string[]} keys @param {Writing} writing */
function membersForm(value, keys, writing) {
  /** @type {Record<string, any>} */
  const form = {}
  for (const key of keys) setMember(form, key, formOf(value[key], writing))
  return form
}

/** @param {Record<string, any>} form @param {string} key @param {any} member */
function setMember(form, key, member) {
  if (key !== '__proto__') form[key] = member
  else Object.defineProperty(form, key, { value: member, writable: true, enumerable: true, configurable: true })
}

/**
 * Converts a value that is neither a list nor plain data.
 * @param {any} value
 * @param {Writing} writing
 * @returns {any}
 */
function specialForm(value, writing) {
  if (types.isTypedArray(value)) return listForm(/** @type {any} */ (value), writing)
  if (types.isAnyArrayBuffer(value)) return listForm(new Uint8Array(value), writing)
  if (types.isDataView(value))
    return listForm(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), writing)
  if (types.isMap(value)) return entriesForm([...Map.prototype.entries.call(value)], writing)
  if (types.isSet(value)) return listForm([...Set.prototype.values.call(value)], writing)
  if (types.isBoxedPrimitive(value)) return formOf(unboxed(value), writing)
  if (types.isRegExp(value)) return textOf(RegExp.prototype.toString.call(value), 1_024)
  const name = nameOf(value)
  if (name === 'DOMException') return errorWords(value)
  if (name === 'URLSearchParams') return String(value)
  if (name === 'Headers') return entriesForm(listed(value, writing), writing)
  const keys = Object.keys(value)
  // An object without visible members would become `{}`, which looks empty.
  return keys.length === 0 ? `[${name}]` : membersForm(value, keys, writing)
}

/**
 * A Buffer as its own `toJSON` says it. Sixteen bytes count as one value.
 * @param {Uint8Array} bytes
 * @param {Writing} writing
 */
function bufferForm(bytes, writing) {
  spend(writing, bytes.length >> 4)
  return { type: 'Buffer', data: Array.from(bytes) }
}

/** Lists the items of an iterable, which may be endless. @param {Iterable<any>} iterable @param {Writing} writing */
function listed(iterable, writing) {
  const items = []
  for (const item of iterable) {
    spend(writing, 1)
    items.push(item)
  }
  return items
}

/** @param {[any, any][]} entries @param {Writing} writing */
function entriesForm(entries, writing) {
  if (!entries.every(([key]) => typeof key === 'string')) return listForm(entries, writing)
  /** @type {Record<string, any>} */
  const form = {}
  for (const [key, member] of entries) setMember(form, key, formOf(member, writing))
  return form
}

/** @param {any} value */
function unboxed(value) {
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value)
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value)
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value)
  return types.isBigIntObject(value) ? BigInt.prototype.valueOf.call(value) : undefined
}

/** What kind of thing an object is. @param {any} value @returns {string} */
function nameOf(value) {
  const tag = Object.prototype.toString.call(value).slice(8, -1)
  const name = tag === 'Object' ? textOf(value.constructor?.name, 64) : textOf(tag, 64)
  return name || 'Object'
}

exports.TooLarge = TooLarge
exports.plainResult = plainResult
exports.resultText = resultText
exports.unwritableResult = unwritableResult
exports.writtenResult = writtenResult
