// Tools: their definition, their context, and what the registry knows of them.
import type { LogLevel } from './call'
import type { AskCaller } from './questions'
import type { ToolParams } from './inference'
import type { CallLimits } from './limits'
import type { JsonSchema } from './schema'

/**
 * Tool annotations of MCP: hints about the effects of a tool. Its author claims them; they are no guarantee.
 * A tool of an API document gets them from its HTTP method.
 * @see [annotations](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#annotations)
 */
export interface ToolAnnotations {
  /** The tool changes nothing. */
  readOnlyHint?: boolean
  /** The tool may delete or overwrite something. */
  destructiveHint?: boolean
  /** Idempotent: a second call with the same arguments has no further effect. */
  idempotentHint?: boolean
  /** The tool reaches systems outside of the program, such as the internet. */
  openWorldHint?: boolean
}

/**
 * The type parameter of a registry: `new ToolRegistry<{ context: { userId: number } }>()`.
 * It is checked at compile time only.
 * @see [typed context](https://github.com/toolrack/toolrack/blob/main/docs/typescript.md#typed-context)
 */
export interface RegistryTypes {
  /** The types of `userId`, `auditingId` and `metadata` in the context of calls. */
  context?: CallerContext
}

/** The identity of a caller. */
export interface CallerContext {
  /** The user. Rate limits, routes and `requiresAuth` use it. */
  userId?: unknown
  /** An id for audits. The event `call` and the audit log record it. */
  auditingId?: unknown
  /** Further data of the caller. `metadata.tenant` is the tenant of rate limits, routes and idempotency keys. */
  metadata?: unknown
}

/** The type of the context that a caller passes, by the type parameter of the registry. */
export type ContextOf<Types extends RegistryTypes> = Types extends { context: infer Context } ? Context : CallerContext

/** The type of a member of the context, by the type parameter of the registry. `any`: it does not say. */
type ContextMember<Types, Member extends keyof CallerContext> = Types extends { context: infer Context }
  ? Member extends keyof Context
    ? {} extends Pick<Context, Member>
      ? Context[Member] | undefined
      : Context[Member]
    : any
  : any

/**
 * The context of a call: the second argument of a closure. It is frozen. Each call has its own.
 * @see [call context](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#call-context)
 */
export interface CallContext<Types extends RegistryTypes = {}> {
  /** The user of the call, as the caller passed it. */
  readonly userId: ContextMember<Types, 'userId'>
  /** An id for audits. The event `call` and the audit log record it. */
  readonly auditingId: ContextMember<Types, 'auditingId'>
  /** Further data of the caller. Plain data is a frozen copy. Other objects are the caller's own. */
  readonly metadata: ContextMember<Types, 'metadata'>
  /** Aborts when the call times out, or when its caller cancels it. */
  readonly signal: AbortSignal
  /** The tool's name. */
  readonly toolName: string
  /** The revision of the registry on which the call was made. */
  readonly revision: number
  /** The unique id of the call. */
  readonly callId: string
  /** Whether a person approved the call, as its caller said with the option `approved`. */
  readonly approved: boolean
  /**
   * Reports progress: how much is `done`, of a `total` in the same unit, and a message for people (cut at 1,000
   * characters). Clients of MCP that ask for it, readers of `stream` and `onPiece` get it. A report that is not above the
   * one before, or comes after the call, is dropped. Throws `INVALID_OPTIONS` for what is no number from zero.
   * @see [progress](https://github.com/toolrack/toolrack/blob/main/docs/progress.md)
   */
  readonly progress: (done: number, total?: number, message?: string) => void
  /**
   * Writes a log message: `data` is any value, `logger` the part of the tool. Listeners of the event `toolLog` get it, and
   * clients of MCP that ask for its level. Throws `INVALID_OPTIONS` for an unknown level.
   * @see [log messages](https://github.com/toolrack/toolrack/blob/main/docs/progress.md#log-messages)
   */
  readonly log: (level: LogLevel, data: unknown, logger?: string) => void
  /**
   * Asks who has made the call: a person by a form or a page, the client's model, or its roots. `key` tells the questions of
   * a call apart. A client of MCP of 2026-07-28 makes the call anew with the answers: what stands before runs again.
   * Rejects with `INPUT_REQUIRED` where nobody can answer.
   * @see [questions](https://github.com/toolrack/toolrack/blob/main/docs/questions.md)
   */
  readonly ask: AskCaller
}

