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

/** Makes the error of a failed tool; the thrown object is its cause. */
export function toolFailed(tool: string, thrown: unknown, message?: string): ToolrackError {
  // Without causes: the thrown value itself is the cause.
  const failure = failureOf(thrown, 0)
  const details = { tool, ...failure, ...(message !== undefined && { message }) }
  return raise('TOOL_FAILED', details, { words: { tool, message: details.message }, cause: thrown })
}

/** Makes the error of input over a limit; `what` was counted. */
export function limitExceeded(what: string, limit: number): ToolrackError {
  return raise('LIMIT_EXCEEDED', { what, limit })
}
