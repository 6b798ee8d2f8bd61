// OpenAI Agents approval: `needsApproval` of a tool, which is a function even where it is a constant.

import { inspect } from 'node:util'
import { isPromise } from '../../../border/realm'

/** A constant answer, as Node shows a promise that is settled already; async hooks add members to it. */
const CONSTANT = /^Promise \{\s*(true|false)\b/

/**
 * The policy of a tool: a boolean where it is the function that the SDK makes of one, by its text; else the function. It
 * is asked for each call then, and the tool counts as one that may need approval.
 */
export function policyOf(given: unknown): unknown {
  if (typeof given !== 'function' || !isMadeOfConstant(given)) return given
  try {
    const answer: unknown = (given as () => unknown)()
    const constant = isPromise(answer) ? CONSTANT.exec(inspect(answer))?.[1] : undefined
    return constant === undefined ? given : constant === 'true'
  } catch {
    return given
  }
}

function isMadeOfConstant(policy: Function): boolean {
  const text = policy.length === 0 ? Function.prototype.toString.call(policy) : ''
  return /^async \(\) ?=>\s*\(?typeof \w+\.needsApproval === 'boolean'\s*\? ?\w+\.needsApproval\s*: false\)?$/.test(
    text,
  )
}
