// Exchange: what a transport knows of one message, and what comes of it.

import type { CancelSignal } from '../../call/abort-signals'
import type { RequestSink } from '../notices/notice-sink'
import type { ListStream, MessageSink } from '../subscriptions/list-stream'
import type { Principal } from '../principals'
import type { Connection } from './connection'
import type { Pieces } from './answers'

/** One message of a client, as its transport has received it. */
export interface Exchange {
  readonly principal: Principal
  /** The connection of stdio, or of a legacy session. An HTTP request without a session has none. */
  readonly connection?: Connection | undefined
  /** Aborts when the client is gone. */
  readonly signal?: CancelSignal | undefined
  /** Where notifications and questions of the request go, before its answer; `undefined` where its client takes none. */
  readonly notices?: RequestSink | undefined
  /** The header `MCP-Protocol-Version` of an HTTP request. */
  readonly revisionHeader?: string | undefined
  /** W3C trace context of an HTTP request, for a call without one in its `_meta`. */
  readonly traceContext?: TraceContext | undefined
}

/** W3C trace context, by the names of its headers. */
export interface TraceContext {
  readonly traceparent?: string | undefined
  readonly tracestate?: string | undefined
  readonly baggage?: string | undefined
}

/** What comes of a message. */
export type Reply = AnswerReply | StreamReply | typeof ACCEPTED | typeof SILENCE

/** A response. */
export interface AnswerReply {
  readonly kind: 'answer'
  readonly pieces: Pieces
  /** The status of the HTTP response. */
  readonly status: number
}

/** A stream of notifications that lasts until the client or the server ends it. */
export interface StreamReply {
  readonly kind: 'stream'
  /** Opens the stream: its first message is written at once. */
  readonly open: (sink: MessageSink) => OpenStream
  /** Called instead of `open` where the client is gone already. */
  readonly discard: () => void
}

/** An open stream. */
export interface OpenStream {
  readonly stream: ListStream
  /** Ends the stream by the server: its last message is written. */
  readonly complete: () => void
  /** Ends the stream by its client: nothing is written any more. */
  readonly cancel: () => void
}

/** The message was taken, and has no answer. */
export const ACCEPTED = Object.freeze({ kind: 'accepted' })

/** Nothing is sent: the client has cancelled, or is gone. */
export const SILENCE = Object.freeze({ kind: 'silence' })
