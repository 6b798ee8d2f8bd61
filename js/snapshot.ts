// Snapshot: the tools of one revision: lists, definitions, deltas, token counts and calls.

import type { NativeMcpListing, NativeSnapshot } from './border/native'
import type {
  CallResult,
  CatalogEntry,
  Delta,
  Finder as PublicFinder,
  FinderTarget,
  Offer,
  Snapshot as PublicSnapshot,
  RegisteredTool,
  RegistrySummary,
  Rendering,
  SearchPlace,
  SearchResult,
  Target,
  TargetDefinitions,
  TokenCount,
  ToolVersion,
} from '../index'
import { callNative } from './border/error'
import { INSPECT, inspectedTools } from './border/inspection'
import { toText } from './border/options'
import { isAsyncGenerator } from './border/realm'
import { Uncloneable } from './border/uncloneable'
import type { BoundCaller } from './call/bound-caller'
import { callerOf, callerText } from './call/caller'
import type { Closure } from './call/interfaces'
import type { Closures } from './closures'
import type * as finderModule from './finder/finder'
import type * as searchModule from './search/snapshot-search'
import { DerivedSnapshots } from './snapshot/derived-snapshots'
import { splitFilter } from './snapshot/filter'
import { RevisionCache } from './snapshot/snapshot-cache'
import type { FilterCache, SnapshotBounds } from './snapshot/snapshot-bounds'
import { ModelCalls } from './snapshot/model-calls'
import { SnapshotCalls, respondToAll } from './snapshot/snapshot-calls'
import { SnapshotReader } from './snapshot/snapshot-reader'
import type { McpListForm } from './snapshot/snapshot-reader'
import { ToolPlans } from './snapshot/tool-plans'

/** For the registry: returns the view of its newest revision for a call, cached for later calls. */
export let chooseView: (
  newest: Snapshot,
  name: unknown,
  params: unknown,
  context: unknown,
  versions: unknown,
) => Snapshot

/**
 * For the registry: starts a call on a view of its newest revision. Throws `SUPERSEDED` before anything is done, if the
 * revision is not the newest any more and `mustBeNewest`.
 */
export let startOn: (
  view: Snapshot,
  name: unknown,
  params: unknown,
  options: unknown,
  mustBeNewest: boolean,
) => Promise<unknown>

/** For the registry, adapters and MCP servers: what answers the calls of models. */
export let modelCallsOf: (snapshot: Snapshot) => ModelCalls

/** For an MCP server: the key of a view of a caller; empty for a revision as it is. Filters are no part of it. */
export let viewKeyOf: (snapshot: Snapshot) => string

/** For an MCP server: the OAuth scopes that any tool needs, sorted. */
export let scopesOf: (snapshot: Snapshot) => readonly string[]

/** For an adapter: whether the closure of a tool is an async generator function. Throws `UNKNOWN_TOOL`. */
export let isGenerator: (snapshot: Snapshot, name: string) => boolean

/** Whether a value is a snapshot of this copy of toolrack, and no proxy of one. */
export let isSnapshot: (value: unknown) => value is Snapshot

/** For the registry: returns a new filtered snapshot. */
export let filterSnapshot: (
  snapshot: Snapshot,
  filter: unknown,
  caller: BoundCaller | undefined,
  cacheOf: FilterCache,
) => Snapshot

/** For an MCP server: the tools as pages of `tools/list`; `former` is a list of the same view. */
export let listForMcp: (snapshot: Snapshot, form: McpListForm, former?: NativeMcpListing) => NativeMcpListing

/** For a finder: returns a new filtered snapshot, with the caller of this one. */
export let narrowSnapshot: (snapshot: Snapshot, filter: object) => Snapshot

/** For the registry: returns a filtered snapshot, cached for later calls. */
export let filterSnapshotOnce: (snapshot: Snapshot, filter: unknown) => Snapshot

/** For the registry: the closure of a tool, by its name. Throws `UNKNOWN_TOOL`, and `SUPERSEDED` as {@link startOn}. */
export let closureOf: (snapshot: Snapshot, name: string, mustBeNewest: boolean) => Closure | undefined

