// Caller context: what a tool of a framework gets of the caller, in the place that its framework has for it.

import type { CallContext } from '../../../call/context'
import { isPlainObject } from '../../../border/realm'

/** Data about a call, by name. */
export type CallerContext = Readonly<Record<string, unknown>>

/**
 * The context of a call for a tool of a framework. Members of the caller's metadata stand beside `userId`, so that a tool
 * which reads `context.tenant` finds it; they never replace members of the context itself.
 */
export function callerContext(context: CallContext): CallerContext {
  const { userId, auditingId, metadata, toolName, revision, callId, approved } = context
  if (typeof metadata !== 'object' || metadata === null || !isPlainObject(metadata))
    return context as unknown as CallerContext
  return Object.freeze({ ...metadata, userId, auditingId, metadata, toolName, revision, callId, approved })
}
