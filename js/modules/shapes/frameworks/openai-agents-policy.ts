// OpenAI Agents policy: `needsApproval` and `isEnabled` of a tool, which are functions even where they are constants.

import { inspect } from 'node:util'
import { isPromise } from '../../../border/realm'

/** A constant answer, as Node shows a promise that is settled already; async hooks add members to it. */
const CONSTANT = /^Promise \{\s*(true|false)\b/

/**
 * The answer of a member of a tool: a boolean where it is the function that the SDK makes of one, by its text; else the
 * function, which is asked for each call.
 */
export function policyOf(member: 'needsApproval' | 'isEnabled', given: unknown): unknown {
  if (typeof given !== 'function' || !isMadeOfConstant(member, given)) return given
  try {
    const answer: unknown = (given as () => unknown)()
    const constant = isPromise(answer) ? CONSTANT.exec(inspect(answer))?.[1] : undefined
    return constant === undefined ? given : constant === 'true'
  } catch {
    return given
  }
}

/** The functions that the SDK makes. */
const MADE = {
  needsApproval: /^async \(\) ?=>\s*\(?typeof \w+\.needsApproval === 'boolean'\s*\? ?\w+\.needsApproval\s*: false\)?$/,
  isEnabled: /^async \(\) ?=>\s*\(?typeof \w+\.isEnabled === 'boolean'\s*\? ?\w+\.isEnabled\s*: true\)?$/,
}

function isMadeOfConstant(member: keyof typeof MADE, policy: Function): boolean {
  return policy.length === 0 && MADE[member].test(Function.prototype.toString.call(policy))
}
