// Argument validation: the core validates, fills in defaults and coerces; objects keep their identity.

import { types } from 'node:util'
import type { Coerced } from '../../index'
import { callNative, reasonOf } from '../border/error'
import { ownText, unwritable } from '../border/json'
import { escaped } from '../border/json-pointer'
import { isPlainArray, isPlainObject } from '../border/realm'
import { invalidParams } from './context'
import type { Arguments, Call, CallObservation, ToolPlan } from './interfaces'

/** Corrections from Rust: the arguments with defaults and coerced values. */
export interface ArgumentCorrections {
  readonly arguments: Arguments
  readonly coerced: readonly Coerced[]
}

/** Validates the arguments of a call in Rust, and applies defaults and coerced values. */
export function validateArguments({ plan, args, mustBeNewest }: Call, observation?: CallObservation): Arguments {
  const text = argumentsText(plan, args)
  const corrections = callNative(() => plan.native.validate(text, mustBeNewest))
  if (corrections === null) return args
  return applyCorrections(plan, args, JSON.parse(corrections) as ArgumentCorrections, observation)
}

/** Applies what Rust returned for the arguments. */
export function applyCorrections(
  plan: ToolPlan,
  args: Arguments,
  { arguments: corrected, coerced }: ArgumentCorrections,
  observation?: CallObservation,
): Arguments {
  if (coerced.length > 0 && observation !== undefined) observation.coerced = coerced
  return readAgain(plan, () => mergeChanges(args, corrected, new Set(coerced.map((one) => one.pointer)), ''))
}

/** Reads arguments again; a getter that throws now refuses them. */
function readAgain<T>(plan: ToolPlan, read: () => T): T {
  try {
    return read()
  } catch (thrown) {
    throw invalidParams(plan.name, '', `cannot be read: ${reasonOf(thrown)}`)
  }
}

/** Members of a map by key, or items of a list by index. */
type Members = Record<string, unknown>

/**
 * Merges defaults and coerced values. Objects keep their identity, except those that contain a change. `coerced` has
 * the pointers of coerced values, `at` is the pointer of `args`.
 */
function mergeChanges(args: Members, corrected: Members, coerced: ReadonlySet<string>, at: string): Members {
  const merged = (Array.isArray(args) ? [...(args as unknown[])] : { ...args }) as Members
  for (const key of Object.keys(corrected)) {
    const pointer = coerced.size > 0 ? `${at}/${escaped(key)}` : ''
    const own = Object.hasOwn(args, key) && args[key] !== undefined && !coerced.has(pointer)
    const isDeeper =
      own &&
      ((isPlain(args[key]) && isPlain(corrected[key])) || (Array.isArray(args[key]) && hasBelow(coerced, pointer)))
    const value = isDeeper
      ? // Two maps, or two lists: the core keeps the shape of a list.
        mergeChanges(args[key] as Members, corrected[key] as Members, coerced, pointer)
      : own
        ? args[key]
        : corrected[key]
    Object.defineProperty(merged, key, { value, writable: true, enumerable: true, configurable: true })
  }
  return merged
}

function hasBelow(pointers: ReadonlySet<string>, at: string): boolean {
  for (const pointer of pointers) if (pointer.startsWith(`${at}/`)) return true
  return false
}

function isPlain(value: unknown): boolean {
  return value !== null && typeof value === 'object' && isPlainObject(value)
}

/**
 * Copies the arguments of a waiting call, so that later changes by the caller do not reach it. Only plain lists and
 * maps are copied; class instances and bytes keep their identity.
 */
export function copyArguments(plan: ToolPlan, args: Arguments): Arguments {
  // A map is copied as a map.
  return readAgain(plan, () => copyValue(args, new Map()) as Arguments)
}

/** `known` has the copies by original; it keeps shared parts and cycles. */
function copyValue(value: unknown, known: Map<object, object>): unknown {
  if (value === null || typeof value !== 'object' || types.isProxy(value)) return value
  const isList = isPlainArray(value)
  if (!isList && !isPlainObject(value)) return value
  const made = known.get(value)
  if (made !== undefined) return made
  const members = value as Members
  const copy = (isList ? [] : Object.create(Object.getPrototypeOf(value) as object | null)) as Members
  known.set(value, copy)
  for (const key of Object.keys(value)) {
    Object.defineProperty(copy, key, {
      value: copyValue(members[key], known),
      writable: true,
      enumerable: true,
      configurable: true,
    })
  }
  if (isList) copy.length = members.length
  return copy
}

/** Writes the arguments of a call, which are a map of our own, as JSON. */
export function argumentsText(plan: Pick<ToolPlan, 'name'>, args: Arguments): string {
  let text: string | undefined
  try {
    text = ownText(args)
  } catch (thrown) {
    throw unwritable(thrown, `the arguments of "${plan.name}"`, (reason) => invalidParams(plan.name, '', reason))
  }
  if (text === undefined) throw invalidParams(plan.name, '', 'cannot be JSON: they say they are nothing')
  return text
}
