// HTTP transport: requests of clients of both eras → responses. It knows neither `node:http` nor `fetch`.

import { isLater } from '../../border/maybe-promise'
import type { MaybePromise } from '../../border/maybe-promise'
import type { Endpoint } from '../endpoint'
import type { ServerState } from '../methods/method'
import type { OwnFaults } from '../own-faults'
import type { Principal, Principals } from '../principals'
import { readMessage } from '../protocol/json-rpc'
import { writeFault } from '../protocol/answers'
import type { Transport } from '../transport'
import { isRefused } from './authorizer'
import type { Authorizer } from './authorizer'
import { EventStreams } from './events'
import { HostGuard, preflight } from './host-guard'
import { refusal, httpReply } from './http-reply'
import type { HttpReply } from './http-reply'
import type { HttpOutcome, HttpRequest } from './http-request'
import { isCompressed, isJsonType, takesAnswers, takesEvents } from './media-types'
import { MessageReceiver } from './message-receiver'
import { isPublicPath, publicDocument } from './public-document'
import { Sessions } from './sessions'

/** Checked options of HTTP. */
export interface HttpSettings {
  readonly hosts: readonly string[]
  readonly origins: readonly string[]
  /** Whether legacy clients get sessions. */
  readonly hasSessions: boolean
  readonly bodyBytes: number
  readonly receiveMs: number
  readonly depth: number
  readonly sessions: number
  readonly idleMs: number
}

/** What a transport needs of its server. */
export interface HttpParts {
  readonly endpoint: Endpoint
  readonly server: ServerState
  readonly principals: Principals
  readonly authorizer: Authorizer | undefined
  readonly settings: HttpSettings
  readonly faults: OwnFaults
}

/** Serves clients over HTTP. */
export class HttpTransport implements Transport {
  readonly #parts: HttpParts
  readonly #guard: HostGuard
  readonly #sessions: Sessions | undefined
  readonly #streams: EventStreams
  readonly #receiver: MessageReceiver
  #isFinishing = false

  constructor(parts: HttpParts) {
    const { server, settings } = parts
    this.#parts = parts
    this.#guard = new HostGuard(settings.hosts, settings.origins)
    this.#streams = new EventStreams(server.registry.closures.clock)
    if (settings.hasSessions && server.hasLegacy)
      this.#sessions = new Sessions(server, { most: settings.sessions, idleMs: settings.idleMs })
    this.#receiver = new MessageReceiver({ ...parts, sessions: this.#sessions, streams: this.#streams })
  }

  /** Answers a request. It never rejects. */
  async serve(request: HttpRequest): Promise<HttpOutcome> {
    const end = this.#receiver.begin()
    try {
      const document = this.#document(request)
      if (document !== undefined) return document
      const origin = request.header('origin')
      const refused = this.#guard.refuse(request.header('host'), origin)
      if (refused !== undefined) return refused
      const cors = origin === undefined ? undefined : this.#guard.corsHeaders(origin)
      if (cors === undefined) return await this.#answer(request)
      const outcome = preflight(request, this.#methods) ?? (await this.#answer(request))
      return { ...outcome, headers: { ...outcome.headers, ...cors } }
    } catch (thrown) {
      // The message is not known.
      return httpReply(500, writeFault(this.#parts.faults.tell(thrown, { method: request.method })))
    } finally {
      end()
    }
  }

  /** Ends streams with their last message, and takes no new requests. Resolves when those under way are answered. */
  finish(): Promise<void> {
    this.#isFinishing = true
    this.#receiver.completeStreams()
    this.#sessions?.endStreams()
    return this.#receiver.idle()
  }

  /** Ends everything: calls are cancelled. */
  close(): void {
    this.#isFinishing = true
    this.#receiver.close()
    this.#sessions?.close()
  }

  #answer(request: HttpRequest): MaybePromise<HttpOutcome> {
    if (this.#isFinishing) return closing()
    switch (request.method) {
      case 'POST':
        return this.#post(request)
      case 'GET':
      case 'DELETE':
        return this.#inSession(request)
      default:
        return this.#notAllowed(this.#methods)
    }
  }

  /** Answers a request for a document of authorization, which is for everybody: also for pages of any origin. */
  #document(request: HttpRequest): HttpReply | undefined {
    const { authorizer } = this.#parts
    if (authorizer === undefined || !isPublicPath(request.path)) return undefined
    return this.#guard.refuse(request.header('host'), undefined) ?? publicDocument(request, authorizer)
  }

  async #post(request: HttpRequest): Promise<HttpOutcome> {
    const { settings } = this.#parts
    const sender = this.#authorize(request)
    const principal = isLater(sender) ? await sender : sender
    if (isRefused(principal)) return principal
    if (!isJsonType(request.header('content-type')))
      return refusal(415, 'the body must be JSON: send the header "content-type: application/json"')
    if (isCompressed(request.header('content-encoding')) && !request.isBodyRead)
      return refusal(415, 'the body must not be compressed: leave out the header "content-encoding"')
    if (!takesAnswers(request.header('accept')))
      return refusal(406, 'an answer is JSON or a stream of events: send "accept: application/json, text/event-stream"')
    const body = await request.readBody({ bytes: settings.bodyBytes, ms: settings.receiveMs })
    if (typeof body !== 'string') return body
    // Authorization and a body take their time: nothing begins once the server is closing.
    if (this.#isFinishing) return closing()
    return this.#receiver.receive(readMessage(body, settings.depth), principal, request)
  }

  /** Answers a GET or a DELETE: those of a session of a legacy client. */
  async #inSession(request: HttpRequest): Promise<HttpOutcome> {
    const sessions = this.#sessions
    const principal = await this.#authorize(request)
    if (isRefused(principal)) return principal
    if (this.#isFinishing) return closing()
    const id = request.header('mcp-session-id')
    if (sessions === undefined || id === undefined) return this.#notAllowed('POST')
    const session = sessions.use(id, principal)
    if (session === undefined) return refusal(404, 'the session is not known: open another one by "initialize"')
    if (request.method === 'DELETE') {
      sessions.end(session)
      return httpReply(204, [])
    }
    if (!takesEvents(request.header('accept')))
      return refusal(406, 'the answer is a stream of events: send "accept: text/event-stream"')
    return this.#receiver.push(session, principal)
  }

  #authorize(request: HttpRequest): MaybePromise<Principal | HttpReply> {
    const { authorizer, principals } = this.#parts
    if (authorizer !== undefined) return authorizer.authorize(request)
    return principals.only ?? principals.establish({ transport: 'http', headers: request.headers })
  }

  #notAllowed(allow: string): HttpReply {
    return refusal(405, `this method is not served: use ${allow}`, { allow })
  }

  get #methods(): string {
    return this.#sessions === undefined ? 'POST' : 'GET, POST, DELETE'
  }
}

function closing(): HttpReply {
  return refusal(503, 'the server is closing')
}
