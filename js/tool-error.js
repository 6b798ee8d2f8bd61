'use strict'

// ToolError: an error whose message reaches the model unchanged.

/** The mark of a ToolError, which other realms and other copies of the package know too. */
const MARK = Symbol.for('toolrack.ToolError')

/** An error whose message is meant for the model that made the call: it reaches the model as it is. */
class ToolError extends Error {}
Object.defineProperty(ToolError.prototype, MARK, { value: true })
// As that of Error itself: a class of a user's own gives itself another one.
Object.defineProperty(ToolError.prototype, 'name', { value: 'ToolError', writable: true, configurable: true })

/** Whether a thrown value is a ToolError. Nothing of it is trusted. @param {any} thrown */
function isToolError(thrown) {
  try {
    return typeof thrown === 'object' && thrown !== null && thrown[MARK] === true
  } catch {
    return false
  }
}

exports.ToolError = ToolError
exports.isToolError = isToolError
