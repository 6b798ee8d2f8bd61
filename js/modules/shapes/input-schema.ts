// Input schema: JSON Schema and validation of what a tool gives as its schema, however late it says them.

import { isThenable } from '../../border/thenable'
import type { JsonSchema } from '../../../index'
import { reasonOf } from '../../border/error'
import { kindOf } from '../../border/kind'
import { chain, isLater } from '../../border/maybe-promise'
import type { MaybePromise } from '../../border/maybe-promise'
import { isAiSdkSchema, readAiSdkSchema, settleAiSdkSchema } from '../../definition/ai-sdk-schema'
import { noteDecisionGuard, notePossibleGuard } from '../../definition/decision-guard'
import { withoutDefaults } from '../../definition/library-defaults'
import { inCurrentDraft } from '../../definition/older-draft'
import { guardOf, libraryOf, readSchema } from '../../definition/standard-schema'
import type { ReadSchema } from '../../definition/standard-schema'
import { readZod3 } from '../../definition/zod3-schema'
import type { FrameworkRules } from './shape'
import { ShapeFault } from './shape-faults'
import { readMiniObject } from './zod-mini-schema'

const POINTER = '/inputSchema'
/** Limit of promises and functions that lead to a schema. */
const MOST_STEPS = 8

/** How a schema is read. */
export interface SchemaReading {
  /** Fills in what is left out of a JSON Schema. */
  readonly complete?: ((schema: JsonSchema) => JsonSchema) | undefined
  /** The framework whose tool has the schema. */
  readonly framework?: FrameworkRules | undefined
}

/**
 * Reads an input schema: a JSON Schema, a schema of a library or of the AI SDK, or a promise or function that gives one.
 * Returns it as `writeDefinition` takes it. A schema with a validation is returned as a Standard Schema, so that the
 * validation runs once, after the core's own; that of a framework which validates by itself is left to it, but for the
 * decision on approval.
 */
export function settleInputSchema(given: unknown, { complete, framework }: SchemaReading = {}): MaybePromise<object> {
  const seal = (read: ReadSchema): object => sealed(read, framework)
  return chain(findSchema(given), ({ schema }): MaybePromise<object> => {
    if (libraryOf(schema) !== undefined) return seal(readLibrarySchema(schema as object, framework))
    if (isAiSdkSchema(schema)) return chain(readSettled(schema), (settled) => seal(readAiSdkSchema(settled, POINTER)))
    if (kindOf(schema) !== 'an object')
      throw faultAt(POINTER, `is ${kindOf(schema)}: give a JSON Schema with type "object", or a schema of a library`)
    const current = inCurrentDraft(schema as JsonSchema)
    const object = checkObjectSchema(complete === undefined ? current : complete(current))
    return framework === undefined ? object : noteValidation(object, schema, framework)
  })
}

/** A schema in an object: a promise would call a `then` of it. */
interface FoundSchema {
  readonly schema: unknown
}

/** Follows promises and functions. */
function findSchema(given: unknown, step = 0): MaybePromise<FoundSchema> {
  let schema = given
  for (; step < MOST_STEPS; step++) {
    // A schema of ArkType is a function.
    if (libraryOf(schema) !== undefined || isAiSdkSchema(schema)) return { schema }
    if (typeof schema === 'function') schema = makeSchema(schema as () => unknown)
    else if (isThenable(schema)) return awaitSchema(schema).then((found) => findSchema(found.schema, step + 1))
    else return { schema }
  }
  throw faultAt(POINTER, `is no schema after ${MOST_STEPS} promises and functions`)
}

function makeSchema(make: () => unknown): unknown {
  try {
    return make()
  } catch (cause) {
    throw faultAt(POINTER, `is a function that gives no schema: ${reasonOf(cause)}`, { cause })
  }
}

async function awaitSchema(promise: PromiseLike<unknown>): Promise<FoundSchema> {
  try {
    return { schema: await promise }
  } catch (cause) {
    throw faultAt(POINTER, `is a promise of no schema: ${reasonOf(cause)}`, { cause })
  }
}

type AiSdkSchema = Parameters<typeof settleAiSdkSchema>[0]

function readSettled(schema: AiSdkSchema): MaybePromise<AiSdkSchema> {
  try {
    const settled = settleAiSdkSchema(schema)
    return isLater(settled) ? settled.catch(refuseAiSdk) : settled
  } catch (cause) {
    return refuseAiSdk(cause)
  }
}

function refuseAiSdk(cause: unknown): never {
  throw faultAt(POINTER, `is an AI SDK schema that cannot say its JSON Schema: ${reasonOf(cause)}`, { cause })
}

function readLibrarySchema(schema: object, framework: FrameworkRules | undefined): ReadSchema {
  // The frameworks take schemas of Zod 3, and write their JSON Schema.
  const zod3 = framework === undefined ? undefined : readZod3(schema, POINTER, framework.transforms === false)
  return zod3 ?? readMiniObject(schema, { at: POINTER, side: 'input' }) ?? readSchema(schema, POINTER)
}

/** A schema and its validation as one Standard Schema; a JSON Schema alone where there is no validation to run. */
function sealed({ schema, guard, problems }: ReadSchema, framework: FrameworkRules | undefined): object {
  if (schema === undefined || problems.length > 0) throw new ShapeFault(problems)
  checkObjectSchema(schema)
  if (guard === undefined || framework?.transforms === false) return schema
  if (framework?.transforms === 'perhaps') return notePossibleGuard(schema, guard)
  if (framework?.validates === true) return noteDecisionGuard(schema, guard)
  const { vendor, validate } = guard
  return { '~standard': { version: 1, vendor, validate, jsonSchema: { input: () => schema } } }
}

/** Arguments are named. A library that does not know our target may answer with a schema of another kind. */
function checkObjectSchema(schema: JsonSchema): JsonSchema {
  if (schema.type !== 'object') throw faultAt(`${POINTER}/type`, 'must be "object": arguments are named')
  return schema
}

/** A JSON Schema with the validation that the tool makes of it itself, if it is known. A copy, which no other tool has. */
function noteValidation(
  json: JsonSchema,
  given: unknown,
  { validates, transforms, validatesBy, fillsWritten }: FrameworkRules,
): object {
  const guard = guardOf(validatesBy)
  if (guard !== undefined) return noteDecisionGuard({ ...withoutDefaults(json) }, guard)
  const isFilled = fillsWritten === true && typeof (given as JsonSchema).$schema === 'string'
  const schema = isFilled ? withoutDefaults(json) : json
  const hidden = validates && transforms !== false ? guardOf(given) : undefined
  return hidden === undefined ? schema : notePossibleGuard({ ...schema }, hidden)
}

function faultAt(pointer: string, message: string, options?: ErrorOptions): ShapeFault {
  return new ShapeFault([{ pointer, message }], options)
}
