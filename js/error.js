'use strict'

const { isToolError } = require('./tool-error')

// What stands before the JSON of a fault in the message of a native error; `src/error.rs` writes it.
const MARK = 'toolrack:'

class ToolrackError extends Error {
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
 * A fault of the core as the one class of errors; anything else that a native door threw is a fault of toolrack.
 * @param {unknown} thrown
 * @returns {Error}
 */
function revive(thrown) {
  if (thrown instanceof ToolrackError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  if (!message.startsWith(MARK)) {
    return new ToolrackError('INTERNAL', `internal fault: ${message}`, { reason: message }, { cause: thrown })
  }
  return fromFault(JSON.parse(message.slice(MARK.length)))
}

/** @param {{ code: string, message: string, details: object }} fault */
function fromFault({ code, message, details }) {
  return new ToolrackError(code, message, details)
}

/**
 * Goes through a native door.
 * @template T
 * @param {() => T} door
 * @returns {T}
 */
function through(door) {
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
  return new ToolrackError('TOOL_FAILED', `tool "${tool}" failed: ${failure.message}`, { tool, ...failure }, { cause: thrown })
}

/** How many causes of causes are told. */
const CAUSES = 4

/**
 * What a thrown value says of itself, for who cannot have the value. Nothing of it is trusted to be what it should be.
 * @param {any} thrown @param {number} [causes]
 * @returns {{ name: string, message: string, code?: string, stack?: string, forModel?: true, cause?: object }}
 */
function failureOf(thrown, causes = CAUSES) {
  const text = (/** @type {string} */ key) => {
    try {
      const value = thrown?.[key]
      return value === undefined || value === null ? undefined : String(value)
    } catch {
      return undefined
    }
  }
  if (thrown === null || typeof thrown !== 'object') return { name: 'Error', message: String(thrown) }
  const failure = { name: text('name') ?? 'Error', message: text('message') ?? 'failed without a message' }
  for (const key of ['code', 'stack']) {
    const said = text(key)
    if (said !== undefined) Object.assign(failure, { [key]: said })
  }
  if (isToolError(thrown)) Object.assign(failure, { forModel: true })
  const cause = causes > 0 ? causeOf(thrown) : undefined
  return cause === undefined ? failure : { ...failure, cause: failureOf(cause, causes - 1) }
}

/** @param {any} thrown */
function causeOf(thrown) {
  try {
    return thrown.cause ?? undefined
  } catch {
    return undefined
  }
}

exports.ToolrackError = ToolrackError
exports.revive = revive
exports.fromFault = fromFault
exports.through = through
exports.toolFailed = toolFailed
exports.failureOf = failureOf
