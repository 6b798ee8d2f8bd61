'use strict'

// Caller: reads the caller from options or from arguments, for version routes.

const { jsonText } = require('./json')
const { readOption } = require('./options')

/**
 * A caller as routes see them: the user, and the texts and numbers among the metadata. Whatever else a context holds
 * stays here.
 * @param {any} context @param {readonly string[]} [keys] the metadata that routes look at; all where they are not given
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
  // Half of a surrogate pair would cross as U+FFFD, and be somebody else: who has such an id is shown what everybody
  // is.
  if (typeof value === 'string') return value.isWellFormed() ? value : undefined
  return typeof value === 'number' ? value : undefined
}

/**
 * For whom a call is made: as its context says, else as its arguments do, where identity may come from there.
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
    // Whoever parts the arguments meets it again, and has the words for it.
    return undefined
  }
}

exports.callerOf = callerOf
exports.callerText = callerText
