'use strict'

// Observation: what the audit log, `call` listeners, OpenTelemetry and `registry.call` see of one call.

const { CallRecord } = require('./audit')
const { revive } = require('../border/error')

/**
 * One observed call: for the audit log, listeners of `call`, OpenTelemetry, and `registry.call`. It ends once.
 */
class Observation {
  #closures
  #name
  #begun = performance.now()
  #record
  #span
  /** @type {import('../call/call').Plan | undefined} */
  #plan
  /** @type {any} */
  #identity = {}
  /** @type {{ status?: number, headers?: Record<string, string>, mediaType?: string } | undefined} */
  #head
  #isOver = false
  #durationMs = 0
  /** Coerced arguments. @type {readonly { pointer: string, to: string }[]} */
  coerced = []

  /**
   * @param {import('../closures').Closures} closures @param {string} name @param {number} revision
   * @param {import('../../binding').NativeSnapshot} native
   * @param {{ target?: string, sent?: any, callId?: string }} [asked] a model's call; it gets the call id
   */
  constructor(closures, name, revision, native, asked = {}) {
    this.#closures = closures
    this.#name = name
    this.revision = revision
    this.target = asked.target
    this.callId = asked.callId = closures.callId()
    const record = closures.limits.records ? native.beginCall(name, this.callId) : null
    this.#record = record === null ? undefined : new CallRecord(record)
    this.#span = closures.telemetry?.begin(name, this.callId, asked)
  }

  /**
   * Starts the call and observes it until it ends.
   * @template T @param {() => Promise<T>} begin @returns {Promise<T>}
   */
  async follow(begin) {
    try {
      const value = await this.within(begin)
      this.end()
      return value
    } catch (thrown) {
      const error = revive(thrown)
      this.end(error)
      throw error
    }
  }

  /** Runs work inside the span of the call. @template T @param {() => T} work @returns {T} */
  within(work) {
    return this.#span === undefined ? work() : this.#span.within(work)
  }

  /** @param {import('../call/call').Plan} plan */
  of(plan) {
    this.#plan = plan
    return plan
  }

  /** @param {any} identity @param {string} identityText @param {any} args */
  madeBy(identity, identityText, args) {
    this.#identity = identity
    this.#record?.madeBy(identityText, args)
    this.#span?.madeWith(args)
  }

  /** Stores status, headers and coerced arguments from Rust. @param {any} head */
  head({ coerced, ...head }) {
    if (coerced !== undefined) this.coerced = coerced
    this.#head = head
  }

  /** The call is over. @param {any} [error] */
  end(error) {
    if (this.#isOver) return
    this.#isOver = true
    this.#durationMs = performance.now() - this.#begun
    this.#record?.end(error)
    this.#span?.end(error, this.#durationMs, this.#head?.status)
    if (this.#closures.events.has('call')) this.#closures.events.emit('call', this.#event(error))
  }

  /** @param {any} value */
  result(value) {
    const { mediaType, status, headers } = this.#head ?? {}
    const said = { status, headers, mediaType, durationMs: this.#durationMs, coerced: this.coerced }
    return {
      value,
      toolName: this.#name,
      callId: this.callId,
      revision: this.revision,
      ...this.#origin(),
      ...definedMembers(said),
    }
  }

  /** @param {any} error */
  #event(error) {
    const { userId, auditingId } = this.#identity
    const said = { target: this.target, userId, auditingId, status: this.#head?.status ?? error?.details?.status }
    const outcome = error === undefined ? 'ok' : (error.code ?? 'INTERNAL')
    return Object.freeze({
      callId: this.callId,
      toolName: this.#name,
      revision: this.revision,
      ...this.#origin(),
      outcome,
      durationMs: this.#durationMs,
      coerced: Object.freeze(this.coerced),
      ...definedMembers(said),
    })
  }

  /** Source and schema hash; nothing if no tool has the name. */
  #origin() {
    if (this.#plan === undefined) return {}
    const { source, schemaHash } = this.#plan.origin()
    return { source, schemaHash }
  }
}

/** The members that are not undefined. @param {Record<string, unknown>} said */
function definedMembers(said) {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
}

exports.Observation = Observation
