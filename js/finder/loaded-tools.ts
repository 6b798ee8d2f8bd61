// Loaded tools: which tools a model can call, in the order of loading, within the budget of a request. Over it the
// least recently used tools are unloaded.

import type { FinderOffer } from './finder-offer'
import { tokensOf } from './tool-shapes'
import type { ToolShape } from './tool-shapes'

/** A loaded tool. */
export interface LoadedTool {
  readonly name: string
  readonly schemaHash: string
  readonly shape: ToolShape
  readonly tokens: number
}

/** What became of tools that were to be loaded: wire names. */
export interface LoadOutcome {
  /** Unloaded for them. */
  readonly unloaded: readonly string[]
  /** Not loaded: there was no room. */
  readonly left: readonly string[]
}

export class LoadedTools {
  readonly #offer: FinderOffer
  /** By own name. */
  readonly #tools = new Map<string, LoadedTool>()
  /** When tools were used last; of those that are not there, the order of loading counts. */
  readonly #uses = new Map<string, number>()
  #clock = 0

  constructor(offer: FinderOffer) {
    this.#offer = offer
  }

  /** A copy on another offer, with what is left of the tools there. Uses stay. */
  copy(): LoadedTools {
    const copy = new LoadedTools(this.#offer)
    for (const [name, tool] of this.#tools) copy.#tools.set(name, tool)
    copy.takeUses(this)
    return copy
  }

  /** Takes over when tools were used. */
  takeUses(former: LoadedTools): void {
    for (const [name, use] of former.#uses) this.#uses.set(name, use)
    this.#clock = former.#clock
  }

  get all(): readonly LoadedTool[] {
    return [...this.#tools.values()]
  }

  has(name: string): boolean {
    return this.#tools.has(name)
  }

  delete(name: string): void {
    this.#tools.delete(name)
  }

  touch(name: string): void {
    this.#uses.set(name, ++this.#clock)
  }

  /** Loads tools, the most wanted first. Those of `kept` are not unloaded for them. */
  load(names: readonly string[], kept: ReadonlySet<string>): LoadOutcome {
    const added = this.restore(names)
    for (const name of names.toReversed()) if (this.#tools.has(name)) this.touch(name)
    return this.#fit(added, new Set([...kept, ...names]))
  }

  /** Adds tools at the end, whatever the budget; returns the names of those that were added. */
  restore(names: readonly string[]): string[] {
    const shapes = this.#offer.define(names.filter((name) => !this.#tools.has(name)))
    return [...shapes].flatMap(([name, shape]) => (this.#add(name, shape) ? [name] : []))
  }

  /** Unloads until the rest is within the budget. */
  fit(kept: ReadonlySet<string>): LoadOutcome {
    return this.#fit([], kept)
  }

  #fit(added: readonly string[], kept: ReadonlySet<string>): LoadOutcome {
    const [unloaded, left]: [string[], string[]] = [[], []]
    const waiting = [...added]
    while (this.#isOver()) {
      const oldest = this.#leastRecent(kept)
      const name = oldest ?? waiting.pop()
      if (name === undefined) break
      const wireName = this.#tools.get(name)?.shape.wireName ?? name
      ;(oldest === undefined ? left : unloaded).push(wireName)
      this.#tools.delete(name)
    }
    return { unloaded, left: left.toReversed() }
  }

  #add(name: string, shape: ToolShape): boolean {
    const schemaHash = this.#offer.tools.get(name)?.schemaHash
    if (schemaHash === undefined) return false
    this.#tools.set(name, { name, schemaHash, shape, tokens: tokensOf(shape.definition) })
    return true
  }

  #isOver(): boolean {
    const { mode, rule, firstTools, firstTokens, taken } = this.#offer
    if (mode !== 'emulated') return false
    // A tool that is called through another one is in no list.
    const sent = this.all.filter(({ name }) => !taken.has(name))
    const tokens = sent.reduce((sum, tool) => sum + tool.tokens, firstTokens)
    return firstTools + sent.length > rule.budget.tools || tokens > rule.budget.tokens
  }

  #leastRecent(kept: ReadonlySet<string>): string | undefined {
    let oldest: string | undefined
    for (const name of this.#tools.keys())
      if (
        !kept.has(name) &&
        !this.#offer.taken.has(name) &&
        this.#usedAt(name) < (oldest === undefined ? Infinity : this.#usedAt(oldest))
      )
        oldest = name
    return oldest
  }

  #usedAt(name: string): number {
    return this.#uses.get(name) ?? 0
  }
}
