// Found tools: the result of `search_tools`, and the errors of its arguments.

import type { Members } from '../../border/kind'
import type { ToolrackError } from '../../border/error'
import { noneOf } from '../../border/nearest'
import { oneLine } from '../../border/one-line'
import { invalidParams } from '../../call/context'
import type { SearchHit, SearchResult } from '../../../index'
import type { Snapshot } from '../../snapshot'
import type { ListShape } from '../protocol/revisions'
import { SEARCH_TOOLS } from './exposure-options'
import { DEFAULT_HITS, MOST_HITS } from './own-tools'

/** The most hits that pages of one search have; `search` gives no more. */
const MOST_OF_ALL = 50
/** The most characters of the definitions in one result. Further tools have their names alone. */
const MOST_DEFINED = 256 << 10

/** The least share of the words that a good hit has. It is no threshold: weaker hits are told, with a hint. */
const GOOD_COVERAGE = 0.5

/** The arguments of a search. */
export interface ToolQuery {
  readonly query: string
  /** The name of a source, as the description of `search_tools` writes it. */
  readonly source: string | undefined
  readonly limit: number
  /** The number of hits before those that are asked for. */
  readonly offset: number
  readonly hasSchemas: boolean
}

const ARGUMENTS = Object.freeze(['query', 'source', 'limit', 'cursor', 'detail'])

/** Reads the arguments of `search_tools`; or says what would be right. */
export function readToolQuery(args: Members): ToolQuery | ToolrackError {
  const { query, source, limit = DEFAULT_HITS, cursor = '0', detail = 'schemas' } = args
  const unknown = Object.keys(args).find((name) => !ARGUMENTS.includes(name))
  if (unknown !== undefined) return wrong('', `has "${unknown}", which ${noneOf(unknown, ARGUMENTS)}`)
  if (typeof query !== 'string') return wrong('/query', 'must be a text: what the tool does')
  if (source !== undefined && typeof source !== 'string')
    return wrong('/source', 'must be a text: the name of a source')
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > MOST_HITS)
    return wrong('/limit', `must be a whole number from 1 to ${MOST_HITS}`)
  if (typeof cursor !== 'string' || !/^\d{1,2}$/.test(cursor)) return wrong('/cursor', 'must be nextCursor of a result')
  if (detail !== 'schemas' && detail !== 'names') return wrong('/detail', 'must be "schemas" or "names"')
  return { query, source, limit, offset: Number(cursor), hasSchemas: detail === 'schemas' }
}

function wrong(pointer: string, message: string): ToolrackError {
  return invalidParams(SEARCH_TOOLS, pointer, message)
}

/** Searches the tools that a caller sees. Throws `LIMIT_EXCEEDED` for a query that is too long. */
export function findTools(seen: Snapshot, asked: ToolQuery, shape: ListShape): string {
  const { query, source, limit, offset, hasSchemas } = asked
  const end = Math.min(offset + limit, MOST_OF_ALL)
  const sources = source === undefined ? undefined : sourcesNamed(seen, source)
  const found = seen.search(query, { limit: end, target: 'mcp', ...(sources && { filter: { source: sources } }) })
  const page = found.hits.slice(offset)
  const definitions = hasSchemas ? definitionsOf(seen, page, shape) : new Map<string, object>()
  const hasMore = found.total > end && end < MOST_OF_ALL
  const hint = sources?.length === 0 ? `no source has this name: ${sourcesOf(seen)}` : hintOf(seen, found, page)
  return JSON.stringify({
    tools: page.map((hit) => foundTool(hit, definitions.get(hit.name))),
    total: found.total,
    ...(hasMore && { nextCursor: String(end) }),
    ...(hint !== undefined && { hint }),
  })
}

/** A tool of the result, with the words of the query that it does not have. */
function foundTool({ name, description, missing }: SearchHit, definition: object | undefined): object {
  return { ...(definition ?? { name, description }), ...(missing.length > 0 && { missing }) }
}

/** What is said of a result without a good hit. */
function hintOf(seen: Snapshot, { hits, total }: SearchResult, page: readonly SearchHit[]): string | undefined {
  if (total === 0) return `no tool has these words: ${otherWords(seen)}`
  // Past the last page there is nothing to say but this.
  if (page.length === 0) return 'there are no further tools: search with other words'
  if (hits.some(({ coverage }) => coverage >= GOOD_COVERAGE)) return undefined
  return `weak result, because no tool has most of these words: ${otherWords(seen)}`
}

function otherWords(seen: Snapshot): string {
  return `try words of an API, such as "create pull request". ${sourcesOf(seen)}`
}

/** The definitions of tools as the client would be listed them, by their names there. */
function definitionsOf(seen: Snapshot, page: readonly { readonly name: string }[], shape: ListShape) {
  const names = page.map(({ name }) => seen.resolve(name, 'mcp') ?? name)
  const defined = seen.definitions('mcp', { names }, { revision: shape })
  const byName = new Map<string, object>(defined.map((definition) => [definition.name, definition]))
  let length = 0
  for (const { name } of page) {
    length += JSON.stringify(byName.get(name))?.length ?? 0
    if (length > MOST_DEFINED) byName.delete(name)
  }
  return byName
}

/** The sources of a name, which is written as the description and the hints write it. */
function sourcesNamed(seen: Snapshot, name: string): string[] {
  const sources = Object.keys(seen.summary().sources)
  return sources.includes(name) ? [name] : sources.filter((source) => oneLine(source) === name)
}

function sourcesOf(seen: Snapshot): string {
  const names = Object.keys(seen.summary().sources).slice(0, MOST_HITS)
  return `Sources: ${names.map((name) => oneLine(name)).join(', ')}`
}
