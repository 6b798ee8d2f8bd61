// Approval wait: a call that needs approval waits for the decision of its client, or of the listeners of the registry.

import { types } from 'node:util'
import type { Coerced } from '../../index'
import { callNative } from '../border/error'
import { parseExactly } from '../border/exact-integers'
import { isPlainArray, isPlainObject } from '../border/realm'
import { raise } from '../border/raised-error'
import { ApprovalRequests, ApprovalWait } from './approval-requests'
import type { ApprovalDecision } from './approval-requests'
import { copyArguments } from './arguments'
import { cancelled } from './completion'
import { holdsFiles, readFiles } from './executor'
import type { Approver } from './approval-notes'
import type { Arguments, Call, CallEnvironment, CallObservation } from './interfaces'
import { wireText } from './wire-arguments'

/** Waits until the call may be made, and returns its arguments: those that were shown. Rejects if it may not. */
export async function waitForApproval(
  environment: CallEnvironment,
  call: Call,
  observation: CallObservation | undefined,
): Promise<Arguments> {
  call.callId ??= environment.callId()
  const shown = call.plan.slot < 0 ? await prepareInRust(call, observation) : frozenArguments(call)
  // The call was over before anybody was asked.
  if (call.abort.isAborted) throw call.abort.signal.reason
  const resume = call.pause?.()
  try {
    const decided = await decisionOf(environment, call, observation, shown)
    if (decided.outcome !== 'approved') throw refusal(call, decided)
    call.approved = true
    return call.args
  } finally {
    resume?.()
  }
}

/** A decision, and how long it took. */
interface Decided extends ApprovalDecision {
  readonly waitedMs: number
}

/** Asks the client where it can be asked, else the listeners of the registry. */
async function decisionOf(
  environment: CallEnvironment,
  call: Call,
  observation: CallObservation | undefined,
  shown: unknown,
): Promise<Decided> {
  const approver = call.modelCall?.listeners?.approver?.()
  // Its listeners may have gone while a predicate decided.
  if (approver === undefined && !environment.events.has('approval'))
    throw raise('APPROVAL_REQUIRED', { tool: call.plan.name })
  const wait =
    approver === undefined
      ? ApprovalRequests.of(environment).begin(call, observation, shown)
      : askClient(environment, call, observation, { approver, shown })
  const decision = await wait.decision
  return { ...decision, waitedMs: wait.waitedMs }
}

/** Asks the client. Throws where it answers with another call. */
function askClient(
  environment: CallEnvironment,
  call: Call,
  observation: CallObservation | undefined,
  { approver, shown }: { readonly approver: Approver; readonly shown: unknown },
): ApprovalWait {
  const { name, origin } = call.plan
  const answer = approver({ name, schemaHash: origin().schemaHash }, shown)
  const wait = new ApprovalWait(environment, { call, observation, asked: 'client' }, () => {})
  // It never rejects.
  void answer.then((outcome) => wait.decide({ outcome }))
  return wait
}

/** The error of a call that may not be made. */
function refusal({ plan: { name: tool }, abort }: Call, { outcome, reason, waitedMs }: Decided): unknown {
  // The call has ended with its own error.
  if (outcome === 'cancelled') return abort.isAborted ? cancelled(tool) : raise('APPROVAL_REQUIRED', { tool })
  if (outcome === 'expired') return raise('APPROVAL_REQUIRED', { tool, waitedMs })
  return raise('APPROVAL_REJECTED', reason === undefined ? { tool } : { tool, reason })
}

/** The arguments of a closure, as a person sees them: a copy whose lists and plain objects are frozen. */
function frozenArguments({ plan, args }: Call): Arguments {
  const copy = copyArguments(plan, args)
  freezePlain(copy, new Set())
  return copy
}

function freezePlain(value: unknown, known: Set<object>): void {
  if (value === null || typeof value !== 'object' || types.isProxy(value) || known.has(value)) return
  if (!isPlainArray(value) && !isPlainObject(value)) return
  known.add(value)
  for (const inner of Object.values(value)) freezePlain(inner, known)
  Object.freeze(value)
}

/** Validates a call that Rust executes, and keeps the text that it executes. Returns its arguments for a person. */
async function prepareInRust(call: Call, observation: CallObservation | undefined): Promise<unknown> {
  const { plan, idempotencyKey, modelCall } = call
  // A model's own text has integers that a number of JavaScript does not keep.
  let text = modelCall?.argumentsText
  if (text === undefined) {
    const args = holdsFiles(call) ? await readFiles(call) : call.args
    text = `{"arguments":${wireText(plan, args, idempotencyKey)}}`
  }
  const sent = text
  const [prepared, coerced] = callNative(() => plan.native.prepare(sent)) as [string, string]
  const list = JSON.parse(coerced) as readonly Coerced[]
  if (observation !== undefined && list.length > 0) observation.coerced = list
  call.wire = prepared
  const shown = parseExactly(prepared)
  freezePlain(shown, new Set())
  return shown
}
