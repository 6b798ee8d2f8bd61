// Watched changes: what a watcher or a provider tells is loaded, and what goes wrong is told once.

import { fromFault } from '../../border/error'
import { deepFreeze } from '../../border/freeze'
import type { NativeModuleWatch } from '../../border/native'
import { parseReading } from '../graph/module-records'
import type { GraphReading, WatchedFile } from '../graph/module-records'
import { changedFiles, filesByEntry } from '../graph/reading-files'
import type { FilesOfEntry } from '../graph/reading-files'
import { findFiles, listedName } from '../directory/module-directories'
import type { DirectoryOptions, WatchedDirectory } from '../directory/module-directories'
import { watchedFiles } from './module-groups'
import type { ModuleGroups, WatchedFiles } from './module-groups'
import { MissingSources } from './missing-sources'
import { createFileSource, entryOf } from '../source/module-source'
import type { ModuleSource } from '../source/module-source'
import type { OnError } from '../source/module-options'
import { ReloadFaults } from './reload-faults'
import { joinByFiles } from './shared-files'
import { LoadRefused } from '../load/source-loads'
import type { LoadOutcome, LoadRequest, LoadsHost, Trigger } from '../load/source-loads'
import type { SourceList } from '../source/source-list'
import type { WatchChange } from './watch-change'

export interface ChangesHost extends LoadsHost {
  readonly list: SourceList
  readonly groups: ModuleGroups
  readonly load: (sources: readonly ModuleSource[], request: LoadRequest) => Promise<LoadOutcome[]>
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>
}

export class WatchedChanges {
  readonly #host: ChangesHost
  readonly #directories = new Map<string, WatchedDirectory>()
  /** The number of the newest listing of each directory: an older one may arrive later. */
  readonly #listings = new Map<string, number>()
  /** Files that are watched and not loaded yet, by path. */
  readonly #pending = new Map<string, ModuleSource>()
  readonly #missing: MissingSources
  readonly #faults: ReloadFaults
  /** Whether tools were removed since the last retry. */
  #hasFreedNames = false

  constructor(host: ChangesHost) {
    this.#host = host
    this.#faults = new ReloadFaults(host)
    this.#missing = new MissingSources(host)
  }

