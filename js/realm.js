'use strict'

// Realms: recognizes errors, promises, signals and bytes of any JavaScript realm (Jest, Vitest, vm).

const { types } = require('node:util')

/**
 * What a value is, whatever realm made it. Jest and the vm pools of Vitest run this code in a realm of their own, while
 * the addon, Node and the host make their promises, errors and bytes in another one, where `instanceof` says no.
 */

const toString = Object.prototype.toString

/** The class that a web object names itself by. A proxy or a getter may throw. @param {unknown} value */
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

/** Of the host, of a DOM in JavaScript or of a polyfill. @param {any} value @returns {value is AbortSignal} */
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
    // The look-up comes first: a tag takes longer, and arguments are looked through whole.
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
  // The `Object.prototype` of another realm: nothing is above it, and it has what only that one has of its own.
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')
}

/**
 * An array literal: every realm's `Array.prototype` is an array itself, that of a subclass is none.
 * @param {object} value
 */
function isPlainArray(value) {
  return Array.isArray(value) && Array.isArray(Object.getPrototypeOf(value))
}

/** The time of a `Date`, in ms; a method that was replaced is not asked. @param {Date} date */
function timeOf(date) {
  return Date.prototype.getTime.call(date)
}

/** Lets the process end before a timer. A DOM in JavaScript gives numbers for timers. @param {any} timer */
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
