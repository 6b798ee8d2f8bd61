'use strict'

const { NativeCancel } = require('../binding')
const { argumentsText } = require('./arguments')
const { ToolrackError, failureOf, revive, through } = require('./error')
const { identityText } = require('./context')
const { jsonText } = require('./json')

/**
 * The leave that a call of a closure has to start: Rust gives it and takes it back. One that is refused throws.
 */
class Admission {
  #call
  /** @type {'p' | 'w' | 'r' | undefined} */
  #kind
  #ticket = 0
  #isLeft = false
  /** Why the turn did not come. @type {unknown} */
  fault

  /** @param {import('./call').Call} call */
  constructor(call) {
    this.#call = call
    const { plan, key, args, identity } = call
    const told = through(() => plan.native.admit(identityText(identity), key, key === undefined ? undefined : argumentsText(plan, args)))
    if (told !== null) {
      this.#kind = /** @type {'p' | 'w' | 'r'} */ (told[0])
      this.#ticket = Number(told.slice(1))
    }
  }

  /** Whether the call has to wait for others. */
  get waits() {
    return this.#kind === 'w'
  }

  /** Whether the call was made before. */
  get replays() {
    return this.#kind === 'r'
  }

  /** Waits for the call's turn. Whoever ends the call meanwhile gives its place in the line away. @returns {Promise<void>} */
  turn() {
    const { plan, limit, abort } = this.#call
    const cancel = new NativeCancel()
    abort.onAbort(() => cancel.cancel())
    this.#kind = 'p'
    return through(() => plan.native.turn(this.#ticket, limit, cancel)).then(
      () => {
        if (!this.#isLeft) return
        // The turn came when the call was over already.
        plan.native.leave(this.#ticket)
        throw (this.fault = new ToolrackError('CANCELLED', `call of "${plan.name}" was cancelled`, { tool: plan.name }))
      },
      (/** @type {unknown} */ thrown) => {
        this.#kind = undefined
        throw (this.fault = revive(thrown))
      },
    )
  }

  /** What the first call of the key came to, in JSON. @returns {Promise<any>} */
  async replay() {
    const { plan, limit } = this.#call
    const { text } = await through(() => plan.native.replay(this.#ticket, limit))
    return text === undefined ? undefined : JSON.parse(text)
  }

  /** The call is over. What it came to is told where another call may ask for it. @param {boolean} [ok] @param {any} [outcome] */
  leave(ok, outcome) {
    this.#isLeft = true
    if (this.#kind !== 'p') return
    this.#kind = undefined
    const { plan, key } = this.#call
    if (key === undefined || ok === undefined) plan.native.leave(this.#ticket)
    else plan.native.leave(this.#ticket, ...told(ok, outcome))
  }
}

/** What a call came to, as Rust reads it. @param {boolean} ok @param {any} outcome @returns {[boolean, string]} */
function told(ok, outcome) {
  try {
    if (ok) return [true, jsonText(outcome) ?? '']
  } catch (thrown) {
    return [false, /** @type {string} */ (jsonText(failureOf(thrown)))]
  }
  const { code, details } = /** @type {ToolrackError} */ (outcome)
  return [false, /** @type {string} */ (jsonText(code === 'TOOL_FAILED' || code === 'TIMEOUT' ? details : {}))]
}

exports.Admission = Admission
