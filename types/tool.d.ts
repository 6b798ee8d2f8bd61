// Tools: their definition, their context, and what the registry knows of them.
import type { CallOptions } from './call'
import type { CheckedSchema, ToolInput, ToolParams, ToolResult } from './inference'
import type { CallLimits } from './limits'
import type { JsonSchema, ToolParameters } from './schema'

/**
 * Tool annotations of MCP: hints about a tool's effects. They are the tool's own claim, not a guarantee.
 * Tools of an API document get theirs from the HTTP method.
 * @see [annotations](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#annotations)
 */
export interface ToolAnnotations {
  /** The tool changes nothing. */
  readOnlyHint?: boolean
  /** The tool may delete or overwrite something. */
  destructiveHint?: boolean
  /** A second call with the same arguments has no further effect. */
  idempotentHint?: boolean
  /** The tool reaches systems outside of the program, such as the internet. */
  openWorldHint?: boolean
}

/**
 * The types of a registry, for its type parameter: `new ToolRegistry<{ context: { userId: number } }>()`.
 * They hold at compile time only.
 * @see [typed context](https://github.com/toolrack/toolrack/blob/main/docs/typescript.md#typed-context)
 */
export interface RegistryTypes {
  /** The types of `userId`, `auditingId` and `metadata` in the context of calls. */
  context?: CallerContext
}

/** The identity of a caller. */
export interface CallerContext {
  /** The user. */
  userId?: unknown
  /** The id that ties the call to an audit trail. */
  auditingId?: unknown
  /** Further data of the caller. */
  metadata?: unknown
}

/** The context that a caller gives, by the types of the registry. */
export type ContextOf<Types extends RegistryTypes> = Types extends { context: infer Context } ? Context : CallerContext

/** A member of the context, by the types of the registry; `any` where they do not say. */
type ContextMember<Types, Member extends keyof CallerContext> = Types extends { context: infer Context }
  ? Member extends keyof Context
    ? {} extends Pick<Context, Member>
      ? Context[Member] | undefined
      : Context[Member]
    : any
  : any

/**
 * The context of a call, as the closure gets it in its second argument. It is frozen, and each call has its own.
 * @see [call context](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#call-context)
 */
export interface CallContext<Types extends RegistryTypes = {}> {
  /** The user of the call. */
  readonly userId: ContextMember<Types, 'userId'>
  /** The id that ties the call to an audit trail. */
  readonly auditingId: ContextMember<Types, 'auditingId'>
  /** Further data of the caller. Plain data is a frozen copy; other objects are passed on as they are. */
  readonly metadata: ContextMember<Types, 'metadata'>
  /** Aborts at the deadline of the call, and when its caller cancels it. */
  readonly signal: AbortSignal
  /** The tool's name. */
  readonly toolName: string
  /** The revision of the registry on which the call started. */
  readonly revision: number
  /** The id of the call. No other call has it. */
  readonly callId: string
}

/**
 * A tool definition with its closure. Everything but `execute` and a Standard Schema is plain data.
 * Functions, symbols, maps, constructors (`type: String`) and unknown keys are `INVALID_DEFINITION`.
 * @see [tool definition](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#tool-definition)
 */