/**
 * A tool definition with its closure. Except `execute`, `requiresApproval` and Standard Schemas, it is plain data.
 * Functions, symbols, maps, constructors (`type: String`) and unknown keys are `INVALID_DEFINITION`.
 * @see [tool definition](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#tool-definition)
 */
export interface ToolDefinition<
  Schema = any,
  Parameters = any,
  Result = unknown,
  Types extends RegistryTypes = {},
  Output = any,
> {
  /**
   * The name: 1 to 128 characters of `A–Z a–z 0–9 _ . : / -`.
   * For providers with stricter rules it is changed to a wire name: `crm/lookup` becomes `crm_lookup`.
   * @see [names for providers](https://github.com/toolrack/toolrack/blob/main/docs/names.md#wire-names)
   */
  name: string
  /** The title for people. */
  title?: string
  /** The description for the model. It must not be empty. */
  description: string
  /** The category, for filters and catalogs. */
  category?: string
  /** Tags, for filters and catalogs. */
  tags?: readonly string[]
  /**
   * Aliases: other words for what the tool does. Search finds the tool by them, and no model sees them. At most 64, of
   * 200 characters each: more is `LIMIT_EXCEEDED`.
   * @default []
   * @see [aliases](https://github.com/toolrack/toolrack/blob/main/docs/search.md#aliases)
   */
  aliases?: readonly string[]
  /**
   * The arguments, by name. A call with another argument fails with `INVALID_PARAMS`. Not together with `inputSchema`.
   * @default no arguments
   */
  parameters?: Parameters
  /**
   * The arguments, as a JSON Schema with `type: 'object'`, a Standard Schema (Zod), or a schema of the AI SDK.
   * Types that JSON does not have (`Date`, `bigint`) are `INVALID_DEFINITION`. Not together with `parameters`.
   * @see [input schema](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#input-schema)
   */
  inputSchema?: Schema
  /**
   * The results, as a JSON Schema of any root, a Standard Schema (Zod), or a schema of the AI SDK. A result that does not
   * match fails the call with `OUTPUT_INVALID`: nobody gets it. Clients of MCP see the schema, and get the result as
   * `structuredContent`. With a Standard Schema, the caller gets what the schema makes of the returned value.
   * @default results are not validated
   * @see [output schema](https://github.com/toolrack/toolrack/blob/main/docs/output-schemas.md)
   */
  outputSchema?: Output
  /** The version. If it is a semantic version, filters can select it by range. */
  version?: string
  /**
   * Whether a call needs a `userId` in its context. A call without one fails with `MISSING_CONTEXT`.
   * A `userId` must be a text with a visible character, or a number other than zero.
   * @default false
   * @see [required user](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#required-user)
   */
  requiresAuth?: boolean
  /**
   * Approval (human in the loop): whether a person has to approve a call. Without the option `approved` it waits for the
   * listeners of `approval`, or fails with `APPROVAL_REQUIRED`. A function decides for each such call. It gets what
   * `execute` would get, before limits count. If it throws or returns another value, the call fails with `TOOL_FAILED`.
   * @default false
   * @see [approval](https://github.com/toolrack/toolrack/blob/main/docs/approval.md)
   */
  requiresApproval?:
    | boolean
    | ((
        params: ToolParams<NoInfer<Parameters>, NoInfer<Schema>>,
        context: CallContext<Types>,
      ) => boolean | Promise<boolean>)
  /**
   * The OAuth scopes that a caller of an [MCP server](https://github.com/toolrack/toolrack/blob/main/docs/mcp-auth.md)
   * with `auth` needs for the tool. No model sees them, and no other call asks for them.
   * @default []
   */
  scopes?: readonly string[]
  /**
   * The rate limit, in calls per minute, for each user and tenant. Enforced with the registry option
   * `enforceRateLimits`: a call over the limit fails with `RATE_LIMITED` and `details.retryAfterMs`.
   * @default the registry's `rateLimit`
   * @see [rate limit](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#rate-limit)
   */
  rateLimit?: number
  /**
   * The limits of the tool's calls: burst, concurrency, timeout, idempotency, sizes.
   * @default the registry's `callLimits`
   */
  callLimits?: CallLimits
  /**
   * Whether the tool is deprecated.
   * @default false
   */
  deprecated?: boolean
  /** Hints about the effects of the tool, for clients and reviewers. */
  annotations?: ToolAnnotations
  /**
   * The closure: executes a call. The returned or resolved value is the result. If it throws, the call fails with
   * `TOOL_FAILED`: `cause` is the thrown value, `details` has its `name`, `message`, `code` and `stack`.
   * An async generator, a Node stream or a web stream returns the result in pieces (streaming).
   * @see [closures](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#closures)
   */
  execute: (params: ToolParams<NoInfer<Parameters>, NoInfer<Schema>>, context: CallContext<Types>) => Result
}

