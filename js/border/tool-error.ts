// ToolError: an error whose message reaches the model unchanged.

import type { ToolError as PublicToolError } from '../../index'

/** Marks a ToolError for other realms and other copies of the package. */
const MARK = Symbol.for('toolrack.ToolError')

/** An error whose message reaches the model unchanged. */
export class ToolError extends Error implements PublicToolError {}
Object.defineProperty(ToolError.prototype, MARK, { value: true })
// On the prototype, like that of Error: subclasses may set another one.
Object.defineProperty(ToolError.prototype, 'name', { value: 'ToolError', writable: true, configurable: true })

/** Whether a thrown value is a ToolError. Any access may throw. */
export function isToolError(thrown: unknown): boolean {
  try {
    return typeof thrown === 'object' && thrown !== null && Reflect.get(thrown, MARK) === true
  } catch {
    return false
  }
}
