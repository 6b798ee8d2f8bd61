// Decision guard: the validation of a schema whose tool validates its arguments itself, for who decides on a call.

import { isDeepStrictEqual } from 'node:util'
import type { JsonSchema } from '../../index'
import { isThenable } from '../border/thenable'
import type { ClosureFunction } from '../call/interfaces'
import type { Guard } from './standard-schema'

/** Guards by the JSON Schema that was made beside them. */
const GUARDS = new WeakMap<object, Guard>()

/** Guards of tools that may validate by them, or not. */
const POSSIBLE = new WeakMap<object, Guard>()

/** Notes the validation of a schema that is left to its tool; returns the schema, a fresh object. */
export function noteDecisionGuard(schema: JsonSchema, guard: Guard): JsonSchema {
  GUARDS.set(schema, withNames(guard))
  return schema
}

/** The argument of a tool that takes a text, as text tools of LangChain do. */
const TEXT = 'input'

/** A validation whose output has names: a text tool of LangChain makes the text of `{ input: text }`. */
function withNames({ vendor, validate }: Guard): Guard {
  return {
    vendor,
    validate(args) {
      const result = validate(args)
      return isThenable(result)
        ? Promise.resolve(result).then((settled) => withName(settled, args))
        : withName(result, args)
    },
  }
}

/** A result whose value is an object: a text, or none, is named; another value stays and is a fault. */
function withName(result: unknown, args: unknown): unknown {
  if (!isRecord(result) || !isRecord(args) || Boolean(result.issues)) return result
  const { value } = result
  if (value !== undefined && typeof value !== 'string') return result
  return Object.keys(args).every((name) => name === TEXT) ? { value: { ...args, [TEXT]: value } } : result
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** Notes a validation that a tool may make, or not; returns the schema, a fresh object. */
export function notePossibleGuard(schema: JsonSchema, guard: Guard): JsonSchema {
  POSSIBLE.set(schema, guard)
  return schema
}

/**
 * The predicate of a tool with a schema: where the tool may validate or not, it is asked about the arguments as they were
 * sent, and about those that the validation makes of them, if they are others. Either yes asks a person.
 */
export function decidingBoth(schema: unknown, predicate: ClosureFunction): ClosureFunction {
  const guard = typeof schema === 'object' && schema !== null ? POSSIBLE.get(schema) : undefined
  if (guard === undefined) return predicate
  return function (this: unknown, args, context): unknown {
    const askParsed = (answer: unknown): unknown => {
      // The caller of this function refuses an answer that is no boolean.
      if (answer !== false) return answer
      const result = guard.validate(args)
      const decide = (settled: unknown): unknown => {
        const parsed = isRecord(settled) ? settled.value : undefined
        return isRecord(parsed) && !isDeepStrictEqual(parsed, args) ? predicate.call(this, parsed, context) : false
      }
      return isThenable(result) ? Promise.resolve(result).then(decide) : decide(result)
    }
    const answer = predicate.call(this, args, context)
    return isThenable(answer) ? Promise.resolve(answer).then(askParsed) : askParsed(answer)
  }
}

/**
 * The validation of a schema that is left to its tool. An approval predicate gets the arguments through it, as the tool
 * will see them: else another spelling of an argument would be decided on than the one that is executed.
 */
export function decisionGuardOf(schema: unknown): Guard | undefined {
  return typeof schema === 'object' && schema !== null ? GUARDS.get(schema) : undefined
}

/** Makes the closure of a tool that asks a predicate about the arguments which only the tool can parse. */
type LateDecision = (predicate: ClosureFunction) => ClosureFunction

const LATE = new WeakMap<Function, LateDecision>()

/** Notes a closure whose schema is out of sight, and how it asks a predicate itself. Returns the closure. */
export function noteLateDecision(execute: ClosureFunction, make: LateDecision): ClosureFunction {
  LATE.set(execute, make)
  return execute
}

/** The closure of a tool with an approval predicate: one that asks it again where its schema is out of sight. */
export function decidingLate(execute: unknown, predicate: ClosureFunction): unknown {
  return typeof execute === 'function' ? (LATE.get(execute)?.(predicate) ?? execute) : execute
}
