// Source removal: takes the tools of sources away, stops their watches and releases what they hold.

import { resolve } from 'node:path'
import { callNative, revive, throwFirst } from '../../border/error'
import type { NativeLoader, NativeModuleWatch } from '../../border/native'
import type { Closures } from '../../closures'
import type { ModuleLoader } from '../graph/module-loader'
import type { LoadTurns } from '../load/load-turns'
import type { ModuleGroups } from '../watch/module-groups'
import type { WatchedChanges } from '../watch/watched-changes'
import { entryOf } from './module-source'
import type { ModuleSource } from './module-source'
import type { SourceList } from './source-list'

export interface RemovalHost {
  readonly list: SourceList
  readonly groups: ModuleGroups
  readonly changes: WatchedChanges
  readonly closures: Closures
  readonly modules: Pick<ModuleLoader, 'forget'>
  readonly openWatch: () => NativeModuleWatch
  readonly find: (name: string, base: string) => ModuleSource
  readonly turns: LoadTurns
  readonly inTurn: <T>(work: () => Promise<T>, loader: NativeLoader) => Promise<T>
}

export class SourceRemoval {
  readonly #host: RemovalHost

  constructor(host: RemovalHost) {
    this.#host = host
  }

  /** Removes the source of a name or path, else all of a directory, else the source of a tool. */
  async remove(name: string, base: string, loader: NativeLoader): Promise<string[]> {
    return this.#host.inTurn(async () => this.drop(this.#choose(name, base)), loader)
  }

  #choose(name: string, base: string): readonly ModuleSource[] {
    const { list, changes, openWatch } = this.#host
    const source = list.find(name, base)
    if (source !== undefined) return [source]
    const directory = resolve(base, name)
    const inDirectory = list.inDirectory(directory)
    if (inDirectory.length === 0 && changes.pending.optionsOf(directory) === undefined)
      return [this.#host.find(name, base)]
    changes.pending.removeDirectory(directory, openWatch)
    return inDirectory
  }

  /** Takes the tools of sources away. All of them are released, even if a provider throws. */
  async drop(sources: readonly ModuleSource[]): Promise<string[]> {
    const { list, changes, turns, closures } = this.#host
    const removed = callNative(() => turns.loader.unloadToolSets(sources.map(({ name }) => String(name))))
    for (const { name } of sources) list.delete(String(name))
    this.#forget(sources)
    changes.noteFreedNames()
    // Listeners hear of it before a provider is asked, which may take its time.
    closures.drain()
    const closed = await Promise.allSettled(sources.map(async ({ lease }) => lease?.close()))
    throwFirst(closed.flatMap((one) => (one.status === 'rejected' ? [revive(one.reason)] : [])))
    return removed
  }

  /** Forgets the files of sources that no other source has. */
  #forget(sources: readonly ModuleSource[]): void {
    const { list, groups, modules } = this.#host
    const entries = sources.flatMap((source) => entryOf(source) ?? []).filter((entry) => !list.hasEntry(entry))
    groups.unwatch(entries)
    modules.forget(entries)
  }
}
