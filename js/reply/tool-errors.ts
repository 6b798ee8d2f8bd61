// Tool error messages: what a model reads of a failed call (option `toolErrors`).

import { ignoreRejection } from '../border/error'
import type { ToolrackError } from '../border/error'
import { invalidOption } from '../border/options'
import type { ToolErrorCall } from '../../index'
import { bounded, redacted } from './redaction'

/** Which message of a tool's error a model reads. */
export type ToolErrors = 'message' | 'generic' | MessageFunction

/** A user's function that writes the message. It may return anything; only a text is used. */
type MessageFunction = (error: unknown, call: ToolErrorCall) => unknown

/** The call of an error. */
export interface FailedCall {
  readonly toolName: string
  readonly callId?: string | undefined
  /** Returns the context; it comes from the caller and may be anything. */
  readonly context: () => unknown
}

const GENERIC = 'the tool failed'

export function checkToolErrors(toolErrors: unknown = 'message'): ToolErrors {
  // A function is checked by what it returns.
  if (typeof toolErrors === 'function') return toolErrors as MessageFunction
  if (toolErrors === 'message' || toolErrors === 'generic') return toolErrors
  throw invalidOption('toolErrors', "must be 'message', 'generic' or a function that returns the text")
}

/**
 * Returns the message of an error for a model. The option covers errors of user code: closures, schema validations,
 * credential functions, a custom `fetch`. Errors of toolrack pass unchanged.
 */
export function modelMessage(error: ToolrackError, toolErrors: ToolErrors, call: FailedCall): string {
  if (!mayQuoteUserCode(error)) return error.message
  // `failureOf` has written the message of every TOOL_FAILED.
  if (error.code === 'TOOL_FAILED' && error.details.forModel === true) return bounded(error.details.message as string)
  if (toolErrors === 'message') return redacted(error.message)
  return toolErrors === 'generic' ? GENERIC : customMessage(toolErrors, error, call)
}

/** Whether the message of an error may contain text of user code. */
function mayQuoteUserCode({ code, details }: ToolrackError): boolean {
  return code === 'TOOL_FAILED' || code === 'AUTH_FAILED' || (code === 'HTTP_FAILED' && details.status === undefined)
}

function customMessage(
  write: MessageFunction,
  error: ToolrackError,
  { toolName, callId, context }: FailedCall,
): string {
  try {
    const thrown = Object.hasOwn(error, 'cause') ? error.cause : error
    const text = write(thrown, Object.freeze({ toolName, callId, userId: userIdOf(context()) }))
    if (typeof text === 'string') return bounded(text)
    ignoreRejection(text)
    return GENERIC
  } catch {
    return GENERIC
  }
}

function userIdOf(context: unknown): unknown {
  // Every value but these two has members, though not this one.
  return (context as { readonly userId?: unknown } | null | undefined)?.userId
}
