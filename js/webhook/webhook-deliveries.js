'use strict'

// Webhook deliveries: replay protection, and reloads that concurrent deliveries share.

/** Limits of remembered deliveries, and of the response body kept for each, in characters. */
const REMEMBERED = 10_000
const LONGEST_BODY = 2_048

/**
 * The response to a delivery: HTTP status and body.
 * @typedef {{ status: number, body: any, headers?: Record<string, string> }} WebhookResponse
 */

/** Recent deliveries (replay protection): a repeated one gets the same response and does nothing. */
class Deliveries {
  /** By key, the oldest first. @type {Map<string, { until: number, answer: Promise<WebhookResponse> }>} */
  #known = new Map()
  #windowMs
  #now

  /** @param {number} windowMs @param {() => number} now */
  constructor(windowMs, now) {
    this.#windowMs = windowMs
    this.#now = now
  }

  /**
   * Acts once for each delivery. A failed one is forgotten, so its sender may retry.
   * @param {string} key @param {() => Promise<WebhookResponse>} act @returns {Promise<WebhookResponse>}
   */
  async once(key, act) {
    const now = this.#now()
    const known = this.#known.get(key)
    if (known !== undefined && known.until > now) {
      const { status, body } = await known.answer
      return status < 300 ? { status: 200, body: { ...body, duplicate: true } } : { status, body }
    }
    // Deleted first, to keep the map in order of time.
    this.#known.delete(key)
    const entry = { until: now + this.#windowMs, answer: act() }
    this.#known.set(key, entry)
    this.#forget(now)
    const answer = await entry.answer
    if (answer.status < 300) entry.answer = Promise.resolve(brief(answer))
    else if (this.#known.get(key) === entry) this.#known.delete(key)
    return answer
  }

  /** @param {number} now */
  #forget(now) {
    for (const [key, { until }] of this.#known) {
      if (until > now && this.#known.size <= REMEMBERED) return
      this.#known.delete(key)
    }
  }
}

/**
 * Shortens a response for memory: a long one keeps only its revisions.
 * @param {WebhookResponse} answer
 * @returns {WebhookResponse}
 */
function brief(answer) {
  const { status, body } = answer
  if (JSON.stringify(body).length <= LONGEST_BODY) return answer
  const { source, revision, hash } = body
  return { status, body: { source, revision, hash } }
}

/** Reloads of sources: for each source, at most one runs and one waits. */
class Reloads {
  /** @type {Map<string, Promise<any>>} */
  #running = new Map()
  /** @type {Map<string, Promise<any>>} */
  #waiting = new Map()
  #reload

  /** @param {(source: string) => Promise<any>} reload */
  constructor(reload) {
    this.#reload = reload
  }

  /**
   * Returns a reload that starts after this call: the waiting one, if there is one.
   * @param {string} source
   * @returns {Promise<any>}
   */
  ask(source) {
    const waiting = this.#waiting.get(source)
    if (waiting !== undefined) return waiting
    const running = this.#running.get(source)
    if (running === undefined) return this.#start(source)
    const next = () => {
      this.#waiting.delete(source)
      return this.#start(source)
    }
    const promise = running.then(next, next)
    this.#waiting.set(source, promise)
    return promise
  }

  /** @param {string} source */
  #start(source) {
    const running = this.#reload(source).finally(() => void this.#running.delete(source))
    this.#running.set(source, running)
    return running
  }
}

exports.Deliveries = Deliveries
exports.Reloads = Reloads
