// Standard Schema: JSON Schema and validation of Zod, Valibot, ArkType and other libraries.

import type { JsonSchema, Problem } from '../../index'
import { isPlainObject } from '../border/realm'
import { withoutDefaults, withoutFilledDefaults } from './library-defaults'
import { goesOn, markingOptions, unrepresentable } from './unrepresentable'

const TARGET = 'draft-2020-12'
const SPECIFICATION = 'StandardJSONSchemaV1, standardschema.dev'

/** The validation of a Standard Schema. */
export interface Guard {
  /** The library that made the schema. */
  readonly vendor: string
  readonly validate: (value: unknown) => unknown
}

/** The JSON Schema and the validation of a library's schema, or what is wrong with it. */
export interface ReadSchema {
  readonly schema?: JsonSchema
  readonly guard?: Guard
  readonly problems: Problem[]
}

/** Member `~standard` of a schema, before it is checked. */
interface Standard {
  readonly vendor?: unknown
  readonly validate?: unknown
  readonly jsonSchema?: { readonly input?: unknown; readonly output?: unknown } | null
}

/** The side of a schema: what it takes, or what it gives. */
export type SchemaSide = 'input' | 'output'

/** Converter of a Standard Schema to JSON Schema. */
type Converter = Record<SchemaSide, (options: object) => JsonSchema>

/** Converter that writes the JSON Schema of what a schema gives. */
interface WrittenBy {
  output(options: object): JsonSchema
}

/** Returns the Standard Schema of a library's schema, if the value is one. Some are functions. */
function standardOf(value: unknown): Standard | undefined {
  const isHeld = typeof value === 'function' || (typeof value === 'object' && value !== null)
  const standard = isHeld ? (value as { '~standard'?: unknown })['~standard'] : undefined
  return typeof standard === 'object' && standard !== null ? standard : undefined
}

/** Keywords by which a plain object is a JSON Schema. */
const KEYWORDS: readonly string[] = Object.freeze(['$schema', 'type', '$ref', 'anyOf', 'oneOf', 'allOf', 'not', 'enum'])

/**
 * Whether a value is a JSON Schema in which the schema is hidden that it was made of, as `z.toJSONSchema` of Zod returns
 * it. What somebody changed in it since counts, and the hidden one does not know of that.
 */
function isWrittenSchema(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || '_zod' in value || '_def' in value) return false
  const hidden = Object.getOwnPropertyDescriptor(value, '~standard')
  if (hidden === undefined || hidden.enumerable === true || !isPlainObject(value)) return false
  return KEYWORDS.some((key) => Object.hasOwn(value, key))
}

/** The schema from which a JSON Schema was written, if it is hidden there and nothing was changed but defaults. */
export function unchangedSource(json: unknown): object | undefined {
  if (!isWrittenSchema(json)) return undefined
  const standard = standardOf(json)
  // A function may give another default each time.
  const text = (schema: object): string =>
    JSON.stringify({ ...schema, $schema: '' }, (key, value: unknown) => (key === 'default' ? undefined : value))
  try {
    const written = (standard?.jsonSchema as WrittenBy | undefined)?.output({ target: TARGET })
    return written !== undefined && text(written) === text(json as object) ? { '~standard': standard } : undefined
  } catch {
    return undefined
  }
}

/** Returns the library of a schema, recognized by Standard Schema or by shape. */
export function libraryOf(value: unknown): string | undefined {
  const standard = standardOf(value)
  if (standard !== undefined && isWrittenSchema(value)) return undefined
  if (standard !== undefined) return typeof standard.vendor === 'string' ? standard.vendor : 'a library'
  // Zod before 3.24 has no Standard Schema.
  const kind =
    typeof value === 'object' && value !== null
      ? (value as { _def?: { typeName?: unknown } | null })._def?.typeName
      : undefined
  return typeof kind === 'string' && kind.startsWith('Zod') ? 'zod' : undefined
}

