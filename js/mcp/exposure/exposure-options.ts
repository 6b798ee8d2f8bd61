// Exposure options: which tools a server lists, as `createMcpServer` takes it.

import { invalidOption, oneOf, readOption, toNames } from '../../border/options'
import type { ReadOptions } from '../../border/options'
import { splitFilter } from '../../snapshot/filter'

/** The server's own tools, which stand for all that a list leaves out. */
export const SEARCH_TOOLS = 'search_tools'
export const CALL_TOOL = 'call_tool'

/** All tools; two that find and call the others; or those two where all would be too many tokens. */
export type ExposureMode = 'all' | 'search' | 'auto'

/** Which tools a server lists. */
export interface ExposureRule {
  readonly mode: ExposureMode
  /** The estimated tokens that a list may have: above them `auto` is `search`, and `all` is told. */
  readonly tokenBudget: number
  /** The filter of the tools that are listed beside the server's own; `undefined`: none are. */
  readonly pinned: unknown
}

export const MODES: readonly ExposureMode[] = Object.freeze(['all', 'search', 'auto'])
const TOKEN_BUDGET = 20_000

/** Lists all tools. */
export const EXPOSES_ALL: ExposureRule = Object.freeze({
  mode: 'all',
  tokenBudget: TOKEN_BUDGET,
  pinned: undefined,
})

/** Reads the options of exposure. */
export function readExposure(read: ReadOptions<'expose' | 'tokenBudget' | 'pinned'>): ExposureRule {
  const { expose, tokenBudget = TOKEN_BUDGET, pinned } = read
  oneOf('expose', expose, MODES)
  if (typeof tokenBudget !== 'number' || !(tokenBudget >= 0))
    throw invalidOption('tokenBudget', 'must be a number of tokens')
  return { mode: expose ?? 'all', tokenBudget, pinned: readPinned(pinned) }
}

function readPinned(pinned: unknown): unknown {
  if (pinned === undefined) return undefined
  if (readOption('pinned', () => Array.isArray(pinned))) return { names: toNames('pinned', pinned) }
  if (pinned === null || typeof pinned !== 'object')
    throw invalidOption('pinned', 'must be a list of names, or a filter')
  splitFilter(pinned)
  return pinned
}
