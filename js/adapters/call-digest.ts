// Digest of a call: a text that is the same for the same call alone, so that an approval is of one call.

import { createHash, createHmac } from 'node:crypto'
import { isPlainObject } from '../border/realm'

/** A short digest of values that JSON can have. The order of members does not count: a store may change it. */
export function callDigest(...parts: readonly unknown[]): string {
  return createHash('sha256').update(sortedText(parts)).digest('base64url').slice(0, 22)
}

/** The user and the tenant of a context, as texts: other members of it may differ from call to call. */
export function callerOf(context: unknown): readonly unknown[] {
  const { userId, metadata } = (context ?? {}) as { readonly userId?: unknown; readonly metadata?: unknown }
  const { tenant } = (metadata ?? {}) as { readonly tenant?: unknown }
  return [idText(userId), idText(tenant)]
}

/** An id may be anything. One that is nothing in JSON, such as an object with a circle, is no id. */
function idText(id: unknown): string | undefined {
  try {
    return typeof id === 'bigint' ? `${id}n` : JSON.stringify(id)
  } catch {
    return undefined
  }
}

/** A digest that only who knows the secret can make. */
export function signedDigest(secret: Uint8Array, ...parts: readonly unknown[]): string {
  return createHmac('sha256', secret).update(sortedText(parts)).digest('base64url')
}

function sortedText(parts: readonly unknown[]): string {
  return JSON.stringify(parts, (_, value: unknown) =>
    isRecord(value) ? Object.fromEntries(Object.entries(value).toSorted(byName)) : value,
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && isPlainObject(value)
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1
}
