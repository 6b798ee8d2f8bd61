// Source removal: takes the tools of sources away, stops their watches and releases what they hold.

import { resolve } from 'node:path'
import { callNative } from '../../border/error'
import type { NativeLoader, NativeModuleWatch } from '../../border/native'
import type { Closures } from '../../closures'
import type { FoundFile } from '../directory/module-directories'
import type { ModuleLoader } from '../graph/module-loader'
import type { ModuleGroups } from '../watch/module-groups'
import type { WatchedChanges } from '../watch/watched-changes'
import { entryOf, releaseModules } from './module-source'
import type { ModuleSource } from './module-source'
import type { SourceList } from './source-list'

export interface RemovalHost {
  readonly list: SourceList
  readonly groups: ModuleGroups
  readonly changes: WatchedChanges
  readonly loader: NativeLoader
  readonly closures: Closures
  readonly modules: Pick<ModuleLoader, 'forget'>
  readonly openWatch: () => NativeModuleWatch
  readonly find: (name: string, base: string) => ModuleSource
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>
}

export class SourceRemoval {
  readonly #host: RemovalHost

  constructor(host: RemovalHost) {
    this.#host = host
  }

  async remove(name: string, base: string): Promise<string[]> {
    const { list, changes, closures } = this.#host
    return this.#host.inTurn(async () => {
      const inDirectory = list.inDirectory(resolve(base, name))
      const sources =
        inDirectory.length > 0 || changes.pending.optionsOf(resolve(base, name)) !== undefined
          ? inDirectory
          : [this.#host.find(name, base)]
      changes.pending.removeDirectory(resolve(base, name), this.#host.openWatch)
      const removed: string[] = []
      for (const source of sources) removed.push(...(await this.#drop(source)))
      changes.noteFreedNames()
      closures.drain()
      return removed
    })
  }

  /** Drops sources whose name a file of another place takes over. */
  async dropFormer(files: readonly FoundFile[]): Promise<void> {
    for (const { name, path } of files) {
      const former = this.#host.list.get(name)
      if (former !== undefined && former.location !== path) await this.#drop(former)
    }
  }

  async #drop(source: ModuleSource): Promise<string[]> {
    const { list, groups, loader, modules } = this.#host
    const name = String(source.name)
    const removed = callNative(() => loader.unload(name))
    list.delete(name)
    const entry = entryOf(source)
    if (entry !== undefined && !list.hasEntry(entry)) {
      groups.unwatch([entry])
      modules.forget([entry])
    }
    releaseModules(source)
    await source.lease?.close()
    return removed
  }
}
