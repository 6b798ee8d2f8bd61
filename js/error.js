'use strict'

// Errors: ToolrackError, errors from Rust, and failures of closures as plain data.

const { types } = require('node:util')
const { isError } = require('./realm')
const { isToolError } = require('./tool-error')

// What stands before the JSON of a fault in the message of a native error; `src/error.rs` writes it.
const MARK = 'toolrack:'

/** Marks every ToolrackError, of whichever copy of toolrack and realm. */
const BRAND = Symbol.for('toolrack.ToolrackError')

/**
 * Two copies of toolrack in one program have two classes of this name, and so has a program that runs in several realms
 * (Jest). An error of either is an instance of both: who catches it cannot know which copy threw it.
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
 * Whether it is a ToolrackError already, of whichever copy and realm. A proxy may say anything, and is none.
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
 * A fault of the core as the one class of errors; anything else that a native door threw is a fault of toolrack. A
 * fault is known by the mark in its message: the addon makes its errors in the main realm, and this code may run in
 * another one.
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

/** The whole message of an error that may have come from a native door. @param {unknown} thrown */
function nativeText(thrown) {
  try {
    return isError(thrown) ? String(thrown.message) : undefined
  } catch {
    return undefined
  }
}

/** The fault that a message carries, where it carries one. @param {string} message @returns {Fault | undefined} */
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
 * Goes through a native door.
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
 * The error of a tool that was reached and failed; what it threw is the cause, the very same object.
 * @param {string} tool @param {unknown} thrown
 */
function toolFailed(tool, thrown) {
  // Its cause is at hand: the thrown value itself.
  const failure = failureOf(thrown, 0)
  return new ToolrackError(
    'TOOL_FAILED',
    `tool "${tool}" failed: ${failure.message}`,
    { tool, ...failure },
    { cause: thrown },
  )
}

/** How many causes of causes are told. */
const CAUSES = 4
/** Characters of each text of a failure at most: it is copied to logs, to other threads and to models. */
const LONGEST = Object.freeze({ name: 256, code: 256, message: 8_192, stack: 16_384 })

/**
 * What a thrown value says of itself, for who cannot have the value. Nothing of it is trusted to be what it should be:
 * a function, a proxy or a getter may throw at every look.
 * @param {any} thrown @param {number} [causes]
 * @returns {{ name: string, message: string, code?: string, stack?: string, forModel?: true, cause?: object }}
 */
function failureOf(thrown, causes = CAUSES) {
  if (!isObject(thrown)) {
    return { name: 'Error', message: /** @type {string} */ (textOf(String(thrown), LONGEST.message)) }
  }
  const [name, message] = [memberOf(thrown, 'name'), memberOf(thrown, 'message')]
  const failure = wordsOf(name, message, memberOf(thrown, 'code'))
  // V8 writes the stack when it is first read, with both of them as texts, whatever that takes.
  const stack = isObject(name) || isObject(message) ? undefined : textOf(memberOf(thrown, 'stack'), LONGEST.stack)
  if (stack !== undefined) Object.assign(failure, { stack })
  if (isToolError(thrown)) Object.assign(failure, { forModel: true })
  const cause = causes > 0 ? (memberOf(thrown, 'cause') ?? undefined) : undefined
  return cause === undefined ? failure : { ...failure, cause: failureOf(cause, causes - 1) }
}

/** An error without its stack and its causes, which are for those who maintain what failed. @param {any} error */
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
 * A primitive as a text of bounded length. An object is none: converting it may run any code, for any time.
 * @param {unknown} value @param {number} most
 */
function textOf(value, most) {
  if (value === undefined || value === null || isObject(value)) return undefined
  const text = String(value)
  if (text.length <= most) return text
  const isHalf = (text.charCodeAt(most - 1) & 0xfc00) === 0xd800
  return `${text.slice(0, isHalf ? most - 1 : most)}…`
}

/** Why something failed, in one line for another message. @param {unknown} thrown */
function reasonOf(thrown) {
  return failureOf(thrown, 0).message.split('\n', 1)[0]
}

/**
 * Lets go of what somebody's code promised where a promise is no answer: that it rejects is nobody's business, and must
 * not end the process.
 * @param {unknown} value
 */
function ignoreRejection(value) {
  const nothing = () => {}
  // Both ways: handed on, a value might be a thenable at the next look.
  new Promise((resolve) => resolve(value)).then(nothing, nothing)
}

/** Input over a limit. @param {string} what what was counted @param {number} limit */
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
