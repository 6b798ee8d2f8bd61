// Decision guard: the validation of a schema whose tool validates its arguments itself, for who decides on a call.

import type { JsonSchema } from '../../index'
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
