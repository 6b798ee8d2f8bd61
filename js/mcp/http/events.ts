// Server-sent events: messages → the text of a stream, comments that keep it open, and readers that are slow.

import type { Clock, Timer } from '../../border/clock'
import { unref } from '../../border/realm'
import type { MessageSink } from '../subscriptions/list-stream'
import type { ReplyHeaders } from './http-reply'

/** How often a comment is sent, so that no proxy ends a stream that is idle, in ms. */
const BEAT_MS = 15_000
const COMMENT = ':\n\n'

/** Headers of a stream. `x-accel-buffering` is for nginx: it would keep events back. */
export const EVENT_HEADERS: ReplyHeaders = Object.freeze({
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
})

/** The body of a response that is being sent. */
export interface BodySink extends MessageSink {
  /** Ends the response. */
  end(): void
}

/** An open stream of events. */
export class EventStream implements MessageSink {
  readonly #sink: BodySink
  readonly #onEnd: (stream: EventStream) => void
  /** Called when the reader has caught up; `undefined` while it is not slow. */
  #waiting: (() => void)[] | undefined
  #isEnded = false

  constructor(sink: BodySink, onEnd: (stream: EventStream) => void) {
    this.#sink = sink
    this.#onEnd = onEnd
  }

  write(text: string): boolean {
    if (this.#isEnded) return true
    return this.#send(`event: message\ndata: ${text}\n\n`)
  }

  whenReady(resume: () => void): void {
    if (this.#waiting === undefined) resume()
    else this.#waiting.push(resume)
  }

  /** Sends a comment. A reader that has not read what it has needs none. */
  beat(): void {
    if (this.#waiting === undefined && !this.#isEnded) this.#send(COMMENT)
  }

  end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#onEnd(this)
    this.#sink.end()
  }

  #send(text: string): boolean {
    if (this.#sink.write(text)) return this.#waiting === undefined
    if (this.#waiting !== undefined) return false
    const waiting: (() => void)[] = []
    this.#waiting = waiting
    this.#sink.whenReady(() => {
      this.#waiting = undefined
      for (const resume of waiting) resume()
    })
    return false
  }
}

/** The open streams of a transport, with one timer for all. */
export class EventStreams {
  readonly #clock: Clock
  readonly #streams = new Set<EventStream>()
  #timer: Timer

  constructor(clock: Clock) {
    this.#clock = clock
  }

  open(sink: BodySink): EventStream {
    const stream = new EventStream(sink, (ended) => this.#forget(ended))
    this.#streams.add(stream)
    this.#startTimer()
    return stream
  }

  #forget(stream: EventStream): void {
    this.#streams.delete(stream)
    if (this.#streams.size > 0) return
    this.#clock.stopTimer(this.#timer)
    this.#timer = undefined
  }

  #startTimer(): void {
    if (this.#timer !== undefined) return
    this.#timer = this.#clock.startTimer(() => {
      this.#timer = undefined
      for (const stream of this.#streams) stream.beat()
      if (this.#streams.size > 0) this.#startTimer()
    }, BEAT_MS)
    unref(this.#timer)
  }
}
