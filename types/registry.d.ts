// ToolRegistry: registration, snapshots, calls, versions and events.
// oxlint-disable typescript/no-unsafe-declaration-merging -- the class has every member of Reading and Resuming
import type { ApprovalDecider, ApprovalRejection, PendingApproval } from './approvals'
import type { AuditStatus } from './audit'
import type { CallProgress, CallResult, RegistryCallOptions, RegistryRespondOptions } from './call'
import type { ChangeSet, RegistryEvents } from './events'
import type { FrameworkInput, FrameworkResult, FrameworkTool, ToolOptions } from './framework-tools'
import type { SavedNames } from './names'
import type { Finding } from './offers'
import type { CheckedOutput, CheckedSchema, ReturnedValue } from './inference'
import type { Resuming } from './questions'
import type { RegistryOptions } from './registry-options'
import type { ToolParameters } from './schema'
import type { Reading, Snapshot, SnapshotOptions } from './snapshot'
import type { SourceStatus } from './sources'
import type { TargetAnswers } from './target-answers'
import type { TargetCalls } from './target-calls'
import type { Target, TargetOptions } from './targets'
import type { RegistryTypes, ToolDefinition } from './tool'
import type { HandleOf, ToolHandle } from './tool-handle'
import type { Route, RouteStatus } from './versions'

/**
 * A registry: it holds tools and calls them. Its reading functions use the newest revision.
 * It belongs to one thread: `structuredClone` and `postMessage` throw a `DataCloneError`.
 * @see [registry](https://github.com/toolrack/toolrack/blob/main/docs/registry.md)
 */
