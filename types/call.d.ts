// Calls: their options, results and events.
import type { ErrorCode } from './errors'
import type { ToolFilter } from './filter'
import type { Target, TargetOptions } from './targets'
import type { ContextOf, RegistryTypes } from './tool'
import type { VersionOptions } from './versions'

/**
 * The options of a call. Each is read once, when the call is made.
 * @see [calls](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#call-options)
 */
export interface CallOptions<Types extends RegistryTypes = {}> {
  /**
   * The caller's identity. With it, `userId`, `auditingId` and `__metadata` of the arguments are dropped
   * (event `spoofAttempt`). Without it, `execute`, `call` and `stream` take them from the arguments.
   * @see [call context](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#call-context)
   */
  context?: ContextOf<Types>
  /** Cancels the call (`CANCELLED`). Calls with one signal share one listener of it. */
  signal?: AbortSignal
  /**
   * Timeout of the call in ms (`TIMEOUT`), above zero.
   * @default the tool's `callLimits.timeoutMs`, else the registry's `timeoutMs`
   * @see [deadlines](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#deadlines-and-cancellation)
   */
  timeoutMs?: number
  /**
   * Idempotency key of 1 to 255 characters: a second call with it is not made, and gets the first one's outcome.
   * The same key with other arguments is `IDEMPOTENCY_MISMATCH`. Not for `stream`.
   * @default none: every call is made
   * @see [idempotency](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#idempotency)
   */
  idempotencyKey?: string
}

/**
 * A coerced argument: its value was converted to the type of the schema, `"5"` to `5`.
 * @see [coercion](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#coercion)
 */
export interface Coerced {
  /** The argument as a JSON pointer. */
  readonly pointer: string
  /** The type of the new value. */
  readonly to: 'integer' | 'number' | 'boolean' | 'string' | 'null' | 'array' | 'object'
}

/**
 * The result of `call`: the value, and what is known of the call.
 * @see [results](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#results)
 */
export interface CallResult<T = any> {
  /** The value that `execute` resolves with. */
  value: T
  /** The tool's name. */
  toolName: string
  /** The id of the call, as in the closure's context, in events and in the audit log. */
  callId: string
  /** The revision of the call. */
  revision: number
  /** The source of the tool. */
  source: string
  /** The SHA-256 in hex of what a model saw of the tool. */
  schemaHash: string
  /** The time from the call to its result, in ms. */
  durationMs: number
  /** The coerced arguments. */
  coerced: readonly Coerced[]
  /** The HTTP status of an API's response. */
  status?: number
  /**
   * Headers of an API's response by lower-case name: pagination, validators, rate limits, request ids.
   * @see [response headers](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#response-headers)
   */
  headers?: Record<string, string>
  /** The media type of a file. */
  mediaType?: string
}

/**
 * The event `call`: a call has ended. It has no arguments and no result.
 * @see [call events](https://github.com/toolrack/toolrack/blob/main/docs/observability.md#call-events)
 */
export interface CallEvent {
  /** The id of the call. */
  readonly callId: string
  /** The tool's name. */
  readonly toolName: string
  /** The revision of the call. */
  readonly revision: number
  /** The source of the tool, if there is such a tool. */
  readonly source?: string
  /** The SHA-256 in hex of what a model saw of the tool, if there is such a tool. */
  readonly schemaHash?: string
  /** `ok`, or the code of the error. */
  readonly outcome: 'ok' | ErrorCode
  /** The duration in ms. */
  readonly durationMs: number
  /** The coerced arguments. */
  readonly coerced: readonly Coerced[]
  /** The provider whose model made the call, for a call of `respond`. */
  readonly target?: Target
  /** The user of the call. */
  readonly userId?: unknown
  /** The auditing id of the call. */
  readonly auditingId?: unknown
  /** The HTTP status of an API's response. */
  readonly status?: number
}

/** The options of a call on a registry: those of a call, and the choice of versions. */
export interface RegistryCallOptions<Types extends RegistryTypes = {}>
  extends CallOptions<Types>, VersionOptions<Types> {}

/** The options of `respond` on a snapshot: those of the call, and the target options that `definitions` had. */
export interface RespondOptions<Types extends RegistryTypes = {}> extends CallOptions<Types>, TargetOptions {}

/** The options of `respond` on a registry. */
export interface RegistryRespondOptions<Types extends RegistryTypes = {}>
  extends RegistryCallOptions<Types>, TargetOptions {
  /**
   * The tools that the model was offered. A call of any other tool is `UNKNOWN_TOOL`.
   * @default all tools
   */
  filter?: ToolFilter
}
