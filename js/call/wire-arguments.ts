// Wire arguments: arguments as exact JSON text, for HTTP operations and idempotency keys.

import { types } from 'node:util'
import { ToolrackError, reasonOf } from '../border/error'
import { MOST_VALUES } from '../border/json'
import { escaped } from '../border/json-pointer'
import { limitExceeded } from '../border/raised-error'
import { argumentsText } from './arguments'
import { invalidParams } from './context'
import type { Arguments, ToolPlan } from './interfaces'

/** Deeper than Rust reads; Rust then reports the depth. */
const DEEPEST = 200

/**
 * Writes the arguments of a closure call with an idempotency key. Values that a closure can tell apart differ here too:
 * -0 is not 0. Values that JSON cannot hold are refused.
 */
export function exactText(plan: ToolPlan, args: Arguments): string {
  return new ArgumentWriter(plan, true).write(args)
}

/**
 * Writes the arguments of an HTTP operation. `JSON.stringify` silently writes null for NaN and `{}` for a Map: without
 * an idempotency key, only such output is checked.
 */
export function wireText(plan: ToolPlan, args: Arguments, idempotencyKey: string | undefined): string {
  if (idempotencyKey !== undefined) return new ArgumentWriter(plan, false).write(args)
  const text = argumentsText(plan, args)
  if (text.includes('null') || text.includes('{}')) new ArgumentWriter(plan, false).write(args)
  return text
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

/** Writes arguments like `JSON.stringify`, and refuses values that it would drop. */
class ArgumentWriter {
  readonly #plan: ToolPlan
  /** Whether -0 and half surrogates are kept apart from 0 and U+FFFD. */
  readonly #isExact: boolean
  #values = 0
  /** Objects being written, to find cycles. */
  readonly #open = new Set<object>()

  constructor(plan: ToolPlan, isExact: boolean) {
    this.#plan = plan
    this.#isExact = isExact
  }

  write(args: Arguments): string {
    try {
      return this.#writeValue(args, '', '') ?? 'null'
    } catch (thrown) {
      if (thrown instanceof ToolrackError) throw thrown
      throw invalidParams(this.#plan.name, '', `cannot be JSON: ${reasonOf(thrown)}`)
    }
  }

  /** Writes a value; nothing for undefined. `at` is the pointer of the value. */
  #writeValue(held: unknown, key: string, at: string): string | undefined {
    // Shared parts count each time.
    if (++this.#values > MOST_VALUES) {
      throw limitExceeded(`number of values in the arguments of "${this.#plan.name}"`, MOST_VALUES)
    }
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
        return this.#isExact && Object.is(value, -0) ? '-0' : String(value)
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
    if (this.#isExact) throw this.#refusal(at, 'has half of a surrogate pair')
    return JSON.stringify(value.toWellFormed())
  }

  #writeObject(value: object, at: string): string {
    if (this.#open.has(value)) throw this.#refusal(at, 'is a circle')
    if (this.#open.size === DEEPEST) throw invalidParams(this.#plan.name, '', 'are nested deeper than 127 levels')
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

  #refusal(at: string, problem: string): ToolrackError {
    return invalidParams(this.#plan.name, at.toWellFormed(), `${problem}, which cannot be JSON`)
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