  directories(): string[] {
    return [...this.#directories.keys()]
  }

  /** What of a watched directory is loaded. */
  optionsOf(directory: string): DirectoryOptions | undefined {
    return this.#directories.get(directory)?.options
  }

  hasDirectory(directory: string): boolean {
    return this.#directories.has(directory)
  }

  addDirectory(directory: string, watched: WatchedDirectory): void {
    this.#directories.set(directory, watched)
  }

  removeDirectory(directory: string, watch: () => NativeModuleWatch): void {
    if (!this.#directories.delete(directory)) return
    watch().unwatchDirectory(directory)
    const pending = [...this.#pending].filter(([, source]) => source.directory === directory).map(([path]) => path)
    for (const path of pending) this.#pending.delete(path)
    this.#host.groups.unwatch(pending)
  }

  /** Files of sources to watch. */
  watched(sources: readonly ModuleSource[]): WatchedFiles[] {
    return sources.flatMap((source) => this.#watchedFiles(source, [...source.files, ...source.awaited]))
  }

  /** All sources of a file are watched with it. */
  #watchedFiles(source: ModuleSource, files: readonly WatchedFile[]): WatchedFiles[] {
    const others = this.#host.list.ofEntry(entryOf(source) ?? '').filter((one) => one !== source)
    return watchedFiles([source, ...others], files)
  }

  /** Files of sources that could not be loaded: they are loaded when they have other content. */
  pending(sources: readonly ModuleSource[]): WatchedFiles[] {
    return sources.flatMap((source) => {
      const entry = entryOf(source)
      if (entry === undefined || source.options.watch === undefined) return []
      this.#pending.set(entry, source)
      return this.#watchedFiles(source, source.awaited)
    })
  }

  close(): void {
    this.#missing.close()
    this.#pending.clear()
    this.#directories.clear()
  }

  /** Handles what Rust tells; it waits for this before it looks at the files again. Never rejects. */
  async handle(change: unknown): Promise<null> {
    const told = change as WatchChange
    const entries = told.kind === 'listed' ? [] : told.entries
    const concerned = (): ModuleSource[] => entries.flatMap((entry) => this.#sourcesAt(entry))
    await this.#inTurn(concerned, told.kind === 'listed' ? told.directory : told.group, async () => {
      if (told.kind === 'changed') await this.#changed(told.entries, parseReading(told.reading), told.missing)
      else if (told.kind === 'listed') this.#listed(told.directory, told.names, told.number)
      else throw fromFault(told.error)
      if (this.#hasFreedNames) await this.#retryTaken()
    })
    return null
  }

  /** Loads the tools of a provider again. */
  async reloadProvider(source: ModuleSource): Promise<void> {
    await this.#inTurn(
      () => [source],
      source.location,
      async () => {
        if (this.#host.list.has(source)) await this.#reload([source], source.options.onError)
      },
    )
  }

  /** Records a fault of sources, which keep their tools. */
  reportFault(sources: readonly ModuleSource[], trigger: Trigger, refused: LoadRefused): void {
    this.#faults.record(sources, trigger, refused)
  }

  /** Works in turn. What goes wrong is told for the sources that are concerned, or for a place. */
  async #inTurn(concerned: () => readonly ModuleSource[], place: string, work: () => Promise<void>): Promise<void> {
    try {
      await this.#host.inTurn(work)
    } catch (thrown) {
      this.#faults.tellUnexpected(thrown, concerned(), place)
    }
  }

  async #changed(entries: readonly string[], reading: GraphReading, missing: readonly string[]): Promise<void> {
    this.#host.checkOpen()
    const filesNow = filesByEntry(reading)
    const known = entries.flatMap((entry) => this.#sourcesAt(entry))
    const gone = new Set(missing)
    const [loaded, fresh]: [ModuleSource[], ModuleSource[]] = [[], []]
    for (const source of known) {
      if (gone.has(String(entryOf(source)))) this.#lose(source)
      // What was never loaded has nothing to keep: it does not hold the others back.
      else if (source.hash === undefined) fresh.push(source)
      else if (source.isWithdrawn || this.#changedFiles(source, filesNow).length > 0) loaded.push(source)
      else this.#confirm(source)
    }
    await this.#reloadChanged(loaded, reading, filesNow)
    if (fresh.length > 0) await this.#reload(fresh, 'skip', reading)
    this.#watchAgain(known, filesNow)
  }

  #sourcesAt(entry: string): readonly ModuleSource[] {
    const loaded = this.#host.list.ofEntry(entry)
    const pending = this.#pending.get(entry)
    return pending === undefined ? loaded : [...loaded, pending]
  }

  #changedFiles(source: ModuleSource, filesNow: FilesOfEntry): string[] {
    return changedFiles(source.files, filesNow(String(entryOf(source))).files)
  }

  /** Its content is the one in use. */
  #confirm(source: ModuleSource): void {
    this.#missing.find(source)
    if (source.fault === undefined) return
    source.fault = undefined
    this.#host.loader.clearFault(String(source.name))
  }

  /** Loads changed sources. Those that share a changed file are fresh together, or stay as they are. */
  async #reloadChanged(changed: readonly ModuleSource[], reading: GraphReading, filesNow: FilesOfEntry): Promise<void> {
    if (changed.every(({ options }) => options.onError === 'skip')) {
      if (changed.length > 0) await this.#reload(changed, 'skip', reading)
      return
    }
    let parts = joinByFiles(changed, (source) => this.#changedFiles(source, filesNow))
    while (parts.length > 0) {
      const refused = await this.#tryReload(parts.flat(), 'refuse', reading)
      if (refused === undefined) return
      const isFaulty = (part: readonly ModuleSource[]): boolean => part.some((source) => refused.faults.has(source))
      const faulty = parts.filter(isFaulty)
      if (faulty.length === 0) throw refused.fault
      for (const part of faulty) this.#faults.tell(part, refused)
      parts = parts.filter((part) => !isFaulty(part))
    }
  }

