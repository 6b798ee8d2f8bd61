// The reading surface that registries and snapshots share, and snapshots.
// oxlint-disable typescript/no-unsafe-declaration-merging -- the class has every member of Reading
import type { CallOptions, CallProgress, CallResult, RespondOptions } from './call'
import type { CatalogEntry, CatalogOptions, DeclarationOptions, ToolFilter } from './filter'
import type { Finder, FinderOptions, FinderTarget } from './finder'
import type { ToolVersion } from './history'
import type { Delta, Offer, Quarantined, Rendering, TokenCount } from './offers'
import type { AsyncSearchOptions, SearchOptions, SearchPlace, SearchResult } from './search'
import type { TargetAnswers } from './target-answers'
import type { TargetCalls } from './target-calls'
import type { TargetDefinitions } from './target-definitions'
import type { DefinitionOptions, ExplainOptions, Target, TargetOptions } from './targets'
import type { ContextOf, RegisteredTool, RegistryTypes } from './tool'
import type { VersionOptions } from './versions'

/** The numbers of tools: in total, by source and by category. */
export interface RegistrySummary {
  /** The number of the revision. */
  revision: number
  /** The number of tools, disabled ones included. */
  tools: number
  /** The number of disabled tools. */
  disabled: number
  /** The number of tools by source. */
  sources: Record<string, number>
  /** The number of tools by category; `uncategorized` counts those without one. */
  categories: Record<string, number>
}

/**
 * The functions that read and call tools. A registry uses its newest revision, a snapshot its own revision.
 * @see [snapshots](https://github.com/toolrack/toolrack/blob/main/docs/registry.md#snapshots)
 */
export interface Reading<Types extends RegistryTypes = {}> {
  /** The number of the revision. Each change of the tools makes a greater one. */
  readonly revision: number
  /** The number of tools, disabled ones included. */
  readonly size: number
  /** Whether a tool has this name or wire name. Disabled tools are included. */
  has(name: string): boolean
  /**
   * Returns the tool with this name; if there is none, the tool with this wire name.
   * The object is a copy, which the caller may change.
   */
  get(name: string): RegisteredTool | undefined
  /**
   * Returns the tool's own name for a wire name, the name that a provider gets.
   * @param target the target of the wire name; without it, `wireName` may also be a tool's own name
   * @see [names for providers](https://github.com/toolrack/toolrack/blob/main/docs/names.md#wire-names)
   */
  resolve(wireName: string, target?: Target): string | undefined
  /**
   * Returns the definition that a call used, by the `schemaHash` of its event or audit record. `undefined`: not found.
   * It searches the present tool, its history, and the other versions of its source.
   * @see [former definitions](https://github.com/toolrack/toolrack/blob/main/docs/registry.md#former-definitions)
   */
  definition(name: string, schemaHash: string): RegisteredTool | undefined
  /**
   * Returns the definitions that a tool had, the newest first. The list is frozen. Throws `UNKNOWN_TOOL`.
   * @see [former definitions](https://github.com/toolrack/toolrack/blob/main/docs/registry.md#former-definitions)
   */
  history(name: string): readonly ToolVersion[]
  /** Returns the names of tools, in the order of registration. */
  list(filter?: ToolFilter): string[]
  /** Returns copies of tools, in the order of registration. For many tools, `list` is faster. */
  tools(filter?: ToolFilter): RegisteredTool[]
  /**
   * Returns the tool definitions for a target, in the order of registration. They are cached; except `plain`, frozen.
   * Tools that the provider would refuse are left out: see `offer(target).quarantined`.
   * Throws `NOT_REPRESENTABLE` for more tools than one request may have.
   * @see [definitions](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#definitions)
   */
  definitions<T extends Target>(target: T, filter?: ToolFilter, options?: DefinitionOptions): TargetDefinitions[T]
  /**
   * Returns the definitions with a report: which tools are strict, downgraded, quarantined or trimmed.
   * More tools than one request may have are a finding; it does not throw for that.
   * @see [offers](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#offers)
   */
  offer<T extends Target>(target: T, filter?: ToolFilter, options?: DefinitionOptions): Offer<T>
  /**
   * Returns how `definitions` changed since a revision. Throws `STALE_REVISION` for a revision that is too old: call
   * `definitions` again. Throws `INVALID_OPTIONS` for a revision that does not exist yet.
   * @see [deltas](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#deltas)
   */
  delta<T extends Target>(fromRevision: number, target: T, filter?: ToolFilter, options?: DefinitionOptions): Delta<T>
  /**
   * Explains how a target gets one tool: its definition, all changes of its schema, and the reasons.
   * Throws `UNKNOWN_TOOL`.
   * @see [explain](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#explain)
   */
  explain(name: string, target: Target, options?: ExplainOptions): Rendering
  /**
   * Returns the estimated tokens of tools for a target, in the order of registration. The object is frozen.
   * @see [token estimates](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#token-estimates)
   */
  tokens(target: Target, filter?: ToolFilter): TokenCount
  /**
   * Returns the catalog: a short list of tools for a planner. It is frozen.
   * @see [catalog](https://github.com/toolrack/toolrack/blob/main/docs/filters.md#catalog)
   */
  catalog(options?: CatalogOptions): readonly CatalogEntry[]
  /**
   * Returns TypeScript types of tools, for programs that let a model write code: `interface Tools` with a function for
   * each tool. The same tools have the same text.
   * @see [declarations](https://github.com/toolrack/toolrack/blob/main/docs/declarations.md)
   */
  declarations(filter?: ToolFilter, options?: DeclarationOptions): string
  /**
   * Searches tools by the words of a request, the best first: `search('close a ticket')`. The object is frozen.
   * @param query a text, or up to 5 phrasings of one need; each has 500 characters at most (`LIMIT_EXCEEDED`)
   * @see [search](https://github.com/toolrack/toolrack/blob/main/docs/search.md)
   */
  search(query: string | readonly string[], options?: SearchOptions): SearchResult
  /**
   * Searches as `search` does, and with the embedder of the registry (`search.embed`) if there is one. Where that is late
   * or fails, the hits are those by words. The object is frozen.
   * @see [embedder](https://github.com/toolrack/toolrack/blob/main/docs/embedder.md)
   */
  searchAsync(query: string | readonly string[], options?: AsyncSearchOptions): Promise<SearchResult>
  /**
   * Says where a tool stands in a search by words, and why it is no hit. Throws `UNKNOWN_TOOL`.
   * @see [explanation](https://github.com/toolrack/toolrack/blob/main/docs/search-ranking.md#explanation)
   */
  explainSearch(query: string | readonly string[], name: string, options?: SearchOptions): SearchPlace
  /** Returns the numbers of tools by source and category. */
  summary(): RegistrySummary
  /**
   * Calls a tool by its name or wire name. Resolves with the closure's value, or with the body of the API's response.
   * Rejects with a `ToolrackError`. For `TOOL_FAILED`, its `cause` is the error that the closure threw.
   * @see [execute](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#execute)
   */
  execute<T = any>(name: string, params?: object, options?: CallOptions<Types>): Promise<T>
  /**
   * Calls a tool like `execute`. Resolves with the value and data about the call: id, duration, HTTP status, headers.
   * @see [results](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#results)
   */
  call<T = any>(name: string, params?: object, options?: CallOptions<Types>): Promise<CallResult<T>>
  /**
   * Streaming: calls a tool and iterates over the pieces of its result. A tool without a stream has one piece.
   * What the tool reports with `context.progress` comes between them, as a `CallProgress`.
   * The call starts with the first read. Leaving the loop cancels it.
   * @see [streaming](https://github.com/toolrack/toolrack/blob/main/docs/streaming.md#read-a-stream)
   */
  stream<T = any>(name: string, params?: object, options?: CallOptions<Types>): AsyncIterableIterator<T | CallProgress>
  /**
   * Executes the call of a model, or several in parallel, and returns tool results in the provider's format.
   * The tool is found by its wire name. An error of a call is a result too, which the model can read. Rejects only
   * with `CLOSED`, `INVALID_OPTIONS`, `UNKNOWN_SOURCE` (`versions`), `LIMIT_EXCEEDED` (a too large call), `INTERNAL`.
   * @see [respond](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#respond)
   */
  respond<T extends Target>(target: T, call: TargetCalls[T], options?: RespondOptions<Types>): Promise<TargetAnswers[T]>
  respond<T extends Target>(
    target: T,
    calls: readonly TargetCalls[T][],
    options?: RespondOptions<Types>,
  ): Promise<TargetAnswers[T][]>
  /**
   * Whether a model's call needs the approval of a person, so that a framework can ask before it calls.
   * A function of `requiresApproval` gets the validated arguments, and the context of the options or of the snapshot.
   * False for a call that would fail before it needs approval (unknown tool, wrong arguments): the call says why.
   * Rejects with the errors of `respond`. Nothing is called, and no limit counts it.
   * @see [approval](https://github.com/toolrack/toolrack/blob/main/docs/approval.md#ask-before-a-call)
   */
  needsApproval<T extends Target>(target: T, call: TargetCalls[T], options?: RespondOptions<Types>): Promise<boolean>
}

