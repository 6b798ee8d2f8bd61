// Envelope: requests and notifications of a client, as JSON-RPC of the revision that a server speaks.

import { version } from '../../border/package-version'
import type { Members } from '../../border/kind'
import { whole } from '../../border/well-formed'
import type { RequestId } from '../protocol/json-rpc'
import { UpstreamFault } from './upstream-connection'

/** Who calls. */
export const CLIENT_INFO: Members = Object.freeze({ name: 'toolrack', version })

/** What a request declares for which nobody can be asked. */
const NO_CAPABILITIES: Members = Object.freeze({})

/** The revision that a connection speaks. */
export interface Dialect {
  readonly era: 'modern' | 'legacy'
  readonly revision: string
}

/** A request that is to be sent. */
export interface ClientRequest {
  readonly method: string
  readonly params?: Members
  /** Whether it changes nothing, so that it may be sent again. */
  readonly isSafe?: boolean
  /** The client capabilities of the caller, which a modern request declares. */
  readonly capabilities?: Members | undefined
  /** More members of `_meta`: the trace context. */
  readonly meta?: Members
  /** Over HTTP: headers that repeat what the message says. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Writes a request. `progressToken` asks for progress. Throws a fault where its arguments cannot be JSON. */
export function writeRequest(
  id: RequestId,
  { method, params, meta, capabilities }: ClientRequest,
  dialect: Dialect,
  progressToken?: RequestId,
): string {
  const own = { ...meta, ...(progressToken !== undefined && { progressToken }) }
  const all = withMeta(params, own, dialect, capabilities)
  try {
    // Half a surrogate pair becomes U+FFFD, as in headers and in all that toolrack writes.
    return whole(JSON.stringify({ jsonrpc: '2.0', id, method, ...(all !== undefined && { params: all }) }))
  } catch {
    throw new UpstreamFault('protocol', 'the arguments cannot be JSON; nothing was sent')
  }
}

/** Writes a notification. */
export function writeNotice(method: string, params: Members | undefined, dialect: Dialect): string {
  const all = withMeta(params, {}, dialect)
  return JSON.stringify({ jsonrpc: '2.0', method, ...(all !== undefined && { params: all }) })
}

/** Writes the answer to a request of a server. */
export function writeAnswer(
  id: RequestId,
  outcome: { readonly result: Members } | { readonly error: Members },
): string {
  return JSON.stringify({ jsonrpc: '2.0', id, ...outcome })
}

/** The parameters with the metadata of the revision; nothing where there are none. */
function withMeta(
  params: Members | undefined,
  own: Members,
  { era, revision }: Dialect,
  capabilities = NO_CAPABILITIES,
): Members | undefined {
  const meta =
    era === 'legacy'
      ? own
      : {
          'io.modelcontextprotocol/protocolVersion': revision,
          'io.modelcontextprotocol/clientInfo': CLIENT_INFO,
          'io.modelcontextprotocol/clientCapabilities': capabilities,
          ...own,
        }
  return Object.keys(meta).length === 0 ? params : { ...params, _meta: meta }
}
