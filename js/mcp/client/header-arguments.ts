// Header arguments of a tool of a server: `x-mcp-header` in its schema → the headers `Mcp-Param-*` of a call.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { writeHeaderValue } from '../http/header-values'

const KEYWORD = 'x-mcp-header'
/** A token of RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const TYPES: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean'])
/** The most levels of a schema that are searched. */
const DEEPEST = 120

/** What is wrong with the header arguments of a tool; nothing if nothing is. Source: 2026-07-28, "Schema Extension". */
export function headerArgumentProblem(schema: unknown): string | undefined {
  const names = new Set<string>()
  return problemIn(schema, { isReachable: true, isProperty: false, names }, 0)
}

interface Place {
  /** Whether the way from the root is of `properties` alone. */
  readonly isReachable: boolean
  /** Whether it is the schema of a property. */
  readonly isProperty: boolean
  readonly names: Set<string>
}

function problemIn(schema: unknown, place: Place, depth: number): string | undefined {
  if (schema === null || typeof schema !== 'object' || depth > DEEPEST) return undefined
  const deeper = (value: unknown, at: Partial<Place>): string | undefined =>
    problemIn(value, { ...place, isProperty: false, ...at }, depth + 1)
  if (!isMembers(schema)) return firstOf(schema as readonly unknown[], (item) => deeper(item, { isReachable: false }))
  if (Object.hasOwn(schema, KEYWORD)) {
    const wrong = problemOf(schema, place)
    if (wrong !== undefined) return wrong
  }
  return firstOf(Object.entries(schema), ([key, value]) => {
    if (DATA.has(key)) return undefined
    if (!MAPS.has(key) || !isMembers(value)) return deeper(value, { isReachable: false })
    const isReachable = place.isReachable && key === 'properties'
    return firstOf(Object.values(value), (one) => deeper(one, { isReachable, isProperty: true }))
  })
}

/** Keywords whose values are data, and those that hold schemas by names of the user. */
const DATA: ReadonlySet<string> = new Set([KEYWORD, 'const', 'default', 'enum', 'example', 'examples'])
const MAPS: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
])

function problemOf(
  { [KEYWORD]: header, type }: Members,
  { isReachable, isProperty, names }: Place,
): string | undefined {
  if (typeof header !== 'string' || !TOKEN.test(header)) return `${KEYWORD} must be the name of a header`
  if (!isReachable || !isProperty) return `${KEYWORD} "${header}" must be below "properties" alone`
  if (!TYPES.has(type)) return `${KEYWORD} "${header}" must be on a string, an integer or a boolean`
  if (names.has(header.toLowerCase())) return `${KEYWORD} "${header}" is there twice`
  names.add(header.toLowerCase())
  return undefined
}

function firstOf<T>(items: readonly T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

/** The headers that repeat arguments of a call. The schema has no problem. */
export function argumentHeaders(schema: unknown, args: unknown): Record<string, string> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>
  collect(schema, args, headers, 0)
  return headers
}

function collect(schema: unknown, value: unknown, headers: Record<string, string>, depth: number): void {
  if (depth > DEEPEST || !isMembers(schema) || !isMembers(schema.properties) || !isMembers(value)) return
  for (const [name, property] of Object.entries(schema.properties)) {
    if (!isMembers(property) || !Object.hasOwn(value, name)) continue
    const argument = value[name]
    const header = property[KEYWORD]
    const text = headerText(argument)
    if (typeof header === 'string' && TOKEN.test(header) && text !== undefined)
      headers[`mcp-param-${header.toLowerCase()}`] = writeHeaderValue(text)
    collect(property, argument, headers, depth + 1)
  }
}

function headerText(argument: unknown): string | undefined {
  switch (typeof argument) {
    case 'string':
      return argument
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(argument)
    default:
      return undefined
  }
}
