// ToolModules: modules, directories and providers as tools of a registry, reloaded one by one.

import { join } from 'node:path'
import { NativeLoader, NativeModuleGraph } from '../border/native'
import type { NativeRevisionGroup } from '../border/native'
import type {
  ChangeReport,
  DirectoryModulesReport,
  FoundModule,
  HeldChange,
  LoadReport,
  ModulesReport,
  ModuleSourceStatus,
  SourceVersion,
  ToolModules as PublicToolModules,
} from '../../index'
import { callNative, throwFirst } from '../border/error'
import type { ToolrackError } from '../border/error'
import { INSPECT, inspectedLine } from '../border/inspection'
import { isList } from '../border/kind'
import { checkOptions, invalidOption, milliseconds, oneOf, toText } from '../border/options'
import { invalidRegistry } from '../border/package-copies'
import { raise } from '../border/raised-error'
import { Uncloneable } from '../border/uncloneable'
import type { Closures } from '../closures'
import { SourceDecisions } from '../load/source-decisions'
import type { Pins } from '../load/source-decisions'
import { stateText } from '../load/state-file'
import { attach, isRegistry } from '../registry'
import type { ToolRegistry } from '../registry'
import type { RegistryAttachment } from '../registry/registry-attachment'
import { createLoader } from './load/module-loaders'
import { LoadWaits } from './graph/load-waits'
import { Generations } from './generations/generations'
import { DIRECTORY_OPTIONS, readDirectoryOptions, toDirectory } from './directory/module-directories'
import { toGivenPath } from './source/given-path'
import { readSourceOptions } from '../load/tool-sets/source-options'
import { ModuleSources } from './module-sources'
import { listSpecs } from './source/source-specs'

/** Deadline of the content of a source, in ms. */
const LOAD_TIMEOUT_MS = 10_000

/** What of modules joins the revision of a group. */
export type GroupedModules = Pick<ToolModules, 'add' | 'addDirectory' | 'remove'>

/** For a configuration: loads and removals that join the revision of a group. Only the class can read its private fields. */
export let modulesWithin: (modules: ToolModules, group: NativeRevisionGroup) => GroupedModules

export class ToolModules extends Uncloneable implements PublicToolModules {
  readonly #registry: RegistryAttachment
  readonly #loader: NativeLoader
  readonly #sources: ModuleSources
  readonly #base: string
  readonly #decisions: SourceDecisions
  readonly #waits: LoadWaits
  readonly #generations: Generations
  #closing: Promise<void> | undefined

