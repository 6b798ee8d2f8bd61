// Upstream link: the connection of one upstream, opened again after it is lost. A state machine over an injected clock.

import type { Clock } from '../../border/clock'
import { ignoreRejection } from '../../border/error'
import { startIdleTimerOf, withDeadline } from '../../border/timers'
import type { ContentNotice } from '../client/content-client'
import { statusOf } from '../client/http-fault'
import { UpstreamFault } from '../client/upstream-connection'
import type { UpstreamConnection, UpstreamConnector } from '../client/upstream-connection'
import { faultOf } from './upstream-faults'
import type { DownState } from './upstream-faults'

/** The first pause before another attempt; the next ones double. In ms. */
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 60_000
/** Share by which a pause is longer or shorter, so that many clients of one server do not come at once. */
const JITTER = 0.2
/** Deadline of an attempt, in ms: a package may be installed first. */
const CONNECT_MS = 60_000
/** How long a close waits for an attempt to end, in ms: a process is killed after 5 s. */
const CLOSE_MS = 10_000
/** A connection that lasts this long ends a row of failures, in ms. */
const STABLE_MS = 60_000

/** What a link tells, and where its time comes from. */
export interface LinkHost {
  readonly clock: Clock
  /** A number from 0 to 1. */
  readonly random: () => number
  /** A connection is there: the first one, or one more. */
  readonly onUp: () => void
  /** The connection was lost, or the first attempt after one failed. Once until the next connection. */
  readonly onDown: () => void
  readonly onListChanged: () => void
  /** The server says that other lists have changed, or a resource. */
  readonly onContentNotice: (notice: ContentNotice) => void
}

export class UpstreamLink {
  readonly #connector: UpstreamConnector
  readonly #host: LinkHost
  readonly #end = new AbortController()
  #connection: UpstreamConnection | undefined
  #attempt: Promise<UpstreamConnection> | undefined
  #down: DownState | undefined
  /** Failures in a row. */
  #failures = 0
  #connectedAt = 0
  #failedAt = -Infinity
  #stopTimer: (() => void) | undefined
  #isClosed = false
  /** Whether a lost connection is opened again. */
  keepsTrying = false

  constructor(connector: UpstreamConnector, host: LinkHost) {
    this.#connector = connector
    this.#host = host
  }

  get connection(): UpstreamConnection | undefined {
    return this.#connection
  }

  /** Since when there is no connection, and why. */
  get down(): DownState | undefined {
    return this.#down
  }

  /** The time in ms since 1970. */
  get now(): number {
    return this.#host.clock.unixTime()
  }

  /** Aborts when the link is closed. */
  get signal(): AbortSignal {
    return this.#end.signal
  }

