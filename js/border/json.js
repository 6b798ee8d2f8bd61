'use strict'

// JSON text for Rust, with a limit on the number of values.

const { types } = require('node:util')
const { limitExceeded, reasonOf } = require('./error')

/**
 * Values are counted while they are written: a shared object is written once for each path to it, so 40 levels of two
 * are 2^40.
 */

/** Default limit of values. */
const MOST_VALUES = 1_000_000
/** Limits of a small value, which is copied first: that is faster than counting. */
const SMALL = 256
const SMALL_DEPTH = 16
/** Limit for its Buffers: each byte is a number in JSON. */
const SMALL_BYTES = 16 << 20

/** Half a surrogate pair as `JSON.stringify` writes it, after complete escaped backslashes. */
const HALF = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g

/** Thrown above the limit of values. */
class TooManyValues extends Error {
  /** @param {number} limit */
  constructor(limit) {
    super(`more than ${limit} values`)
    this.limit = limit
  }
}

/**
 * Writes a value as JSON text for Rust. Half a surrogate pair, as a cut emoji leaves it, becomes U+FFFD, as in `fetch`
 * and `TextEncoder`. Throws if JSON cannot hold the value; see {@link unwritable}.
 * @param {any} value @param {number} [most] values
 * @returns {string | undefined} nothing where the value is nothing in JSON
 */
function jsonText(value, most = MOST_VALUES) {
  if (value === null || typeof value !== 'object') return whole(JSON.stringify(value))
  const small = smallCopy(value)
  return whole(small === undefined ? counted(value, most) : JSON.stringify(small))
}

/**
 * Writes a map of our own, which has no getters; only its members are copied.
 * @param {any} map @returns {string | undefined}
 */
function ownText(map) {
  const small = smallCopy(map, copiedOwn)
  return whole(small === undefined ? counted(map, MOST_VALUES) : JSON.stringify(small))
}

/** @template {string | undefined} T @param {T} text @returns {T} */
function whole(text) {
  return /** @type {T} */ (text !== undefined && text.includes('\\ud') ? text.replace(HALF, '$1\ufffd') : text)
}

/** Thrown for a value that is not small or not plain. */
const NOT_SMALL = new Error('not small')
const PLAIN = {}
let left = 0
let leftBytes = 0

/**
 * Copies small plain data; nothing for other values. Getters and proxies are read once, so that what is counted is what
 * is written: they may answer differently the second time.
 * @param {any} value @param {(value: any, depth: number) => any} [copy]
 */
function smallCopy(value, copy = copied) {
  const [outer, outerBytes] = [left, leftBytes]
  left = SMALL
  leftBytes = SMALL_BYTES
  try {
    // Somebody added members to a prototype: the loops below would see them.
    for (const _ in PLAIN) return undefined
    return copy(value, 0)
  } catch {
    // If a getter throws, the counting pass meets it again.
    return undefined
  } finally {
    // A getter may re-enter this function.
    left = outer
    leftBytes = outerBytes
  }
}

/** @param {any} value @param {number} depth @returns {any} */
function copied(value, depth) {
  if (depth > SMALL_DEPTH) throw NOT_SMALL
  if (Array.isArray(value)) {
    const { length } = value
    if ((left -= length) < 0 || /** @type {any} */ (value).toJSON !== undefined) throw NOT_SMALL
    /** @type {any[]} */
    const list = []
    for (let i = 0; i < length; i++) {
      const item = value[i]
      list.push(typeof item === 'object' && item !== null ? copied(item, depth + 1) : item)
    }
    return list
  }
  const prototype = Object.getPrototypeOf(value)
  if (prototype === Buffer.prototype && isBuffer(value)) return value
  if (prototype !== Object.prototype && prototype !== null) throw NOT_SMALL
  /** @type {any} */
  const map = { ...value }
  for (const key in map) {
    if (--left < 0) throw NOT_SMALL
    const member = map[key]
    if (typeof member === 'object' && member !== null) map[key] = copied(member, depth + 1)
    else if (key === 'toJSON' && member !== undefined) throw NOT_SMALL
  }
  return map
}

/** @param {any} map @param {number} depth */
function copiedOwn(map, depth) {
  let copy = map
  for (const key in map) {
    if (--left < 0) throw NOT_SMALL
    const member = map[key]
    if (typeof member === 'object' && member !== null) {
      if (copy === map) copy = { ...map }
      copy[key] = copied(member, depth + 1)
    } else if (key === 'toJSON' && member !== undefined) throw NOT_SMALL
  }
  return copy
}

/**
 * Whether a value is a plain Buffer, short enough to be written uncounted.
 * @param {any} value
 */
function isBuffer(value) {
  return types.isUint8Array(value) && !Object.hasOwn(value, 'toJSON') && (leftBytes -= value.length) >= 0
}

/** Writes a value as JSON and counts its values. @param {any} value @param {number} most */
function counted(value, most) {
  let left = most
  try {
    return JSON.stringify(value, function (key, held) {
      // A Buffer is written as a list of bytes; sixteen count as one value.
      if (key === 'data' && Array.isArray(held) && this.type === 'Buffer') left += held.length - (held.length >> 4)
      if (--left < 0) throw new TooManyValues(most)
      return held
    })
  } catch (thrown) {
    throw isOverflow(thrown) ? new TypeError('it is nested too deep') : thrown
  }
}

/** Whether an error is a stack overflow. @param {unknown} thrown */
function isOverflow(thrown) {
  return (
    types.isNativeError(thrown) && thrown.name === 'RangeError' && thrown.message === 'Maximum call stack size exceeded'
  )
}

/**
 * Makes the error of a value that could not be written.
 * @template {Error} E
 * @param {unknown} thrown @param {string} where what holds too many values: `the arguments of "a"`
 * @param {(reason: string) => E} refuse the error of what JSON cannot say
 */
function unwritable(thrown, where, refuse) {
  if (thrown instanceof TooManyValues) return limitExceeded(`number of values in ${where}`, thrown.limit)
  return refuse(`cannot be JSON: ${reasonOf(thrown)}`)
}

exports.MOST_VALUES = MOST_VALUES
exports.TooManyValues = TooManyValues
exports.isOverflow = isOverflow
exports.jsonText = jsonText
exports.ownText = ownText
exports.unwritable = unwritable
exports.whole = whole
