// Caller id: one text for a user of a tenant, as limits and idempotency keys compare callers.

import { invalidOption } from '../border/options'
import type { Identity } from './interfaces'

/** The default of the metadata key that names the tenant: `Caller::TENANT_KEY` of `core/src/tool/caller.rs`. */
export const TENANT_KEY = 'tenant'

/**
 * The text by which limits and idempotency keys compare callers: a user of a tenant, as `core/src/tool/caller.rs` reads
 * it. Nobody parses it. Different ids have different texts, even half surrogates and values that JSON lacks.
 * `tenantKey` is the metadata key of the tenant.
 */
export function callerId({ userId, metadata }: Identity, tenantKey: string): string {
  return joinIds(userId, readTenant(metadata, tenantKey))
}

/**
 * The caller id where nobody is told apart who names no user: those of a tenant share one, and it is empty without a
 * tenant. The rule is that of `Caller::shared_id` of `core/src/tool/caller.rs`.
 */
export function sharedCallerId(identity: Identity, tenantKey: string): string {
  const id = callerId(identity, tenantKey)
  return isUser(identity.userId) ? id : id.slice(idText(identity.userId).length)
}

/**
 * The caller id of a call with an idempotency key. It refuses ids that cannot be compared: the call could get another
 * caller's outcome.
 */
export function keyedCallerId({ userId, metadata }: Identity, tenantKey: string): string {
  const tenant = readTenant(metadata, tenantKey)
  checkId('a userId', userId)
  checkId(`a tenant (metadata.${tenantKey})`, tenant)
  return joinIds(userId, tenant)
}

/**
 * The caller id with the auditing id, for what belongs to one caller alone; nothing where an id cannot be compared, such as
 * an object.
 */
export function exactCallerId({ userId, auditingId, metadata }: Identity, tenantKey: string): string | undefined {
  const tenant = readTenant(metadata, tenantKey)
  if (![userId, auditingId, tenant].every(isComparable)) return undefined
  return `${joinIds(userId, tenant)}\n\n${idText(auditingId)}`
}

function joinIds(userId: unknown, tenant: unknown): string {
  const user = idText(userId)
  return tenant === undefined || tenant === null ? user : `${user}\n${idText(tenant)}`
}

function readTenant(metadata: unknown, key: string): unknown {
  try {
    return metadata !== null && typeof metadata === 'object' && Object.hasOwn(metadata, key)
      ? (metadata as Record<string, unknown>)[key]
      : undefined
  } catch {
    throw invalidOption('context', `metadata.${key}, which is the tenant, cannot be read`)
  }
}

/** Whether an id names a user: a text with a visible character, or a number other than zero. */
function isUser(id: unknown): boolean {
  // Half of a surrogate pair is visible: it still names a user.
  if (typeof id === 'string') return /[^\p{Z}\p{Cc}\p{Cf}]/u.test(id)
  return (typeof id === 'number' && id !== 0 && !Number.isNaN(id)) || (typeof id === 'bigint' && id !== 0n)
}

function idText(id: unknown): string {
  switch (typeof id) {
    case 'string':
      return JSON.stringify(id)
    case 'bigint':
      // Zero is no user, of whatever type.
      return id === 0n ? '0' : `${id}n`
    case 'number':
    case 'boolean':
      return String(id)
    case 'object':
    case 'function':
    case 'symbol':
    case 'undefined':
    default:
      return 'null'
  }
}

function checkId(what: string, id: unknown): void {
  if (!isComparable(id))
    throw invalidOption(
      'idempotencyKey',
      `belongs to one user of one tenant: ${what} must be a text, a bigint, a boolean or a finite number`,
    )
}

function isComparable(id: unknown): boolean {
  return id === undefined || id === null || ['string', 'bigint', 'boolean'].includes(typeof id) || Number.isFinite(id)
}
