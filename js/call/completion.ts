// Completion: settles a call by result, deadline or cancellation, whichever comes first.

import { revive } from '../border/error'
import type { ToolrackError } from '../border/error'
import { raise } from '../border/raised-error'
import { isLater } from '../border/maybe-promise'
import { isThenable } from '../border/thenable'
import { onAbort } from './abort-signals'
import type { CallerSignal } from './abort-signals'
import type { CallEnvironment, SettledCall, ToolPlan } from './interfaces'
import type { ResultStep, SettledResult } from './result-validation'
import { closureFailed } from './questions'
import { collect, iteratorOf } from './streaming'

/** Options of the completion of a call. */
export interface CompletionOptions {
  /** Whether a rejection is an error of toolrack. */
  readonly isOwn?: (thrown: unknown) => boolean
  /** Gets the outcome of the call, once. */
  readonly over?: (ok: boolean, outcome: unknown) => void
  /** Makes what the call gives of its result, within the call. */
  readonly step?: ResultStep | undefined
}

const NO_OPTIONS: CompletionOptions = Object.freeze({})

/** Settles a call with its result, or with deadline or cancellation if those come first. */
export function completed(
  environment: CallEnvironment,
  call: SettledCall,
  result: PromiseLike<unknown>,
  { isOwn, over, step }: CompletionOptions = NO_OPTIONS,
): Promise<unknown> {
  return new Promise((resolve, rejectWith) => {
    const reject = (error: unknown) => {
      over?.(false, error)
      rejectWith(error)
    }
    const settle = watchDeadline(environment, call, reject)
    const succeed = ({ outcome, given }: SettledResult) => {
      if (settle()) {
        over?.(true, outcome)
        resolve(given)
      } else environment.lateResults++
    }
    const failStep = (thrown: unknown) => {
      if (settle()) reject(revive(thrown))
    }
    const deliver = (value: unknown) => {
      if (step === undefined || call.abort.isAborted) return succeed({ outcome: value, given: value })
      try {
        const made = step(value)
        if (isLater(made)) made.then(succeed, failStep)
        else succeed(made)
      } catch (thrown) {
        failStep(thrown)
      }
    }
    const fail = (thrown: unknown) => {
      if (settle()) reject(isOwn?.(thrown) ? revive(thrown) : toCallError(call.plan, thrown))
      else if (!isOwn?.(thrown)) environment.lateResults++
    }
    // An error in here would leave the call unsettled and end the process.
    const follow = (value: unknown): void => {
      try {
        // A value that becomes a thenable at the second access would keep this promise open past its deadline.
        if (isThenable(value)) return void new Promise<unknown>((resolve) => resolve(value)).then(follow, fail)
        const iterator = iteratorOf(value)
        if (iterator === undefined) deliver(value)
        else collect(iterator, call.abort, call.onPiece).then(deliver, fail)
      } catch (thrown) {
        fail(thrown)
      }
    }
    try {
      result.then(follow, fail)
    } catch (thrown) {
      // The promise may have replaced `then`.
      fail(thrown)
    }
  })
}

/**
 * Ends a call at its deadline or cancellation, and aborts the closure's signal. The returned function marks the call as
 * settled and returns whether it was still open.
 */
export function watchDeadline(
  environment: CallEnvironment,
  call: SettledCall,
  fail: (error: ToolrackError) => void,
): () => boolean {
  const { plan, timeoutMs, keepsProcess, signal, abort } = call
  let isOver = false
  const settle = () => {
    if (isOver) return false
    isOver = true
    deadline.clear()
    off?.()
    return true
  }
  const end = (error: ToolrackError) => {
    if (!settle()) return
    fail(error)
    abort.abort(error)
  }
  const expire = () => end(timedOut(plan.name, timeoutMs))
  let deadline = environment.deadlines.add(timeoutMs, keepsProcess, expire)
  if (call.waits !== undefined)
    call.pause = () => {
      // Whole: calls of one timeout share a timer.
      const left = Math.ceil(deadline.at - environment.clock.now())
      deadline.clear()
      return () => {
        if (!isOver) deadline = environment.deadlines.add(left, keepsProcess, expire)
      }
    }
  const off = signal && onAbort(signal, () => end(cancelled(plan.name, signal)))
  // The closure may have aborted the caller's signal before there was a listener.
  if (signal?.aborted) queueMicrotask(() => end(cancelled(plan.name, signal)))
  return settle
}

/** Converts a thrown value into the error of the call. */
export function toCallError(plan: Pick<ToolPlan, 'name' | 'slot'>, thrown: unknown): ToolrackError {
  return plan.slot < 0 ? revive(thrown) : closureFailed(plan.name, thrown)
}

function timedOut(tool: string, timeoutMs: number): ToolrackError {
  return raise('TIMEOUT', { tool, timeoutMs })
}

/** Makes the error of a cancelled call. */
export function cancelled(tool: string, signal?: CallerSignal): ToolrackError {
  return raise('CANCELLED', { tool }, signal && { cause: signal.reason as unknown })
}
