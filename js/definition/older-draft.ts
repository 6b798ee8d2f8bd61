// Older draft: a JSON Schema of draft 4 to 7, as frameworks write it, in draft 2020-12, which is validated.

import type { JsonSchema } from '../../index'

const OLDER = /^https?:\/\/json-schema\.org\/draft-0[4-7]\//
/** Keywords whose members are schemas by name. */
const MAPS: readonly string[] = Object.freeze(['properties', 'patternProperties', '$defs', 'definitions'])
/** Keywords that hold data. */
const DATA: readonly string[] = Object.freeze(['const', 'default', 'enum', 'examples'])
/** Limit of nesting. */
const DEEPEST = 200

type Members = Readonly<Record<string, unknown>>

/** The schema in draft 2020-12, on a copy; one that says no older draft is returned as it is. */
export function inCurrentDraft(schema: JsonSchema): JsonSchema {
  if (typeof schema.$schema !== 'string' || !OLDER.test(schema.$schema)) return schema
  const { $schema: _, ...members } = schema
  return convert(members, 0) as JsonSchema
}

function convert(node: unknown, depth: number): unknown {
  if (typeof node !== 'object' || node === null || depth > DEEPEST) return node
  const inner = (value: unknown): unknown => convert(value, depth + 1)
  if (Array.isArray(node)) return node.map(inner)
  const members = Object.entries(node).map(([key, value]): [string, unknown] => {
    if (DATA.includes(key)) return [key, value]
    return [key, MAPS.includes(key) ? mapValues(value, inner) : inner(value)]
  })
  return withNull(withLimits(withTuple(Object.fromEntries(members))))
}

function mapValues(map: unknown, change: (value: unknown) => unknown): unknown {
  if (typeof map !== 'object' || map === null) return map
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]))
}

/** The schemas of the first items were a list under `items`. */
function withTuple(schema: Members): Members {
  const { items, additionalItems, ...others } = schema
  if (!Array.isArray(items)) return schema
  return { ...others, prefixItems: items, ...(additionalItems !== undefined && { items: additionalItems }) }
}

/** A limit was exclusive by a boolean beside it in draft 4. */
function withLimits(schema: Members): Members {
  return exclusive(exclusive(schema, 'minimum', 'exclusiveMinimum'), 'maximum', 'exclusiveMaximum')
}

function exclusive(schema: Members, limit: string, keyword: string): Members {
  const { [limit]: value, [keyword]: isExclusive, ...others } = schema
  if (typeof isExclusive !== 'boolean') return schema
  return value === undefined ? others : { ...others, [isExclusive ? keyword : limit]: value }
}

/** `nullable` of OpenAPI 3.0, which some converters write into any draft. */
function withNull(schema: Members): Members {
  const { nullable, ...others } = schema
  if (nullable !== true) return schema
  const { type, enum: values } = others
  if (type === undefined || 'const' in others) return { anyOf: [others, { type: 'null' }] }
  const types = [type].flat()
  return {
    ...others,
    type: types.includes('null') ? type : [...types, 'null'],
    ...(Array.isArray(values) && !values.includes(null) && { enum: [...(values as unknown[]), null] }),
  }
}
