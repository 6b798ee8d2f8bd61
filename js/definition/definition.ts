// Tool definition: splits it into JSON for Rust and what stays here, and reports what JSON would drop.

import type { Problem } from '../../index'
import type { ToolrackError } from '../border/error'
import { MOST_VALUES, TooManyValues, jsonText, unwritable } from '../border/json'
import { escaped } from '../border/json-pointer'
import { isList, kindOf } from '../border/kind'
import { raise } from '../border/raised-error'
import type { ClosureChecks, ClosureFunction } from '../call/interfaces'
import { isAiSdkSchema, readAiSdkSchema } from './ai-sdk-schema'
import type { HeldValue } from './misplaced-schemas'
import { decidingBoth, decidingLate, decisionGuardOf } from './decision-guard'
import { libraryOf, readSchema } from './standard-schema'
import type { Guard, ReadSchema } from './standard-schema'
import { problemOfValue } from './value-problems'

/** A tool definition, split for Rust. */
export interface WrittenDefinition extends ClosureChecks {
  /** Its plain data, as JSON. */
  readonly text: string
  readonly name: unknown
  /** Problems of values that JSON cannot hold, as JSON; `text` leaves those values out. */
  readonly unsaid: string | undefined
  readonly execute: unknown
}

/** Members of a definition beside `execute`. They may be anything. */
export type Members = Record<string, unknown>

/** What Rust reads in place of a predicate: `CallApproval::PREDICATE` of the core. */
export const PREDICATE = 'predicate'

/** Members that are maps, where JSON would drop a function. */
export const MAPS: readonly string[] = Object.freeze([
  'parameters',
  'inputSchema',
  'outputSchema',
  'callLimits',
  'annotations',
])

/** Members that may be the schema of a library, and which side of it they describe. */
const SIDES = Object.freeze({ inputSchema: 'input', outputSchema: 'output' } as const)
type SchemaKey = keyof typeof SIDES

/** Checks that a definition is one object; `signature` is the function that takes it. */
export function checkDefinition(signature: string, definition: unknown): asserts definition is object {
  if (typeof definition === 'object' && definition !== null && !isList(definition)) return
  const message = `takes one object { name, description, execute }, got ${kindOf(definition)}`
  const details = { tool: '', problems: [{ pointer: '', message }] }
  throw raise('INVALID_DEFINITION', details, { words: { ...details, function: signature } })
}

/**
 * Splits a definition into JSON for Rust and closures. Values that JSON would drop (functions, symbols, library
 * schemas) become problems with a pointer.
 */
export function writeDefinition(definition: object): WrittenDefinition {
  let name = ''
  try {
    const { execute, ...rest } = definition as Members
    name = typeof rest.name === 'string' ? rest.name : ''
    if (execute !== undefined && typeof execute !== 'function') rest.execute = typeof execute
    const problems: Problem[] = []
    const { inputSchema } = rest
    const decisionGuard = decisionGuardOf(inputSchema)
    const guard = takeSchema(rest, 'inputSchema', problems)
    const outputGuard = takeSchema(rest, 'outputSchema', problems)
    const hasOutput = rest.outputSchema !== undefined && rest.outputSchema !== null
    const predicate = takePredicate(rest)
    const approval = predicate && decidingBoth(inputSchema, predicate)
    return {
      ...plainText(rest, problems, MAPS),
      name: rest.name,
      execute: approval === undefined ? execute : decidingLate(execute, approval),
      guard,
      approval,
      decisionGuard,
      output: hasOutput ? { guard: outputGuard } : undefined,
    }
  } catch (cause) {
    throw unwritable(cause, `the definition of "${name}"`, (reason) => invalidDefinition(name, reason, cause))
  }
}

/**
 * Writes members as JSON; `maps` are those that are maps, where JSON would drop a function. Values that JSON cannot hold
 * are added to `problems`.
 */
