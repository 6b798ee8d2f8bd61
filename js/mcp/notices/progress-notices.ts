// Progress notices: the progress of one call as `notifications/progress`, not more often than a client can follow.

import type { Clock } from '../../border/clock'
import { startIdleTimerOf } from '../../border/timers'
import type { CallerSignal } from '../../call/abort-signals'
import { ProgressChannel } from '../../call/progress'
import type { CallProgress } from '../../call/progress'
import type { NoticeSink } from './notice-sink'
import type { ProgressToken } from './wanted-notices'

/** The least time between two notices of one call, in ms. */
const PACE_MS = 100

/** What the notices of one call need. */
export interface ProgressParts {
  readonly token: ProgressToken
  readonly sink: NoticeSink
  readonly clock: Clock
  /** Aborts when the client has cancelled the call, or is gone: then nothing is sent. */
  readonly signal: CallerSignal | undefined
}

/** Sends the progress of one call. What a slow client has not got yet is replaced by what is newer. */
export class ProgressNotices {
  readonly #parts: ProgressParts
  /** What is to be sent next. */
  #newest: CallProgress | undefined
  #sentAt = -Infinity
  #isSlow = false
  #stopTimer: (() => void) | undefined
  /** Where the call reports. */
  readonly channel = new ProgressChannel((progress) => {
    this.#newest = progress
    this.#sendWhenDue()
  })

  constructor(parts: ProgressParts) {
    this.#parts = parts
  }

  /** Sends what is left. It is called before the answer of the call is sent. */
  end(): void {
    this.channel.end()
    this.#stopTimer?.()
    this.#send()
  }

  #sendWhenDue(): void {
    if (this.#isSlow || this.#stopTimer !== undefined) return
    const { clock } = this.#parts
    const wait = this.#sentAt + PACE_MS - clock.now()
    if (wait <= 0) return this.#send()
    this.#stopTimer = startIdleTimerOf(clock, wait, () => {
      this.#stopTimer = undefined
      this.#send()
    })
  }

  #send(): void {
    const { token: progressToken, sink, clock, signal } = this.#parts
    const newest = this.#newest
    this.#newest = undefined
    if (newest === undefined || signal?.aborted) return
    this.#sentAt = clock.now()
    const { done: progress, total, message } = newest
    if (sink.notify('notifications/progress', { progressToken, progress, total, message }) || this.#isSlow) return
    this.#isSlow = true
    sink.whenReady(() => {
      this.#isSlow = false
      if (this.#newest !== undefined) this.#sendWhenDue()
    })
  }
}
