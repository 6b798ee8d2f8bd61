// Pending requests: the requests of a connection by their ids, and what the server says of them.

import type { ClientRequest } from './envelope'
import type { RequestId } from '../protocol/json-rpc'
import type { Members } from '../../border/kind'
import { Deadlines } from '../../call/deadlines'
import type { AbandonedCalls } from './abandoned-calls'
import { PendingRequest } from './pending-request'
import type { Patience } from './pending-request'
import type { ServerResponse } from './server-message'
import { UpstreamFault } from './upstream-connection'

/** What a server answers without asking anybody. */
const ASKS_NOTHING: ReadonlySet<string> = new Set(['tools/list', 'ping'])

/** The requests without an answer. Ids are whole numbers from 1. */
export class PendingRequests {
  readonly #byId = new Map<RequestId, PendingRequest>()
  /** One timer serves all requests with the same times. */
  readonly #deadlines: Deadlines
  /** Those during which no server asks. */
  readonly #quiet = new Set<RequestId>()
  #lastId = 0
  readonly #abandoned: Pick<AbandonedCalls, 'isEmpty'>
  /** How many answers belonged to no request. */
  foreign = 0

  constructor(abandoned: Pick<AbandonedCalls, 'isEmpty'>, deadlines = new Deadlines()) {
    this.#abandoned = abandoned
    this.#deadlines = deadlines
  }

  /** The ids of requests that an answer is soon expected for. */
  get awaited(): readonly RequestId[] {
    return [...this.#byId].filter(([, request]) => request.isAwaited).map(([id]) => id)
  }

  nextId(): number {
    return ++this.#lastId
  }

  /** Waits for the answer to a request. `onGivenUp` is called where nobody waits any more. */
  add(
    id: RequestId,
    { method }: Pick<ClientRequest, 'method'>,
    patience: Patience,
    onGivenUp: (fault: UpstreamFault) => void,
  ): PendingRequest {
    if (ASKS_NOTHING.has(method)) this.#quiet.add(id)
    const onSettled = (): void => {
      this.#byId.delete(id)
      this.#quiet.delete(id)
    }
    const request = new PendingRequest(patience, { deadlines: this.#deadlines, onGivenUp, onSettled })
    this.#byId.set(id, request)
    return request
  }

  has(id: RequestId): boolean {
    return this.#byId.has(id)
  }

  /**
   * The request that a question of the server belongs to: that of its stream, or else the only one that is under way. With
   * several, or with one that still runs though nobody waits for it, it cannot be told who is asked.
   */
  askedBy(id: RequestId | undefined): PendingRequest | undefined {
    if (id !== undefined) return canAnswer(this.#byId.get(id))
    if (!this.#abandoned.isEmpty) return undefined
    const busy = [...this.#byId].filter(([own, request]) => request.isAwaited && !this.#quiet.has(own))
    return busy.length === 1 ? canAnswer(busy[0]?.[1]) : undefined
  }

  /** Takes an answer; one of another id is counted. */
  take(response: ServerResponse): void {
    const request = response.id === undefined ? undefined : this.#byId.get(response.id)
    if (request === undefined) this.foreign++
    else request.take(response)
  }

  /** Takes progress. The token of a request is its id. */
  progress(params: Members): void {
    this.#byId.get(params.progressToken as RequestId)?.progress(params)
  }

  /** Ends a stream that the server has cancelled. It cancels no other request. */
  cancelStream({ requestId }: Members): void {
    const request = this.#byId.get(requestId as RequestId)
    if (request?.isAwaited === false) request.fail(new UpstreamFault('lost', 'the server has ended the stream'))
  }

  fail(id: RequestId, fault: UpstreamFault): void {
    this.#byId.get(id)?.fail(fault)
  }

  failAll(fault: UpstreamFault): void {
    for (const request of this.#byId.values()) request.fail(fault)
  }
}

function canAnswer(request: PendingRequest | undefined): PendingRequest | undefined {
  return request?.canAnswer === true ? request : undefined
}
