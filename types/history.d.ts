// History: the versions of a document, and of a tool.
import type { ChangeClass, ChangeFinding } from './review'

/**
 * One version of a document that was in use.
 * @see [history and rollback](https://github.com/toolrack/toolrack/blob/main/docs/review.md#history-and-rollback)
 */
export interface SourceVersion {
  /** The number of the version. Numbers increase. */
  number: number
  /** The version text: of the option `version`, else of the document. */
  version?: string
  /** The SHA-256 of the document, in hex. */
  hash: string
  /** The time when it came into use, in ms since 1970. */
  at: number
  /** The first revision that has it. */
  revision: number
  /** The event that brought it into use. */
  trigger: 'load' | 'reload' | 'watch' | 'poll' | 'webhook' | 'approve' | 'rollback'
  /** The number of the version that a rollback went back to. */
  backTo?: number
  /** The worst class of its changes. */
  class: ChangeClass
  /** New tools. */
  added: string[]
  /** Changed tools. */
  updated: string[]
  /** Removed tools. */
  removed: string[]
  /** Whether its tools are kept for a rollback (`limits.versions`). */
  kept: boolean
  /** Whether it is in use. */
  active: boolean
}

/**
 * One former or present definition of a tool.
 * @see [former definitions](https://github.com/toolrack/toolrack/blob/main/docs/registry.md#former-definitions)
 */
export interface ToolVersion {
  /** The first revision that has it. */
  readonly revision: number
  /** The first revision that no longer has it; absent for the present one. */
  readonly until?: number
  /** The time of its first revision, in ms since 1970. */
  readonly at: number
  /** The name of its source. */
  readonly source: string
  /** The version of the definition. */
  readonly version?: string
  /** The SHA-256 in hex of what a model saw of it. */
  readonly schemaHash: string
  /** Whether it was enabled. */
  readonly enabled: boolean
  /** The worst class of the differences from the one before. */
  readonly class: ChangeClass
  /** The differences from the one before. Destinations of calls are not remembered. */
  readonly findings: readonly ChangeFinding[]
}
