// AI SDK schemas: JSON Schema and validation of what `jsonSchema` and `zodSchema` of the package `ai` return.

import { isThenable } from '../border/thenable'
import type { JsonSchema } from '../../index'
import { ignoreRejection, reasonOf } from '../border/error'
import { kindOf } from '../border/kind'
import type { MaybePromise } from '../border/maybe-promise'
import { withoutDefaults } from './library-defaults'
import { inCurrentDraft } from './older-draft'
import type { Guard, ReadSchema } from './standard-schema'

/** Marks a schema of the AI SDK, of any copy of it. */
const MARK = Symbol.for('vercel.ai.schema')

/** A schema of the AI SDK, before it is checked. */
interface AiSdkSchema {
  readonly [MARK]?: unknown
  readonly jsonSchema: unknown
  readonly validate?: unknown
}

/** Result of its validation, before it is checked. */
interface ValidationResult {
  readonly success?: unknown
  readonly value?: unknown
  readonly error?: unknown
}

/** A Standard Schema result. */
type StandardResult = { readonly value: unknown } | { readonly issues: unknown }

export function isAiSdkSchema(value: unknown): value is AiSdkSchema {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { readonly [MARK]?: unknown })[MARK] === true &&
    'jsonSchema' in value
  )
}

/** Reads the JSON Schema and the validation of a schema of the AI SDK. `at` is the pointer of the schema. */
export function readAiSdkSchema(schema: AiSdkSchema, at: string): ReadSchema {
  const read = readJsonSchema(schema)
  if (typeof read === 'string') return { problems: [{ pointer: at, message: read }] }
  const { validate } = schema
  if (validate === undefined || validate === null) return { schema: read, problems: [] }
  if (typeof validate !== 'function')
    return { problems: [{ pointer: at, message: 'is an AI SDK schema whose validate is no function' }] }
  return { schema: withoutDefaults(read), guard: guardOf(schema, validate as Guard['validate']), problems: [] }
}

/** Waits for the JSON Schema of a schema that says it by a promise, or by a getter that makes one. */
export function settleAiSdkSchema(schema: AiSdkSchema): MaybePromise<AiSdkSchema> {
  const { jsonSchema, validate } = schema
  const settled = (known: unknown): AiSdkSchema => ({
    [MARK]: true,
    jsonSchema: known,
    ...(validate !== undefined && {
      validate: typeof validate === 'function' ? (value: unknown): unknown => validate.call(schema, value) : validate,
    }),
  })
  return isThenable(jsonSchema) ? Promise.resolve(jsonSchema).then(settled) : settled(jsonSchema)
}

/** The JSON Schema, or what is wrong with it. It is read once: a getter makes it. */
function readJsonSchema(schema: AiSdkSchema): JsonSchema | string {
  let jsonSchema: unknown
  try {
    jsonSchema = schema.jsonSchema
  } catch (thrown) {
    return `is an AI SDK schema that cannot say its JSON Schema: ${reasonOf(thrown)}`
  }
  if (isThenable(jsonSchema)) {
    ignoreRejection(jsonSchema)
    const instead = 'write inputSchema: jsonSchema(await schema.jsonSchema)'
    return `is an AI SDK schema whose jsonSchema is a promise, and registration is synchronous: ${instead}`
  }
  if (kindOf(jsonSchema) !== 'an object') return `is an AI SDK schema whose jsonSchema is ${kindOf(jsonSchema)}`
  const { $schema: _, ...members } = inCurrentDraft(jsonSchema as JsonSchema)
  return members
}

/** Its validation as that of a Standard Schema, sync or async. */
function guardOf(schema: AiSdkSchema, validate: Guard['validate']): Guard {
  return {
    vendor: 'AI SDK',
    validate: (value) => {
      const result = validate.call(schema, value)
      return isThenable(result) ? Promise.resolve(result).then(toStandardResult) : toStandardResult(result)
    },
  }
}

/** Converts a result. Any access may throw. */
function toStandardResult(result: unknown): StandardResult {
  const { success, value, error } = (result ?? {}) as ValidationResult
  if (success === true) return { value }
  if (success === false) return { issues: issuesOf(error) }
  throw new TypeError('it gave neither success: true nor success: false')
}

/** The issues of an error: those that it has, as a ZodError does, or its message. */
function issuesOf(error: unknown): unknown {
  const { issues, message } = (error ?? {}) as { readonly issues?: unknown; readonly message?: unknown }
  return Array.isArray(issues) && issues.length > 0 ? issues : [{ message }]
}
