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

/** The notifications of a request as messages of its transport. */
export function noticesTo(sink: MessageSink): NoticeSink {
  return {
    notify: (method, params) => sink.write(writeNotification(method, params)),
    whenReady: (resume) => sink.whenReady(resume),
  }
}
