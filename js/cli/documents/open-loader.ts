// Registry and loader of a command: the one place that makes them, for all commands.

import type { LoaderOptions, RegistryOptions, SpecLoader, ToolRegistry } from '../../../index'
import { revive } from '../../border/error'
import type { ConfigReading } from '../../config/config-reading'
import type { ConfigOptions } from '../../config/load-config-options'
import type { LoadedConfig } from '../../config/loaded-config'
import type { Variables } from '../variables'
import { configError } from './config-places'

/** What tools are loaded into, and by what. */
export interface OpenLoader {
  readonly registry: ToolRegistry
  readonly loader: SpecLoader
}

/** The options of both. */
export interface OpenLoaderOptions {
  readonly registry?: RegistryOptions
  readonly loader?: LoaderOptions
}

/** Makes an empty registry and its loader. The addon is loaded here, and not for `--help` or a mistake. */
export async function openLoader(options: OpenLoaderOptions = {}): Promise<OpenLoader> {
  // Not the index of the package: it has modules of code too, and a client waits for the first answer of `serve`.
  const { ToolRegistry } = await import('../../registry.js')
  const { SpecLoader } = await import('../../loader.js')
  const registry = new ToolRegistry(options.registry)
  return { registry, loader: new SpecLoader(registry, options.loader) }
}

/** A configuration whose registry is open, and has no tools yet. */
export interface OpenConfig {
  readonly loaded: LoadedConfig
  readonly reading: ConfigReading
  /** Loads all sources. */
  readonly start: () => Promise<unknown>
}

/** How a configuration is opened: what commands change of it, and whether it is watched. */
export type ConfigOpening = Partial<Pick<ConfigOptions, 'amend' | 'watch' | 'onReload'>>

/** Reads a configuration file. `variables` hide the values of its variables. Throws {@link CommandError}. */
export async function readConfig(
  file: string,
  variables: Variables,
  amend?: ConfigOptions['amend'],
): Promise<ConfigReading> {
  const { readConfiguration } = await import('../../config/config-reading.js')
  try {
    const reading = await readConfiguration(file, { environment: process.env, ...(amend !== undefined && { amend }) })
    variables.hideAlso(reading.hidden)
    return reading
  } catch (thrown) {
    throw configError(file, thrown)
  }
}

/** Makes the registry and the loaders of a configuration that was read. Throws {@link CommandError}. */
export async function openConfig(file: string, reading: ConfigReading, opening: ConfigOpening): Promise<OpenConfig> {
  const { LoadedConfig } = await import('../../config/loaded-config.js')
  const none = { watch: undefined, fetch: undefined, embed: undefined, onReload: undefined }
  const options = { environment: process.env, ...none, ...opening }
  try {
    const loaded = new LoadedConfig(file, reading, options)
    return { loaded, reading, start: () => loaded.start(reading) }
  } catch (thrown) {
    throw configError(file, reading.hidden.hideError(revive(thrown)))
  }
}
