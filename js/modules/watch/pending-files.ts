// Pending files: files that are watched and not loaded yet, and the watched directories in which they are found.

import type { NativeModuleWatch } from '../../border/native'
import { forbiddenSources, isForbidden } from '../directory/forbidden-sources'
import type { DirectoryOptions, FoundFiles, Listing, WatchedDirectory } from '../directory/module-directories'
import { listedName, nameOf, unlistedFaults } from '../directory/module-directories'
import { createFileSource, entryOf } from '../source/module-source'
import type { ModuleSource } from '../source/module-source'
import type { SourceList } from '../source/source-list'
import { watchedFiles } from './module-groups'
import type { ModuleGroups, WatchedFiles } from './module-groups'
import type { ReloadFaults } from './reload-faults'
import { WatchedDirectories } from './watched-directories'
import type { KnownFiles } from './watched-directories'

export interface PendingHost {
  readonly list: SourceList
  readonly groups: ModuleGroups
}

export class PendingFiles {
  readonly #host: PendingHost
  readonly #faults: ReloadFaults
  readonly #directories = new WatchedDirectories()
  /** By path. */
  readonly #pending = new Map<string, ModuleSource>()

  constructor(host: PendingHost, faults: ReloadFaults) {
    this.#host = host
    this.#faults = faults
  }

  directories(): string[] {
    return this.#directories.paths()
  }

  /** What of a watched directory is loaded. */
  optionsOf(directory: string): DirectoryOptions | undefined {
    return this.#directories.get(directory)?.options
  }

  /** `failed` are the files of its first listing that could not be sources. */
  addDirectory(directory: string, watched: WatchedDirectory, failed: FoundFiles['failed']): void {
    this.#directories.add(directory, watched, failed)
  }

  removeDirectory(directory: string, watch: () => NativeModuleWatch): void {
    if (!this.#directories.delete(directory)) return
    watch().unwatchDirectory(directory)
    const paths = [...this.#pending].filter(([, source]) => source.directory === directory).map(([path]) => path)
    for (const path of paths) this.#pending.delete(path)
    this.#host.groups.unwatch(paths)
  }

  at(entry: string): ModuleSource | undefined {
    return this.#pending.get(entry)
  }

  all(): readonly ModuleSource[] {
    return [...this.#pending.values()]
  }

  clear(): void {
    this.#pending.clear()
    this.#directories.clear()
  }

  /** Files of sources that could not be loaded: they are loaded when they have other content. */
  add(sources: readonly ModuleSource[]): WatchedFiles[] {
    return sources.flatMap((source) => {
      const entry = entryOf(source)
      if (entry === undefined || source.options.watch === undefined) return []
      this.#pending.set(entry, source)
      return watchedFiles([source], source.awaited)
    })
  }

  /** A file is loaded, for this source or for another one. */
  settle(source: ModuleSource): void {
    this.#pending.delete(entryOf(source) ?? '')
  }

  /** A file is missing. One that is still listed may be there again before the listing shows that it was gone. */
  lose(source: ModuleSource): void {
    if (!this.#directories.isListed(source)) this.#forget(source)
  }

  /** Whether a file was to take the place of a missing one, which is back: then it waits. */
  yields(source: ModuleSource): boolean {
    const former = source.replaces === undefined ? undefined : this.#host.list.get(String(source.name))
    const isLater = this.optionsOf(source.directory ?? '')?.takesOver === true
    if (former === undefined || former.isMissing || isLater) return false
    this.#forget(source)
    this.#directories.wait(source)
    return true
  }

  /** Files that came to a directory are loaded once their content is stable. */
  listed(directory: string, listing: Listing, number: number): void {
    const news = this.#directories.update(directory, listing, number)
    if (news === undefined) return
    for (const { location, error } of unlistedFaults(news.unlisted)) this.#faults.emit(location, error)
    for (const source of this.all())
      if (source.directory === directory && !this.#directories.isListed(source)) this.#forget(source)
    const fresh = new Set(news.names)
    for (const { location, error } of this.#find(directory, news.names)) {
      const name = listedName(directory, location)
      // A file that has given its name to a later one is not at fault.
      if (!fresh.has(name) || this.#isLeaving(error.details.name)) continue
      this.#faults.emit(error.code === 'SOURCE_FORBIDDEN' ? nameOf(name) : location, error)
    }
  }

  /** Watches the files that waited for a name that is free now. */
  retry(): void {
    for (const directory of this.directories()) this.#find(directory, [])
  }

  /** Watches files that may be sources, and gives those that cannot. */
  #find(directory: string, fresh: readonly string[]): FoundFiles['failed'] {
    const found = this.#directories.find(directory, fresh, this.#known())
    const common = this.#directories.get(directory)?.common
    if (found === undefined || common === undefined) return []
    const followLinks = this.optionsOf(directory)?.followLinks === true
    const sources = found.files.map((file) => {
      const source = createFileSource(file, common, { directory, followLinks })
      source.replaces = this.#host.list.get(file.name)?.location
      return source
    })
    const links = forbiddenSources(found.forbidden, common, directory)
    this.#host.groups.watch(this.add([...sources, ...links]))
    return found.failed
  }

  #known(): KnownFiles {
    const waiting = this.all().filter((source) => !isForbidden(source))
    const pending = new Map(waiting.map(({ name, location }) => [name, location]))
    return {
      holderOf: (name) => {
        const holder = this.#host.list.get(name)
        return holder === undefined || holder.isMissing ? pending.get(name) : holder.location
      },
      isKnown: (path) => this.#host.list.hasEntry(path) || this.#pending.has(path),
    }
  }

  /** Whether the file that has a name is listed no more: it is missing soon, and gives the name up. */
  #isLeaving(name: unknown): boolean {
    const holder = this.#host.list.get(String(name))
    if (holder?.directory === undefined || holder.options.watch === undefined) return false
    return this.optionsOf(holder.directory) !== undefined && !this.#directories.isListed(holder)
  }

  /** A file that was never loaded is gone. */
  #forget(source: ModuleSource): void {
    const entry = entryOf(source) ?? ''
    this.#pending.delete(entry)
    this.#host.groups.unwatch([entry])
  }
}
