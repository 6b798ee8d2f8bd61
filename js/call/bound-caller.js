'use strict'

// Bound caller: the caller (user, tenant) of a snapshot, the caller of all calls on it.

const { checkContext, frozenMetadata } = require('./context')
const { invalidOption, readOption } = require('../border/options')

/** The metadata key of the tenant, for all routes. */
const TENANT = 'tenant'

/**
 * The caller of a snapshot, the caller of all calls on it. A call may add to the caller's context but not contradict
 * it.
 */
class BoundCaller {
  #context
  /** Metadata keys that identify the caller: the tenant, and those that version routes read. */
  #fixed

  /** @param {any} context @param {readonly string[]} routed metadata keys that routes read */
  constructor(context, routed) {
    const { userId, auditingId, metadata } = checkContext(context)
    this.#context = Object.freeze({ userId, auditingId, metadata: frozenMetadata(metadata) })
    this.#fixed = new Set([TENANT, ...routed])
  }

  /** Adds the caller to the options of a call. @param {any} options */
  options(options) {
    if (options !== undefined && (options === null || typeof options !== 'object')) return options
    return readOption('options', () => {
      const { context, ...rest } = options ?? {}
      return { ...rest, context: this.#merged(context) }
    })
  }

  /** @param {any} said */
  #merged(said) {
    const own = this.#context
    if (said === undefined) return own
    const given = checkContext(said)
    if (isGiven(own.userId) && isGiven(given.userId) && !Object.is(own.userId, given.userId))
      throw otherCaller('userId')
    return {
      userId: isGiven(given.userId) ? given.userId : own.userId,
      auditingId: isGiven(given.auditingId) ? given.auditingId : own.auditingId,
      metadata: this.#mergedMetadata(given.metadata),
    }
  }

  /** @param {any} given */
  #mergedMetadata(given) {
    const own = this.#context.metadata
    if (!isGiven(given)) return own
    if (!isGiven(own)) return given
    const fixed = [...this.#fixed].filter((key) => isGiven(memberOf(own, key)))
    // A value that is no map has no tenant, and would hide the caller's.
    if (typeof given !== 'object' || typeof own !== 'object') {
      if (fixed.length > 0) throw otherCaller(`metadata.${fixed[0]}`)
      return given
    }
    const merged = { ...own, ...given }
    for (const key of fixed) {
      const [theirs, value] = [memberOf(given, key), memberOf(own, key)]
      if (isGiven(theirs) && !Object.is(theirs, value)) throw otherCaller(`metadata.${key}`)
      Object.defineProperty(merged, key, { value, writable: true, enumerable: true, configurable: true })
    }
    return merged
  }
}

/** @param {unknown} value */
function isGiven(value) {
  return value !== undefined && value !== null
}

/** An own member. @param {any} held @param {string} key */
function memberOf(held, key) {
  return typeof held === 'object' && Object.hasOwn(held, key) ? held[key] : undefined
}

/** @param {string} key */
function otherCaller(key) {
  return invalidOption(
    `context.${key}`,
    'is another one than that of the snapshot, which is the caller of its calls: take a snapshot for each caller',
  )
}

exports.BoundCaller = BoundCaller