  constructor(registry: unknown, options?: unknown) {
    super()
    if (!isRegistry(registry)) throw invalidRegistry(registry)
    const { reload, resolveFrom, loadTimeoutMs, paths, state } = checkOptions(options, [
      'reload',
      'resolveFrom',
      'loadTimeoutMs',
      'paths',
      'state',
    ])
    if (paths !== undefined && (typeof paths !== 'object' || paths === null || isList(paths)))
      throw invalidOption('paths', "must be an object: { '@/*': ['./src/*'] }")
    oneOf('reload', reload, ['graph', 'native'])
    const timeoutMs = milliseconds('loadTimeoutMs', loadTimeoutMs, LOAD_TIMEOUT_MS)
    this.#base = resolveFrom === undefined ? process.cwd() : toDirectory('resolveFrom', resolveFrom, process.cwd())
    const graphOptions = toText('options', { root: this.#base, ...(paths !== undefined && { paths }) })
    const stateJson = stateText(state)
    const close = (): void => void this.close().catch((error: unknown) => this.#tellFailure(error))
    this.#registry = attach(registry, { sources: () => this.sources(), close })
    const { closures, native } = this.#registry
    const [waits, generations] = [new LoadWaits(), generationsOf(closures)]
    this.#waits = waits
    this.#generations = generations
    try {
      this.#loader = callNative(() => new NativeLoader(native, stateJson, undefined))
      this.#decisions = new SourceDecisions(this.#loader, closures, () => this.#checkOpen())
      const graph = callNative(() => new NativeModuleGraph(graphOptions))
      this.#sources = new ModuleSources({
        loader: this.#loader,
        native: graph,
        registry: native,
        closures,
        modules: createLoader(graph, { loadTimeoutMs: timeoutMs, waits, generations }, reload === 'native', (reason) =>
          closures.events.emit('reloadDegraded', Object.freeze({ reason })),
        ),
        importer: join(this.#base, 'index.js'),
        loadTimeoutMs: timeoutMs,
        waits,
        checkOpen: () => this.#checkOpen(),
        sourceOfTool: (tool) => sourceOfTool(registry, tool),
        onChange: this.#registry.onChange,
      })
    } catch (error) {
      this.#registry.detach()
      throw error
    }
  }

  add(spec: unknown, options?: unknown): Promise<ModulesReport> {
    return this.#add(this.#loader, spec, options)
  }

  async #add(loader: NativeLoader, spec: unknown, options: unknown): Promise<ModulesReport> {
    this.#checkOpen()
    const { timeoutMs } = this.#registry.closures.limits
    const common = readSourceOptions(options, timeoutMs)
    const specs = listSpecs(spec, this.#base, common.onError)
    const ownOptions = (own: object) => readSourceOptions({ ...(options as object), ...own }, timeoutMs)
    return this.#sources.add(specs, common, ownOptions, loader)
  }

  addDirectory(directory: unknown, options?: unknown): Promise<DirectoryModulesReport> {
    return this.#addDirectory(this.#loader, directory, options)
  }

  async #addDirectory(loader: NativeLoader, directory: unknown, options: unknown): Promise<DirectoryModulesReport> {
    this.#checkOpen()
    const { timeoutMs } = this.#registry.closures.limits
    const { others, ...common } = readSourceOptions(options, timeoutMs, DIRECTORY_OPTIONS)
    return this.#sources.addDirectory(
      toDirectory('directory', directory, this.#base),
      common,
      readDirectoryOptions(others),
      loader,
    )
  }

  discover(directory?: unknown, options?: unknown): FoundModule[] {
    this.#checkOpen()
    const listing = options === undefined ? undefined : readDirectoryOptions(checkOptions(options, DIRECTORY_OPTIONS))
    const path = directory === undefined ? undefined : toDirectory('directory', directory, this.#base)
    return this.#sources.discover(path, listing)
  }

  directories(): string[] {
    this.#checkOpen()
    return this.#sources.directories()
  }

  async reload(name: unknown): Promise<LoadReport> {
    this.#checkOpen()
    return this.#sources.reload(toGivenPath('name', name), this.#base)
  }

  remove(name: unknown): Promise<string[]> {
    return this.#remove(this.#loader, name)
  }

  async #remove(loader: NativeLoader, name: unknown): Promise<string[]> {
    this.#checkOpen()
    return this.#sources.remove(toGivenPath('name', name), this.#base, loader)
  }

  sources(): ModuleSourceStatus[] {
    this.#checkOpen()
    return this.#sources.list()
  }

  held(): HeldChange[] {
    return this.#decisions.held()
  }

  approve(id: unknown): ChangeReport {
    return this.#decisions.approve(id)
  }

  reject(id: unknown): void {
    this.#decisions.reject(id)
  }

  history(source: unknown): SourceVersion[] {
    return this.#decisions.history(source)
  }

  rollback(source: unknown, version?: unknown): ChangeReport {
    return this.#decisions.rollback(source, version)
  }

  pin(source: unknown, tools?: unknown): Pins {
    return this.#decisions.pin(source, tools)
  }

  unpin(source: unknown, tools?: unknown): Pins {
    return this.#decisions.unpin(source, tools)
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  [INSPECT](): string {
    return inspectedLine('ToolModules', () => {
      const sources = this.sources()
      return {
        revision: this.#registry.native.revision,
        tools: sources.reduce((sum, { tools }) => sum + tools, 0),
        sources: sources.map(({ name }) => name),
      }
    })
  }

  async #close(): Promise<void> {
    this.#decisions.stop()
    this.#registry.detach()
    this.#loader.close()
    this.#waits.end(isClosed())
    const closed = this.#sources.close()
    this.#generations.close()
    const errors = await closed
    this.#registry.closures.freeSlots()
    throwFirst(errors)
  }

  #tellFailure(error: unknown): void {
    this.#registry.closures.events.emit('listenerFailed', Object.freeze({ event: 'close of ToolModules', error }))
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw isClosed()
  }

  static {
    modulesWithin = (modules, group) => {
      const loader = modules.#loader.within(group)
      return {
        add: (spec, options) => modules.#add(loader, spec, options),
        addDirectory: (directory, options) => modules.#addDirectory(loader, directory, options),
        remove: (name) => modules.#remove(loader, name),
      }
    }
  }
}

function isClosed(): ToolrackError {
  return raise('CLOSED', { what: 'ToolModules' })
}

/** Generations whose closures are those of a registry. What their disposal throws is told as an event. */
function generationsOf(closures: Closures): Generations {
  return new Generations({
    freeSlots: () => closures.drain(),
    failed: (path, error) =>
      closures.events.emit('listenerFailed', Object.freeze({ event: `dispose of ${path}`, error })),
  })
}

/** The source of a tool, if there is such a tool. */
function sourceOfTool(registry: ToolRegistry, tool: string): string | undefined {
  return (registry.get(tool) as { readonly source?: string } | undefined)?.source
}
