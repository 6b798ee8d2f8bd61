// Connection: what lasts longer than one message, on stdio or in a legacy session over HTTP.

import type { LogLevel } from '../../../index'
import type { Members } from '../../border/kind'
import { CancelSignal } from '../../call/abort-signals'
import type { ContentSubscriber } from '../content/content-subscriber'
import { IdleWaiters } from '../idle-waiters'
import type { OpenStream } from './exchange'
import type { RequestId, ResponseMessage } from './json-rpc'
import type { Revision } from './revisions'

/** A connection with one client. */
export class Connection {
  /** The revision that `initialize` agreed on. */
  agreed: Revision | undefined
  /** The level of log messages that a legacy client wants; `undefined`: none. */
  logLevel: LogLevel | undefined
  /** What a legacy client can do. */
  capabilities: Members = {}
  /** What tells a legacy client of changed resources and prompts. */
  content: ContentSubscriber | undefined
  /** Called when a legacy client says that it is ready for notifications. */
  readonly #onInitialized: (() => void) | undefined
  /** Requests that are not answered yet, by id; each with what cancels it. */
  readonly #requests = new Map<RequestId, CancelSignal>()
  /** Open streams of `subscriptions/listen`, by the id of the request. */
  readonly #streams = new Map<RequestId, OpenStream>()
  /** Questions of the server that are not answered yet, by id; each with what takes the answer. */
  readonly #questions = new Map<RequestId, (response: Partial<ResponseMessage>) => void>()
  #asked = 0
  readonly #idle = new IdleWaiters()
  #isClosed = false

  constructor(onInitialized?: () => void) {
    this.#onInitialized = onInitialized
  }

  /** Whether a request with an id is not answered yet, or its stream is open. */
  isBusy(id: RequestId): boolean {
    return this.#requests.has(id) || this.#streams.has(id)
  }

  /** Whether a request is not answered yet, or a stream is open. */
  get hasRequests(): boolean {
    return this.#requests.size > 0 || this.#streams.size > 0
  }

  initialized(): void {
    if (this.agreed !== undefined) this.#onInitialized?.()
  }

  /** Begins a request; its signal aborts when the client cancels it. */
  begin(id: RequestId): CancelSignal {
    const signal = new CancelSignal()
    // It was closed after the request had arrived.
    if (this.#isClosed) signal.abort()
    this.#requests.set(id, signal)
    return signal
  }

  end(id: RequestId): void {
    this.#requests.delete(id)
    if (this.#requests.size === 0) this.#idle.wake()
  }

  /** Resolves when all requests are answered. */
  idle(): Promise<void> {
    return this.#idle.wait(this.#requests.size === 0)
  }

  addStream(id: RequestId, stream: OpenStream): void {
    this.#streams.set(id, stream)
  }

  /** Begins a question of the server. Its response is empty where nobody answers it any more. */
  ask(): { readonly id: string; readonly response: Promise<Partial<ResponseMessage>> } {
    const id = `toolrack-${++this.#asked}`
    const response = new Promise<Partial<ResponseMessage>>((resolve) => {
      if (this.#isClosed) resolve({})
      else this.#questions.set(id, resolve)
    })
    return { id, response }
  }

  /** Takes the answer to a question. One that is not known was answered, or is asked no more. */
  answer(response: ResponseMessage): void {
    if (response.id !== undefined) this.#settle(response.id, response)
  }

  /** Asks a question no more. */
  forget(id: RequestId): void {
    this.#settle(id, {})
  }

  #settle(id: RequestId, response: Partial<ResponseMessage>): void {
    const resolve = this.#questions.get(id)
    this.#questions.delete(id)
    resolve?.(response)
  }

  /** Cancels a request, or ends its stream. An id that is not known is that of a request which was answered meanwhile. */
  cancel(id: RequestId): void {
    this.#requests.get(id)?.abort()
    const stream = this.#streams.get(id)
    this.#streams.delete(id)
    stream?.cancel()
  }

  /** Ends all streams, with their last message. Returns the ids of their requests. */
  completeStreams(): readonly RequestId[] {
    const streams = [...this.#streams]
    this.#streams.clear()
    for (const [, stream] of streams) stream.complete()
    return streams.map(([id]) => id)
  }

  /** Ends everything: the client is gone, or has waited long enough. */
  close(): void {
    this.#isClosed = true
    this.content?.close()
    for (const signal of this.#requests.values()) signal.abort()
    for (const stream of this.#streams.values()) stream.cancel()
    for (const id of this.#questions.keys()) this.forget(id)
    this.#requests.clear()
    this.#streams.clear()
  }
}
