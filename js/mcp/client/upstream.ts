// Upstream: a connected MCP server, whatever its era and its transport.

import type { Members } from '../../border/kind'
import { isPlainHeader, writeHeaderValue } from '../http/header-values'
import type { Agreement } from './agreement'
import { readCallResult } from './call-result'
import type { Channel, ChannelListener } from './channel'
import type { ClientLimits } from './client-limits'
import { ContentClient } from './content-client'
import type { ClientRequest } from './envelope'
import { argumentHeaders } from './header-arguments'
import { pagesOf, walkTools } from './tool-walk'
import type { UpstreamCall, UpstreamConnection, UpstreamFault, UpstreamList } from './upstream-connection'

/** A connection over a channel. */
export class Upstream implements UpstreamConnection, ChannelListener {
  readonly #channel: Channel
  readonly #agreement: Agreement
  readonly #limits: ClientLimits
  readonly content: ContentClient
  onListChanged: (() => void) | undefined
  onClosed: ((reason: UpstreamFault) => void) | undefined

  constructor(channel: Channel, agreement: Agreement, limits: ClientLimits) {
    this.#channel = channel
    this.#agreement = agreement
    this.#limits = limits
    this.content = new ContentClient({
      capabilities: agreement.capabilities,
      isModern: this.era === 'modern',
      limits,
      send: (request, patience) => channel.request(request, patience),
      stream: (uris, signal, onEnd) => {
        const params = { notifications: { resourceSubscriptions: uris } }
        channel
          .request({ method: 'subscriptions/listen', params }, { signal })
          // A server that refuses it does not tell updates.
          .then(onEnd, (fault: UpstreamFault) => (fault.kind === 'lost' ? onEnd() : undefined))
      },
    })
    channel.listener = this
  }

  get era(): 'modern' | 'legacy' {
    return this.#agreement.dialect.era
  }

  get revision(): string {
    return this.#agreement.dialect.revision
  }

  get server(): Agreement['server'] {
    return this.#agreement.server
  }

  get instructions(): string | undefined {
    return this.#agreement.instructions
  }

  get capabilities(): Members {
    return this.#agreement.capabilities
  }

  listTools(signal: AbortSignal): Promise<UpstreamList> {
    return walkTools(pagesOf(this.#channel, this.#limits, signal), this.#limits, this.#hasHeaders)
  }

  async callTool(args: Members, call: UpstreamCall): Promise<Members> {
    const { signal, timeoutMs, maxTimeoutMs, onProgress, onQuestion } = call
    const patience = { signal, timeoutMs, maxTimeoutMs, onProgress, onQuestion }
    return readCallResult(await this.#channel.request(this.#callRequest(args, call), patience))
  }

  close(): Promise<void> {
    this.content.close()
    return this.#channel.close()
  }

  onNotice(method: string, params: Members): void {
    if (method === 'notifications/tools/list_changed') callSafely(() => this.onListChanged?.())
    else callSafely(() => this.content.hear(method, params))
  }

  onRenewed(): void {
    callSafely(() => this.content.renewed())
  }

  onChannelClosed(fault: UpstreamFault): void {
    callSafely(() => this.onClosed?.(fault))
  }

  /** Whether calls repeat their name and arguments in headers. */
  get #hasHeaders(): boolean {
    return this.#channel.isHttp && this.era === 'modern'
  }

  #callRequest(args: Members, { tool, trace, capabilities, answers }: UpstreamCall): ClientRequest {
    const { name, inputSchema } = tool
    return {
      method: 'tools/call',
      params: { name, arguments: args, ...answers },
      capabilities,
      ...(trace !== undefined && { meta: { ...trace } }),
      ...(this.#channel.isHttp && {
        headers: {
          ...traceHeaders(trace),
          ...(this.#hasHeaders && { ...argumentHeaders(inputSchema, args), 'mcp-name': writeHeaderValue(name) }),
        },
      }),
    }
  }
}

/** The trace context as headers. One that is no line of text stands in the message alone. */
function traceHeaders(trace: UpstreamCall['trace']): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const name of ['traceparent', 'tracestate'] as const) {
    const value = trace?.[name]
    if (value !== undefined && isPlainHeader(value)) headers[name] = value
  }
  return headers
}

function callSafely(call: () => void): void {
  try {
    call()
  } catch {
    // Who listens has no say in the connection.
  }
}
