// Value problems: values of a definition that JSON cannot hold, and what to write instead.

import { types } from 'node:util'
import { isParameter, misplacedSchema, schemaLibraryOf } from './misplaced-schemas'
import type { HeldValue } from './misplaced-schemas'

/** Constructors used as types, and what to write instead. */
const CONSTRUCTORS = new Map<unknown, string>([
  [String, 'type: "string"'],
  [Number, 'type: "number"'],
  [Boolean, 'type: "boolean"'],
  [Object, 'type: "object"'],
  [Map, 'type: "object"'],
  [Array, 'type: "array"'],
  [Set, 'type: "array"'],
  [Date, 'type: "string", format: "date-time"'],
  [BigInt, 'type: "integer", or "string" for what a number cannot hold'],
  [Symbol, 'type: "string"'],
  [Buffer, 'type: "string", contentEncoding: "base64"'],
  [Uint8Array, 'type: "string", contentEncoding: "base64"'],
])

/**
 * Describes why JSON cannot hold a value, and what to write instead; nothing for a value that it can hold. `pointerOf`
 * makes the pointer of a value.
 */
export function problemOfValue(held: HeldValue, pointerOf: (held: HeldValue) => string): string | undefined {
  const { value } = held
  if (typeof value === 'symbol') return 'is a symbol: write a string'
  if (typeof value === 'bigint') return 'is a BigInt: write a number, or a string for what a number cannot hold'
  const library = schemaLibraryOf(value)
  if (library !== undefined) return misplacedSchema(library, held)
  if (typeof value === 'function') return functionProblem(value, pointerOf(held))
  if (typeof value !== 'object' || value === null) return undefined
  const instance = instanceProblem(value)
  if (instance !== undefined) return instance
  return isParameter(held) ? markProblem(value) : undefined
}

function functionProblem(value: Function, pointer: string): string {
  const [, member, argument, keyword] = pointer.split('/')
  const type = CONSTRUCTORS.get(value) ?? CONSTRUCTORS.get((globalThis as Record<string, unknown>)[nameOf(value)])
  if (type !== undefined && member === 'parameters' && argument !== undefined && keyword === undefined)
    return `is the constructor ${nameOf(value)}: write { ${type} }`
  if (type !== undefined) return `is the constructor ${nameOf(value)}: write ${type}`
  if (pointer === '/inputSchema') return 'is a function: give the schema itself, a JSON Schema or a Standard Schema'
  if (member === 'parameters' && keyword === undefined)
    return 'is a function: a parameter is plain data, and "execute" stands beside parameters'
  if (member === 'parameters' || member === 'inputSchema')
    return 'is a function: judge the argument in execute, or give a Standard Schema, such as one of zod, as inputSchema'
  return 'is a function: only execute and requiresApproval may be one'
}

/** Objects that JSON would write as `{}`. */
const EMPTIED: readonly (readonly [(value: unknown) => boolean, string])[] = [
  [types.isMap, 'is a Map: write a plain object'],
  [types.isSet, 'is a Set: write a list'],
  [types.isRegExp, 'is a RegExp: write its source as a string'],
  [types.isPromise, 'is a promise: await it first'],
  [types.isWeakMap, 'is a WeakMap: write a plain object'],
  [types.isWeakSet, 'is a WeakSet: write a list'],
]

/** Describes an object that JSON would empty, and what to write instead; nothing for another. A proxy may throw. */
export function instanceProblem(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === Array.prototype || prototype === null) return undefined
  return EMPTIED.find(([is]) => is(value))?.[1]
}

/** TypeBox marks an optional parameter with a symbol, which JSON drops. */
function markProblem(value: object): string | undefined {
  const isOptional = Object.getOwnPropertySymbols(value).some((symbol) => symbol.description === 'TypeBox.Optional')
  return isOptional
    ? 'is optional by the mark of TypeBox, which JSON does not hold: write required: false, or give Type.Object({ … }) as inputSchema'
    : undefined
}

function nameOf({ name }: Function): string {
  return typeof name === 'string' ? name : ''
}
