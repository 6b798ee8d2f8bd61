'use strict'

// Realms: recognizes errors, promises, signals and bytes of any JavaScript realm (Jest, Vitest, vm).

const { types } = require('node:util')

/**
 * Type checks that work in any realm. Jest and Vitest's vm pools run this code in its own realm, while the addon and
 * Node make promises, errors and bytes in another one, so `instanceof` fails.
 */

const toString = Object.prototype.toString

/** The `Symbol.toStringTag` of a value. A proxy or a getter may throw. @param {unknown} value */
function tagOf(value) {
  try {
    return toString.call(value).slice(8, -1)
  } catch {
    return ''
  }
}

/** @param {unknown} value @returns {value is Error} */
function isError(value) {
  return types.isNativeError(value) || tagOf(value) === 'DOMException'
}

/**
 * An AbortSignal of the host, of a DOM in JavaScript or of a polyfill.
 * @param {any} value
 * @returns {value is AbortSignal}
 */
function isAbortSignal(value) {
  if (value === null || typeof value !== 'object' || tagOf(value) !== 'AbortSignal') return false
  try {
    return (
      typeof value.aborted === 'boolean' &&
      typeof value.addEventListener === 'function' &&
      typeof value.removeEventListener === 'function'
    )
  } catch {
    return false
  }
}

/** A `Blob` or a `File` that can be read. @param {any} value @returns {value is Blob} */
function isBlob(value) {
  try {
    // The property check comes first: reading a tag is slower, and arguments are searched completely.
    return typeof value?.arrayBuffer === 'function' && ['Blob', 'File'].includes(tagOf(value))
  } catch {
    return false
  }
}

/** @param {any} value @returns {value is URL} */
function isUrl(value) {
  if (value === null || typeof value !== 'object' || tagOf(value) !== 'URL') return false
  try {
    return typeof value.href === 'string'
  } catch {
    return false
  }
}

/** An object literal, or one without a prototype. @param {object} value */
function isPlainObject(value) {
  const prototype = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return true
  // The `Object.prototype` of another realm: it has no prototype, and own members that only it has.
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')
}

/**
 * Whether a list is a plain array: `Array.prototype` of every realm is an array itself, that of a subclass is not.
 * @param {object} value
 */
function isPlainArray(value) {
  return Array.isArray(value) && Array.isArray(Object.getPrototypeOf(value))
}

/** The time of a `Date` in ms, without a replaced `getTime`. @param {Date} date */
function timeOf(date) {
  return Date.prototype.getTime.call(date)
}

/** Lets the process end before a timer. Timers of a DOM in JavaScript are numbers. @param {any} timer */
function unref(timer) {
  timer?.unref?.()
}

/** Keeps the process for a timer. @param {any} timer */
function ref(timer) {
  timer?.ref?.()
}

exports.isAbortSignal = isAbortSignal
exports.isArrayBuffer = types.isAnyArrayBuffer
exports.isBlob = isBlob
exports.isDate = types.isDate
exports.isError = isError
exports.isPlainArray = isPlainArray
exports.isPlainObject = isPlainObject
exports.isPromise = types.isPromise
exports.isUint8Array = types.isUint8Array
exports.isUrl = isUrl
exports.ref = ref
exports.timeOf = timeOf
exports.unref = unref
