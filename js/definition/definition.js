'use strict'

// Tool definition: splits it into JSON for Rust and what stays here, and reports what JSON would drop.

const { types } = require('node:util')
const { ToolrackError } = require('../border/error')
const { MOST_VALUES, TooManyValues, jsonText, unwritable } = require('../border/json')
const { escaped } = require('../border/json-pointer')
const { libraryOf, readSchema } = require('./standard-schema')

/** @typedef {import('./standard-schema').Problem} Problem */

/**
 * A tool definition, split for Rust.
 * @typedef {object} Written
 * @property {string} text its plain data, as JSON
 * @property {any} name
 * @property {string | undefined} unsaid problems of values that JSON cannot hold, as JSON; `text` leaves them out
 * @property {unknown} execute
 * @property {import('./standard-schema').Guard | undefined} guard
 */

/** Constructors used as types, and what to write instead. @type {Map<unknown, string>} */
const CONSTRUCTORS = new Map(
  /** @type {[unknown, string][]} */ ([
    [String, 'type: "string"'],
    [Number, 'type: "number"'],
    [Boolean, 'type: "boolean"'],
    [Object, 'type: "object"'],
    [Map, 'type: "object"'],
    [Array, 'type: "array"'],
    [Set, 'type: "array"'],
    [Date, 'type: "string", format: "date-time"'],
    [BigInt, 'type: "integer", or "string" for what a number cannot hold'],
    [Symbol, 'type: "string"'],
    [Buffer, 'type: "string", contentEncoding: "base64"'],
    [Uint8Array, 'type: "string", contentEncoding: "base64"'],
  ]),
)

/** How a library writes the schema of an object. */
const OBJECTS = new Map([
  ['zod', 'z.object({ … })'],
  ['valibot', 'v.object({ … })'],
  ['arktype', 'type({ … })'],
])

/** Members that are maps, where JSON would drop a function. */
const MAPS = Object.freeze(['parameters', 'inputSchema', 'callLimits', 'annotations'])

/**
 * Splits a definition into JSON for Rust and closures. Values that JSON would drop (functions, symbols, library
 * schemas) become problems with a pointer.
 * @param {any} definition @returns {Written}
 */
function writeDefinition(definition) {
  if (definition === null || typeof definition !== 'object') throw invalid('', 'must be a map')
  let name = ''
  try {
    const { execute, ...rest } = definition
    name = typeof rest.name === 'string' ? rest.name : ''
    if (execute !== undefined && typeof execute !== 'function') rest.execute = typeof execute
    /** @type {Problem[]} */
    const problems = []
    const guard = takeSchema(rest, problems)
    const lost = scan(rest, problems)
    const text = jsonText(lost.size === 0 ? rest : withoutLost(rest, lost))
    return {
      text: text ?? 'null',
      name: rest.name,
      unsaid: problems.length === 0 ? undefined : jsonText(problems),
      execute,
      guard,
    }
  } catch (cause) {
    throw unwritable(cause, `the definition of "${name}"`, (reason) => invalid(name, reason, cause))
  }
}

/** Replaces a library schema by its JSON Schema. @param {any} rest @param {Problem[]} problems */
function takeSchema(rest, problems) {
  if (libraryOf(rest.inputSchema) === undefined) return undefined
  const { schema, guard, problems: found } = readSchema(rest.inputSchema, '/inputSchema')
  problems.push(...found)
  if (found.length > 0) delete rest.inputSchema
  else rest.inputSchema = schema
  return guard
}

/**
 * Finds values that JSON cannot hold. A top-level one is replaced by an empty map, which no member accepts, so Rust
 * reports the key as usual.
 * @param {any} rest @param {Problem[]} problems @returns {Set<unknown>} the values to leave out
 */
function scan(rest, problems) {
  const lost = new Set()
  const seen = new Set()
  /** @type {Held[]} */
  const waiting = [{ value: rest, key: '', parent: undefined }]
  // Each object is visited once, even if it is shared.
  for (let i = 0; i < waiting.length; i++) {
    const holder = waiting[i]
    if (seen.has(holder.value) || (i > 0 && typeof holder.value.toJSON === 'function')) continue
    seen.add(holder.value)
    for (const key of Object.keys(holder.value)) {
      const value = holder.value[key]
      if (isLeaf(value)) continue
      const held = { value, key, parent: holder }
      const fault = faultOf(held)
      if (fault === undefined) waiting.push(held)
      else if (i === 0 && !MAPS.includes(key)) rest[key] = {}
      else {
        problems.push({ pointer: pointerOf(held), message: fault })
        lost.add(value)
      }
    }
  }
  return lost
}

/** @param {unknown} value */
function isLeaf(value) {
  return (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    value === undefined
  )
}

/**
 * A value and its place; the pointer is built only for a problem.
 * @typedef {{ value: any, key: string, parent: Held | undefined }} Held
 */

/** @param {Held} held @returns {string} */
function pointerOf({ key, parent }) {
  return parent === undefined ? '' : `${pointerOf(parent)}/${escaped(key)}`
}

