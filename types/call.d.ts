// Calls: their options, results and events.
import type { ErrorCode } from './errors'
import type { ToolFilter } from './filter'
import type { AskFunction } from './questions'
import type { Target, TargetOptions } from './targets'
import type { ContextOf, RegistryTypes } from './tool'
import type { VersionOptions } from './versions'

/**
 * The options of a call. They are read once, when the call is made.
 * @see [calls](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#call-options)
 */
export interface CallOptions<Types extends RegistryTypes = {}> {
  /**
   * The identity of the caller. If it is set, `userId`, `auditingId` and `__metadata` in the arguments are dropped
   * (event `spoofAttempt`). If not, `execute`, `call` and `stream` take the identity from these arguments.
   * @see [call context](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#call-context)
   */
  context?: ContextOf<Types>
  /**
   * Cancellation: when the signal aborts, the call fails with `CANCELLED`.
   * Any number of calls may share one signal: toolrack adds one listener to it.
   */
  signal?: AbortSignal
  /**
   * Timeout of the call in ms, above zero. It covers queues, retries and streams. A longer call fails with `TIMEOUT`.
   * @default the tool's `callLimits.timeoutMs`, else the registry's `timeoutMs`
   * @see [deadlines](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#deadlines-and-cancellation)
   */
  timeoutMs?: number
  /**
   * Idempotency key, 1 to 255 characters. A second call with the same key is not executed: it gets the outcome of the
   * first one. The same key with other arguments is `IDEMPOTENCY_MISMATCH`. With `stream` it is `INVALID_OPTIONS`.
   * @default none: every call is executed
   * @see [idempotency](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#idempotency)
   */
  idempotencyKey?: string
  /**
   * Whether a person approved this call: the caller says so, and no argument of a model can.
   * Without it, a call of a tool with `requiresApproval` waits for the listeners of the event `approval`, or fails with
   * `APPROVAL_REQUIRED` if there is none.
   * @default false
   * @see [approval](https://github.com/toolrack/toolrack/blob/main/docs/approval.md)
   */
  approved?: boolean
  /**
   * Answers what the tool asks with `context.ask`. Its time counts to the timeout. What it throws, the tool gets. What is no
   * answer to the question is `INVALID_OPTIONS`.
   * @default none: a question is `INPUT_REQUIRED`, and `resume` continues the call
   * @see [questions](https://github.com/toolrack/toolrack/blob/main/docs/questions.md#answer-in-a-program)
   */
  ask?: AskFunction
}

/**
 * A coerced argument: its value was converted to the type in the schema, such as `"5"` to `5`.
 * @see [coercion](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#coercion)
 */
export interface Coerced {
  /** The place of the argument, as a JSON pointer: `/limit`. */
  readonly pointer: string
  /** The type of the new value. */
  readonly to: 'integer' | 'number' | 'boolean' | 'string' | 'null' | 'array' | 'object'
}

/**
 * The result of `call`: the value that `execute` returns, with data about the call.
 * @see [results](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#results)
 */
export interface CallResult<T = any> {
  /** The value: the same that `execute` resolves with. */
  value: T
  /** The tool's name. */
  toolName: string
  /** The id of the call. The closure's context, the event `call` and the audit log have the same id. */
  callId: string
  /** The revision of the registry on which the call was made. */
  revision: number
  /** The name of the tool's source. */
  source: string
  /** The `schemaHash` of the tool: the SHA-256 of what a model sees of it, in hex. */
  schemaHash: string
  /** The duration of the call, in ms. */
  durationMs: number
  /** The arguments that type coercion converted. */
  coerced: readonly Coerced[]
  /** The HTTP status of the API's response. Only for HTTP operations. */
  status?: number
  /**
   * Selected headers of the API's response, by lower-case name: pagination, `etag`, rate limits, request ids.
   * @see [response headers](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#response-headers)
   */
  headers?: Record<string, string>
  /** The media type of the response, if the value is a file. */
  mediaType?: string
}

