'use strict'

// Audit log: its options, its verification, and records of calls.

const { verifyAudit: verify } = require('../../binding')
const { revive } = require('../border/error')
const { jsonText } = require('../border/json')
const { checkOptions, invalidOption, oneOf, toName, toText } = require('../border/options')

const OPTIONS = Object.freeze(['path', 'calls', 'sync', 'onBroken'])

/**
 * Writes the options of an audit log for Rust: a path, or an object.
 * @param {any} audit
 * @returns {string | undefined}
 */
function auditText(audit) {
  if (audit === undefined) return undefined
  const { path, calls, sync, onBroken } = typeof audit === 'string' ? { path: audit } : checkOptions(audit, OPTIONS)
  if (typeof path !== 'string' || path === '') throw invalidOption('audit', 'must be a path, or an object that has one')
  if (calls !== undefined && typeof calls !== 'boolean') throw invalidOption('calls', 'must be a boolean')
  oneOf('sync', sync, ['none', 'interval', 'each'])
  oneOf('onBroken', onBroken, ['refuse', 'begin'])
  return toText('audit', { path, calls, sync, onBroken })
}

/** @param {string} path @param {any} [options] */
async function verifyAudit(path, options) {
  const { anchor } = checkOptions(options, ['anchor'])
  try {
    return JSON.parse(await verify(toName('path', path), toText('anchor', anchor)))
  } catch (thrown) {
    throw revive(thrown)
  }
}

/** The audit record of one call, written when the call ends. */
class CallRecord {
  #native

  /** @param {import('../../binding').NativeCallRecord} native */
  constructor(native) {
    this.#native = native
  }

  /**
   * Adds caller and arguments. Arguments that JSON cannot hold get no hash.
   * @param {string} identity @param {any} args
   */
  madeBy(identity, args) {
    let text
    try {
      text = jsonText(args)
    } catch {
      text = undefined
    }
    this.#native.madeBy(identity, text)
  }

  /** @param {any} [error] */
  end(error) {
    this.#native.end(error?.code)
  }
}

exports.auditText = auditText
exports.verifyAudit = verifyAudit
exports.CallRecord = CallRecord
