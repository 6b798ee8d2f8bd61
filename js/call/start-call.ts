// Start of a call: options, caller, arguments and deadline, before anything is executed.

import { callNative } from '../border/error'
import { checkOptions, invalidOption, milliseconds } from '../border/options'
import { validateStandard } from '../definition/standard-validation'
import { checkSignal } from './abort-signals'
import { copyArguments, validateArguments } from './arguments'
import { checkDepth } from './call-depth'
import { cancelled } from './completion'
import { CallSignal, frozenMetadata, identityText, splitContext } from './context'
import { keepNative } from './executor'
import type { Call, CallEnvironment, CallObservation, ModelCall, ToolPlan } from './interfaces'

const OPTIONS = Object.freeze(['context', 'signal', 'timeoutMs', 'idempotencyKey'] as const)
/** All options of a call and of `respond`, of which a registry and a snapshot read some before. */
const CALL_OPTIONS: readonly string[] = Object.freeze([...OPTIONS, 'versions'])
const RESPOND_OPTIONS: readonly string[] = Object.freeze([...CALL_OPTIONS, 'filter', 'strict', 'revision'])

/** Options of a call with known names; none of the values is checked. */
interface UncheckedOptions {
  readonly context?: unknown
  readonly signal?: unknown
  readonly timeoutMs?: unknown
  readonly idempotencyKey?: unknown
}

const NO_OPTIONS: UncheckedOptions = Object.freeze({})

/** Reads the options of a call, each once. */
export function readCallOptions(options: unknown, isModelCall = false): UncheckedOptions {
  return checkOptions(options, OPTIONS, undefined, isModelCall ? RESPOND_OPTIONS : CALL_OPTIONS)
}

/** Decides everything before execution: options, caller, arguments, deadline. */
export function startCall(
  environment: CallEnvironment,
  plan: ToolPlan,
  params: unknown,
  options: unknown,
  observation?: CallObservation,
  modelCall?: ModelCall,
): Call {
  const unchecked = options === undefined ? NO_OPTIONS : readCallOptions(options, modelCall !== undefined)
  const timeoutMs = milliseconds('timeoutMs', unchecked.timeoutMs, plan.timeoutMs ?? environment.limits.timeoutMs)
  const idempotencyKey = checkKey(unchecked.idempotencyKey)
  if (plan.slot >= 0) checkDepth(plan)
  const { args, identity, spoofed } = splitContext(plan, params, unchecked.context, environment.limits.callerOnly)
  try {
    observation?.madeBy(identity, identityText(identity), args)
    if (plan.requiresAuth) callNative(() => plan.native.require(identityText(identity)))
    const signal = checkSignal(unchecked.signal)
    if (signal?.aborted) throw cancelled(plan.name, signal)
    // Copied now, like the arguments: a call may wait.
    if (identity.metadata !== undefined && (plan.slot >= 0 || environment.tellsMetadata))
      identity.metadata = frozenMetadata(identity.metadata)
    const call: Call = {
      plan,
      args,
      identity,
      timeoutMs,
      keepsProcess: unchecked.timeoutMs !== undefined,
      signal,
      abort: new CallSignal(),
      callId: observation?.callId,
      idempotencyKey,
      modelCall,
    }
    if (environment.limits.validate && plan.slot >= 0) validateCall(call, observation)
    return call
  } finally {
    // Last: a listener may change the registry, which releases this revision.
    if (spoofed !== undefined) {
      environment.events.emit(
        'spoofAttempt',
        Object.freeze({ toolName: plan.name, keys: Object.freeze(spoofed), userId: identity.userId }),
      )
    }
  }
}

/**
 * Validates the arguments of a closure: the core first, then a Standard Schema. Without a Standard Schema, a call that
 * needs a permit is validated with it.
 */
function validateCall(call: Call, observation?: CallObservation): void {
  const { plan, args } = call
  const guard = plan.closure?.guard
  if (guard === undefined) {
    if (!needsPermit(call)) call.args = validateArguments(plan, args, observation)
    return
  }
  // A copy: an asynchronous validation must not see later changes.
  call.judged = copyArguments(plan, validateArguments(plan, args, observation))
  // Any output that is no object has been refused.
  const { args: output, pending } = validateStandard(plan.name, guard, call.judged)
  if (pending === undefined) {
    call.args = output
    return
  }
  call.pending = pending
  // The revision may be gone when the permit is requested.
  if (needsPermit(call) && plan.isHeld !== true) call.plan = keepNative(plan)
}

/** Whether a closure call needs a permit; that request validates its arguments too. */
export function needsPermit({ plan, idempotencyKey }: Call): boolean {
  return plan.slot >= 0 && (plan.isLimited || idempotencyKey !== undefined)
}

/** Checks what Rust cannot see of an idempotency key. */
function checkKey(key: unknown): string | undefined {
  if (key === undefined) return undefined
  if (typeof key !== 'string') throw invalidOption('idempotencyKey', 'must be a string')
  // In Rust and in an HTTP header it would become another text, perhaps that of another key.
  if (!key.isWellFormed())
    throw invalidOption('idempotencyKey', 'has half of a surrogate pair: a key is well-formed text')
  return key
}
