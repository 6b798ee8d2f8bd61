// Loaded configuration: a registry with all sources of a configuration file, which is read again when it changes.

import type { ConfigReport, ConfiguredServer, LoadedConfig as PublicLoadedConfig } from '../../index'
import { revive } from '../border/error'
import type { ToolrackError } from '../border/error'
import { deepFreeze } from '../border/freeze'
import { raise } from '../border/raised-error'
import { Uncloneable } from '../border/uncloneable'
import { KeptWatch } from '../load/kept-watch'
import { SpecLoader } from '../loader'
import { McpLoader } from '../mcp/loader/mcp-loader'
import { ToolModules } from '../modules/tool-modules'
import { ToolRegistry, attach } from '../registry'
import type { RegistryAttachment } from '../registry/registry-attachment'
import { changedOptions } from './changed-options'
import { openPart } from './config-mistakes'
import { readConfiguration } from './config-reading'
import type { ConfigReading } from './config-reading'
import { ConfigRun } from './config-run'
import { registryOptions } from './config-registry'
import { configuredServer } from './config-server'
import { ConfigSources } from './config-sources'
import { ConfigWatch } from './config-watch'
import type { ConfigOptions } from './load-config-options'
import type { Config } from './read-config'

/** What a loaded configuration begins with. */
interface Opened {
  readonly registry: ToolRegistry
  readonly loader: SpecLoader
  readonly modules: ToolModules
  readonly mcp: McpLoader
  readonly server: ConfiguredServer
}

export class LoadedConfig extends Uncloneable implements PublicLoadedConfig {
  readonly registry: ToolRegistry
  readonly loader: SpecLoader
  readonly modules: ToolModules
  readonly mcp: McpLoader
  readonly server: ConfiguredServer
  /** What was read, by its path or as an object. */
  readonly #given: unknown
  readonly #options: ConfigOptions
  /** What the registry was opened with. */
  readonly #opened: Config
  readonly #sources: ConfigSources
  readonly #attachment: RegistryAttachment
  #report: ConfigReport | undefined
  #watch: ConfigWatch | undefined
  #kept: KeptWatch | undefined
  /** Readings take turns: a newer one is never overtaken. */
  #turn: Promise<unknown> = Promise.resolve()
  #isClosed = false
  #closing: Promise<void> | undefined

  /** Makes the registry and the loaders. Throws what their options are refused with; then nothing is open. */
  constructor(given: unknown, reading: ConfigReading, options: ConfigOptions) {
    super()
    const { config } = reading
    const { registry, loader, modules, mcp, server } = open(reading, options)
    this.registry = registry
    this.loader = loader
    this.modules = modules
    this.mcp = mcp
    this.server = server
    this.#given = given
    this.#options = options
    this.#opened = config
    const attachment = attach(registry, { sources: () => [], close: () => this.#end() })
    this.#attachment = attachment
    this.#sources = new ConfigSources({ registry, attachment, loader, modules, mcp })
  }

  get report(): ConfigReport {
    if (this.#report === undefined) throw raise('CLOSED', { what: 'configuration' })
    return this.#report
  }

  /** Loads all sources of what was read, and then watches the file. */
  async start(reading: ConfigReading): Promise<this> {
    await this.#inTurn(() => this.#apply(reading))
    const { content } = reading
    const { watch } = this.#options
    if (watch !== undefined) {
      const changed = (error?: ToolrackError): Promise<void> => this.#changed(content.file, error)
      this.#watch = new ConfigWatch(this.#attachment, {
        file: content.file,
        bytes: content.bytes,
        options: watch,
        changed,
      })
      this.#kept = new KeptWatch(this, this.#attachment.closures.events, () => true)
      this.#kept.update()
    }
    return this
  }

  /** A property, as `close` is: a program takes them out of the object. */
  readonly reload = (): Promise<ConfigReport> =>
    this.#inTurn(async () => {
      this.#checkOpen()
      const reading = await readConfiguration(this.#given, this.#options)
      // What is read again later is compared with this content, whatever comes of it.
      this.#watch?.update(reading.content.bytes)
      return this.#apply(reading)
    })

  readonly close = (): Promise<void> => (this.#closing ??= this.#close())

  async #close(): Promise<void> {
    this.#end()
    this.loader.close()
    try {
      await Promise.all([this.modules.close(), this.mcp.close()])
    } finally {
      this.registry.close()
    }
  }

  async #apply(reading: ConfigReading): Promise<ConfigReport> {
    this.#checkOpen()
    const run = new ConfigRun(reading)
    await this.#sources.apply(reading.config, run)
    this.#checkOpen()
    const report = run.report(this.registry.revision, changedOptions(this.#opened, reading.config))
    this.#report = deepFreeze(report)
    return report
  }

  /** The file has new content, or cannot be read. */
  async #changed(file: string, fault: ToolrackError | undefined): Promise<void> {
    const { events } = this.#attachment.closures
    try {
      if (fault !== undefined) throw fault
      const report = await this.reload()
      this.#tell(report)
    } catch (thrown) {
      const error = revive(thrown)
      if (error.code !== 'CLOSED') events.emit('reloadFailed', Object.freeze({ source: file, error }))
    }
  }

  #tell(report: ConfigReport): void {
    const { events } = this.#attachment.closures
    try {
      this.#options.onReload?.(report)
    } catch (error) {
      events.emit('listenerFailed', Object.freeze({ event: 'onReload of a configuration', error }))
    }
  }

  /** Works after what is under way. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(work)
    this.#turn = next.catch(() => {})
    return next
  }

  #end(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#watch?.close()
    this.#kept?.close()
    this.#attachment.detach()
  }

  #checkOpen(): void {
    if (this.#isClosed) throw raise('CLOSED', { what: 'configuration' })
  }
}

/** Makes a registry with its loaders. What was made is closed where the next one is refused. */
function open({ config, content }: ConfigReading, { fetch, embed }: ConfigOptions): Opened {
  const server = configuredServer(config, content)
  const registry = openPart(content, '/registry', () => new ToolRegistry(registryOptions(config, embed)))
  try {
    const options = { ...config.loader, ...(fetch !== undefined && { fetch }) }
    const loader = openPart(content, '/loader', () => new SpecLoader(registry, options))
    const modules = new ToolModules(registry, { resolveFrom: content.folder })
    return { registry, loader, modules, mcp: new McpLoader(registry), server }
  } catch (thrown) {
    registry.close()
    throw thrown
  }
}