export interface ToolDefinition<Schema = any, Parameters = any, Result = unknown, Types extends RegistryTypes = {}> {
  /**
   * The name: 1 to 128 characters of `A–Z a–z 0–9 _ . : / -`. Providers with stricter rules get another one.
   * @see [names for providers](https://github.com/toolrack/toolrack/blob/main/docs/names.md#wire-names)
   */
  name: string
  /** The title for people. */
  title?: string
  /** The description for the model. Not empty. */
  description: string
  /** The category, for filters and catalogs. */
  category?: string
  /** Tags, for filters and catalogs. */
  tags?: readonly string[]
  /** The arguments by name; a call with any other argument is refused. Not together with `inputSchema`. */
  parameters?: Parameters
  /**
   * The arguments as a JSON Schema with `type: 'object'`, or as a Standard Schema, whose `validate` runs too.
   * Types that JSON lacks (`Date`, `bigint`) are `INVALID_DEFINITION`. Not together with `parameters`.
   * @see [input schema](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#input-schema)
   */
  inputSchema?: Schema
  /** The version. Filters select a semantic version by range. */
  version?: string
  /**
   * Whether a call needs a `userId` in its context; without one it is `MISSING_CONTEXT`.
   * A user is a text with a visible character, or a number other than zero.
   * @default false
   * @see [required user](https://github.com/toolrack/toolrack/blob/main/docs/calls.md#required-user)
   */
  requiresAuth?: boolean
  /**
   * The rate limit: calls per minute, for each user and tenant. Orchestrators read it.
   * Enforced with `enforceRateLimits` (`RATE_LIMITED`, `details.retryAfterMs`).
   * @default that of the registry
   * @see [rate limit](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#rate-limit)
   */
  rateLimit?: number
  /**
   * The limits of the tool's calls.
   * @default those of the registry
   */
  callLimits?: CallLimits
  /**
   * Whether the tool is deprecated.
   * @default false
   */
  deprecated?: boolean
  /** Hints about the tool's effects. */
  annotations?: ToolAnnotations
  /**
   * Executes a call. The returned or resolved value is the result. A thrown error fails the call with `TOOL_FAILED`:
   * `cause` is the thrown value, `details` its `name`, `message`, `code` and `stack`.
   * An async generator, a Node stream or a web stream answers in pieces.
   * @see [closures](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#closures)
   */
  execute: (params: ToolParams<NoInfer<Parameters>, NoInfer<Schema>>, context: CallContext<Types>) => Result
}

/** A tool of a registry. */
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
  /** The JSON Schema of the arguments. */
  readonly inputSchema: JsonSchema
  /** The version of the definition or of the document. */
  readonly version?: string
  /** Whether a call needs a `userId`. */
  readonly requiresAuth: boolean
  /** The rate limit in calls per minute. */
  readonly rateLimit?: number
  /** The call limits of the tool and of its source. */
  readonly callLimits?: Readonly<CallLimits>
  /** Whether the tool is deprecated. */
  readonly deprecated: boolean
  /** Hints about the tool's effects. */
  readonly annotations?: ToolAnnotations
  /** Whether the tool is listed and can be called. */
  readonly enabled: boolean
  /** The name of its document; `code` for a tool of `register`. */
  readonly source: string
  /** The namespace of its document. */
  readonly namespace?: string
  /** The SHA-256 in hex of what a model sees of the tool. The order of keys does not count. */
  readonly schemaHash: string
  /**
   * The fault of a stale tool: its operation cannot be read any more. `since` is in ms since 1970.
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

/**
 * A handle of one registered tool. It means that tool, not another one that took its name later.
 * Its methods throw `UNKNOWN_TOOL` once the tool is removed; `remove` returns false then.
 * @see [handles](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#handles)
 */
export class ToolHandle<Input = any, Result = any, Types extends RegistryTypes = any> {
  private constructor()
  /** The tool's name. */
  readonly name: string
  /**
   * Calls the tool like `registry.execute`, with the types of its definition. `update` does not change them.
   * @see [handles](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#handles)
   */
  execute(
    ...call: {} extends Input
      ? [params?: Input, options?: CallOptions<Types>]
      : [params: Input, options?: CallOptions<Types>]
  ): Promise<Result>
  /** Replaces the definition; the name may change. Throws like `register`. */
  update<
    const Parameters extends ToolParameters = {},
    const Schema extends object | undefined = undefined,
    Returned = unknown,
  >(definition: ToolDefinition<Schema, Parameters, Returned, Types> & CheckedSchema<Parameters, Schema>): void
  /** Disables the tool: lists leave it out, and a call is `UNKNOWN_TOOL`. */
  disable(): void
  /** Enables the tool again. */
  enable(): void
  /** Removes the tool. Returns whether it was there. */
  remove(): boolean
}

/** The handle of a registered definition. */
export type HandleOf<Parameters, Schema, Returned, Types extends RegistryTypes> = ToolHandle<
  ToolInput<Parameters, Schema>,
  ToolResult<Returned>,
  Types
>
