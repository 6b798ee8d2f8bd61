'use strict'

const { types } = require('node:util')
const { NativeCancel } = require('../binding')
const { Admission } = require('./admission')
const { Answered } = require('./answer')
const { heldArguments, judge } = require('./arguments')
const { callerId, keyedCallerId } = require('./caller-id')
const { ascend, checkDepth, descend } = require('./depth')
const { ToolrackError, reasonOf, revive, through, toolFailed } = require('./error')
const { CallContext, CallSignal, frozenMetadata, identityText, invalidParams, splitContext } = require('./context')
const { hasFiles, withFiles } = require('./files')
const { unwritable } = require('./json')
const { checkOptions, invalidOption, milliseconds, reading } = require('./options')
const { isPromise } = require('./realm')
const { checkSignal, onAbort } = require('./signals')
const { CallStream, Running, collect, iteratorOf, once } = require('./streaming')
const { validated } = require('./validation')
const { wireText } = require('./wire-arguments')

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
 * @property {() => import('../binding').NativeTool} hold another hold on the tool, for as long as the revision is there to ask
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
 * @returns {Promise<any>} what the tool answered; for a model's call of a tool that Rust carries out, what the model is answered
 */
function execute(desk, plan, params, options, sight, asked) {
  const call = enter(desk, plan, params, options, sight, asked)
  if (call.pending !== undefined) return deferred(desk, call, call.pending, sight)
  if (asks(call)) return admitted(desk, call, sight)
  const result = carry(desk, call, sight)
  if (isPromise(result)) return bounded(desk, call, result)
  const iterator = piecesOf(plan, result)
  return iterator === undefined ? Promise.resolve(result) : bounded(desk, call, collect(iterator, call.abort))
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
 * @param {import('./desk').Desk} desk @param {Plan} plan @param {any} params @param {any} options @param {Sight} [sight]
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
  if (reading('options', () => options?.idempotencyKey) !== undefined) throw invalidOption('idempotencyKey', 'a stream cannot be repeated')
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
 * @param {import('./desk').Desk} desk @param {Plan} plan @param {any} params @param {any} options @param {Sight} [sight] @param {Asked} [asked]
 * @returns {Call}
 */
function enter(desk, plan, params, options, sight, asked) {
  const { context, signal, timeoutMs, idempotencyKey: key } = options === undefined ? NONE : checkOptions(options, OPTIONS)
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
    if (identity.metadata !== undefined && (plan.slot >= 0 || desk.tellsMetadata)) identity.metadata = frozenMetadata(identity.metadata)
    const call = { plan, args, identity, limit, holds: timeoutMs !== undefined, signal, abort: new CallSignal(), callId: sight?.callId, key, asked }
    if (desk.limits.validate && plan.slot >= 0) judgeCall(call, sight)
    return call
  } finally {
    // Last, for a listener may change the registry, which lets go of this revision.
    if (spoofed !== undefined) {
      desk.events.emit('spoofAttempt', Object.freeze({ toolName: plan.name, keys: Object.freeze(spoofed), userId: identity.userId }))
    }
  }
}

/**
 * Judges a closure's arguments: by the core, and then by the own validation of a Standard Schema. Without one, a call that has to
 * ask before it starts is judged by the same door.
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
  if (!key.isWellFormed()) throw invalidOption('idempotencyKey', 'has half of a surrogate pair: a key is well-formed text')
}

const NOTHING = Object.freeze({})

/** @type {{ context?: any, signal?: any, timeoutMs?: any, idempotencyKey?: any }} */
const NONE = Object.freeze({})

/**
 * A call of a closure whose own schema takes its time, within the call's deadline. Limits are asked after it: what it refuses does not
 * count.
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
  return bounded(desk, call, result, { isOwn: start.isOwn, over: (ok, outcome) => admission?.leave(ok, outcome) })
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
  if (admission.replays) return bounded(desk, call, admission.replay(), { isOwn: () => true })
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
  return bounded(desk, call, result, { isOwn, over: (ok, outcome) => admission.leave(ok, outcome) })
}

/** What the tool answers. @param {import('./desk').Desk} desk @param {Call} call @param {Sight} [sight] */
function carry(desk, call, sight) {
  return call.plan.slot < 0 ? remote(call, desk.tellsMetadata, sight) : local(desk, call)
}

/** @param {import('./desk').Desk} desk @param {Call} call */
function local(desk, { plan, args, identity, abort, callId }) {
  const { execute, self } = /** @type {{ execute: Function, self: object }} */ (plan.closure)
  descend()
  try {
    const result = execute.call(self, args, new CallContext(identity, plan.name, plan.revision, callId ?? desk.callId(), abort))
    return mayBeThenable(result) ? Promise.resolve(result) : result
  } catch (thrown) {
    throw toolFailed(plan.name, thrown)
  } finally {
    ascend()
  }
}

/**
 * Whether only a promise can tell what a value is: a thenable, or a proxy, which may become one at the next look. A promise of it
 * turns whatever it does into a value or a rejection, once.
 * @param {any} value
 */
function mayBeThenable(value) {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false
  return 'then' in value || types.isProxy(value)
}

/** @param {any} value */
function isThenable(value) {
  return value !== null && typeof value === 'object' && 'then' in value && typeof value.then === 'function'
}

