// Zod mini schema: the JSON Schema of an object of zod/mini, which says none by itself.
//
// `registerTool` of MCP makes such an object of the members that it is given: these are schemas of Zod, which say theirs.

import type { JsonSchema, Problem } from '../../../index'
import { escaped } from '../../border/json-pointer'
import { kindOf } from '../../border/kind'
import { libraryOf, readSchema } from '../../definition/standard-schema'
import type { ReadSchema, SchemaSide } from '../../definition/standard-schema'

/** Limit of objects in objects. */
const DEEPEST = 16
/** Keywords that hold data, where a member `$ref` is no reference. */
const DATA: readonly string[] = Object.freeze(['const', 'default', 'enum', 'examples'])

/** Internals of a schema of Zod 4 that all its editions share. */
interface ZodInternals {
  readonly optin?: unknown
  readonly optout?: unknown
  readonly def?: { readonly type?: unknown; readonly shape?: unknown; readonly catchall?: unknown }
}

interface ZodStandard {
  readonly validate?: unknown
  readonly jsonSchema?: unknown
}

/** Where a schema stands, and which side of it is described. */
interface MiniPlace {
  readonly at: string
  readonly side: SchemaSide
}

/** Reads an object of zod/mini from its members; undefined for another schema. */
export function readMiniObject(schema: object, { at, side }: MiniPlace, depth = 0): ReadSchema | undefined {
  if (libraryOf(schema) !== 'zod' || depth > DEEPEST) return undefined
  const { validate, jsonSchema } = (schema as { readonly '~standard'?: ZodStandard })['~standard'] ?? {}
  const def = internalsOf(schema)?.def
  if (jsonSchema !== undefined || def?.type !== 'object' || kindOf(def.shape) !== 'an object') return undefined
  const problems: Problem[] = []
  const properties: [string, JsonSchema][] = []
  const required: string[] = []
  for (const [name, member] of Object.entries(def.shape as Record<string, object>)) {
    const inner = `/properties/${escaped(name)}`
    const place = { at: at + inner, side }
    const read = readMiniObject(member, place, depth + 1) ?? readSchema(member, place.at, side)
    problems.push(...read.problems)
    if (read.schema !== undefined) properties.push([name, moveReferences(read.schema, inner) as JsonSchema])
    if (internalsOf(member)?.[side === 'input' ? 'optin' : 'optout'] === undefined) required.push(name)
  }
  const written = {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
    ...(isClosed(def.catchall) && { additionalProperties: false }),
  } as JsonSchema
  if (problems.length > 0) return { problems }
  if (typeof validate !== 'function') return { schema: written, problems }
  return { schema: written, guard: { vendor: 'zod', validate: validate as (value: unknown) => unknown }, problems }
}

function internalsOf(schema: unknown): ZodInternals | undefined {
  return (schema as { readonly _zod?: ZodInternals } | null | undefined)?._zod
}

/** Whether the object takes no members but its own. */
function isClosed(catchall: unknown): boolean {
  return internalsOf(catchall)?.def?.type === 'never'
}

/** Points the references of a schema to where it stands now: it was the root. */
function moveReferences(value: unknown, pointer: string): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => moveReferences(item, pointer))
  const moved = Object.entries(value).map(([key, inner]): [string, unknown] => {
    if (key === '$ref' && typeof inner === 'string' && inner.startsWith('#'))
      return [key, `#${encodeURI(pointer)}${inner.slice(1)}`]
    return [key, DATA.includes(key) ? inner : moveReferences(inner, pointer)]
  })
  return Object.fromEntries(moved)
}
