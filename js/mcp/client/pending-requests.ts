// Pending requests: the requests of a connection by their ids, and what the server says of them.

import type { RequestId } from '../protocol/json-rpc'
import type { Members } from '../../border/kind'
import { Deadlines } from '../../call/deadlines'
import { PendingRequest } from './pending-request'
import type { Patience } from './pending-request'
import type { ServerResponse } from './server-message'
import { UpstreamFault } from './upstream-connection'

/** The requests without an answer. Ids are whole numbers from 1. */
export class PendingRequests {
  readonly #byId = new Map<RequestId, PendingRequest>()
  readonly #deadlines = new Deadlines()
  #lastId = 0
  /** How many answers belonged to no request. */
  foreign = 0

  /** The ids of requests that an answer is soon expected for. */
  get awaited(): readonly RequestId[] {
    return [...this.#byId].filter(([, request]) => request.isAwaited).map(([id]) => id)
  }

  nextId(): number {
    return ++this.#lastId
  }

  /** Waits for the answer to a request. `onGivenUp` is called where nobody waits any more. */
  add(id: RequestId, patience: Patience, onGivenUp: (fault: UpstreamFault) => void): PendingRequest {
    const onSettled = (): void => void this.#byId.delete(id)
    const request = new PendingRequest(patience, { deadlines: this.#deadlines, onGivenUp, onSettled })
    this.#byId.set(id, request)
    return request
  }

  has(id: RequestId): boolean {
    return this.#byId.has(id)
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
