// Snapshot reader: lists, definitions, deltas, token counts and searches of one revision.

import type { NativeMcpListing, NativeSearch, NativeSnapshot, NativeThen } from '../border/native'
import type {
  CatalogEntry,
  Delta,
  GeminiOpenApiTool,
  Offer,
  RegisteredTool,
  RegistrySummary,
  Rendering,
  SearchPlace,
  SearchResult,
  Target,
  TargetDefinitions,
  TokenCount,
  ToolVersion,
} from '../../index'
import { callNative } from '../border/error'
import { deepFreeze, ownCopy } from '../border/freeze'
import { givenOption } from '../border/given-members'
import {
  checkOptions,
  invalidOption,
  oneOf,
  readOption,
  requiredText,
  toName,
  toRevision,
  toText,
} from '../border/options'
import type * as declarations from '../declarations/declarations'
import { selectNames, splitFilter } from './filter'
import { RevisionCache } from './snapshot-cache'

/** What `offer` reads of a request beside its definitions. */
type OfferReport = Omit<Offer, 'revision' | 'definitions'>

/** What an MCP list is made for. */
export interface McpListForm {
  /** The revision of the protocol. */
  readonly revision: string
  /** Limits of pages: `pageBytes`, `maxPageBytes` and `maxPages`. */
  readonly limits?: unknown
}

/** Reads the tools of one revision. */
export class SnapshotReader {
  readonly revision: number
  readonly #native: NativeSnapshot
  #cache: RevisionCache
  /** The filter of the snapshot, if it has a predicate: Rust knows only conditions. */
  readonly #boundFilter: unknown

  constructor(native: NativeSnapshot, revision: number, cache: RevisionCache, boundFilter: unknown) {
    this.#native = native
    this.revision = revision
    this.#cache = cache
    this.#boundFilter = boundFilter
  }

