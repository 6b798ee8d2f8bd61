// AI SDK context: the context of a call, validated by the `contextSchema` of a tool.

import { isThenable } from '../../../border/thenable'
import { isAiSdkSchema, readAiSdkSchema } from '../../../definition/ai-sdk-schema'
import { libraryOf } from '../../../definition/standard-schema'
import type { Guard } from '../../../definition/standard-schema'
import type { CallContext } from '../../../call/context'
import { ignoreRejection } from '../../../border/error'
import { ShapeFault } from '../shape-faults'
import { callerContext } from './caller-context'

/** A Standard Schema result, before it is checked. */
interface ValidationResult {
  readonly value?: unknown
  readonly issues?: Iterable<{ readonly message?: unknown }>
}

/** Reads the context of a call for a tool. It may return a promise, and throws what is wrong. */
export type ReadContext = (context: CallContext) => unknown

/** Makes the function that reads the context of a call for a tool and for its approval function. */
export function contextReader(schema: unknown): ReadContext {
  const validate = validationOf(schema)
  if (validate === undefined) return callerContext
  return (context) => {
    const result = validate({ ...callerContext(context) })
    return isThenable(result) ? Promise.resolve(result).then(readResult) : readResult(result)
  }
}

function readResult(result: unknown): unknown {
  const { value, issues } = result as ValidationResult
  if (issues === undefined) return value
  const reasons = Array.from(issues, ({ message }) => String(message)).join('; ')
  throw new Error(`the context of the call does not match the contextSchema of the tool: ${reasons}`)
}

function validationOf(given: unknown): Guard['validate'] | undefined {
  if (given === undefined || given === null) return undefined
  if (libraryOf(given) !== undefined) {
    const standard = (given as { readonly '~standard'?: { readonly validate?: unknown } })['~standard']
    const validate = standard?.validate
    return typeof validate === 'function' ? (value) => (validate as Guard['validate']).call(standard, value) : undefined
  }
  // A lazy schema of the AI SDK is a function.
  const schema: unknown = typeof given === 'function' ? (given as () => unknown)() : given
  if (isAiSdkSchema(schema)) return readAiSdkSchema(schema, '/contextSchema').guard?.validate
  ignoreRejection(schema)
  const message = 'is no schema that validates at once: give a schema of a library, or of the AI SDK'
  throw new ShapeFault([{ pointer: '/contextSchema', message }])
}
