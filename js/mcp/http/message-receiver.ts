// Message receiver: a posted message → its response: era, session, header equality, and what is under way.

import { chain } from '../../border/maybe-promise'
import type { MaybePromise } from '../../border/maybe-promise'
import { CancelSignal } from '../../call/abort-signals'
import type { Endpoint } from '../endpoint'
import type { ServerState } from '../methods/method'
import { noticesTo } from '../notices/notice-sink'
import { wantsNotices } from '../notices/wanted-notices'
import type { OwnFaults } from '../own-faults'
import type { Principal } from '../principals'
import { writeFault } from '../protocol/answers'
import type { Exchange, Reply, StreamReply, TraceContext } from '../protocol/exchange'
import { INTERNAL_ERROR, INVALID_REQUEST, fault } from '../protocol/json-rpc'
import type { Message, ProtocolFault, RequestMessage } from '../protocol/json-rpc'
import { isModernHeader, isModernRequest } from '../protocol/request-era'
import { MODERN } from '../protocol/revisions'
import type { Authorizer } from './authorizer'
import { endWithToken } from './token-expiry'
import { EVENT_HEADERS } from './events'
import type { EventStreams } from './events'
import { checkHeaders } from './header-equality'
import { httpReply, refusal } from './http-reply'
import type { HttpReply } from './http-reply'
import type { HttpOutcome, HttpRequest } from './http-request'
import { takesEvents } from './media-types'
import { OpenRequests } from './open-requests'
import { ResponseStream } from './response-stream'
import type { Session } from './session'
import type { Sessions } from './sessions'

/** Requests for resources and prompts that run code of a program, or ask an upstream. */
const CONTENT_CALLS: ReadonlySet<string> = new Set(['resources/read', 'prompts/get', 'completion/complete'])

/** What a receiver needs of its transport. */
export interface ReceiverParts {
  readonly endpoint: Endpoint
  readonly server: ServerState
  readonly authorizer: Authorizer | undefined
  readonly faults: OwnFaults
  /** The sessions of legacy clients, if they get any. */
  readonly sessions: Sessions | undefined
  readonly streams: EventStreams
}

/** Receives messages. */
export class MessageReceiver {
  readonly #parts: ReceiverParts
  readonly #open = new OpenRequests()

  constructor(parts: ReceiverParts) {
    this.#parts = parts
  }

  /** Answers a message. It never rejects. */
  async receive(message: Message | ProtocolFault, principal: Principal, request: HttpRequest): Promise<HttpOutcome> {
    try {
      return await this.#receive(message, principal, request)
    } catch (thrown) {
      return this.#ownFault(thrown, message, request)
    }
  }

  #receive(message: Message | ProtocolFault, principal: Principal, request: HttpRequest): MaybePromise<HttpOutcome> {
    const revisionHeader = request.header('mcp-protocol-version')
    if (message.kind === 'request') {
      return isModernRequest(message, revisionHeader)
        ? this.#serveModern(message, { principal, revisionHeader }, request)
        : this.#serveLegacy(message, { principal, revisionHeader }, request)
    }
    const isModern = isModernHeader(revisionHeader)
    if (message.kind === 'response' && isModern)
      return httpReply(400, writeFault(fault(INVALID_REQUEST, 'the server has asked nothing')))
    const session = isModern ? undefined : this.#session(principal, request)
    if (session === 'unknown') return unknownSession()
    const reply = this.#parts.endpoint.receive(message, { principal, connection: session?.connection })
    return chain(reply, (made) => this.#outcome(made, principal))
  }

  /** Opens the stream of a session: notifications for a legacy client. */
  push(session: Session, principal: Principal): HttpOutcome {
    const { server, streams } = this.#parts
    // A list that cannot be made is a fault of the server, before anything is sent.
    session.look(principal)
    const leave = server.admission.streams.enter(principal.key)
    if (leave === undefined) return refusal(503, 'too many streams are open: close one')
    return {
      kind: 'stream',
      headers: EVENT_HEADERS,
      open: (sink) => {
        const stream = streams.open(sink)
        stream.beat()
        const end = session.open(stream, principal, leave)
        return endWithToken(principal, server.registry.closures.clock, end)
      },
      discard: leave,
    }
  }

  /** Begins a request of which no message is known yet: a closing server waits for it. The returned function ends it. */
  begin(): () => void {
    return this.#open.begin()
  }

  /** Ends all streams of `subscriptions/listen`, with their last message. */
  completeStreams(): void {
    this.#open.completeStreams()
  }

  /** Resolves when all requests are answered. */
  idle(): Promise<void> {
    return this.#open.idle()
  }

  /** Cancels all requests. */
  close(): void {
    this.#open.close()
  }

  #serveModern(message: RequestMessage, exchange: Exchange, request: HttpRequest): MaybePromise<HttpOutcome> {
    // Which arguments have headers is known with the tools.
    const ready = message.method === 'tools/call' ? this.#parts.server.whenReady() : undefined
    return ready === undefined
      ? this.#serveChecked(message, exchange, request)
      : ready.then(() => this.#serveChecked(message, exchange, request))
  }

