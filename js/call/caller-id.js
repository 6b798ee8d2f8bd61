'use strict'

// Caller id: one text for a user of a tenant, as limits and idempotency keys compare callers.

const { invalidOption } = require('../border/options')

/**
 * The text by which limits and idempotency keys compare callers: a user of a tenant, as `core/src/tool/caller.rs` reads
 * it. Nobody parses it. Different ids have different texts, even half surrogates and values that JSON lacks.
 * @param {{ userId?: unknown, metadata?: any }} identity
 * @param {string} tenantKey metadata key of the tenant
 */
function callerId({ userId, metadata }, tenantKey) {
  return joined(userId, tenantOf(metadata, tenantKey))
}

/**
 * The caller id of a call with an idempotency key. It refuses ids that cannot be compared: the call could get another
 * caller's outcome.
 * @param {{ userId?: unknown, metadata?: any }} identity @param {string} tenantKey
 */
function keyedCallerId({ userId, metadata }, tenantKey) {
  const tenant = tenantOf(metadata, tenantKey)
  checkId('a userId', userId)
  checkId(`a tenant (metadata.${tenantKey})`, tenant)
  return joined(userId, tenant)
}

/** @param {unknown} userId @param {unknown} tenant */
function joined(userId, tenant) {
  const user = idText(userId)
  return tenant === undefined || tenant === null ? user : `${user}\n${idText(tenant)}`
}

/** @param {any} metadata @param {string} key */
function tenantOf(metadata, key) {
  try {
    return metadata !== null && typeof metadata === 'object' && Object.hasOwn(metadata, key) ? metadata[key] : undefined
  } catch {
    throw invalidOption('context', `metadata.${key}, which names the tenant, cannot be read`)
  }
}

/** @param {unknown} id */
function idText(id) {
  switch (typeof id) {
    case 'string':
      return JSON.stringify(id)
    case 'bigint':
      // Zero is no user, of whatever type.
      return id === 0n ? '0' : `${id}n`
    case 'number':
    case 'boolean':
      return String(id)
    default:
      return 'null'
  }
}

/** @param {string} what @param {unknown} id */
function checkId(what, id) {
  const isId =
    id === undefined || id === null || ['string', 'bigint', 'boolean'].includes(typeof id) || Number.isFinite(id)
  if (!isId)
    throw invalidOption(
      'idempotencyKey',
      `is kept for each user of each tenant: ${what} beside it is a text or a finite number`,
    )
}

exports.callerId = callerId
exports.keyedCallerId = keyedCallerId
