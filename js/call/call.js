'use strict'

// Call: validates one call, gets its permit, executes it and settles it; also as a stream.

const { CallPermit } = require('./call-permit')
const { copyArguments, validateArguments } = require('./arguments')
const { executeTool, keepNative } = require('./executor')
const { cancelled, completed, toCallError, watchDeadline } = require('./completion')
const { CallSignal, frozenMetadata, identityText, splitContext } = require('./context')
const { checkDepth } = require('./call-depth')
const { revive, callNative, toolFailed } = require('../border/error')
const { checkOptions, invalidOption, milliseconds, readOption } = require('../border/options')
const { isPromise } = require('../border/realm')
const { checkSignal } = require('./abort-signals')
const { CallStream, Running, collect, iteratorOf, oneShot } = require('./streaming')
const { validateStandard } = require('../definition/standard-validation')

const OPTIONS = Object.freeze(['context', 'signal', 'timeoutMs', 'idempotencyKey'])

/**
 * What all calls of one tool of one revision share; made once.
 * @typedef {object} Plan
 * @property {import('../../binding').NativeTool} native
 * @property {string} name
 * @property {number} slot slot of its closure; -1 for a tool that Rust executes
 * @property {number} own context keys that are arguments of the tool, as bits
 * @property {boolean} requiresAuth
 * @property {boolean} isLimited whether a call needs a permit
 * @property {number | undefined} timeoutMs default of the tool or its source
 * @property {number} depth limit of nested closure calls
 * @property {number} revision
 * @property {import('../closures').Closure | undefined} closure
 * @property {() => { source: string, schemaHash: string }} origin
 * @property {() => import('../../binding').NativeTool} hold makes another native handle on the tool while the revision is
 * open
 * @property {true} [isHeld] whether its native tool outlives the revision
 */

/**
 * A validated call with a known caller.
 * @typedef {object} Call
 * @property {Plan} plan
 * @property {any} args what the closure gets
 * @property {any} [judged] what the core validated, if the tool's Standard Schema returned other values
 * @property {Promise<any>} [pending] the result of an asynchronous Standard Schema
 * @property {{ userId?: unknown, auditingId?: unknown, metadata?: unknown }} identity
 * @property {number} limit in ms
 * @property {boolean} holds whether the timeout keeps the process alive
 * @property {AbortSignal | undefined} signal the caller's own
 * @property {CallSignal} abort the closure's
 * @property {string | undefined} callId
 * @property {string | undefined} key idempotency key
 * @property {Asked | undefined} asked set for a model's call
 */

/**
 * A model's call.
 * @typedef {{ target: string, sent: any, answer: import('../reply/model-reply').ModelReply }} Asked
 */

/** @typedef {import('../observe/observation').Observation} Observation */

/**
 * Executes one call that starts on this thread. Rust finds the tool, validates arguments and identity, and executes
 * HTTP operations. A closure is called here, so objects keep their identity.
 * @param {import('../closures').Closures} closures @param {Plan} plan @param {any} params @param {any} options
 * @param {Observation} [observation] of the call, if anything observes it @param {Asked} [asked]
 * @returns {Promise<any>} the tool's result; for a model's call that Rust executes, the reply to the model
 */
function execute(closures, plan, params, options, observation, asked) {
  const call = startCall(closures, plan, params, options, observation, asked)
  if (call.pending !== undefined) return startAfterValidation(closures, call, call.pending, observation)
  if (needsPermit(call)) return startWithPermit(closures, call, observation)
  const result = executeTool(closures, call, observation)
  if (isPromise(result)) return completed(closures, call, result)
  const iterator = streamPieces(plan, result)
  return iterator === undefined ? Promise.resolve(result) : completed(closures, call, collect(iterator, call.abort))
}

/** The iterator of a streamed result, if it is one. @param {Plan} plan @param {any} result */
function streamPieces(plan, result) {
  try {
    return iteratorOf(result)
  } catch (thrown) {
    throw toolFailed(plan.name, thrown)
  }
}

/**
 * Executes a call as a stream.
 * @param {import('../closures').Closures} closures
 * @param {Plan} plan
 * @param {any} params
 * @param {any} options
 * @param {Observation} [observation]
 */
