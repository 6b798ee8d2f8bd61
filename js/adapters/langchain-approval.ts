// Approval in LangGraph: a tool interrupts its graph, and the person's answer resumes it.

import type { ToolConfig } from './langchain-peer'

/** What a person decided. */
interface Decision {
  readonly approved: boolean
  /** What the person says to the model. */
  readonly message: string | undefined
}

/** A call that needs approval, as LangChain's own middleware for approval writes it. */
interface Action {
  readonly name: string
  readonly args: unknown
  readonly description: string
}

/**
 * Asks a person by an interrupt of the graph; nothing if there is no graph, or no checkpointer to resume it. The first
 * time it throws, which ends the run of the graph.
 */
export function askPerson({ interrupt }: ToolConfig, action: Action): Decision | undefined {
  if (typeof interrupt !== 'function') return undefined
  const reviewConfigs = [{ actionName: action.name, allowedDecisions: ['approve', 'reject'] }]
  try {
    return readDecision(interrupt({ actionRequests: [action], reviewConfigs }))
  } catch (thrown) {
    if ((thrown as { readonly lc_error_code?: unknown } | null)?.lc_error_code === 'MISSING_CHECKPOINTER')
      return undefined
    throw thrown
  }
}

/** Reads what resumed the graph: `true`, a decision, or LangChain's list of decisions. */
function readDecision(resumed: unknown): Decision {
  if (typeof resumed === 'boolean') return { approved: resumed, message: undefined }
  const { decisions } = (resumed ?? {}) as { readonly decisions?: unknown }
  const decision: unknown = Array.isArray(decisions) ? decisions[0] : resumed
  const { type, message } = (decision ?? {}) as { readonly type?: unknown; readonly message?: unknown }
  return { approved: type === 'approve', message: typeof message === 'string' ? message : undefined }
}
