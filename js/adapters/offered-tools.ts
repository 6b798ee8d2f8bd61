// Offered tools: one snapshot with its definitions for an agent framework, and the calls of its model. Each adapter is
// built on it.

import type {
  JsonSchema,
  PieceCall,
  PlainAnswer,
  PlainError,
  Target,
  TargetAnswers,
  TargetDefinitions,
} from '../../index'
import { ToolrackError } from '../border/error'
import { emptyMembers } from '../border/given-members'
import { checkOptions, invalidOption, milliseconds } from '../border/options'
import type { ReadOptions } from '../border/options'
import { invalidSource } from '../border/package-copies'
import { checkContext } from '../call/context'
import { isRegistry } from '../registry'
import type { ToolRegistry } from '../registry'
import { isGenerator, isSnapshot, modelCallsOf } from '../snapshot'
import type { Snapshot } from '../snapshot'
import type { AnswerForm } from '../snapshot/incoming-call'
import { decide } from './approval-decision'
import type { ApproveFunction, AskedCall } from './approval-decision'

/** The options that every adapter has; its own are given beside them. */
const OF_CALLS = Object.freeze(['context', 'timeoutMs', 'approve', 'ask'] as const)
const OPTIONS = Object.freeze(['filter', 'versions', 'strict', 'overLimit', ...OF_CALLS] as const)

/** Options of definitions that some targets have. */
type TargetOption = 'cache' | 'deferLoading'

/** Options of an adapter, each read once; none of the values is checked. */
export type AdapterOptions<Own extends string = never> = ReadOptions<(typeof OPTIONS)[number] | TargetOption | Own>

/** One call of a model, as an adapter makes it. */
export interface FrameworkCall {
  /** Cancels the call. A framework may give none. */
  readonly signal?: AbortSignal | null | undefined
  /** What the framework hands to its tools: the argument of the option `context`, if that is a function. */
  readonly run?: unknown
  /** The context of the call, where the adapter has made it already, by `contextOf`. */
  readonly context?: unknown
  readonly onPiece?: ((piece: unknown, call: PieceCall) => void) | undefined
  /** Whether a person approved the call, as the framework says. */
  readonly approved?: boolean
  /** Whether a person declined the call. It is not made. */
  readonly isDeclined?: boolean
}

/** The forms of an answer: that of the target of the call, and the plain one. */
const OWN_FORM: AnswerForm = Object.freeze({})
const PLAIN_FORM: AnswerForm = Object.freeze({ target: 'plain' })

/** Makes the context of a call from what the framework hands to its tools. It may return anything. */
type ContextFunction = (run: unknown) => unknown

/** The tools of one snapshot in the format of a target, and their calls. */
export class OfferedTools<T extends Target> {
  readonly snapshot: Snapshot
  readonly definitions: TargetDefinitions[T]
  readonly #target: T
  /** The options that all calls have. */
  readonly #shared: object
  /** Whether tools answer in pieces, by name; known from their first call. */
  readonly #streamed = new Map<string, boolean>()
  /** Makes the context of each call. */
  readonly #makeContext: ContextFunction | undefined
  readonly #approve: ApproveFunction | undefined
  /** Names of the tools of which some calls need approval; known from the first question. */
  #guarded: ReadonlySet<string> | undefined

  constructor(source: ToolRegistry | Snapshot, target: T, options: AdapterOptions) {
    const { context, strict, timeoutMs, ask, overLimit, cache, deferLoading } = options
    this.#target = target
    this.#makeContext = isContextFunction(context) ? context : undefined
    // A function, as the options were checked.
    this.#approve = options.approve as ApproveFunction | undefined
    // A snapshot that is taken here has the caller itself.
    const caller = isSnapshot(source) && this.#makeContext === undefined ? context : undefined
    this.#shared = withoutUndefined({ strict, timeoutMs, ask, context: caller })
    this.snapshot = isSnapshot(source) ? source : takeSnapshot(source, options)
    // Rust checks the values.
    this.definitions = this.snapshot.definitions(target, undefined, { strict, overLimit, cache, deferLoading })
  }

  /** Answers a call in the format of the target. Errors of the call are answers too. */
  respond(sent: unknown, call?: FrameworkCall): Promise<TargetAnswers[T]> {
    return this.#answer(sent, call, OWN_FORM) as Promise<TargetAnswers[T]>
  }