  get size(): number {
    return callNative(() => this.#native.size)
  }

  has(name: unknown): boolean {
    return callNative(() => this.#native.has(toName('name', name)))
  }

  get(name: unknown): RegisteredTool | undefined {
    // A copy, not frozen: frameworks write into schemas (`__absolute_uri__` of @langchain/core).
    const text = callNative(() => this.#native.get(toName('name', name)))
    return text === null ? undefined : (JSON.parse(text) as RegisteredTool)
  }

  resolve(word: unknown, target: unknown): string | undefined {
    const targetName = target === undefined ? undefined : toName('target', target)
    return callNative(() => this.#native.resolve(toName('name', word), targetName)) ?? undefined
  }

  definition(name: unknown, schemaHash: unknown): RegisteredTool | undefined {
    const text = callNative(() => this.#native.definition(toName('name', name), toName('schemaHash', schemaHash)))
    return text === null ? undefined : (JSON.parse(text) as RegisteredTool)
  }

  history(name: unknown): readonly ToolVersion[] {
    return deepFreeze(JSON.parse(callNative(() => this.#native.history(toName('name', name)))) as ToolVersion[])
  }

  list(filter: unknown): string[] {
    return this.#readOnce('list', filter, (text) => this.#native.list(text)).slice()
  }

  /** The OAuth scopes that any tool needs, sorted. */
  get scopes(): readonly string[] {
    return this.#cache.readOnce('scopes', () => callNative(() => this.#native.scopes()))
  }

  tools(filter: unknown): RegisteredTool[] {
    // A copy for each caller, as in `get`; the cache keeps the text.
    return JSON.parse(this.#readOnce('tools', filter, (text) => this.#native.tools(text))) as RegisteredTool[]
  }

  definitions<T extends Target>(target: T, filter: unknown, options: unknown): TargetDefinitions[T] {
    const [conditions, offerOptions] = [this.writeFilter(filter), this.#writeOfferOptions(options)]
    const read = (known: string | undefined) =>
      callNative(() => this.#native.definitions(target, conditions, offerOptions, known))
    const key = `definitions ${toName('target', target)} ${offerOptions} ${conditions}`
    return copyWhereWritten(target, this.#cache.readDefinitions(key, read)) as TargetDefinitions[T]
  }

  offer<T extends Target>(target: T, filter: unknown, options: unknown): Offer<T> {
    const [conditions, offerOptions] = [this.writeFilter(filter), this.#writeOfferOptions(options)]
    const report = JSON.parse(
      callNative(() => this.#native.offer(toName('target', target), conditions, offerOptions)),
    ) as OfferReport
    // The report lists broken limits, so the definitions are read without failing.
    const unlimited = readOption('options', () => ({
      ...(options as object),
      overLimit: givenOption(options, 'overLimit') === 'trim' ? 'trim' : 'send',
    }))
    return { revision: this.revision, definitions: this.definitions(target, filter, unlimited), ...report }
  }

  mcpListing({ revision, limits }: McpListForm, former: NativeMcpListing | undefined): NativeMcpListing {
    return callNative(() => this.#native.mcpListing(revision, toText('page', limits), former))
  }

  delta<T extends Target>(fromRevision: unknown, target: unknown, filter: unknown, options: unknown): Delta<T> {
    const from = toRevision('fromRevision', fromRevision)
    const [conditions, offerOptions] = [this.writeFilter(filter), this.#writeOfferOptions(options, 'delta')]
    // A predicate sees only tools that the filtered snapshot had then.
    const bound = this.#writeFormerFilter(from, this.#boundFilter, (text) => ({ bound: text }))
    const former = makeFormerFilters(
      bound,
      this.#writeFormerFilter(from, filter, (text) => makeFormerFilters(bound, text)),
    )
    return JSON.parse(
      callNative(() => this.#native.delta(from, toName('target', target), conditions, offerOptions, former)),
    ) as Delta<T>
  }

  explain(name: unknown, target: unknown, options: unknown): Rendering {
    const filter = readOption('options', () => givenOption(options, 'filter') ?? undefined)
    const rest =
      filter === undefined ? options : readOption('options', () => ({ ...(options as object), filter: undefined }))
    const [conditions, offerOptions] = [this.writeFilter(filter), this.#writeOfferOptions(rest)]
    return JSON.parse(
      callNative(() => this.#native.explain(toName('name', name), toName('target', target), conditions, offerOptions)),
    ) as Rendering
  }

  tokens(target: unknown, filter: unknown): TokenCount {
    const name = toName('target', target)
    return this.#readOnce(`tokens ${name}`, filter, (text) =>
      deepFreeze(JSON.parse(this.#native.tokens(name, text)) as TokenCount),
    )
  }

  catalog(options: unknown): readonly CatalogEntry[] {
    const text = toText('catalog', this.#withConditions(options))
    const read = () => callNative(() => deepFreeze(JSON.parse(this.#native.catalog(text)) as CatalogEntry[]))
    // Each request of a planner is another query.
    const isSearched = readOption('options', () => givenOption(options, 'query') !== undefined)
    return isSearched ? read() : this.#cache.readOnce(`catalog ${text}`, read)
  }

  search(query: unknown, options: unknown): SearchResult {
    const text = requiredText('query', query)
    const written = toText('options', this.#withConditions(options))
    return deepFreeze(JSON.parse(callNative(() => this.#native.search(text, written))) as SearchResult)
  }

  prepareSearch(query: unknown, options: unknown): NativeSearch {
    const text = requiredText('query', query)
    const written = toText('options', this.#withConditions(options))
    return callNative(() => this.#native.prepareSearch(text, written))
  }

  explainSearch(query: unknown, name: unknown, options: unknown): SearchPlace {
    const [text, tool] = [requiredText('query', query), toName('name', name)]
    const written = toText('options', this.#withConditions(options))
    return deepFreeze(JSON.parse(callNative(() => this.#native.explainSearch(text, tool, written))) as SearchPlace)
  }

  declarations(filter: unknown, options: unknown): string {
    const { language } = checkOptions(options, ['language'])
    oneOf('language', language, ['typescript'])
    return this.#readOnce('declarations', filter, (text) =>
      loadDeclarations().writeDeclarations(JSON.parse(this.#native.tools(text)) as RegisteredTool[]),
    )
  }

  summary(): RegistrySummary {
    return JSON.parse(callNative(() => this.#native.summary())) as RegistrySummary
  }

  /** Writes the conditions of a filter for Rust. */
  writeFilter(filter: unknown): string | undefined {
    return toText('filter', this.#readConditions(filter))
  }

  /** Lets go of what is cached. */
  release(): void {
    this.#cache = new RevisionCache(this.revision)
  }

  /** Reads the conditions of a filter. A predicate is evaluated once for a revision and becomes a list of names. */
  #readConditions(filter: unknown): unknown {
    const { conditions, predicate } = splitFilter(filter)
    if (predicate === undefined) return conditions
    const text = toText('filter', conditions)
    return this.#cache.readOnceFor(predicate, `now ${text}`, () => ({
      ...conditions,
      names: selectNames(predicate, this.#judgedTools(conditions, text)),
    }))
  }

  /** Options with the conditions of their filter. */
  #withConditions(options: unknown): unknown {
    return readOption('options', () => {
      const filter = givenOption(options, 'filter')
      return filter === undefined ? options : { ...(options as object), filter: this.#readConditions(filter) }
    })
  }

  /** The tools that predicates are asked about. All predicates of a revision share them: parsing takes longest. */
  #judgedTools(conditions: unknown, text: string | undefined): readonly RegisteredTool[] {
    return this.#cache.readLarge(`judged ${text}`, () => deepFreeze(this.tools(conditions)))
  }

  /**
   * Evaluates a predicate on a former revision; nothing for a filter without one. `filters` makes the filters of that
   * revision from the conditions.
   */
  #writeFormerFilter(from: number, filter: unknown, filters: (conditions: string) => NativeThen): string | undefined {
    const { conditions, predicate } = splitFilter(filter)
    if (predicate === undefined) return undefined
    const text = toText('filter', conditions)
    const tools = () =>
      deepFreeze(JSON.parse(callNative(() => this.#native.formerTools(from, filters(text)))) as RegisteredTool[])
    return this.#cache.readOnceFor(predicate, `${from} ${text}`, () =>
      toText('filter', { ...conditions, names: selectNames(predicate, tools()) }),
    )
  }

  /** Writes offer options for Rust. `caller` names a method that cannot evaluate a predicate. */
  #writeOfferOptions(options: unknown, caller?: 'delta'): string | undefined {
    const deferred = readOption('options', () => givenOption(options, 'deferLoading'))
    if (deferred === undefined || deferred === null) return toText('options', options)
    const conditions = (filter: unknown) => {
      if (caller !== undefined && splitFilter(filter).predicate !== undefined)
        throw invalidOption('deferLoading', `cannot have a predicate in a ${caller}: use other conditions, or names`)
      return this.#readConditions(filter)
    }
    return toText(
      'options',
      readOption('options', () => ({
        ...(options as object),
        deferLoading: Array.isArray(deferred) ? deferred.map(conditions) : conditions(deferred),
      })),
    )
  }

  #readOnce<T>(key: string, filter: unknown, read: (conditions: string | undefined) => T): T {
    const text = this.writeFilter(filter)
    return this.#cache.readOnce(`${key} ${text}`, () => callNative(() => read(text)))
  }
}

/** Few programs let a model write code. */
function loadDeclarations(): typeof declarations {
  return require('../declarations/declarations') as typeof declarations
}

/** Copies definitions for the targets whose users write into them; others share the frozen ones. */
function copyWhereWritten(target: Target, definitions: unknown[]): unknown[] {
  // Targets without a provider are frameworks, which may write into schemas, as LangChain does.
  if (target === 'plain') return ownCopy(definitions)
  if (target !== 'gemini-openapi') return definitions
  // A copy: Google's SDK writes into declarations (tTool of @google/genai 2.32).
  return (definitions as GeminiOpenApiTool[]).map((tool) => ({
    functionDeclarations: tool.functionDeclarations.map((declaration) => ({ ...declaration })),
  }))
}

/** The filters of a former revision, where they have a predicate. */
function makeFormerFilters(bound: string | undefined, filter: string | undefined): NativeThen {
  return { ...(bound !== undefined && { bound }), ...(filter !== undefined && { filter }) }
}
