// Exposure: what a server lists of the tools that a caller sees, decided for each revision and class of callers.

import type { Finding, Quarantined } from '../../../index'
import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { filterSnapshotOnce } from '../../snapshot'
import type { Snapshot } from '../../snapshot'
import { CALL_TOOL, SEARCH_TOOLS } from './exposure-options'
import type { ExposureRule } from './exposure-options'
import type * as ownTools from './own-tools'

/** What a list has of the tools that a caller sees. */
export interface ExposedTools {
  /** The tools of the registry that it has. */
  readonly tools: Snapshot
  /** The definitions of the server's own tools, which stand before those; none: the list has all tools. */
  readonly own: readonly string[]
}

/** What a server says of its exposure. */
export interface ExposureReport {
  readonly exposes: 'all' | 'search'
  /** The estimated tokens of all tools that a caller sees. */
  readonly tokens: number
  /** Tools whose names the server has itself. */
  readonly refused: readonly Quarantined[]
  readonly findings: readonly Finding[]
}

/** A filter that no tool meets. */
const NOTHING = Object.freeze({ names: Object.freeze([]) })

/** Decides what lists have. Snapshots are those of a filter, so that callers who see the same tools share the decision. */
export class Exposure {
  readonly #rule: ExposureRule
  /** The definitions of the server's own tools, by what a caller sees; none where all tools are listed. */
  readonly #own = new WeakMap<Snapshot, readonly string[]>()

  constructor(rule: ExposureRule) {
    this.#rule = rule
  }

  /**
   * Whether a call of this name is one of the server's own tools. That is so in each revision: a name that changed its
   * meaning with the number of tools would lead calls of older lists elsewhere.
   */
  owns(name: unknown): boolean {
    return this.#rule.mode !== 'all' && (name === SEARCH_TOOLS || name === CALL_TOOL)
  }

  /** The name of the tool that a call is of, for who asks before it is made. The server's own tools need no rights. */
  calledTool({ name, arguments: args }: Members): unknown {
    if (!this.owns(name)) return name
    return name === CALL_TOOL && isMembers(args) ? args.name : undefined
  }

  /** What a list has of the tools that a caller sees. */
  expose(seen: Snapshot): ExposedTools {
    const own = this.#own.get(seen) ?? (this.#isShort(seen) ? loadOwnTools().writeOwnTools(seen.summary()) : [])
    this.#own.set(seen, own)
    // Asked for anew: a snapshot keeps a few of those that are made of it, and releases the others.
    return { tools: own.length > 0 ? this.#pinned(seen) : seen, own }
  }

  /** Says what a list has, and which tools stay away from it for their names. */
  report(seen: Snapshot): ExposureReport {
    const { mode, tokenBudget } = this.#rule
    const isShort = this.expose(seen).own.length > 0
    const tokens = seen.tokens('mcp').total
    return {
      exposes: isShort ? 'search' : 'all',
      tokens,
      refused: isShort ? clashes(seen).map((name) => ({ name, findings: [nameTaken(name)] })) : [],
      findings: mode === 'all' && tokens > tokenBudget ? [overBudget(tokens, tokenBudget)] : [],
    }
  }

  #isShort(seen: Snapshot): boolean {
    const { mode, tokenBudget } = this.#rule
    if (mode !== 'auto') return mode === 'search'
    // A tool with a name of the server's own can be called through `call_tool` alone.
    return seen.tokens('mcp').total > tokenBudget || clashes(seen).length > 0
  }

  #pinned(seen: Snapshot): Snapshot {
    const pinned = filterSnapshotOnce(seen, this.#rule.pinned ?? NOTHING)
    const taken = clashes(pinned)
    if (taken.length === 0) return pinned
    return filterSnapshotOnce(seen, { names: pinned.list().filter((name) => !taken.includes(name)) })
  }
}

/** Most servers list all tools. */
function loadOwnTools(): typeof ownTools {
  return require('./own-tools') as typeof ownTools
}

/** The tools whose names, as clients see them, the server has itself. */
function clashes(tools: Snapshot): readonly string[] {
  return [SEARCH_TOOLS, CALL_TOOL].flatMap((word) => tools.resolve(word, 'mcp') ?? [])
}

function nameTaken(name: string): Finding {
  return finding(
    'MCP_NAME_TAKEN',
    'refused',
    `the server has a tool of this name itself; ${SEARCH_TOOLS} finds "${name}", and ${CALL_TOOL} calls it`,
  )
}

function overBudget(tokens: number, budget: number): Finding {
  return finding(
    'MCP_LIST_OVER_BUDGET',
    'advised',
    `the list has about ${tokens} tokens, over the budget of ${budget}: models choose better among fewer tools; ` +
      "set expose: 'search', filter the tools, or raise tokenBudget",
  )
}

function finding(code: string, weight: Finding['weight'], message: string): Finding {
  return { code, weight, pointer: '', message, source: 'toolrack: option expose of createMcpServer' }
}
