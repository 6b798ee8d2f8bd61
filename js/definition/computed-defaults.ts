// Computed defaults: defaults of a library's schema that are functions, as `z.string().default(() => randomUUID())`.
//
// A library's JSON Schema has the value that the function gave once. The core would fill it in at each call, so it is
// left out, and the validation of the library, which runs later, calls the function.

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
/** How far from now a time of a default is for sure no present time, in ms. */
const PRESENT = 48 * 3_600_000

/**
 * A schema without defaults that are not constant: those that differ where `again` makes the schema once more, and those
 * that are near the present time, of which two readings at once are alike. `again` is called if there are defaults.
 */
export function withoutComputedDefaults(schema: JsonSchema, again: () => JsonSchema): JsonSchema {
  if (!hasDefault(schema, 0)) return schema
  return constantPart(schema, again(), 0) as JsonSchema
}

type Members = Readonly<Record<string, unknown>>

function hasDefault(node: unknown, depth: number): boolean {
  if (typeof node !== 'object' || node === null || depth > DEEPEST) return false
  return Object.entries(node).some(([key, inner]) => key === 'default' || hasDefault(inner, depth + 1))
}

/** A schema, or a list of schemas, without the defaults that are not those of another reading. */
function constantPart(node: unknown, other: unknown, depth: number): unknown {
  if (typeof node !== 'object' || node === null || depth > DEEPEST) return node
  if (Array.isArray(node))
    return node.map((item, index) => constantPart(item, (other as Members | undefined)?.[index], depth + 1))
  const kept = Object.entries(node).flatMap(([key, inner]: [string, unknown]): [string, unknown][] => {
    const inOther = memberOf(other, key)
    if (key === 'default') return isConstant(inner, inOther) ? [[key, inner]] : []
    if (DATA.includes(key)) return [[key, inner]]
    return [[key, MAPS.includes(key) ? constantParts(inner, inOther, depth) : constantPart(inner, inOther, depth + 1)]]
  })
  return Object.fromEntries(kept)
}

/** The same of schemas by name. */
function constantParts(map: unknown, other: unknown, depth: number): unknown {
  if (typeof map !== 'object' || map === null) return map
  const parts = Object.entries(map).map(([name, schema]): [string, unknown] => [
    name,
    constantPart(schema, memberOf(other, name), depth + 2),
  ])
  return Object.fromEntries(parts)
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Members)[key] : undefined
}

/** Whether two readings of a default say that it is a constant. */
export function isConstant(first: unknown, second: unknown): boolean {
  const text = JSON.stringify(first)
  return text !== undefined && text === JSON.stringify(second) && !hasPresentTime(JSON.parse(text))
}

/** Whether a value is a time near to now, as milliseconds, seconds or text, or holds one. */
function hasPresentTime(value: unknown): boolean {
  const isNear = (time: number): boolean => Math.abs(time - Date.now()) < PRESENT
  if (typeof value === 'number') return isNear(value) || isNear(value * 1_000)
  if (typeof value === 'string') return value.length < 64 && isNear(Date.parse(value))
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some(hasPresentTime)
}
