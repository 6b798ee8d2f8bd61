// HTTP headers of a message: what the transport asks for, and the credentials that are configured.

import { isMembers } from '../../border/kind'
import type { MaybePromise } from '../../border/maybe-promise'
import type { ClientRequest, Dialect } from './envelope'
import { UpstreamFault } from './upstream-connection'

/** Headers as they are configured: the same for all requests, or made for each. */
export type ConfiguredHeaders =
  Readonly<Record<string, string>> | (() => MaybePromise<Readonly<Record<string, string>>>) | undefined

/** Headers of the connection itself, which Node or the session writes. */
const OF_CONNECTION: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'mcp-session-id',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** What a value may have (RFC 9110, 5.5); bytes above ASCII are those of one character each. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Reads the configured headers. Rejects with a fault, which does not say what they hold. */
export async function configuredHeaders(configured: ConfiguredHeaders): Promise<Record<string, string>> {
  let given: unknown
  try {
    given = typeof configured === 'function' ? await configured() : (configured ?? {})
  } catch {
    throw new UpstreamFault('down', 'headers cannot be read: what makes them failed')
  }
  return readHeaders(given)
}

/** Reads headers, with names in lower case. Throws a fault, which does not say what they hold. */
export function readHeaders(given: unknown): Record<string, string> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>
  for (const [name, value] of entriesOf(given)) {
    if (!NAME.test(name) || typeof value !== 'string' || !VALUE.test(value))
      throw new UpstreamFault('down', `header "${name.slice(0, 100)}" is malformed: its value must be one line of text`)
    if (!OF_CONNECTION.has(name.toLowerCase())) headers[name.toLowerCase()] = value
  }
  return headers
}

function entriesOf(given: unknown): readonly [string, unknown][] {
  try {
    if (isMembers(given)) return Object.entries(given)
  } catch {
    throw new UpstreamFault('down', 'headers cannot be read')
  }
  throw new UpstreamFault('down', 'headers must be an object')
}

/** The headers of a message. `session` is that of a legacy server. */
export function messageHeaders(
  { method, headers }: Pick<ClientRequest, 'method' | 'headers'>,
  { era, revision }: Dialect,
  session: string | undefined,
): Record<string, string> {
  return {
    ...headers,
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    ...(era === 'modern' && { 'mcp-method': method }),
    // `initialize` agrees on it.
    ...(method !== 'initialize' && { 'mcp-protocol-version': revision }),
    ...(session !== undefined && method !== 'initialize' && { 'mcp-session-id': session }),
  }
}
