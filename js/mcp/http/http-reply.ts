// HTTP reply: status, headers and body of a response that is sent whole.

import { writeFault } from '../protocol/answers'
import type { Pieces } from '../protocol/answers'
import { fault } from '../protocol/json-rpc'
import type { RequestId } from '../protocol/json-rpc'

/** Headers of a response, by names in lower case. */
export type ReplyHeaders = Readonly<Record<string, string>>

/** A response that is sent whole. */
export interface HttpReply {
  readonly kind: 'reply'
  readonly status: number
  /** Headers beside those of the body. */
  readonly headers: ReplyHeaders
  /** JSON; an empty list for a response without a body. */
  readonly body: Pieces
}

/** The code of JSON-RPC for what HTTP alone refuses. Source: JSON-RPC 2.0, section 5.1, implementation-defined. */
const REFUSED = -32000

export const NO_HEADERS: ReplyHeaders = Object.freeze({})

export function httpReply(status: number, body: Pieces, headers: ReplyHeaders = NO_HEADERS): HttpReply {
  return { kind: 'reply', status, headers, body }
}

/** Makes the response of a request that is refused by HTTP: its body says why, as an error of JSON-RPC. */
export function refusal(status: number, message: string, headers?: ReplyHeaders, id?: RequestId): HttpReply {
  return httpReply(status, writeFault(fault(REFUSED, message, { id })), headers)
}
