// JSON text for Rust, with a limit on the number of values.
//
// Values are counted while they are written: a shared object is written once for each path to it, so 40 levels of two
// are 2^40.

import { types } from 'node:util'
import { reasonOf } from './error'
import { limitExceeded } from './raised-error'
import { whole } from './well-formed'

/** Default limit of values. */
export const MOST_VALUES = 1_000_000
/** Limits of a small value, which is copied first: that is faster than counting. */
const SMALL = 256
const SMALL_DEPTH = 16
/** Limit for its Buffers: each byte is a number in JSON. */
const SMALL_BYTES = 16 << 20

/** A map of own values. */
type OwnMap = Record<string, unknown>

/** Thrown above the limit of values. */
export class TooManyValues extends Error {
  readonly limit: number

  constructor(limit: number) {
    super(`more than ${limit} values`)
    this.limit = limit
  }
}

/**
 * Writes a value as JSON text for Rust; `undefined` for a value that is nothing in JSON. Half a surrogate pair, as a cut
 * emoji leaves it, becomes U+FFFD, as in `fetch` and `TextEncoder`. Throws if JSON cannot hold the value; see
 * {@link unwritable}. `most` limits the number of values.
 */
export function jsonText(value: unknown, most = MOST_VALUES): string | undefined {
  if (value === null || typeof value !== 'object') return whole(stringify(value))
  const small = smallCopy(value)
  return whole(small === undefined ? counted(value, most) : stringify(small))
}

/** Sees a value before it is written; what it throws is thrown. */
export type CheckValue = (holder: object, key: string, held: unknown) => void

/** Writes a value as {@link jsonText} does, and shows each value in it to `check`, once and in the order of the text. */
export function checkedText(value: unknown, check: CheckValue): string | undefined {
  return whole(counted(value, MOST_VALUES, check))
}

/** Writes a map of our own, which has no getters; only its members are copied. */
export function ownText(map: object): string {
  const small = smallCopy(map, copiedOwn)
  // A map without `toJSON` is never nothing in JSON.
  return whole(small === undefined ? counted(map, MOST_VALUES) : stringify(small)) as string
}

/**
 * Copies a small value that is JSON as it is; nothing for another one, which JSON would change. Getters and proxies are
 * read once.
 */
export function smallJson(value: object): object | undefined {
  const copy = smallCopy(value)
  return copy !== undefined && isJson(copy) ? (copy as object) : undefined
}

/** Whether JSON holds plain data as it is. */
function isJson(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed()
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
    case 'boolean':
      return true
    case 'object':
      return value === null || (types.isUint8Array(value) ? false : Object.values(value).every(isJson))
    default:
      return false
  }
}

/** `JSON.stringify`, whose declared type leaves out that a function or a symbol is nothing. */
function stringify(value: unknown): string | undefined {
  return JSON.stringify(value)
}

/** Thrown for a value that is not small or not plain. */
const NOT_SMALL = new Error('not small')
const PLAIN = {}
let left = 0
let leftBytes = 0

/**
 * Copies small plain data; nothing for other values. Getters and proxies are read once, so that what is counted is what
 * is written: they may answer differently the second time.
 */
function smallCopy(value: object, copy: (value: object, depth: number) => unknown = copied): unknown {
  const [outer, outerBytes] = [left, leftBytes]
  left = SMALL
  leftBytes = SMALL_BYTES
  try {
    // Somebody added members to a prototype: the loops below would see them.
    for (const _ in PLAIN) return undefined
    return copy(value, 0)
  } catch {
    // If a getter throws, the counting pass meets it again.
    return undefined
  } finally {
    // A getter may re-enter this function.
    left = outer
    leftBytes = outerBytes
  }
}

function copied(value: object, depth: number): unknown {
  if (depth > SMALL_DEPTH) throw NOT_SMALL
  if (Array.isArray(value)) return copiedList(value, depth)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Buffer.prototype && isBuffer(value)) return value
  if (prototype !== Object.prototype && prototype !== null) throw NOT_SMALL
  const map: OwnMap = { ...value }
  for (const key in map) {
    if (--left < 0) throw NOT_SMALL
    const member = map[key]
    if (typeof member === 'object' && member !== null) map[key] = copied(member, depth + 1)
    else if (key === 'toJSON' && member !== undefined) throw NOT_SMALL
  }
  return map
}

function copiedList(value: unknown[], depth: number): unknown[] {
  const { length } = value
  if ((left -= length) < 0 || (value as { toJSON?: unknown }).toJSON !== undefined) throw NOT_SMALL
  const list: unknown[] = []
  for (let i = 0; i < length; i++) {
    const item = value[i]
    list.push(typeof item === 'object' && item !== null ? copied(item, depth + 1) : item)
  }
  return list
}

function copiedOwn(value: object, depth: number): OwnMap {
  const map = value as OwnMap
  let copy = map
  for (const key in map) {
    if (--left < 0) throw NOT_SMALL
    const member = map[key]
    if (typeof member === 'object' && member !== null) {
      if (copy === map) copy = { ...map }
      copy[key] = copied(member, depth + 1)
    } else if (key === 'toJSON' && member !== undefined) throw NOT_SMALL
  }
  return copy
}

/** Whether a value is a plain Buffer, short enough to be written uncounted. */
function isBuffer(value: object): boolean {
  return types.isUint8Array(value) && !Object.hasOwn(value, 'toJSON') && (leftBytes -= value.length) >= 0
}

/** Writes a value as JSON and counts its values. */
function counted(value: unknown, most: number, check?: CheckValue): string | undefined {
  let left = most
  try {
    const text: string | undefined = JSON.stringify(value, function (this: { type?: unknown }, key, held: unknown) {
      // A Buffer is written as a list of bytes; sixteen count as one value.
      if (key === 'data' && Array.isArray(held) && this.type === 'Buffer') left += held.length - (held.length >> 4)
      if (--left < 0) throw new TooManyValues(most)
      check?.(this, key, held)
      return held
    })
    return text
  } catch (thrown) {
    throw isOverflow(thrown) ? new TypeError('it is nested too deep') : thrown
  }
}

/** Whether an error is a stack overflow. */
export function isOverflow(thrown: unknown): boolean {
  return (
    types.isNativeError(thrown) && thrown.name === 'RangeError' && thrown.message === 'Maximum call stack size exceeded'
  )
}

/**
 * Makes the error of a value that could not be written. `where` says what holds too many values: `the arguments of
 * "a"`. `refuse` makes the error of what JSON cannot say.
 */
export function unwritable<E extends Error>(
  thrown: unknown,
  where: string,
  refuse: (reason: string) => E,
): E | ReturnType<typeof limitExceeded> {
  if (thrown instanceof TooManyValues) return limitExceeded(`number of values in ${where}`, thrown.limit)
  return refuse(`cannot be JSON: ${reasonOf(thrown)}`)
}