/** @param {any} rest @param {Set<unknown>} lost */
function withoutLost(rest, lost) {
  let left = MOST_VALUES
  const kept = (/** @type {string} */ _, /** @type {unknown} */ value) => {
    if (--left < 0) throw new TooManyValues(MOST_VALUES)
    return lost.has(value) ? undefined : value
  }
  return JSON.parse(JSON.stringify(rest, kept))
}

/**
 * Describes why JSON cannot hold a value, and what to write instead.
 * @param {Held} held
 * @returns {string | undefined}
 */
function faultOf(held) {
  const { value } = held
  if (typeof value === 'symbol') return 'is a symbol: write a string'
  if (typeof value === 'bigint') return 'is a BigInt: write a number, or a string for what a number cannot hold'
  const library = libraryOf(value)
  if (library !== undefined) return libraryProblem(library, pointerOf(held))
  if (typeof value === 'function') return functionProblem(value, pointerOf(held))
  const instance = instanceProblem(value)
  if (instance !== undefined) return instance
  const member = held.parent?.parent === undefined ? held.key : undefined
  if (member === 'inputSchema') return frameworkProblem(value)
  return held.parent?.key === 'parameters' && held.parent.parent?.parent === undefined ? markProblem(value) : undefined
}

/** @param {string} library @param {string} at */
function libraryProblem(library, at) {
  const [, member, argument, deeper] = at.split('/')
  const whole = OBJECTS.get(library) ?? 'a schema of an object'
  if (member === 'parameters' && argument === undefined) return `is a schema of ${library}: give it as inputSchema`
  if (member === 'parameters' && deeper === undefined)
    return `is a schema of ${library}: write inputSchema: ${whole.replace('…', `${argument}: …`)} in place of parameters`
  return `is a schema of ${library}, and no part of a JSON Schema: write inputSchema: ${whole} for all arguments`
}

/** @param {Function} value @param {string} at */
function functionProblem(value, at) {
  const [, member, argument, keyword] = at.split('/')
  const type = CONSTRUCTORS.get(value) ?? CONSTRUCTORS.get(/** @type {any} */ (globalThis)[nameOf(value)])
  if (type !== undefined && member === 'parameters' && argument !== undefined && keyword === undefined)
    return `is the constructor ${nameOf(value)}: write { ${type} }`
  if (type !== undefined) return `is the constructor ${nameOf(value)}: write ${type}`
  if (at === '/inputSchema') return 'is a function: give the schema itself, a JSON Schema or a Standard Schema'
  if (member === 'parameters' && keyword === undefined)
    return 'is a function: a parameter is plain data, and "execute" stands beside parameters'
  if (member === 'parameters' || member === 'inputSchema')
    return 'is a function: judge the argument in execute, or give a Standard Schema, such as one of zod, as inputSchema'
  return 'is a function: all but execute is plain data'
}

/** Objects that JSON would write as `{}`. */
const EMPTIED = /** @type {[(value: unknown) => boolean, string][]} */ ([
  [types.isMap, 'is a Map: write a plain object'],
  [types.isSet, 'is a Set: write a list'],
  [types.isRegExp, 'is a RegExp: write its source as a string'],
  [types.isPromise, 'is a promise: await it first'],
  [types.isWeakMap, 'is a WeakMap: write a plain object'],
  [types.isWeakSet, 'is a WeakSet: write a list'],
])

/** @param {object} value */
function instanceProblem(value) {
  const prototype = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === Array.prototype || prototype === null) return undefined
  return EMPTIED.find(([is]) => is(value))?.[1]
}

/** TypeBox marks an optional parameter with a symbol, which JSON drops. @param {object} value */
function markProblem(value) {
  const isOptional = Object.getOwnPropertySymbols(value).some((symbol) => symbol.description === 'TypeBox.Optional')
  return isOptional
    ? 'is optional by the mark of TypeBox, which JSON does not hold: write required: false, or give Type.Object({ … }) as inputSchema'
    : undefined
}

/** The AI SDK keeps a JSON Schema within a schema of its own. @param {object} value */
function frameworkProblem(value) {
  const isWrapped = !('type' in value) && 'jsonSchema' in value && 'validate' in value
  return isWrapped ? 'is a schema of the AI SDK: give its jsonSchema, or what it was made of' : undefined
}

/** @param {Function} value */
function nameOf(value) {
  const { name } = value
  return typeof name === 'string' ? name : ''
}

/** @param {string} tool @param {string} message @param {unknown} [cause] */
function invalid(tool, message, cause) {
  const called = tool === '' ? 'without a name' : `"${tool}"`
  const details = { tool, problems: [{ pointer: '', message }] }
  return new ToolrackError(
    'INVALID_DEFINITION',
    `tool definition ${called} is not valid: ${message}`,
    details,
    cause === undefined ? undefined : { cause },
  )
}

exports.writeDefinition = writeDefinition
