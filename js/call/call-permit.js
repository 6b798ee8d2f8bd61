'use strict'

// Call permit: what a closure call gets from the limiter: a concurrency permit, a queue place or an idempotent replay.

const { NativeCancel } = require('../../binding')
const { argumentsText, copyArguments, applyCorrections } = require('./arguments')
const { callerId, keyedCallerId } = require('./caller-id')
const { ToolrackError, failureOf, revive, callNative } = require('../border/error')
const { jsonText } = require('../border/json')
const { resultText } = require('../border/results')
const { exactText } = require('./wire-arguments')

// The kinds of a permit code, in its two lowest bits (`src/permits.rs`).
const NOTHING = 0
const PERMIT = 1
const WAITING = 2
const REPLAY = 3

/**
 * The permit of a closure call. Rust grants it and takes it back; a refused call throws.
 */
class CallPermit {
  #native
  #call
  #kind
  #ticket
  #isLeft = false

  /**
   * Asks for the permit, and validates the arguments in the same call to Rust.
   * @param {import('../closures').Closures} closures
   * @param {import('./call').Call} call
   * @param {import('../observe/observation').Observation} [observation]
   */
  constructor(closures, call, observation) {
    const judges = closures.limits.validate && call.judged === undefined
    // Released through the registry: the native tool closes with its revision, which a call may outlive.
    this.#native = closures.native
    this.#call = call
    const { plan, key, args, identity } = call
    const { tenantKey } = plan.native
    const caller = key === undefined ? callerId(identity, tenantKey) : keyedCallerId(identity, tenantKey)
    // The idempotency key covers what the core validated: a transform may return anything.
    const judged = call.judged ?? args
    const text = key !== undefined ? exactText(plan, judged) : judges ? argumentsText(plan, judged) : undefined
    let permit = callNative(() => plan.native.enter(caller, text, judges, key))
    if (typeof permit === 'string') {
      const said = JSON.parse(permit)
      permit = said.permit
      call.args = this.#reading(said.permit, () => applyCorrections(plan, args, said, observation))
    }
    this.#kind = /** @type {number} */ (permit) & 3
    this.#ticket = /** @type {number} */ (permit) >>> 2
    if (this.waits && text !== undefined && call.judged === undefined)
      call.args = this.#reading(/** @type {number} */ (permit), () => copyArguments(plan, call.args))
  }

  /**
   * Reads the arguments again, and releases the permit if that throws.
   * @template T
   * @param {number} permit
   * @param {() => T} read
   */
  #reading(permit, read) {
    try {
      return read()
    } catch (error) {
      if (permit !== NOTHING) this.#native.releasePermit(permit >>> 2, this.#call.plan.name)
      throw error
    }
  }

  /** Whether the call is queued. */
  get waits() {
    return this.#kind === WAITING
  }

  /** Whether the call repeats an idempotency key. */
  get replays() {
    return this.#kind === REPLAY
  }

  /**
   * Waits until the call may run. A call that ends meanwhile leaves the queue.
   * @returns {Promise<void>}
   */
  turn() {
    const { plan, limit, abort } = this.#call
    const cancel = new NativeCancel()
    abort.onAbort(() => cancel.cancel())
    this.#kind = PERMIT
    return callNative(() => plan.native.waitForPermit(this.#ticket, limit, cancel)).then(
      () => {
        if (!this.#isLeft) return
        // The permit came after the call was over.
        this.#native.releasePermit(this.#ticket, plan.name)
        throw new ToolrackError('CANCELLED', `call of "${plan.name}" was cancelled`, { tool: plan.name })
      },
      (/** @type {unknown} */ thrown) => {
        this.#kind = NOTHING
        throw revive(thrown)
      },
    )
  }

  /** Waits for the outcome of the first call with this idempotency key. @returns {Promise<any>} */
  async replay() {
    const { plan, limit } = this.#call
    const { text } = await callNative(() => plan.native.replay(this.#ticket, limit))
    return text === undefined ? undefined : JSON.parse(text)
  }

  /**
   * Releases the permit, and stores the outcome if the call has an idempotency key.
   * @param {boolean} [ok]
   * @param {any} [outcome]
   */
  leave(ok, outcome) {
    this.#isLeft = true
    if (this.#kind !== PERMIT) return
    this.#kind = NOTHING
    const { plan, key } = this.#call
    if (key === undefined || ok === undefined) this.#native.releasePermit(this.#ticket, plan.name)
    else this.#native.releasePermit(this.#ticket, plan.name, ...outcomeArguments(ok, outcome))
  }
}

/** Writes the outcome of a call for Rust. @param {boolean} ok @param {any} outcome @returns {[boolean, string]} */
function outcomeArguments(ok, outcome) {
  try {
    if (ok) return [true, resultText(outcome)]
  } catch (thrown) {
    return [false, /** @type {string} */ (jsonText(failureOf(thrown)))]
  }
  const { code, details } = /** @type {{ code: string, details: any }} */ (outcome)
  const failed = code === 'TOOL_FAILED' ? details : code === 'TIMEOUT' ? { timeoutMs: details.timeoutMs } : {}
  return [false, /** @type {string} */ (jsonText(failed))]
}

exports.CallPermit = CallPermit
