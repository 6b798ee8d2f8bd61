// Shown call: a model's call as a person reads it who decides about it. It is read by Rust, as the call that is made.

import { parseExactly } from '../border/exact-integers'
import { splitContext } from '../call/context'
import type { ToolPlan } from '../call/interfaces'
import type { WrittenCall } from './incoming-call'

/** A call with the arguments that its tool gets, before defaults. */
export interface ShownCall {
  /** The name of the tool in the registry. */
  readonly toolName: string
  /** The id of the call, which its answer repeats. */
  readonly id: string | undefined
  readonly input: unknown
}

/** Reads a call as Rust writes it; nothing for one that has no tool, or no arguments. */
export function readShownCall(written: string, planOf: (name: string) => ToolPlan): ShownCall | undefined {
  const call = JSON.parse(written) as WrittenCall
  if (call.fault !== undefined) return undefined
  const plan = planOf(call.name)
  // A closure gets numbers of JavaScript; what Rust sends has the integers of the model.
  const params = plan.slot === -1 ? (parseExactly(written) as typeof call).arguments : call.arguments
  // Context keys are no arguments: the caller is that of the call.
  return { toolName: call.name, id: call.id, input: splitContext(plan, params, {}, false).args }
}
