// Module sources: all sources of one `ToolModules`. It adds, reloads, removes and watches them, one load at a time.

import { randomUUID } from 'node:crypto'
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
import { NativeModuleWatch, checkToolSetOptions } from '../border/native'
import type { NativeLoader } from '../border/native'
import { invalidOption } from '../border/options'
import { raise } from '../border/raised-error'
import { WatchedChanges } from './watch/watched-changes'
import { readDirectoryOptions } from './directory/module-directories'
import type { DirectoryOptions } from './directory/module-directories'
import { DirectorySources } from './directory/directory-sources'
import { KeptWatch } from '../load/kept-watch'
import type { RegistryAttachment } from '../registry/registry-attachment'
import { ModuleGroups } from './watch/module-groups'
import { discoverModules } from './directory/module-discovery'
import { describeSources, reportOutcomes } from './module-reports'
import { createSource, entryOf } from './source/module-source'
import type { ModuleSource } from './source/module-source'
import { writeMembers } from '../load/tool-sets/source-options'
import type { SourceOptions } from '../load/tool-sets/source-options'
import { checkProviderOptions, createProviderSource } from './source/provider-source'
import { SharedRuns } from './providers/shared-runs'
import { noteUnusedOverrides } from './load/unused-overrides'
import { LoadTurns } from './load/load-turns'
import { LoadRefused, loadSources } from './load/source-loads'
import type { LoadOutcome, LoadRequest, LoadsHost } from './load/source-loads'
import { SourceList } from './source/source-list'
import { readSpecOptions } from './source/source-specs'
import { SourceRemoval } from './source/source-removal'
import type { SourceSpec } from './source/source-specs'

type SourcesHost = Omit<LoadsHost, 'sourceNamed' | 'turns'> & Pick<RegistryAttachment, 'onChange'>

export class ModuleSources {
  readonly #host: LoadsHost
  readonly #onChange: RegistryAttachment['onChange']
  readonly #list = new SourceList()
  /** Sources of the load that is under way. */
  readonly #loading = new Set<ModuleSource>()
  readonly #consumer = randomUUID()
  readonly #reloads = new WeakMap<ModuleSource, SharedRuns<LoadReport>>()
  readonly #groups: ModuleGroups
  readonly #changes: WatchedChanges
  readonly #kept: KeptWatch
  readonly #removal: SourceRemoval
  readonly #directories: DirectorySources
  #watch: NativeModuleWatch | undefined
  #stopListening = (): void => {}

