// Response stream: the messages of one call over HTTP. The response is JSON; it becomes a stream of events (SSE) with the
// first message that comes before the answer.

import type { Reply } from '../protocol/exchange'
import { joinPieces } from '../protocol/answers'
import type { MessageSink } from '../subscriptions/list-stream'
import { EVENT_HEADERS } from './events'
import type { BodySink, EventStream, EventStreams } from './events'
import type { HttpOutcome } from './http-request'

/** What a stream needs of its request. */
export interface ResponseParts {
  readonly streams: EventStreams
  /** Called when the client is gone. */
  readonly onGone: () => void
}

/** The response of one call, whose tool may tell its client something before the answer. */
export class ResponseStream implements MessageSink {
  readonly #parts: ResponseParts
  /** Messages before the response is opened. */
  readonly #waiting: string[] = []
  readonly #resumes: (() => void)[] = []
  #events: EventStream | undefined
  #begin: () => void = () => {}
  readonly #begun = new Promise<undefined>((resolve) => (this.#begin = () => resolve(undefined)))

  constructor(parts: ResponseParts) {
    this.#parts = parts
  }

  write(text: string): boolean {
    if (this.#events !== undefined) return this.#events.write(text)
    this.#waiting.push(text)
    this.#begin()
    return false
  }

  whenReady(resume: () => void): void {
    if (this.#events === undefined) this.#resumes.push(resume)
    else this.#events.whenReady(resume)
  }

  /** The response: a stream as soon as there is a message, else the answer alone, which `respond` makes. */
  async outcome(answer: Promise<Reply>, respond: (reply: Reply) => HttpOutcome): Promise<HttpOutcome> {
    const { onGone } = this.#parts
    const whole = await Promise.race([answer, this.#begun])
    if (whole !== undefined) return respond(whole)
    const open = (sink: BodySink): (() => void) => this.#open(sink, answer)
    return { kind: 'stream', headers: EVENT_HEADERS, open, discard: onGone }
  }

  #open(sink: BodySink, answer: Promise<Reply>): () => void {
    const events = this.#parts.streams.open(sink)
    this.#events = events
    for (const text of this.#waiting.splice(0)) events.write(text)
    for (const resume of this.#resumes.splice(0)) events.whenReady(resume)
    void answer.then((reply) => {
      // A call that was cancelled has no answer.
      if (reply.kind === 'answer') events.write(joinPieces(reply.pieces).toString())
      events.end()
    })
    return () => {
      this.#parts.onGone()
      events.end()
    }
  }
}
