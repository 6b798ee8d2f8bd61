// Review of a message in LangGraph: one interrupt asks a person about all of its calls that need approval.

import { callDigest } from './call-digest'
import { UNCLEAR, asksFor, idOf, interruptWith, isDecisionList, readDecision } from './langchain-approval'
import type { Action, Decision } from './langchain-approval'
import type { AgentRuntime, MessageCall, ModelMessage } from './langchain-offers'
import type { LangChainTool, ToolConfig } from './langchain-peer'
import { GraphTask } from './langchain-task'

/** What the middleware does with a tool, whose calls may need approval or have needed it when a person was asked. */
interface Guard {
  /** Whether calls may need approval now. */
  readonly asks: boolean
  /** What a person is asked about a call; nothing if it needs no approval. */
  readonly actionOf: (call: MessageCall, config: ToolConfig) => Promise<Action | undefined>
  /** The tool for a call that a person has decided about. */
  readonly decided: (decision: Decision) => LangChainTool
}

const GUARDS = new WeakMap<LangChainTool, Guard>()

export function guard(tool: LangChainTool, how: Guard): void {
  GUARDS.set(tool, how)
}

export function guardOf(tool: LangChainTool | undefined): Guard | undefined {
  return tool && GUARDS.get(tool)
}

/** What a person decided about a call, and the call in its place if the person edited it. */
interface ReviewedAction {
  readonly action: Action
  readonly decision: Decision
  readonly edited?: MessageCall
}

/**
 * Asks a person about calls of a message. The first time it throws, which ends the run of the graph. What the person
 * saw is what is decided about: by now other calls may need approval.
 */
export async function reviewCalls(
  config: ToolConfig,
  message: ModelMessage,
  findActions: () => Promise<readonly Action[]>,
): Promise<readonly ReviewedAction[]> {
  const { interrupt } = config
  if (typeof interrupt !== 'function') return []
  const task = new GraphTask(config)
  const interrupts = task.answers.length > 0 ? await task.interrupts() : undefined
  const shown = interrupts?.filter((value) => message.tool_calls?.some(({ id }) => id && asksFor(value, id)))
  const isKnown = shown?.length === 1
  const actions = isKnown ? (shown[0] as { actionRequests: Action[] }).actionRequests : await findActions()
  if (actions.length === 0) return []
  const isSure = isKnown && (task.hasOwnAnswer || interrupts?.length === 1)
  const allowedDecisions = ['approve', 'edit', 'reject']
  const reviewConfigs = actions.map(({ name }) => ({ actionName: name, allowedDecisions }))
  const resumed = interruptWith(interrupt, { actionRequests: actions, reviewConfigs })
  return resumed === undefined ? [] : readReview(resumed.value, actions, isSure)
}

/**
 * Reads decisions that name their calls, or one for each call in their order. A call that the person left out is asked
 * about by itself.
 */
function readReview(resumed: unknown, actions: readonly Action[], isSure: boolean): ReviewedAction[] {
  const list: readonly unknown[] = isDecisionList(resumed) ? resumed.decisions : [resumed]
  const named = list.filter((one) => idOf(one) !== undefined)
  const isOrdered = named.length === 0 && isSure && list.length === actions.length
  return actions.flatMap((action, i) => {
    const own = isOrdered ? [list[i]] : named.filter((one) => idOf(one) === action.id)
    if (own.length === 1) return [readAction(action, own[0])]
    return own.length === 0 && named.length > 0 && named.length === list.length ? [] : [{ action, decision: UNCLEAR }]
  })
}

function readAction(action: Action, decided: unknown): ReviewedAction {
  const { type, editedAction } = (decided ?? {}) as { readonly type?: unknown; readonly editedAction?: unknown }
  if (type !== 'edit') return { action, decision: readDecision(decided) }
  const { name, args } = (editedAction ?? {}) as { readonly name?: unknown; readonly args?: unknown }
  if (typeof name !== 'string' || args === null || typeof args !== 'object') return { action, decision: UNCLEAR }
  return { action, decision: { approved: true, message: undefined }, edited: { name, args } }
}

/** Decisions that are kept for calls that are made next: the newest ones. */
const MOST_KEPT = 1_000

/** What a person decided about calls that are made next, in this process: an approval is not a part of any message. */
export class ReviewedCalls {
  readonly #decisions = new Map<string, Decision>()

  /** Keeps decisions. Edits calls in their message, and returns whether it did. */
  keep(runtime: AgentRuntime, message: ModelMessage, reviewed: readonly ReviewedAction[]): boolean {
    for (const { action, decision, edited } of reviewed)
      this.#decisions.set(keyOf(runtime, message, { ...action, ...edited }), decision)
    for (const old of this.#decisions.keys()) if (this.#decisions.size > MOST_KEPT) this.#decisions.delete(old)
    const edits = new Map(reviewed.flatMap(({ action, edited }) => (edited ? [[action.id, edited] as const] : [])))
    if (edits.size > 0)
      message.tool_calls = message.tool_calls?.map((call) => ({ ...call, ...edits.get(call.id ?? '') })) ?? []
    return edits.size > 0
  }

  find(runtime: AgentRuntime | undefined, message: ModelMessage | undefined, call: MessageCall): Decision | undefined {
    return this.#decisions.get(keyOf(runtime, message, call))
  }

  forget(runtime: AgentRuntime | undefined, message: ModelMessage | undefined, call: MessageCall): void {
    this.#decisions.delete(keyOf(runtime, message, call))
  }
}

/** A call that was changed since is another one. */
function keyOf(runtime: AgentRuntime | undefined, message: ModelMessage | undefined, call: MessageCall): string {
  return callDigest(runtime?.configurable?.thread_id, message?.id, call.id, call.name, call.args)
}
