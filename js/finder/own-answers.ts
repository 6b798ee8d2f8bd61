// Own answers: the results of the finder's own tools, in the format of each target.

import type { SearchHit, ToolFilter } from '../../index'
import { revive } from '../border/error'
import type { ToolrackError } from '../border/error'
import type { Members } from '../border/kind'
import { invalidOption } from '../border/options'
import { modelCallsOf } from '../snapshot'
import type { FinderOffer } from './finder-offer'
import type { FinderTurn } from './finder-turn'
import { isWeak, loadNote, noteOf, toolLine, weakNote } from './found-texts'
import type { ToolLine } from './found-texts'
import type { LoadedTools, LoadOutcome } from './loaded-tools'
import { readNames, readQuery } from './own-arguments'
import { parsedArguments } from './provider-calls'
import type { ReadCall } from './provider-calls'
import type { ToolShape } from './tool-shapes'

/** A tool that was found, or asked for by its name. */
interface FoundTool {
  readonly name: string
  readonly shape: ToolShape
  readonly hit?: SearchHit
}

/** A name that no tool has. */
interface UnknownName {
  readonly name: string
  readonly nearest: readonly string[]
}

const NOTHING: LoadOutcome = Object.freeze({ unloaded: [], left: [] })

export class OwnAnswers {
  readonly #offer: FinderOffer
  readonly #turn: FinderTurn
  readonly #loaded: LoadedTools

  constructor(offer: FinderOffer, turn: FinderTurn, loaded: LoadedTools) {
    this.#offer = offer
    this.#turn = turn
    this.#loaded = loaded
  }

  /** Answers a call of a tool of the finder; nothing for a call of another tool. */
  answer(call: Members, { name, args }: ReadCall): Promise<unknown> | undefined {
    const { mode, rule } = this.#offer
    const { search, load } = rule.names
    // With OpenAI's tool search, a search that loads is no function.
    const searches = name === search && (mode !== 'outputs' || rule.isExplicit)
    if (searches) return this.#answerBy(call, () => this.#search(call, args))
    if (name === load && mode !== 'outputs') return this.#answerBy(call, () => this.#load(call, args))
    return undefined
  }

  /** Answers OpenAI's tool search, exactly once. */
  toolSearchOutput(call: Members): object {
    const { call_id, execution, arguments: args } = call
    if (typeof call_id !== 'string' || execution === 'server')
      throw invalidOption('call', 'is a tool search of the server, which has its output: hand over those of the client')
    const found = this.#foundFor(parsedArguments(args))
    this.load(found.map(({ name }) => name))
    const tools = this.#referable(found).map(({ shape }) => ({ ...shape.definition, defer_loading: true }))
    return { type: 'tool_search_output', call_id, execution: 'client', status: 'completed', tools }
  }

  /** Loads tools, which stay for this request. Tools that every request has are loaded. */
  load(names: readonly string[]): LoadOutcome {
    const { always } = this.#offer
    const wanted = names.filter((name) => !always.has(name))
    const outcome = this.#loaded.load(wanted, new Set([...this.#turn.called, ...this.#turn.fresh]))
    for (const name of wanted) if (this.#loaded.has(name)) this.#turn.fresh.add(name)
    return outcome
  }

  /** Answers a call with an error. */
  fault(call: Members, error: ToolrackError): Promise<unknown> {
    return modelCallsOf(this.#offer.tools).answerWith(this.#offer.rule.target, call, { error })
  }

  async #answerBy(call: Members, answer: () => unknown): Promise<unknown> {
    try {
      return await answer()
    } catch (thrown) {
      const error = revive(thrown)
      if (error.code === 'INVALID_PARAMS' || error.code === 'LIMIT_EXCEEDED') return this.fault(call, error)
      throw error
    }
  }

  /** The tools that a tool search is for; none for arguments that are wrong: its output has no place for an error. */
  #foundFor(args: unknown): readonly FoundTool[] {
    const { rule } = this.#offer
    try {
      return rule.isExplicit ? this.#named(readNames(args, rule)).known : this.#find(args)
    } catch (thrown) {
      const error = revive(thrown)
      if (error.code === 'INVALID_PARAMS' || error.code === 'LIMIT_EXCEEDED') return []
      throw error
    }
  }

