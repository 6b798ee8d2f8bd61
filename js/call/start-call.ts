// Start of a call: options, caller, arguments and deadline, before anything is executed.

import { SUPERSEDED, callNative } from '../border/error'
import { checkOptions, invalidOption, milliseconds } from '../border/options'
import { validateStandard } from '../definition/standard-validation'
import { checkSignal } from './abort-signals'
import { copyArguments, validateArguments } from './arguments'
import { checkDepth } from './call-depth'
import { cancelled } from './completion'
import { CallSignal, frozenMetadata, identityText, splitContext } from './context'
import { keepNative } from './executor'
import type { Call, CallEnvironment, CallObservation, CallRequest, ToolPlan } from './interfaces'

const OPTIONS = Object.freeze(['context', 'signal', 'timeoutMs', 'idempotencyKey'] as const)
/** All options of a call and of `respond`, of which a registry and a snapshot read some before. */
const CALL_OPTIONS: readonly string[] = Object.freeze([...OPTIONS, 'versions'])
const RESPOND_OPTIONS: readonly string[] = Object.freeze([...CALL_OPTIONS, 'filter', 'strict', 'revision'])

/** Options of a call with known names; none of the values is checked. */
export interface UncheckedOptions {
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

/**
 * Decides everything before execution: options, caller, arguments, deadline. A forged identity is reported last: a
 * listener may change the registry, which releases the revision of the call.
 */
export function startCall(environment: CallEnvironment, request: CallRequest): Call {
  const { plan, mustBeNewest } = request
  let spoofed: SpoofedIdentity | undefined
  try {
    const call = checkCall(environment, request, (found) => (spoofed = found))
    if (spoofed === undefined) return call
    // The event is given once: from here on the call stays with its revision.
    if (mustBeNewest) checkNewest(plan)
    call.mustBeNewest = false
    if (plan.slot < 0 || needsPermit(call)) call.plan = keepNative(plan)
    return call
  } catch (thrown) {
    // What an outdated definition refuses counts for nothing.
    if (mustBeNewest && (thrown === SUPERSEDED || !callNative(() => plan.native.isNewest))) {
      spoofed = undefined
      throw SUPERSEDED
    }
    throw thrown
  } finally {
    if (spoofed !== undefined) {
      const { keys, userId } = spoofed
      const event = Object.freeze({ toolName: plan.name, keys: Object.freeze(keys), userId })
      environment.events.emit('spoofAttempt', event)
    }
  }
}

/** Context keys among the arguments of a call whose identity comes from its context. */
interface SpoofedIdentity {
  readonly keys: string[]
  /** The user of the context. */
  readonly userId: unknown
}

/** Checks a call; `report` gets a forged identity. */
function checkCall(
  environment: CallEnvironment,
  { plan, params, options, mustBeNewest, observation, modelCall }: CallRequest,
  report: (spoofed: SpoofedIdentity) => void,
): Call {
  const unchecked = options === undefined ? NO_OPTIONS : readCallOptions(options, modelCall !== undefined)
  const timeoutMs = milliseconds('timeoutMs', unchecked.timeoutMs, plan.timeoutMs ?? environment.limits.timeoutMs)
  const idempotencyKey = checkKey(unchecked.idempotencyKey)
  if (plan.slot >= 0) checkDepth(plan)
  const { args, identity, spoofed } = splitContext(plan, params, unchecked.context, environment.limits.callerOnly)
  if (spoofed !== undefined) report({ keys: spoofed, userId: identity.userId })
  observation?.madeBy(identity, identityText(identity), args)
  if (plan.requiresAuth) callNative(() => plan.native.require(identityText(identity)))
  const signal = checkSignal(unchecked.signal)
  if (signal?.aborted) throw cancelled(plan.name, signal)
  // Copied now, like the arguments: a call may wait.
  if (identity.metadata !== undefined && (plan.slot >= 0 || environment.tellsMetadata))
    identity.metadata = frozenMetadata(identity.metadata)
  const call: Call = {
    plan,
    mustBeNewest,
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
}

/** Throws `SUPERSEDED` if the revision of a tool is not the newest. */
function checkNewest(plan: ToolPlan): void {
  if (!callNative(() => plan.native.isNewest)) throw SUPERSEDED
}

/**
 * Validates the arguments of a closure: the core first, then a Standard Schema. Without a Standard Schema, a call that
 * needs a permit is validated with it.
 */
function validateCall(call: Call, observation?: CallObservation): void {
  const { plan, modelCall } = call
  const guard = plan.closure?.guard
  const isValidated = modelCall?.isValidated === true
  if (guard === undefined) {
    if (!isValidated && !needsPermit(call)) call.args = validateArguments(call, observation)
    return
  }
  // A copy: an asynchronous validation must not see later changes.
  call.judged = isValidated ? call.args : copyArguments(plan, validateArguments(call, observation))
  // The schema is asked once.
  call.mustBeNewest = false
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
export function checkKey(key: unknown): string | undefined {
  if (key === undefined) return undefined
  if (typeof key !== 'string') throw invalidOption('idempotencyKey', 'must be a string')
  // In Rust and in an HTTP header it would become another text, perhaps that of another key.
  if (!key.isWellFormed())
    throw invalidOption('idempotencyKey', 'has half of a surrogate pair: a key is well-formed text')
  return key
}
