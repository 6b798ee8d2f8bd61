'use strict'

// ToolError: an error whose message reaches the model unchanged.

/** Marks a ToolError for other realms and other copies of the package. */
const MARK = Symbol.for('toolrack.ToolError')

/** An error whose message reaches the model unchanged. */
class ToolError extends Error {}
Object.defineProperty(ToolError.prototype, MARK, { value: true })
// On the prototype, like that of Error: subclasses may set another one.
Object.defineProperty(ToolError.prototype, 'name', { value: 'ToolError', writable: true, configurable: true })

/** Whether a thrown value is a ToolError. Any access may throw. @param {any} thrown */
function isToolError(thrown) {
  try {
    return typeof thrown === 'object' && thrown !== null && thrown[MARK] === true
  } catch {
    return false
  }
}

exports.ToolError = ToolError
exports.isToolError = isToolError
