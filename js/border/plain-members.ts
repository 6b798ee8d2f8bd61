// Plain members: what JSON gets of an object that may hold anything. Nothing in here throws.

import { isError } from './realm'

/** Limits of nesting and of values: an error is written to logs. */
const DEEPEST = 16
const MOST_VALUES = 10_000

/** What stands for a value that JSON cannot have. */
const CIRCULAR = '[circular]'
const TOO_DEEP = '[nested too deep]'
const TOO_MANY = '[too many values]'
const UNREADABLE = '[cannot be read]'

/** Objects that are being written, also those around a `toJSON` that writes another error. */
const open: object[] = []
let left = MOST_VALUES

/** Copies some members of an object as plain data. A getter that throws, a circle and a BigInt become strings. */
export function plainMembers(value: object, keys: readonly string[]): Record<string, unknown> {
  if (open.length === 0) left = MOST_VALUES
  const members: [string, unknown][] = []
  for (const key of keys) {
    members.push([key, readMember(value, key)])
    if (left < 0) break
  }
  return Object.fromEntries(members)
}

function plainItems(list: unknown[]): unknown[] {
  const items: unknown[] = []
  // By index: a list has no gaps in JSON.
  for (let i = 0; i < list.length && left >= 0; i++) items.push(readMember(list, String(i)))
  return items
}

function readMember(value: object, key: string): unknown {
  if (--left < 0) return TOO_MANY
  try {
    return plainForm((value as Record<string, unknown>)[key], key)
  } catch {
    return UNREADABLE
  }
}

function plainForm(value: unknown, key: string): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  if (value === null || typeof value !== 'object') return value
  if (open.includes(value)) return CIRCULAR
  if (open.length >= DEEPEST) return TOO_DEEP
  open.push(value)
  try {
    return objectForm(value, key)
  } finally {
    open.pop()
  }
}

function objectForm(value: object, key: string): unknown {
  if (isError(value)) return plainMembers(value, ['name', 'message', 'code'])
  const { toJSON } = value as { readonly toJSON?: unknown }
  const json: unknown = typeof toJSON === 'function' ? toJSON.call(value, key) : value
  // What `toJSON` returns is written by its members, as in JSON.
  if (json === null || typeof json !== 'object') return plainForm(json, key)
  return Array.isArray(json) ? plainItems(json) : plainMembers(json, Object.keys(json))
}
