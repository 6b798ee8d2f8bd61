'use strict'

// Options: reads options once, and refuses unknown names and wrong values.

const { ToolrackError, isFault, reasonOf, textOf } = require('./error')
const { isOverflow, jsonText, unwritable } = require('./json')

/** @param {string} option @param {string} reason */
function invalidOption(option, reason) {
  return new ToolrackError('INVALID_OPTIONS', `option "${option}": ${reason}`, { option, reason })
}

/**
 * Copies options and refuses unknown keys. Each option is read once: a getter may answer differently the next time.
 * @param {any} options
 * @param {readonly string[]} known
 * @param {string} [option] name of the options, if they are an option themselves
 * @returns {any}
 */
function checkOptions(options, known, option) {
  if (options === undefined) return {}
  if (options === null || typeof options !== 'object') throw invalidOption(option ?? 'options', 'must be an object')
  /** @type {any} */
  const read = {}
  /** @type {string | undefined} */
  let unknown
  let key = option ?? 'options'
  try {
    for (const own of Object.keys(options)) if (!known.includes(own)) unknown ??= own
    for (key of known) {
      const value = options[key]
      if (value !== undefined) read[key] = value
    }
  } catch (thrown) {
    throw unreadableOption(option ?? key, thrown)
  }
  if (unknown === undefined) return read
  throw option === undefined
    ? invalidOption(unknown, `is none of ${known.join(', ')}`)
    : invalidOption(option, `"${unknown}" is none of ${known.join(', ')}`)
}

/**
 * Reads a caller's value, which may be a proxy or have getters that throw.
 * @template T @param {string} option @param {() => T} read @returns {T}
 */
function readOption(option, read) {
  try {
    return read()
  } catch (thrown) {
    throw unreadableOption(option, thrown)
  }
}

/** @param {string} option @param {any} thrown */
function unreadableOption(option, thrown) {
  // Errors of toolrack pass. Only the class is checked: anything else may be a proxy.
  return isFault(thrown)
    ? thrown
    : invalidOption(option, `cannot be read: ${isOverflow(thrown) ? 'it is nested too deep' : reasonOf(thrown)}`)
}

/** @param {string} option @param {unknown} value @param {number} fallback in ms */
function milliseconds(option, value, fallback) {
  if (value === undefined) return fallback
  if (typeof value !== 'number' || !(value > 0)) throw invalidOption(option, 'must be a number of ms above zero')
  return value
}

/**
 * Writes a value as JSON for Rust; `undefined` stays nothing.
 * @param {string} option @param {unknown} value @param {number} [most] limit of values
 */
function toText(option, value, most) {
  if (value === undefined) return undefined
  try {
    const text = jsonText(value, most)
    if (text !== undefined) return text
  } catch (thrown) {
    throw unwritable(thrown, `option "${option}"`, (reason) => invalidOption(option, reason))
  }
  throw invalidOption(option, `cannot be JSON: it is a ${typeof value}`)
}

/** Checks the size limits of a registry. @param {unknown} limits */
function registryLimits(limits) {
  const { definitionBytes } = checkOptions(limits, ['definitionBytes'], 'limits')
  if (definitionBytes !== undefined && !(Number.isSafeInteger(definitionBytes) && definitionBytes > 0)) {
    throw invalidOption('limits', 'definitionBytes must be a whole number of bytes above zero')
  }
  return { definitionBytes }
}

/** @param {string} what @param {unknown} value @returns {string} */
function toName(what, value) {
  if (typeof value === 'string') return value
  throw invalidOption(what, `must be a string, is ${value === null ? 'null' : typeof value}`)
}

/** @param {string} what @param {unknown} value @returns {string[] | undefined} */
function toNames(what, value) {
  if (value === undefined) return undefined
  const names = readOption(what, () => (Array.isArray(value) ? [...value] : undefined))
  if (names !== undefined) return names.map((one, i) => toName(`${what}/${i}`, one))
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
    throw invalidOption(option, `${describeValue(value)} is none of ${allowed.join(', ')}`)
  }
}

/** Shows a wrong value in a message. @param {unknown} value */
function describeValue(value) {
  const text = textOf(value, 100)
  return text === undefined ? (value === null ? 'null' : `a value of type ${typeof value}`) : `"${text}"`
}

exports.checkOptions = checkOptions
exports.invalidOption = invalidOption
exports.milliseconds = milliseconds
exports.toText = toText
exports.toName = toName
exports.toNames = toNames
exports.toRevision = toRevision
exports.oneOf = oneOf
exports.readOption = readOption
exports.registryLimits = registryLimits
exports.describeValue = describeValue
