// Framework approval: what a tool says of the approval of a person, as `requiresApproval` of a definition.

import type { CallContext } from '../../../call/context'
import { kindOf } from '../../../border/kind'
import { isThenable } from '../../../border/thenable'
import { ShapeFault } from '../shape-faults'

/** Decides whether a call needs approval, as the framework asks its tool. */
type Decide = (decide: (...call: unknown[]) => unknown, params: unknown, context: CallContext) => unknown

/**
 * The member of a definition for what `member` of a tool says: a boolean, or a function that `ask` calls as its framework
 * does. Any other value is a fault: the tool may mean that its calls need approval.
 */
export function approvalOf(member: string, given: unknown, ask: Decide): { readonly requiresApproval?: unknown } {
  if (given === true) return { requiresApproval: true }
  if (given === false || given === undefined || given === null) return {}
  if (typeof given !== 'function') {
    const message = `is ${kindOf(given)}: give true, false or a function`
    throw new ShapeFault([{ pointer: `/${member}`, message }])
  }
  const decide = given as (...call: unknown[]) => unknown
  const requiresApproval = (params: unknown, context: CallContext): unknown => {
    const answer = ask(decide, params, context)
    // Frameworks take any value for an answer.
    return isThenable(answer) ? Promise.resolve(answer).then(Boolean) : Boolean(answer)
  }
  return { requiresApproval }
}
