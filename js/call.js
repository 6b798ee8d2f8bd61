'use strict'

const { Admission } = require('./admission')
const { heldArguments, judge } = require('./arguments')
const { carry, held } = require('./executor')
const { cancelled, completed, failure, watch } = require('./completion')
const { CallSignal, frozenMetadata, identityText, splitContext } = require('./context')
const { checkDepth } = require('./depth')
const { revive, through, toolFailed } = require('./error')
const { checkOptions, invalidOption, milliseconds, reading } = require('./options')
const { isPromise } = require('./realm')
const { checkSignal } = require('./signals')
const { CallStream, Running, collect, iteratorOf, once } = require('./streaming')
const { validated } = require('./validation')

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
 * @property {import('./desk').Closure | undefined} closure
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
 * @typedef {{ target: string, sent: any, answer: import('./answer').Answer }} Asked
 */

/** @typedef {import('./sight').Sight} Sight */

/**
 * One call that starts on this thread. Rust finds the tool, judges arguments and identity and carries HTTP operations
 * out; a closure is called right here, so that objects reach it as they are.
 * @param {import('./desk').Desk} desk @param {Plan} plan @param {any} params @param {any} options
 * @param {Sight} [sight] where the call is seen from outside @param {Asked} [asked]
 * @returns {Promise<any>} what the tool answered; for a model's call of a tool that Rust carries out, what the model is
 * answered
 */
function execute(desk, plan, params, options, sight, asked) {
  const call = enter(desk, plan, params, options, sight, asked)
  if (call.pending !== undefined) return deferred(desk, call, call.pending, sight)
  if (asks(call)) return admitted(desk, call, sight)
  const result = carry(desk, call, sight)
  if (isPromise(result)) return completed(desk, call, result)
  const iterator = piecesOf(plan, result)
  return iterator === undefined ? Promise.resolve(result) : completed(desk, call, collect(iterator, call.abort))
}

/** What a closure answers piece by piece, if it does. @param {Plan} plan @param {any} result */
function piecesOf(plan, result) {
  try {
    return iteratorOf(result)
  } catch (thrown) {
    throw toolFailed(plan.name, thrown)
  }
}

/**
 * The same call, piece by piece.
 * @param {import('./desk').Desk} desk
 * @param {Plan} plan
 * @param {any} params
 * @param {any} options
 * @param {Sight} [sight]
 */
function stream(desk, plan, params, options, sight) {
  return new CallStream(async (canBeGivenUp) => {
    try {
      return await open(desk, plan, params, options, canBeGivenUp, sight)
    } catch (thrown) {
      const error = revive(thrown)
      sight?.end(error)
      throw error
    }
  })
}

/**
 * Begins a call whose pieces will be read.
 * @param {import('./desk').Desk} desk @param {Plan} plan @param {any} params @param {any} options
 * @param {(giveUp: () => void) => void} canBeGivenUp @param {Sight} [sight]
 */