export class Snapshot extends Uncloneable implements PublicSnapshot {
  readonly #closures: Closures
  readonly #native: NativeSnapshot
  readonly #revision: number
  readonly #viewKey: string
  readonly #caller: BoundCaller | undefined
  readonly #reader: SnapshotReader
  readonly #plans: ToolPlans
  readonly #calls: SnapshotCalls
  readonly #modelCalls: ModelCalls
  /** Views used by calls, by key. */
  readonly #views = new DerivedSnapshots<Snapshot>()
  /** Filtered snapshots used by calls, by filter. */
  readonly #filtered = new DerivedSnapshots<Snapshot>()
  /** Metadata keys that routes read; null if the caller makes no difference. */
  #routedKeys: readonly string[] | null | undefined

  constructor(closures: Closures, native: NativeSnapshot, cache: RevisionCache, bounds: SnapshotBounds = {}) {
    super()
    const revision = native.revision
    this.#closures = closures
    this.#native = native
    this.#revision = revision
    this.#viewKey = bounds.viewKey ?? ''
    this.#caller = bounds.caller
    this.#reader = new SnapshotReader(native, revision, cache, bounds.filter)
    this.#plans = new ToolPlans(closures, native, revision)
    this.#calls = new SnapshotCalls(closures, native, revision, this.#plans, bounds.caller)
    this.#modelCalls = new ModelCalls(closures, native, this.#plans, this.#calls)
  }

  get revision(): number {
    return this.#revision
  }

  get size(): number {
    return this.#reader.size
  }

  has(name: unknown): boolean {
    return this.#reader.has(name)
  }

  get(name: unknown): RegisteredTool | undefined {
    return this.#reader.get(name)
  }

  resolve(word: unknown, target?: unknown): string | undefined {
    return this.#reader.resolve(word, target)
  }

  definition(name: unknown, schemaHash: unknown): RegisteredTool | undefined {
    return this.#reader.definition(name, schemaHash)
  }

  history(name: unknown): readonly ToolVersion[] {
    return this.#reader.history(name)
  }

  list(filter?: unknown): string[] {
    return this.#reader.list(filter)
  }

  tools(filter?: unknown): RegisteredTool[] {
    return this.#reader.tools(filter)
  }

  definitions<T extends Target>(target: T, filter?: unknown, options?: unknown): TargetDefinitions[T] {
    return this.#reader.definitions(target, filter, options)
  }

  offer<T extends Target>(target: T, filter?: unknown, options?: unknown): Offer<T> {
    return this.#reader.offer(target, filter, options)
  }

  delta<T extends Target>(fromRevision: unknown, target: T, filter?: unknown, options?: unknown): Delta<T> {
    return this.#reader.delta(fromRevision, target, filter, options)
  }

  explain(name: unknown, target: unknown, options?: unknown): Rendering {
    return this.#reader.explain(name, target, options)
  }

  tokens(target: unknown, filter?: unknown): TokenCount {
    return this.#reader.tokens(target, filter)
  }

  catalog(options?: unknown): readonly CatalogEntry[] {
    return this.#reader.catalog(options)
  }

  declarations(filter?: unknown, options?: unknown): string {
    return this.#reader.declarations(filter, options)
  }