  /** Opens the connection, or joins the attempt under way. Rejects with an `UpstreamFault`, after `ms` too. */
  async connect(ms: number): Promise<UpstreamConnection> {
    if (this.#connection !== undefined) return this.#connection
    if (this.#isClosed) throw new UpstreamFault('down', 'it was closed')
    this.#attempt ??= this.#open().finally(() => (this.#attempt = undefined))
    const late = (): UpstreamFault => new UpstreamFault('down', `it did not connect within ${ms} ms`)
    return withDeadline(this.#attempt, ms, late, this.#host.clock)
  }

  /** The connection for a call: one attempt at most, and none right after another one has failed. */
  async forCall(ms: number): Promise<UpstreamConnection> {
    const isTriedNow = this.#attempt === undefined && this.#host.clock.now() - this.#failedAt < FIRST_PAUSE_MS
    if (this.#connection === undefined && isTriedNow && this.#down !== undefined)
      throw Object.assign(new UpstreamFault('down', this.#down.reason), { status: this.#down.status })
    try {
      return await this.connect(ms)
    } catch (thrown) {
      const fault = faultOf(thrown)
      this.#fall(fault)
      throw fault
    }
  }

  /** A request found that there is no connection any more: a server over HTTP is not seen to go. */
  noteDown(connection: UpstreamConnection, reason: UpstreamFault): void {
    this.#lose(connection, reason)
  }

  /** Ends the connection and all attempts. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#stopTimer?.()
    this.#end.abort(new UpstreamFault('aborted', 'the upstream is closed'))
    const connection = this.#connection
    this.#connection = undefined
    const attempt = this.#attempt
    // By the time of the process: a connector that ignores its signal must not hold the close for ever.
    if (attempt !== undefined) await withDeadline(attempt, CLOSE_MS, () => undefined).catch(() => undefined)
    if (connection !== undefined) await closeQuietly(connection)
  }

  async #open(): Promise<UpstreamConnection> {
    this.#stopTimer?.()
    this.#stopTimer = undefined
    let connection: UpstreamConnection
    try {
      connection = await this.#openWithin(CONNECT_MS)
    } catch (thrown) {
      const fault = faultOf(thrown)
      this.#failedAt = this.#host.clock.now()
      this.#failures++
      this.#fall(fault)
      this.#retry()
      throw fault
    }
    if (this.#isClosed) {
      await closeQuietly(connection)
      throw new UpstreamFault('aborted', 'the upstream is closed')
    }
    this.#take(connection)
    return connection
  }

  /** Opens a connection. One that comes too late is closed. */
  async #openWithin(ms: number): Promise<UpstreamConnection> {
    const over = new AbortController()
    const opening = this.#connector(AbortSignal.any([this.#end.signal, over.signal]))
    const late = (): UpstreamFault => {
      const fault = new UpstreamFault('down', `it did not connect within ${ms} ms`)
      over.abort(fault)
      ignoreRejection(opening.then(closeQuietly))
      return fault
    }
    return withDeadline(opening, ms, late, this.#host.clock)
  }

  #take(connection: UpstreamConnection): void {
    this.#connection = connection
    this.#down = undefined
    this.#connectedAt = this.#host.clock.now()
    connection.onListChanged = () => this.#connection === connection && this.#host.onListChanged()
    if (connection.content !== undefined)
      connection.content.onNotice = (notice) => this.#connection === connection && this.#host.onContentNotice(notice)
    connection.onClosed = (reason) => this.#lose(connection, faultOf(reason))
    this.#host.onUp()
  }

  #lose(connection: UpstreamConnection, reason: UpstreamFault): void {
    if (this.#isClosed || this.#connection !== connection) return
    this.#connection = undefined
    if (this.#host.clock.now() - this.#connectedAt >= STABLE_MS) this.#failures = 0
    this.#fall(reason)
    this.#failures++
    this.#retry()
    // Its process may be there still.
    ignoreRejection(closeQuietly(connection))
  }

  /** Notes why there is no connection; the time is that of the first reason. */
  #fall(fault: UpstreamFault): void {
    if (this.#isClosed || this.#connection !== undefined) return
    const isNew = this.#down === undefined
    const since = this.#down?.since ?? this.#host.clock.unixTime()
    this.#down = { since, reason: fault.message, status: statusOf(fault) }
    if (isNew) this.#host.onDown()
  }

  #retry(): void {
    if (this.#isClosed || !this.keepsTrying || this.#stopTimer !== undefined) return
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (this.#failures - 1), LONGEST_PAUSE_MS)
    const wait = pause * (1 + JITTER * (2 * this.#host.random() - 1))
    this.#stopTimer = startIdleTimerOf(this.#host.clock, wait, () => {
      this.#stopTimer = undefined
      this.#attempt ??= this.#open().finally(() => (this.#attempt = undefined))
      ignoreRejection(this.#attempt)
    })
  }
}

async function closeQuietly(connection: UpstreamConnection): Promise<void> {
  try {
    await connection.close()
  } catch {
    // Nothing of it is left to close.
  }
}
