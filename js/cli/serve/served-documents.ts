// Served documents: loads each document, tries one that cannot be loaded again, and logs what comes of it.

import type { LoadOptions, SpecLoader } from '../../../index'
import { ignoreRejection, revive } from '../../border/error'
import { startIdleTimer } from '../../border/timers'
import { UsageError } from '../command'
import type { GivenDocument } from '../documents/document-options'
import { logLoadReport } from './load-log'
import { FIRST_RETRY_MS, nextRetryMs } from './retry-times'
import type { ServeLog } from './serve-log'

/** Loads the documents of a server. */
export class ServedDocuments {
  readonly #loader: SpecLoader
  readonly #options: LoadOptions
  readonly #log: ServeLog
  readonly #stops = new Set<() => void>()
  #refuse: (mistake: UsageError) => void = () => {}
  /** Rejects when the arguments have a mistake: another attempt would fail as well. */
  readonly refused = new Promise<never>((_resolve, reject) => {
    this.#refuse = reject
  })

  constructor(loader: SpecLoader, options: LoadOptions, log: ServeLog) {
    this.#loader = loader
    this.#options = options
    this.#log = log
    // Whoever asks for it gets it all the same.
    ignoreRejection(this.refused)
  }

  /** Loads all documents at once. Resolves when each was loaded, or has failed once. */
  async load(sources: readonly GivenDocument[]): Promise<void> {
    await Promise.all(sources.map((source) => this.#load(source, FIRST_RETRY_MS)))
  }

  close(): void {
    for (const stop of this.#stops) stop()
    this.#stops.clear()
  }

  async #load(source: GivenDocument, retryMs: number): Promise<void> {
    try {
      logLoadReport(this.#log, source.given, await this.#loader.load(source.address, this.#options))
    } catch (thrown) {
      const error = revive(thrown)
      if (error.code === 'CLOSED') return
      if (error.code === 'INVALID_OPTIONS') {
        this.#refuse(new UsageError(this.#log.shown(`${source.given}: ${error.message}`)))
        return
      }
      this.#log.write('error', `${source.given}: ${error.message} (${error.code}); next attempt in ${retryMs / 1000} s`)
      const stop = startIdleTimer(retryMs, () => {
        this.#stops.delete(stop)
        void this.#load(source, nextRetryMs(retryMs))
      })
      this.#stops.add(stop)
    }
  }
}
