// Foreign notices: notifications of one request through a server of the SDK, which knows its client.

import { ignoreRejection } from '../../border/error'
import type { NoticeSink } from '../notices/notice-sink'

/** Sends a notification that belongs to one request, as handlers of the SDK do. */
export type SendNotification = (notification: object) => unknown

/** The notifications of a request. The SDK does not say whether its client is slow, and one that is gone is no fault. */
export function foreignNotices(send: SendNotification): NoticeSink {
  return {
    notify(method, params) {
      try {
        ignoreRejection(send({ method, params }))
      } catch {
        // The client is gone.
      }
      return true
    },
    whenReady: (resume) => resume(),
  }
}
