// Snapshot search: searches of one snapshot, which OpenTelemetry may count.

import type { SearchResult } from '../../index'
import type { Closures } from '../closures'
import type * as observationModule from '../observe/search-observation'
import type { SnapshotReader } from '../snapshot/snapshot-reader'
import type * as asyncModule from './search-async'

/** Searches by words. */
export function searchSnapshot(
  closures: Closures,
  reader: SnapshotReader,
  query: unknown,
  options: unknown,
): SearchResult {
  if (closures.telemetry?.isOn !== true) return reader.search(query, options)
  return loadObservation().observeSearch(closures, () => reader.search(query, options))
}

/** Searches by words, and with the embedder of the registry if it has one. */
export async function searchSnapshotAsync(
  closures: Closures,
  reader: SnapshotReader,
  query: unknown,
  options: unknown,
): Promise<SearchResult> {
  // Few programs have an embedder.
  const { searchAsync } = require('./search-async') as typeof asyncModule
  const search = () => searchAsync(closures, reader, query, options)
  return closures.telemetry?.isOn === true ? loadObservation().observeSearchAsync(closures, search) : search()
}

/** Few programs trace. */
function loadObservation(): typeof observationModule {
  return require('../observe/search-observation') as typeof observationModule
}