  search(query: unknown, options?: unknown): SearchResult {
    return loadSearch().searchSnapshot(this.#closures, this.#reader, query, options)
  }

  searchAsync(query: unknown, options?: unknown): Promise<SearchResult> {
    return loadSearch().searchSnapshotAsync(this.#closures, this.#reader, query, options)
  }

  explainSearch(query: unknown, name: unknown, options?: unknown): SearchPlace {
    return this.#reader.explainSearch(query, name, options)
  }

  summary(): RegistrySummary {
    return this.#reader.summary()
  }

  /** `T` is the caller's word for what the tool returns, here and below. */
  execute<T>(name: unknown, params?: unknown, options?: unknown): Promise<T> {
    return this.#calls.execute(name, params, options) as Promise<T>
  }

  async call<T>(name: unknown, params?: unknown, options?: unknown): Promise<CallResult<T>> {
    const { observation, result } = this.#calls.observe(name, params, options)
    return observation.result(await result) as CallResult<T>
  }

  stream<T>(name: unknown, params?: unknown, options?: unknown): AsyncIterableIterator<T> {
    return this.#calls.stream(name, params, options) as AsyncIterableIterator<T>
  }

  /** `Reply` is what the target takes: a reply, or a list of them for a list of calls. */
  respond<Reply>(target: unknown, sent: unknown, options?: unknown): Promise<Reply> {
    return respondToAll(this.#modelCalls, target, sent, options) as Promise<Reply>
  }

  needsApproval(target: unknown, call: unknown, options?: unknown): Promise<boolean> {
    return this.#modelCalls.needsApproval(target, call, options)
  }

  finder<T extends FinderTarget>(target: T, options?: unknown): PublicFinder<T> {
    return (require('./finder/finder') as typeof finderModule).makeFinder(this, target, options)
  }

  release(): void {
    const parts = [this.#plans, this.#views, this.#filtered, this.#reader, this.#native]
    for (const part of parts) part.release()
    this.#closures.freeSlots()
  }

  [INSPECT](): string {
    return inspectedTools('Snapshot', this)
  }

  /** Returns the view for a call. */
  #chooseView(name: unknown, params: unknown, context: unknown, versions: unknown): Snapshot {
    if (this.#routedKeys === undefined) this.#routedKeys = callNative(() => this.#native.looksAt())
    const keys = this.#routedKeys
    if (keys === null && versions === undefined) return this
    const { callerOnly } = this.#closures.limits
    const caller = callerOf(params, context, callerOnly, () => this.#plans.readContextKeys(name))
    const [callerJson, versionsJson] = [callerText(caller, keys ?? []), toText('versions', versions)]
    const key = callNative(() => this.#native.choose(callerJson, versionsJson))
    if (key === '') return this
    const known = this.#views.get(key)
    if (known !== undefined) return known
    const native = callNative(() => this.#native.view(callerJson, versionsJson))
    const cache = new RevisionCache(this.#revision)
    return this.#views.add(key, new Snapshot(this.#closures, native, cache, { viewKey: key }))
  }

  #filterOnce(filter: unknown): Snapshot {
    const key = this.#reader.writeFilter(filter) ?? ''
    const known = this.#filtered.get(key)
    if (known !== undefined) return known
    return this.#filtered.add(
      key,
      this.#filter(filter, undefined, () => new RevisionCache(this.#revision)),
    )
  }

  #filter(filter: unknown, caller: BoundCaller | undefined, cacheOf: FilterCache): Snapshot {
    // The registry filters by what is given, so there is a text.
    const conditions = this.#reader.writeFilter(filter) as string
    const native = callNative(() => this.#native.bounded(conditions))
    const bound = splitFilter(filter).predicate && filter
    const viewKey = this.#viewKey
    return new Snapshot(this.#closures, native, cacheOf(conditions), { filter: bound, caller, viewKey })
  }

  static {
    chooseView = (newest, name, params, context, versions) => newest.#chooseView(name, params, context, versions)
    filterSnapshot = (snapshot, filter, caller, cacheOf) => snapshot.#filter(filter, caller, cacheOf)
    narrowSnapshot = (snapshot, filter) =>
      snapshot.#filter(filter, snapshot.#caller, () => new RevisionCache(snapshot.#revision))
    filterSnapshotOnce = (snapshot, filter) => snapshot.#filterOnce(filter)
    listForMcp = (snapshot, form, former) => snapshot.#reader.mcpListing(form, former)
    startOn = (view, name, params, options, mustBeNewest) => view.#calls.start(name, params, options, mustBeNewest)
    isSnapshot = (value): value is Snapshot => value !== null && typeof value === 'object' && #calls in value
    modelCallsOf = (snapshot) => snapshot.#modelCalls
    scopesOf = (snapshot) => snapshot.#reader.scopes
    viewKeyOf = (snapshot) => snapshot.#viewKey
    isGenerator = (snapshot, name) => isAsyncGenerator(snapshot.#plans.getPlan(name).closure?.execute)
    closureOf = (snapshot, name, mustBeNewest) => snapshot.#plans.getPlan(name, mustBeNewest).closure
  }
}
// Few programs let a model load tools, and many never search: their files are loaded where they are used.
const loadSearch = () => require('./search/snapshot-search') as typeof searchModule
