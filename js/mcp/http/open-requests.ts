// Open requests: what is under way over HTTP, so that a server can end it.

import type { CancelSignal } from '../../call/abort-signals'
import { IdleWaiters } from '../idle-waiters'
import type { OpenStream } from '../protocol/exchange'
import type { EventStream } from './events'

/** A stream of `subscriptions/listen` with the response that it is sent in. */
interface SentStream {
  readonly stream: OpenStream
  readonly events: EventStream
}

/** Requests and streams that are under way. */
export class OpenRequests {
  readonly #calls = new Set<CancelSignal>()
  readonly #streams = new Set<SentStream>()
  #count = 0
  #isFinishing = false
  #isClosed = false
  readonly #idle = new IdleWaiters()

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Begins a request. The returned function ends it. */
  begin(): () => void {
    this.#count++
    return () => {
      if (--this.#count === 0) this.#idle.wake()
    }
  }

  /** Adds a call: {@link close} aborts it, and {@link idle} waits for it. The returned function ends it. */
  addCall(call: CancelSignal): () => void {
    const end = this.begin()
    this.#calls.add(call)
    return () => {
      this.#calls.delete(call)
      end()
    }
  }

  /** Adds an open stream. The returned function ends it: its client is gone. */
  addStream(stream: OpenStream, events: EventStream): () => void {
    const sent = { stream, events }
    this.#streams.add(sent)
    // It was opened while the server is closing.
    if (this.#isFinishing) this.completeStreams()
    return () => {
      if (!this.#streams.delete(sent)) return
      stream.cancel()
      events.end()
    }
  }

  /** Ends all streams with their last message, and those that are opened later. */
  completeStreams(): void {
    this.#isFinishing = true
    const streams = [...this.#streams]
    this.#streams.clear()
    for (const { stream, events } of streams) {
      stream.complete()
      events.end()
    }
  }

  /** Resolves when all requests are answered. */
  idle(): Promise<void> {
    return this.#idle.wait(this.#count === 0)
  }

  close(): void {
    this.#isClosed = true
    for (const call of this.#calls) call.abort()
    for (const { stream, events } of this.#streams) {
      stream.cancel()
      events.end()
    }
    this.#streams.clear()
  }
}
