// HTTP request: what the transport uses of a request, and what comes of it; on `node:http` and with `fetch` alike.

import type { BodySink } from './events'
import type { HttpFacts } from './http-facts'
import type { HttpReply, ReplyHeaders } from './http-reply'

/** Limits of receiving a body. */
export interface BodyLimits {
  /** The longest body, in bytes. */
  readonly bytes: number
  /** How long it may take, in ms. */
  readonly ms: number
}

/** A request whose response is not ended yet. */
export interface HttpRequest extends HttpFacts {
  /** Whether a framework has read the body already. It has decompressed it, too. */
  readonly isBodyRead: boolean
  /** Reads the body as text; or says why not. It is called once. */
  readBody(limits: BodyLimits): Promise<string | HttpReply>
  /**
   * Calls when the client is gone, or something else has ended the response; at once if that has happened. The returned
   * function stops that.
   */
  onGone(listener: () => void): () => void
}

/** A response that is a stream of events. */
export interface HttpStream {
  readonly kind: 'stream'
  readonly headers: ReplyHeaders
  /** Begins to send. The returned function is called when the client is gone. */
  readonly open: (sink: BodySink) => () => void
  /** Called instead of `open` where the client is gone already. */
  readonly discard: () => void
}

export type HttpOutcome = HttpReply | HttpStream
