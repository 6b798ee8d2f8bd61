// Module sources: all sources of one `ToolModules`. It adds, reloads, removes and watches them, one load at a time.

import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type {
  DirectoryModulesReport,
  FoundModule,
  LoadReport,
  ModulesReport,
  ModuleSourceStatus,
  SourceStatus,
} from '../../index'
import { callNative, revive } from '../border/error'
import type { ToolrackError } from '../border/error'
import { NativeModuleWatch } from '../border/native'
import { nearestName } from '../border/nearest'
import { invalidOption } from '../border/options'
import { raise } from '../border/raised-error'
import { WatchedChanges } from './watch/watched-changes'
import { depthOf, findFiles, listOrAwait, readDirectoryOptions } from './directory/module-directories'
import type { DirectoryOptions } from './directory/module-directories'
import { KeptWatch } from '../load/kept-watch'
import { ModuleGroups } from './watch/module-groups'
import { discoverModules } from './directory/module-discovery'
import { describeSources, reportOutcomes } from './module-reports'
import { createFileSource, createSource, entryOf, faultWords } from './source/module-source'
import type { ModuleSource } from './source/module-source'
import type { SourceOptions } from './source/module-options'
import { createProviderSource } from './source/provider-source'
import { SharedRuns } from './providers/shared-runs'
import { LoadRefused, loadSources } from './load/source-loads'
import type { LoadOutcome, LoadRequest, LoadsHost } from './load/source-loads'
import { SourceList, nextProviderNumber } from './source/source-list'
import type { SourceSpec } from './source/source-specs'

