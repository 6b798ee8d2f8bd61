// JSON writer: writes a value like `JSON.stringify`, and refuses what that would drop or change silently.

import { types } from 'node:util'
import { ToolrackError, reasonOf } from './error'
import { MOST_VALUES } from './json'
import { escaped } from './json-pointer'

/** Deeper than Rust reads; Rust then reports the depth. */
const DEEPEST = 200

/** What is written, and how it is refused. */
export interface WrittenSubject {
  /** Makes the error of a value at a pointer. */
  readonly refuse: (pointer: string, problem: string) => Error
  /** What a value is that is nested too deep. */
  readonly tooDeep: string
  /** Makes the error of too many values. */
  readonly tooMany: () => Error
  /** Whether -0 and half surrogates are kept apart from 0 and U+FFFD. */
  readonly isExact: boolean
}

/**
 * Whether JSON would write `{}` for an object that is not empty: a Map, a Promise, an instance with only private
 * fields.
 */
export function isLost(value: object): boolean {
  if (types.isMap(value) || types.isSet(value)) return true
  const prototype = Object.getPrototypeOf(value) as object | null
  // The `Object.prototype` of another realm has no prototype either.
  return prototype !== null && Object.getPrototypeOf(prototype) !== null && Object.keys(value).length === 0
}

/** Writes one value; see the top of the file. */
export class JsonWriter {
  readonly #subject: WrittenSubject
  #values = 0
  /** Objects being written, to find cycles. */
  readonly #open = new Set<object>()

  constructor(subject: WrittenSubject) {
    this.#subject = subject
  }

  /** Writes the value; nothing for undefined. */
  write(value: unknown): string | undefined {
    try {
      return this.#writeValue(value, '', '')
    } catch (thrown) {
      if (thrown instanceof ToolrackError) throw thrown
      throw this.#subject.refuse('', `cannot be JSON: ${reasonOf(thrown)}`)
    }
  }

  /** Writes a value; nothing for undefined. `at` is the pointer of the value. */
  #writeValue(held: unknown, key: string, at: string): string | undefined {
    // Shared parts count each time.
    if (++this.#values > MOST_VALUES) throw this.#subject.tooMany()
    const value = resolveValue(held, key)
    switch (typeof value) {
      case 'undefined':
        return undefined
      case 'string':
        return this.#writeString(value, at)
      case 'boolean':
        return String(value)
      case 'number':
        if (!Number.isFinite(value)) throw this.#refusal(at, `is ${value}`)
        return this.#subject.isExact && Object.is(value, -0) ? '-0' : String(value)
      case 'object':
        return value === null ? 'null' : this.#writeObject(value, at)
      case 'bigint':
      case 'function':
      case 'symbol':
      default:
        throw this.#refusal(at, `is a ${typeof value}`)
    }
  }

  #writeString(value: string, at: string): string {
    if (value.isWellFormed()) return JSON.stringify(value)
    if (this.#subject.isExact) throw this.#refusal(at, 'has half of a surrogate pair')
    return JSON.stringify(value.toWellFormed())
  }

  #writeObject(value: object, at: string): string {
    if (this.#open.has(value)) throw this.#refusal(at, 'is a circle')
    if (this.#open.size === DEEPEST) throw this.#subject.refuse('', this.#subject.tooDeep)
    this.#open.add(value)
    const text = Array.isArray(value)
      ? this.#writeList(value, at)
      : this.#writeMap(value as Record<string, unknown>, at)
    this.#open.delete(value)
    return text
  }

  #writeList(items: readonly unknown[], at: string): string {
    const texts: string[] = []
    for (let i = 0; i < items.length; i++) {
      const text = this.#writeValue(items[i], String(i), `${at}/${i}`)
      if (text === undefined) throw this.#refusal(`${at}/${i}`, 'is undefined')
      texts.push(text)
    }
    return `[${texts.join(',')}]`
  }

  #writeMap(value: Record<string, unknown>, at: string): string {
    if (isLost(value)) throw this.#refusal(at, `is an instance of ${classNameOf(value)}`)
    const texts: string[] = []
    for (const key of Object.keys(value)) {
      const pointer = `${at}/${escaped(key)}`
      const text = this.#writeValue(value[key], key, pointer)
      if (text !== undefined) texts.push(`${this.#writeString(key, pointer)}:${text}`)
    }
    return `{${texts.join(',')}}`
  }

  #refusal(at: string, problem: string): Error {
    return this.#subject.refuse(at.toWellFormed(), `${problem}, which cannot be JSON`)
  }
}

/** Resolves a value as `JSON.stringify` does: `toJSON`, and boxed primitives. */
function resolveValue(held: unknown, key: string): unknown {
  let value = held
  if (value !== null && (typeof value === 'object' || typeof value === 'bigint') && hasToJson(value)) {
    // It returns null for an invalid date.
    if (types.isDate(value) && Number.isNaN(value.getTime())) return NaN
    value = value.toJSON(key)
  }
  return types.isBoxedPrimitive(value) ? value.valueOf() : value
}

/** Whether JSON writes a value by its `toJSON`. */
function hasToJson(value: object | bigint): value is { toJSON(key: string): unknown } {
  return typeof (value as { readonly toJSON?: unknown }).toJSON === 'function'
}

function classNameOf(value: object): string {
  // An own member may hide the constructor.
  const name = (value.constructor as { readonly name?: unknown } | null | undefined)?.name
  return typeof name === 'string' && name !== '' && name.length <= 100 ? name : 'a class'
}
