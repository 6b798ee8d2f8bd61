// HTTP tools of a configuration: all of them are one source, which is replaced in one revision.

import type { HttpToolChange, HttpToolDefinition, registerHttpTools } from '../../index'
import type { ConfigRun } from './config-run'
import type { HttpToolConfig } from './read-config'

/** The name of the source. */
const SOURCE = 'tools'

type HttpToolsOptions = Parameters<typeof registerHttpTools>[2]

/** Replaces all tools of a source. */
export type ReplaceTools = (definitions: readonly HttpToolDefinition[], options: HttpToolsOptions) => HttpToolChange

/** The HTTP tools of one configuration. */
export class ConfigHttpTools {
  /** The definitions in use, as JSON. */
  #text = '[]'

  /** Removes those that a configuration does not have: their names are free for other parts. */
  async removeOthers(tools: readonly HttpToolConfig[], replace: ReplaceTools, run: ConfigRun): Promise<void> {
    const names = new Set(tools.map(({ name }) => name))
    const former = JSON.parse(this.#text) as HttpToolConfig[]
    const kept = former.filter(({ name }) => names.has(name))
    if (kept.length === former.length) return
    await run.attempt('/tools', async () => {
      run.removed.push(...this.#replace(kept, replace).removed)
    })
  }

  /** Replaces all of them, if one is new or changed. */
  async register(tools: readonly HttpToolConfig[], replace: ReplaceTools, run: ConfigRun): Promise<void> {
    if (JSON.stringify(tools) === this.#text) return
    await run.attempt('/tools', async () => {
      run.tools = this.#replace(tools, replace)
    })
  }

  #replace(tools: readonly HttpToolConfig[], replace: ReplaceTools): HttpToolChange {
    const definitions: HttpToolDefinition[] = []
    // An endpoint is a fixed address: a host that one tool lists is reached by another one that names it.
    const hosts = new Set<string>()
    for (const { network, ...definition } of tools) {
      definitions.push(definition)
      for (const host of network?.hosts ?? []) hosts.add(host)
    }
    const change = replace(definitions, { source: SOURCE, network: { hosts: [...hosts] } })
    this.#text = JSON.stringify(tools)
    return change
  }
}
