// Start of a call: options, caller, arguments and deadline, before anything is executed.

import { SUPERSEDED, callNative } from '../border/error'
import { emptyMembers } from '../border/given-members'
import { checkOptions, invalidOption, milliseconds, toBoolean } from '../border/options'
import { validateStandard } from '../definition/standard-validation'
import { checkCallSignal } from './abort-signals'
import { readAsk } from './questions'
import { canWait, lacksApproval, requireApproval } from './approval'
import { copyArguments, validateArguments } from './arguments'
import { checkDepth } from './call-depth'
import { cancelled } from './completion'
import { CallSignal } from './abort-signals'
import { frozenMetadata, identityText, splitContext } from './context'
import { keepNative } from './executor'
import type {
  Arguments,
  Call,
  CallEnvironment,
  CallObservation,
  CallRequest,
  CheckedOptions,
  ToolPlan,
} from './interfaces'
import { CALL_OPTIONS, OPTIONS, RESPOND_OPTIONS } from './option-names'

/** Options of a call with known names; none of the values is checked. */
export interface UncheckedOptions {
  readonly context?: unknown
  readonly signal?: unknown
  readonly timeoutMs?: unknown
  readonly idempotencyKey?: unknown
  readonly approved?: unknown
  readonly ask?: unknown
}

const NO_OPTIONS: UncheckedOptions = Object.freeze(emptyMembers<UncheckedOptions>())

/** Reads the options of a call, each once. */
export function readCallOptions(options: unknown, isModelCall = false): UncheckedOptions {
  return checkOptions(options, OPTIONS, undefined, isModelCall ? RESPOND_OPTIONS : CALL_OPTIONS)
}

/** Decides everything before execution: options, caller, arguments, deadline. */
export function startCall(environment: CallEnvironment, request: CallRequest): Call {
  const { plan, mustBeNewest } = request
  let read: ReadCall
  try {
    read = readCall(environment, request)
    if (read.spoofed === undefined) return checkCall(environment, request, read)
    // The event is given once: from here on the call stays with its revision.
    if (mustBeNewest) checkNewest(plan)
  } catch (thrown) {
    // What an outdated definition refuses counts for nothing.
    throw mustBeNewest && (thrown === SUPERSEDED || !callNative(() => plan.native.isNewest)) ? SUPERSEDED : thrown
  }
  return startSpoofedCall(environment, { ...request, mustBeNewest: false }, read, read.spoofed)
}

/**
 * Starts a call with a forged identity, and reports it last: a listener may change the registry, which releases the
 * revision of the call.
 */
function startSpoofedCall(environment: CallEnvironment, request: CallRequest, read: ReadCall, spoofed: string[]): Call {
  const { plan } = request
  try {
    const call = checkCall(environment, request, read)
    if (call.plan.isHeld !== true && (plan.slot < 0 || needsPermit(call))) call.plan = keepNative(plan)
    return call
  } finally {
    const event = { toolName: plan.name, keys: Object.freeze(spoofed), userId: read.identity.userId }
    environment.events.emit('spoofAttempt', Object.freeze(event))
  }
}

/** Tells the observation of a call that is refused before it starts who made it, and with which arguments. */
export function observeRefused(environment: CallEnvironment, request: CallRequest): void {
  const { args, identity, approved } = readCall(environment, request)
  request.observation?.madeBy(identity, identityText(identity), args, approved)
}

/** Options of a call, and its arguments and identity. The signal is not checked. */
interface ReadCall extends CheckedOptions {
  readonly args: Arguments
  /** Context keys among the arguments of a call whose identity comes from its context. */
  readonly spoofed: string[] | undefined
  readonly defaultTimeoutMs: number
}

/** Reads the options of a call, and separates its arguments from its identity. */
function readCall(environment: CallEnvironment, { plan, params, options, modelCall }: CallRequest): ReadCall {
  const { timeoutMs: registryTimeoutMs, callerOnly } = environment.limits
  const defaultTimeoutMs = plan.timeoutMs ?? registryTimeoutMs
  if (plan.slot >= 0) checkDepth(plan)
  // Rust has found no identity in arguments that it has validated.
  if (modelCall?.start !== undefined && modelCall.isValidated) {
    const { identity, timeoutMs, idempotencyKey, approved, ask, signal } = modelCall.start
    const args = params as Arguments
    return { args, identity, spoofed: undefined, timeoutMs, defaultTimeoutMs, idempotencyKey, approved, ask, signal }
  }
  const unchecked = options === undefined ? NO_OPTIONS : readCallOptions(options, modelCall !== undefined)
  const timeoutMs = checkTimeout(unchecked.timeoutMs)
  const idempotencyKey = checkKey(unchecked.idempotencyKey)
  const approved = checkApproved(unchecked.approved)
  const ask = readAsk(unchecked.ask)
  const { args, identity, spoofed } = splitContext(plan, params, unchecked.context, callerOnly)
  const { signal } = unchecked
  return { args, identity, spoofed, timeoutMs, defaultTimeoutMs, idempotencyKey, approved, ask, signal }
}

