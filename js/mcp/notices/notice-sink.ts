// Notice sink: where the notifications of one request go, before its answer.

import { writeNotification } from '../protocol/answers'
import type { MessageSink } from '../subscriptions/list-stream'

/** Takes notifications. */
export interface NoticeSink {
  /** Sends a notification. Returns false while the client is slow: then {@link whenReady} says when it has caught up. */
  notify(method: string, params: object): boolean
  /** Calls once when the client has caught up. */
  whenReady(resume: () => void): void
}

/** Takes requests of the server, too. */
export interface RequestSink extends NoticeSink {
  ask(id: string, method: string, params: object): void
}

/** Notifications and requests of the server as messages of the transport of a request. */
export function noticesTo(sink: MessageSink): RequestSink {
  return {
    notify: (method, params) => sink.write(writeNotification(method, params)),
    ask: (id, method, params) => void sink.write(JSON.stringify({ jsonrpc: '2.0', id, method, params })),
    whenReady: (resume) => sink.whenReady(resume),
  }
}
