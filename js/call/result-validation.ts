// Result validation: the core judges the result of a closure by the tool's output schema, before anybody gets it.

import { callNative, isFault } from '../border/error'
import type { NativeOutputSchema } from '../border/native'
import { MOST_VALUES, TooManyValues, jsonText } from '../border/json'
import { JsonWriter } from '../border/json-writer'
import { chain, isLater } from '../border/maybe-promise'
import type { MaybePromise } from '../border/maybe-promise'
import { limitExceeded, raise } from '../border/raised-error'
import { validateStandardResult } from '../definition/standard-validation'
import { modelOutputStep } from '../reply/model-output'
import { StructuredResult } from '../reply/structured-result'
import type { Call, CallEnvironment, ResultCheck } from './interfaces'

/** What becomes of a result. */
export interface SettledResult {
  /** The outcome of the call, which its idempotency key keeps. */
  readonly outcome: unknown
  /** What the caller gets. */
  readonly given: unknown
}

/** Validates a result, and makes what the caller gets of it. Throws errors of toolrack alone. */
export type ResultStep = (result: unknown) => MaybePromise<SettledResult>

const NEVER = (): boolean => false

/**
 * The step from the result of a closure to what its caller gets; undefined where that is the result. A Standard Schema
 * validates first, and what it gives is what the core judges. A replayed outcome is its output already.
 */
export function resultStep(
  environment: CallEnvironment,
  call: Call,
  isReplay: () => boolean = NEVER,
): ResultStep | undefined {
  const { output: schema, name, closure } = call.plan
  const toModel = modelOutputStep(environment, call)
  if (schema === undefined)
    return toModel && ((result) => chain(toModel(result), (given) => ({ outcome: result, given })))
  const isForModel = call.modelCall !== undefined
  const mismatch = closure?.output?.mismatch
  const judge = (result: unknown): MaybePromise<SettledResult> => {
    const text = judgedText(name, result, schema, mismatch)
    if (!isForModel) return { outcome: result, given: result }
    if (text === undefined) return chain(toModel === undefined ? result : toModel(result), outcomeOf(result))
    const given = (read: unknown) => new StructuredResult(read, text, toModel !== undefined)
    return chain(toModel === undefined ? result : toModel(result), (read) => ({ outcome: result, given: given(read) }))
  }
  const guard = closure?.output?.guard
  if (guard === undefined) return judge
  return (result) => (isReplay() ? judge(result) : follow(validateStandardResult(name, guard, result), judge))
}

function outcomeOf(outcome: unknown) {
  return (given: unknown): SettledResult => ({ outcome, given })
}

/**
 * The result as JSON, which the core has judged. A mismatch that is only told is passed on; then a result that is no JSON
 * has no text.
 */
function judgedText(
  tool: string,
  result: unknown,
  schema: NativeOutputSchema,
  mismatch: ResultCheck['mismatch'],
): string | undefined {
  let text: string | undefined
  try {
    text = resultJson(tool, result)
    const written = text
    callNative(() => schema.validate(written))
  } catch (thrown) {
    if (mismatch === undefined || !isFault(thrown) || thrown.code !== 'OUTPUT_INVALID') throw thrown
    mismatch(tool, thrown)
  }
  return text
}

/** Goes on with a value where that may take time too. */
function follow<T, U>(value: MaybePromise<T>, work: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return isLater(value) ? value.then(work) : work(value)
}

/** Writes a result that has to be JSON. Values that JSON would drop or change silently are `OUTPUT_INVALID`. */
export function resultJson(tool: string, result: unknown): string {
  const writer = new JsonWriter({
    refuse: (pointer, message) => raise('OUTPUT_INVALID', { tool, problems: [{ pointer, message }] }),
    tooDeep: 'is nested deeper than 127 levels',
    tooMany: () => limitExceeded(`number of values in the result of "${tool}"`, MOST_VALUES),
    isExact: false,
  })
  let text: string | undefined
  try {
    text = jsonText(result)
  } catch (thrown) {
    if (thrown instanceof TooManyValues)
      throw limitExceeded(`number of values in the result of "${tool}"`, thrown.limit)
    // The writer says where.
    text = writer.write(result)
  }
  if (text === undefined) throw raise('OUTPUT_INVALID', { tool, problems: [{ pointer: '', message: nothing(result) }] })
  if (text.includes('null') || text.includes('{}')) writer.write(result)
  return text
}

function nothing(result: unknown): string {
  return result === undefined
    ? 'is undefined: the tool returned nothing'
    : `is a ${typeof result}, which cannot be JSON`
}
