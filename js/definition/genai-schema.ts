// GenAI schema: a schema of Google's GenAI library, whose types are in capitals, as a JSON Schema.

import type { JsonSchema } from '../../index'

/** Limit of nesting. */
const DEEPEST = 100
/** Limits that the library writes as text: they are 64 bits wide there. */
const COUNTS: readonly string[] = Object.freeze([
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
])
/** Members that JSON Schema lacks, or that are written in another way. */
const OWN: readonly string[] = Object.freeze(['type', 'nullable', 'propertyOrdering', 'example'])

/** Whether a schema has the types of GenAI, or none. */
export function isGenaiSchema(value: unknown): value is JsonSchema {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const { type } = value as JsonSchema
  return typeof type === 'string' && type === type.toUpperCase()
}

/** Converts a schema on a copy. */
export function jsonOfGenai(schema: JsonSchema, depth = 0): JsonSchema {
  const inner = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && depth < DEEPEST ? jsonOfGenai(value as JsonSchema, depth + 1) : value
  const { type, nullable, example } = schema
  const name = typeof type === 'string' && type !== 'TYPE_UNSPECIFIED' ? type.toLowerCase() : undefined
  const members = Object.entries(schema)
    .filter(([key, value]) => !OWN.includes(key) && value !== undefined && value !== null)
    .map(([key, value]): [string, unknown] => {
      if (COUNTS.includes(key)) return [key, Number(value)]
      if (key === 'properties') return [key, mapOf(value, inner)]
      if (key === 'anyOf' && Array.isArray(value)) return [key, value.map(inner)]
      return [key, key === 'items' ? inner(value) : value]
    })
  const converted: JsonSchema = Object.fromEntries(members)
  if (example !== undefined) converted.examples = [example]
  if (nullable !== true) return name === undefined ? converted : { type: name, ...converted }
  if (name === undefined) return { anyOf: [converted, { type: 'null' }] }
  const { enum: values } = converted
  return {
    type: [name, 'null'],
    ...converted,
    ...(Array.isArray(values) && { enum: [...(values as unknown[]), null] }),
  }
}

function mapOf(value: unknown, convert: (value: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, convert(member)]))
}