export function plainText(
  rest: Members,
  problems: Problem[],
  maps: readonly string[],
): Pick<WrittenDefinition, 'text' | 'unsaid'> {
  const lost = findLost(rest, problems, maps)
  const text = jsonText(lost.size === 0 ? rest : withoutLost(rest, lost))
  return { text: text ?? 'null', unsaid: problems.length === 0 ? undefined : jsonText(problems) }
}

/** A definition with other members. Its `execute` may be that of a class, as {@link writeDefinition} takes it. */
export function withMembers(definition: object, members: Members): object {
  try {
    const { execute, ...rest } = definition as Members
    return { ...rest, ...(execute !== undefined && { execute }), ...members }
  } catch (cause) {
    const name = typeof members.name === 'string' ? members.name : ''
    throw unwritable(cause, `the definition of "${name}"`, (reason) => invalidDefinition(name, reason, cause))
  }
}

/** Replaces a library schema by its JSON Schema. Returns the validation of the library. */
function takeSchema(rest: Members, key: SchemaKey, problems: Problem[]): Guard | undefined {
  const read = readLibrarySchema(rest[key], key)
  if (read === undefined) return undefined
  problems.push(...read.problems)
  if (read.problems.length > 0) delete rest[key]
  else rest[key] = read.schema
  return read.guard
}

/** Replaces an approval predicate by its word. A text is no value of that member. */
function takePredicate(rest: Members): ClosureFunction | undefined {
  const { requiresApproval } = rest
  if (typeof requiresApproval === 'string') rest.requiresApproval = {}
  if (typeof requiresApproval !== 'function') return undefined
  rest.requiresApproval = PREDICATE
  return requiresApproval as ClosureFunction
}

function readLibrarySchema(schema: unknown, key: SchemaKey): ReadSchema | undefined {
  // A schema of a library is an object or a function.
  if (libraryOf(schema) !== undefined) return readSchema(schema as object, `/${key}`, SIDES[key])
  return isAiSdkSchema(schema) ? readAiSdkSchema(schema, `/${key}`) : undefined
}

/**
 * Finds values that JSON cannot hold, and returns those to leave out. A top-level one is replaced by an empty map,
 * which no member accepts, so Rust reports the key as usual.
 */
function findLost(rest: Members, problems: Problem[], maps: readonly string[]): Set<unknown> {
  const lost = new Set<unknown>()
  const seen = new Set<unknown>()
  const top: HeldValue = { value: rest, key: '', parent: undefined }
  const waiting = [top]
  // Each object is visited once, even if it is shared. The list grows while it is read.
  for (const holder of waiting) {
    const members = holder.value as Members
    if (seen.has(members) || (holder !== top && typeof members.toJSON === 'function')) continue
    seen.add(members)
    for (const key of Object.keys(members)) {
      const value = members[key]
      if (isLeaf(value)) continue
      const held: HeldValue = { value, key, parent: holder }
      const problem = problemOfValue(held, pointerOf)
      if (problem === undefined) waiting.push(held)
      else if (holder === top && !maps.includes(key)) rest[key] = {}
      else {
        problems.push({ pointer: pointerOf(held), message: problem })
        lost.add(value)
      }
    }
  }
  return lost
}

function isLeaf(value: unknown): boolean {
  return (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    value === undefined
  )
}

/** The JSON pointer of a value; it is built only for a problem. */
function pointerOf({ key, parent }: HeldValue): string {
  return parent === undefined ? '' : `${pointerOf(parent)}/${escaped(key)}`
}

function withoutLost(rest: Members, lost: Set<unknown>): unknown {
  let left = MOST_VALUES
  const kept = (_: string, value: unknown): unknown => {
    if (--left < 0) throw new TooManyValues(MOST_VALUES)
    return lost.has(value) ? undefined : value
  }
  return JSON.parse(JSON.stringify(rest, kept))
}

export function invalidDefinition(tool: string, message: string, cause?: unknown): ToolrackError {
  return raise(
    'INVALID_DEFINITION',
    { tool, problems: [{ pointer: '', message }] },
    cause === undefined ? {} : { cause },
  )
}