/**
 * The event `call`: a call has ended. It contains no arguments and no result.
 * @see [call events](https://github.com/toolrack/toolrack/blob/main/docs/observability.md#call-events)
 */
export interface CallEvent {
  /** The id of the call. */
  readonly callId: string
  /** The tool's name. */
  readonly toolName: string
  /** The revision of the registry on which the call was made. */
  readonly revision: number
  /** The name of the tool's source. Absent if no tool has the name. */
  readonly source?: string
  /** The `schemaHash` of the tool, for `registry.definition`. Absent if no tool has the name. */
  readonly schemaHash?: string
  /** `ok`, or the code of the error that the call failed with. */
  readonly outcome: 'ok' | ErrorCode
  /** The duration in ms. */
  readonly durationMs: number
  /** The arguments that type coercion converted. */
  readonly coerced: readonly Coerced[]
  /** The target of `respond`: the provider whose model made the call. Absent for other calls. */
  readonly target?: Target
  /** The `userId` of the call's context. */
  readonly userId?: unknown
  /** The `auditingId` of the call's context. */
  readonly auditingId?: unknown
  /** Whether a person approved the call: its caller said so, or it waited for approval. Absent if not. */
  readonly approved?: true
  /** Who approved the call that waited, as the program said with `approve`. */
  readonly approvedBy?: string
  /** Who rejected the call that waited, as the program said with `reject`. */
  readonly rejectedBy?: string
  /** The HTTP status of the API's response. Only for HTTP operations. */
  readonly status?: number
}

/** The options of a call on a registry: the options of a call, and the versions of sources to use. */
export interface RegistryCallOptions<Types extends RegistryTypes = {}>
  extends CallOptions<Types>, VersionOptions<Types> {}

/**
 * Progress of a call, as its closure reports it with `context.progress`. `stream` gives it between the pieces of the
 * result, and so does `onPiece`: `piece instanceof CallProgress` tells it from them. It is frozen.
 * @see [progress](https://github.com/toolrack/toolrack/blob/main/docs/progress.md)
 */
export class CallProgress {
  private constructor()
  /** How much is done, in the unit of the tool. It grows from one report to the next. */
  readonly done: number
  /** How much there is to do, in the same unit. Absent: the tool does not know. */
  readonly total?: number
  /** What the tool is doing, for people. */
  readonly message?: string
}

/** The level of a log message, from the least severe to the most: those of syslog (RFC 5424). */
export type LogLevel = 'debug' | 'info' | 'notice' | 'warning' | 'error' | 'critical' | 'alert' | 'emergency'

/** The call of a piece that `onPiece` gets. It is frozen. */
export interface PieceCall {
  /** The tool's name. */
  readonly toolName: string
  /** The id of the call, as the provider wrote it. Absent if it wrote none. */
  readonly id?: string
  /** The index of the call in the list of calls. 0 for a single call. */
  readonly index: number
}

/** The options of `respond` on a snapshot: the options of a call, and the same target options as for `definitions`. */
export interface RespondOptions<Types extends RegistryTypes = {}> extends CallOptions<Types>, TargetOptions {
  /**
   * Streaming: gets each piece of a streamed result when it arrives. The answer is the collected result all the same.
   * Progress is a piece too (`CallProgress`). A piece of the result is the tool's own value, which may be the answer: do
   * not change it. What the function throws is ignored.
   * @default none
   * @see [collected streams](https://github.com/toolrack/toolrack/blob/main/docs/streaming.md#collected-streams)
   */
  onPiece?: (piece: any, call: PieceCall) => void
}

/** The options of `respond` on a registry: also versions, and the filter that the model's tools were chosen by. */
export interface RegistryRespondOptions<Types extends RegistryTypes = {}>
  extends RegistryCallOptions<Types>, RespondOptions<Types> {
  /**
   * The filter of the tools that the model was offered. A call of any other tool gets the error `UNKNOWN_TOOL`.
   * @default all tools
   */
  filter?: ToolFilter
}