  /** Answers several calls, in their order. */
  respondAll(sent: readonly unknown[], call?: FrameworkCall): Promise<TargetAnswers[T][]> {
    if (this.#approve === undefined)
      return this.#start(call, (options) => this.snapshot.respond<TargetAnswers[T][]>(this.#target, sent, options))
    // Each is approved by itself.
    const answers = sent.map((one, index) => this.#answer(one, call, { index }))
    return Promise.all(answers) as Promise<TargetAnswers[T][]>
  }

  /** Answers a call of the target as `{ ok, value }` or `{ ok, error }`, with the files of the result beside it. */
  respondPlainly(sent: unknown, call?: FrameworkCall): Promise<PlainAnswer> {
    return this.#answer(sent, call, PLAIN_FORM) as Promise<PlainAnswer>
  }

  /**
   * Whether the framework asks a person before calls of a tool: some need approval, and no function of the options
   * decides.
   */
  asksFor(name: string): boolean {
    return this.#approve === undefined && this.#guardedName(name) !== undefined
  }

  /** Makes the context of a call from what the framework hands to its tools; nothing if all calls have the same one. */
  async contextOf(run: unknown): Promise<unknown> {
    // A function without an answer gives a caller without an identity, as `respond` does.
    return this.#makeContext && ((await this.#makeContext(run)) ?? {})
  }

  /** Whether a call needs the approval of a person. */
  needsApproval(sent: unknown, call?: FrameworkCall): Promise<boolean> {
    return this.#start(call, (options) => this.snapshot.needsApproval(this.#target, sent, options))
  }

  /** Whether a tool answers in pieces, as far as its closure says: it is an async generator function. */
  isStreamed(name: string): boolean {
    const known = this.#streamed.get(name)
    if (known !== undefined) return known
    const isStreamed = this.#hasGenerator(name)
    this.#streamed.set(name, isStreamed)
    return isStreamed
  }

  #hasGenerator(name: string): boolean {
    try {
      return isGenerator(this.snapshot, name)
    } catch {
      // Its call says what is wrong.
      return false
    }
  }

  /** The output schema of a tool, by the name that the target sees. */
  outputSchema(wireName: string): JsonSchema | undefined {
    const name = this.snapshot.resolve(wireName, this.#target)
    return name === undefined ? undefined : this.snapshot.get(name)?.outputSchema
  }

  /** The name of a tool of which some calls need approval; nothing for another one. */
  #guardedName(wireName: string): string | undefined {
    if (this.#guardedNames.size === 0) return undefined
    const name = this.snapshot.resolve(wireName, this.#target)
    return name !== undefined && this.#guardedNames.has(name) ? name : undefined
  }

  get #guardedNames(): ReadonlySet<string> {
    return (this.#guarded ??= new Set(this.snapshot.list({ requiresApproval: true })))
  }

  /** Answers a call; one that needs approval once the function of the options has decided. */
  #answer(sent: unknown, call: FrameworkCall | undefined, form: AnswerForm): Promise<unknown> {
    const approve = this.#approve
    const isDeclined = hasTrue(call, 'isDeclined')
    if (approve === undefined || isDeclined || hasTrue(call, 'approved')) {
      const own = isDeclined ? { ...form, isDeclined } : form
      return this.#start(call, (options) => modelCallsOf(this.snapshot).respondInForm(this.#target, sent, options, own))
    }
    return this.#start(call, async (options) => {
      const asked = await this.#askedCall(sent, options)
      if (asked === undefined) return modelCallsOf(this.snapshot).respondInForm(this.#target, sent, options, form)
      const decision = await decide(approve, asked.shown, call)
      const own = { ...form, ...decision.form }
      return modelCallsOf(this.snapshot).respondInForm(
        this.#target,
        asked.sent,
        { ...options, approved: decision.approved },
        own,
      )
    })
  }

  /** A call that needs approval; nothing for another one. */
  async #askedCall(sent: unknown, options: object): Promise<AskedCall | undefined> {
    if (this.#guardedNames.size === 0) return undefined
    let asked: AskedCall
    try {
      const copy = JSON.parse(JSON.stringify(sent)) as unknown
      const shown = modelCallsOf(this.snapshot).show(this.#target, copy, options)
      if (shown === undefined || !this.#guardedNames.has(shown.toolName)) return undefined
      asked = { shown, sent: copy }
    } catch {
      // A call that cannot be read says so itself.
      return undefined
    }
    return (await this.snapshot.needsApproval(this.#target, asked.sent, options)) ? asked : undefined
  }

  /** Starts a call with its options. Every error rejects. A model's arguments never carry identity. */
  #start<Answer>(call: FrameworkCall | undefined, respond: (options: object) => Promise<Answer>): Promise<Answer> {
    const options: Record<string, unknown> = { ...this.#shared }
    if (call?.signal) options.signal = call.signal
    if (call?.onPiece) options.onPiece = call.onPiece
    if (hasTrue(call, 'approved')) options.approved = true
    return this.#makeContext === undefined ? respond(options) : this.#startInContext(call, options, respond)
  }

  /** Starts a call whose context comes from a function. */
  async #startInContext<Answer>(
    call: FrameworkCall | undefined,
    options: object,
    respond: (options: object) => Promise<Answer>,
  ): Promise<Answer> {
    const known = call !== undefined && Object.hasOwn(call, 'context') ? call.context : undefined
    return respond({ ...options, context: known ?? (await this.contextOf(call?.run)) })
  }
}

/** Whether an adapter says so of a call. What it leaves out, `Object.prototype` does not say. */
function hasTrue(call: FrameworkCall | undefined, key: 'approved' | 'isDeclined'): boolean {
  return call !== undefined && Object.hasOwn(call, key) && call[key] === true
}

/** Copies the members that are there. */
function withoutUndefined(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

/** Offers the tools of a snapshot, or of the newest revision of a registry. `own` are options of the adapter alone. */
export function offerTools<T extends Target, Own extends string = never>(
  source: unknown,
  target: T,
  options: unknown,
  own: readonly Own[] = [],
): { readonly tools: OfferedTools<T>; readonly options: AdapterOptions<Own> } {
  const read = readAdapterOptions(options, own)
  return { tools: new OfferedTools(checkSource(source, read), target, read), options: read }
}

/**
 * Returns a function that offers the tools of the newest revision, for a framework that asks before each step. They are
 * the same object until the registry changes. A snapshot never changes.
 */
export function followTools<T extends Target, Own extends string = never>(
  source: unknown,
  target: T,
  options: unknown,
  own: readonly Own[] = [],
): { readonly newest: () => OfferedTools<T>; readonly options: AdapterOptions<Own> } {
  const read = readAdapterOptions(options, own)
  const checked = checkSource(source, read)
  let known = new OfferedTools(checked, target, read)
  const newest = () => {
    if (known.snapshot.revision !== checked.revision) known = new OfferedTools(checked, target, read)
    return known
  }
  return { newest, options: read }
}

/** Makes the error of a failed call, for a framework that takes failures as thrown errors; a model reads its message. */
export function callFailure(error: PlainError): ToolrackError {
  const { code, message: _, ...details } = error
  return new ToolrackError(code, JSON.stringify(error), details)
}

/** Reads the options of an adapter. Those that Rust does not read with the definitions are checked. */
function readAdapterOptions<Own extends string>(options: unknown, own: readonly Own[]): AdapterOptions<Own> {
  const read = checkOptions(options, [...OPTIONS, ...own]) as AdapterOptions<Own>
  const { context, timeoutMs, approve, ask } = read as AdapterOptions
  for (const [name, value] of Object.entries({ approve, ask }))
    if (value !== undefined && typeof value !== 'function') throw invalidOption(name, 'must be a function')
  if (timeoutMs !== undefined) milliseconds('timeoutMs', timeoutMs, Infinity)
  // A copy: the caller of the tools stays who it is.
  if (context === undefined || isContextFunction(context)) return read
  return Object.assign(emptyMembers<AdapterOptions<Own>>(), read, { context: checkContext(context) })
}

function checkSource(source: unknown, { filter, versions }: AdapterOptions): ToolRegistry | Snapshot {
  if (isRegistry(source)) return source
  if (!isSnapshot(source)) throw invalidSource(source)
  for (const [name, value] of Object.entries({ filter, versions }))
    if (value !== undefined)
      throw invalidOption(name, `is fixed in a snapshot: give the registry, or registry.snapshot({ ${name} })`)
  return source
}

/** Takes a snapshot of the newest revision. With a context function, each call has its own caller. */
function takeSnapshot(registry: ToolRegistry, { filter, context, versions }: AdapterOptions): Snapshot {
  return registry.snapshot({ filter, versions, context: isContextFunction(context) ? undefined : context })
}

function isContextFunction(context: unknown): context is ContextFunction {
  return typeof context === 'function'
}
