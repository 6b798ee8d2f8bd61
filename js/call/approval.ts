// Approval (human in the loop): a call that a person has to approve, and has not, is refused or waits.

import { failureOf } from '../border/error'
import type { Failure } from '../border/error'
import { kindOf } from '../border/kind'
import { raise, toolFailed } from '../border/raised-error'
import { isPromise } from '../border/realm'
import { isThenable } from '../border/thenable'
import { validateStandard } from '../definition/standard-validation'
import type * as approvalWait from './approval-wait'
import { ascend, descend } from './call-depth'
import { CallContext } from './context'
import type { Arguments, Call, CallEnvironment, CallListeners, CallObservation, ClosureFunction } from './interfaces'

/** Whether a call waits where it needs approval: somebody can decide, its client or a listener of the registry. */
export function canWait({ events }: Pick<CallEnvironment, 'events'>, listeners: CallListeners | undefined): boolean {
  return listeners?.approver?.() !== undefined || events.has('approval')
}

/** Whether a call of a closure needs approval, or may need it, and has none. Rust refuses those of other tools. */
export function lacksApproval({ plan, approved }: Call): boolean {
  return !approved && plan.approval !== false && plan.slot >= 0
}

/**
 * Refuses a call that lacks approval, whose arguments are valid; where somebody can decide, the call waits. It waits for a
 * Standard Schema and a predicate that take time, too.
 */
export function requireApproval(environment: CallEnvironment, call: Call, observation?: CallObservation): void {
  const decide = (args: Arguments) => decideApproval(environment, call, args)
  const decided = call.pending === undefined ? decide(call.args) : call.pending.then(decide)
  if (call.waits === undefined) {
    if (isPromise(decided)) call.pending = decided
    return
  }
  const wait = (args: Arguments): Arguments | Promise<Arguments> => {
    call.args = args
    return call.waits === true ? waiting().waitForApproval(environment, call, observation) : args
  }
  if (isPromise(decided)) call.pending = decided.then(wait)
  // Later, when the call has started: a listener may change the registry, or close it.
  else if (call.waits) call.pending = Promise.resolve().then(() => wait(decided))
}

/** Few calls wait. */
function waiting(): typeof approvalWait {
  return require('./approval-wait') as typeof approvalWait
}

/** Returns the arguments of a call that needs no approval, or a promise of them. */
function decideApproval(environment: CallEnvironment, call: Call, args: Arguments): Arguments | Promise<Arguments> {
  const { plan } = call
  const { approval, name, closure } = plan
  if (typeof approval !== 'function') return refuseOrWait(call, args)
  const guard = closure?.decisionGuard
  if (guard === undefined) return askPredicate(environment, call, approval, args, args)
  const { args: seen, pending } = validateStandard(name, guard, args)
  const ask = (output: Arguments) => askPredicate(environment, call, approval, output, args)
  return pending === undefined ? ask(seen) : pending.then(ask)
}

/** Asks a predicate about the arguments that the tool will see; returns those of the call. */
function askPredicate(
  environment: CallEnvironment,
  call: Call,
  approval: ClosureFunction,
  seen: Arguments,
  args: Arguments,
): Arguments | Promise<Arguments> {
  const { plan, identity, abort } = call
  const { name, revision, closure } = plan
  const fail = (thrown: unknown): never => {
    throw toolFailed(name, thrown, predicateFailure(thrown).message)
  }
  const settle = (answer: unknown): Arguments => {
    if (typeof answer !== 'boolean') return fail(noAnswer(answer))
    return answer ? refuseOrWait(call, args) : args
  }
  let answer: unknown
  descend()
  try {
    call.callId ??= environment.callId()
    answer = approval.call(closure?.self, seen, new CallContext(identity, name, revision, call.callId, abort, false))
    // A promise turns any thenable into one value or one rejection.
    if (isThenable(answer)) answer = Promise.resolve(answer)
  } catch (thrown) {
    fail(thrown)
  } finally {
    ascend()
  }
  if (!isPromise(answer)) return settle(answer)
  // Our own promise: the predicate's may have replaced `then`.
  return new Promise((resolve) => resolve(answer)).then(settle, fail)
}

/** Makes the error of a predicate that answers with another value. */
export function noAnswer(answer: unknown): TypeError {
  return new TypeError(`it must return true or false, or a promise of one, not ${kindOf(answer)}`)
}

/** Describes what a predicate threw, as a failure of its tool. */
export function predicateFailure(thrown: unknown): Failure {
  const failure = failureOf(thrown)
  return { ...failure, message: `requiresApproval failed: ${failure.message}` }
}

/** Refuses a call that needs approval, or notes that it waits. */
function refuseOrWait(call: Call, args: Arguments): Arguments {
  if (call.waits === undefined) throw raise('APPROVAL_REQUIRED', { tool: call.plan.name })
  call.waits = true
  return args
}
