// Name takeover: a file of a directory with `onConflict: 'later'` takes the name of a source at another place.

import type { ModuleSource } from '../source/module-source'
import type { SourceList } from '../source/source-list'
import type { SourceRemoval } from '../source/source-removal'
import { loadSources } from './source-loads'
import type { LoadOutcome, LoadRequest, LoadsHost } from './source-loads'

export interface TakeoverHost extends Omit<LoadsHost, 'dropFormer'> {
  readonly list: SourceList
  readonly removal: SourceRemoval
  /** Loads sources again that were dropped for nothing. */
  readonly restore: (sources: readonly ModuleSource[]) => Promise<unknown>
}

/**
 * Loads sources. The former source of a name goes when the new one is evaluated and has tools: a file that cannot be loaded
 * takes nothing away. It comes back where the core refuses the new one.
 */
export async function loadWithTakeover(
  sources: readonly ModuleSource[],
  request: LoadRequest,
  host: TakeoverHost,
): Promise<LoadOutcome[]> {
  const { list, removal, restore } = host
  const dropped: ModuleSource[] = []
  const dropFormer = async ({ name, location }: ModuleSource): Promise<void> => {
    const former = list.get(String(name))
    if (former === undefined || former.location === location) return
    dropped.push(former)
    await removal.drop([former])
  }
  let loaded: readonly LoadOutcome[] = []
  try {
    const outcomes = await loadSources(sources, request, { ...host, dropFormer })
    loaded = outcomes.filter(({ report }) => report !== undefined)
    return outcomes
  } finally {
    const taken = new Set(loaded.map(({ source }) => source.name))
    const lost = dropped.filter(({ name }) => !taken.has(name))
    if (lost.length > 0) await restore(lost)
  }
}