  #serveChecked(message: RequestMessage, exchange: Exchange, request: HttpRequest): MaybePromise<HttpOutcome> {
    const { views, exposure } = this.#parts.server
    const wrong = checkHeaders(message, request, (tool) =>
      exposure.owns(tool) ? [] : views.headerArguments(exchange.principal, MODERN.shape, tool),
    )
    if (wrong !== undefined) return httpReply(wrong.status, writeFault(wrong))
    return this.#serve(message, exchange, request)
  }

  async #serveLegacy(message: RequestMessage, exchange: Exchange, request: HttpRequest): Promise<HttpOutcome> {
    const { principal } = exchange
    if (message.method === 'initialize') return this.#initialize(message, exchange, request)
    const session = this.#session(principal, request)
    if (session === 'unknown') return unknownSession(message)
    if (session === undefined) return this.#serve(message, exchange, request)
    const inSession = { ...exchange, connection: session.connection }
    return this.#serve(message, inSession, request, () => this.#parts.sessions?.touch(session))
  }

  async #initialize(message: RequestMessage, exchange: Exchange, request: HttpRequest): Promise<HttpOutcome> {
    const { sessions } = this.#parts
    if (sessions === undefined) return this.#serve(message, exchange, request)
    const session = sessions.make(exchange.principal)
    const { connection } = session
    const outcome = await this.#serve(message, { ...exchange, connection }, request)
    if (connection.agreed === undefined) return outcome
    if (sessions.add(session)) return { ...outcome, headers: { ...outcome.headers, 'mcp-session-id': session.id } }
    return httpReply(503, writeFault(fault(INTERNAL_ERROR, 'too many sessions are in use', { id: message.id })))
  }

  /** The answer where the server itself fails: with the id of a request, and without the error. */
  #ownFault(thrown: unknown, message: Message | ProtocolFault, request: HttpRequest): HttpReply {
    const { faults } = this.#parts
    if (message.kind === 'request') return httpReply(200, writeFault(faults.tell(thrown, message)))
    const method = message.kind === 'notification' ? message.method : request.method
    return httpReply(500, writeFault(faults.tell(thrown, { method })))
  }

  #session(principal: Principal, request: HttpRequest): Session | 'unknown' | undefined {
    const { sessions } = this.#parts
    const id = request.header('mcp-session-id')
    return sessions === undefined || id === undefined ? undefined : (sessions.use(id, principal) ?? 'unknown')
  }

  /** `ended` is called when the message is answered: its response may have begun before. */
  async #serve(
    message: RequestMessage,
    exchange: Exchange,
    request: HttpRequest,
    ended?: () => void,
  ): Promise<HttpOutcome> {
    const { endpoint, authorizer, server } = this.#parts
    const isCall = message.method === 'tools/call'
    const isContent = CONTENT_CALLS.has(message.method)
    const tool = server.exposure.calledTool(message.params ?? {})
    if (authorizer !== undefined && isCall && typeof tool === 'string') {
      const refused = await authorizer.refuseCall(exchange.principal, tool)
      if (refused !== undefined) return refused
    }
    if (authorizer !== undefined && isContent) {
      const refused = await authorizer.refuseContent(exchange.principal, message)
      if (refused !== undefined) return refused
    }
    // It may have waited for its tools until now.
    if (this.#open.isClosed) return closed(message)
    const whole = { ...exchange, traceContext: traceOf(request) }
    if (isCall || isContent) return this.#serveCall(message, whole, request, ended)
    try {
      return this.#outcome(await endpoint.receive(message, whole), exchange.principal, message)
    } finally {
      ended?.()
    }
  }

  /** Answers a call: what runs code of a program is worth cancelling, and may tell its client something before the answer. */
  async #serveCall(
    message: RequestMessage,
    exchange: Exchange,
    request: HttpRequest,
    ended?: () => void,
  ): Promise<HttpOutcome> {
    const signal = new CancelSignal()
    const end = this.#open.addCall(signal)
    const stop = request.onGone(() => signal.abort())
    const response =
      wantsNotices(message.params, exchange.connection) && takesEvents(request.header('accept'))
        ? new ResponseStream({ streams: this.#parts.streams, onGone: () => signal.abort() })
        : undefined
    const answer = this.#answer(message, { ...exchange, signal, notices: response && noticesTo(response) }, () => {
      stop()
      end()
      ended?.()
    })
    const respond = (reply: Reply): HttpOutcome => this.#outcome(reply, exchange.principal, message)
    return response === undefined ? respond(await answer) : response.outcome(answer, respond)
  }

  async #answer(message: RequestMessage, exchange: Exchange, ended: () => void): Promise<Reply> {
    try {
      return await this.#parts.endpoint.receive(message, exchange)
    } finally {
      ended()
    }
  }

  #outcome(reply: Reply, principal: Principal, message?: RequestMessage): HttpOutcome {
    switch (reply.kind) {
      case 'answer':
        return httpReply(reply.status, reply.pieces)
      case 'accepted':
        return httpReply(202, [])
      case 'silence':
        return this.#silence(message)
      case 'stream':
        return this.#stream(reply, principal)
    }
  }

  /** The response of a request that was cancelled: it has no message. */
  #silence(message: RequestMessage | undefined): HttpReply {
    return this.#open.isClosed ? closed(message) : httpReply(200, [], EVENT_HEADERS)
  }

  #stream(reply: StreamReply, principal: Principal): HttpOutcome {
    const { server, streams } = this.#parts
    return {
      kind: 'stream',
      headers: EVENT_HEADERS,
      open: (sink) => {
        const stream = streams.open(sink)
        const open = reply.open(stream)
        const end = this.#open.addStream(open, stream)
        const { clock } = server.registry.closures
        return endWithToken(principal, clock, end, () => open.complete())
      },
      discard: reply.discard,
    }
  }
}

function unknownSession(message?: RequestMessage): HttpReply {
  return refusal(404, 'the session is not known: open another one by "initialize"', undefined, message?.id)
}

function closed(message?: RequestMessage): HttpReply {
  return refusal(503, 'the server is closed', undefined, message?.id)
}

/** The trace context of a request. */
function traceOf(request: HttpRequest): TraceContext | undefined {
  const traceparent = request.header('traceparent')
  if (traceparent === undefined) return undefined
  return { traceparent, tracestate: request.header('tracestate'), baggage: request.header('baggage') }
}