/**
 * Reads the JSON Schema (StandardJSONSchemaV1) and the validation (StandardSchemaV1) of a schema that {@link libraryOf}
 * knows. `at` is the pointer of the schema, `side` is what the JSON Schema describes.
 */
export function readSchema(schema: object, at: string, side: SchemaSide = 'input'): ReadSchema {
  // A getter may answer differently now, even with no library.
  const vendor = String(libraryOf(schema))
  const standard = standardOf(schema)
  if (standard === undefined || typeof standard.jsonSchema?.[side] !== 'function')
    return { problems: [{ pointer: at, message: withoutJsonSchema(vendor, schema) }] }
  const { validate } = standard
  if (validate !== undefined && typeof validate !== 'function')
    return { problems: [{ pointer: at, message: `is a schema of ${vendor} whose validate is no function` }] }
  const place = { at, side, isValidated: validate !== undefined }
  const converted = convertSchema(vendor, standard.jsonSchema as Converter, place)
  if (!validate) return converted
  return { guard: { vendor, validate: (value): unknown => validate.call(standard, value) as unknown }, ...converted }
}

/** The validation of a schema of a library, or of one that is hidden in a JSON Schema; undefined for any other value. */
export function guardOf(schema: unknown): Guard | undefined {
  const standard = standardOf(schema)
  const validate = standard?.validate
  if (typeof validate !== 'function') return undefined
  return { vendor: String(standard?.vendor), validate: (value): unknown => validate.call(standard, value) as unknown }
}

/** Where a schema stands, and whether the library validates after the core. */
interface SchemaPlace {
  readonly at: string
  readonly side: SchemaSide
  readonly isValidated: boolean
}

function convertSchema(vendor: string, converter: Converter, { at, side, isValidated }: SchemaPlace): ReadSchema {
  const libraryOptions = markingOptions(vendor)
  const convert = (options: object): JsonSchema => {
    const { $schema: _, ...schema } = converter[side]({ target: TARGET, ...options })
    return schema
  }
  try {
    const schema = convert(goesOn(vendor) ? { libraryOptions } : {})
    const problems = goesOn(vendor) ? unrepresentable(vendor, schema, at) : []
    if (problems.length > 0) return { problems }
    if (!isValidated) return { schema, problems }
    return { schema: side === 'input' ? withoutDefaults(schema) : withoutFilledDefaults(schema), problems }
  } catch (thrown) {
    const whole = {
      pointer: at,
      message: `is a schema of ${vendor} that cannot say its JSON Schema: ${messageOf(thrown)}`,
    }
    const found =
      libraryOptions === undefined || goesOn(vendor)
        ? []
        : findPlaces(() => unrepresentable(vendor, convert({ libraryOptions }), at))
    return { problems: found.length > 0 ? found : [whole] }
  }
}

function findPlaces(find: () => Problem[]): Problem[] {
  try {
    return find()
  } catch {
    return []
  }
}

/** What to do about a library schema without a JSON Schema. */
function withoutJsonSchema(vendor: string, schema: object): string {
  if (vendor === 'valibot')
    return 'is a schema of valibot, which says no JSON Schema by itself: wrap it in toStandardJsonSchema of @valibot/to-json-schema'
  if (vendor === 'arktype') return 'is a schema of an arktype that says no JSON Schema: use arktype 2.1.28 or later'
  if (vendor === 'zod' && '_zod' in schema)
    return 'is a schema of zod/mini or of a zod before 4.2, which say no JSON Schema by themselves: use zod 4.2 or later, or give z.toJSONSchema(schema)'
  if (vendor === 'zod')
    return 'is a schema of zod 3, which says no JSON Schema: use zod 4.2 or later, or give zodToJsonSchema(schema) of zod-to-json-schema'
  return `is a schema of ${vendor} that says no JSON Schema (${SPECIFICATION}): use a version that does, or give a JSON Schema`
}

function messageOf(thrown: unknown): string {
  const failure = thrown as { message?: unknown } | null | undefined
  return typeof failure?.message === 'string' ? failure.message : 'it failed'
}
