// Server requests: what a legacy server asks its client, answered by the caller of the tool call that it belongs to.

import type { Members } from '../../border/kind'
import { INTERNAL_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND } from '../protocol/json-rpc'
import type { RequestId } from '../protocol/json-rpc'
import { writeAnswer } from './envelope'
import type { PendingRequests } from './pending-requests'
import type { ServerRequest } from './server-message'

/** The capability that a question needs, by its method. */
const CAPABILITIES: ReadonlyMap<string, string> = new Map([
  ['elicitation/create', 'elicitation'],
  ['sampling/createMessage', 'sampling'],
  ['roots/list', 'roots'],
])

/**
 * Answers a request of a server; resolves with the text of the answer. `streamOf` is the request of ours on whose stream it
 * came. What was not declared is not served.
 */
export async function answerServer(
  request: ServerRequest,
  { pending, capabilities }: { readonly pending: PendingRequests; readonly capabilities: Members },
  streamOf?: RequestId,
): Promise<string> {
  const { id, method, params } = request
  if (method === 'ping') return writeAnswer(id, { result: {} })
  const refuse = (code: number, message: string): string => writeAnswer(id, { error: { code, message } })
  const unserved = (): string => refuse(METHOD_NOT_FOUND, `the client does not serve "${method.slice(0, 100)}"`)
  const needed = CAPABILITIES.get(method)
  if (needed === undefined || !Object.hasOwn(capabilities, needed)) return unserved()
  if (request.isDeep) return refuse(INVALID_REQUEST, 'the question is nested too deep')
  const call = pending.askedBy(streamOf)
  if (call === undefined)
    return refuse(INVALID_REQUEST, 'a question is answered where one call alone is under way, and on its stream')
  try {
    const result = await call.answerQuestion({ method, params })
    return result === undefined ? unserved() : writeAnswer(id, { result })
  } catch {
    // The call is given up. A tool that goes on with another answer would do something that nobody waits for.
    return method === 'elicitation/create'
      ? writeAnswer(id, { result: CANCELLED })
      : refuse(INTERNAL_ERROR, 'nobody answers the question')
  }
}

/** The answer of a person who has closed the question. */
const CANCELLED: Members = Object.freeze({ action: 'cancel' })
