// Decision guard: the validation of a schema whose tool validates its arguments itself, for who decides on a call.

import type { JsonSchema } from '../../index'
import type { ClosureFunction } from '../call/interfaces'
import type { Guard } from './standard-schema'

/** Guards by the JSON Schema that was made beside them. */
const GUARDS = new WeakMap<object, Guard>()

/** Notes the validation of a schema that is left to its tool; returns the schema, a fresh object. */
export function noteDecisionGuard(schema: JsonSchema, guard: Guard): JsonSchema {
  GUARDS.set(schema, guard)
  return schema
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
