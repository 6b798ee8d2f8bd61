'use strict'

// Call permit: what a closure call gets from the limiter: a concurrency permit, a queue place or an idempotent replay.

const { NativeCancel } = require('../binding')
const { argumentsText, copyArguments, applyCorrections } = require('./arguments')
const { callerId, keyedCallerId } = require('./caller-id')
const { ToolrackError, failureOf, revive, callNative } = require('./error')
const { jsonText } = require('./json')
const { resultText } = require('./results')
const { exactText } = require('./wire-arguments')

// The kinds of a permit code, in its two lowest bits (`src/permits.rs`).
const NOTHING = 0
const PERMIT = 1
const WAITING = 2
const REPLAY = 3

/**
 * The leave that a call of a closure has to start: Rust gives it and takes it back. One that is refused throws.
 */
class CallPermit {
  #native
  #call
  #kind
  #ticket
  #isLeft = false

  /**
   * Judges the call's arguments too, where they are to be judged: one way to Rust is enough.
   * @param {import('./closures').Closures} closures @param {import('./call').Call} call @param {import('./observation').Observation} [observation]
   */
  constructor(closures, call, observation) {
    const judges = closures.limits.validate && call.judged === undefined
    // The tool's own door closes with its revision, which a call may outlive.
    this.#native = closures.native
    this.#call = call
    const { plan, key, args, identity } = call
    const { tenantKey } = plan.native
    const caller = key === undefined ? callerId(identity, tenantKey) : keyedCallerId(identity, tenantKey)
    // A key is over what the core judged: what a schema of JavaScript makes of it may be anything.
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
   * Reads the arguments once more; where they cannot be read any more, the leave is given back.
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

  /** Whether the call has to wait for others. */
  get waits() {
    return this.#kind === WAITING
  }

  /** Whether the call was made before. */
  get replays() {
    return this.#kind === REPLAY
  }

  /**
   * Waits for the call's turn. Whoever ends the call meanwhile gives its place in the line away.
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
        // The turn came when the call was over already.
        this.#native.releasePermit(this.#ticket, plan.name)
        throw new ToolrackError('CANCELLED', `call of "${plan.name}" was cancelled`, { tool: plan.name })
      },
      (/** @type {unknown} */ thrown) => {
        this.#kind = NOTHING
        throw revive(thrown)
      },
    )
  }

  /** What the first call of the key came to, in JSON. @returns {Promise<any>} */
  async replay() {
    const { plan, limit } = this.#call
    const { text } = await callNative(() => plan.native.replay(this.#ticket, limit))
    return text === undefined ? undefined : JSON.parse(text)
  }

  /**
   * The call is over. What it came to is told where another call may ask for it.
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

/** What a call came to, as Rust reads it. @param {boolean} ok @param {any} outcome @returns {[boolean, string]} */
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
