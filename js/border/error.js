'use strict'

// Errors: ToolrackError, errors from Rust, and failures of closures as plain data.

const { types } = require('node:util')
const { isError } = require('./realm')
const { isToolError } = require('./tool-error')

// Prefix of the JSON in the message of a native error; `src/error.rs` writes it.
const MARK = 'toolrack:'

/** Marks every ToolrackError, of any copy of toolrack and any realm. */
const BRAND = Symbol.for('toolrack.ToolrackError')

/**
 * The error class of toolrack. Two copies of toolrack, or several realms (Jest), have a class each. An error of one is
 * an instance of all: a caller cannot know which copy threw it.
 */
class ToolrackError extends Error {
  static {
    Object.defineProperty(this.prototype, BRAND, { value: true })
  }

  /** @param {unknown} value */
  static [Symbol.hasInstance](value) {
    return this === ToolrackError ? isFault(value) : Function.prototype[Symbol.hasInstance].call(this, value)
  }

  /** @param {string} code @param {string} message @param {object} [details] @param {ErrorOptions} [options] */
  constructor(code, message, details = {}, options) {
    super(message, options)
    this.code = code
    this.details = details
  }

  get name() {
    return 'ToolrackError'
  }
}

/**
 * Whether a value is a ToolrackError of any copy and realm. A proxy never is.
 * @param {any} thrown
 * @returns {thrown is ToolrackError}
 */
function isFault(thrown) {
  try {
    return thrown !== null && typeof thrown === 'object' && !types.isProxy(thrown) && thrown[BRAND] === true
  } catch {
    return false
  }
}

/**
 * Converts an error from Rust into a ToolrackError; any other native error is `INTERNAL`. It is recognized by the
 * prefix of its message: the addon makes errors in the main realm, and this code may run in another one.
 * @param {unknown} thrown
 * @returns {ToolrackError}
 */
function revive(thrown) {
  if (isFault(thrown)) return thrown
  const message = nativeText(thrown) ?? failureOf(thrown, 0).message
  const fault = faultIn(message)
  if (fault !== undefined) return fromFault(fault)
  const reason = /** @type {string} */ (textOf(message, LONGEST.message))
  return new ToolrackError('INTERNAL', `internal fault: ${reason}`, { reason }, { cause: thrown })
}

/** The full message of an error that may come from Rust. @param {unknown} thrown */
function nativeText(thrown) {
  try {
    return isError(thrown) ? String(thrown.message) : undefined
  } catch {
    return undefined
  }
}

/** Parses the error in a message, if it has one. @param {string} message @returns {Fault | undefined} */
function faultIn(message) {
  if (!message.startsWith(MARK)) return undefined
  try {
    return JSON.parse(message.slice(MARK.length))
  } catch {
    return undefined
  }
}

/** @typedef {{ code: string, message: string, details: object }} Fault */

/** @param {Fault} fault */
function fromFault({ code, message, details }) {
  return new ToolrackError(code, message, details)
}

/**
 * Calls a native function and converts its errors.
 * @template T
 * @param {() => T} door
 * @returns {T}
 */
function callNative(door) {
  try {
    return door()
  } catch (thrown) {
    throw revive(thrown)
  }
}

/**
 * Makes the error of a failed tool; the thrown object is its cause.
 * @param {string} tool @param {unknown} thrown
 */
function toolFailed(tool, thrown) {
  // Without causes: the thrown value itself is the cause.
  const failure = failureOf(thrown, 0)
  return new ToolrackError(
    'TOOL_FAILED',
    `tool "${tool}" failed: ${failure.message}`,
    { tool, ...failure },
    { cause: thrown },
  )
}

/** Depth limit for causes of causes. */
const CAUSES = 4
/** Length limits for the texts of a failure, in characters: they are copied to logs, threads and models. */
const LONGEST = Object.freeze({ name: 256, code: 256, message: 8_192, stack: 16_384 })

/**
 * Describes a thrown value as plain data. Nothing in it is trusted: a function, a proxy or a getter may throw at every
 * access.
 * @param {any} thrown @param {number} [causes]
 * @returns {{ name: string, message: string, code?: string, stack?: string, forModel?: true, cause?: object }}
 */
function failureOf(thrown, causes = CAUSES) {
  if (!isObject(thrown)) {
    return { name: 'Error', message: /** @type {string} */ (textOf(String(thrown), LONGEST.message)) }
  }
  const [name, message] = [memberOf(thrown, 'name'), memberOf(thrown, 'message')]
  const failure = wordsOf(name, message, memberOf(thrown, 'code'))
  // V8 formats the stack on first read, from name and message, whatever those are: read them first.
  const stack = isObject(name) || isObject(message) ? undefined : textOf(memberOf(thrown, 'stack'), LONGEST.stack)
  if (stack !== undefined) Object.assign(failure, { stack })
  if (isToolError(thrown)) Object.assign(failure, { forModel: true })
  const cause = causes > 0 ? (memberOf(thrown, 'cause') ?? undefined) : undefined
  return cause === undefined ? failure : { ...failure, cause: failureOf(cause, causes - 1) }
}

/** Describes an error without stack and causes, which are for maintainers. @param {any} error */
function errorWords(error) {
  return wordsOf(memberOf(error, 'name'), memberOf(error, 'message'), memberOf(error, 'code'))
}

/**
 * @param {unknown} name
 * @param {unknown} message
 * @param {unknown} code
 * @returns {{ name: string, message: string, code?: string }}
 */
function wordsOf(name, message, code) {
  const said = textOf(code, LONGEST.code)
  const words = {
    name: textOf(name, LONGEST.name) || 'Error',
    message: textOf(message, LONGEST.message) ?? 'failed without a message',
  }
  return said === undefined ? words : { ...words, code: said }
}

/** @param {any} thrown @param {string} key @returns {unknown} */
function memberOf(thrown, key) {
  try {
    return thrown[key]
  } catch {
    return undefined
  }
}

/** @param {unknown} value */
function isObject(value) {
  return value !== null && (typeof value === 'object' || typeof value === 'function')
}

/**
 * Converts a primitive into text of bounded length. Objects are left out: converting one may run any code.
 * @param {unknown} value @param {number} most
 */
function textOf(value, most) {
  if (value === undefined || value === null || isObject(value)) return undefined
  const text = String(value)
  if (text.length <= most) return text
  const isHalf = (text.charCodeAt(most - 1) & 0xfc00) === 0xd800
  return `${text.slice(0, isHalf ? most - 1 : most)}…`
}

/** One line about a failure, for another message. @param {unknown} thrown */
function reasonOf(thrown) {
  return failureOf(thrown, 0).message.split('\n', 1)[0]
}

/**
 * Ignores a promise where a value was expected. Its rejection must not end the process.
 * @param {unknown} value
 */
function ignoreRejection(value) {
  const nothing = () => {}
  // Handles both outcomes: a value might become a thenable at the next access.
  new Promise((resolve) => resolve(value)).then(nothing, nothing)
}

/** Makes the error of input over a limit. @param {string} what what was counted @param {number} limit */
function limitExceeded(what, limit) {
  return new ToolrackError('LIMIT_EXCEEDED', `${what} is over the limit of ${limit}`, { what, limit })
}

exports.ToolrackError = ToolrackError
exports.isFault = isFault
exports.revive = revive
exports.fromFault = fromFault
exports.callNative = callNative
exports.toolFailed = toolFailed
exports.failureOf = failureOf
exports.ignoreRejection = ignoreRejection
exports.errorWords = errorWords
exports.limitExceeded = limitExceeded
exports.reasonOf = reasonOf
exports.textOf = textOf
