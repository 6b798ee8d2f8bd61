// Content watches: the resources of one upstream whose updates somebody wants to know, told to it once for all.

import type { Clock } from '../../border/clock'
import { ignoreRejection } from '../../border/error'
import { startIdleTimerOf } from '../../border/timers'
import type { UpstreamLink } from './upstream-link'

/** Watches that begin or end within this time are one change, in ms. */
const GATHER_MS = 10
/** When a stream that has ended by itself is opened again, in ms. */
const AGAIN_MS = 5_000
/** Deadline of a subscription, in ms. */
const SUBSCRIBE_MS = 30_000

export class ContentWatches {
  readonly #link: UpstreamLink
  readonly #clock: Clock
  readonly #onUpdated: (uri: string) => void
  /** How many watch each resource. */
  readonly #counts = new Map<string, number>()
  #stopTimer: (() => void) | undefined
  /** The change under way: one after another. */
  #change: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(link: UpstreamLink, clock: Clock, onUpdated: (uri: string) => void) {
    this.#link = link
    this.#clock = clock
    this.#onUpdated = onUpdated
  }

  /** Watches a resource. The returned function ends that. */
  watch(uri: string): () => void {
    this.#count(uri, 1)
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      this.#count(uri, -1)
    }
  }

  /** The upstream says that a resource has other contents. One that nobody watches is none of its matter. */
  hear(uri: string): void {
    if (this.#counts.has(uri)) this.#onUpdated(uri)
  }

  /** There is another connection, which knows of no watch. What was missed is told: nobody knows what it was. */
  restore(): void {
    if (this.#counts.size === 0) return
    this.#schedule(GATHER_MS)
    for (const uri of this.#counts.keys()) this.#onUpdated(uri)
  }

  close(): void {
    this.#isClosed = true
    this.#stopTimer?.()
  }

  #count(uri: string, step: number): void {
    const count = (this.#counts.get(uri) ?? 0) + step
    if (count > 0) this.#counts.set(uri, count)
    else this.#counts.delete(uri)
    if (count === 0 || (count === 1 && step === 1)) this.#schedule(GATHER_MS)
  }

  #schedule(ms: number): void {
    if (this.#isClosed || this.#stopTimer !== undefined) return
    this.#stopTimer = startIdleTimerOf(this.#clock, ms, () => {
      this.#stopTimer = undefined
      this.#change = this.#change.then(() => this.#tell()).catch(() => {})
      ignoreRejection(this.#change)
    })
  }

  async #tell(): Promise<void> {
    // Without a connection there is nothing to tell: the next one is told all.
    const content = this.#link.connection?.content
    if (content === undefined || this.#isClosed) return
    content.onStreamEnd = () => this.#schedule(AGAIN_MS)
    const patience = { signal: this.#link.signal, timeoutMs: SUBSCRIBE_MS, maxTimeoutMs: SUBSCRIBE_MS }
    await content.subscribe(new Set(this.#counts.keys()), patience)
  }
}
