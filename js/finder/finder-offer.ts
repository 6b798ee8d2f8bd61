// Finder offer: the tools that a finder offers of one snapshot, and what every request of it has.

import type { Finding, Quarantined } from '../../index'
import type { Members } from '../border/kind'
import { invalidOption } from '../border/options'
import { narrowSnapshot } from '../snapshot'
import type { Snapshot } from '../snapshot'
import type { FinderRule } from './finder-options'
import { callTool, clientToolSearch, loadTool, searchTool, writeOwnTool } from './own-tools'
import { requestOf, shapesOf, tokensOf, wireNameOf } from './tool-shapes'
import type { ToolShape } from './tool-shapes'

/** The most tools of a request of Anthropic, deferred ones included. */
export const MOST_DEFERRED = 10_000

/** How found tools reach the model. */
export type FinderMode = 'references' | 'outputs' | 'emulated'

/** A filter that every tool meets. */
const EVERYTHING = Object.freeze({})

export class FinderOffer {
  readonly rule: FinderRule
  /** The snapshot that it was made of. */
  readonly base: Snapshot
  /** The tools of the offer, and their calls. */
  readonly tools: Snapshot
  readonly mode: FinderMode
  /** The tools that every request has, by their own names. */
  readonly always: ReadonlySet<string>
  /** The tools whose names the finder has itself, by their own names. */
  readonly taken: ReadonlySet<string>
  /** The definitions that every request has, the finder's own tools last. */
  readonly first: readonly Members[]
  /** What those are of the budget. */
  readonly firstTools: number
  readonly firstTokens: number
  /** Their wire names. */
  readonly firstNames: readonly string[]
  #deferred: readonly ToolShape[] | undefined
  /** Those that were asked for, by own names. */
  readonly #shapes = new Map<string, ToolShape | undefined>()

  constructor(base: Snapshot, rule: FinderRule) {
    this.base = base
    this.rule = rule
    // A snapshot of its own: a revision keeps the definitions of all lists of names that it was asked for.
    this.tools = narrowSnapshot(base, rule.filter ?? EVERYTHING)
    this.mode = this.#chooseMode()
    this.taken = new Set(this.#reservedNames().flatMap((word) => this.tools.resolve(word, rule.target) ?? []))
    const listed = rule.always === undefined ? [] : this.tools.list(rule.always)
    const always = this.define(listed.filter((name) => !this.taken.has(name)))
    this.always = new Set(always.keys())
    this.first = [...[...always.values()].map(({ definition }) => definition), ...this.#writeOwnTools()]
    this.firstNames = this.first.map(wireNameOf)
    this.firstTools = this.first.length
    this.firstTokens = this.first.reduce((sum: number, definition) => sum + tokensOf(definition), 0)
    this.#checkBudget()
  }

  /** Says which tools have names of the finder's own tools. */
  get findings(): readonly Quarantined[] {
    return [...this.taken].map((name) => ({ name, findings: [this.#nameTaken(name)] }))
  }

  /** The definitions of tools, by their own names, in the order of the names. Tools that the target refuses have none. */
  define(names: readonly string[]): Map<string, ToolShape> {
    this.#defineNew([...new Set(names)].filter((name) => !this.#shapes.has(name)))
    return new Map(
      names.flatMap((name) => {
        const shape = this.#shapes.get(name)
        return shape === undefined ? [] : [[name, shape] as const]
      }),
    )
  }

  /** Defines tools that nobody asked for yet: a filter by names looks at each tool of the snapshot. */
  #defineNew(names: readonly string[]): void {
    if (names.length === 0) return
    const { target } = this.rule
    for (const name of names) this.#shapes.set(name, undefined)
    for (const shape of shapesOf(target, this.tools.definitions(target, { names }, { overLimit: 'send' }))) {
      const name = this.tools.resolve(shape.wireName, target)
      if (name !== undefined) this.#shapes.set(name, shape)
    }
  }

  /** The tools of a request: what every one has, and more at the end. */
  request(more: readonly object[]): object[] {
    return requestOf(this.rule.target, [...this.first, ...more])
  }

  /** The tools that a provider loads when a reference names them: all that are not in every request. */
  get deferred(): readonly ToolShape[] {
    return (this.#deferred ??= this.#defineDeferred())
  }

  #defineDeferred(): readonly ToolShape[] {
    const { target } = this.rule
    // All tools of a revision are the same for each of its finders.
    const tools = this.rule.filter === undefined ? this.base : this.tools
    const definitions = tools.definitions(target, undefined, { deferLoading: EVERYTHING, overLimit: 'send' })
    const others = new Set([...this.firstNames, ...this.#reservedNames()])
    return shapesOf(target, definitions).filter(({ wireName }) => !others.has(wireName))
  }

  #chooseMode(): FinderMode {
    const { target, mayBeNative } = this.rule
    if (!mayBeNative) return 'emulated'
    if (target === 'openai' || target === 'openai-responses') return 'outputs'
    // With the finder's own tools.
    return target === 'anthropic' && this.tools.size + 3 <= MOST_DEFERRED ? 'references' : 'emulated'
  }

  /** The names that no tool of the offer can have. With OpenAI's tool search, a search is no function. */
  #reservedNames(): readonly string[] {
    const { names, isExplicit } = this.rule
    if (this.mode !== 'outputs') return [names.search, names.load, names.call]
    return isExplicit ? [names.search, names.call] : []
  }

  #writeOwnTools(): Members[] {
    const { target, names, isExplicit } = this.rule
    const search = searchTool(names, isExplicit)
    const load = loadTool(names)
    const call = this.taken.size > 0 ? [writeOwnTool(target, callTool(names))] : []
    if (this.mode !== 'outputs')
      return [...[search, ...(isExplicit ? [load] : [])].map((tool) => writeOwnTool(target, tool)), ...call]
    return isExplicit
      ? [writeOwnTool(target, search), clientToolSearch(load), ...call]
      : [clientToolSearch(search), ...call]
  }

  #checkBudget(): void {
    const { mostTools } = this.rule
    const budget = this.mode === 'emulated' ? this.rule.budget : { tools: mostTools, tokens: Infinity }
    if (this.firstTools <= budget.tools && this.firstTokens <= budget.tokens) return
    throw invalidOption(
      'always',
      `has, with the finder's own tools, ${this.firstTools} tools of about ${this.firstTokens} tokens, over the ` +
        (this.mode === 'emulated'
          ? `budget of ${budget.tools} tools and ${budget.tokens} tokens: choose fewer tools, or raise budget`
          : `${budget.tools} tools that the provider takes: choose fewer tools`),
    )
  }

  #nameTaken(name: string): Finding {
    const { names } = this.rule
    return {
      code: 'FINDER_NAME_TAKEN',
      weight: 'advised',
      pointer: '',
      message: `the finder has a tool of this name itself: "${name}" is called through ${names.call}; rename one with names`,
      source: 'toolrack: option names of snapshot.finder',
    }
  }
}