/** A tool of a registry, as `get` and `tools` return it. */
export interface RegisteredTool {
  /** The name. */
  readonly name: string
  /** The title for people. */
  readonly title?: string
  /** The description for the model. */
  readonly description: string
  /** The category. */
  readonly category?: string
  /** The tags. */
  readonly tags: readonly string[]
  /** Other words for what the tool does, which search indexes. Absent: none. */
  readonly aliases?: readonly string[]
  /** The JSON Schema of the arguments. */
  readonly inputSchema: JsonSchema
  /** The JSON Schema of the results. Absent: results are not validated. */
  readonly outputSchema?: JsonSchema
  /** The version of the definition or of the document. */
  readonly version?: string
  /** Whether a call needs a `userId` in its context. */
  readonly requiresAuth: boolean
  /** Whether a person has to approve a call, or some calls. */
  readonly requiresApproval: boolean
  /** The OAuth scopes that a caller of a server needs. Absent: none. */
  readonly scopes?: readonly string[]
  /** The rate limit, in calls per minute. */
  readonly rateLimit?: number
  /** The call limits of the tool and of its source. */
  readonly callLimits?: Readonly<CallLimits>
  /** Whether the tool is deprecated. */
  readonly deprecated: boolean
  /** Hints about the effects of the tool, for clients and reviewers. */
  readonly annotations?: ToolAnnotations
  /** Whether the tool is listed and can be called. */
  readonly enabled: boolean
  /** The name of the source: a document or module. `code` for a tool of `register`. */
  readonly source: string
  /** The namespace of the source. */
  readonly namespace?: string
  /** The SHA-256 of what a model sees of the tool, in hex. The order of keys does not change it. */
  readonly schemaHash: string
  /**
   * The error of a stale tool: the newest load could not read its operation. The tool keeps its last good definition
   * and can be called. `since` is in ms since 1970. Absent: the tool is not stale.
   * @see [stale tools](https://github.com/toolrack/toolrack/blob/main/docs/watching.md#stale-tools)
   */
  readonly stale?: { readonly since: number; readonly code: string; readonly pointer: string; readonly reason: string }
  /** The time of the first registration, in ms since 1970. */
  readonly registeredAt: number
  /** The time of the last change, in ms since 1970. */
  readonly changedAt: number
  /** The revision of the last change. */
  readonly revision: number
}
