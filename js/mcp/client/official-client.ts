// Official client: a connected client of an MCP SDK (1 or 2) as a connection. It is known by its shape, never imported.

import { ignoreRejection } from '../../border/error'
import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { Deadlines } from '../../call/deadlines'
import { ANY_RESULT, MOST_MS } from '../protocol/any-result'
import { readAnsweredResult } from './call-result'
import type { ClientLimits } from './client-limits'
import { ContentClient, listenFilter } from './content-client'
import { argumentHeaders } from './header-arguments'
import { officialFault } from './official-fault'
import { observeTransport } from './official-transport'
import type { OfficialTransport } from './official-transport'
import { PendingRequest, brokenFault, checkWaits } from './pending-request'
import type { Patience } from './pending-request'
import { walkTools } from './tool-walk'
import { UpstreamFault } from './upstream-connection'
import type { UpstreamCall, UpstreamConnection, UpstreamList } from './upstream-connection'

/** The members of a client of the SDKs that are used. Those of SDK 2 alone may be missing. */
interface OfficialClient {
  readonly transport?: OfficialTransport | undefined
  request(request: object, schema: object, options: object): Promise<unknown>
  getServerCapabilities(): unknown
  getServerVersion(): unknown
  getInstructions?(): unknown
  getProtocolEra?(): unknown
  getNegotiatedProtocolVersion?(): unknown
  listen?(filter: object): Promise<{ close(): unknown; readonly closed?: Promise<unknown> }>
}

/** Makes a connection of a connected client. */
export async function connectOfficial(
  given: object,
  limits: ClientLimits,
  signal: AbortSignal,
): Promise<UpstreamConnection> {
  checkWaits({ signal })
  const client = given as Partial<OfficialClient>
  if (typeof client.request !== 'function' || typeof client.getServerCapabilities !== 'function')
    throw new UpstreamFault('protocol', 'client must be a client of an MCP SDK: it has no "request"')
  const { transport } = client
  if (!isMembers(transport)) throw new UpstreamFault('down', 'the client is not connected')
  const connection = new OfficialConnection(client as OfficialClient, transport, limits)
  await connection.listen()
  return connection
}

/** A connection through a client that somebody else has opened, and closes. */
class OfficialConnection implements UpstreamConnection {
  readonly era: 'modern' | 'legacy'
  readonly revision: string
  readonly server: UpstreamConnection['server']
  readonly instructions: string | undefined
  readonly capabilities: Members
  onListChanged: (() => void) | undefined
  onClosed: ((reason: UpstreamFault) => void) | undefined
  readonly #client: OfficialClient
  readonly #limits: ClientLimits
  readonly #stopObserving: () => void
  readonly #pending = new Set<PendingRequest>()
  readonly content: ContentClient
  readonly #deadlines = new Deadlines()
  #subscription: { close(): unknown } | undefined
  #over: UpstreamFault | undefined

