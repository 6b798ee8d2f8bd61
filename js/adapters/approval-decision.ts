// Approval decision: asks the function of the option `approve` about one call, until the call is cancelled.

import { failureOf } from '../border/error'
import { toolFailed } from '../border/raised-error'
import { isAbortSignal } from '../border/realm'
import { onAbort } from '../call/abort-signals'
import { cancelled } from '../call/completion'
import type { AnswerForm } from '../snapshot/incoming-call'
import type { ShownCall } from '../snapshot/shown-call'

/** A call that needs the approval of a person, as the option `approve` gets it. */
interface ApprovalRequest extends ShownCall {
  /** Aborts when the call is cancelled. */
  readonly signal: AbortSignal | undefined
}

/** Decides whether a call is made that needs the approval of a person. It may return anything; only `true` approves. */
export type ApproveFunction = (call: ApprovalRequest, run: unknown) => unknown

/** A call that needs approval, copied: what a person sees is what runs. */
export interface AskedCall {
  readonly shown: ShownCall
  /** The copy that is made once a person approves. */
  readonly sent: unknown
}

/** What a function decided, and how the call is answered if it is not made. */
interface Decision {
  readonly approved: boolean
  readonly form: AnswerForm
}

const CANCELLED = Symbol('cancelled')

/** Asks whether a call is made. Never rejects: a function that throws fails its call alone. */
export async function decide(
  approve: ApproveFunction,
  shown: ShownCall,
  call: { readonly signal?: AbortSignal | null | undefined; readonly run?: unknown } | undefined,
): Promise<Decision> {
  const { toolName } = shown
  const signal = isAbortSignal(call?.signal) ? call.signal : undefined
  try {
    const request = { ...shown, signal }
    const decided = await untilAborted(signal, async () => approve(request, call?.run))
    if (decided === CANCELLED) return refused(cancelled(toolName, signal))
    return decided === true ? { approved: true, form: {} } : { approved: false, form: { isDeclined: true } }
  } catch (thrown) {
    return refused(toolFailed(toolName, thrown, `approve failed: ${failureOf(thrown).message}`))
  }
}

function refused(failure: AnswerForm['failure']): Decision {
  return { approved: false, form: { failure } }
}

/** Returns what a function returns, or `CANCELLED` as soon as the signal aborts. */
async function untilAborted(signal: AbortSignal | undefined, ask: () => Promise<unknown>): Promise<unknown> {
  if (signal === undefined) return ask()
  if (signal.aborted) return CANCELLED
  let off = () => {}
  const aborted = new Promise<unknown>((resolve) => (off = onAbort(signal, () => resolve(CANCELLED))))
  try {
    const decided = await Promise.race([ask(), aborted])
    return signal.aborted ? CANCELLED : decided
  } finally {
    off()
  }
}
