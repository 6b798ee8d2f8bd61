// Search observation: a search as a span and metrics of OpenTelemetry. The query is recorded with `content` alone.

import type { Span } from '@opentelemetry/api'
import type { SearchResult } from '../../index'
import type { Clock } from '../border/clock'
import { isFault } from '../border/error'
import type { OpenTelemetry, Telemetry } from './telemetry'

const NAME = 'toolrack'

/** Upper bounds of durations, in seconds: a search takes some 0.1 ms, and with an embedder as long as that. */
const DURATIONS = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3]
const HITS = [0, 1, 2, 5, 10, 20, 50]

/** What observes searches of a registry. */
interface Observers {
  readonly telemetry: Telemetry | undefined
  readonly clock: Clock
}

/** Observes a search. */
export function observeSearch(observers: Observers, search: () => SearchResult): SearchResult {
  const observed = ObservedSearch.begin(observers)
  try {
    const result = search()
    observed?.end(result)
    return result
  } catch (thrown) {
    observed?.fail(thrown)
    throw thrown
  }
}

/** Observes a search that takes its time. */
export async function observeSearchAsync(
  observers: Observers,
  search: () => Promise<SearchResult>,
): Promise<SearchResult> {
  const observed = ObservedSearch.begin(observers)
  try {
    const result = await search()
    observed?.end(result)
    return result
  } catch (thrown) {
    observed?.fail(thrown)
    throw thrown
  }
}

/** One search. */
class ObservedSearch {
  readonly #api: OpenTelemetry
  readonly #span: Span
  readonly #content: boolean
  readonly #clock: Clock
  readonly #begun: number

  private constructor(api: OpenTelemetry, content: boolean, clock: Clock) {
    this.#api = api
    this.#span = api.trace.getTracer(NAME).startSpan('search tools', { kind: api.SpanKind.INTERNAL })
    this.#content = content
    this.#clock = clock
    this.#begun = clock.now()
  }

  /** Begins the span; nothing without a provider. */
  static begin({ telemetry, clock }: Observers): ObservedSearch | undefined {
    const api = telemetry?.provided
    return api && new ObservedSearch(api, telemetry?.recordsContent === true, clock)
  }

  end({ revision, hits, total, query, corrected }: SearchResult): void {
    this.#span.setAttributes({
      'toolrack.revision': revision,
      'toolrack.search.hits': hits.length,
      'toolrack.search.total': total,
      'toolrack.search.phrasings': query.length,
    })
    if (this.#content) {
      this.#span.setAttribute('toolrack.search.query', [...query])
      if (corrected !== undefined)
        this.#span.setAttribute(
          'toolrack.search.corrected',
          corrected.map(({ from, to }) => `${from}: ${to}`),
        )
    }
    const advice = { explicitBucketBoundaries: HITS }
    this.#api.metrics
      .getMeter(NAME)
      .createHistogram('toolrack.search.hits', { description: 'Hits of a search', unit: '{hit}', advice })
      .record(hits.length)
    this.#record({})
  }

  fail(thrown: unknown): void {
    const type = isFault(thrown) ? thrown.code : '_OTHER'
    this.#span.setAttribute('error.type', type)
    this.#span.setStatus({ code: this.#api.SpanStatusCode.ERROR, message: type })
    this.#record({ 'error.type': type })
  }

  #record(labels: { 'error.type'?: string }): void {
    const advice = { explicitBucketBoundaries: DURATIONS }
    this.#api.metrics
      .getMeter(NAME)
      .createHistogram('toolrack.search.duration', { description: 'Duration of a search', unit: 's', advice })
      .record((this.#clock.now() - this.#begun) / 1000, labels)
    this.#span.end()
  }
}
