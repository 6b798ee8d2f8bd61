'use strict'

// Completion: settles a call by result, deadline or cancellation, whichever comes first.

const { ToolrackError, revive, toolFailed } = require('../border/error')
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
 * Settles a call with its result, or with deadline or cancellation if those come first.
 * @param {import('../closures').Closures} closures @param {Call} call @param {PromiseLike<any>} result
 * @param {{ isOwn?: (thrown: unknown) => boolean, over?: (ok: boolean, outcome: any) => void }} [how] `isOwn`: whether
 * a rejection is an error of toolrack; `over` gets the outcome once
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
    // An error in here would leave the call unsettled and end the process.
    const follow = (/** @type {any} */ value) => {
      try {
        // A value that becomes a thenable at the second access would keep this promise open past its deadline.
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
      // The promise may have replaced `then`.
      fail(thrown)
    }
  })
}

/**
 * Ends a call at its deadline or cancellation, and aborts the closure's signal. The returned function marks the call as
 * settled and returns whether it was still open.
 * @param {import('../closures').Closures} closures @param {Call} call @param {(error: ToolrackError) => void} fail
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
  // The closure may have aborted the caller's signal before there was a listener.
  if (signal?.aborted) queueMicrotask(() => end(cancelled(plan.name, signal)))
  return settle
}

/** Converts a thrown value into the error of the call. @param {Plan} plan @param {unknown} thrown */
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
