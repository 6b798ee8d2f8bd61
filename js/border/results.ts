// Results as JSON: a form for every value, counted while it is copied.
//
// Results are written as JSON for readers without the value: a model, a repeated idempotency key, a Rust thread. Every
// value that JSON lacks has a form here; nothing becomes `{}` silently, and only a cycle fails the call. A result is
// copied while it is counted: getters, proxies and `toJSON` are read once and cannot change later. `execute` and `call`
// return the closure's own value and do not use this.

import { types } from 'node:util'
import { errorWords, textOf } from './error'
import type { ToolrackError } from './error'
import { MOST_VALUES } from './json'
import { limitExceeded, toolFailed } from './raised-error'
import { whole } from './well-formed'

/** Depth limit of a result. The core reads 127 levels. */
const DEEPEST = 500

/** Returns what stands for a file, where files go their own way; nothing for any other object. */
export type FileForm = (value: object, isWhole: boolean) => unknown

/** One result that is being written. */
interface Writing {
  /** Values that may still come. */
  left: number
  /** What is being written around the value, where a circle would end. */
  readonly open: object[]
  readonly fileOf: FileForm | undefined
}

/** A map of own members. */
type Members = Record<string, unknown>

/** Converts a result into plain data. */
export function plainResult(value: unknown, fileOf?: FileForm): unknown {
  return formOf(value, { left: MOST_VALUES, open: [], fileOf })
}

/** A result as JSON; empty where there is none. */
export function resultText(value: unknown): string {
  return writtenResult(typeof value === 'string' ? value : plainResult(value))
}

/** Writes the data of {@link plainResult} as JSON. */
export function writtenResult(plain: unknown): string {
  const text: string | undefined = JSON.stringify(plain)
  return whole(text ?? '')
}

/** Makes the error of a result that could not be written: a failure of its tool, or a limit error if it is too large. */
export function unwritableResult(tool: string, thrown: unknown): ToolrackError {
  return thrown instanceof TooLarge
    ? limitExceeded(`${thrown.what} in the result of "${tool}"`, thrown.limit)
    : toolFailed(tool, thrown)
}

/** A result that has more of something than it may have. */
export class TooLarge extends Error {
  readonly code = 'LIMIT_EXCEEDED'
  readonly what: string
  readonly limit: number

  constructor(what: string, limit: number) {
    super(`${what} in the result is over the limit of ${limit}`)
    this.what = what
    this.limit = limit
  }
}

function formOf(value: unknown, writing: Writing): unknown {
  spend(writing, 1)
  switch (typeof value) {
    case 'bigint':
      return bigintForm(value)
    case 'function':
    case 'symbol':
      return undefined
    case 'object':
      return value === null ? null : objectForm(value, writing)
    default:
      return value
  }
}

function spend(writing: Writing, count: number): void {
  if ((writing.left -= count) < 0) throw tooManyValues()
}

function tooManyValues(): TooLarge {
  return new TooLarge('number of values', MOST_VALUES)
}

function bigintForm(value: bigint): number | string {
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
}

function objectForm(value: object, writing: Writing): unknown {
  const file = writing.fileOf?.(value, writing.open.length === 0)
  if (file !== undefined) return file
  if (writing.open.includes(value)) throw new TypeError('the result is circular: it holds itself')
  if (writing.open.length >= DEEPEST) throw new TypeError(`the result is nested deeper than ${DEEPEST} levels`)
  writing.open.push(value)
  const form = types.isNativeError(value)
    ? errorWords(value)
    : writtenForm(value, (value as { toJSON?: unknown }).toJSON, writing)
  writing.open.pop()
  return form
}

function writtenForm(value: object, toJSON: unknown, writing: Writing): unknown {
  if (typeof toJSON === 'function') {
    if (toJSON === (Buffer.prototype as { toJSON?: unknown }).toJSON && types.isUint8Array(value))
      return bufferForm(value, writing)
    const json: unknown = toJSON.call(value, '')
    // An object whose `toJSON` returns itself is written by its members, as in JSON.
    if (json !== value) return formOf(json, writing)
  }
  if (Array.isArray(value)) return listForm(value as unknown[], writing)
  return isPlain(value) ? membersForm(value, Object.keys(value), writing) : specialForm(value, writing)
}

