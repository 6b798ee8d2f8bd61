// Standard Schema validation: refinements and transforms of a library's schema, after the core has validated.

import type { Problem } from '../../index'
import { failureOf } from '../border/error'
import type { ToolrackError } from '../border/error'
import { escaped } from '../border/json-pointer'
import type { MaybePromise } from '../border/maybe-promise'
import { raise, toolFailed } from '../border/raised-error'
import { isPromise } from '../border/realm'
import { isThenable } from '../border/thenable'
import type { Guard } from './standard-schema'

/** Limit of problems in the details. */
const KEPT = 1_000

/** Arguments of a call, by name. */
type Arguments = Record<string, unknown>

/** The arguments that a Standard Schema returned, or the promise of them. */
export type StandardResult =
  | { readonly args: Arguments; readonly pending?: undefined }
  | { readonly args?: undefined; readonly pending: Promise<Arguments> }

/**
 * Validates arguments by a Standard Schema: returns its output, or a promise of it. Refinements, transforms and brands
 * exist only there. The core has validated the arguments before.
 */
export function validateStandard(tool: string, guard: Guard, args: object): StandardResult {
  const { validate, vendor } = guard
  let result: unknown
  try {
    result = validate(args)
    // A promise turns any thenable into one value or one rejection.
    if (isThenable(result)) result = Promise.resolve(result)
  } catch (thrown) {
    throw validatorFailure(tool, vendor, thrown)
  }
  if (!isPromise(result)) return { args: outputOf(tool, vendor, result) }
  const failed = (thrown: unknown): Promise<never> => Promise.reject(validatorFailure(tool, vendor, thrown))
  // Our own promise: the schema's may have replaced `then`.
  const settled = new Promise<unknown>((resolve) => resolve(result))
  return { pending: settled.then((settledResult) => outputOf(tool, vendor, settledResult), failed) }
}

/**
 * Validates a result by a Standard Schema: returns its output, or a promise of it. Issues are `OUTPUT_INVALID`, and what
 * the schema throws is a failure of the tool.
 */
export function validateStandardResult(
  tool: string,
  { validate, vendor }: Guard,
  value: unknown,
): MaybePromise<unknown> {
  const fail = (thrown: unknown): never => {
    throw validatorFailure(tool, vendor, thrown, 'outputSchema')
  }
  const read = (result: unknown): unknown => {
    const outcome = readResult(result, 'outputSchema')
    if ('problems' in outcome) throw raise('OUTPUT_INVALID', { tool, problems: namedProblems(outcome.problems) })
    if ('output' in outcome) return outcome.output
    return fail('thrown' in outcome ? outcome.thrown : new TypeError(outcome.fault))
  }
  let result: unknown
  try {
    result = validate(value)
    if (isThenable(result)) {
      const later = result
      // Our own promise: the schema's may have replaced `then`.
      return new Promise<unknown>((resolve) => resolve(later)).catch(fail).then(read)
    }
  } catch (thrown) {
    return fail(thrown)
  }
  return read(result)
}

function outputOf(tool: string, vendor: string, result: unknown): Arguments {
  const read = readResult(result, 'inputSchema')
  if ('thrown' in read) throw validatorFailure(tool, vendor, read.thrown)
  if ('problems' in read) throw invalidParams(tool, read.problems)
  if ('fault' in read) throw validatorFailure(tool, vendor, new TypeError(read.fault))
  return read.output as Arguments
}

/** Which schema of a tool a Standard Schema is. Only that of arguments has to give an object. */
type SchemaKey = 'inputSchema' | 'outputSchema'

/** What a Standard Schema result says. */
type ReadResult = { output: unknown } | { problems: Problem[] } | { fault: string } | { thrown: unknown }

/** Members of a Standard Schema result, before they are checked. */
interface RawResult {
  readonly issues?: unknown
  readonly value?: unknown
}

/** Reads a Standard Schema result. Any access may throw. */
function readResult(result: unknown, key: SchemaKey): ReadResult {
  try {
    const issues = (result as RawResult | null | undefined)?.issues
    if (issues) return { problems: problemsOf((result as RawResult).issues as Iterable<unknown>) }
    if (result === null || typeof result !== 'object' || !('value' in result))
      return { fault: 'it gave neither a value nor issues' }
    const output = result.value
    if (key === 'inputSchema' && (output === null || typeof output !== 'object' || Array.isArray(output)))
      return { fault: `its output must be an object of arguments, is ${kindOf(output)}` }
    return { output }
  } catch (thrown) {
    return { thrown }
  }
}

function problemsOf(issues: Iterable<unknown>): Problem[] {
  const problems: Problem[] = []
  for (const issue of issues) {
    if (problems.length === KEPT) break
    problems.push(problemOf(issue as Issue | null | undefined))
  }
  return problems
}

/** An issue of a Standard Schema, before it is checked. */
interface Issue {
  readonly path?: Iterable<unknown> | null
  readonly message?: unknown
}

/** Converts a Standard Schema issue; a path segment is a key, or `{ key }`. */
function problemOf(issue: Issue | null | undefined): Problem {
  const path = issue?.path ?? []
  const pointer = Array.from(path, (segment) => {
    const key = typeof segment === 'object' && segment !== null ? (segment as { key?: unknown }).key : segment
    return `/${escaped(String(key))}`
  }).join('')
  return {
    pointer,
    message: typeof issue?.message === 'string' && issue.message !== '' ? issue.message : 'is not valid',
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : typeof value
}

function invalidParams(tool: string, problems: Problem[]): ToolrackError {
  return raise('INVALID_PARAMS', { tool, problems: namedProblems(problems, 'are') })
}

/** The problems, or that there is one: a schema may have issues without naming any. */
function namedProblems(problems: Problem[], verb: 'is' | 'are' = 'is'): Problem[] {
  return problems.length > 0 ? problems : [{ pointer: '', message: `${verb} refused by the schema of the tool` }]
}

/** Makes the error of a validation without a result: a failure of the tool, not of its caller. */
function validatorFailure(
  tool: string,
  vendor: string,
  thrown: unknown,
  key: SchemaKey = 'inputSchema',
): ToolrackError {
  const message = `validate of its ${key} (${vendor}) failed: ${failureOf(thrown, 0).message}`
  return toolFailed(tool, thrown, message)
}
