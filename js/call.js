'use strict'

// Call: validates one call, gets its permit, executes it and settles it; also as a stream.

const { CallPermit } = require('./call-permit')
const { copyArguments, validateArguments } = require('./arguments')
const { executeTool, keepNative } = require('./executor')
const { cancelled, completed, toCallError, watchDeadline } = require('./completion')
const { CallSignal, frozenMetadata, identityText, splitContext } = require('./context')
const { checkDepth } = require('./call-depth')
const { revive, callNative, toolFailed } = require('./error')
const { checkOptions, invalidOption, milliseconds, readOption } = require('./options')
const { isPromise } = require('./realm')
const { checkSignal } = require('./abort-signals')
const { CallStream, Running, collect, iteratorOf, oneShot } = require('./streaming')
const { validateStandard } = require('./standard-validation')

const OPTIONS = Object.freeze(['context', 'signal', 'timeoutMs', 'idempotencyKey'])

/**
 * What a call of one tool of one revision takes; made once, used for every call of it.
 * @typedef {object} Plan
 * @property {import('../binding').NativeTool} native
 * @property {string} name
 * @property {number} slot where its closure is; -1 for a tool that Rust carries out
 * @property {number} own context keys that are arguments of the tool, as bits
 * @property {boolean} requiresAuth
 * @property {boolean} isLimited whether a call has to ask before it starts
 * @property {number | undefined} timeoutMs its own or its source's
 * @property {number} depth how many calls of closures may stand in one another where this is the last of them
 * @property {number} revision
 * @property {import('./closures').Closure | undefined} closure
 * @property {() => { source: string, schemaHash: string }} origin
 * @property {() => import('../binding').NativeTool} hold another hold on the tool, for as long as the revision is there
 * to ask
 * @property {true} [isHeld] whether its native tool outlives the revision
 */

/**
 * A call that may be carried out: who calls is known, and what they ask for is right.
 * @typedef {object} Call
 * @property {Plan} plan
 * @property {any} args what the closure gets
 * @property {any} [judged] what the core judged, where the tool's own schema made something else of it
 * @property {Promise<any>} [pending] what the tool's own schema makes of them, where that takes time
 * @property {{ userId?: unknown, auditingId?: unknown, metadata?: unknown }} identity
 * @property {number} limit in ms
 * @property {boolean} holds whether the process waits for the limit
 * @property {AbortSignal | undefined} signal the caller's own
 * @property {CallSignal} abort the closure's
 * @property {string | undefined} callId
 * @property {string | undefined} key what makes a second call the same one
 * @property {Asked | undefined} asked where a model made the call
 */

/**
 * A call that a model made.
 * @typedef {{ target: string, sent: any, answer: import('./model-reply').ModelReply }} Asked
 */

/** @typedef {import('./observation').Observation} Observation */

/**
 * One call that starts on this thread. Rust finds the tool, judges arguments and identity and carries HTTP operations
 * out; a closure is called right here, so that objects reach it as they are.
 * @param {import('./closures').Closures} closures @param {Plan} plan @param {any} params @param {any} options
 * @param {Observation} [observation] where the call is seen from outside @param {Asked} [asked]
 * @returns {Promise<any>} what the tool answered; for a model's call of a tool that Rust carries out, what the model is
 * answered
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

/** What a closure answers piece by piece, if it does. @param {Plan} plan @param {any} result */
function streamPieces(plan, result) {
  try {
    return iteratorOf(result)
  } catch (thrown) {
    throw toolFailed(plan.name, thrown)
  }
}

/**
 * The same call, piece by piece.
 * @param {import('./closures').Closures} closures
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
 * Begins a call whose pieces will be read.
 * @param {import('./closures').Closures} closures @param {Plan} plan @param {any} params @param {any} options
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
  // Whoever is between two pieces hears of it when they ask for the next one.
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
      // A promise of our own, since the closure's may have a `then` or `catch` of its own.
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
 * All that is decided before anything is carried out.
 * @param {import('./closures').Closures} closures
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
    // Of this moment, as the arguments are: a call may wait.
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
    // Last, for a listener may change the registry, which lets go of this revision.
    if (spoofed !== undefined) {
      closures.events.emit(
        'spoofAttempt',
        Object.freeze({ toolName: plan.name, keys: Object.freeze(spoofed), userId: identity.userId }),
      )
    }
  }
}

/**
 * Judges a closure's arguments: by the core, and then by the own validation of a Standard Schema. Without one, a call
 * that has to ask before it starts is judged by the same door.
 * @param {Call} call @param {Observation} [observation]
 */
function validateCall(call, observation) {
  const { plan, args } = call
  const guard = plan.closure?.guard
  if (guard === undefined) {
    if (!needsPermit(call)) call.args = validateArguments(plan, args, observation)
    return
  }
  // A copy: a validation may take its time, and its caller may change what it is about.
  call.judged = copyArguments(plan, validateArguments(plan, args, observation))
  const { args: output, pending } = validateStandard(plan.name, guard, call.judged)
  if (pending === undefined) {
    call.args = output
    return
  }
  call.pending = pending
  // Its revision may be gone when the limits are asked.
  if (needsPermit(call) && plan.isHeld !== true) call.plan = keepNative(plan)
}

/** Whether a closure's call has to ask before it starts, which judges its arguments too. @param {Call} call */
function needsPermit({ plan, key }) {
  return plan.slot >= 0 && (plan.isLimited || key !== undefined)
}

/** Rust sees to the rest. @param {unknown} key */
function checkKey(key) {
  if (typeof key !== 'string') throw invalidOption('idempotencyKey', 'must be a string')
  // Rust, and the header that an API is sent, would have another text, and perhaps that of another key.
  if (!key.isWellFormed())
    throw invalidOption('idempotencyKey', 'has half of a surrogate pair: a key is well-formed text')
}

/** @type {{ context?: any, signal?: any, timeoutMs?: any, idempotencyKey?: any }} */
const NONE = Object.freeze({})

/**
 * A call of a closure whose own schema takes its time, within the call's deadline. Limits are asked after it: what it
 * refuses does not count.
 * @param {import('./closures').Closures} closures @param {Call} call @param {Promise<any>} pending @param {Observation} [observation]
 */
function startAfterValidation(closures, call, pending, observation) {
  const start = new Start(closures, call)
  /** @type {CallPermit | undefined} */
  let permit
  const result = pending.then((args) => {
    // Nothing begins for a call that is over.
    if (call.abort.signal.aborted) throw call.abort.signal.reason
    call.args = args
    if (!needsPermit(call)) return start.begin()
    permit = new CallPermit(closures, call, observation)
    if (permit.replays) return permit.replay()
    return permit.waits ? permit.turn().then(start.begin) : start.begin()
  })
  return completed(closures, call, result, { isOwn: start.isOwn, over: (ok, outcome) => permit?.leave(ok, outcome) })
}

/** The start of a closure some time after its call: what is thrown before it, or by it at once, is told as it is. */
class Start {
  #hasBegun = false
  /** @type {unknown} */
  #told

  /** @param {import('./closures').Closures} closures @param {Call} call */
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
    // A closure may reject with nothing, which is not what was told.
    this.isOwn = (/** @type {unknown} */ thrown) => !this.#hasBegun || (thrown !== undefined && thrown === this.#told)
  }
}

/**
 * A call of a closure that has to ask before it starts.
 * @param {import('./closures').Closures} closures @param {Call} call @param {Observation} [observation]
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