/** Whether an object is a map and no more, of whatever realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function listForm(list: ArrayLike<unknown>, writing: Writing): unknown[] {
  const { length } = list
  // Before the loop: a list may be long and sparse.
  if (length > writing.left) throw tooManyValues()
  const form: unknown[] = []
  for (let i = 0; i < length; i++) form.push(formOf(list[i], writing))
  return form
}

function membersForm(value: object, keys: readonly string[], writing: Writing): Members {
  const form: Members = {}
  for (const key of keys) setMember(form, key, formOf((value as Members)[key], writing))
  return form
}

function setMember(form: Members, key: string, member: unknown): void {
  if (key !== '__proto__') form[key] = member
  else Object.defineProperty(form, key, { value: member, writable: true, enumerable: true, configurable: true })
}

/** Converts a value that is neither a list nor plain data. */
function specialForm(value: object, writing: Writing): unknown {
  // Typed arrays of 64 bits hold bigints, which have a form as well.
  if (types.isTypedArray(value)) return listForm(value, writing)
  if (types.isAnyArrayBuffer(value)) return listForm(new Uint8Array(value), writing)
  if (types.isDataView(value))
    return listForm(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), writing)
  if (types.isMap(value)) return entriesForm([...Map.prototype.entries.call(value)] as Entry[], writing)
  if (types.isSet(value)) return listForm([...Set.prototype.values.call(value)] as unknown[], writing)
  if (types.isBoxedPrimitive(value)) return formOf(unboxed(value), writing)
  if (types.isRegExp(value)) return textOf(RegExp.prototype.toString.call(value), 1_024)
  const name = nameOf(value)
  if (name === 'DOMException') return errorWords(value)
  // By `String`, which gives a string or throws: the name is only a tag, and anything may have it.
  // oxlint-disable-next-line typescript/no-base-to-string -- of URLSearchParams it is the query
  if (name === 'URLSearchParams') return String(value)
  if (name === 'Headers') return entriesForm(listed(value as Iterable<Entry>, writing), writing)
  const keys = Object.keys(value)
  // An object without visible members would become `{}`, which looks empty.
  return keys.length === 0 ? `[${name}]` : membersForm(value, keys, writing)
}

/** A Buffer as its own `toJSON` says it. Sixteen bytes count as one value. */
function bufferForm(bytes: Uint8Array, writing: Writing): { type: 'Buffer'; data: number[] } {
  spend(writing, bytes.length >> 4)
  return { type: 'Buffer', data: Array.from(bytes) }
}

/** Lists the items of an iterable, which may be endless. */
function listed<T>(iterable: Iterable<T>, writing: Writing): T[] {
  const items: T[] = []
  for (const item of iterable) {
    spend(writing, 1)
    items.push(item)
  }
  return items
}

/** A key with its value. */
type Entry = readonly [unknown, unknown]
type TextEntry = readonly [string, unknown]

function entriesForm(entries: readonly Entry[], writing: Writing): unknown {
  // Without a type predicate: destructuring throws what it should for an entry that is no list.
  if (!entries.every(([key]) => typeof key === 'string')) return listForm(entries, writing)
  const form: Members = {}
  for (const [key, member] of entries as readonly TextEntry[]) setMember(form, key, formOf(member, writing))
  return form
}

function unboxed(value: object): unknown {
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value)
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value)
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value)
  return types.isBigIntObject(value) ? BigInt.prototype.valueOf.call(value) : undefined
}

/** What kind of thing an object is. */
function nameOf(value: object): string {
  const tag = Object.prototype.toString.call(value).slice(8, -1)
  const name = tag === 'Object' ? textOf((value.constructor as Function | undefined)?.name, 64) : textOf(tag, 64)
  return name || 'Object'
}
