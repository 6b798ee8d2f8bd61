// Upstream tools: the list of an upstream → a tool set. Nothing that a server says is trusted.

import { createHash } from 'node:crypto'
import type { Problem } from '../../../index'
import type { ResultCheck } from '../../call/interfaces'
import { isFault, reasonOf } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { raise } from '../../border/raised-error'
import { writeDefinition } from '../../definition/definition'
import type { GivenTool, ToolSet } from '../../load/tool-sets/tool-set-text'
import type { ClosureFunction } from '../../call/interfaces'
import type { UpstreamList, UpstreamTool } from '../client/upstream-connection'
import { localName } from './local-names'
import { structuredOutput } from './upstream-results'
import type { UpstreamOptions } from './upstream-options'

/** Hints that a definition has too. */
const HINTS = Object.freeze(['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const)

/** What makes a tool set of a list. */
export interface ToolSetHost {
  readonly name: string
  readonly location: string
  readonly options: UpstreamOptions
  /** Stands before the upstream's own name in the identity of a closure. */
  readonly instance: string
  readonly closureOf: (own: string) => ClosureFunction
  readonly output: ResultCheck
  /** The upstream's own name of the tool that had this name before. */
  readonly holderOf: (name: string) => string | undefined
}

/** A list as a tool set, and what of it was left out. */
export interface ListedTools {
  readonly set: ToolSet
  /** The tools by the upstream's own name, as they were listed. */
  readonly byName: ReadonlyMap<string, UpstreamTool>
  /** The upstream's own names, by their names before the namespace. */
  readonly holders: ReadonlyMap<string, string>
  /** The number of tools that `include` and `exclude` leave out. */
  readonly unselected: number
  /** Overrides that match no tool. */
  readonly unusedOverrides: readonly string[]
  /** Notes of `include` and `exclude` that match no tool. */
  readonly unusedSelections: ReturnType<UpstreamOptions['selection']['unusedNotes']>
}

export function toolSetOf({ tools: listed, refused }: UpstreamList, host: ToolSetHost): ListedTools {
  const { name, location, options } = host
  const failed = refused.map(({ index, name: own = `item ${index}`, reason }) => ({
    export: own,
    error: invalid(own, [{ pointer: '', message: reason }]),
  }))
  const byName = new Map<string, UpstreamTool>()
  let unselected = 0
  for (const tool of listed) {
    const label = labelOf(tool)
    if (byName.has(label))
      failed.push({ export: label, error: invalid(label, [{ pointer: '/name', message: LISTED_TWICE }]) })
    else if (!options.selection.has(tool)) unselected++
    else byName.set(label, tool)
  }
  const tools: GivenTool[] = []
  const holders = new Map<string, string>()
  for (const own of inOrderOfNames(byName, host)) {
    try {
      const given = readTool(own, byName.get(own) as UpstreamTool, host)
      tools.push(given)
      const local = String(given.written.name)
      if (!holders.has(local)) holders.set(local, own)
    } catch (thrown) {
      failed.push({
        export: own,
        error: isFault(thrown) ? thrown : invalid(own, [{ pointer: '', message: reasonOf(thrown) }]),
      })
    }
  }
  const texts = tools.map(({ written }) => written.text)
  const hash = createHash('sha256')
  for (const text of texts) hash.update(`${text.length} ${text}\n`)
  for (const { export: label, error } of failed) hash.update(`${label} ${error.message}\n`)
  const set: ToolSet = {
    name,
    location,
    options: withLocalNames(host, byName),
    onError: 'skip',
    namesExports: true,
    hash: hash.digest('hex'),
    bytes: texts.reduce((sum, text) => sum + text.length, 0),
    tools,
    failed,
    keepsVersions: true,
  }
  const { overrides } = options.source.members
  const unusedOverrides = isMembers(overrides) ? Object.keys(overrides).filter((own) => !byName.has(own)) : []
  const unusedSelections = options.selection.unusedNotes(listed.map(labelOf))
  return { set, byName, holders, unselected, unusedOverrides, unusedSelections }
}

const LISTED_TWICE = 'is the name of another tool of the list'

/** A name for reports: a server may leave it out. */
function labelOf(tool: UpstreamTool): string {
  const { name } = tool as { readonly name?: unknown }
  return typeof name === 'string' ? name : ''
}

/**
 * The upstream's own names in its order. Where several make one name, the first of them keeps it: the one that had it
 * before, else the one that is that name, else the first by its text. The order of the list has no say.
 */
function inOrderOfNames(byName: ReadonlyMap<string, UpstreamTool>, { options, holderOf }: ToolSetHost): string[] {
  const rank = (own: string): number => {
    const local = localName(own, options.mostName)
    if (holderOf(local) === own) return 0
    return local === own ? 1 : 2
  }
  const groups = new Map<string, string[]>()
  for (const own of byName.keys()) {
    const key = localName(own, options.mostName).toLowerCase().replaceAll('-', '_')
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [own])
    else group.push(own)
  }
  return [...groups.values()].flatMap((group) =>
    group.length === 1 ? group : group.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)),
  )
}

function readTool(own: string, tool: UpstreamTool, host: ToolSetHost): GivenTool {
  if (own === '') throw invalid(own, [{ pointer: '/name', message: 'must be a text' }])
  const definition = { ...definitionOf(own, tool, host), execute: host.closureOf(own) }
  const written = writeDefinition(definition)
  const hasOutput = written.output !== undefined
  return {
    export: own,
    written,
    self: EMPTY,
    identity: `${host.instance}/${own}`,
    notes: [],
    toModel: hasOutput ? structuredOutput : undefined,
    output: hasOutput ? host.output : undefined,
  }
}

const EMPTY = Object.freeze({})

/** The definition of a tool, by what its server says. Members that are no data of a tool are left out. */
function definitionOf(own: string, tool: UpstreamTool, { name, options }: ToolSetHost): Members {
  const { title, description, inputSchema, outputSchema, annotations: given } = tool
  const annotations = isMembers(given) ? given : {}
  const shown = typeof title === 'string' ? title : annotations.title
  const hints = HINTS.flatMap((key) =>
    typeof annotations[key] === 'boolean' ? [[key, annotations[key]] as const] : [],
  )
  return {
    name: localName(own, options.mostName),
    ...(typeof shown === 'string' && shown !== '' && { title: shown }),
    description:
      typeof description === 'string' && description.trim() !== '' ? description : `Tool "${own}" of ${name}`,
    inputSchema: isMembers(inputSchema) ? withType(inputSchema) : { type: 'object' },
    ...(isMembers(outputSchema) && { outputSchema }),
    ...(hints.length > 0 && { annotations: Object.fromEntries(hints) }),
  }
}

/** MCP says that a schema of arguments has `type: 'object'`; some servers leave it out. */
function withType(schema: Members): Members {
  return schema.type === undefined ? { ...schema, type: 'object' } : schema
}

/** The options of the source, with its overrides under the names that Rust looks for. */
function withLocalNames({ options }: ToolSetHost, byName: ReadonlyMap<string, UpstreamTool>): ToolSet['options'] {
  const { source, mostName } = options
  const { overrides } = source.members
  if (!isMembers(overrides)) return source
  const renamed = Object.entries(overrides).map(([own, values]): [string, unknown] => [
    byName.has(own) ? localName(own, mostName) : own,
    values,
  ])
  return { ...source, members: { ...source.members, overrides: Object.fromEntries(renamed) } }
}

function invalid(tool: string, problems: readonly Problem[]): ToolrackError {
  return raise('INVALID_DEFINITION', { tool, problems })
}
