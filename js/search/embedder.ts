// Embedder: gives the texts of tools and of queries to the embedding model of a program, in the background.
//
// A failure costs one event: searches are by words alone then, and the next try waits for a search after a pause.

import type { Clock } from '../border/clock'
import { callNative } from '../border/error'
import type { NativeRegistry } from '../border/native'
import { invalidOption } from '../border/options'
import { startIdleTimerOf, startTimerOf } from '../border/timers'
import { onAbort } from '../call/abort-signals'
import type { Events } from '../observe/events'
import { readVectors } from './vectors'

/** The most texts of one call. */
const MOST_TEXTS = 64
/** The time that a batch of tools has, in ms. */
const BATCH_MS = 60_000
/** The time without a try after a failure, in ms. */
const PAUSE_MS = 30_000

/** What an embedder needs of its registry. */
export interface EmbedderHost {
  readonly clock: Clock
  readonly events: Events
  readonly native: NativeRegistry
}

/** The function of the program. */
type Embed = (texts: readonly string[], options: { readonly signal: AbortSignal }) => unknown

/** How a call of the function ended. */
type Outcome = { readonly vectors: Float32Array } | Fault

/** Why there are no vectors. */
interface Fault {
  readonly vectors?: undefined
  readonly reason: 'late' | 'failed' | 'invalid'
  readonly error: unknown
}

/** How long a call of the function may take, and who else can end it. */
interface Patience {
  readonly ms: number
  readonly signal?: AbortSignal | undefined
  /** Whether the process waits for it. */
  readonly keepsProcess: boolean
}

/** Calls the embedding function of one registry. */
export class Embedder {
  /** The share of the vectors in a score. */
  readonly weight: number
  readonly #host: EmbedderHost
  readonly #embed: Embed
  /** When the last call failed. */
  #failedAt: number | undefined
  #isRunning = false
  /** Whether tools may have no vector. */
  #isDue = false
  #isClosed = false
  /** The calls that are open. */
  readonly #calls = new Set<AbortController>()

  constructor(host: EmbedderHost, embed: Embed, weight: number) {
    this.#host = host
    this.#embed = embed
    this.weight = weight
  }

  /** Embeds the tools that have no vector, after the changes of this turn. */
  toolsChanged(): void {
    this.#isDue = true
    this.#start()
  }

  /**
   * The vectors of the phrasings of a query; nothing where the search is by words alone. An abort of `signal`, which is
   * that of the caller, is no fault.
   */
  async embedQuery(texts: readonly string[], ms: number, signal?: AbortSignal): Promise<Float32Array | undefined> {
    this.#start()
    const asked = texts.filter((text) => text.trim() !== '')
    const { vectorDimension: dimension } = this.#host.native
    // Without a tool that has a vector, nothing is near.
    if (asked.length === 0 || this.#isClosed || this.#isPaused || typeof dimension !== 'number') return undefined
    const outcome = await this.#ask(asked, { ms, signal, keepsProcess: true })
    if (outcome.vectors !== undefined) return outcome.vectors
    if (signal?.aborted !== true) this.#fail('query', outcome)
    return undefined
  }

  close(): void {
    this.#isClosed = true
    for (const call of this.#calls) call.abort()
  }

  get #isPaused(): boolean {
    return this.#failedAt !== undefined && this.#host.clock.now() - this.#failedAt < PAUSE_MS
  }

  #start(): void {
    if (!this.#isDue || this.#isRunning || this.#isClosed || this.#isPaused) return
    this.#isRunning = true
    void Promise.resolve().then(() => this.#embedTools())
  }

  /** Embeds all tools without a vector, one batch after the other. Never throws. */
  async #embedTools(): Promise<void> {
    try {
      let from = 0
      while (!this.#isClosed) {
        if (from === 0) this.#isDue = false
        const { native } = this.#host
        const { keys, texts, next } = native.textsToEmbed(from, MOST_TEXTS)
        if (texts.length > 0) {
          const outcome = await this.#ask(texts, { ms: BATCH_MS, keepsProcess: false })
          if (outcome.vectors === undefined) return this.#fail('tools', outcome)
          const { vectors } = outcome
          callNative(() => native.addVectors(keys, vectors))
        }
        // Tools that changed meanwhile may stand before the ones that follow.
        from = next ?? 0
        if (from === 0 && !this.#isDue) return
      }
    } catch (error) {
      this.#fail('tools', { reason: 'failed', error })
    } finally {
      this.#isRunning = false
    }
  }

  #fail(phase: 'tools' | 'query', { reason, error }: Fault): void {
    if (phase === 'tools') this.#isDue = true
    // Calls that were open together fail together.
    if (this.#isClosed || this.#isPaused) return
    const { clock, events } = this.#host
    this.#failedAt = clock.now()
    events.emit('searchFault', Object.freeze({ phase, reason, error }))
  }

  async #ask(texts: readonly string[], { ms, signal, keepsProcess }: Patience): Promise<Outcome> {
    const { clock, native } = this.#host
    const call = new AbortController()
    this.#calls.add(call)
    let isLate = false
    const expire = () => {
      isLate = true
      call.abort(invalidOption('search.embed', `gave no vectors within ${ms} ms`))
    }
    const stop = keepsProcess ? startTimerOf(clock, ms, expire) : startIdleTimerOf(clock, ms, expire)
    const off = signal && onAbort(signal, () => call.abort(signal.reason))
    const aborted = new Promise<never>((_resolve, reject) => {
      call.signal.addEventListener('abort', () => reject(call.signal.reason as Error), { once: true })
    })
    let given: unknown
    try {
      const asked = (async () => this.#embed(Object.freeze([...texts]), Object.freeze({ signal: call.signal })))()
      given = await Promise.race([asked, aborted])
    } catch (error) {
      return { reason: isLate ? 'late' : 'failed', error }
    } finally {
      stop()
      off?.()
      this.#calls.delete(call)
    }
    try {
      return { vectors: readVectors(given, texts.length, native.vectorDimension ?? undefined) }
    } catch (error) {
      return { reason: 'invalid', error }
    }
  }
}
