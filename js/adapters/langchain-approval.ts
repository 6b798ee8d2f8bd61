// Approval in LangGraph: a tool interrupts its graph, and the person's answer to that very call resumes it.

import { createHash } from 'node:crypto'
import type { ToolConfig } from './langchain-peer'
import { GraphTask } from './langchain-task'

/** What a person decided. */
export interface Decision {
  readonly approved: boolean
  /** What the person says to the model. */
  readonly message: string | undefined
}

/** A call that needs approval, as LangChain's own middleware for approval writes it, with its id. */
export interface Action {
  readonly id: string
  readonly name: string
  readonly args: unknown
  readonly description: string
}

/** An answer to an interrupt: for which call it is, and what it says. */
type Answer =
  | { readonly isFor: 'call'; readonly decision: Decision }
  | { readonly isFor: 'other' }
  /** It names no call. */
  | { readonly isFor: 'unnamed'; readonly decision: Decision }
  /** It has several decisions, and does not say which one is for which call. */
  | { readonly isFor: 'unclear' }

export const UNCLEAR: Decision = Object.freeze({
  approved: false,
  message:
    'This call was not made: the answer does not say for which call it is. Resume each interrupt by its id, ' +
    'or give the id of the call in the decision.',
})

/** The id of a call; one without an id, which no model made, has one of its arguments. */
export function actionId(id: string | undefined, name: string, args: unknown): string {
  return (
    id ??
    createHash('sha256')
      .update(JSON.stringify([name, args]))
      .digest('hex')
      .slice(0, 32)
  )
}

/**
 * Asks a person by an interrupt of the graph; nothing if there is no graph, no checkpointer to resume it, or no need. The
 * first time it throws, which ends the run of the graph. A call that was asked for before is asked for again, even if
 * its tool requires no approval any more: its answer may be there.
 */
export async function askPerson(config: ToolConfig, action: Action, isNeeded: boolean): Promise<Decision | undefined> {
  const { interrupt } = config
  if (typeof interrupt !== 'function') return undefined
  const task = new GraphTask(config)
  if (!isNeeded && !(await wasAsked(task, action.id))) return undefined
  const read = task.readAnswers.map((resumed) => readAnswer(resumed, action.id)).find(({ isFor }) => isFor === 'call')
  if (read?.isFor === 'call') return task.isRepeated(action.id) ? UNCLEAR : read.decision
  const reviewConfigs = [{ actionName: action.name, allowedDecisions: ['approve', 'reject'] }]
  const question = { actionRequests: [action], reviewConfigs }
  // Known before: an interrupt changes it.
  const interrupts = task.answers.length > 0 ? await task.interrupts() : undefined
  for (;;) {
    const isOwn = task.hasOwnAnswer
    const resumed = interruptWith(interrupt, question)
    if (resumed === undefined) return undefined
    const answer = readAnswer(resumed.value, action.id)
    // Another call of this task may find its decision there.
    task.readAnswers.push(resumed.value)
    // This call is asked for again.
    if (answer.isFor === 'other') continue
    if (answer.isFor === 'unclear') return UNCLEAR
    if (answer.isFor === 'call' && !task.isRepeated(action.id)) return answer.decision
    return isSureFor(task, action.id, isOwn, interrupts) ? answer.decision : UNCLEAR
  }
}

/** Interrupts the graph, or returns what resumed it. Nothing without a checkpointer. */
export function interruptWith(
  interrupt: (value: unknown) => unknown,
  question: object,
): { value: unknown } | undefined {
  try {
    return { value: interrupt(question) }
  } catch (thrown) {
    if ((thrown as { readonly lc_error_code?: unknown } | null)?.lc_error_code === 'MISSING_CHECKPOINTER')
      return undefined
    throw thrown
  }
}

/**
 * Whether an answer that names no call can only be for this one. LangGraph gives the answers of a task to its calls in
 * the order in which they interrupt, which may change from run to run, and a plain value to all tasks that wait.
 */
function isSureFor(task: GraphTask, id: string, isOwn: boolean, interrupts: readonly unknown[] | undefined): boolean {
  if (!task.isAlone(id)) return false
  return isOwn || (interrupts?.length === 1 && asksFor(interrupts[0], id))
}

/** Whether a person was asked about a call in an earlier run of its task. */
async function wasAsked(task: GraphTask, id: string): Promise<boolean> {
  const { answers } = task
  if (answers.length === 0) return false
  if (answers.some((answer) => readAnswer(answer, id).isFor === 'call')) return true
  return (await task.interrupts())?.some((value) => asksFor(value, id)) ?? task.isAlone(id)
}

/** Whether an interrupt asks for the approval of a call. */
export function asksFor(value: unknown, id: string): boolean {
  const { actionRequests } = (value ?? {}) as { readonly actionRequests?: unknown }
  return Array.isArray(actionRequests) && actionRequests.some((action) => (action as Partial<Action> | null)?.id === id)
}

/** Reads what resumed the graph: `true`, a decision, or LangChain's list of decisions. */
function readAnswer(resumed: unknown, id: string): Answer {
  if (typeof resumed === 'boolean') return { isFor: 'unnamed', decision: { approved: resumed, message: undefined } }
  const list: readonly unknown[] = isDecisionList(resumed) ? resumed.decisions : [resumed]
  const named = list.filter((one) => idOf(one) !== undefined)
  const own = named.filter((one) => idOf(one) === id)
  if (own.length === 1) return { isFor: 'call', decision: readDecision(own[0]) }
  if (own.length > 1 || list.length === 0) return { isFor: 'unclear' }
  if (named.length === list.length) return { isFor: 'other' }
  return list.length === 1 ? { isFor: 'unnamed', decision: readDecision(list[0]) } : { isFor: 'unclear' }
}

/** Whether an answer is LangChain's list of decisions. */
export function isDecisionList(resumed: unknown): resumed is { readonly decisions: readonly unknown[] } {
  return Array.isArray((resumed as { readonly decisions?: unknown } | null | undefined)?.decisions)
}

export function idOf(decision: unknown): unknown {
  return (decision as { readonly id?: unknown } | null | undefined)?.id ?? undefined
}

export function readDecision(decision: unknown): Decision {
  if (typeof decision === 'boolean') return { approved: decision, message: undefined }
  const { type, message } = (decision ?? {}) as { readonly type?: unknown; readonly message?: unknown }
  return { approved: type === 'approve', message: typeof message === 'string' ? message : undefined }
}