export class ModuleSources {
  readonly #host: LoadsHost
  readonly #list = new SourceList()
  /** Sources of the load that is under way. */
  readonly #loading = new Set<ModuleSource>()
  readonly #consumer = randomUUID()
  readonly #reloads = new WeakMap<ModuleSource, SharedRuns<LoadReport>>()
  readonly #groups: ModuleGroups
  readonly #changes: WatchedChanges
  readonly #kept: KeptWatch
  #watch: NativeModuleWatch | undefined
  /** Loads take turns: two of them never work on one source. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(given: Omit<LoadsHost, 'dropFormer'>) {
    const host: LoadsHost = { ...given, dropFormer: (source) => this.#dropFormer(source) }
    this.#host = host
    this.#groups = new ModuleGroups(() => this.#openWatch())
    this.#changes = new WatchedChanges({
      ...host,
      list: this.#list,
      groups: this.#groups,
      load: (sources, request) => this.#load(sources, request),
      inTurn: (work) => this.#inTurn(work),
    })
    const isWatching = (): boolean => this.#groups.size > 0 || this.directories().length > 0
    this.#kept = new KeptWatch(this, host.closures.events, isWatching)
  }

  async add(
    specs: readonly SourceSpec[],
    common: SourceOptions,
    ownOptions: (own: object) => SourceOptions,
  ): Promise<ModulesReport> {
    if (common.name !== undefined && specs.length > 1) {
      throw invalidOption('name', `is the name of one source, and ${specs.length} are added; give each its own call`)
    }
    return this.#inTurn(async () => {
      const options = specs.map(({ chosen }) => (chosen.options === undefined ? common : ownOptions(chosen.options)))
      this.#checkWatches([common, ...options])
      const sources = specs.map((spec, i) => this.#sourceOf(spec, options[i] ?? common))
      const outcomes = await this.#loadAll([...new Set(sources)], { trigger: 'load', onError: common.onError })
      return reportOutcomes(outcomes)
    })
  }

  async addDirectory(
    directory: string,
    common: SourceOptions,
    options: DirectoryOptions,
  ): Promise<DirectoryModulesReport> {
    if (common.name !== undefined)
      throw invalidOption('name', 'is for one source; those of a directory are named by their files')
    return this.#inTurn(async () => {
      this.#checkWatches([common])
      const { takesOver } = options
      const names = listOrAwait(directory, options, common.watch !== undefined)
      const holder = (name: string): string | undefined => this.#list.get(name)?.location
      const found = findFiles(directory, names, options, holder)
      const sources = found.files.map((file) => createFileSource(file, common, { directory, takesOver }))
      const outcomes = await this.#loadAll(sources, { trigger: 'load', onError: 'skip' })
      for (const { source, error } of outcomes) source.fault = error && faultWords(error)
      if (common.watch !== undefined) {
        this.#changes.addDirectory(directory, { common, options, names: new Set(names) })
        this.#openWatch().watchDirectory(directory, names, depthOf(options), common.watch.text)
        this.#groups.watch(this.#changes.pending(sources.filter((source) => source.hash === undefined)))
      }
      return {
        reports: outcomes.flatMap(({ report }) => report ?? []),
        failed: [
          // A file keeps its name where the later one cannot be loaded.
          ...found.failed.filter(({ location }) => !takesOver || !this.#list.hasEntry(location)),
          ...outcomes.flatMap(({ source, error }) =>
            error === undefined ? [] : [{ location: source.location, error }],
          ),
        ],
      }
    })
  }

  /** `given` are by default those that the directory is watched with. */
  discover(directory: string | undefined, given: DirectoryOptions | undefined): FoundModule[] {
    const optionsOf = (each: string): DirectoryOptions =>
      given ?? this.#changes.optionsOf(each) ?? readDirectoryOptions({})
    return discoverModules(directory === undefined ? this.directories() : [directory], optionsOf, this.#list)
  }

  directories(): string[] {
    return this.#changes.directories()
  }

  async reload(name: string, base: string): Promise<LoadReport> {
    const source = this.#find(name, base)
    if (source.spec.kind === 'namespace' || source.spec.kind === 'value') {
      const reason = 'it was given as an object, which has no file to read again; add it again to replace it'
      throw raise('SOURCE_UNREADABLE', { location: name, reason })
    }
    let runs = this.#reloads.get(source)
    if (runs === undefined) this.#reloads.set(source, (runs = new SharedRuns(() => this.#reloadNow(source))))
    return runs.run()
  }

  /** A source was rolled back: its tools are no longer those of its files. */
  rolledBack(name: string): void {
    const source = this.#list.get(name)
    if (source !== undefined) source.entered = undefined
  }

  async remove(name: string, base: string): Promise<string[]> {
    return this.#inTurn(async () => {
      const inDirectory = this.#list.inDirectory(resolve(base, name))
      const sources =
        inDirectory.length > 0 || this.#changes.hasDirectory(resolve(base, name))
          ? inDirectory
          : [this.#find(name, base)]
      this.#changes.removeDirectory(resolve(base, name), () => this.#openWatch())
      const removed: string[] = []
      for (const source of sources) removed.push(...(await this.#drop(source)))
      this.#host.closures.drain()
      return removed
    })
  }

  list(): ModuleSourceStatus[] {
    const statuses = JSON.parse(callNative(() => this.#host.loader.sources())) as SourceStatus[]
    return describeSources(statuses, this.#list, this.#groups)
  }

  /** Ends all watches, and gives every provider back. Returns what they threw. */
  async close(): Promise<ToolrackError[]> {
    this.#watch?.close()
    this.#kept.close()
    this.#changes.close()
    const sources = [...new Set([...this.#list.all(), ...this.#loading])]
    this.#list.clear()
    this.#host.modules.forget(sources.flatMap((source) => entryOf(source) ?? []))
    const outcomes = await Promise.allSettled(sources.map(async ({ lease }) => lease?.close()))
    return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [revive(outcome.reason)] : []))
  }

  #checkWatches(all: readonly SourceOptions[]): void {
    for (const text of new Set(all.map(({ watch }) => watch?.text))) {
      if (text !== undefined) this.#groups.checkOptions(text)
    }
  }

  /** The source of a spec: the one that is there already, or a new one. */
  #sourceOf(spec: SourceSpec, options: SourceOptions): ModuleSource {
    if (spec.kind !== 'provider') return createSource(spec, options)
    const known = this.#list.ofProvider(spec.value)
    if (known !== undefined) return known
    return createProviderSource(spec, options, {
      consumer: this.#consumer,
      number: nextProviderNumber(this.#host.registry),
      timeoutMs: this.#host.loadTimeoutMs,
      onChanged: (source) => void this.#changes.reloadProvider(source),
    })
  }

  /** Loads sources, and gives the providers back that could not be loaded for the first time. */
  async #loadAll(sources: readonly ModuleSource[], request: LoadRequest): Promise<LoadOutcome[]> {
    try {
      const outcomes = await this.#load(sources, request)
      for (const outcome of outcomes) this.#recordFault(outcome)
      await this.#giveBack(sources)
      return outcomes
    } catch (thrown) {
      if (thrown instanceof LoadRefused)
        this.#recordFault({ source: thrown.source, error: thrown.fault, isRecorded: thrown.isRecorded })
      await this.#giveBack(sources)
      throw thrown instanceof LoadRefused ? thrown.fault : thrown
    }
  }

  /** Records the fault of a load in the audit log. */
  #recordFault({ source: { name }, error, isRecorded }: LoadOutcome): void {
    if (error === undefined || name === undefined || isRecorded === true) return
    this.#host.loader.reportFault(name, 'load', error.code, error.message)
  }

  async #giveBack(sources: readonly ModuleSource[]): Promise<void> {
    const unused = sources.filter((source) => !this.#list.has(source))
    await Promise.allSettled(unused.map(async ({ lease }) => lease?.close()))
  }

  /** Loads sources, lists those that are loaded, and watches their files. */
  async #load(sources: readonly ModuleSource[], request: LoadRequest): Promise<LoadOutcome[]> {
    this.#host.checkOpen()
    for (const source of sources) this.#loading.add(source)
    try {
      const outcomes = await loadSources(sources, request, this.#host)
      const loaded = outcomes.filter(({ report }) => report !== undefined).map(({ source }) => source)
      for (const source of loaded) this.#list.put(source)
      this.#groups.watch(this.#changes.watched(loaded))
      return outcomes
    } finally {
      for (const source of sources) this.#loading.delete(source)
      // Listeners get the events of the load, and see its sources, before its caller gets the report.
      this.#host.closures.drain()
      this.#host.checkOpen()
    }
  }

  #reloadNow(source: ModuleSource): Promise<LoadReport> {
    return this.#inTurn(async () => {
      try {
        const [outcome] = await this.#load([source], { trigger: 'reload', onError: source.options.onError })
        if (outcome?.report !== undefined) return outcome.report
        throw outcome?.error ?? new Error('a load has an outcome')
      } catch (thrown) {
        if (!(thrown instanceof LoadRefused)) throw thrown
        this.#changes.reportFault([source], 'reload', thrown)
        throw thrown.fault
      }
    })
  }

