// Log notices: the log messages of one call as `notifications/message`, within limits of rate and size.

import type { LogLevel } from '../../../index'
import type { Clock } from '../../border/clock'
import { reasonOf } from '../../border/error'
import { jsonText } from '../../border/json'
import type { CallerSignal } from '../../call/abort-signals'
import { isAsSevere } from '../../call/log'
import type { LogMessage } from '../../call/log'
import type { NoticeSink } from './notice-sink'

/** The most messages of a call at once, and how many more it gets in a second. */
const BURST = 100
const EACH_SECOND = 50

/** The longest data of a message, in characters of JSON. */
const MOST_DATA = 64 << 10

/** The longest name of a logger, in characters. */
const MOST_LOGGER = 256

/** The most data that waits for a slow client, in characters of JSON. */
const MOST_WAITING = 256 << 10

/** Who tells of messages that were left out. */
const OWN_LOGGER = 'toolrack'

/** What the notices of one call need. */
export interface LogParts {
  /** The least severe level that the client wants now; `undefined`: none. */
  readonly least: () => LogLevel | undefined
  readonly sink: NoticeSink
  readonly clock: Clock
  /** Aborts when the client has cancelled the call, or is gone: then nothing is sent. */
  readonly signal: CallerSignal | undefined
}

/** A message as the client gets it. */
interface WrittenMessage {
  readonly level: LogLevel
  readonly logger: string | undefined
  readonly data: unknown
}

/** Sends the log messages of one call. What is above the rate, or more than waits for a slow client, is counted. */
export class LogNotices {
  readonly #parts: LogParts
  #left = BURST
  #countedAt: number
  #dropped = 0
  /** Messages that wait for a slow client, and the length of their data. */
  readonly #waiting: WrittenMessage[] = []
  #waitingLength = 0
  #isSlow = false
  #isOver = false

  constructor(parts: LogParts) {
    this.#parts = parts
    this.#countedAt = parts.clock.now()
  }

  /** Takes a message of the call. It never throws. */
  readonly listener = (message: LogMessage): void => {
    if (this.#isOver || !this.#isWanted(message.level)) return
    if (this.#waitingLength >= MOST_WAITING || !this.#takeTurn()) {
      this.#dropped++
      return
    }
    this.#tellDropped()
    this.#write(message)
  }

  /** Tells how many messages were left out. It is called before the answer of the call is sent. */
  end(): void {
    this.#isOver = true
    this.#tellDropped()
    this.#sendWaiting()
  }

  #isWanted(level: LogLevel): boolean {
    const least = this.#parts.least()
    return least !== undefined && isAsSevere(level, least) && this.#parts.signal?.aborted !== true
  }

  /** Whether a message is within the rate (token bucket). */
  #takeTurn(): boolean {
    const now = this.#parts.clock.now()
    this.#left = Math.min(BURST, this.#left + ((now - this.#countedAt) / 1000) * EACH_SECOND)
    this.#countedAt = now
    if (this.#left < 1) return false
    this.#left--
    return true
  }

  #tellDropped(): void {
    if (this.#dropped === 0 || !this.#isWanted('warning')) return
    const data = `${this.#dropped} log messages were left out: the tool writes more than the client gets`
    this.#dropped = 0
    this.#write({ level: 'warning', data, logger: OWN_LOGGER })
  }

  #write({ level, data, logger }: LogMessage): void {
    const { length, value } = boundedData(data)
    this.#waiting.push({ level, logger: logger?.slice(0, MOST_LOGGER), data: value })
    this.#waitingLength += length
    if (!this.#isSlow) this.#sendWaiting()
  }

  /** Sends the messages that wait, until the client is slow. */
  #sendWaiting(): void {
    const { sink, signal } = this.#parts
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if (signal?.aborted) continue
      if (sink.notify('notifications/message', next)) continue
      if (this.#isOver) continue
      this.#isSlow = true
      sink.whenReady(() => {
        this.#isSlow = false
        this.#sendWaiting()
      })
      return
    }
    this.#waitingLength = 0
  }
}

/** Data as JSON has it; a text where it is too long, or no JSON. A message never fails its tool. */
function boundedData(data: unknown): { readonly value: unknown; readonly length: number } {
  try {
    const text = jsonText(data) ?? 'null'
    const length = Math.min(text.length, MOST_DATA)
    const value: unknown = length === text.length ? JSON.parse(text) : `${text.slice(0, MOST_DATA)}…`
    return { value, length }
  } catch (thrown) {
    const value = `data that is no JSON: ${reasonOf(thrown)}`
    return { value, length: value.length }
  }
}
