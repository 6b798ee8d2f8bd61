// Value description: what a message says of an export that is no tool.

import { types } from 'node:util'
import { isList, kindOf } from '../../border/kind'
import { schemaLibraryOf } from '../../definition/misplaced-schemas'
import { isPlainObject } from '../../border/realm'
import { isClass } from './exported-value'

/** Limits of the names in a description, and of their length in characters. */
const MOST_NAMES = 5
const LONGEST_NAME = 40

/** The kind of a value, with its members where it is a plain object: `an object { name, run }`. Never throws. */
export function describeValue(value: unknown): string {
  try {
    return describe(value)
  } catch {
    return `${kindOf(value)} that cannot be read`
  }
}

function describe(value: unknown): string {
  if (types.isPromise(value)) return 'a promise: export what it resolves to, by await'
  const library = schemaLibraryOf(value)
  if (library !== undefined) return `a schema of ${library}`
  if (typeof value === 'function') return isClass(value) ? 'a class' : 'a function'
  if (typeof value !== 'object' || value === null || isList(value)) return kindOf(value)
  if (!isPlainObject(value)) return describeInstance(value)
  const names = Object.keys(value)
  const shown = names.slice(0, MOST_NAMES).map((name) => name.slice(0, LONGEST_NAME))
  return `an object { ${[...shown, ...(names.length > MOST_NAMES ? ['…'] : [])].join(', ')} }`
}

/** An object with a class of its own: a tool is a plain object, or one of the classes that are known. */
function describeInstance(value: object): string {
  const { name } = value.constructor
  return typeof name === 'string' && name !== '' && name !== 'Object'
    ? `an instance of ${name.slice(0, LONGEST_NAME)}, which is no plain object`
    : kindOf(value)
}