/** @param {Call} call @param {boolean} tellsMetadata @param {Sight} [sight] @returns {Promise<any>} */
function remote(call, tellsMetadata, sight) {
  if (holdsFiles(call)) {
    const plan = held(call.plan)
    return readFiles(call).then((args) => remote({ ...call, plan, args }, tellsMetadata, sight))
  }
  const { plan, args, identity, limit, abort, key, asked } = call
  const cancel = new NativeCancel()
  abort.onAbort(() => cancel.cancel())
  const text = wireText(plan, args, key)
  const options = { timeoutMs: limit, caller: callerOf(call), idempotencyKey: key }
  return through(() => plan.native.execute(text, identityText(identity, tellsMetadata), options, cancel, asked?.answer.asked)).then(({ text, file, head, answer }) => {
    const said = head !== undefined && (sight !== undefined || file !== undefined) ? JSON.parse(head) : undefined
    if (sight !== undefined && said !== undefined) sight.head(said)
    if (answer !== undefined) return new Answered(JSON.parse(answer))
    return file === undefined ? JSON.parse(/** @type {string} */ (text)) : fileOf(file, said)
  })
}

/** @param {Call} call */
function holdsFiles({ plan, args }) {
  try {
    return hasFiles(args)
  } catch (thrown) {
    throw unwritable(thrown, `the arguments of "${plan.name}"`, (reason) => invalidParams(plan.name, '', reason))
  }
}

/** Who calls, where limits or a key tell callers apart. @param {Call} call */
function callerOf({ plan, identity, key }) {
  if (key !== undefined) return keyedCallerId(identity, plan.native.tenantKey)
  return plan.isLimited ? callerId(identity, plan.native.tenantKey) : undefined
}

/** A plan that outlives its revision: for calls that do not go to Rust at once. @param {Plan} plan @returns {Plan} */
function held(plan) {
  return { ...plan, native: through(() => plan.hold()), isHeld: true }
}

/** The arguments with their files as texts, unless the call is over by then: nothing is sent for it any more. @param {Call} call */
async function readFiles({ plan, args, abort }) {
  const texts = await withFiles(args).catch((/** @type {unknown} */ thrown) => {
    throw invalidParams(plan.name, '', `have a file that cannot be read: ${reasonOf(thrown)}`)
  })
  if (abort.signal.aborted) throw abort.signal.reason
  return texts
}

/** @param {Buffer} data @param {{ mediaType: string, name?: string }} head */
function fileOf(data, { mediaType, name }) {
  return name === undefined ? { mediaType, data } : { mediaType, name, data }
}

/**
 * The result of a call, or what comes first: the deadline, or the caller giving it up.
 * @param {import('./desk').Desk} desk @param {Call} call @param {PromiseLike<any>} result
 * @param {{ isOwn?: (thrown: unknown) => boolean, over?: (ok: boolean, outcome: any) => void }} [how] `isOwn`: whether what rejects it is toolrack's own
 * word; `over` is told once what the call came to
 */
function bounded(desk, call, result, { isOwn, over } = NOTHING) {
  return new Promise((resolve, rejectWith) => {
    const reject = (/** @type {unknown} */ error) => {
      over?.(false, error)
      rejectWith(error)
    }
    const settle = watch(desk, call, reject)
    const succeed = (/** @type {any} */ value) => {
      if (settle()) {
        over?.(true, value)
        resolve(value)
      } else desk.lateResults++
    }
    const fail = (/** @type {unknown} */ thrown) => {
      if (settle()) reject(isOwn?.(thrown) ? revive(thrown) : failure(call.plan, thrown))
      else if (!isOwn?.(thrown)) desk.lateResults++
    }
    // Whatever is thrown in here would leave the call unsettled, and end the process.
    const follow = (/** @type {any} */ value) => {
      try {
        // One that is a thenable at the second look would take the promise of this call along, past its deadline.
        if (isThenable(value)) return void new Promise((resolve) => resolve(value)).then(follow, fail)
        const iterator = iteratorOf(value)
        if (iterator === undefined) succeed(value)
        else collect(iterator, call.abort).then(succeed, fail)
      } catch (thrown) {
        fail(thrown)
      }
    }
    try {
      result.then(follow, fail)
    } catch (thrown) {
      // A promise may have a `then` of its own.
      fail(thrown)
    }
  })
}

/**
 * Ends a call whose time is up or whose caller gives it up, and tells the closure. What it returns says that the call is over by
 * itself; whether it was not over before.
 * @param {import('./desk').Desk} desk @param {Call} call @param {(error: ToolrackError) => void} fail
 * @returns {() => boolean}
 */
function watch(desk, { plan, limit, holds, signal, abort }, fail) {
  let isOver = false
  const settle = () => {
    if (isOver) return false
    isOver = true
    deadline.met()
    off?.()
    return true
  }
  const end = (/** @type {ToolrackError} */ error) => {
    if (!settle()) return
    fail(error)
    abort.abort(error)
  }
  const deadline = desk.deadlines.add(limit, holds, () => end(timedOut(plan.name, limit)))
  const off = signal && onAbort(signal, () => end(cancelled(plan.name, signal)))
  // The closure itself may have given the call up before there was a listener.
  if (signal?.aborted) queueMicrotask(() => end(cancelled(plan.name, signal)))
  return settle
}

/** What a failed call is told as. @param {Plan} plan @param {unknown} thrown */
function failure(plan, thrown) {
  return plan.slot < 0 ? revive(thrown) : toolFailed(plan.name, thrown)
}

/** @param {string} tool @param {number} timeoutMs */
function timedOut(tool, timeoutMs) {
  return new ToolrackError('TIMEOUT', `tool "${tool}" did not answer within ${timeoutMs} ms`, { tool, timeoutMs })
}

/** @param {string} tool @param {AbortSignal} [signal] */
function cancelled(tool, signal) {
  return new ToolrackError('CANCELLED', `call of "${tool}" was cancelled`, { tool }, signal && { cause: signal.reason })
}

exports.execute = execute
exports.held = held
exports.stream = stream
exports.failure = failure
