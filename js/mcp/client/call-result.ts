// Call result: the result of `tools/call`, as it was sent; a question of a modern server is none yet.

import type { Members } from '../../border/kind'
import { brokenFault } from './pending-request'
import { UpstreamFault } from './upstream-connection'

/**
 * Reads the result of a call. A server that asks for input gets no answer: what it asks is the data of the fault. This
 * is where its questions go to whoever made the call (2026-07-28, "Multi Round-Trip Requests").
 */
export function readCallResult(result: Members): Members {
  const { resultType } = result
  // Legacy servers write none, and neither do some modern ones.
  if (resultType === undefined || resultType === 'complete') return result
  if (resultType !== 'input_required') throw brokenFault('the result has a resultType that is not known')
  const message = 'the server asks for input, which nobody can give'
  throw new UpstreamFault('refused', message, { data: result })
}