/**
 * The options of a snapshot: its tools, its caller and versions.
 * @see [snapshots](https://github.com/toolrack/toolrack/blob/main/docs/registry.md#snapshots)
 */
export interface SnapshotOptions<Types extends RegistryTypes = {}> extends VersionOptions<Types> {
  /**
   * The tools of the snapshot. Other tools are in no list and in no error message; calls of them are `UNKNOWN_TOOL`.
   * @default all tools
   * @see [filtered snapshots](https://github.com/toolrack/toolrack/blob/main/docs/filters.md#filtered-snapshots)
   */
  filter?: ToolFilter
  /**
   * The bound caller: the context of every call on the snapshot. Routes choose versions for it. It is copied.
   * A call may add data. Another `userId`, tenant, or value that routes read, is `INVALID_OPTIONS`.
   * @default none: each call has its own context
   * @see [bound caller](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#bound-caller)
   */
  context?: ContextOf<Types>
}

/**
 * A snapshot: one immutable revision of a registry, for one turn of an agent.
 * @see [snapshots](https://github.com/toolrack/toolrack/blob/main/docs/registry.md#snapshots)
 */
export interface Snapshot<Types extends RegistryTypes = {}> extends Reading<Types> {}
export class Snapshot<Types extends RegistryTypes = {}> {
  private constructor()
  /**
   * Returns a finder: a model searches the tools of the snapshot, loads a few and calls them. Throws `INVALID_OPTIONS`.
   * @see [finders](https://github.com/toolrack/toolrack/blob/main/docs/finder.md)
   */
  finder<T extends FinderTarget>(target: T, options?: FinderOptions): Finder<T, Types>
  /**
   * Frees the memory of the revision before the garbage collector does. Later use throws `CLOSED`, except `revision`.
   */
  release(): void
}