  #search(call: Members, args: unknown): unknown {
    const { mode, rule } = this.#offer
    const found = this.#find(args)
    const hits = found.flatMap(({ hit }) => hit ?? [])
    const weak = isWeak(hits) ? weakNote(this.#offer, hits.length > 0) : undefined
    if (rule.isExplicit) return this.#write(call, found, weak)
    if (mode !== 'references') {
      const outcome = this.load(found.map(({ name }) => name))
      return this.#write(call, found, weak, outcome)
    }
    // A result has references alone or a text alone: the API refuses both in one.
    const isText = weak !== undefined || this.#offer.taken.has(found[0]?.name ?? '')
    const references = isText ? [] : this.#referable(found)
    if (references.length > 0) return this.#refer(call, references)
    this.load(found.flatMap(({ name }) => (this.#offer.taken.has(name) ? [name] : [])))
    const how = found.length > 0 && weak !== undefined ? `Or search for the exact name of one of these.` : undefined
    return this.#write(call, found, noteOf(weak, how))
  }

  #load(call: Members, args: unknown): unknown {
    const { known, unknown } = this.#named(readNames(args, this.#offer.rule))
    const hasReferences = this.#offer.mode === 'references'
    const references = hasReferences ? this.#referable(known) : []
    if (references.length > 0 && unknown.length === 0 && references.length === known.length)
      return this.#refer(call, references)
    if (references.length > 0)
      return this.#write(call, [], 'Nothing was loaded: call again without the others.', NOTHING, unknown)
    return this.#write(call, known, undefined, this.load(known.map(({ name }) => name)), unknown)
  }

  /** Answers with references, by which Anthropic loads the definitions. */
  #refer({ id }: Members, tools: readonly FoundTool[]): object {
    this.load(tools.map(({ name }) => name))
    const names = tools.map(({ shape }) => shape.wireName)
    this.#turn.refer(this.#offer, tools)
    const content = names.map((tool_name) => ({ type: 'tool_reference', tool_name }))
    return { type: 'tool_result', tool_use_id: id, content }
  }

  #write(
    call: Members,
    found: readonly FoundTool[],
    head: string | undefined,
    outcome = NOTHING,
    unknown: readonly UnknownName[] = [],
  ): Promise<unknown> {
    const tools: ToolLine[] = found.map(({ name, shape, hit }) => toolLine(this.#offer, name, shape, hit))
    const note = noteOf(head, loadNote(outcome), this.#turn.takeNotice())
    const value = { tools, ...(unknown.length > 0 && { unknown }), ...(note !== undefined && { note }) }
    return modelCallsOf(this.#offer.tools).answerWith(this.#offer.rule.target, call, { value })
  }

  #find(args: unknown): FoundTool[] {
    const { tools, rule } = this.#offer
    const { queries, source, limit } = readQuery(args, rule)
    // The model narrows the offer to a source, and never widens it.
    const filter: ToolFilter | undefined = source === undefined ? undefined : { source }
    const { hits } = tools.search(queries, { limit, filter, target: rule.target })
    const named = hits.flatMap((hit) => {
      const name = tools.resolve(hit.name, rule.target)
      return name === undefined ? [] : [{ name, hit }]
    })
    const shapes = this.#offer.define(named.map(({ name }) => name))
    return named.flatMap(({ name, hit }) => {
      const shape = shapes.get(name)
      return shape === undefined ? [] : [{ name, shape, hit }]
    })
  }

  #named(words: readonly string[]): { readonly known: FoundTool[]; readonly unknown: UnknownName[] } {
    const { tools, rule } = this.#offer
    const resolved = [...new Set(words)].map((word) => ({ word, name: tools.resolve(word, rule.target) }))
    const shapes = this.#offer.define(resolved.flatMap(({ name }) => name ?? []))
    const known = [...shapes].map(([name, shape]) => ({ name, shape }))
    const unknown = resolved.filter(({ name }) => name === undefined || !shapes.has(name))
    return { known, unknown: unknown.map(({ word }) => ({ name: word.slice(0, 64), nearest: this.#nearest(word) })) }
  }

  /** The nearest names, as the target writes them. */
  #nearest(word: string): string[] {
    const { tools, rule } = this.#offer
    try {
      tools.explain(word, rule.target)
      return []
    } catch (thrown) {
      const { nearest } = revive(thrown).details
      const names = Array.isArray(nearest) ? (nearest as string[]) : []
      return [...this.#offer.define(names).values()].map(({ wireName }) => wireName)
    }
  }

  /** The tools that a reference or an output can name: those of every request are there already. */
  #referable(found: readonly FoundTool[]): FoundTool[] {
    const { always, taken } = this.#offer
    return found.filter(({ name }) => !always.has(name) && !taken.has(name))
  }
}
