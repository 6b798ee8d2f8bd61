// Official fault: what a client of an MCP SDK throws, as a fault of a connection.

import { statusFault } from './http-fault'
import { NOT_SENT, errorCode } from './http-sender'
import { UpstreamFault } from './upstream-connection'

/** Codes of JSON-RPC with which SDK 1 says what the server did not: the connection is over, nothing came in time. */
const CONNECTION_CLOSED = -32000
const REQUEST_TIMEOUT = -32001

/** Reads what was thrown. Words are those of the server alone: others may name addresses with secrets. */
export function officialFault(thrown: unknown): UpstreamFault {
  const { code, data, message } = (thrown ?? {}) as { code?: unknown; data?: unknown; message?: unknown }
  const words = typeof message === 'string' ? message.slice(0, 2_000) : ''
  if (typeof code === 'number') return numberedFault(code, words, data)
  if (words === 'Not connected' || code === 'NOT_CONNECTED' || NOT_SENT.has(errorCode(thrown)))
    return new UpstreamFault('down', 'the client is not connected')
  switch (code) {
    case 'REQUEST_TIMEOUT':
      return new UpstreamFault('timeout', 'the client waited for no answer any more')
    case 'CONNECTION_CLOSED':
    case 'SEND_FAILED':
      return lost()
    default: {
      const { status } = (data ?? {}) as { readonly status?: unknown }
      if (typeof status === 'number') return statusFault(status)
      if (typeof code === 'string') return new UpstreamFault('protocol', `the client refused the answer (${code})`)
      return lost()
    }
  }
}

function numberedFault(code: number, words: string, data: unknown): UpstreamFault {
  // SDK 1 has the status of HTTP as the code of its error.
  if (code >= 100 && code < 600) return statusFault(code)
  if (code === CONNECTION_CLOSED && words.endsWith('Connection closed')) return lost()
  if (code === REQUEST_TIMEOUT && words.endsWith('Request timed out'))
    return new UpstreamFault('timeout', 'the client waited for no answer any more')
  return new UpstreamFault('refused', `the server answered with error ${code}: ${words}`, { code, data })
}

function lost(): UpstreamFault {
  return new UpstreamFault('lost', 'the connection of the client broke; the server may have done what was asked')
}