export interface ToolRegistry<Types extends RegistryTypes = {}> extends Reading<Types>, Resuming<Types> {}
export class ToolRegistry<Types extends RegistryTypes = {}> {
  constructor(options?: RegistryOptions)
  /**
   * Registers a tool of an agent framework, and returns its handle. `options` win over what the tool says of itself.
   * Throws like the registration of a definition; a schema that is known by a promise needs `ToolModules.add`.
   * @see [tools of frameworks](https://github.com/toolrack/toolrack/blob/main/docs/framework-tools.md)
   */
  register<Tool extends FrameworkTool>(
    tool: Tool,
    options: ToolOptions,
  ): ToolHandle<FrameworkInput<Tool>, FrameworkResult<Tool>, Types>
  /**
   * Registers a tool, and returns its handle. `options` win over its definition.
   * Throws `INVALID_DEFINITION` with all problems in `details.problems`, `NAME_TAKEN` or `LIMIT_EXCEEDED`.
   * @see [register](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#register-a-tool)
   */
  register<
    const Parameters extends ToolParameters = {},
    const Schema extends object | undefined = undefined,
    const Output extends object | undefined = undefined,
    Returned extends ReturnedValue<Output> = ReturnedValue<Output>,
  >(
    definition: ToolDefinition<Schema, Parameters, Returned, Types, Output> &
      CheckedSchema<Parameters, Schema> &
      CheckedOutput<Output>,
    options?: ToolOptions,
  ): HandleOf<Parameters, Schema, Returned, Types, Output>
  /** Replaces the tool with this name by one of an agent framework, like `register`. */
  replace<Tool extends FrameworkTool>(
    tool: Tool,
    options: ToolOptions,
  ): ToolHandle<FrameworkInput<Tool>, FrameworkResult<Tool>, Types>
  /**
   * Replaces the tool with this name, from any source. Throws like `register`, and `UNKNOWN_TOOL` if there is none.
   */
  replace<
    const Parameters extends ToolParameters = {},
    const Schema extends object | undefined = undefined,
    const Output extends object | undefined = undefined,
    Returned extends ReturnedValue<Output> = ReturnedValue<Output>,
  >(
    definition: ToolDefinition<Schema, Parameters, Returned, Types, Output> &
      CheckedSchema<Parameters, Schema> &
      CheckedOutput<Output>,
    options?: ToolOptions,
  ): HandleOf<Parameters, Schema, Returned, Types, Output>
  /** Removes a tool. Returns false if there was none. */
  unregister(name: string): boolean
  /** Removes all tools of a source in one revision. Returns their names. Other versions (`crm@2` of `crm`) stay. */
  unregisterSource(source: string): string[]
  /**
   * Returns the tool names of all operations and modules that were ever loaded, for the option `names` of a registry.
   * It also works after `close`.
   * @see [save names](https://github.com/toolrack/toolrack/blob/main/docs/names.md#save-names)
   */
  names(): SavedNames
  /**
   * Releases the reserved names that no tool has now: other operations can get them. Returns their number.
   * @param source the name of a document; without it, all documents
   * @see [release names](https://github.com/toolrack/toolrack/blob/main/docs/names.md#release-names)
   */
  forgetNames(source?: string): number
  /** Returns the status of the sources of all loaders and of all `ToolModules`. */
  sources(): SourceStatus[]
  /**
   * Sets the route of a source in one revision: `crm` for the versions `crm`, `crm@1` and `crm@2`. `null` removes it.
   * Throws `UNKNOWN_SOURCE`, or `INVALID_OPTIONS` with all problems. A rule that no version meets is a problem too.
   * @see [routes](https://github.com/toolrack/toolrack/blob/main/docs/versions.md#routes)
   */
  route(source: string, route: Route | null): void
  /** Returns the sources that have several versions or a route. */
  routes(): RouteStatus[]
  /**
   * Returns a snapshot of the newest revision, for one turn of an agent.
   * Its options set a filter of its tools, the caller of all its calls, and versions.
   * @see [snapshots](https://github.com/toolrack/toolrack/blob/main/docs/registry.md#snapshots)
   */
  snapshot(options?: SnapshotOptions<Types>): Snapshot<Types>
  /** Calls a tool like `Snapshot.execute`, on the newest revision, with the versions that are chosen for the call. */
  execute<T = any>(name: string, params?: object, options?: RegistryCallOptions<Types>): Promise<T>
  /** Calls a tool like `Snapshot.call`, on the newest revision, with the versions that are chosen for the call. */
  call<T = any>(name: string, params?: object, options?: RegistryCallOptions<Types>): Promise<CallResult<T>>
  /** Calls a tool like `Snapshot.stream`, on the newest revision, with the versions that are chosen for the call. */
  stream<T = any>(
    name: string,
    params?: object,
    options?: RegistryCallOptions<Types>,
  ): AsyncIterableIterator<T | CallProgress>
  /**
   * The number of results that closures returned after their call had timed out or was cancelled. They are dropped.
   */
  readonly lateResults: number
  /**
   * Executes a model's call like `Snapshot.respond`, on the newest revision, with the versions that are chosen for it.
   */
  respond<T extends Target>(
    target: T,
    call: TargetCalls[T],
    options?: RegistryRespondOptions<Types>,
  ): Promise<TargetAnswers[T]>
  respond<T extends Target>(
    target: T,
    calls: readonly TargetCalls[T][],
    options?: RegistryRespondOptions<Types>,
  ): Promise<TargetAnswers[T][]>
  /** Whether a model's call needs approval, like `Snapshot.needsApproval`, on the newest revision. */
  needsApproval<T extends Target>(
    target: T,
    call: TargetCalls[T],
    options?: RegistryRespondOptions<Types>,
  ): Promise<boolean>
  /** Returns the calls that wait for the listeners of `approval`, the oldest first. */
  approvals(): PendingApproval[]
  /** Approves a call that waits, by the id of its request. Throws `UNKNOWN_APPROVAL` and `INVALID_OPTIONS`. */
  approve(id: string, options?: ApprovalDecider): void
  /** Rejects a call that waits, by the id of its request. Throws like `approve`. */
  reject(id: string, options?: ApprovalRejection): void
  /**
   * Checks a definition that toolrack did not make: one tool, a list of tools, or a request that contains one.
   * Returns all findings. A tool with `strict: true` is checked by the rules of strict mode.
   * @see [validate](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#validate)
   */
  validate(definition: unknown, target: Target, options?: TargetOptions): Finding[]
  /** Listens to new revisions, in order, like `on('change', listener)`. Returns a function that stops listening. */
  onChange(listener: (change: ChangeSet) => void): () => void
  /**
   * Iterates over new revisions from now on, until `signal` aborts, the loop ends or the registry closes.
   * At most 1,024 changes wait for a slow loop. Then the oldest are dropped; `missed` of the next one is their number.
   * @see [change iterator](https://github.com/toolrack/toolrack/blob/main/docs/observability.md#change-iterator)
   */
  changes(options?: { signal?: AbortSignal }): AsyncIterableIterator<ChangeSet & { readonly missed?: number }>
  /**
   * Listens to an event. Returns a function that stops listening. An unknown event is `INVALID_OPTIONS`.
   * @see [events](https://github.com/toolrack/toolrack/blob/main/docs/observability.md#events)
   */
  on<E extends keyof RegistryEvents>(event: E, listener: (event: RegistryEvents[E]) => void): () => void
  /** Returns the status of the audit log. `undefined`: there is none. */
  audit(): AuditStatus | undefined
  /**
   * Closes the registry, its loaders, its `ToolModules` and its audit log. A second call does nothing.
   * Later use throws or rejects with `CLOSED`, except `names`, `audit`, `revision` and `lateResults`.
   * Running calls end normally. Snapshots work until they are released.
   */
  close(): void
}

/** Registers a tool of an agent framework like `registry.register`, but returns no handle. */
export function registerDynamicTool<Types extends RegistryTypes>(
  registry: ToolRegistry<Types>,
  tool: FrameworkTool,
  options: ToolOptions,
): void
/** Registers a tool like `registry.register`, but returns no handle. */
export function registerDynamicTool<
  Types extends RegistryTypes,
  const Parameters extends ToolParameters = {},
  const Schema extends object | undefined = undefined,
  const Output extends object | undefined = undefined,
  Returned extends ReturnedValue<Output> = ReturnedValue<Output>,
>(
  registry: ToolRegistry<Types>,
  definition: ToolDefinition<Schema, Parameters, Returned, Types, Output> &
    CheckedSchema<Parameters, Schema> &
    CheckedOutput<Output>,
  options?: ToolOptions,
): void
