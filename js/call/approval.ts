// Approval (human in the loop): refuses a call of a closure that a person has to approve, and has not.

import { failureOf } from '../border/error'
import type { Failure, ToolrackError } from '../border/error'
import { kindOf } from '../border/kind'
import { raise, toolFailed } from '../border/raised-error'
import { isPromise } from '../border/realm'
import { isThenable } from '../border/thenable'
import { validateStandard } from '../definition/standard-validation'
import { ascend, descend } from './call-depth'
import { CallContext } from './context'
import type { Arguments, Call, CallEnvironment, ClosureFunction } from './interfaces'

/** Whether a call of a closure needs approval, or may need it, and has none. Rust refuses those of other tools. */
export function lacksApproval({ plan, approved }: Call): boolean {
  return !approved && plan.approval !== false && plan.slot >= 0
}

/**
 * Refuses a call that lacks approval, whose arguments are valid. Where its Standard Schema or its predicate takes time,
 * the call waits for them.
 */
export function requireApproval(environment: CallEnvironment, call: Call): void {
  const decide = (args: Arguments) => decideApproval(environment, call, args)
  const decided = call.pending === undefined ? decide(call.args) : call.pending.then(decide)
  if (isPromise(decided)) call.pending = decided
}

/** Returns the arguments of a call that needs no approval, or a promise of them. */
function decideApproval(environment: CallEnvironment, call: Call, args: Arguments): Arguments | Promise<Arguments> {
  const { plan } = call
  const { approval, name, closure } = plan
  if (typeof approval !== 'function') throw approvalRequired(name)
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
    if (answer) throw approvalRequired(name)
    return args
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

function approvalRequired(tool: string): ToolrackError {
  return raise('APPROVAL_REQUIRED', { tool })
}
