'use strict'

// Caller: reads the caller from options or from arguments, for version routes.

const { jsonText } = require('../border/json')
const { readOption } = require('../border/options')

/**
 * The caller for version routes: user id, and texts and numbers of the metadata. Other values stay here.
 * @param {any} context @param {readonly string[]} [keys] metadata keys that routes read; all by default
 * @returns {string | undefined}
 */
function callerText(context, keys) {
  return readOption('context', () => callerJson(context, keys))
}

/** @param {any} context @param {readonly string[]} [keys] */
function callerJson(context, keys) {
  if (context === null || typeof context !== 'object') return undefined
  const { metadata } = context
  /** @type {Record<string, unknown>} */
  const seen = Object.create(null)
  if (metadata !== null && typeof metadata === 'object') {
    for (const key of keys ?? Object.keys(metadata)) {
      const value = Object.hasOwn(metadata, key) ? plain(metadata[key]) : undefined
      if (value !== undefined) seen[key] = value
    }
  }
  return jsonText({ userId: plain(context.userId), metadata: seen })
}

/** @param {unknown} value */
function plain(value) {
  if (typeof value === 'bigint') return String(value)
  // Half a surrogate would cross as U+FFFD and become another user: such an id is left out.
  if (typeof value === 'string') return value.isWellFormed() ? value : undefined
  return typeof value === 'number' ? value : undefined
}

/**
 * The caller of a call: from its context, else from its arguments where those may carry identity.
 * @param {any} params
 * @param {any} context
 * @param {boolean} callerOnly
 * @param {() => number} own the context keys that are arguments of the tool
 */
function callerOf(params, context, callerOnly, own) {
  if (context !== undefined) return context
  if (callerOnly || params === null || typeof params !== 'object') return undefined
  const bits = own()
  try {
    return {
      userId: (bits & 1) === 0 && Object.hasOwn(params, 'userId') ? params.userId : undefined,
      metadata: (bits & 4) === 0 && Object.hasOwn(params, '__metadata') ? params.__metadata : undefined,
    }
  } catch {
    // Splitting the arguments meets the same error and reports it.
    return undefined
  }
}

exports.callerOf = callerOf
exports.callerText = callerText