  /** Loads sources in one revision, and tells what goes wrong. */
  async #reload(sources: readonly ModuleSource[], onError: OnError, reading?: GraphReading): Promise<void> {
    const refused = await this.#tryReload(sources, onError, reading)
    if (refused !== undefined) this.#faults.tell(sources, refused)
  }

  /** Loads sources in one revision. With `refuse`, one fault refuses all: it is returned. */
  async #tryReload(
    sources: readonly ModuleSource[],
    onError: OnError,
    reading: GraphReading | undefined,
  ): Promise<LoadRefused | undefined> {
    const { events } = this.#host.closures
    try {
      for (const { source, report, error, isRecorded } of await this.#host.load(sources, {
        trigger: 'watch',
        onError,
        reading,
      })) {
        if (report !== undefined) {
          this.#hasFreedNames ||= report.removed.length > 0
          this.#pending.delete(String(entryOf(source)))
          this.#missing.find(source)
          events.emit('reloaded', deepFreeze(report))
        } else if (error !== undefined) this.#faults.tell([source], new LoadRefused(source, error, isRecorded === true))
      }
      return undefined
    } catch (thrown) {
      if (thrown instanceof LoadRefused) return thrown
      throw thrown
    }
  }

  /** Loads the sources again that waited for a name: a tool may have moved from one file to another. */
  async #retryTaken(): Promise<void> {
    this.#hasFreedNames = false
    const all = [...this.#host.list.all(), ...this.#pending.values()]
    for (const source of all) {
      const isWaiting = source.options.watch !== undefined && source.fault?.startsWith('NAME_TAKEN ') === true
      if (isWaiting) await this.#reload([source], source.options.onError)
    }
  }

  /** Its file is missing: its tools stay, or go after a while. */
  #lose(source: ModuleSource): void {
    if (source.hash === undefined) {
      // One that is still listed may be there again before the listing shows that it was gone.
      if (!this.#isListed(source)) this.#forget(source)
      return
    }
    this.#missing.lose(source)
  }

  #isListed({ directory, location }: ModuleSource): boolean {
    if (directory === undefined) return false
    return this.#directories.get(directory)?.names.has(listedName(directory, location)) === true
  }

  /** A file that was never loaded is gone. */
  #forget(source: ModuleSource): void {
    const entry = String(entryOf(source))
    this.#pending.delete(entry)
    this.#host.groups.unwatch([entry])
  }

  /** Watches the files that sources consist of now, also of those that could not be loaded. */
  #watchAgain(sources: readonly ModuleSource[], filesNow: FilesOfEntry): void {
    const still = sources.filter(
      (source) => this.#host.list.has(source) || this.#pending.get(String(entryOf(source))) === source,
    )
    this.#host.groups.watch(
      still.flatMap((source) => {
        const { files, awaited } = filesNow(String(entryOf(source)))
        // A file that the content in use needs is watched though the new content does not name it: it may come back.
        const former = source.fault === undefined ? [] : source.files.map(({ path }) => ({ path }))
        return this.#watchedFiles(source, [...former, ...files, ...awaited])
      }),
    )
  }

  /** Files that came to a directory are loaded once their content is stable. */
  #listed(directory: string, names: readonly string[], number: number): void {
    const watched = this.#directories.get(directory)
    if (watched === undefined || number <= (this.#listings.get(directory) ?? 0)) return
    this.#listings.set(directory, number)
    const fresh = names.filter((name) => !watched.names.has(name))
    const listed = new Set(names)
    this.#directories.set(directory, { ...watched, names: listed })
    for (const [path, source] of this.#pending)
      if (source.directory === directory && !listed.has(listedName(directory, path))) this.#forget(source)
    const pending = new Map([...this.#pending.values()].map(({ name, location }) => [name, location]))
    const holder = (name: string): string | undefined => this.#host.list.get(name)?.location ?? pending.get(name)
    const { files, failed } = findFiles(directory, fresh, watched.options, holder)
    for (const { location, error } of failed) {
      this.#faults.emit(location, error)
    }
    const sources = files
      .filter(({ path }) => !this.#host.list.hasEntry(path) && !this.#pending.has(path))
      .map((file) => createFileSource(file, watched.common, directory))
    this.#host.groups.watch(this.pending(sources))
  }
}
