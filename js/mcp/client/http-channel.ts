// HTTP channel: a POST for each message, and its answer as JSON or as a stream of events (streamable HTTP).

import type { Members } from '../../border/kind'
import { startIdleTimer, withDeadline } from '../../border/timers'
import type { RequestId } from '../protocol/json-rpc'
import { AbandonedCalls } from './abandoned-calls'
import { canBeAsked } from './channel'
import type { Channel, ChannelListener } from './channel'
import type { ClientLimits } from './client-limits'
import { writeNotice, writeRequest } from './envelope'
import type { ClientRequest, Dialect } from './envelope'
import { readAnswer, readEvents } from './http-answer'
import { statusFault, statusOf } from './http-fault'
import { configuredHeaders, messageHeaders } from './http-headers'
import type { ConfiguredHeaders } from './http-headers'
import { sendRedirected } from './http-sender'
import type { HttpRequest, HttpResponse, HttpSender } from './http-sender'
import { HttpSession } from './http-session'
import { brokenFault, checkWaits } from './pending-request'
import type { Patience } from './pending-request'
import { PendingRequests } from './pending-requests'
import { Secrets } from './secrets'
import type { ServerMessage, ServerRequest } from './server-message'
import { answerServer } from './server-requests'
import { Subscription } from './subscription'
import { UpstreamFault } from './upstream-connection'

/** What a channel needs. */
export interface HttpParts {
  readonly url: URL
  readonly headers: ConfiguredHeaders
  readonly sender: HttpSender
  readonly limits: ClientLimits
  /** What a legacy server is told that it may ask. */
  readonly capabilities?: Members | undefined
}

/** How long small messages may take, to which no call belongs: cancellations, answers, the end of a session. */
const ASIDE_MS = 5_000
/** How long the end of a stream is waited for once its answer was read, in ms. */
const DRAIN_MS = 1_000

/** A connection over HTTP: its requests are independent of each other. */
export class HttpChannel implements Channel {
  readonly isHttp = true
  dialect: Dialect
  listener: ChannelListener | undefined
  readonly capabilities: Members
  /** Agrees with a legacy server anew, where its session is over. */
  renew: (() => Promise<void>) | undefined
  readonly #parts: HttpParts
  readonly #abandoned = new AbandonedCalls((signal) => this.request({ method: 'ping' }, { signal }))
  readonly #pending = new PendingRequests(this.#abandoned)
  readonly #subscription = new Subscription(this, (fault) => this.#tellEnd(fault))
  readonly #secrets = new Secrets()
  readonly #session = new HttpSession(() => this.renew?.())
  /** What is under way. */
  readonly #exchanges = new Set<AbortController>()
  /** Whether it was closed, or has told that it is over. */
  #isOver = false
  #isClosed = false

  constructor(parts: HttpParts, dialect: Dialect) {
    this.#parts = parts
    this.dialect = dialect
    this.capabilities = parts.capabilities ?? {}
  }