/** Checks a call whose options are read. */
function checkCall(
  environment: CallEnvironment,
  { plan, mustBeNewest, observation, modelCall, isTrial }: CallRequest,
  { args, identity, timeoutMs, defaultTimeoutMs, idempotencyKey, approved, ask, signal: unchecked }: ReadCall,
): Call {
  observation?.madeBy(identity, identityText(identity), args, approved)
  if (plan.requiresAuth) callNative(() => plan.native.require(identityText(identity)))
  ask?.checkCaller(identity, plan.tenantKey)
  const signal = checkCallSignal(unchecked)
  if (signal?.aborted) throw cancelled(plan.name, signal)
  // Copied now, like the arguments: a call may wait.
  if (identity.metadata !== undefined && (plan.slot >= 0 || environment.tellsMetadata))
    identity.metadata = frozenMetadata(identity.metadata)
  const call: Call = {
    plan,
    mustBeNewest,
    args,
    identity,
    timeoutMs: timeoutMs ?? defaultTimeoutMs,
    keepsProcess: timeoutMs !== undefined,
    signal,
    abort: new CallSignal(environment),
    onPiece: modelCall?.onPiece,
    callId: observation?.callId,
    idempotencyKey,
    approved,
    ask,
    modelCall,
  }
  call.abort.call = call
  if (call.onPiece !== undefined) call.abort.reader = 'listener'
  if (modelCall !== undefined) call.abort.listeners = modelCall.listeners
  if (environment.limits.validate && plan.slot >= 0) validateCall(call, observation)
  if (!approved && plan.approval !== false) approveCall(environment, call, observation, isTrial)
  return call
}

/** Checks the timeout of a call, in ms; nothing if the caller sets none. */
export function checkTimeout(timeoutMs: unknown): number | undefined {
  return timeoutMs === undefined ? undefined : milliseconds('timeoutMs', timeoutMs, Infinity)
}

/** Throws `SUPERSEDED` if the revision of a tool is not the newest. */
function checkNewest(plan: ToolPlan): void {
  if (!callNative(() => plan.native.isNewest)) throw SUPERSEDED
}

/**
 * Refuses a call without the approval that it needs, before limits are spent; where somebody can decide, it waits. A
 * predicate is asked once. It and a person may change the registry: the call stays with its revision.
 */
function approveCall(
  environment: CallEnvironment,
  call: Call,
  observation: CallObservation | undefined,
  isTrial = false,
): void {
  const { plan, modelCall } = call
  const waits = !isTrial && canWait(environment, modelCall?.listeners)
  // Rust refuses its own tools.
  if (plan.slot < 0 && !waits) return
  if (typeof plan.approval === 'function' || waits) {
    if (call.mustBeNewest) checkNewest(plan)
    call.mustBeNewest = false
    if ((plan.slot < 0 || needsPermit(call)) && plan.isHeld !== true) call.plan = keepNative(plan)
    if (plan.closure?.guard === undefined) {
      // A copy: the closure gets what the predicate, or the person, has seen.
      if (modelCall?.isValidated !== true) call.args = copyArguments(plan, call.args)
      if (environment.limits.validate) call.judged = call.args
    }
  }
  if (waits) {
    call.waits = false
    // Known from here on, also after the revision.
    plan.origin()
  }
  requireApproval(environment, call, observation)
}

/**
 * Validates the arguments of a closure: the core first, then a Standard Schema. Without a Standard Schema, a call that
 * needs a permit and no approval is validated with it.
 */
function validateCall(call: Call, observation?: CallObservation): void {
  const { plan, modelCall } = call
  const guard = plan.closure?.guard
  const isValidated = modelCall?.isValidated === true
  if (guard === undefined) {
    if (!isValidated && (lacksApproval(call) || !needsPermit(call))) call.args = validateArguments(call, observation)
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

/** Checks whether a person approved a call, as its caller says. */
export function checkApproved(approved: unknown): boolean {
  return toBoolean('approved', approved, false)
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
