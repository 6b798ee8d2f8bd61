// Tool list of `toolrack tools`: a line for each tool, with its source, category and description.

import type { RegisteredTool, Target, ToolFilter, ToolRegistry } from '../../../index'
import type { CommandOutput } from '../output/command-output'
import { textTable } from '../output/text-table'

/** The longest description of a line, in characters. */
const LONGEST = 80

/** A tool of a list. */
export interface ListedTool {
  readonly name: string
  readonly source: string
  readonly category: string | null
  readonly tags: readonly string[]
  readonly deprecated: boolean
  readonly description: string
  /** The estimated tokens of its definition; 0: the target does not take it. With a target alone. */
  readonly tokens?: number
}

/** What a list has of the tools that its filter leaves. */
interface ListRequest {
  readonly target: Target | undefined
  /** The words of a search; `undefined`: the tools are in the order of registration. */
  readonly query: string | undefined
}

/** The most tools that a search lists. */
const MOST_FOUND = 50

export function listedTools(registry: ToolRegistry, filter: ToolFilter, { target, query }: ListRequest): ListedTool[] {
  const tokens = new Map(
    target === undefined ? [] : registry.tokens(target, filter).tools.map((tool) => [tool.name, tool.tokens]),
  )
  return foundTools(registry, filter, query).map(({ name, source, category = null, tags, deprecated, description }) => {
    const listed = { name, source, category, tags, deprecated, description }
    return target === undefined ? listed : { ...listed, tokens: tokens.get(name) ?? 0 }
  })
}

function foundTools(registry: ToolRegistry, filter: ToolFilter, query: string | undefined): RegisteredTool[] {
  if (query === undefined) return registry.tools(filter)
  const names = registry.search(query, { filter, limit: MOST_FOUND }).hits.map(({ name }) => name)
  const place = new Map(names.map((name, i) => [name, i]))
  const tools = registry.tools({ names })
  return tools.sort((a, b) => (place.get(a.name) ?? 0) - (place.get(b.name) ?? 0))
}

export function listLines(tools: readonly ListedTool[], output: CommandOutput): string[] {
  if (tools.length === 0) return ['no tools']
  const rows = tools.map(({ name, source, category, description, tokens }) => [
    ...[name, source, category ?? ''].map((text) => output.text(text)),
    ...(tokens === undefined ? [] : [tokens]),
    shortened(output.text(description)),
  ])
  return textTable(rows)
}

export function shortened(text: string): string {
  return text.length <= LONGEST
    ? text
    : `${text
        .slice(0, LONGEST - 1)
        .toWellFormed()
        .trimEnd()}…`
}
