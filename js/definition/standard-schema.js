'use strict'

// Standard Schema: JSON Schema and validation of Zod, Valibot, ArkType and other libraries.

const { goesOn, markingOptions, unrepresentable } = require('./unrepresentable')

const TARGET = 'draft-2020-12'
const SPECIFICATION = 'StandardJSONSchemaV1, standardschema.dev'

/** @typedef {{ pointer: string, message: string }} Problem */
/**
 * @typedef {{ vendor: string, validate: (value: unknown) => unknown }} Guard the validation of a Standard Schema
 */

/**
 * Returns the Standard Schema of a library's schema, if the value is one. Some are functions.
 * @param {any} value @returns {any}
 */
function standardOf(value) {
  const isHeld = typeof value === 'function' || (typeof value === 'object' && value !== null)
  const standard = isHeld ? value['~standard'] : undefined
  return typeof standard === 'object' && standard !== null ? standard : undefined
}

/**
 * Returns the library of a schema, recognized by Standard Schema or by shape.
 * @param {any} value
 * @returns {string | undefined}
 */
function libraryOf(value) {
  const standard = standardOf(value)
  if (standard !== undefined) return typeof standard.vendor === 'string' ? standard.vendor : 'a library'
  // Zod before 3.24 has no Standard Schema.
  const kind = typeof value === 'object' && value !== null ? value._def?.typeName : undefined
  return typeof kind === 'string' && kind.startsWith('Zod') ? 'zod' : undefined
}

/**
 * Reads the JSON Schema (StandardJSONSchemaV1) and the validation (StandardSchemaV1) of a library's schema.
 * @param {any} schema one that {@link libraryOf} knows @param {string} at
 * @returns {{ schema?: any, guard?: Guard, problems: Problem[] }}
 */
function readSchema(schema, at) {
  const vendor = /** @type {string} */ (libraryOf(schema))
  const standard = standardOf(schema)
  if (typeof standard?.jsonSchema?.input !== 'function')
    return { problems: [{ pointer: at, message: withoutJsonSchema(vendor, schema) }] }
  const { validate } = standard
  if (validate !== undefined && typeof validate !== 'function')
    return { problems: [{ pointer: at, message: `is a schema of ${vendor} whose validate is no function` }] }
  const guard = validate && { vendor, validate: (/** @type {unknown} */ value) => validate.call(standard, value) }
  const said = jsonSchemaOf(vendor, standard.jsonSchema, at)
  return { guard, ...said }
}

/**
 * @param {string} vendor @param {any} converter @param {string} at
 * @returns {{ schema?: any, problems: Problem[] }}
 */
function jsonSchemaOf(vendor, converter, at) {
  const libraryOptions = markingOptions(vendor)
  const convert = (/** @type {object} */ options) => {
    const { $schema: _, ...schema } = converter.input({ target: TARGET, ...options })
    return schema
  }
  try {
    const schema = convert(goesOn(vendor) ? { libraryOptions } : {})
    const problems = goesOn(vendor) ? unrepresentable(vendor, schema, at) : []
    return problems.length === 0 ? { schema, problems } : { problems }
  } catch (thrown) {
    const whole = {
      pointer: at,
      message: `is a schema of ${vendor} that cannot say its JSON Schema: ${wordsOf(thrown)}`,
    }
    const found =
      libraryOptions === undefined || goesOn(vendor)
        ? []
        : places(() => unrepresentable(vendor, convert({ libraryOptions }), at))
    return { problems: found.length > 0 ? found : [whole] }
  }
}

/** @param {() => Problem[]} find @returns {Problem[]} */
function places(find) {
  try {
    return find()
  } catch {
    return []
  }
}

/** What to do about a library schema without a JSON Schema. @param {string} vendor @param {any} schema */
function withoutJsonSchema(vendor, schema) {
  if (vendor === 'valibot')
    return 'is a schema of valibot, which says no JSON Schema by itself: wrap it in toStandardJsonSchema of @valibot/to-json-schema'
  if (vendor === 'arktype') return 'is a schema of an arktype that says no JSON Schema: use arktype 2.1.28 or later'
  if (vendor === 'zod' && '_zod' in schema)
    return 'is a schema of zod/mini or of a zod before 4.2, which say no JSON Schema by themselves: use zod 4.2 or later, or give z.toJSONSchema(schema)'
  if (vendor === 'zod')
    return 'is a schema of zod 3, which says no JSON Schema: use zod 4.2 or later, or give zodToJsonSchema(schema) of zod-to-json-schema'
  return `is a schema of ${vendor} that says no JSON Schema (${SPECIFICATION}): use a version that does, or give a JSON Schema`
}

/** @param {any} thrown */
function wordsOf(thrown) {
  return typeof thrown?.message === 'string' ? thrown.message : 'it failed'
}

exports.libraryOf = libraryOf
exports.readSchema = readSchema
