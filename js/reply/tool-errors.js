'use strict'

// Tool error messages: what a model reads of a failed call (option `toolErrors`).

const { ignoreRejection } = require('../border/error')
const { invalidOption } = require('../border/options')
const { bounded, redacted } = require('./redaction')

/**
 * Which message of a tool's error a model reads.
 * @typedef
 * {'message' | 'generic' | ((error: unknown, call: { toolName: string, callId?: string, userId?: unknown }) => string)}
 * ToolErrors
 */

const GENERIC = 'the tool failed'

/** @param {any} toolErrors @returns {ToolErrors} */
function checkToolErrors(toolErrors = 'message') {
  if (typeof toolErrors === 'function' || toolErrors === 'message' || toolErrors === 'generic') return toolErrors
  throw invalidOption('toolErrors', "must be 'message', 'generic' or a function that gives the text")
}

/**
 * The call of an error; the context comes from the caller and may be anything.
 * @typedef {{ toolName: string, callId?: string, context: () => any }} Made
 */

/**
 * Returns the message of an error for a model. The option covers errors of user code: closures, schema validations,
 * credential functions, a custom `fetch`. Errors of toolrack pass unchanged.
 * @param {any} error a ToolrackError @param {ToolErrors} toolErrors @param {Made} made
 * @returns {string}
 */
function modelMessage(error, toolErrors, made) {
  if (!isThrown(error)) return error.message
  if (error.code === 'TOOL_FAILED' && error.details.forModel === true) return bounded(error.details.message)
  if (toolErrors === 'message') return redacted(error.message)
  return toolErrors === 'generic' ? GENERIC : customMessage(toolErrors, error, made)
}

/** Whether the message of an error may contain text of user code. @param {any} error */
function isThrown({ code, details }) {
  return code === 'TOOL_FAILED' || code === 'AUTH_FAILED' || (code === 'HTTP_FAILED' && details.status === undefined)
}

/** @param {Exclude<ToolErrors, string>} give @param {any} error @param {Made} made */
function customMessage(give, error, { toolName, callId, context }) {
  try {
    const thrown = Object.hasOwn(error, 'cause') ? error.cause : error
    const text = give(thrown, Object.freeze({ toolName, callId, userId: context()?.userId }))
    if (typeof text === 'string') return bounded(text)
    ignoreRejection(text)
    return GENERIC
  } catch {
    return GENERIC
  }
}

exports.checkToolErrors = checkToolErrors
exports.modelMessage = modelMessage
