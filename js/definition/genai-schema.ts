// GenAI schema: a schema of Google's GenAI library, whose types are in capitals, as a JSON Schema.

import type { JsonSchema } from '../../index'

/** Limits of nesting, and of schemas in one schema. */
const DEEPEST = 100
const MOST_SCHEMAS = 100_000
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

/** Converts a schema on a copy. Throws where it has too many parts, as one has that holds itself twice. */
export function jsonOfGenai(schema: JsonSchema): JsonSchema {
  return convert(schema, 0, { left: MOST_SCHEMAS })
}

function convert(schema: JsonSchema, depth: number, state: { left: number }): JsonSchema {
  if (--state.left < 0) throw new RangeError(`its schema is over the limit of ${MOST_SCHEMAS} parts`)
  const inner = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && depth < DEEPEST
      ? convert(value as JsonSchema, depth + 1, state)
      : value
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

function mapOf(value: unknown, inner: (value: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, inner(member)]))
}
