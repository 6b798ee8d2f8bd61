'use strict'

// Executor: runs a closure on this thread, or an HTTP operation in Rust.

const { types } = require('node:util')
const { NativeCancel } = require('../../binding')
const { RenderedReply } = require('../reply/model-reply')
const { callerId, keyedCallerId } = require('./caller-id')
const { CallContext, identityText, invalidParams } = require('./context')
const { ascend, descend } = require('./call-depth')
const { reasonOf, callNative, toolFailed } = require('../border/error')
const { hasFiles, withFiles } = require('./files')
const { unwritable } = require('../border/json')
const { wireText } = require('./wire-arguments')

/**
 * Types of a call.
 * @typedef {import('./call').Plan} Plan
 * @typedef {import('./call').Call} Call
 * @typedef {import('../observe/observation').Observation} Observation
 */

/**
 * Executes a validated call and returns its result.
 * @param {import('../closures').Closures} closures
 * @param {Call} call
 * @param {Observation} [observation]
 */
function executeTool(closures, call, observation) {
  return call.plan.slot < 0 ? executeNative(call, closures.tellsMetadata, observation) : executeClosure(closures, call)
}

/** @param {import('../closures').Closures} closures @param {Call} call */
function executeClosure(closures, { plan, args, identity, abort, callId }) {
  const { execute, self } = /** @type {{ execute: Function, self: object }} */ (plan.closure)
  descend()
  try {
    const result = execute.call(
      self,
      args,
      new CallContext(identity, plan.name, plan.revision, callId ?? closures.callId(), abort),
    )
    return mayBeThenable(result) ? Promise.resolve(result) : result
  } catch (thrown) {
    throw toolFailed(plan.name, thrown)
  } finally {
    ascend()
  }
}

/**
 * Whether a value is a thenable, or a proxy that may become one. A promise turns either into one value or one
 * rejection.
 * @param {any} value
 */
function mayBeThenable(value) {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false
  return 'then' in value || types.isProxy(value)
}

/** @param {Call} call @param {boolean} tellsMetadata @param {Observation} [observation] @returns {Promise<any>} */
function executeNative(call, tellsMetadata, observation) {
  if (holdsFiles(call)) {
    const plan = keepNative(call.plan)
    return readFiles(call).then((args) => executeNative({ ...call, plan, args }, tellsMetadata, observation))
  }
  const { plan, args, identity, limit, abort, key, asked } = call
  const cancel = new NativeCancel()
  abort.onAbort(() => cancel.cancel())
  const text = wireText(plan, args, key)
  const options = { timeoutMs: limit, caller: callerOf(call), idempotencyKey: key }
  return callNative(() =>
    plan.native.execute(text, identityText(identity, tellsMetadata), options, cancel, asked?.answer.asked),
  ).then(({ text, file, head, answer }) => {
    const said = head !== undefined && (observation !== undefined || file !== undefined) ? JSON.parse(head) : undefined
    if (observation !== undefined && said !== undefined) observation.head(said)
    if (answer !== undefined) return new RenderedReply(JSON.parse(answer))
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

/** The caller id, if limits or an idempotency key need it. @param {Call} call */
function callerOf({ plan, identity, key }) {
  if (key !== undefined) return keyedCallerId(identity, plan.native.tenantKey)
  return plan.isLimited ? callerId(identity, plan.native.tenantKey) : undefined
}

/** Makes a plan that outlives its revision, for calls that reach Rust later. @param {Plan} plan @returns {Plan} */
function keepNative(plan) {
  return { ...plan, native: callNative(() => plan.hold()), isHeld: true }
}

/**
 * Replaces files by texts. A call that is over by then throws and sends nothing.
 * @param {Call} call
 */
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

exports.executeTool = executeTool
exports.keepNative = keepNative
