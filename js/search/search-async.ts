// Asynchronous search: by words, and by the vectors of the registry's embedder if it has one.

import type { SearchResult } from '../../index'
import { callNative, revive } from '../border/error'
import { deepFreeze } from '../border/freeze'
import { checkOptions, milliseconds } from '../border/options'
import { checkSignal } from '../call/abort-signals'
import type { Embedder } from './embedder'
import type { SnapshotReader } from '../snapshot/snapshot-reader'

/** The time that the embedder has for a query, in ms. */
const TIMEOUT_MS = 1_000

/** Searches one snapshot. It holds the revision until it ends, whatever the registry does. */
export async function searchAsync(
  { embedder }: { readonly embedder: Embedder | undefined },
  reader: SnapshotReader,
  query: unknown,
  options: unknown,
): Promise<SearchResult> {
  const { timeoutMs, signal, ...rest } = checkOptions(options, [
    'limit',
    'filter',
    'target',
    'minScore',
    'explain',
    'timeoutMs',
    'signal',
  ])
  const [ms, cancel] = [milliseconds('timeoutMs', timeoutMs, TIMEOUT_MS), checkSignal(signal)]
  const search = reader.prepareSearch(query, rest)
  throwIfAborted(cancel)
  const vectors = await embedder?.embedQuery(search.texts, ms, cancel)
  throwIfAborted(cancel)
  if (embedder === undefined || vectors === undefined) return resultOf(callNative(() => search.byWords()))
  try {
    return resultOf(await search.near(vectors, embedder.weight))
  } catch (thrown) {
    throw revive(thrown)
  }
}

/** Throws the reason of a signal. That of another realm may lack the method. */
function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw signal.reason as Error
}

function resultOf(text: string): SearchResult {
  return deepFreeze(JSON.parse(text) as SearchResult)
}
