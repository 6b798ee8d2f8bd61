// ToolRegistry: registration, snapshots, calls, versions and events.
// oxlint-disable typescript/no-unsafe-declaration-merging -- the class has every member of Reading
import type { AuditOptions, AuditStatus } from './audit'
import type { CallResult, RegistryCallOptions, RegistryRespondOptions } from './call'
import type { ChangeSet, RegistryEvents } from './events'
import type { RegistryCallLimits } from './limits'
import type { SavedName, SavedNames } from './names'
import type { Finding } from './offers'
import type { CheckedSchema } from './inference'
import type { ToolParameters } from './schema'
import type { Reading, Snapshot, SnapshotOptions } from './snapshot'
import type { SourceStatus } from './sources'
import type { TargetAnswers } from './target-answers'
import type { TargetCalls } from './target-calls'
import type { Target, TargetOptions } from './targets'
import type { HandleOf, RegistryTypes, ToolDefinition } from './tool'
import type { Route, RouteStatus } from './versions'

/**
 * The options of a registry.
 * @see [registry options](https://github.com/toolrack/toolrack/blob/main/docs/registry.md#registry-options)
 */
export interface RegistryOptions {
  /**
   * What happens to a definition whose name is in use: `NAME_TAKEN`, or it replaces the tool.
   * A name that differs by `-` and `_` or by case alone is always `NAME_TAKEN`.
   * @default 'refuse'
   */
  onConflict?: 'refuse' | 'replace'
  /**
   * The source of identity for a call without `context`: its arguments, or none (`INVALID_PARAMS` for context keys).
   * @default 'params'
   * @see [call context](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#call-context)
   */
  contextFrom?: 'params' | 'caller'
  /**
   * Whether arguments of closures are validated, by JSON Schema and by a Standard Schema. HTTP operations always are.
   * @default true
   * @see [validation](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#validation)
   */
  validateParams?: boolean
  /**
   * Timeout of a call, in ms.
   * @default 60000
   */
  timeoutMs?: number
  /**
   * The rate limit of tools that set none of their own, in calls per minute. Enforced with `enforceRateLimits`.
   * A document may ask for a lower one of its operations (`x-toolrack`), not for a higher one.
   * @default no limit
   * @see [rate limit](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#rate-limit)
   */
  rateLimit?: number
  /** The limits of calls that no tool and no document sets. */
  callLimits?: RegistryCallLimits
  /** Size limits of the registry. */
  limits?: {
    /**
     * Size limit of one tool's definition, in bytes of JSON. A larger closure is `LIMIT_EXCEEDED`.
     * A larger operation of a document is skipped.
     * @default 2097152 (2 MiB)
     * @see [definition size](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#definition-size)
     */
    definitionBytes?: number
  }
  /**
   * What a model reads of errors of user code: the redacted message, `the tool failed`, or the text of a function.
   * The codes are `TOOL_FAILED`, `AUTH_FAILED`, and `HTTP_FAILED` without a status. A `ToolError` is unchanged.
   * @default 'message'
   * @see [tool errors](https://github.com/toolrack/toolrack/blob/main/docs/errors.md#tool-errors)
   */
  toolErrors?: 'message' | 'generic' | ((error: unknown, call: ToolErrorCall) => string)
  /**
   * Whether rate limits are enforced (`RATE_LIMITED`). Otherwise they are information for orchestrators.
   * @default false
   * @see [rate limit](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#rate-limit)
   */
  enforceRateLimits?: boolean
  /**
   * Type coercion of arguments to the type of the schema: `"5"` to 5, `"true"` to true, `"[1]"` to a list.
   * @default false
   * @see [coercion](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#coercion)
   */
  coerce?: boolean
  /**
   * Hidden Unicode characters in results for models: kept, kept with a warning, or removed.
   * @default 'flag'
   * @see [hidden characters](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#hidden-characters)
   */
  hiddenUnicode?: 'keep' | 'flag' | 'strip'
  /**
   * OpenTelemetry spans and metrics of calls. `api`: the API to use. `content`: whether arguments are recorded.
   * @default on if `@opentelemetry/api` is installed and a provider is registered; without arguments
   * @see [OpenTelemetry](https://github.com/toolrack/toolrack/blob/main/docs/observability.md#opentelemetry)
   */
  telemetry?: boolean | { api?: object; content?: boolean }
  /**
   * The saved names of an earlier registry (`names()`). Wrong ones are `INVALID_OPTIONS` with `details.problems`.
   * @default none
   * @see [save names](https://github.com/toolrack/toolrack/blob/main/docs/names.md#save-names)
   */
  names?: { readonly format: number; readonly names: readonly Readonly<SavedName>[] }
  /**
   * The audit log: a path, or options. Throws `AUDIT_BROKEN` and `AUDIT_UNWRITABLE`.
   * @default none
   * @see [audit log](https://github.com/toolrack/toolrack/blob/main/docs/audit.md)
   */
  audit?: string | AuditOptions
}

/** The call of an error, for a function of `toolErrors`. */
export interface ToolErrorCall {
  /** The tool's name. */
  readonly toolName: string
  /** The id of the call, if calls are observed: by an event, the audit log or telemetry. */
  readonly callId?: string | undefined
  /** The user of the call's context. */
  readonly userId?: unknown
}

/**
 * A registry of tools. Its reading functions answer for the newest revision. It belongs to one thread:
 * `structuredClone` and `postMessage` throw a `DataCloneError`.
 * @see [registry](https://github.com/toolrack/toolrack/blob/main/docs/registry.md)
 */