  async request(request: ClientRequest, patience: Patience): Promise<Members> {
    if (this.#isClosed) throw new UpstreamFault('down', 'the connection was closed')
    if (request.method === 'tools/call') await this.#abandoned.whenClear()
    if (request.method !== 'initialize') await this.#session.ready()
    const { id } = this.#session
    checkWaits(patience)
    try {
      return await this.#post(request, patience)
    } catch (thrown) {
      if (id === undefined || statusOf(thrown as UpstreamFault) !== 404) throw thrown
      this.#session.expire(id)
      // A call is not sent again, whatever the server meant.
      if (request.isSafe !== true) throw thrown
    }
    await this.#session.ready()
    return this.#post(request, patience)
  }

  async notify(method: string, params?: Members): Promise<void> {
    await this.#aside(writeNotice(method, params, this.dialect), method)
  }

  listen(notifications: Members): void {
    if (this.#isOver) return
    if (this.dialect.era === 'legacy') void this.#openStream()
    else this.#subscription.open(notifications)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#isOver = true
    this.#pending.failAll(new UpstreamFault('lost', 'the connection was closed'))
    for (const exchange of this.#exchanges) exchange.abort()
    const { termMs } = this.#parts.limits
    // The function headers may take for ever.
    if (this.#session.id !== undefined) await withDeadline(this.#endSession(termMs), termMs, () => {}).catch(() => {})
    this.#parts.sender.close()
  }

  async #post(request: ClientRequest, patience: Patience): Promise<Members> {
    const id = this.#pending.nextId()
    const text = writeRequest(id, request, this.dialect, patience.onProgress && id)
    const leaving = this.#start()
    const pending = this.#pending.add(id, request, patience, () => {
      leaving.abort()
      // Source: 2026-07-28, "Cancellation": to a modern server the end of the response says it.
      if (this.dialect.era !== 'legacy' || request.method === 'initialize') return
      // It may still run, and ask.
      if (request.method === 'tools/call' && canBeAsked(this)) this.#abandoned.add()
      this.notify('notifications/cancelled', { requestId: id, reason: 'nobody waits any more' }).catch(() => {})
    })
    const exchange = this.#exchange(id, request, text, { signal: leaving.signal, keepsProcess: pending.isAwaited })
    void exchange.catch((thrown: unknown) => this.#pending.fail(id, this.#secrets.hideInFault(faultOf(thrown))))
    try {
      return await pending.answer
    } finally {
      // A stream ends after its answer; one that does not is left.
      const stop = startIdleTimer(DRAIN_MS, () => leaving.abort())
      const end = (): void => {
        stop()
        this.#exchanges.delete(leaving)
      }
      void exchange.then(end, end)
    }
  }

  #start(): AbortController {
    const exchange = new AbortController()
    this.#exchanges.add(exchange)
    return exchange
  }

  /** Sends a request and reads what comes for it. Rejects with a fault where there is no answer. */
  async #exchange(
    id: RequestId,
    request: ClientRequest,
    text: string,
    how: Pick<HttpRequest, 'signal' | 'keepsProcess'>,
  ): Promise<void> {
    const response = await this.#send({ method: 'POST', body: text, ...how }, request)
    if (request.method === 'initialize') this.#session.open(response.header('mcp-session-id'))
    await readAnswer(response, id, {
      limits: this.#parts.limits,
      take: (message) => this.#receive(message, id),
      isList: request.method === 'tools/list' ? (answered) => answered === id : undefined,
    })
    if (this.#pending.has(id))
      this.#pending.fail(id, new UpstreamFault('lost', 'the stream of the answer ended without it; it may have run'))
  }

  async #send(
    request: Omit<HttpRequest, 'url' | 'headers'>,
    message: Pick<ClientRequest, 'method' | 'headers'>,
  ): Promise<HttpResponse> {
    const { url, headers, sender } = this.#parts
    const own = await configuredHeaders(headers)
    this.#secrets.addHeaders(own)
    const ours = messageHeaders(message, this.dialect, this.#session.id)
    return sendRedirected(sender, { ...request, url, headers: { ...own, ...ours } })
  }

  #receive(message: ServerMessage, id?: RequestId): void {
    switch (message.kind) {
      case 'response':
        // An answer to another request than that of its stream is foreign.
        if (message.id === id || message.id === undefined)
          this.#pending.take(this.#secrets.hideInResponse({ ...message, id }))
        else this.#pending.foreign++
        break
      case 'notice':
        if (message.method === 'notifications/progress') this.#pending.progress(this.#secrets.hideIn(message.params))
        else if (!this.#isOver) this.listener?.onNotice(message.method, message.params)
        break
      case 'request':
        this.#answer(message, id)
        break
      case 'noise':
        if (id !== undefined) this.#pending.fail(id, brokenFault(`the answer is no message of MCP: ${message.reason}`))
    }
  }

  /** Answers a request of a legacy server. A modern one has none. */
  #answer(request: ServerRequest, streamOf: RequestId | undefined): void {
    if (this.dialect.era === 'modern') return
    void answerServer(request, { pending: this.#pending, capabilities: this.capabilities }, streamOf)
      .then((text) => this.#aside(text, request.method))
      .catch(() => {})
  }

  /** Sends a message that has no answer. */
  async #aside(text: string, method: string): Promise<void> {
    const exchange = this.#start()
    const { signal } = exchange
    const stop = startIdleTimer(ASIDE_MS, () => exchange.abort())
    try {
      const response = await this.#send({ method: 'POST', body: text, signal, keepsProcess: true }, { method })
      response.cancel()
      if (response.status >= 300) throw statusFault(response.status)
    } finally {
      stop()
      this.#exchanges.delete(exchange)
    }
  }

  /** The stream of a legacy session: what the server says by itself. A server without one refuses it. */
  async #openStream(): Promise<void> {
    const exchange = this.#start()
    const { signal } = exchange
    try {
      const response = await this.#send({ method: 'GET', signal, keepsProcess: false }, { method: '' })
      const isStream = response.status === 200 && response.header('content-type')?.startsWith('text/event-stream')
      if (isStream !== true) return response.cancel()
      await readEvents(response, { limits: this.#parts.limits, take: (message) => this.#receive(message) })
      this.#tellEnd(new UpstreamFault('lost', 'the server has ended the stream of changes'))
    } catch (thrown) {
      this.#tellEnd(thrown as UpstreamFault)
    } finally {
      this.#exchanges.delete(exchange)
    }
  }

  async #endSession(ms: number): Promise<void> {
    const signal = AbortSignal.timeout(ms)
    const response = await this.#send({ method: 'DELETE', signal, keepsProcess: true }, { method: '' })
    response.cancel()
  }

  #tellEnd(fault: UpstreamFault): void {
    if (this.#isOver) return
    this.#isOver = true
    this.listener?.onChannelClosed(fault)
  }
}

/** What was thrown, as a fault. Others than faults are mistakes of ours, or of a `fetch`: the request may have run. */
function faultOf(thrown: unknown): UpstreamFault {
  return thrown instanceof UpstreamFault ? thrown : new UpstreamFault('lost', 'the request failed; it may have run')
}
