// Found tools: the result of `search_tools`, and the errors of its arguments.

import type { Members } from '../../border/kind'
import type { ToolrackError } from '../../border/error'
import { noneOf } from '../../border/nearest'
import { oneLine } from '../../border/one-line'
import { invalidParams } from '../../call/context'
import type { Snapshot } from '../../snapshot'
import type { ListShape } from '../protocol/revisions'
import { SEARCH_TOOLS } from './exposure-options'
import { DEFAULT_HITS, MOST_HITS } from './own-tools'

/** The most hits that pages of one search have; `search` gives no more. */
const MOST_OF_ALL = 50
/** The most characters of the definitions in one result. Further tools have their names alone. */
const MOST_DEFINED = 256 << 10

/** The arguments of a search. */
export interface ToolQuery {
  readonly query: string
  readonly limit: number
  /** The number of hits before those that are asked for. */
  readonly offset: number
  readonly hasSchemas: boolean
}

const ARGUMENTS = Object.freeze(['query', 'limit', 'cursor', 'detail'])

/** Reads the arguments of `search_tools`; or says what would be right. */
export function readToolQuery(args: Members): ToolQuery | ToolrackError {
  const { query, limit = DEFAULT_HITS, cursor = '0', detail = 'schemas' } = args
  const unknown = Object.keys(args).find((name) => !ARGUMENTS.includes(name))
  if (unknown !== undefined) return wrong('', `has "${unknown}", which ${noneOf(unknown, ARGUMENTS)}`)
  if (typeof query !== 'string') return wrong('/query', 'must be a text: what the tool does')
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > MOST_HITS)
    return wrong('/limit', `must be a whole number from 1 to ${MOST_HITS}`)
  if (typeof cursor !== 'string' || !/^\d{1,2}$/.test(cursor)) return wrong('/cursor', 'must be nextCursor of a result')
  if (detail !== 'schemas' && detail !== 'names') return wrong('/detail', 'must be "schemas" or "names"')
  return { query, limit, offset: Number(cursor), hasSchemas: detail === 'schemas' }
}

function wrong(pointer: string, message: string): ToolrackError {
  return invalidParams(SEARCH_TOOLS, pointer, message)
}

/** Searches the tools that a caller sees. Throws `LIMIT_EXCEEDED` for a query that is too long. */
export function findTools(seen: Snapshot, { query, limit, offset, hasSchemas }: ToolQuery, shape: ListShape): string {
  const end = Math.min(offset + limit, MOST_OF_ALL)
  const { hits, total } = seen.search(query, { limit: end, target: 'mcp' })
  const page = hits.slice(offset)
  const definitions = hasSchemas ? definitionsOf(seen, page, shape) : new Map<string, object>()
  const tools = page.map(({ name, description }) => definitions.get(name) ?? { name, description })
  const hasMore = total > end && end < MOST_OF_ALL
  return JSON.stringify({
    tools,
    total,
    ...(hasMore && { nextCursor: String(end) }),
    ...(total === 0 && { hint: `no tool has these words: try others. Sources: ${sourcesOf(seen)}` }),
    // Past the last page there is nothing to say but this.
    ...(total > 0 && page.length === 0 && { hint: 'there are no further tools: search with other words' }),
  })
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

function sourcesOf(seen: Snapshot): string {
  return Object.keys(seen.summary().sources)
    .slice(0, MOST_HITS)
    .map((name) => oneLine(name))
    .join(', ')
}
