// Operations of a document: their selection and their overrides.
import type { CallLimits } from './limits'

/**
 * A selection of operations. Every key that is set must match; of each list, one item must match.
 * At least one key must be set.
 * @see [include and exclude](https://github.com/toolrack/toolrack/blob/main/docs/choosing.md#include-and-exclude)
 */
export interface OperationChoice {
  /** Tags of operations, as the document writes them. */
  tags?: readonly string[]
  /** HTTP methods, in upper or lower case. */
  methods?: readonly string[]
  /**
   * Globs of paths. `*` matches text within a segment, `**` any text, `**` before a `/` any number of segments.
   * Braces are literal: `/users/{id}`. At most 1,000 characters each.
   */
  paths?: readonly string[]
  /** Globs of operation ids. `*` matches any text. At most 1,000 characters each. */
  operationIds?: readonly string[]
}

/**
 * A function of `include` or `exclude`: it returns true for the operations to include or exclude. It runs at every
 * load and reload. A throw or another value is `TOOL_FAILED`. All operations together must be decided within the
 * registry's `timeoutMs` (`TIMEOUT`).
 * @see [functions](https://github.com/toolrack/toolrack/blob/main/docs/choosing.md#functions)
 */
export type OperationFunction = (operation: SpecOperation) => boolean | Promise<boolean>

/** An operation of a document, as a function of `include` or `exclude` gets it. It is frozen. */
export interface SpecOperation {
  /** The `operationId`. */
  readonly operationId?: string
  /** The HTTP method in capitals. */
  readonly method: string
  /** The path. */
  readonly path: string
  /** The tags. */
  readonly tags: readonly string[]
  /** The summary. */
  readonly summary?: string
  /** Whether the operation is deprecated. */
  readonly deprecated: boolean
}

/**
 * An override of one operation: it changes the tool that the operation becomes.
 * @see [overrides](https://github.com/toolrack/toolrack/blob/main/docs/choosing.md#overrides)
 */
export interface OperationOverride {
  /**
   * The whole tool name, `^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$`. No namespace is added. The operation keeps the name.
   * If another operation or tool has or had the name, the operation is skipped with `NAME_TAKEN`.
   * @see [given names](https://github.com/toolrack/toolrack/blob/main/docs/names.md#given-names)
   */
  name?: string
  /** The description for the model. It replaces the document's summary and description. */
  description?: string
  /** The category. It replaces that of the option `category`. */
  category?: string
  /** The tags. They replace the tags of the operation. The tags of the option `tags` are added. */
  tags?: readonly string[]
  /**
   * Other words for what the tool does. Search finds the tool by them, and no model sees them. At most 64, of 200
   * characters each. They replace those of the document or definition.
   * @see [aliases](https://github.com/toolrack/toolrack/blob/main/docs/search.md#aliases)
   */
  aliases?: readonly string[]
  /**
   * Whether a call needs a `userId` in its context. A call without one fails with `MISSING_CONTEXT`.
   * @default false
   */
  requiresAuth?: boolean
  /**
   * Approval (human in the loop): whether a person has to approve a call before it is made. Without the
   * option `approved` a call waits for the listeners of `approval`, or fails with `APPROVAL_REQUIRED`. For a tool of a
   * module, it replaces the function of the definition.
   * @default false
   * @see [approval](https://github.com/toolrack/toolrack/blob/main/docs/approval.md)
   */
  requiresApproval?: boolean
  /**
   * The OAuth scopes that a caller of a server needs, beside the `scopes` of the load. A document cannot set them. For a
   * tool of a module, they replace those of the definition.
   * @default none
   * @see [scopes](https://github.com/toolrack/toolrack/blob/main/docs/mcp-auth.md#scopes-of-tools)
   */
  scopes?: readonly string[]
  /**
   * The rate limit, in calls per minute. Enforced with the registry option `enforceRateLimits`.
   * @default the `rateLimit` of the load
   * @see [rate limit](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#rate-limit)
   */
  rateLimit?: number
  /**
   * The limits of its calls. A document cannot set them.
   * @default the `callLimits` of the load
   */
  callLimits?: CallLimits
  /**
   * Whether the tool has the output schema of its operation. `false` for a tool of a module: it has none, and its
   * results are not validated. A document cannot set it.
   * @default the `outputSchemas` of the load
   * @see [output schemas](https://github.com/toolrack/toolrack/blob/main/docs/operation-outputs.md)
   */
  outputSchema?: boolean
  /**
   * Overrides of arguments, by argument name (`id`, `id__path`), or by place and name (`query/id`, `body/name`).
   * A name that matches several arguments is `INVALID_OPTIONS`.
   * @see [arguments](https://github.com/toolrack/toolrack/blob/main/docs/choosing.md#fixed-and-hidden-arguments)
   */
  parameters?: Readonly<Record<string, ParameterOverride>>
}

/** An override of one argument. Set `value` or `hidden`, not both. */
export interface ParameterOverride {
  /** The description for the model. It replaces that of the document. */
  description?: string
  /**
   * A fixed value, which every request sends. The model does not see the argument and cannot set it.
   * A value that the argument does not accept is `INVALID_OPTIONS`. The value is in no event, error or report.
   */
  value?: unknown
  /**
   * Whether the argument is left out of the tool and of every request. The argument must be optional.
   * @default false
   */
  hidden?: boolean
}
