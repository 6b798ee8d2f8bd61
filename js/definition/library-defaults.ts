// Library defaults: defaults in the JSON Schema of a library's schema, which the validation of the library fills in.
//
// The core would fill in the value that the JSON Schema has: that of a function as it was once, that of a default which
// the library does not validate as an argument, and no value that JSON lacks. So it fills in none of them.

import type { JsonSchema } from '../../index'

/** Keywords whose members are schemas by name: one of them may be called `default`. */
const MAPS: readonly string[] = Object.freeze([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
])
/** Keywords that hold data. */
const DATA: readonly string[] = Object.freeze(['const', 'enum', 'examples'])
/** Limit of nesting. */
const DEEPEST = 200

type Members = Readonly<Record<string, unknown>>

/**
 * The schema of arguments without defaults: a member that has one may be left out. The given schema stays as it is.
 */
export function withoutDefaults(schema: JsonSchema): JsonSchema {
  return hasDefault(schema, 0) ? (withoutDefault(schema, 0, true) as JsonSchema) : schema
}

/** The schema of a result without defaults: the library has filled them in. */
export function withoutFilledDefaults(schema: JsonSchema): JsonSchema {
  return hasDefault(schema, 0) ? (withoutDefault(schema, 0, false) as JsonSchema) : schema
}

function hasDefault(node: unknown, depth: number): boolean {
  if (!isObject(node) || depth > DEEPEST) return false
  return Object.entries(node).some(([key, inner]) => key === 'default' || hasDefault(inner, depth + 1))
}

/** A schema, or a list of schemas, without defaults. */
function withoutDefault(node: unknown, depth: number, mayBeMissing: boolean): unknown {
  if (!isObject(node) || depth > DEEPEST) return node
  const within = (inner: unknown): unknown => withoutDefault(inner, depth + 1, mayBeMissing)
  if (Array.isArray(node)) return node.map(within)
  const kept = Object.entries(node).flatMap(([key, inner]: [string, unknown]): [string, unknown][] => {
    if (key === 'default') return []
    if (key === 'required' && mayBeMissing) return requiredOf(inner, node.properties)
    if (DATA.includes(key) || !isObject(inner)) return [[key, inner]]
    return [[key, MAPS.includes(key) ? mapValues(inner, within) : within(inner)]]
  })
  return Object.fromEntries(kept)
}

function mapValues(map: Members, change: (value: unknown) => unknown): Members {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]))
}

/** The member `required` without the names that have a default: some libraries write them there. */
function requiredOf(required: unknown, properties: unknown): [string, unknown][] {
  if (!Array.isArray(required)) return [['required', required]]
  const left = required.filter((name) => {
    const property =
      isObject(properties) && Object.hasOwn(properties, name as string) ? properties[name as string] : undefined
    return !isObject(property) || !Object.hasOwn(property, 'default')
  })
  return left.length === 0 ? [] : [['required', left]]
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null
}
