// MCP servers of a configuration: loads the tools of new and changed ones, and unloads those that are gone.

import type { LoadReport } from '../../index'
import { revive } from '../border/error'
import type { ToolrackError } from '../border/error'
import type { McpLoader } from '../mcp/loader/mcp-loader'
import { partOf } from './config-run'
import type { ConfigRun } from './config-run'
import type { McpServerConfig } from './read-config'

/** Members that say how a server is reached; the others are options of the load. */
const PLACE: readonly string[] = Object.freeze(['command', 'args', 'env', 'cwd', 'url', 'headers'])
/** Members that are neither. */
const OTHER: readonly string[] = Object.freeze(['type', 'disabled'])

/** The servers of one configuration. */
export class ConfigMcpServers {
  readonly #loader: McpLoader
  /** What each was loaded with, as JSON; `undefined`: it could not be loaded, and is tried again. */
  readonly #loaded = new Map<string, string | undefined>()

  constructor(loader: McpLoader) {
    this.#loader = loader
  }

  /** Unloads the servers that a configuration does not have, or has disabled. */
  async unloadOthers(servers: Readonly<Record<string, McpServerConfig>>, run: ConfigRun): Promise<void> {
    const wanted = new Map(enabled(servers))
    for (const name of this.#loaded.keys()) {
      if (wanted.has(name)) continue
      await run.attempt(partOf('mcpServers', name), () => this.#unload(name, run))
    }
  }

  /** Loads those that are new or changed, all at once: one that is slow does not hold the others up. */
  async load(servers: Readonly<Record<string, McpServerConfig>>, run: ConfigRun): Promise<void> {
    const changed = enabled(servers).filter(([name, server]) => this.#loaded.get(name) !== JSON.stringify(server))
    await Promise.all(
      changed.map(([name, server]) => run.attempt(partOf('mcpServers', name), () => this.#load(name, server, run))),
    )
  }

  async #load(name: string, server: McpServerConfig, run: ConfigRun): Promise<void> {
    const entries = Object.entries(server)
    const place = Object.fromEntries(entries.filter(([key]) => PLACE.includes(key)))
    const options = Object.fromEntries(entries.filter(([key]) => !PLACE.includes(key) && !OTHER.includes(key)))
    if (!this.#loaded.has(name)) this.#loaded.set(name, undefined)
    const load = (): Promise<LoadReport> => this.#loader.load(name, place, { ...options, keepTrying: true })
    const report = await load().catch(async (thrown: unknown) => {
      if (!this.#isKept(name) || !isTaken(name, revive(thrown))) throw thrown
      // Another server has the name now: the tools of the former one are not its versions.
      await this.#unload(name, run)
      return load()
    })
    run.mcpServers.push(report)
    this.#loaded.set(name, JSON.stringify(server))
  }

  #isKept(name: string): boolean {
    return this.#loader.status().some((one) => one.name === name)
  }

  async #unload(name: string, run: ConfigRun): Promise<void> {
    this.#loaded.delete(name)
    if (this.#isKept(name)) run.removed.push(...(await this.#loader.unload(name)))
  }
}

/** Whether the name of the source is that of another server. */
function isTaken(name: string, { code, details }: ToolrackError): boolean {
  return code === 'NAME_TAKEN' && details.name === name && details.location !== undefined
}

function enabled(servers: Readonly<Record<string, McpServerConfig>>): [string, McpServerConfig][] {
  return Object.entries(servers).filter(([, { disabled }]) => disabled !== true)
}
