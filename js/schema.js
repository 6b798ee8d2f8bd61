'use strict'

/**
 * The JSON Schema of a Standard Schema object (Zod and others) that can say it, by the interface `StandardJSONSchemaV1`
 * (standardschema.dev); anything else is handed on as it is and judged in Rust.
 * @param {any} schema
 */
function jsonSchemaOf(schema) {
  const standard = schema?.['~standard']
  if (standard === undefined) return schema
  const input = standard.jsonSchema?.input
  if (typeof input !== 'function') return `a schema of ${standard.vendor ?? 'a library'} that cannot say its JSON Schema`
  const { $schema: _, ...rest } = input.call(standard.jsonSchema, { target: 'draft-2020-12' })
  return rest
}

exports.jsonSchemaOf = jsonSchemaOf
