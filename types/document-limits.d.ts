// Limits of a document: sizes, kept versions, and tokens.
import type { Target } from './targets'

/**
 * The token budget of a document. A tool over the budget gets the note `TOKENS_OVER_BUDGET`; it is not refused.
 * @see [token budget](https://github.com/toolrack/toolrack/blob/main/docs/load-report.md#token-budget)
 */
export interface TokenBudget {
  /**
   * The target whose definitions are counted.
   * @default 'openai'
   */
  target?: Target
  /**
   * The maximum number of tokens of one tool.
   * @default no limit
   */
  tool?: number
  /**
   * The maximum number of tokens of all tools of the document together.
   * @default no limit
   */
  document?: number
}

/**
 * Size limits of the document (`LIMIT_EXCEEDED`), the number of kept versions, and the token budget.
 * @see [size limits](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#size-limits)
 */
export interface DocumentLimits {
  /**
   * Bytes of each document after decompression. A YAML alias counts each time. It also limits the memory of the tools.
   * @default 67108864 (64 MiB)
   */
  bytes?: number
  /**
   * Nesting depth of maps and lists, 120 at most.
   * @default 120
   */
  depth?: number
  /**
   * Number of values. A value that a YAML alias or a shared object repeats counts each time.
   * @default 3000000
   */
  nodes?: number
  /**
   * Number of YAML aliases.
   * @default 200000
   */
  aliases?: number
  /**
   * Number of operations.
   * @default 50000
   */
  operations?: number
  /**
   * Number of other documents that references lead to.
   * @default 1000
   */
  documents?: number
  /**
   * Bytes of one tool's definition as JSON. An operation with a larger one is skipped with `LIMIT_EXCEEDED`.
   * @default the registry's `limits.definitionBytes`
   */
  definitionBytes?: number
  /**
   * Estimated tokens of one output schema. A larger one loses its descriptions and examples (note
   * `OUTPUT_SCHEMA_SHORTENED`); one that is still larger is left out (note `OUTPUT_SCHEMA_DROPPED`).
   * @default 2000
   * @see [output schemas](https://github.com/toolrack/toolrack/blob/main/docs/operation-outputs.md)
   */
  outputTokens?: number
  /**
   * Number of versions whose tools are kept for `rollback`.
   * @default 10
   * @see [history and rollback](https://github.com/toolrack/toolrack/blob/main/docs/review.md#history-and-rollback)
   */
  versions?: number
  /**
   * The token budget of the tools. With it, the report has `tokens`.
   * @default none: tokens are not counted
   * @see [token budget](https://github.com/toolrack/toolrack/blob/main/docs/load-report.md#token-budget)
   */
  tokens?: TokenBudget
}
