// HTTP tools of a configuration: all of them are one source, which is replaced in one revision.

import type { HttpToolChange, HttpToolDefinition, Problem, registerHttpTools } from '../../index'
import type { ToolrackError } from '../border/error'
import { raise } from '../border/raised-error'
import type { ConfigRun, PartFailure } from './config-run'
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
    const replaceAll = async (): Promise<void> => {
      run.tools = this.#replace(tools, replace)
    }
    await run.attempt('/tools', replaceAll, (error) => failuresOf(error, tools, run))
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

/** The definitions that an error is about, each with what is wrong with it. Empty: the error is about all of them. */
function failuresOf(error: ToolrackError, tools: readonly HttpToolConfig[], run: ConfigRun): PartFailure[] {
  const { name, problems = [] } = error.details as { readonly name?: string; readonly problems?: readonly Problem[] }
  return tools.flatMap((tool, index): PartFailure[] => {
    if (error.code === 'NAME_TAKEN' && tool.name === name) {
      const part = run.itemOf('tools', index)
      return [{ part, pointer: `${part}/name`, error }]
    }
    if (error.code !== 'INVALID_DEFINITION') return []
    const at = `/${index}`
    const own = problems.filter(({ pointer }) => pointer === at || pointer.startsWith(`${at}/`))
    const [first, ...more] = own.map(({ pointer, message }) => ({ pointer: pointer.slice(at.length), message }))
    if (first === undefined) return []
    const part = run.itemOf('tools', index)
    const ownError = raise('INVALID_DEFINITION', { tool: tool.name, problems: [first, ...more] })
    return [{ part, pointer: part + first.pointer, error: ownError }]
  })
}
