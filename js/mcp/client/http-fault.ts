// HTTP fault: what a status of HTTP says of a request, where no message of JSON-RPC does.

import { UpstreamFault } from './upstream-connection'
import type { UpstreamFaultKind } from './upstream-connection'

/** A fault with the status that it came with. */
export class HttpFault extends UpstreamFault {
  readonly status: number

  constructor(
    kind: UpstreamFaultKind,
    message: string,
    status: number,
    error: { readonly code?: number; readonly data?: unknown } = {},
  ) {
    super(kind, message, error)
    this.status = status
  }
}

/** The status of HTTP that a fault came with, if any. */
export function statusOf(fault: UpstreamFault): number | undefined {
  return (fault as Partial<HttpFault>).status
}

const WORDS: ReadonlyMap<number, string> = new Map([
  [401, 'credentials are missing, or not accepted'],
  [403, 'the credentials do not allow it'],
  [404, 'there is no server of MCP at this address, or its session is over'],
  [405, 'there is no server of MCP at this address'],
  [407, 'a proxy asks for credentials'],
  [413, 'the message is too large'],
  [429, 'there are too many requests'],
])

/** The fault of a response that has no message. A gateway's error does not say whether its server did what was asked. */
export function statusFault(status: number): HttpFault {
  const known = WORDS.get(status) ?? (status < 400 ? 'redirects are followed on the same origin alone' : undefined)
  const message = `the server answered with HTTP ${status}${known === undefined ? '' : `: ${known}`}`
  return new HttpFault(status >= 500 ? 'lost' : 'refused', message, status, { data: { status } })
}
