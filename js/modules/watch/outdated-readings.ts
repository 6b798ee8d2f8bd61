// Outdated readings: what a watcher read before a source was read again by itself. A change waits for its turn, and a
// reload before it may have read newer content: no revision goes back to what was there before.

import { existsSync } from 'node:fs'
import { contentsText, parseReading } from '../graph/module-records'
import type { GraphReading, NativeModuleGraph } from '../graph/module-records'
import { entryOf } from '../source/module-source'
import type { ModuleSource } from '../source/module-source'

/** What a watcher tells of files. */
export interface ObservedFiles {
  readonly reading: GraphReading
  readonly missing: ReadonlySet<string>
}

/**
 * Whether what a watcher tells of sources is not what is there. Only sources that were read by themselves since it told
 * of them last are read again to compare: it looks at files after its last change was handled.
 */
export async function isOutdated(
  sources: readonly ModuleSource[],
  { reading, missing }: ObservedFiles,
  native: NativeModuleGraph,
): Promise<boolean> {
  const entries = new Set<string>()
  const known = new Map<string, string>()
  for (const source of sources) {
    const entry = entryOf(source)
    // What was never loaded has no newer content to lose.
    if (entry === undefined || !source.isAheadOfWatch || source.hash === undefined) continue
    for (const { path, hash } of source.files) known.set(path, hash)
    if (!missing.has(entry)) entries.add(entry)
    else if (existsSync(entry)) return true
  }
  if (entries.size === 0) return false
  const now = await native.read([...entries], contentsText(Array.from(known, ([path, hash]) => ({ path, hash }))))
  return !hasSameContent(entries, reading, parseReading(now))
}

/** Whether entries consist of the same content in two readings, or fail in the same way. */
function hasSameContent(entries: ReadonlySet<string>, told: GraphReading, now: GraphReading): boolean {
  const hashes = new Map(told.modules.map(({ path, hash }) => [path, hash]))
  if (now.modules.some(({ path, hash }) => hashes.get(path) !== hash)) return false
  const faultsOf = ({ failed }: GraphReading): string[] =>
    failed.filter(({ entry }) => entries.has(entry)).map(({ entry, error }) => `${entry} ${error.message}`)
  return faultsOf(told).join() === faultsOf(now).join()
}
