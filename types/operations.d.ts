// Operations of a document: their selection and their overrides.
import type { CallLimits } from './limits'

/**
 * A selection of operations. Every given key has to match, and of each list any item. At least one key is given.
 * @see [include and exclude](https://github.com/toolrack/toolrack/blob/main/docs/choosing.md#include-and-exclude)
 */
export interface OperationChoice {
  /** Tags, as the document has them. */
  tags?: readonly string[]
  /** HTTP methods, in any case. */
  methods?: readonly string[]
  /**
   * Globs over paths: `*` is text in a segment, `**` any text, `**` before a `/` any number of segments.
   * Braces are literal: `/users/{id}`. 1,000 characters each at most.
   */
  paths?: readonly string[]
  /** Globs over operation ids; `*` is any text. 1,000 characters each at most. */
  operationIds?: readonly string[]
}

/**
 * A function of `include` or `exclude`: whether it takes an operation. It is asked at every load and reload.
 * A throw or another answer is `TOOL_FAILED`; all answers together have the registry's `timeoutMs` (`TIMEOUT`).
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
 * An override of one operation.
 * @see [overrides](https://github.com/toolrack/toolrack/blob/main/docs/choosing.md#overrides)
 */
export interface OperationOverride {
  /**
   * The whole tool name, without the namespace: `^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$`. The operation keeps it.
   * If another operation or tool has or had the name, the operation is skipped with `NAME_TAKEN`.
   * @see [given names](https://github.com/toolrack/toolrack/blob/main/docs/names.md#given-names)
   */
  name?: string
  /** The description, instead of the document's summary and description. */
  description?: string
  /** The category. It precedes the option `category`. */
  category?: string
  /** The tags, instead of the operation's own. Those of the option `tags` are added. */
  tags?: readonly string[]
  /**
   * Whether a call needs a `userId` in its context (`MISSING_CONTEXT`).
   * @default false
   */
  requiresAuth?: boolean
  /**
   * The rate limit in calls per minute.
   * @default that of the load
   * @see [rate limit](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#rate-limit)
   */
  rateLimit?: number
  /**
   * The limits of its calls. A document cannot set them.
   * @default those of the load
   */
  callLimits?: CallLimits
  /**
   * Overrides of arguments, by argument name (`id`, `id__path`) or by place and name (`query/id`, `body/name`).
   * A name that several arguments could mean is `INVALID_OPTIONS`.
   * @see [arguments](https://github.com/toolrack/toolrack/blob/main/docs/choosing.md#fixed-and-hidden-arguments)
   */
  parameters?: Readonly<Record<string, ParameterOverride>>
}

/** An override of one argument. `value` and `hidden` exclude each other. */
export interface ParameterOverride {
  /** The description, instead of the document's. */
  description?: string
  /**
   * A fixed value, which every request sends. The model neither sees nor sets the argument.
   * A value that the argument does not accept is `INVALID_OPTIONS`. No event, error or report has the value.
   */
  value?: unknown
  /**
   * Whether the argument is left out of every request. It has to be optional.
   * @default false
   */
  hidden?: boolean
}
