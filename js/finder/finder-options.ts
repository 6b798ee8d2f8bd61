// Finder options: which tools a finder offers, how it loads them, and what its own tools are called.

import type { FinderTarget, ToolFilter } from '../../index'
import { checkOptions, invalidOption, oneOf, readOption, toBoolean, toNames } from '../border/options'
import { splitFilter } from '../snapshot/filter'
import { readState } from './finder-state'
import type { StateEntry } from './finder-state'

/** What the finder's own tools are called. */
export interface OwnNames {
  readonly search: string
  readonly load: string
  readonly call: string
}

/** The most tools of one request, and the most estimated tokens of their definitions. */
export interface FinderBudget {
  readonly tools: number
  readonly tokens: number
}

/** The options of a finder, checked. */
export interface FinderRule {
  readonly target: FinderTarget
  /** The filter of the tools that it offers; `undefined`: those of the snapshot. */
  readonly filter: ToolFilter | undefined
  /** The filter of the tools that every request has; `undefined`: none. */
  readonly always: ToolFilter | undefined
  /** The hits of a search, where the model asks for no number. */
  readonly limit: number
  /** Whether a found tool is loaded by a second call. */
  readonly isExplicit: boolean
  readonly budget: FinderBudget
  /** The most tools that the provider takes in one request. */
  readonly mostTools: number
  readonly names: OwnNames
  /** Whether the tool search of the provider is used, where it has one. */
  readonly mayBeNative: boolean
}

const OPTIONS = Object.freeze(['filter', 'always', 'limit', 'load', 'budget', 'names', 'native', 'state'] as const)

/** The most hits of one search. */
export const MOST_HITS = 20
const DEFAULT_HITS = 5
const BUDGET: FinderBudget = Object.freeze({ tools: 40, tokens: 8_000 })
const NAMES: OwnNames = Object.freeze({ search: 'search_tools', load: 'load_tools', call: 'call_tool' })

/** The most tools that a provider takes in one request. */
const MOST_TOOLS: { readonly [T in FinderTarget]?: number } = Object.freeze({
  openai: 128,
  'openai-responses': 128,
  'openai-chat': 128,
  anthropic: 10_000,
  gemini: 512,
  'gemini-openapi': 512,
})

const TARGETS: readonly FinderTarget[] = Object.freeze([
  'openai',
  'openai-responses',
  'openai-chat',
  'anthropic',
  'gemini',
  'gemini-openapi',
  'bedrock',
  'ai-sdk',
  'mistral',
  'cohere',
  'plain',
])

/** Names that every provider takes. */
const SAFE_NAME = /^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$/

/** Reads the options of a finder; `state` is what it begins with. */
export function readFinderOptions(target: unknown, options: unknown): { rule: FinderRule; state: StateEntry[] } {
  const checked = toTarget(target)
  const read = checkOptions(options, OPTIONS)
  const { load = 'search' } = read
  oneOf('load', load, ['search', 'explicit'])
  const mostTools = MOST_TOOLS[checked] ?? Number.MAX_SAFE_INTEGER
  const rule: FinderRule = Object.freeze({
    target: checked,
    filter: readFilter('filter', read.filter),
    always: readAlways(read.always),
    limit: toCount('limit', read.limit ?? DEFAULT_HITS, MOST_HITS),
    isExplicit: load === 'explicit',
    budget: readBudget(read.budget, mostTools),
    mostTools,
    names: readNames(read.names),
    mayBeNative: toBoolean('native', read.native, true),
  })
  return { rule, state: readState(read.state) }
}

function toTarget(target: unknown): FinderTarget {
  if (target === 'mcp')
    throw invalidOption(
      'target',
      "is mcp, whose clients ask a server: use createMcpServer(registry, { expose: 'search' })",
    )
  if (target === undefined) throw invalidOption('target', 'is missing')
  oneOf('target', target, TARGETS)
  return target
}

function readFilter(option: string, filter: unknown): ToolFilter | undefined {
  if (filter === undefined) return undefined
  if (filter === null || typeof filter !== 'object' || readOption(option, () => Array.isArray(filter)))
    throw invalidOption(option, 'must be a filter')
  splitFilter(filter)
  // Rust checks its members.
  return filter
}

function readAlways(always: unknown): ToolFilter | undefined {
  if (always !== undefined && readOption('always', () => Array.isArray(always)))
    return { names: toNames('always', always) ?? [] }
  if (always !== undefined && (always === null || typeof always !== 'object'))
    throw invalidOption('always', 'must be a list of names, or a filter')
  return readFilter('always', always)
}

function readBudget(budget: unknown, most: number): FinderBudget {
  const { tools = BUDGET.tools, tokens = BUDGET.tokens } = checkOptions(budget, ['tools', 'tokens'], 'budget')
  return Object.freeze({
    tools: Math.min(toCount('budget.tools', tools), most),
    tokens: toCount('budget.tokens', tokens),
  })
}

function toCount(option: string, value: unknown, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= most) return value
  const range = most === Number.MAX_SAFE_INTEGER ? 'above zero' : `from 1 to ${most}`
  throw invalidOption(option, `must be a whole number ${range}`)
}

function readNames(names: unknown): OwnNames {
  const given = checkOptions(names, ['search', 'load', 'call'], 'names')
  const read = { search: ownName('search', given), load: ownName('load', given), call: ownName('call', given) }
  if (new Set(Object.values(read)).size < 3)
    throw invalidOption('names', `must differ: search is "${read.search}", load "${read.load}", call "${read.call}"`)
  return Object.freeze(read)
}

function ownName(key: keyof OwnNames, given: { readonly [Key in keyof OwnNames]?: unknown }): string {
  const { [key]: name = NAMES[key] } = given
  if (typeof name === 'string' && SAFE_NAME.test(name)) return name
  throw invalidOption(
    `names.${key}`,
    'must be a name that every provider takes: a letter or _, then letters, digits, _ and -, 64 at most',
  )
}
