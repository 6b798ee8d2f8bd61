// Sources of a configuration: documents, modules and HTTP tools, brought to what a configuration says.

import type { SpecLoader } from '../loader'
import type { McpLoader } from '../mcp/loader/mcp-loader'
import type { ToolModules } from '../modules/tool-modules'
import type { ToolRegistry } from '../registry'
import { ConfigDocuments } from './config-documents'
import { ConfigHttpTools } from './config-http-tools'
import { ConfigMcpServers } from './config-mcp-servers'
import { ConfigModules } from './config-modules'
import type { ConfigRun } from './config-run'
import type { Config } from './read-config'

/** All sources of one configuration. */
export class ConfigSources {
  readonly #documents: ConfigDocuments
  readonly #modules: ConfigModules
  readonly #tools: ConfigHttpTools
  readonly #servers: ConfigMcpServers

  constructor(registry: ToolRegistry, loader: SpecLoader, modules: ToolModules, mcp: McpLoader) {
    this.#documents = new ConfigDocuments(loader)
    this.#modules = new ConfigModules(modules)
    this.#tools = new ConfigHttpTools(registry)
    this.#servers = new ConfigMcpServers(mcp)
  }

  /**
   * Loads what is new or changed, and removes what is gone. What fails keeps its tools, and is tried again the next time.
   * First what is gone, so that its names are free for what is new.
   */
  async apply({ documents = {}, modules = [], tools = [], mcpServers = {} }: Config, run: ConfigRun): Promise<void> {
    this.#documents.unloadOthers(documents, run)
    await this.#modules.removeOthers(modules, run)
    await this.#tools.removeOthers(tools, run)
    await this.#servers.unloadOthers(mcpServers, run)
    const load = async (): Promise<void> => {
      await this.#documents.load(documents, run)
      await this.#modules.add(modules, run)
      await this.#tools.register(tools, run)
    }
    await load()
    // A name may have moved to a part that stands before the one that had it.
    if (run.takeTakenNames()) await load()
    // Last: they may be slow, and a name that a part of our own has is theirs no more.
    await this.#servers.load(mcpServers, run)
  }
}
