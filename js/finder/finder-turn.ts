// Finder turn: what a finder remembers over the requests of one turn: calls, definitions that answers told, changes that
// the model does not know yet.

import type { Members } from '../border/kind'
import { MOST_DEFERRED } from './finder-offer'
import type { FinderOffer } from './finder-offer'
import type { StateEntry } from './finder-state'
import { changeNote } from './found-texts'
import { LoadedTools } from './loaded-tools'
import type { LoadedTool } from './loaded-tools'
import type { ToolShape } from './tool-shapes'

/** What a finder goes on with. */
interface Continued {
  readonly turn: FinderTurn
  readonly loaded: LoadedTools
}

/** What became of loaded tools on another snapshot: own names. */
interface Carried {
  readonly kept: string[]
  readonly changed: string[]
  readonly gone: string[]
}

/** Names that Anthropic takes in a reference. */
const REFERENCED_NAME = /^[a-zA-Z0-9_-]{1,64}$/

export class FinderTurn {
  /** The tools that were called in this turn, by their own names: they are not unloaded. */
  readonly called: Set<string>
  /** The tools whose definitions answers told, by their own names: the model can call them, though no request has them. */
  readonly shown: Set<string>
  /** What was loaded by answers to one request. It is not unloaded by another answer to it. */
  readonly fresh = new Set<string>()
  /**
   * The tools in references of the conversation: own names by wire names. Anthropic refuses a request without a
   * definition of one.
   */
  readonly #referenced: Map<string, string>
  #notice: string | undefined

  private constructor(notice?: string, former?: FinderTurn, isSameTurn = false) {
    this.#notice = notice
    this.#referenced = new Map(former === undefined ? [] : former.#referenced)
    this.called = new Set(isSameTurn ? former?.called : [])
    this.shown = new Set(isSameTurn ? former?.shown : [])
  }

  /** The turn of a finder that begins with a state, which may be of another process, or forged. */
  static restore(offer: FinderOffer, state: readonly StateEntry[]): Continued {
    const loaded = new LoadedTools(offer)
    const { kept, changed, gone } = carryOver(offer, state)
    const wireNames = loadWithin(loaded, kept)
    // Names that are gone are not repeated: they may be those of hidden tools. A former finder told of those without hash.
    const goneCount = state.filter(({ name, schemaHash }) => schemaHash !== '' && gone.includes(name)).length
    const turn = new FinderTurn(
      changeNote({ changed: namesFor(offer, changed), gone: [], goneCount, unloaded: wireNames }),
    )
    turn.refer(offer, loaded.all)
    // A name that no tool has at all hides none.
    if (offer.mode === 'references') for (const name of gone) if (!offer.base.has(name)) turn.#referRemoved(name)
    return { turn, loaded }
  }

  /** The turn of the next request, on the same snapshot. */
  forNextRequest(): FinderTurn {
    return new FinderTurn(this.#notice, this, true)
  }

  /** A new turn, on another snapshot. */
  onSnapshot(offer: FinderOffer, former: LoadedTools): Continued {
    const loaded = new LoadedTools(offer)
    loaded.takeUses(former)
    const { kept, changed, gone } = carryOver(offer, former.all)
    const unloaded = loadWithin(loaded, kept)
    const goneNames = namesOf(former.all.filter(({ name }) => gone.includes(name)))
    const note = changeNote({ changed: namesFor(offer, changed), gone: goneNames, goneCount: 0, unloaded })
    const pending = [this.#notice, note].filter((one) => one !== undefined)
    return { turn: new FinderTurn(pending.length > 0 ? pending.join(' ') : undefined, this), loaded }
  }

  /** What has changed, as the model is to know it; nothing once an answer has told it. */
  get notice(): string | undefined {
    return this.#notice
  }

  /** Takes the notice, for the answer that tells it. */
  takeNotice(): string | undefined {
    const notice = this.#notice
    this.#notice = undefined
    return notice
  }

  /** Notes references of the conversation. */
  refer(offer: FinderOffer, tools: readonly { readonly name: string; readonly shape: ToolShape }[]): void {
    if (offer.mode !== 'references') return
    for (const { name, shape } of tools) this.#referenced.set(shape.wireName, name)
  }

  #referRemoved(name: string): void {
    const wireName = name.replaceAll(/[^a-zA-Z0-9_-]/g, '_')
    if (REFERENCED_NAME.test(wireName)) this.#referenced.set(wireName, name)
  }

  /** The tools in references that are gone, for a state. They have no hash. */
  removed(offer: FinderOffer): readonly StateEntry[] {
    const names = new Set(this.#referenced.values())
    return [...names].filter((name) => !offer.base.has(name)).map((name) => ({ name, schemaHash: '' }))
  }

  /** The definitions of a request that come after those of every one. */
  sentTools(offer: FinderOffer, loaded: LoadedTools): readonly Members[] {
    if (offer.mode === 'outputs') return []
    const shapes =
      offer.mode === 'references'
        ? offer.deferred
        : loaded.all.filter(({ name }) => !offer.taken.has(name)).map(({ shape }) => shape)
    const defined = new Set([...offer.firstNames, ...shapes.map(({ wireName }) => wireName)])
    const room = Math.max(0, MOST_DEFERRED - offer.firstTools - shapes.length)
    const missing = [...this.#referenced.keys()].filter((name) => !defined.has(name)).slice(0, room)
    return [...shapes.map(({ definition }) => definition), ...missing.map(removedTool)]
  }
}

/** Sorts loaded tools by what became of them. */
function carryOver(offer: FinderOffer, entries: readonly (StateEntry | LoadedTool)[]): Carried {
  const carried: Carried = { kept: [], changed: [], gone: [] }
  const names = entries.map(({ name }) => name)
  const shapes = offer.define(names)
  for (const { name, schemaHash } of entries) {
    const tool = shapes.has(name) ? offer.tools.get(name) : undefined
    if (tool === undefined) carried.gone.push(name)
    if (tool === undefined || offer.always.has(name)) continue
    const isChanged = tool.schemaHash !== schemaHash
    if (isChanged) carried.changed.push(name)
    // The definitions of tool search outputs stay in the conversation: a changed tool has to be told anew.
    if (!isChanged || offer.mode !== 'outputs') carried.kept.push(name)
  }
  return carried
}

/** Loads tools in their order; returns the wire names of those for which there is no room. */
function loadWithin(loaded: LoadedTools, names: readonly string[]): readonly string[] {
  loaded.restore(names)
  return loaded.fit(new Set()).unloaded
}

function namesFor(offer: FinderOffer, names: readonly string[]): string[] {
  return [...offer.define(names).values()].map(({ wireName }) => wireName)
}

function namesOf(tools: readonly LoadedTool[]): string[] {
  return tools.map(({ shape }) => shape.wireName)
}

/** What stands for a tool that a reference of the conversation names, and that is gone. */
function removedTool(name: string): Members {
  return {
    name,
    description: 'No longer available: do not call it.',
    input_schema: { type: 'object', properties: {} },
    strict: false,
    defer_loading: true,
  }
}
