// Framework approval: what a tool says of the approval of a person, as `requiresApproval` of a definition.

import type { CallContext } from '../../../call/context'
import { isThenable } from '../../../border/thenable'

/** Decides whether a call needs approval, as the framework asks its tool. */
type Decide = (decide: (...call: unknown[]) => unknown, params: unknown, context: CallContext) => unknown

/** The member of a definition for what a tool says: a boolean, or a function that `ask` calls as its framework does. */
export function approvalOf(given: unknown, ask: Decide): { readonly requiresApproval?: unknown } {
  if (given === true) return { requiresApproval: true }
  if (typeof given !== 'function') return {}
  const decide = given as (...call: unknown[]) => unknown
  const requiresApproval = (params: unknown, context: CallContext): unknown => {
    const answer = ask(decide, params, context)
    // Frameworks take any value for an answer.
    return isThenable(answer) ? Promise.resolve(answer).then(Boolean) : Boolean(answer)
  }
  return { requiresApproval }
}
