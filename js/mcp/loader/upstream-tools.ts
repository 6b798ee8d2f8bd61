// Upstream tools: the list of an upstream → a tool set. Rust reads the list: no object is made for each of its tools.

import { createHash } from 'node:crypto'
import { parseExactly } from '../../border/exact-integers'
import { revive } from '../../border/error'
import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import type { NativeLoader, NativeToolList } from '../../border/native'
import type { ClosureFunction, ResultCheck } from '../../call/interfaces'
import type { ToolSet } from '../../load/tool-sets/tool-set-text'
import type { UpstreamList } from '../client/upstream-connection'
import { SentTools } from './sent-tools'
import type { WrittenList } from './sent-tools'
import type { ToolSelection } from './tool-selection'
import { structuredOutput } from './upstream-results'
import type { UpstreamOptions } from './upstream-options'

/** What makes a tool set of a list. */
export interface ToolSetHost {
  readonly name: string
  readonly location: string
  readonly options: UpstreamOptions
  readonly native: NativeLoader
  /** Stands before the upstream's own name in the identity of a closure. */
  readonly instance: string
  readonly closureOf: (own: string) => ClosureFunction
  readonly output: ResultCheck
}

/** A list as a tool set, and what of it was left out. */
export interface ListedTools {
  readonly set: ToolSet
  readonly list: NativeToolList
  readonly sent: SentTools
  /** The number of tools that `include` and `exclude` leave out. */
  readonly unselected: number
  /** Overrides that match no tool. */
  readonly unusedOverrides: readonly string[]
  /** Notes of `include` and `exclude` that match no tool. */
  readonly unusedSelections: ReturnType<ToolSelection['unusedNotes']>
}

/** SHA-256 of a list as it arrived. */
export function hashOf({ pages, hasHeaders }: UpstreamList): string {
  const hash = createHash('sha256').update(String(hasHeaders))
  for (const page of pages) hash.update(`${page.length} `).update(page)
  return hash.digest('hex')
}

/** Reads a list. A name that a tool of the `previous` one has stays with that tool. */
export async function readTools(
  list: UpstreamList,
  host: ToolSetHost,
  previous: ListedTools | undefined,
): Promise<ListedTools> {
  const { name, location, options, native } = host
  const { selection, mostName, source } = options
  const { chosen, unusedSelections } = choose(list, selection)
  const reading = { source: name, mostName, hasHeaders: list.hasHeaders, ...(chosen !== undefined && { chosen }) }
  const read = await native
    .readToolList(JSON.stringify(reading), [...list.pages], previous?.list)
    .catch((thrown: unknown) => Promise.reject(revive(thrown)))
  const written = JSON.parse(read.describe()) as WrittenList
  const sent = new SentTools(written)
  const { overrides } = source.members
  const { renamed, unused } = withLocalNames(isMembers(overrides) ? overrides : {}, read)
  const members = isMembers(overrides) ? { ...source.members, overrides: renamed } : source.members
  const set: ToolSet = {
    name,
    location,
    options: { ...source, members },
    onError: 'skip',
    namesExports: true,
    hash: written.hash,
    bytes: 0,
    tools: [],
    failed: [],
    keepsVersions: true,
    listed: {
      instance: host.instance,
      closures: written.tools.map((own) => {
        const hasOutput = sent.hasOutput(own)
        return {
          execute: host.closureOf(own),
          output: hasOutput ? host.output : undefined,
          toModel: hasOutput ? structuredOutput : undefined,
        }
      }),
    },
  }
  const { unselected } = written
  return { set, list: read, sent, unselected, unusedOverrides: unused, unusedSelections }
}

/** Which items `include` and `exclude` choose: `0` for each that they leave out. What is no tool is judged later. */
function choose(
  { pages }: UpstreamList,
  selection: ToolSelection,
): { readonly chosen?: string; readonly unusedSelections: ListedTools['unusedSelections'] } {
  if (selection.isAll) return { unusedSelections: [] }
  const items = pages.flatMap((page) => parseExactly(page) as unknown[])
  const isTool = (item: unknown): item is Members & { readonly name: string } =>
    isMembers(item) && typeof item.name === 'string' && item.name !== ''
  const chosen = items.map((item) => (isTool(item) && !selection.has(item) ? '0' : '1')).join('')
  return { chosen, unusedSelections: selection.unusedNotes(items.filter(isTool).map(({ name }) => name)) }
}

/** Overrides under the names that Rust looks for, and those of no tool. */
function withLocalNames(overrides: Members, list: NativeToolList) {
  const unused: string[] = []
  const renamed = Object.entries(overrides).map(([own, values]): [string, unknown] => {
    const local = list.localName(own)
    if (local === null) unused.push(own)
    return [local ?? own, values]
  })
  return { renamed: Object.fromEntries(renamed), unused }
}