  /** Drops a source whose name one of another place takes over. */
  async #dropFormer({ name, location }: ModuleSource): Promise<void> {
    const former = this.#list.get(String(name))
    if (former !== undefined && former.location !== location) await this.#drop(former)
  }

  async #drop(source: ModuleSource): Promise<string[]> {
    const name = String(source.name)
    const removed = callNative(() => this.#host.loader.unload(name))
    this.#list.delete(name)
    const entry = entryOf(source)
    if (entry !== undefined && !this.#list.hasEntry(entry)) {
      this.#groups.unwatch([entry])
      this.#host.modules.forget([entry])
    }
    await source.lease?.close()
    return removed
  }

  #find(name: string, base: string): ModuleSource {
    const source = this.#list.find(name, base) ?? this.#list.get(this.#host.sourceOfTool(name) ?? '')
    if (source !== undefined) return source
    const nearest = nearestName(name, this.#list.names())
    throw raise('UNKNOWN_SOURCE', { name, nearest: nearest === undefined ? [] : [nearest] })
  }

  #openWatch(): NativeModuleWatch {
    if (this.#watch !== undefined) return this.#watch
    const { registry, native, closures } = this.#host
    const slot = closures.store((change: unknown) => this.#changes.handle(change), this)
    this.#watch = callNative(() => new NativeModuleWatch(registry, native, slot))
    return this.#watch
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work).finally(this.#kept.update)
    const nothing = (): void => {}
    this.#turn = turn.then(nothing, nothing)
    return turn
  }
}
