// Registry options: what the constructor of a registry takes.
import type { AuditOptions } from './audit'
import type { RegistryCallLimits } from './limits'
import type { SavedName } from './names'
import type { RegistrySearchOptions } from './search'

/**
 * The options of a registry.
 * @see [registry options](https://github.com/toolrack/toolrack/blob/main/docs/registry.md#registry-options)
 */
export interface RegistryOptions {
  /**
   * What happens if `register` gets a name that is in use. `'refuse'`: it throws `NAME_TAKEN`.
   * `'replace'`: the new tool replaces the old one.
   * A name that differs only in case, or only in `-` and `_`, is always `NAME_TAKEN`.
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
   * How long a call waits for its approval where the event `approval` has a listener, in ms, at most a week. Then it fails
   * with `APPROVAL_REQUIRED`. Its `timeoutMs` does not run meanwhile.
   * @default 300000
   * @see [approval](https://github.com/toolrack/toolrack/blob/main/docs/approval.md)
   */
  approvalTimeoutMs?: number
  /**
   * The most calls that wait for approval at once: another one fails at once with `APPROVAL_REQUIRED`.
   * @default 1000
   */
  maxApprovals?: number
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
   * OpenTelemetry spans and metrics of calls and searches. `api`: the `@opentelemetry/api` to use. `content`: whether
   * arguments, queries and error messages are recorded. `true` without an installed API is `INVALID_OPTIONS`.
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
  /**
   * How tools are searched: synonyms, weights of fields, an embedding model.
   * @see [ranking](https://github.com/toolrack/toolrack/blob/main/docs/search-ranking.md)
   */
  search?: RegistrySearchOptions
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
