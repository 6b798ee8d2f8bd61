// Errors that JavaScript raises. Their messages come from the one table of the core, `core/src/error`.

import type { ErrorCode } from '../../index'
import { ToolrackError, callNative, failureOf } from './error'
import type { ErrorDetails } from './error'
import { errorMessage } from './native'
import { whole } from './well-formed'

/** Options of a raised error. */
interface RaiseOptions {
  /** Data of the message; by default the details. */
  readonly words?: ErrorDetails
  /** What was thrown, if anything was. */
  readonly cause?: unknown
}

/** Makes an error. `RaisedError` of `core/src/error/raised_error.rs` has the codes and their data. */
export function raise(code: ErrorCode, details: ErrorDetails, options: RaiseOptions = {}): ToolrackError {
  const words = whole(JSON.stringify({ code, ...(options.words ?? details) }))
  const message = callNative(() => errorMessage(words))
  return new ToolrackError(code, message, details, 'cause' in options ? { cause: options.cause } : undefined)
}

/** Errors that closures of toolrack's own loaders throw, as their calls end with them. */
const callErrors = new WeakSet<object>()

/** The codes of errors that closures of toolrack's own loaders throw. */
export type UpstreamCode = 'UPSTREAM_DOWN' | 'UPSTREAM_FAILED' | 'AUTH_FAILED' | 'BUSY'

/** Makes the error that a call ends with, where a closure of toolrack itself throws it; `details` have the `tool`. */
export function raiseForCall(
  code: UpstreamCode,
  details: ErrorDetails & { readonly tool: string },
  words: ErrorDetails = details,
): ToolrackError {
  const error = raise(code, details, { words })
  callErrors.add(error)
  return error
}

/** Whether a value is an error of `raiseForCall`. */
export function isRaisedForCall(thrown: unknown): thrown is ToolrackError {
  return typeof thrown === 'object' && thrown !== null && callErrors.has(thrown)
}

/** Whether a thrown value is the error of a call of this tool. That of a call within it is a failure of the tool. */
export function isCallError(tool: string, thrown: unknown): thrown is ToolrackError {
  return isRaisedForCall(thrown) && isOfTool(tool, thrown)
}

function isOfTool(tool: string, error: object): boolean {
  return (error as ToolrackError).details.tool === tool
}

/** Makes the error of a failed tool; the thrown object is its cause. */
export function toolFailed(tool: string, thrown: unknown, message?: string): ToolrackError {
  if (isCallError(tool, thrown)) return thrown
  // Without causes: the thrown value itself is the cause.
  const failure = failureOf(thrown, 0)
  const details = { tool, ...failure, ...(message !== undefined && { message }) }
  return raise('TOOL_FAILED', details, { words: { tool, message: details.message }, cause: thrown })
}

/** Makes the error of input over a limit; `what` was counted. */
export function limitExceeded(what: string, limit: number): ToolrackError {
  return raise('LIMIT_EXCEEDED', { what, limit })
}
