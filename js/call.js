'use strict'

const { NativeCancel } = require('../binding')
const { ToolrackError, revive, through, toolFailed } = require('./error')
const { CallContext, CallSignal, splitContext, invalidParams } = require('./context')
const { jsonText } = require('./json')
const { checkOptions, invalidOption, milliseconds } = require('./options')

const OPTIONS = Object.freeze(['context', 'signal', 'timeoutMs'])

/**
 * What a call of one tool of one revision takes; made once, used for every call of it.
 * @typedef {object} Plan
 * @property {import('../binding').NativeTool} native
 * @property {string} name
 * @property {number} slot where its closure is; -1 for a tool that Rust carries out
 * @property {number} own context keys that are arguments of the tool, as bits
 * @property {boolean} requiresAuth
 * @property {number} revision
 * @property {{ execute: Function, self: object } | undefined} closure
 */

/**
 * One call that starts on this thread. Rust finds the tool, judges arguments and identity and carries HTTP operations
 * out; a closure is called right here, so that objects reach it as they are.
 * @param {import('./desk').Desk} desk @param {Plan} plan @param {any} params @param {any} options
 * @param {import('./audit').CallRecord} [record] where the call is written down
 * @returns {Promise<any>}
 */
function call(desk, plan, params, options, record) {
  const { context, signal, timeoutMs } = options === undefined ? NONE : checkOptions(options, OPTIONS)
  const limit = milliseconds('timeoutMs', timeoutMs, desk.limits.timeoutMs)
  const { args, identity, spoofed } = splitContext(plan, params, context, desk.limits.callerOnly)
  try {
    record?.madeBy(identityText(identity), args)
    return begin(desk, plan, args, identity, limit, timeoutMs !== undefined, signal, record?.callId)
  } finally {
    // Last, for a listener may change the registry, which lets go of this revision.
    if (spoofed !== undefined) {
      desk.events.emit('spoofAttempt', Object.freeze({ toolName: plan.name, keys: Object.freeze(spoofed), userId: identity.userId }))
    }
  }
}

/**
 * @param {import('./desk').Desk} desk @param {Plan} plan @param {any} args @param {any} identity @param {number} limit
 * @param {boolean} holds whether the process waits for the limit @param {any} signal @param {string | undefined} callId
 * @returns {Promise<any>}
 */
function begin(desk, plan, args, identity, limit, holds, signal, callId) {
  if (plan.requiresAuth) through(() => plan.native.require(identityText(identity)))
  const judged = desk.limits.validate || plan.slot < 0 ? judge(plan, args) : args
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw invalidOption('signal', 'must be an AbortSignal')
  if (signal?.aborted) throw cancelled(plan.name, signal)
  const abort = new CallSignal()
  const result = plan.slot < 0 ? remote(plan, judged, identity, limit, abort) : local(desk, plan, judged, identity, abort, callId)
  if (!(result instanceof Promise)) return Promise.resolve(result)
  return bounded(desk, plan, result, limit, holds, signal, abort)
}

/** @type {{ context?: any, signal?: any, timeoutMs?: any }} */
const NONE = Object.freeze({})

/** Judges arguments in Rust, and fills defaults into them. @param {Plan} plan @param {any} args */
function judge(plan, args) {
  let text
  try {
    text = jsonText(args)
  } catch (cause) {
    throw invalidParams(plan.name, '', `cannot be JSON: ${/** @type {Error} */ (cause).message}`)
  }
  if (text === undefined) throw invalidParams(plan.name, '', 'cannot be JSON: they say they are nothing')
  const filled = through(() => plan.native.judge(text))
  return filled === null ? args : withDefaults(args, JSON.parse(filled))
}

