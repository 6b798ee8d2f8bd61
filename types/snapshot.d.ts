// The reading surface that registries and snapshots share, and snapshots.
// oxlint-disable typescript/no-unsafe-declaration-merging -- the class has every member of Reading
import type { CallOptions, CallResult, RespondOptions } from './call'
import type { CatalogEntry, CatalogOptions, ToolFilter } from './filter'
import type { ToolVersion } from './history'
import type { Delta, Offer, Quarantined, Rendering, TokenCount } from './offers'
import type { TargetAnswers } from './target-answers'
import type { TargetCalls } from './target-calls'
import type { TargetDefinitions } from './target-definitions'
import type { DefinitionOptions, ExplainOptions, Target, TargetOptions } from './targets'
import type { ContextOf, RegisteredTool, RegistryTypes } from './tool'
import type { VersionOptions } from './versions'

/** The numbers of tools, in total and by source and category. */
export interface RegistrySummary {
  /** The revision. */
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
 * The reading surface of a registry, for its newest revision, and of a snapshot, for its own revision.
 * @see [snapshots](https://github.com/toolrack/toolrack/blob/main/docs/registry.md#snapshots)
 */
export interface Reading<Types extends RegistryTypes = {}> {
  /** The number of the revision. Numbers increase. */
  readonly revision: number
  /** The number of tools, disabled ones included. */
  readonly size: number
  /** Whether a tool has this name or wire name, enabled or not. */
  has(name: string): boolean
  /**
   * Returns the tool of a name or wire name. Its own name comes first.
   * The object is the caller's own copy, which a framework may write to.
   */
  get(name: string): RegisteredTool | undefined
  /**
   * Returns the own name of the tool that a provider knows by a wire name.
   * @param target the target whose names count; without one, own names count too
   * @see [names for providers](https://github.com/toolrack/toolrack/blob/main/docs/names.md#wire-names)
   */
  resolve(wireName: string, target?: Target): string | undefined
  /**
   * Returns the definition that a call was made on, by the `schemaHash` of its event or audit record.
   * It searches the tool, its history, and the other versions of its source.
   * @see [former definitions](https://github.com/toolrack/toolrack/blob/main/docs/registry.md#former-definitions)
   */
  definition(name: string, schemaHash: string): RegisteredTool | undefined
  /**
   * Returns the former definitions of a tool, the newest first. They are frozen. Throws `UNKNOWN_TOOL`.
   * @see [former definitions](https://github.com/toolrack/toolrack/blob/main/docs/registry.md#former-definitions)
   */
  history(name: string): readonly ToolVersion[]
  /** Returns the names of tools in the order of registration. */
  list(filter?: ToolFilter): string[]
  /** Returns copies of tools in the order of registration. For many tools, `list` is cheaper. */
  tools(filter?: ToolFilter): RegisteredTool[]
  /**
   * Returns the definitions for a target, in the order of registration. They are frozen and cached, but for `plain`.
   * Tools that the provider would refuse are left out (`offer(target).quarantined`).
   * Throws `NOT_REPRESENTABLE` for more tools than one request takes.
   * @see [definitions](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#definitions)
   */
  definitions<T extends Target>(target: T, filter?: ToolFilter, options?: DefinitionOptions): TargetDefinitions[T]
  /**
   * Returns the definitions, and which tools are strict, downgraded, quarantined or trimmed.
   * A broken limit is a finding and does not throw.
   * @see [offers](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#offers)
   */
  offer<T extends Target>(target: T, filter?: ToolFilter, options?: DefinitionOptions): Offer<T>
  /**
   * Returns the changes of `definitions` since a revision.
   * Throws `STALE_REVISION` for a revision that is not remembered: read `definitions` again.
   * @see [deltas](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#deltas)
   */
  delta<T extends Target>(fromRevision: number, target: T, filter?: ToolFilter, options?: DefinitionOptions): Delta<T>
  /**
   * Explains one tool in the request of a filter and options: its definition with all changes. Throws `UNKNOWN_TOOL`.
   * @see [explain](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#explain)
   */
  explain(name: string, target: Target, options?: ExplainOptions): Rendering
  /**
   * Returns the estimated tokens of tools, in the order of registration. The object is frozen.
   * @see [token estimates](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#token-estimates)
   */
  tokens(target: Target, filter?: ToolFilter): TokenCount
  /**
   * Returns the catalog for a planner. It is frozen.
   * @see [catalog](https://github.com/toolrack/toolrack/blob/main/docs/filters.md#catalog)
   */
  catalog(options?: CatalogOptions): readonly CatalogEntry[]
  /** Returns the numbers of tools by source and category. */
  summary(): RegistrySummary
  /**
   * Calls a tool by its name or wire name. Resolves with the closure's value, or with the body of the API's response.
   * Rejects with a `ToolrackError`; `cause` of `TOOL_FAILED` is what the closure threw.
   * @see [execute](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#execute)
   */
  execute<T = any>(name: string, params?: object, options?: CallOptions<Types>): Promise<T>
  /**
   * Calls a tool like `execute`. Resolves with the value and the data of the call: id, duration, HTTP status, headers.
   * @see [results](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#results)
   */
  call<T = any>(name: string, params?: object, options?: CallOptions<Types>): Promise<CallResult<T>>
  /**
   * Calls a tool and iterates over the pieces of its result; a tool without a stream gives one piece.
   * The call starts with the first read. Leaving the loop cancels it.
   * @see [streaming](https://github.com/toolrack/toolrack/blob/main/docs/streaming.md#read-a-stream)
   */
  stream<T = any>(name: string, params?: object, options?: CallOptions<Types>): AsyncIterableIterator<T>
  /**
   * Executes a model's call, or several in parallel, and returns the provider's tool result. A failure is a result too.
   * Rejects only with `CLOSED`, `INVALID_OPTIONS`, `INTERNAL`, and `LIMIT_EXCEEDED` for an oversized call.
   * The tool is found by its wire name.
   * @see [respond](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#respond)
   */
  respond<T extends Target>(target: T, call: TargetCalls[T], options?: RespondOptions<Types>): Promise<TargetAnswers[T]>
  respond<T extends Target>(
    target: T,
    calls: readonly TargetCalls[T][],
    options?: RespondOptions<Types>,
  ): Promise<TargetAnswers[T][]>
}

/**
 * The options of a snapshot: its tools and its caller.
 * @see [snapshots](https://github.com/toolrack/toolrack/blob/main/docs/registry.md#snapshots)
 */
export interface SnapshotOptions<Types extends RegistryTypes = {}> extends VersionOptions<Types> {
  /**
   * The tools of the snapshot. Other tools are `UNKNOWN_TOOL`, in no list, and never among nearest names.
   * @default all tools
   * @see [filtered snapshots](https://github.com/toolrack/toolrack/blob/main/docs/filters.md#filtered-snapshots)
   */
  filter?: ToolFilter
  /**
   * The caller of every call on the snapshot; routes choose versions for it. It is copied.
   * A call may add to it; another `userId`, tenant or value that routes read is `INVALID_OPTIONS`.
   * @default none: each call has its own caller
   * @see [bound caller](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#bound-caller)
   */
  context?: ContextOf<Types>
}

/**
 * A snapshot: one immutable revision of a registry.
 * @see [snapshots](https://github.com/toolrack/toolrack/blob/main/docs/registry.md#snapshots)
 */
export interface Snapshot<Types extends RegistryTypes = {}> extends Reading<Types> {}
export class Snapshot<Types extends RegistryTypes = {}> {
  private constructor()
  /** Releases the revision before the garbage collector does. Later use throws `CLOSED`, except `revision`. */
  release(): void
}