function stream(closures, plan, params, options, observation) {
  return new CallStream(async (canBeGivenUp) => {
    try {
      return await openStream(closures, plan, params, options, canBeGivenUp, observation)
    } catch (thrown) {
      const error = revive(thrown)
      observation?.end(error)
      throw error
    }
  })
}

/**
 * Starts a streamed call.
 * @param {import('../closures').Closures} closures @param {Plan} plan @param {any} params @param {any} options
 * @param {(giveUp: () => void) => void} canBeGivenUp @param {Observation} [observation]
 */
async function openStream(closures, plan, params, options, canBeGivenUp, observation) {
  if (readOption('options', () => options?.idempotencyKey) !== undefined)
    throw invalidOption('idempotencyKey', 'a stream cannot be repeated')
  const call = startCall(closures, plan, params, options, observation)
  const admit = () => (needsPermit(call) ? new CallPermit(closures, call, observation) : undefined)
  let permit = call.pending === undefined ? admit() : undefined
  /** @type {(error: unknown) => void} */
  let fail = () => {}
  const fate = new Promise((_, reject) => (fail = reject))
  // A reader between two pieces gets the error with the next request.
  fate.catch(() => {})
  const settle = watchDeadline(closures, call, (error) => {
    permit?.leave()
    fail(error)
    observation?.end(error)
  })
  const end = (/** @type {any} */ error) => {
    permit?.leave()
    plan.native.release()
    if (!settle()) return
    if (error !== undefined) call.abort.abort(error)
    observation?.end(error)
  }
  canBeGivenUp(() => {
    const error = cancelled(plan.name)
    fail(error)
    end(error)
  })
  try {
    if (call.pending !== undefined) {
      call.args = await Promise.race([call.pending, fate])
      permit = admit()
    }
    if (permit?.waits) await Promise.race([permit.turn(), fate])
    const within = observation === undefined ? plainly : (/** @type {() => any} */ work) => observation.within(work)
    let result = within(() => executeTool(closures, call, observation))
    if (isPromise(result)) {
      // Our own promise: the closure's may have replaced `then` or `catch`.
      const answer = new Promise((resolve) => resolve(result)).catch((thrown) =>
        Promise.reject(toCallError(plan, thrown)),
      )
      result = await Promise.race([answer, fate])
    }
    const iterator = streamPieces(plan, result) ?? oneShot(result)
    return new Running(iterator, plan.name, end, /** @type {Promise<never>} */ (fate), within)
  } catch (error) {
    end(error)
    throw error
  }
}

/** @template T @param {() => T} work @returns {T} */
const plainly = (work) => work()

/**
 * Decides everything before execution: options, caller, arguments, deadline.
 * @param {import('../closures').Closures} closures
 * @param {Plan} plan
 * @param {any} params
 * @param {any} options
 * @param {Observation} [observation]
 * @param {Asked} [asked]
 * @returns {Call}
 */
function startCall(closures, plan, params, options, observation, asked) {
  const {
    context,
    signal,
    timeoutMs,
    idempotencyKey: key,
  } = options === undefined ? NONE : checkOptions(options, OPTIONS)
  const limit = milliseconds('timeoutMs', timeoutMs, plan.timeoutMs ?? closures.limits.timeoutMs)
  if (key !== undefined) checkKey(key)
  if (plan.slot >= 0) checkDepth(plan)
  const { args, identity, spoofed } = splitContext(plan, params, context, closures.limits.callerOnly)
  try {
    observation?.madeBy(identity, identityText(identity), args)
    if (plan.requiresAuth) callNative(() => plan.native.require(identityText(identity)))
    checkSignal(signal)
    if (signal?.aborted) throw cancelled(plan.name, signal)
    // Copied now, like the arguments: a call may wait.
    if (identity.metadata !== undefined && (plan.slot >= 0 || closures.tellsMetadata))
      identity.metadata = frozenMetadata(identity.metadata)
    const call = {
      plan,
      args,
      identity,
      limit,
      holds: timeoutMs !== undefined,
      signal,
      abort: new CallSignal(),
      callId: observation?.callId,
      key,
      asked,
    }
    if (closures.limits.validate && plan.slot >= 0) validateCall(call, observation)
    return call
  } finally {
    // Last: a listener may change the registry, which releases this revision.
    if (spoofed !== undefined) {
      closures.events.emit(
        'spoofAttempt',
        Object.freeze({ toolName: plan.name, keys: Object.freeze(spoofed), userId: identity.userId }),
      )
    }
  }
}

