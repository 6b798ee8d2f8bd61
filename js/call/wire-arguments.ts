// Wire arguments: arguments as exact JSON text, for HTTP operations and idempotency keys.

import { MOST_VALUES } from '../border/json'
import { JsonWriter } from '../border/json-writer'
import { limitExceeded } from '../border/raised-error'
import { argumentsText } from './arguments'
import { invalidParams } from './context'
import type { Arguments, ToolPlan } from './interfaces'

/**
 * Writes the arguments of a closure call with an idempotency key. Values that a closure can tell apart differ here too:
 * -0 is not 0. Values that JSON cannot hold are refused.
 */
export function exactText(plan: ToolPlan, args: Arguments): string {
  return writeArguments(plan, args, true)
}

/**
 * Writes the arguments of an HTTP operation. `JSON.stringify` silently writes null for NaN and `{}` for a Map: without
 * an idempotency key, only such output is checked.
 */
export function wireText(plan: ToolPlan, args: Arguments, idempotencyKey: string | undefined): string {
  if (idempotencyKey !== undefined) return writeArguments(plan, args, false)
  const text = argumentsText(plan, args)
  if (text.includes('null') || text.includes('{}')) writeArguments(plan, args, false)
  return text
}

function writeArguments({ name }: ToolPlan, args: Arguments, isExact: boolean): string {
  const writer = new JsonWriter({
    refuse: (pointer, problem) => invalidParams(name, pointer, problem),
    tooDeep: 'are nested deeper than 127 levels',
    tooMany: () => limitExceeded(`number of values in the arguments of "${name}"`, MOST_VALUES),
    isExact,
  })
  return writer.write(args) ?? 'null'
}