/** What Rust filled in, without touching what was there. @param {any} args @param {any} filled @returns {any} */
function withDefaults(args, filled) {
  const merged = { ...args }
  for (const key of Object.keys(filled)) {
    const own = Object.hasOwn(args, key) && args[key] !== undefined
    const value = own && isPlain(args[key]) && isPlain(filled[key]) ? withDefaults(args[key], filled[key]) : own ? args[key] : filled[key]
    Object.defineProperty(merged, key, { value, writable: true, enumerable: true, configurable: true })
  }
  return merged
}

/** @param {any} value */
function isPlain(value) {
  if (value === null || typeof value !== 'object') return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/**
 * @param {import('./desk').Desk} desk @param {Plan} plan @param {any} args @param {any} identity
 * @param {import('./context').CallSignal} abort @param {string | undefined} callId
 */
function local(desk, plan, args, identity, abort, callId) {
  const { execute, self } = /** @type {{ execute: Function, self: object }} */ (plan.closure)
  try {
    const result = execute.call(self, args, new CallContext(identity, plan.name, plan.revision, callId ?? desk.callId(), abort))
    // A thenable can be anything; a promise of it turns whatever it does into a value or a rejection.
    return typeof result?.then === 'function' ? Promise.resolve(result) : result
  } catch (thrown) {
    throw toolFailed(plan.name, thrown)
  }
}

/** @param {Plan} plan @param {any} args @param {any} identity @param {number} limit @param {import('./context').CallSignal} abort */
function remote(plan, args, identity, limit, abort) {
  const cancel = new NativeCancel()
  abort.signal.addEventListener('abort', () => cancel.cancel(), { once: true })
  const answer = through(() => plan.native.execute(/** @type {string} */ (jsonText(args)), identityText(identity), limit, cancel))
  return answer.then((/** @type {string} */ text) => JSON.parse(text))
}

/** Identity as Rust reads it: texts and numbers. What a caller gives may be anything; the rest stays here. @param {any} identity */
function identityText(identity) {
  const plain = (/** @type {unknown} */ value) => {
    if (typeof value === 'bigint') return value === 0n ? 0 : String(value)
    return typeof value === 'object' ? null : value
  }
  return /** @type {string} */ (jsonText({ userId: plain(identity.userId), auditingId: plain(identity.auditingId) }))
}

/**
 * The result of a call, or what comes first: the deadline, or the caller giving it up.
 * @param {import('./desk').Desk} desk @param {Plan} plan @param {PromiseLike<any>} result @param {number} limit
 * @param {boolean} holds @param {AbortSignal | undefined} signal @param {import('./context').CallSignal} abort
 */
function bounded(desk, plan, result, limit, holds, signal, abort) {
  return new Promise((resolve, reject) => {
    const end = (/** @type {import('./error').ToolrackError} */ error) => {
      settle()
      reject(error)
      abort.abort(error)
    }
    const deadline = desk.deadlines.add(limit, holds, () => end(timedOut(plan.name, limit)))
    const onAbort = signal && (() => end(cancelled(plan.name, signal)))
    if (onAbort) signal.addEventListener('abort', onAbort, { once: true })
    const settle = () => {
      deadline.met()
      if (onAbort) signal.removeEventListener('abort', onAbort)
    }
    result.then(
      (value) => {
        settle()
        resolve(value)
      },
      (thrown) => {
        settle()
        reject(plan.slot < 0 ? revive(thrown) : toolFailed(plan.name, thrown))
      },
    )
    // The closure itself may have given the call up before there was a listener.
    if (signal?.aborted) end(cancelled(plan.name, signal))
  })
}

/** @param {string} tool @param {number} timeoutMs */
function timedOut(tool, timeoutMs) {
  return new ToolrackError('TIMEOUT', `tool "${tool}" did not answer within ${timeoutMs} ms`, { tool, timeoutMs })
}

/** @param {string} tool @param {AbortSignal} signal */
function cancelled(tool, signal) {
  return new ToolrackError('CANCELLED', `call of "${tool}" was cancelled`, { tool }, { cause: signal.reason })
}

exports.call = call
