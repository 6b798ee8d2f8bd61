'use strict'

// Options of a call on a registry: those that choose the snapshot, and those of the call itself.

const { readOption } = require('../border/options')

/** Empty options. @type {{ context?: any, versions?: any, filter?: any, rest?: any }} */
const NOTHING = Object.freeze({})

/**
 * Splits call options into those that choose the snapshot and the rest.
 * @param {any} options @param {readonly string[]} [keys] those that the snapshot does not know
 */
function splitCallOptions(options, keys = ['versions']) {
  if (options === undefined) return NOTHING
  return readOption('options', () => {
    const { context, versions, filter } = options ?? {}
    if (options === null || typeof options !== 'object' || !keys.some((key) => key in options))
      return { context, versions, filter, rest: options }
    const rest = { ...options }
    for (const key of keys) delete rest[key]
    return { context, versions, filter, rest }
  })
}

exports.splitCallOptions = splitCallOptions