export interface ToolRegistry<Types extends RegistryTypes = {}> extends Reading<Types> {}
export class ToolRegistry<Types extends RegistryTypes = {}> {
  constructor(options?: RegistryOptions)
  /**
   * Registers a tool. Throws `INVALID_DEFINITION` with all problems, `NAME_TAKEN`, and `LIMIT_EXCEEDED`.
   * @see [register](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#register-a-tool)
   */
  register<
    const Parameters extends ToolParameters = {},
    const Schema extends object | undefined = undefined,
    Returned = unknown,
  >(
    definition: ToolDefinition<Schema, Parameters, Returned, Types> & CheckedSchema<Parameters, Schema>,
  ): HandleOf<Parameters, Schema, Returned, Types>
  /** Replaces the tool of a name, of whichever source. Throws `UNKNOWN_TOOL` if there is none. */
  replace<
    const Parameters extends ToolParameters = {},
    const Schema extends object | undefined = undefined,
    Returned = unknown,
  >(
    definition: ToolDefinition<Schema, Parameters, Returned, Types> & CheckedSchema<Parameters, Schema>,
  ): HandleOf<Parameters, Schema, Returned, Types>
  /** Removes a tool. Returns whether it was there. */
  unregister(name: string): boolean
  /** Removes all tools of a source in one revision. Returns their names. A version (`crm@2`) is removed alone. */
  unregisterSource(source: string): string[]
  /**
   * Returns the names of all operations that were ever loaded, for the option `names`. Works after `close` too.
   * @see [save names](https://github.com/toolrack/toolrack/blob/main/docs/names.md#save-names)
   */
  names(): SavedNames
  /**
   * Releases the names that no tool has now. Returns their number.
   * @param source the document; without one, all documents
   * @see [release names](https://github.com/toolrack/toolrack/blob/main/docs/names.md#release-names)
   */
  forgetNames(source?: string): number
  /** Returns the status of the documents of all loaders. */
  sources(): SourceStatus[]
  /**
   * Sets the route of a source (`crm` for `crm`, `crm@1`, `crm@2`) in one revision; `null` removes it.
   * Throws `UNKNOWN_SOURCE`, and `INVALID_OPTIONS` with all problems, rules that no version meets included.
   * @see [routes](https://github.com/toolrack/toolrack/blob/main/docs/versions.md#routes)
   */
  route(source: string, route: Route | null): void
  /** Returns the sources with several versions, or with a route. */
  routes(): RouteStatus[]
  /**
   * Returns a snapshot of the newest revision, for one turn of an agent.
   * Options restrict its tools, bind its caller, and choose versions.
   * @see [snapshots](https://github.com/toolrack/toolrack/blob/main/docs/registry.md#snapshots)
   */
  snapshot(options?: SnapshotOptions<Types>): Snapshot<Types>
  /** Calls a tool like `Snapshot.execute`, with the versions that are chosen for the call. */
  execute<T = any>(name: string, params?: object, options?: RegistryCallOptions<Types>): Promise<T>
  /** Calls a tool like `Snapshot.call`, with the versions that are chosen for the call. */
  call<T = any>(name: string, params?: object, options?: RegistryCallOptions<Types>): Promise<CallResult<T>>
  /** Calls a tool like `Snapshot.stream`, with the versions that are chosen for the call. */
  stream<T = any>(name: string, params?: object, options?: RegistryCallOptions<Types>): AsyncIterableIterator<T>
  /** The number of closure results that came after their call had timed out or was cancelled. They are dropped. */
  readonly lateResults: number
  /** Executes a model's call like `Snapshot.respond`, with the versions that are chosen for the call. */
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
  /**
   * Checks a foreign definition: one tool, a list, or a request that holds one. Returns all findings.
   * A tool with `strict: true` is checked by the rules of strict mode.
   * @see [validate](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#validate)
   */
  validate(definition: unknown, target: Target, options?: TargetOptions): Finding[]
  /** Listens to new revisions, in order. Returns a function that stops listening. */
  onChange(listener: (change: ChangeSet) => void): () => void
  /**
   * Iterates over new revisions from now on, until `signal` aborts, the loop is left or the registry closes.
   * At most 1,024 changes wait for a slow loop; `missed` of the next one counts the dropped ones.
   * @see [change iterator](https://github.com/toolrack/toolrack/blob/main/docs/observability.md#change-iterator)
   */
  changes(options?: { signal?: AbortSignal }): AsyncIterableIterator<ChangeSet & { readonly missed?: number }>
  /**
   * Listens to an event. Returns a function that stops listening.
   * @see [events](https://github.com/toolrack/toolrack/blob/main/docs/observability.md#events)
   */
  on<E extends keyof RegistryEvents>(event: E, listener: (event: RegistryEvents[E]) => void): () => void
  /** Returns the status of the audit log, if there is one. */
  audit(): AuditStatus | undefined
  /**
   * Closes the registry, its loaders and its audit log; a second call does nothing. Later use throws `CLOSED`,
   * except `names`, `audit`, `revision` and `lateResults`. Running calls end; snapshots work until they are released.
   */
  close(): void
}

/** Registers a tool like `registry.register`, without a handle. */
export function registerDynamicTool<
  Types extends RegistryTypes,
  const Parameters extends ToolParameters = {},
  const Schema extends object | undefined = undefined,
  Returned = unknown,
>(
  registry: ToolRegistry<Types>,
  definition: ToolDefinition<Schema, Parameters, Returned, Types> & CheckedSchema<Parameters, Schema>,
): void