/**
 * Validates the arguments of a closure: the core first, then a Standard Schema. Without a Standard Schema, a call that
 * needs a permit is validated with it.
 * @param {Call} call @param {Observation} [observation]
 */
function validateCall(call, observation) {
  const { plan, args } = call
  const guard = plan.closure?.guard
  if (guard === undefined) {
    if (!needsPermit(call)) call.args = validateArguments(plan, args, observation)
    return
  }
  // A copy: an asynchronous validation must not see later changes.
  call.judged = copyArguments(plan, validateArguments(plan, args, observation))
  const { args: output, pending } = validateStandard(plan.name, guard, call.judged)
  if (pending === undefined) {
    call.args = output
    return
  }
  call.pending = pending
  // The revision may be gone when the permit is requested.
  if (needsPermit(call) && plan.isHeld !== true) call.plan = keepNative(plan)
}

/** Whether a closure call needs a permit; that request validates its arguments too. @param {Call} call */
function needsPermit({ plan, key }) {
  return plan.slot >= 0 && (plan.isLimited || key !== undefined)
}

/** Checks what Rust cannot see of an idempotency key. @param {unknown} key */
function checkKey(key) {
  if (typeof key !== 'string') throw invalidOption('idempotencyKey', 'must be a string')
  // In Rust and in an HTTP header it would become another text, perhaps that of another key.
  if (!key.isWellFormed())
    throw invalidOption('idempotencyKey', 'has half of a surrogate pair: a key is well-formed text')
}

/** @type {{ context?: any, signal?: any, timeoutMs?: any, idempotencyKey?: any }} */
const NONE = Object.freeze({})

/**
 * A closure call with an asynchronous Standard Schema, within its deadline. The permit is requested after validation:
 * refused arguments count against no limit.
 * @param {import('../closures').Closures} closures
 * @param {Call} call
 * @param {Promise<any>} pending
 * @param {Observation} [observation]
 */
function startAfterValidation(closures, call, pending, observation) {
  const start = new Start(closures, call)
  /** @type {CallPermit | undefined} */
  let permit
  const result = pending.then((args) => {
    // The call is over already.
    if (call.abort.signal.aborted) throw call.abort.signal.reason
    call.args = args
    if (!needsPermit(call)) return start.begin()
    permit = new CallPermit(closures, call, observation)
    if (permit.replays) return permit.replay()
    return permit.waits ? permit.turn().then(start.begin) : start.begin()
  })
  return completed(closures, call, result, { isOwn: start.isOwn, over: (ok, outcome) => permit?.leave(ok, outcome) })
}

/** A delayed start of a closure. It tells errors of toolrack before the start from failures of the closure. */
class Start {
  #hasBegun = false
  /** @type {unknown} */
  #told

  /** @param {import('../closures').Closures} closures @param {Call} call */
  constructor(closures, call) {
    this.begin = () => {
      this.#hasBegun = true
      try {
        const result = executeTool(closures, call)
        const iterator = isPromise(result) ? undefined : streamPieces(call.plan, result)
        return iterator === undefined ? result : collect(iterator, call.abort)
      } catch (error) {
        throw (this.#told = error)
      }
    }
    // A closure may reject with `undefined`, which is no error of toolrack.
    this.isOwn = (/** @type {unknown} */ thrown) => !this.#hasBegun || (thrown !== undefined && thrown === this.#told)
  }
}

/**
 * A closure call that needs a permit.
 * @param {import('../closures').Closures} closures @param {Call} call @param {Observation} [observation]
 */
function startWithPermit(closures, call, observation) {
  const permit = new CallPermit(closures, call, observation)
  if (permit.replays) return completed(closures, call, permit.replay(), { isOwn: () => true })
  const { begin, isOwn } = new Start(closures, call)
  /** @type {any} */
  let result
  try {
    result = permit.waits ? permit.turn().then(begin) : begin()
  } catch (error) {
    permit.leave(false, error)
    throw error
  }
  if (!isPromise(result)) {
    permit.leave(true, result)
    return Promise.resolve(result)
  }
  return completed(closures, call, result, { isOwn, over: (ok, outcome) => permit.leave(ok, outcome) })
}

exports.execute = execute
exports.stream = stream
