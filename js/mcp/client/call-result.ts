// Call result: the result of `tools/call`, as it was sent; a question of a modern server is none yet.

import type { Members } from '../../border/kind'
import { brokenFault } from './pending-request'
import { UpstreamFault } from './upstream-connection'

/** Reads the result of a call, or a question of a modern server (2026-07-28, "Multi Round-Trip Requests"). */
export function readCallResult(result: Members): Members {
  const { resultType } = result
  // Legacy servers write none, and neither do some modern ones.
  if (resultType === undefined || resultType === 'complete' || resultType === 'input_required') return result
  throw brokenFault('the result has a resultType that is not known')
}

/** Whether a result is a question. */
export function asksForInput({ resultType }: Members): boolean {
  return resultType === 'input_required'
}

/** Reads the result of a call through a client of somebody else, which answers questions itself, or does not. */
export function readAnsweredResult(result: Members): Members {
  const read = readCallResult(result)
  if (!asksForInput(read)) return read
  throw new UpstreamFault('refused', 'the server asks for input, which its client does not give', { data: result })
}
