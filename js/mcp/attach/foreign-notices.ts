// Foreign notices: progress and log messages of one call through a server of the SDK, which knows its client.

import type { Clock } from '../../border/clock'
import { ignoreRejection } from '../../border/error'
import type { CallListeners } from '../../call/interfaces'
import { LogNotices } from '../notices/log-notices'
import type { NoticeSink } from '../notices/notice-sink'
import { ProgressNotices } from '../notices/progress-notices'
import { progressTokenOf } from '../notices/wanted-notices'
import type { ForeignExtra } from './foreign-extra'
import type { ForeignRequest, ForeignServer } from './foreign-server'

/** Sends a notification that belongs to one request, as handlers of the SDK do. */
export type SendNotification = (notification: object) => unknown

/** What the notices of a call need. */
interface NoticeParts {
  readonly params: ForeignRequest['params']
  readonly extra: ForeignExtra
  readonly server: ForeignServer
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
}

/** A log message, as a client gets it. */
interface SentMessage {
  readonly level: string
  readonly data: unknown
  readonly logger?: string
}

/** Tells the client of a call of its progress and log messages. The SDK knows which level it wants. */
export class ForeignNotices {
  readonly #progress: ProgressNotices | undefined
  readonly #log: LogNotices
  readonly listeners: CallListeners

  constructor({ params, extra, server, clock, signal }: NoticeParts) {
    const [token, send] = [progressTokenOf(params), extra.notify]
    this.#progress =
      token === undefined || send === undefined
        ? undefined
        : new ProgressNotices({ token, sink: sinkOf((method, own) => send({ method, params: own })), clock, signal })
    const sink = sinkOf((_, message) => sendMessage(message as SentMessage, extra, server))
    this.#log = new LogNotices({ least: () => 'debug', sink, clock, signal })
    this.listeners = { progress: this.#progress?.channel, log: this.#log.listener }
  }

  /** Sends what is left. It is called before the answer of the call is sent. */
  end(): void {
    this.#progress?.end()
    this.#log.end()
  }
}

function sendMessage({ level, data, logger }: SentMessage, extra: ForeignExtra, server: ForeignServer): unknown {
  if (extra.log !== undefined) return extra.log(level, data, logger)
  return server.log(logger === undefined ? { level, data } : { level, data, logger }, extra.sessionId)
}

/** The notifications of a request. The SDK does not say whether its client is slow, and one that is gone is no fault. */
function sinkOf(send: (method: string, params: object) => unknown): NoticeSink {
  return {
    notify(method, params) {
      try {
        ignoreRejection(send(method, params))
      } catch {
        // The client is gone.
      }
      return true
    },
    whenReady: (resume) => resume(),
  }
}
