// Finder: the tools of a snapshot that a model loads when it needs them. It answers the calls of its own tools
// (`search_tools`, `load_tools`, `call_tool`), and hands every other call to the snapshot.

import type { Finder as PublicFinder, FinderDefinitions, FinderState, FinderTarget, Quarantined } from '../../index'
import { revive } from '../border/error'
import type { ToolrackError } from '../border/error'
import { INSPECT, inspectedLine } from '../border/inspection'
import { isList, isMembers } from '../border/kind'
import type { Members } from '../border/kind'
import { ownJson, readOption } from '../border/options'
import { invalidSource } from '../border/package-copies'
import { Uncloneable } from '../border/uncloneable'
import { isSnapshot, modelCallsOf } from '../snapshot'
import type { Snapshot } from '../snapshot'
import { FinderOffer } from './finder-offer'
import { readFinderOptions } from './finder-options'
import { writeState } from './finder-state'
import { notLoaded, notOffered } from './found-texts'
import type { LoadedTools } from './loaded-tools'
import { OwnAnswers } from './own-answers'
import { readPassedCall } from './own-arguments'
import { answerUnderName, callInstead, readCall } from './provider-calls'
import type { ReadCall } from './provider-calls'
import { FinderTurn } from './finder-turn'

/** One call of a model, and what the model was shown when it made it. */
interface AskedCall {
  readonly call: Members
  readonly options: unknown
  readonly shown: ReadonlySet<string>
  /** Its index in a list of calls. */
  readonly index: number | undefined
}

/** For adapters: what a finder offers; nothing for another value. */
export let offerOf: (value: unknown) => FinderOffer | undefined

export class Finder<T extends FinderTarget> extends Uncloneable implements PublicFinder<T> {
  readonly #offer: FinderOffer
  readonly #turn: FinderTurn
  readonly #loaded: LoadedTools
  readonly #answers: OwnAnswers
  /** The tools of this request, made at its first use. */
  #definitions: object[] | undefined
  readonly #sent: readonly Members[]

  constructor(offer: FinderOffer, turn: FinderTurn, loaded: LoadedTools) {
    super()
    this.#offer = offer
    this.#turn = turn
    this.#loaded = loaded
    this.#answers = new OwnAnswers(offer, turn, loaded)
    // What is loaded later is of the next request.
    this.#sent = turn.sentTools(offer, loaded)
  }

  get target(): T {
    return this.#offer.rule.target as T
  }

  get native(): boolean {
    return this.#offer.mode !== 'emulated'
  }

  get revision(): number {
    return this.#offer.tools.revision
  }

