// Registry and loader of a command: the one place that makes them, for all commands.

import type { LoaderOptions, RegistryOptions, SpecLoader, ToolRegistry } from '../../../index'

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