  constructor({ onChange, ...given }: SourcesHost) {
    this.#onChange = onChange
    const sourceNamed = (name: string): ModuleSource | undefined => this.#list.get(name)
    const host: LoadsHost = { ...given, turns: new LoadTurns(given.loader), sourceNamed }
    this.#host = host
    this.#groups = new ModuleGroups(() => this.#openWatch())
    const inTurn = <T>(work: () => Promise<T>, loader?: NativeLoader): Promise<T> => this.#inTurn(work, loader)
    const shared = { list: this.#list, groups: this.#groups, inTurn }
    this.#changes = new WatchedChanges({
      ...host,
      ...shared,
      load: (sources, request) => this.#load(sources, request),
    })
    const parts = { ...shared, changes: this.#changes, openWatch: () => this.#openWatch() }
    this.#removal = new SourceRemoval({ ...host, ...parts, find: (name, base) => this.#find(name, base) })
    this.#directories = new DirectorySources({
      ...parts,
      checkOptions: (options) => this.#checkOptions(options),
      loadAll: (sources, request) => this.#loadAll(sources, request),
    })
    const isWatching = (): boolean => this.#groups.size > 0 || this.directories().length > 0
    this.#kept = new KeptWatch(this, host.closures.events, isWatching)
  }

  async add(
    specs: readonly SourceSpec[],
    common: SourceOptions,
    ownOptions: (own: object) => SourceOptions,
    loader: NativeLoader,
  ): Promise<ModulesReport> {
    if (common.name !== undefined && specs.length > 1) {
      throw invalidOption('name', `names one source, and ${specs.length} are added: call add for each source`)
    }
    return this.#inTurn(async () => {
      const check = (options: SourceOptions): SourceOptions => (this.#checkOptions(options), options)
      const chosen = readSpecOptions(specs, check(common), (own) => check(ownOptions(own)))
      const sources = chosen.map(({ spec, options }) => this.#sourceOf(spec, options))
      const outcomes = await this.#loadAll([...new Set(sources)], { trigger: 'load', onError: common.onError })
      return reportOutcomes(outcomes)
    }, loader)
  }

  addDirectory(...given: Parameters<DirectorySources['add']>): Promise<DirectoryModulesReport> {
    return this.#directories.add(...given)
  }

  /** `given` are by default those that the directory is watched with. */
  discover(directory: string | undefined, given: DirectoryOptions | undefined): FoundModule[] {
    const optionsOf = (each: string): DirectoryOptions =>
      given ?? this.#changes.pending.optionsOf(each) ?? readDirectoryOptions({})
    return discoverModules(directory === undefined ? this.directories() : [directory], optionsOf, this.#list)
  }

  directories(): string[] {
    return this.#changes.pending.directories()
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

  remove(...given: Parameters<SourceRemoval['remove']>): Promise<string[]> {
    return this.#removal.remove(...given)
  }

  list(): ModuleSourceStatus[] {
    const statuses = JSON.parse(callNative(() => this.#host.loader.sources())) as SourceStatus[]
    return describeSources(statuses, this.#list, this.#groups)
  }

  /** Ends all watches, and gives every provider back. Returns what they threw. */
  async close(): Promise<ToolrackError[]> {
    this.#watch?.close()
    this.#stopListening()
    this.#kept.close()
    this.#changes.close()
    const sources = [...new Set([...this.#list.all(), ...this.#loading])]
    this.#list.clear()
    this.#host.modules.forget(sources.flatMap((source) => entryOf(source) ?? []))
    const outcomes = await Promise.allSettled(sources.map(async ({ lease }) => lease?.close()))
    return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [revive(outcome.reason)] : []))
  }

  /** Refuses wrong options of sources before their code runs. */
  #checkOptions(options: SourceOptions): void {
    const members = writeMembers(options, true)
    if (members !== undefined) callNative(() => checkToolSetOptions(members))
    if (options.watch !== undefined) this.#groups.checkOptions(options.watch.text)
  }

  /** The source of a spec: the one that is there already, or a new one. */
  #sourceOf(spec: SourceSpec, options: SourceOptions): ModuleSource {
    if (spec.kind !== 'provider') return createSource(spec, options)
    const known = this.#list.ofProvider(spec.value)
    if (known !== undefined) {
      checkProviderOptions(known, options)
      return known
    }
    return createProviderSource(spec, options, {
      consumer: this.#consumer,
      registry: this.#host.registry,
      timeoutMs: this.#host.loadTimeoutMs,
      onChanged: (source) => void this.#changes.reloadProvider(source),
    })
  }

  /** Loads sources, and gives the providers back that could not be loaded for the first time. */
  async #loadAll(sources: readonly ModuleSource[], request: LoadRequest): Promise<LoadOutcome[]> {
    try {
      const outcomes = await this.#load(sources, request)
      for (const { source, ...outcome } of outcomes) {
        if (outcome.error !== undefined && !outcome.isRecorded) this.#recordFault(source, outcome.error)
      }
      noteUnusedOverrides(outcomes)
      await this.#giveBack(sources)
      return outcomes
    } catch (thrown) {
      if (thrown instanceof LoadRefused && !thrown.isRecorded) this.#recordFault(thrown.source, thrown.fault)
      await this.#giveBack(sources)
      throw thrown instanceof LoadRefused ? thrown.fault : thrown
    }
  }

  /** Records the fault of a load in the audit log. */
  #recordFault({ name, location }: ModuleSource, { code, message }: ToolrackError): void {
    if (name === undefined) return
    this.#host.loader.reportFault(name, 'load', code, message)
    const holder = this.#list.get(name)
    // The status of a name is that of the source that has it, which is another one.
    if (holder !== undefined && holder.location !== location && holder.fault === undefined)
      this.#host.loader.clearFault(name)
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
      const loaded: ModuleSource[] = []
      const replaced: ModuleSource[] = []
      for (const { source, report } of outcomes) {
        if (report === undefined) continue
        replaced.push(...this.#put(source))
        this.#changes.settle(source, report)
        loaded.push(source)
      }
      this.#watchLoaded(loaded)
      await this.#giveBack(replaced)
      return outcomes
    } finally {
      for (const source of sources) this.#loading.delete(source)
      // Listeners get the events of the load, and see its sources, before its caller gets the report.
      this.#host.closures.drain()
      this.#host.checkOpen()
    }
  }

  /** Watches the files of sources that were loaded, or watches them no more. */
  #watchLoaded(loaded: readonly ModuleSource[]): void {
    const entries = loaded.flatMap((source) => entryOf(source) ?? [])
    const isUnwatched = (entry: string): boolean =>
      this.#groups.has(entry) && this.#list.ofEntry(entry).every(({ options }) => options.watch === undefined)
    this.#groups.unwatch(entries.filter(isUnwatched))
    this.#groups.watch(this.#changes.watched(loaded))
  }

  /** Lists a source, in place of one that was added before. Returns that one. */
  #put(source: ModuleSource): ModuleSource[] {
    const former = this.#list.get(String(source.name))
    this.#list.put(source)
    if (former === undefined || former === source) return []
    const entry = entryOf(former)
    if (entry !== undefined && !this.#list.hasEntry(entry)) {
      // The source is of another file now.
      this.#groups.unwatch([entry])
      this.#host.modules.forget([entry])
    }
    return [former]
  }

  #reloadNow(known: ModuleSource): Promise<LoadReport> {
    return this.#inTurn(async () => {
      const source = this.#list.current(known)
      try {
        const [outcome] = await this.#load([source], { trigger: 'reload', onError: source.options.onError })
        if (outcome === undefined) throw new Error('a load has an outcome')
        if (outcome.error !== undefined) throw outcome.error
        return outcome.report
      } catch (thrown) {
        if (!(thrown instanceof LoadRefused)) throw thrown
        this.#changes.reportFault([source], 'reload', thrown)
        throw thrown.fault
      }
    })
  }

  #find(name: string, base: string): ModuleSource {
    const source = this.#list.find(name, base) ?? this.#list.get(this.#host.sourceOfTool(name) ?? '')
    if (source !== undefined) return source
    throw this.#list.unknown(name)
  }

  #openWatch(): NativeModuleWatch {
    if (this.#watch !== undefined) return this.#watch
    const { registry, native, closures } = this.#host
    const slot = closures.store((change: unknown) => this.#changes.handle(change), this)
    this.#watch = callNative(() => new NativeModuleWatch(registry, native, slot))
    // From before the first load on: a name may become free while the load that needs it is under way.
    this.#stopListening = this.#onChange((change) => this.#changes.noteChange(change))
    return this.#watch
  }

  #inTurn<T>(work: () => Promise<T>, loader?: NativeLoader): Promise<T> {
    const workThenRetry = async (): Promise<T> => {
      try {
        const done = await work()
        await this.#changes.retryFreed()
        return done
      } finally {
        this.#kept.update()
      }
    }
    return this.#host.turns.run(workThenRetry, loader)
  }
}