async function open(desk, plan, params, options, canBeGivenUp, sight) {
  if (reading('options', () => options?.idempotencyKey) !== undefined)
    throw invalidOption('idempotencyKey', 'a stream cannot be repeated')
  const call = enter(desk, plan, params, options, sight)
  const admit = () => (asks(call) ? new Admission(desk, call, sight) : undefined)
  let admission = call.pending === undefined ? admit() : undefined
  /** @type {(error: unknown) => void} */
  let fail = () => {}
  const fate = new Promise((_, reject) => (fail = reject))
  // Whoever is between two pieces hears of it when they ask for the next one.
  fate.catch(() => {})
  const settle = watch(desk, call, (error) => {
    admission?.leave()
    fail(error)
    sight?.end(error)
  })
  const end = (/** @type {any} */ error) => {
    admission?.leave()
    plan.native.release()
    if (!settle()) return
    if (error !== undefined) call.abort.abort(error)
    sight?.end(error)
  }
  canBeGivenUp(() => {
    const error = cancelled(plan.name)
    fail(error)
    end(error)
  })
  try {
    if (call.pending !== undefined) {
      call.args = await Promise.race([call.pending, fate])
      admission = admit()
    }
    if (admission?.waits) await Promise.race([admission.turn(), fate])
    const within = sight === undefined ? plainly : (/** @type {() => any} */ work) => sight.within(work)
    let result = within(() => carry(desk, call, sight))
    if (isPromise(result)) {
      // A promise of our own, since the closure's may have a `then` or `catch` of its own.
      const answer = new Promise((resolve) => resolve(result)).catch((thrown) => Promise.reject(failure(plan, thrown)))
      result = await Promise.race([answer, fate])
    }
    const iterator = piecesOf(plan, result) ?? once(result)
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
 * @param {import('./desk').Desk} desk
 * @param {Plan} plan
 * @param {any} params
 * @param {any} options
 * @param {Sight} [sight]
 * @param {Asked} [asked]
 * @returns {Call}
 */
function enter(desk, plan, params, options, sight, asked) {
  const {
    context,
    signal,
    timeoutMs,
    idempotencyKey: key,
  } = options === undefined ? NONE : checkOptions(options, OPTIONS)
  const limit = milliseconds('timeoutMs', timeoutMs, plan.timeoutMs ?? desk.limits.timeoutMs)
  if (key !== undefined) checkKey(key)
  if (plan.slot >= 0) checkDepth(plan)
  const { args, identity, spoofed } = splitContext(plan, params, context, desk.limits.callerOnly)
  try {
    sight?.madeBy(identity, identityText(identity), args)
    if (plan.requiresAuth) through(() => plan.native.require(identityText(identity)))
    checkSignal(signal)
    if (signal?.aborted) throw cancelled(plan.name, signal)
    // Of this moment, as the arguments are: a call may wait.
    if (identity.metadata !== undefined && (plan.slot >= 0 || desk.tellsMetadata))
      identity.metadata = frozenMetadata(identity.metadata)
    const call = {
      plan,
      args,
      identity,
      limit,
      holds: timeoutMs !== undefined,
      signal,
      abort: new CallSignal(),
      callId: sight?.callId,
      key,
      asked,
    }
    if (desk.limits.validate && plan.slot >= 0) judgeCall(call, sight)
    return call
  } finally {
    // Last, for a listener may change the registry, which lets go of this revision.
    if (spoofed !== undefined) {
      desk.events.emit(
        'spoofAttempt',
        Object.freeze({ toolName: plan.name, keys: Object.freeze(spoofed), userId: identity.userId }),
      )
    }
  }
}

/**
 * Judges a closure's arguments: by the core, and then by the own validation of a Standard Schema. Without one, a call
 * that has to ask before it starts is judged by the same door.
 * @param {Call} call @param {Sight} [sight]
 */
function judgeCall(call, sight) {
  const { plan, args } = call
  const guard = plan.closure?.guard
  if (guard === undefined) {
    if (!asks(call)) call.args = judge(plan, args, sight)
    return
  }
  // A copy: a validation may take its time, and its caller may change what it is about.
  call.judged = heldArguments(plan, judge(plan, args, sight))
  const { args: output, pending } = validated(plan.name, guard, call.judged)
  if (pending === undefined) {
    call.args = output
    return
  }
  call.pending = pending
  // Its revision may be gone when the limits are asked.
  if (asks(call) && plan.isHeld !== true) call.plan = held(plan)
}

/** Whether a closure's call has to ask before it starts, which judges its arguments too. @param {Call} call */
function asks({ plan, key }) {
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
 * @param {import('./desk').Desk} desk @param {Call} call @param {Promise<any>} pending @param {Sight} [sight]
 */
function deferred(desk, call, pending, sight) {
  const start = new Start(desk, call)
  /** @type {Admission | undefined} */
  let admission
  const result = pending.then((args) => {
    // Nothing begins for a call that is over.
    if (call.abort.signal.aborted) throw call.abort.signal.reason
    call.args = args
    if (!asks(call)) return start.begin()
    admission = new Admission(desk, call, sight)
    if (admission.replays) return admission.replay()
    return admission.waits ? admission.turn().then(start.begin) : start.begin()
  })
  return completed(desk, call, result, { isOwn: start.isOwn, over: (ok, outcome) => admission?.leave(ok, outcome) })
}

/** The start of a closure some time after its call: what is thrown before it, or by it at once, is told as it is. */
class Start {
  #hasBegun = false
  /** @type {unknown} */
  #told

  /** @param {import('./desk').Desk} desk @param {Call} call */
  constructor(desk, call) {
    this.begin = () => {
      this.#hasBegun = true
      try {
        const result = carry(desk, call)
        const iterator = isPromise(result) ? undefined : piecesOf(call.plan, result)
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
 * @param {import('./desk').Desk} desk @param {Call} call @param {Sight} [sight]
 */
function admitted(desk, call, sight) {
  const admission = new Admission(desk, call, sight)
  if (admission.replays) return completed(desk, call, admission.replay(), { isOwn: () => true })
  const { begin, isOwn } = new Start(desk, call)
  /** @type {any} */
  let result
  try {
    result = admission.waits ? admission.turn().then(begin) : begin()
  } catch (error) {
    admission.leave(false, error)
    throw error
  }
  if (!isPromise(result)) {
    admission.leave(true, result)
    return Promise.resolve(result)
  }
  return completed(desk, call, result, { isOwn, over: (ok, outcome) => admission.leave(ok, outcome) })
}

exports.execute = execute
exports.stream = stream
