// Webhook deliveries: replay protection, and reloads that concurrent deliveries share.

import type { LoadReport } from '../../index'
import type { DeliveryResponse } from './webhook-response'

/** Limits of remembered deliveries, and of the response body kept for each, in characters. */
const MOST_REMEMBERED = 10_000
const LONGEST_BODY = 2_048

/** A remembered delivery: when it is forgotten, in ms since 1970, and its response. */
interface RememberedDelivery {
  readonly until: number
  response: Promise<DeliveryResponse>
}

/** Recent deliveries (replay protection): a repeated one gets the same response and does nothing. */
export class Deliveries {
  /** By key, the oldest first. */
  readonly #remembered = new Map<string, RememberedDelivery>()
  readonly #windowMs: number
  readonly #now: () => number

  constructor(windowMs: number, now: () => number) {
    this.#windowMs = windowMs
    this.#now = now
  }

  /** Acts once for each delivery. A failed one is forgotten, so its sender may retry. */
  async once(key: string, act: () => Promise<DeliveryResponse>): Promise<DeliveryResponse> {
    const now = this.#now()
    const earlier = this.#remembered.get(key)
    if (earlier !== undefined && earlier.until > now) {
      const { status, body } = await earlier.response
      return status < 300 ? { status: 200, body: { ...body, duplicate: true } } : { status, body }
    }
    // Deleted first, to keep the map in order of time.
    this.#remembered.delete(key)
    const delivery: RememberedDelivery = { until: now + this.#windowMs, response: act() }
    this.#remembered.set(key, delivery)
    this.#forget(now)
    const response = await delivery.response
    if (response.status < 300) delivery.response = Promise.resolve(shorten(response))
    else if (this.#remembered.get(key) === delivery) this.#remembered.delete(key)
    return response
  }

  /** Forgets deliveries that are too old or too many. */
  #forget(now: number): void {
    for (const [key, { until }] of this.#remembered) {
      if (until > now && this.#remembered.size <= MOST_REMEMBERED) return
      this.#remembered.delete(key)
    }
  }
}

/** Shortens a response for memory: a long one keeps only its revisions. */
function shorten(response: DeliveryResponse): DeliveryResponse {
  const { status, body } = response
  if (JSON.stringify(body).length <= LONGEST_BODY) return response
  const { source, revision, hash } = body
  return { status, body: { source, revision, hash } }
}

/** Reloads of sources: for each source, at most one runs and one waits. */
export class Reloads {
  readonly #running = new Map<string, Promise<LoadReport>>()
  readonly #waiting = new Map<string, Promise<LoadReport>>()
  readonly #reload: (source: string) => Promise<LoadReport>

  constructor(reload: (source: string) => Promise<LoadReport>) {
    this.#reload = reload
  }

  /** Returns a reload that starts after this call: the waiting one, if there is one. */
  ask(source: string): Promise<LoadReport> {
    const waiting = this.#waiting.get(source)
    if (waiting !== undefined) return waiting
    const running = this.#running.get(source)
    if (running === undefined) return this.#start(source)
    const startNext = () => {
      this.#waiting.delete(source)
      return this.#start(source)
    }
    const next = running.then(startNext, startNext)
    this.#waiting.set(source, next)
    return next
  }

  #start(source: string): Promise<LoadReport> {
    const running = this.#reload(source).finally(() => void this.#running.delete(source))
    this.#running.set(source, running)
    return running
  }
}