  get state(): FinderState {
    return writeState([...this.#loaded.all, ...this.#turn.removed(this.#offer)], this.revision)
  }

  get notice(): string | undefined {
    return this.#turn.notice
  }

  get taken(): readonly Quarantined[] {
    return this.#offer.findings
  }

  definitions(): FinderDefinitions<T> {
    // A framework may write into definitions of `plain`, and an SDK into those of `gemini-openapi`: each call has its own.
    const isShared = this.target !== 'plain' && this.target !== 'gemini-openapi'
    if (!isShared) return this.#offer.request(this.#sent) as FinderDefinitions<T>
    return (this.#definitions ??= this.#offer.request(this.#sent)) as FinderDefinitions<T>
  }

  /** `Reply` is what the target takes: an answer, or a list of them for a list of calls. */
  async respond<Reply>(sent: unknown, options?: unknown): Promise<Reply> {
    const all = readOption('call', () => (isList(sent) ? [...(sent as unknown[])] : undefined))
    // A tool that is found by one call of a list was not shown before the others were made.
    const shown: ReadonlySet<string> = new Set([...this.#turn.shown, ...this.#loaded.all.map(({ name }) => name)])
    if (all === undefined) return this.#respondTo(sent, options, shown, undefined) as Promise<Reply>
    return Promise.all(all.map((one, index) => this.#respondTo(one, options, shown, index))) as Promise<Reply>
  }

  next(snapshot?: unknown): Finder<T> {
    if (snapshot === undefined) return new Finder(this.#offer, this.#turn.forNextRequest(), this.#loaded.copy())
    if (!isSnapshot(snapshot)) throw invalidSource(snapshot)
    const offer = new FinderOffer(snapshot, this.#offer.rule)
    const { turn, loaded } = this.#turn.onSnapshot(offer, this.#loaded)
    return new Finder(offer, turn, loaded)
  }

  [INSPECT](): string {
    return inspectedLine('Finder', () => ({
      target: this.target,
      revision: this.revision,
      native: this.native,
      loaded: this.#loaded.all.map(({ name }) => name),
    }))
  }

  /** Answers one call. Every error rejects. */
  async #respondTo(
    sent: unknown,
    options: unknown,
    shown: ReadonlySet<string>,
    index: number | undefined,
  ): Promise<unknown> {
    const call = ownJson('call', sent)
    if (isMembers(call) && call.type === 'tool_search_call' && this.#offer.mode === 'outputs')
      return this.#answers.toolSearchOutput(call)
    const read = readCall(this.target, call)
    if (read === undefined || !isMembers(call)) return this.#offer.tools.respond(this.target, call, options)
    const asked = { call, options, shown, index }
    const own = this.#answers.answer(call, read)
    if (own !== undefined) return own
    return this.#offer.taken.size > 0 && read.name === this.#offer.rule.names.call
      ? this.#passOn(asked, read)
      : this.#pass(asked, read.name)
  }

  /** Answers a call of another tool through `call_tool`. */
  async #passOn(asked: AskedCall, { name, args }: ReadCall): Promise<unknown> {
    let meant
    try {
      meant = readPassedCall(args, this.#offer.rule)
    } catch (thrown) {
      return this.#answers.fault(asked.call, revive(thrown))
    }
    const wireName = this.#wireNameOf(meant.name)
    const call = callInstead(this.target, asked.call, wireName, meant.args)
    return answerUnderName(await this.#pass({ ...asked, call }, wireName), name)
  }

  /** Hands a call to the snapshot, which does not execute a tool that the model was not shown. */
  #pass({ call, options, shown, index }: AskedCall, wireName: string): Promise<unknown> {
    const name = this.#offer.tools.resolve(wireName, this.target)
    const failure = name === undefined ? undefined : this.#use(name, shown)
    return modelCallsOf(this.#offer.tools).respondInForm(this.target, call, options, { index, failure })
  }

  /** Notes a call of a tool; or says why it is not made. */
  #use(name: string, shown: ReadonlySet<string>): ToolrackError | undefined {
    if (this.#offer.always.has(name)) return undefined
    this.#turn.called.add(name)
    if (shown.has(name)) {
      this.#loaded.touch(name)
      return undefined
    }
    const shape = this.#loaded.all.find((tool) => tool.name === name)?.shape ?? this.#offer.define([name]).get(name)
    if (shape === undefined) return notOffered(name)
    this.#answers.load([name])
    // Its definition is told here, also where the next request has no room for it.
    this.#turn.shown.add(name)
    return notLoaded(name, shape)
  }

  /** The name of a tool as the target writes it; that word itself if no tool has it. */
  #wireNameOf(word: string): string {
    const name = this.#offer.tools.resolve(word, this.target)
    return (name === undefined ? undefined : this.#offer.define([name]).get(name)?.wireName) ?? word
  }

  static {
    offerOf = (value) => (typeof value === 'object' && value !== null && #offer in value ? value.#offer : undefined)
  }
}

/** Makes the finder of a snapshot. */
export function makeFinder<T extends FinderTarget>(snapshot: Snapshot, target: T, options: unknown): Finder<T> {
  const { rule, state } = readFinderOptions(target, options)
  const offer = new FinderOffer(snapshot, rule)
  const { turn, loaded } = FinderTurn.restore(offer, state)
  return new Finder(offer, turn, loaded)
}
