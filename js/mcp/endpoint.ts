// Endpoint: judges each message by itself, and answers it. Transports know nothing of methods, and methods nothing of
// transports.

import { onAbort } from '../call/abort-signals'
import type { CancelSignal } from '../call/abort-signals'
import { chain } from '../border/maybe-promise'
import type { MaybePromise } from '../border/maybe-promise'
import type * as ownCalls from './methods/call-own-tool'
import { callTool } from './methods/call-tool'
import type * as contentMethods from './methods/content'
import { discover, initialize, ping } from './methods/discover'
import { listTools } from './methods/list-tools'
import { listen } from './methods/listen'
import type { Method, MethodAnswer, ServedRequest, ServerState } from './methods/method'
import { setLevel } from './methods/set-level'
import type { OwnFaults } from './own-faults'
import { modernMembers, writeFault, writeResult } from './protocol/answers'
import { ACCEPTED, SILENCE } from './protocol/exchange'
import type { AnswerReply, Exchange, Reply, StreamReply } from './protocol/exchange'
import { INVALID_REQUEST, METHOD_NOT_FOUND, fault } from './protocol/json-rpc'
import type { Message, NotificationMessage, ProtocolFault, RequestMessage } from './protocol/json-rpc'
import { judgeEra } from './protocol/request-era'
import type { Revision } from './protocol/revisions'

/** Calls a tool of the registry, or one of the server's own: most servers have none. */
const callAnyTool: Method = (server, request) => {
  if (!server.exposure.owns(request.params.name)) return callTool(server, request)
  return (require('./methods/call-own-tool') as typeof ownCalls).callOwnTool(server, request)
}

/** The methods of clients that name their revision in each request. */
const MODERN: ReadonlyMap<string, Method> = new Map([
  ['server/discover', discover],
  ['tools/list', listTools],
  ['tools/call', callAnyTool],
  ['subscriptions/listen', listen],
])

/** The methods of clients that open with `initialize`. */
const LEGACY: ReadonlyMap<string, Method> = new Map([
  ['initialize', initialize],
  ['ping', ping],
  ['logging/setLevel', setLevel],
  ['tools/list', listTools],
  ['tools/call', callAnyTool],
])

/** The methods of an era, with those of the resources and prompts of a server: most servers have none. */
function withContent(methods: ReadonlyMap<string, Method>, { content }: ServerState, isModern: boolean) {
  if (content === undefined) return methods
  const all = (require('./methods/content') as typeof contentMethods).contentMethods(content, isModern)
  const served = [...all].map(([name, answer]): [string, Method] => [
    name,
    (server, request) => answer(server, content, request),
  ])
  return new Map([...methods, ...served])
}

/** Answers the messages of all clients. */
export class Endpoint {
  readonly #server: ServerState
  readonly #faults: OwnFaults
  readonly #opening: string
  readonly #questionOpening: string
  readonly #modern: ReadonlyMap<string, Method>
  readonly #legacy: ReadonlyMap<string, Method>

  constructor(server: ServerState, faults: OwnFaults) {
    this.#server = server
    this.#faults = faults
    this.#opening = modernMembers(server.serverInfo)
    this.#questionOpening = modernMembers(server.serverInfo, undefined, 'input_required')
    this.#modern = withContent(MODERN, server, true)
    this.#legacy = withContent(LEGACY, server, false)
  }

  /** Answers a message. It never rejects. */
  receive(message: Message | ProtocolFault, exchange: Exchange): MaybePromise<Reply> {
    switch (message.kind) {
      case 'fault':
        return faultReply(message)
      case 'notification':
        return this.#take(message, exchange)
      case 'response':
        exchange.connection?.answer(message)
        return ACCEPTED
      case 'request':
        return this.#answer(message, exchange)
    }
  }

  #take({ method, params }: NotificationMessage, { connection }: Exchange): Reply {
    const id = params?.requestId
    if (method === 'notifications/cancelled' && (typeof id === 'string' || typeof id === 'number'))
      connection?.cancel(id)
    else if (method === 'notifications/initialized') connection?.initialized()
    return ACCEPTED
  }

  #answer(request: RequestMessage, exchange: Exchange): MaybePromise<Reply> {
    const { id } = request
    const { connection } = exchange
    if (connection === undefined) return this.#serve(request, exchange, exchange.signal)
    if (connection.isBusy(id)) {
      const message = 'a request with this id is not answered yet: use another id'
      return faultReply(fault(INVALID_REQUEST, message, { id, status: 400 }))
    }
    const signal = connection.begin(id)
    // An HTTP request of a session may end before the session does.
    const stop = exchange.signal && onAbort(exchange.signal, () => connection.cancel(id))
    return this.#serve(request, exchange, signal, () => {
      stop?.()
      connection.end(id)
    })
  }

  /** `ended` is called when the request is answered. */
  async #serve(
    request: RequestMessage,
    exchange: Exchange,
    signal: CancelSignal | undefined,
    ended?: () => void,
  ): Promise<Reply> {
    try {
      return await this.#call(request, exchange, signal)
    } catch (thrown) {
      return signal?.aborted ? SILENCE : faultReply(this.#faults.tell(thrown, request))
    } finally {
      ended?.()
    }
  }

  #call(request: RequestMessage, exchange: Exchange, signal: CancelSignal | undefined): MaybePromise<Reply> {
    const { id, method, params = {}, text } = request
    const hints = { header: exchange.revisionHeader, agreed: exchange.connection?.agreed }
    const revision = judgeEra(request, hints, this.#server.hasLegacy)
    if ('kind' in revision) return faultReply(revision)
    const answer = (revision.isModern ? this.#modern : this.#legacy).get(method)
    if (answer === undefined) return faultReply(unknownMethod(request, revision))
    return chain(answer(this.#server, { id, params, text, revision, exchange, signal }), (given) => {
      if (!signal?.aborted) return this.#reply(given, { id, revision })
      if (isStream(given)) given.discard()
      return SILENCE
    })
  }

  #reply(answer: MethodAnswer, { id, revision }: Pick<ServedRequest, 'id' | 'revision'>): Reply {
    if ('members' in answer) {
      const { members } = answer
      const all = !revision.isModern
        ? members
        : members.length === 0
          ? [this.#opening]
          : [`${answer.isInputRequired === true ? this.#questionOpening : this.#opening},`, ...members]
      return { kind: 'answer', pieces: writeResult(id, all), status: 200 }
    }
    return answer.kind === 'fault' ? faultReply(answer) : answer
  }
}

function unknownMethod({ id, method }: RequestMessage, { isModern }: Revision): ProtocolFault {
  // Source: 2026-07-28, "Streamable HTTP", protocol version header: 404 for a method that is not served.
  return fault(METHOD_NOT_FOUND, `method "${method}" is not served`, { id, status: isModern ? 404 : 200 })
}

function isStream(answer: MethodAnswer): answer is StreamReply {
  return 'kind' in answer && answer.kind === 'stream'
}

function faultReply(found: ProtocolFault): AnswerReply {
  return { kind: 'answer', pieces: writeFault(found), status: found.status }
}
