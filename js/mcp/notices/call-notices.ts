// Call notices: what the client of one call is told before the answer.

import type { CallListeners } from '../../call/interfaces'
import type { ServedRequest, ServerState } from '../methods/method'
import { LogNotices } from './log-notices'
import type { NoticeSink } from './notice-sink'
import { ProgressNotices } from './progress-notices'
import { logLevelOf, progressTokenOf } from './wanted-notices'

/** Tells the client of a call of its progress and log messages, as far as it wants them. */
export class CallNotices {
  readonly #progress: ProgressNotices | undefined
  readonly #log: LogNotices
  readonly listeners: CallListeners

  constructor({ registry }: ServerState, { params, signal, revision, exchange }: ServedRequest, sink: NoticeSink) {
    const { clock } = registry.closures
    const token = progressTokenOf(params)
    const level = revision.isModern ? logLevelOf(params) : undefined
    // A legacy client may say another level while the call lasts.
    const least = revision.isModern ? () => level : () => exchange.connection?.logLevel
    this.#progress = token === undefined ? undefined : new ProgressNotices({ token, sink, clock, signal })
    this.#log = new LogNotices({ least, sink, clock, signal })
    this.listeners = { progress: this.#progress?.channel, log: this.#log.listener }
  }

  /** Sends what is left. It is called before the answer of the call is sent. */
  end(): void {
    this.#progress?.end()
    this.#log.end()
  }
}
