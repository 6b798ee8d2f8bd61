// Input schema: JSON Schema and validation of what a tool gives as its schema, however late it says them.

import { isThenable } from '../../border/thenable'
import type { JsonSchema } from '../../../index'
import { reasonOf } from '../../border/error'
import { kindOf } from '../../border/kind'
import { isAiSdkSchema, readAiSdkSchema, settleAiSdkSchema } from '../../definition/ai-sdk-schema'
import { libraryOf, readSchema } from '../../definition/standard-schema'
import type { ReadSchema } from '../../definition/standard-schema'
import { ShapeFault } from './shape-faults'
import { readMiniObject } from './zod-mini-schema'

const POINTER = '/inputSchema'
/** Limit of promises and functions that lead to a schema. */
const MOST_STEPS = 8

/**
 * Reads an input schema: a JSON Schema, a schema of a library or of the AI SDK, or a promise or function that gives one.
 * Returns it as `writeDefinition` takes it. A schema with a validation is returned as a Standard Schema, so that the
 * validation runs once, after the core's own. `complete` fills in what is left out of a JSON Schema.
 */
export async function settleInputSchema(
  given: unknown,
  complete: (schema: JsonSchema) => JsonSchema = (schema) => schema,
): Promise<object> {
  const { schema } = await findSchema(given)
  if (libraryOf(schema) !== undefined) return sealed(readLibrarySchema(schema as object))
  if (isAiSdkSchema(schema)) return sealed(readAiSdkSchema(await settleAiSdkSchema(schema).catch(refuseAiSdk), POINTER))
  if (kindOf(schema) !== 'an object')
    throw faultAt(POINTER, `is ${kindOf(schema)}: give a JSON Schema with type "object", or a schema of a library`)
  return checkObjectSchema(complete(schema as JsonSchema))
}

/** Follows promises and functions. The schema is held in an object: a promise would call a `then` of it. */
async function findSchema(given: unknown): Promise<{ readonly schema: unknown }> {
  let schema = given
  for (let step = 0; step < MOST_STEPS; step++) {
    // A schema of ArkType is a function.
    if (libraryOf(schema) !== undefined || isAiSdkSchema(schema)) return { schema }
    if (typeof schema === 'function') schema = makeSchema(schema as () => unknown)
    else if (isThenable(schema)) schema = await awaitSchema(schema)
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

async function awaitSchema(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await promise
  } catch (cause) {
    throw faultAt(POINTER, `is a promise of no schema: ${reasonOf(cause)}`, { cause })
  }
}

function refuseAiSdk(cause: unknown): never {
  throw faultAt(POINTER, `is an AI SDK schema that cannot say its JSON Schema: ${reasonOf(cause)}`, { cause })
}

function readLibrarySchema(schema: object): ReadSchema {
  return readMiniObject(schema, POINTER) ?? readSchema(schema, POINTER)
}

/** A schema and its validation as one Standard Schema; a JSON Schema alone where there is no validation. */
function sealed({ schema, guard, problems }: ReadSchema): object {
  if (schema === undefined || problems.length > 0) throw new ShapeFault(problems)
  checkObjectSchema(schema)
  if (guard === undefined) return schema
  const { vendor, validate } = guard
  return { '~standard': { version: 1, vendor, validate, jsonSchema: { input: () => schema } } }
}

/** Arguments are named. A library that does not know our target may answer with a schema of another kind. */
function checkObjectSchema(schema: JsonSchema): JsonSchema {
  if (schema.type !== 'object') throw faultAt(`${POINTER}/type`, 'must be "object": arguments are named')
  return schema
}

function faultAt(pointer: string, message: string, options?: ErrorOptions): ShapeFault {
  return new ShapeFault([{ pointer, message }], options)
}
