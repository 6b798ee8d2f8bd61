'use strict'

// Standard Schema validation: refinements and transforms of a library's schema, after the core has validated.

const { ToolrackError, failureOf } = require('../border/error')
const { escaped } = require('../border/json-pointer')
const { isPromise } = require('../border/realm')

/** Limit of problems in a message. */
const SHOWN = 5
/** Limit of problems in the details. */
const KEPT = 1_000

/**
 * Validates arguments by a Standard Schema: returns its output, or a promise of it. Refinements, transforms and brands
 * exist only there.
 * @param {string} tool @param {import('./standard-schema').Guard} guard @param {any} args as the core validated them
 * @returns {{ args?: any, pending?: Promise<any> }}
 */
function validateStandard(tool, guard, args) {
  const { validate, vendor } = guard
  /** @type {any} */
  let result
  try {
    result = validate(args)
    // A promise turns any thenable into one value or one rejection.
    if (typeof result?.then === 'function') result = Promise.resolve(result)
  } catch (thrown) {
    throw validatorFailure(tool, vendor, thrown)
  }
  if (!isPromise(result)) return { args: outputOf(tool, vendor, result) }
  const failed = (/** @type {unknown} */ thrown) => Promise.reject(validatorFailure(tool, vendor, thrown))
  // Our own promise: the schema's may have replaced `then`.
  const settled = new Promise((resolve) => resolve(result))
  return { pending: settled.then((result) => outputOf(tool, vendor, result), failed) }
}

/** @param {string} tool @param {string} vendor @param {any} result */
function outputOf(tool, vendor, result) {
  const read = readResult(result)
  if ('thrown' in read) throw validatorFailure(tool, vendor, read.thrown)
  if (read.problems !== undefined) throw invalidParams(tool, read.problems)
  if (read.fault !== undefined) throw validatorFailure(tool, vendor, new TypeError(read.fault))
  return read.output
}

/**
 * Reads a Standard Schema result. Any access may throw.
 * @param {any} result
 * @returns {{ output?: any, problems?: { pointer: string, message: string }[], fault?: string } | { thrown: unknown }}
 */
function readResult(result) {
  try {
    if (result?.issues) return { problems: problemsOf(result.issues) }
    if (result === null || typeof result !== 'object' || !('value' in result))
      return { fault: 'it gave neither a value nor issues' }
    const output = result.value
    if (output === null || typeof output !== 'object' || Array.isArray(output))
      return { fault: `its output must be an object of arguments, is ${kindOf(output)}` }
    return { output }
  } catch (thrown) {
    return { thrown }
  }
}

/** @param {Iterable<any>} issues */
function problemsOf(issues) {
  const problems = []
  for (const issue of issues) {
    if (problems.length === KEPT) break
    problems.push(problemOf(issue))
  }
  return problems
}

/** Converts a Standard Schema issue; a path segment is a key, or `{ key }`. @param {any} issue */
function problemOf(issue) {
  const path = issue?.path ?? []
  const pointer = Array.from(path, (/** @type {any} */ segment) => {
    const key = typeof segment === 'object' && segment !== null ? segment.key : segment
    return `/${escaped(String(key))}`
  }).join('')
  return {
    pointer,
    message: typeof issue?.message === 'string' && issue.message !== '' ? issue.message : 'is not valid',
  }
}

/** @param {unknown} value */
function kindOf(value) {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : typeof value
}

/** @param {string} tool @param {{ pointer: string, message: string }[]} problems */
function invalidParams(tool, problems) {
  if (problems.length === 0) problems.push({ pointer: '', message: 'are refused by the schema of the tool' })
  const told = problems
    .slice(0, SHOWN)
    .map(({ pointer, message }) => (pointer === '' ? message : `${pointer} ${message}`))
  if (problems.length > SHOWN) told.push(`and ${problems.length - SHOWN} more`)
  return new ToolrackError('INVALID_PARAMS', `arguments of "${tool}" are not valid: ${told.join('; ')}`, {
    tool,
    problems,
  })
}

/**
 * Makes the error of a validation without a result: a failure of the tool, not of its caller.
 * @param {string} tool
 * @param {string} vendor
 * @param {unknown} thrown
 */
function validatorFailure(tool, vendor, thrown) {
  const said = failureOf(thrown, 0)
  const message = `validate of its inputSchema (${vendor}) failed: ${said.message}`
  return new ToolrackError(
    'TOOL_FAILED',
    `tool "${tool}" failed: ${message}`,
    { tool, ...said, message },
    { cause: thrown },
  )
}

exports.validateStandard = validateStandard
