// ToolRegistry: registration, snapshots, calls, versions and events.
// oxlint-disable typescript/no-unsafe-declaration-merging -- the class has every member of Reading and Resuming
import type { AuditOptions, AuditStatus } from './audit'
import type { CallProgress, CallResult, RegistryCallOptions, RegistryRespondOptions } from './call'
import type { ChangeSet, RegistryEvents } from './events'
import type { FrameworkInput, FrameworkResult, FrameworkTool, ToolOptions } from './framework-tools'
import type { RegistryCallLimits } from './limits'
import type { SavedName, SavedNames } from './names'
import type { Finding } from './offers'
import type { CheckedOutput, CheckedSchema, ReturnedValue } from './inference'
import type { Resuming } from './questions'
import type { ToolParameters } from './schema'
import type { Reading, Snapshot, SnapshotOptions } from './snapshot'
import type { SourceStatus } from './sources'
import type { TargetAnswers } from './target-answers'
import type { TargetCalls } from './target-calls'
import type { Target, TargetOptions } from './targets'
import type { HandleOf, RegistryTypes, ToolDefinition, ToolHandle } from './tool'
import type { Route, RouteStatus } from './versions'

/**
 * The options of a registry.
 * @see [registry options](https://github.com/toolrack/toolrack/blob/main/docs/registry.md#registry-options)
 */
export interface RegistryOptions {
  /**
   * What happens if `register` gets a name that is in use. `'refuse'`: it throws `NAME_TAKEN`. `'replace'`: the new tool
   * replaces the old one. A name that differs only in case, or only in `-` and `_`, is always `NAME_TAKEN`.
   * @default 'refuse'
   */
  onConflict?: 'refuse' | 'replace'
  /**
   * The identity of a call without `context`. `'params'`: `userId`, `auditingId` and `__metadata` of its arguments.
   * `'caller'`: none; these keys in the arguments are `INVALID_PARAMS`.
   * @default 'params'
   * @see [call context](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#call-context)
   */
  contextFrom?: 'params' | 'caller'
  /**
   * Whether arguments of closures are validated, by the JSON Schema and by a Standard Schema.
   * Arguments of HTTP operations are always validated.
   * @default true
   * @see [validation](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#validation)
   */
  validateParams?: boolean
  /**
   * The default timeout of a call, in ms. It covers queues, retries and streams (`TIMEOUT`).
   * @default 60000
   */
  timeoutMs?: number
  /**
   * The default rate limit of tools, in calls per minute, for each user and tenant. Enforced with `enforceRateLimits`.
   * A document can lower it for its operations (`x-toolrack`), not raise it.
   * @default no limit
   * @see [rate limit](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#rate-limit)
   */
  rateLimit?: number
  /** The default limits of calls: burst, concurrency, retry, circuit breaker, idempotency, sizes. */
  callLimits?: RegistryCallLimits
  /** Size limits of the registry. */
  limits?: {
    /**
     * Size limit of one tool's definition, in bytes of JSON. `register` throws `LIMIT_EXCEEDED` for a larger one.
     * A larger operation of a document is skipped.
     * @default 2097152 (2 MiB)
     * @see [definition size](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#definition-size)
     */
    definitionBytes?: number
  }
  /**
   * The error message that a model gets when user code fails (`TOOL_FAILED`, `AUTH_FAILED`, or `HTTP_FAILED` without a
   * status). `'message'`: the message, redacted. `'generic'`: `the tool failed`. A function: the text that it returns.
   * The message of a `ToolError` is never changed.
   * @default 'message'
   * @see [tool errors](https://github.com/toolrack/toolrack/blob/main/docs/errors.md#tool-errors)
   */
  toolErrors?: 'message' | 'generic' | ((error: unknown, call: ToolErrorCall) => string)
  /**
   * Whether rate limits are enforced: a call over the limit fails with `RATE_LIMITED` and `details.retryAfterMs`.
   * If not, a rate limit is only information for orchestrators.
   * @default false
   * @see [rate limit](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#rate-limit)
   */
  enforceRateLimits?: boolean
  /**
   * Type coercion: whether arguments are converted to the type in the schema, such as `"5"` to 5, `"true"` to true.
   * @default false
   * @see [coercion](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#coercion)
   */
  coerce?: boolean
  /**
   * Hidden Unicode characters in results for models (`respond`). `'keep'` keeps them, `'flag'` adds a warning,
   * `'strip'` removes them.
   * @default 'flag'
   * @see [hidden characters](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#hidden-characters)
   */
  hiddenUnicode?: 'keep' | 'flag' | 'strip'
  /**
   * OpenTelemetry spans and metrics of calls. `api`: the `@opentelemetry/api` to use. `content`: whether arguments and
   * error messages are recorded. `true` without an installed API is `INVALID_OPTIONS`.
   * @default on if `@opentelemetry/api` is installed and a provider is registered; without arguments
   * @see [OpenTelemetry](https://github.com/toolrack/toolrack/blob/main/docs/observability.md#opentelemetry)
   */
  telemetry?: boolean | { api?: object; content?: boolean }
  /**
   * The saved tool names of an earlier registry, from its `names()`. Operations get the same names again.
   * A wrong entry is `INVALID_OPTIONS` with `details.problems`.
   * @default none
   * @see [save names](https://github.com/toolrack/toolrack/blob/main/docs/names.md#save-names)
   */
  names?: { readonly format: number; readonly names: readonly Readonly<SavedName>[] }
  /**
   * The audit log: a path, or options. The constructor throws `AUDIT_BROKEN` or `AUDIT_UNWRITABLE`.
   * @default none
   * @see [audit log](https://github.com/toolrack/toolrack/blob/main/docs/audit.md)
   */
  audit?: string | AuditOptions
  /**
   * Seals what `resume` continues: 32 characters or bytes at least, the same in processes that share it.
   * @default a key of the process
   */
  stateKey?: string | Uint8Array
}

/** The call that failed, for a function of `toolErrors`. */
export interface ToolErrorCall {
  /** The tool's name. */
  readonly toolName: string
  /** The id of the call. Only if calls are observed by a listener of `call`, the audit log or OpenTelemetry. */
  readonly callId?: string | undefined
  /** The `userId` of the call's context. */
  readonly userId?: unknown
}

/**
 * A registry: it holds tools and calls them. Its reading functions use the newest revision. It belongs to one thread:
 * `structuredClone` and `postMessage` throw a `DataCloneError`.
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
