'use strict'

// Tool error messages: what a model reads of a failed call (option `toolErrors`).

const { ignoreRejection } = require('./error')
const { invalidOption } = require('./options')
const { bounded, redacted } = require('./redaction')

/**
 * How much a model is told of an error that a tool threw.
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
 * Whose error it is; the context is the caller's, and may be anything.
 * @typedef {{ toolName: string, callId?: string, context: () => any }} Made
 */

/**
 * The message of an error as a model reads it. Only what somebody's code threw is under the option: a closure, the
 * validation of a schema, a function of `auth`, an own `fetch`. What toolrack itself says goes as it is.
 * @param {any} error a ToolrackError @param {ToolErrors} toolErrors @param {Made} made
 * @returns {string}
 */
function modelMessage(error, toolErrors, made) {
  if (!isThrown(error)) return error.message
  if (error.code === 'TOOL_FAILED' && error.details.forModel === true) return bounded(error.details.message)
  if (toolErrors === 'message') return redacted(error.message)
  return toolErrors === 'generic' ? GENERIC : customMessage(toolErrors, error, made)
}

/** Whether the message of an error may hold what somebody's code threw. @param {any} error */
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
