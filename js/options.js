'use strict'

const { ToolrackError } = require('./error')
const { jsonText } = require('./json')

/** @param {string} option @param {string} reason */
function invalidOption(option, reason) {
  return new ToolrackError('INVALID_OPTIONS', `option "${option}": ${reason}`, { option, reason })
}

/**
 * Options as an object that has none but known keys.
 * @param {any} options @param {readonly string[]} known
 * @returns {any}
 */
function checkOptions(options, known) {
  if (options === undefined) return {}
  if (options === null || typeof options !== 'object') throw invalidOption('options', 'must be an object')
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw invalidOption(key, `is none of ${known.join(', ')}`)
  }
  return options
}

/** @param {string} option @param {unknown} value @param {number} fallback in ms */
function milliseconds(option, value, fallback) {
  if (value === undefined) return fallback
  if (typeof value !== 'number' || !(value > 0)) throw invalidOption(option, 'must be a number of ms above zero')
  return value
}

/**
 * The text of a value that crosses to Rust; `undefined` crosses as nothing.
 * @param {string} option @param {unknown} value
 */
function toText(option, value) {
  if (value === undefined) return undefined
  try {
    const text = jsonText(value)
    if (text !== undefined) return text
  } catch (cause) {
    throw invalidOption(option, `cannot be JSON: ${/** @type {Error} */ (cause).message}`)
  }
  throw invalidOption(option, `cannot be JSON: it is a ${typeof value}`)
}

/** @param {string} what @param {unknown} value @returns {string} */
function toName(what, value) {
  if (typeof value === 'string') return value
  throw invalidOption(what, `must be a string, is ${value === null ? 'null' : typeof value}`)
}

/** @param {string} what @param {unknown} value @returns {string[] | undefined} */
function toNames(what, value) {
  if (value === undefined) return undefined
  if (Array.isArray(value)) return value.map((one, i) => toName(`${what}/${i}`, one))
  throw invalidOption(what, 'must be a list of names')
}

/** @param {string} what @param {unknown} value @returns {number} */
function toRevision(what, value) {
  if (Number.isSafeInteger(value) && /** @type {number} */ (value) >= 0) return /** @type {number} */ (value)
  throw invalidOption(what, 'must be the number of a revision')
}

/** @param {string} option @param {unknown} value @param {string[]} allowed */
function oneOf(option, value, allowed) {
  if (value !== undefined && !allowed.includes(/** @type {string} */ (value))) {
    throw invalidOption(option, `"${String(value)}" is none of ${allowed.join(', ')}`)
  }
}

exports.checkOptions = checkOptions
exports.invalidOption = invalidOption
exports.milliseconds = milliseconds
exports.toText = toText
exports.toName = toName
exports.toNames = toNames
exports.toRevision = toRevision
exports.oneOf = oneOf
