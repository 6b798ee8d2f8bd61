// Watched changes: what a watcher or a provider tells is loaded, and what goes wrong is told once.

import type { ChangeSet, LoadReport } from '../../../index'
import { fromFault } from '../../border/error'
import { deepFreeze } from '../../border/freeze'
import type { GraphReading, WatchedFile } from '../graph/module-records'
import { changedFiles, filesByEntry } from '../graph/reading-files'
import type { FilesOfEntry } from '../graph/reading-files'
import { watchedFiles } from './module-groups'
import type { ModuleGroups, WatchedFiles } from './module-groups'
import { MissingSources } from './missing-sources'
import { entryOf } from '../source/module-source'
import type { ModuleSource } from '../source/module-source'
import type { OnError } from '../../load/tool-sets/source-options'
import { isOutdated } from './outdated-readings'
import { FreedNames } from './freed-names'
import { PendingFiles } from './pending-files'
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

/** The place of faults that no source has. */
const WAITING_FILES = 'the files that wait for a name'

export class WatchedChanges {
  readonly #host: ChangesHost
  /** Files that are not loaded yet, and the directories. */
  readonly pending: PendingFiles
  readonly #missing: MissingSources
  readonly #faults: ReloadFaults
  readonly #freed = new FreedNames()
  /** Whether a turn waits that tries what waits for a name. */
  #isRetryPlanned = false

  constructor(host: ChangesHost) {
    this.#host = host
    this.#faults = new ReloadFaults(host)
    this.pending = new PendingFiles(host, this.#faults)
    const withdrawLater = (source: ModuleSource): void => void this.#withdraw(source)
    this.#missing = new MissingSources({ ...host, withdrawLater })
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

  /** A source was loaded, by whomever: its file waits no longer. */
  settle(source: ModuleSource, { removed }: LoadReport): void {
    this.pending.settle(source)
    this.#missing.find(source)
    if (removed.length > 0) this.#freed.noteAny()
  }

  /** Names became free: what waits for one is tried at the end of this turn. */
  noteFreedNames(): void {
    this.#freed.noteAny()
  }

  /**
   * Names may have become free outside of a turn: by an approval, a rollback, or the program. A load that is under way may
   * have been refused already, so what waits is looked at in a turn of its own.
   */
  noteChange(change: ChangeSet): void {
    if (!this.#freed.noteChange(change) || this.#isRetryPlanned) return
    this.#isRetryPlanned = true
    void this.#inTurn(
      () => [],
      WAITING_FILES,
      async () => void (this.#isRetryPlanned = false),
    )
  }

  close(): void {
    this.#missing.close()
    this.pending.clear()
  }

  /** Handles what Rust tells; it waits for this before it looks at the files again. Never rejects. */
  async handle(change: unknown): Promise<null> {
    const told = change as WatchChange
    const entries = told.kind === 'listed' ? [] : told.entries
    const concerned = (): ModuleSource[] => entries.flatMap((entry) => this.#sourcesAt(entry))
    await this.#inTurn(concerned, told.kind === 'listed' ? told.directory : told.group, async () => {
      if (told.kind === 'changed') await this.#changed(told.entries, told.reading, told.missing)
      else if (told.kind === 'listed') this.pending.listed(told.directory, told, told.number)
      else throw fromFault(told.error)
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

  /** Tries what waits for a name, if names became free: a tool or a file may have moved. Never rejects. */
  async retryFreed(): Promise<void> {
    try {
      while (this.#freed.take(this.#waiting().flatMap(({ fault }) => fault ?? []))) await this.#retryTaken()
    } catch (thrown) {
      this.#faults.tellUnexpected(thrown, [], WAITING_FILES)
    }
  }

  /** Works in turn. What goes wrong is told for the sources that are concerned, or for a place. */
  async #inTurn(concerned: () => readonly ModuleSource[], place: string, work: () => Promise<void>): Promise<void> {
    try {
      await this.#host.inTurn(work)
    } catch (thrown) {
      this.#faults.tellUnexpected(thrown, concerned(), place)
    }
  }

  async #withdraw(source: ModuleSource): Promise<void> {
    await this.#inTurn(
      () => [source],
      source.location,
      async () => {
        this.#missing.withdraw(source)
        this.#freed.noteAny()
      },
    )
  }

  async #changed(entries: readonly string[], reading: GraphReading, missing: readonly string[]): Promise<void> {
    this.#host.checkOpen()
    const filesNow = filesByEntry(reading)
    const known = entries.flatMap((entry) => this.#sourcesAt(entry))
    const gone = new Set(missing)
    const isOld = await isOutdated(known, { reading, missing: gone }, this.#host.native)
    for (const source of known) source.isAheadOfWatch = false
    if (isOld) return this.#host.groups.lookAgain(entries)
    const [loaded, fresh]: [ModuleSource[], ModuleSource[]] = [[], []]
    for (const source of known) {
      if (gone.has(String(entryOf(source)))) this.#lose(source)
      // What was never loaded has nothing to keep: it does not hold the others back.
      else if (source.hash === undefined) fresh.push(source)
      else if (source.isWithdrawn || this.#changedFiles(source, filesNow).length > 0) loaded.push(source)
      else this.#confirm(source)
    }
    await this.#reloadChanged(loaded, reading, filesNow)
    const wanted = fresh.filter((source) => !this.pending.yields(source))
    if (wanted.length > 0) await this.#reload(wanted, 'skip', reading)
    this.#watchAgain(known, filesNow)
  }

  #sourcesAt(entry: string): readonly ModuleSource[] {
    const loaded = this.#host.list.ofEntry(entry)
    const pending = this.pending.at(entry)
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
      for (const { source, ...outcome } of await this.#host.load(sources, {
        trigger: 'watch',
        onError,
        reading,
      })) {
        if (outcome.report !== undefined) events.emit('reloaded', deepFreeze(outcome.report))
        else this.#faults.tell([source], new LoadRefused(source, outcome.error, outcome.isRecorded))
      }
      return undefined
    } catch (thrown) {
      if (thrown instanceof LoadRefused) return thrown
      throw thrown
    }
  }

  /** Loads what waited for a name: a tool may have moved from one file to another, or a file may have been renamed. */
  async #retryTaken(): Promise<void> {
    this.pending.retry()
    for (const source of this.#waiting()) {
      // The one before it may have taken it along.
      if (source.fault?.code === 'NAME_TAKEN') await this.#reload([source], source.options.onError)
    }
  }

  /** Watched sources that a name was refused. */
  #waiting(): ModuleSource[] {
    const all = [...this.#host.list.all(), ...this.pending.all()]
    return all.filter(({ options, fault }) => options.watch !== undefined && fault?.code === 'NAME_TAKEN')
  }

  /** Its file is missing: its tools stay, or go after a while. */
  #lose(source: ModuleSource): void {
    if (source.hash === undefined) {
      this.pending.lose(source)
      return
    }
    if (source.isMissing) return
    this.#missing.lose(source)
    // Its name is for another file of the directory, and its tools may be gone.
    this.#freed.noteAny()
  }

  /** Watches the files that sources consist of now, also of those that could not be loaded. */
  #watchAgain(sources: readonly ModuleSource[], filesNow: FilesOfEntry): void {
    const still = sources.filter(
      (source) => this.#host.list.has(source) || this.pending.at(String(entryOf(source))) === source,
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
}
