'use strict'

// Completion: settles a call by result, deadline or cancellation, whichever comes first.

const { ToolrackError, revive, toolFailed } = require('./error')
const { onAbort } = require('./abort-signals')
const { collect, iteratorOf } = require('./streaming')

/**
 * How a call ends: by its result, by its deadline, or by cancellation, whichever comes first.
 * @typedef {import('./call').Plan} Plan
 * @typedef {import('./call').Call} Call
 */

/** @type {{ isOwn?: undefined, over?: undefined }} */
const NOTHING = Object.freeze({})

/**
 * The result of a call, or what comes first: the deadline, or the caller giving it up.
 * @param {import('./closures').Closures} closures @param {Call} call @param {PromiseLike<any>} result
 * @param {{ isOwn?: (thrown: unknown) => boolean, over?: (ok: boolean, outcome: any) => void }} [how] `isOwn`: whether
 * what rejects it is toolrack's own word; `over` is told once what the call came to
 */
function completed(closures, call, result, { isOwn, over } = NOTHING) {
  return new Promise((resolve, rejectWith) => {
    const reject = (/** @type {unknown} */ error) => {
      over?.(false, error)
      rejectWith(error)
    }
    const settle = watchDeadline(closures, call, reject)
    const succeed = (/** @type {any} */ value) => {
      if (settle()) {
        over?.(true, value)
        resolve(value)
      } else closures.lateResults++
    }
    const fail = (/** @type {unknown} */ thrown) => {
      if (settle()) reject(isOwn?.(thrown) ? revive(thrown) : toCallError(call.plan, thrown))
      else if (!isOwn?.(thrown)) closures.lateResults++
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
 * Ends a call whose time is up or whose caller gives it up, and tells the closure. What it returns says that the call
 * is over by itself; whether it was not over before.
 * @param {import('./closures').Closures} closures @param {Call} call @param {(error: ToolrackError) => void} fail
 * @returns {() => boolean}
 */
function watchDeadline(closures, { plan, limit, holds, signal, abort }, fail) {
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
  const deadline = closures.deadlines.add(limit, holds, () => end(timedOut(plan.name, limit)))
  const off = signal && onAbort(signal, () => end(cancelled(plan.name, signal)))
  // The closure itself may have given the call up before there was a listener.
  if (signal?.aborted) queueMicrotask(() => end(cancelled(plan.name, signal)))
  return settle
}

/** What a failed call is told as. @param {Plan} plan @param {unknown} thrown */
function toCallError(plan, thrown) {
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

/** @param {any} value */
function isThenable(value) {
  return value !== null && typeof value === 'object' && 'then' in value && typeof value.then === 'function'
}

exports.completed = completed
exports.cancelled = cancelled
exports.toCallError = toCallError
exports.watchDeadline = watchDeadline