  constructor(client: OfficialClient, transport: OfficialTransport, limits: ClientLimits) {
    this.#client = client
    this.#limits = limits
    this.era = client.getProtocolEra?.() === 'modern' ? 'modern' : 'legacy'
    const revision = client.getNegotiatedProtocolVersion?.() ?? transport.protocolVersion
    // A transport of SDK 1 over stdio does not keep it.
    this.revision = typeof revision === 'string' ? revision : '2025-11-25'
    const { name, version, title } = membersOf(client.getServerVersion())
    this.server = {
      name: textOf(name) ?? 'unknown',
      ...(textOf(version) !== undefined && { version: textOf(version) as string }),
      ...(textOf(title) !== undefined && { title: textOf(title) as string }),
    }
    this.instructions = textOf(client.getInstructions?.())
    this.capabilities = membersOf(client.getServerCapabilities())
    this.content = new ContentClient({
      capabilities: this.capabilities,
      isModern: this.era === 'modern',
      limits,
      // Headers are those of the client itself.
      send: ({ method, params }, patience) => this.#request({ method, params }, patience),
      stream: (uris, signal, onEnd) => void this.#stream(uris, signal, onEnd),
    })
    this.#stopObserving = observeTransport(transport, {
      onNotice: (method, params) =>
        method === 'notifications/tools/list_changed' ? this.onListChanged?.() : this.content.hear(method, params),
      onClosed: () => this.#end(),
    })
  }

  /** Asks a modern server to tell changes of its list; a legacy one does so by itself. */
  async listen(): Promise<void> {
    const filter = listenFilter(this.capabilities)
    if (this.era !== 'modern' || Object.keys(filter).length === 0) return
    try {
      this.#subscription = await this.#client.listen?.(filter)
    } catch {
      // Then the list is known by its age alone.
    }
  }

  listTools(signal: AbortSignal): Promise<UpstreamList> {
    const { pageMs } = this.#limits
    const patience = { signal, timeoutMs: pageMs, maxTimeoutMs: pageMs }
    const ask = (cursor: string | undefined) =>
      this.#request({ method: 'tools/list', params: cursor === undefined ? {} : { cursor } }, patience)
    return walkTools(ask, this.#limits, this.era === 'modern')
  }

  async callTool(args: Members, { tool, trace, ...patience }: UpstreamCall): Promise<Members> {
    const { name, inputSchema } = tool
    const params = { name, arguments: args, ...(trace !== undefined && { _meta: { ...trace } }) }
    // Over stdio they are ignored.
    const headers = this.era === 'modern' ? argumentHeaders(inputSchema, args) : {}
    return readAnsweredResult(await this.#request({ method: 'tools/call', params }, patience, { ...headers }))
  }

  /** Opens a stream of updates of resources. The client says how one has ended where it is of SDK 2. */
  async #stream(uris: readonly string[], signal: AbortSignal, onEnd: () => void): Promise<void> {
    try {
      const stream = await this.#client.listen?.({ resourceSubscriptions: uris })
      if (stream === undefined) return
      const close = (): void => ignoreRejection(stream.close())
      if (signal.aborted) return close()
      signal.addEventListener('abort', close, { once: true })
      if (stream.closed === undefined) return
      await stream.closed
      if (!signal.aborted) onEnd()
    } catch {
      // Then updates are not told.
    }
  }

  /** Lets go of the client, which stays connected: it is not ours. */
  async close(): Promise<void> {
    this.#over ??= new UpstreamFault('lost', 'the connection was closed')
    this.#stopObserving()
    this.content.close()
    for (const request of this.#pending) request.fail(this.#over)
    try {
      await this.#subscription?.close()
    } catch {
      // It is over anyway.
    }
  }

  async #request(request: object, patience: Patience, headers: object = {}): Promise<Members> {
    if (this.#over !== undefined) throw new UpstreamFault('down', this.#over.message)
    checkWaits(patience)
    const leaving = new AbortController()
    const pending: PendingRequest = new PendingRequest(patience, {
      deadlines: this.#deadlines,
      onGivenUp: () => leaving.abort(),
      onSettled: () => this.#pending.delete(pending),
    })
    this.#pending.add(pending)
    void this.#send(request, patience, { pending, signal: leaving.signal, headers })
    return pending.answer
  }

  async #send(
    request: object,
    { maxTimeoutMs = MOST_MS, onProgress }: Patience,
    { pending, signal, headers }: { pending: PendingRequest; signal: AbortSignal; headers: object },
  ): Promise<void> {
    try {
      const result = await this.#client.request(request, ANY_RESULT, {
        signal,
        headers,
        // Deadlines are ours: the client's own is the last one.
        timeout: Math.min(maxTimeoutMs, MOST_MS),
        ...(onProgress !== undefined && {
          onprogress: (progress: unknown) => pending.progress(membersOf(progress)),
        }),
      })
      if (isMembers(result)) pending.take({ kind: 'response', id: undefined, size: 0, result })
      else pending.fail(brokenFault('the result is no object'))
    } catch (thrown) {
      pending.fail(officialFault(thrown))
    }
  }

  #end(): void {
    if (this.#over !== undefined) return
    this.#over = new UpstreamFault('lost', 'the connection of the client is over')
    for (const request of this.#pending) request.fail(this.#over)
    try {
      this.onClosed?.(this.#over)
    } catch {
      // Who listens has no say in the connection.
    }
  }
}

function membersOf(value: unknown): Members {
  return isMembers(value) ? value : {}
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
