// Sources of a configuration: documents, modules, HTTP tools and MCP servers, brought to what a configuration says.

import { documentsWithin } from '../loader'
import type { GroupedDocuments, SpecLoader } from '../loader'
import type { McpLoader } from '../mcp/loader/mcp-loader'
import { modulesWithin } from '../modules/tool-modules'
import type { GroupedModules, ToolModules } from '../modules/tool-modules'
import type { ToolRegistry } from '../registry'
import type { RegistryAttachment } from '../registry/registry-attachment'
import { replaceHttpTools } from '../registry/http-tools'
import { inOneRevision } from '../registry/revision-group'
import { ConfigDocuments } from './config-documents'
import { ConfigHttpTools } from './config-http-tools'
import type { ReplaceTools } from './config-http-tools'
import { ConfigMcpServers } from './config-mcp-servers'
import { ConfigModules } from './config-modules'
import type { ConfigRun } from './config-run'
import type { Config } from './read-config'

/** What the sources of a configuration are loaded with. */
export interface SourcesHost {
  readonly registry: ToolRegistry
  readonly attachment: RegistryAttachment
  readonly loader: SpecLoader
  readonly modules: ToolModules
  readonly mcp: McpLoader
}

/** What loads and removes the sources of a configuration, in the revision of a group. */
interface GroupedLoads {
  readonly documents: GroupedDocuments
  readonly modules: GroupedModules
  readonly replaceTools: ReplaceTools
}

/** All sources of one configuration. */
export class ConfigSources {
  readonly #host: SourcesHost
  readonly #documents: ConfigDocuments
  readonly #modules = new ConfigModules()
  readonly #tools = new ConfigHttpTools()
  readonly #servers: ConfigMcpServers

  constructor(host: SourcesHost) {
    this.#host = host
    this.#documents = new ConfigDocuments(host.loader)
    this.#servers = new ConfigMcpServers(host.mcp)
  }

  /**
   * Loads what is new or changed, and removes what is gone, in one revision but for MCP servers. What fails keeps its tools,
   * and is tried again the next time. First what is gone, so that its names are free for what is new.
   */
  async apply(config: Config, run: ConfigRun): Promise<void> {
    const { registry, attachment, loader, modules } = this.#host
    const { mcpServers = {} } = config
    await this.#servers.unloadOthers(mcpServers, run)
    await inOneRevision(attachment, async (group) => {
      await this.#apply(config, run, {
        documents: documentsWithin(loader, group),
        modules: modulesWithin(modules, group),
        replaceTools: (definitions, options) => replaceHttpTools(registry, definitions, options, group),
      })
    })
    // Each has a revision of its own: a slow server keeps back no tools of others.
    await this.#servers.load(mcpServers, run)
  }

  async #apply(config: Config, run: ConfigRun, loads: GroupedLoads): Promise<void> {
    const { documents = {}, modules = [], tools = [] } = config
    this.#documents.unloadOthers(documents, loads.documents, run)
    await this.#modules.removeOthers(modules, loads.modules, run)
    await this.#tools.removeOthers(tools, loads.replaceTools, run)
    const load = async (): Promise<void> => {
      await this.#documents.load(documents, loads.documents, run)
      await this.#modules.add(modules, loads.modules, run)
      await this.#tools.register(tools, loads.replaceTools, run)
    }
    await load()
    // A name may have moved to a part that stands before the one that had it.
    if (run.takeTakenNames()) await load()
  }
}
