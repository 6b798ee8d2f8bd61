// History: the versions of a document, and of a tool.
import type { ChangeClass, ChangeFinding } from './review'

/**
 * One version of a source (a document or modules) that was in use.
 * @see [history and rollback](https://github.com/toolrack/toolrack/blob/main/docs/review.md#history-and-rollback)
 */
export interface SourceVersion {
  /** The number of the version in this history, from 1. It increases. */
  number: number
  /** The version text: the option `version`, else the version of the document. */
  version?: string
  /** The SHA-256 of the content, in hex. */
  hash: string
  /** The time when the version came into use, in ms since 1970. */
  at: number
  /** The first revision that has it. */
  revision: number
  /** What brought the version into use: a function, a watch (`watch`, `poll`) or a webhook. */
  trigger: 'load' | 'reload' | 'watch' | 'poll' | 'webhook' | 'approve' | 'rollback'
  /** For `rollback`: the `number` of the version whose tools were restored. */
  backTo?: number
  /** The worst change class of its changes. */
  class: ChangeClass
  /** The names of new tools. */
  added: string[]
  /** The names of changed tools. */
  updated: string[]
  /** The names of removed tools. */
  removed: string[]
  /** Whether `rollback` can go back to it: the tools of the newest `limits.versions` versions are kept. */
  kept: boolean
  /** Whether the version is in use now. */
  active: boolean
}

/**
 * One definition of a tool in its history: a former one, or the present one.
 * @see [former definitions](https://github.com/toolrack/toolrack/blob/main/docs/registry.md#former-definitions)
 */
export interface ToolVersion {
  /** The first revision that has it. */
  readonly revision: number
  /** The first revision that does not have it any more. Absent for the present definition. */
  readonly until?: number
  /** The time of the revision `revision`, in ms since 1970. */
  readonly at: number
  /** The name of the tool's source. */
  readonly source: string
  /** The version of the tool. */
  readonly version?: string
  /** The `schemaHash` of the definition: the SHA-256 of what a model sees of it, in hex. */
  readonly schemaHash: string
  /** Whether the tool was enabled. */
  readonly enabled: boolean
  /** The worst change class of the differences from the definition before. */
  readonly class: ChangeClass
  /** The differences from the definition before. Destinations of calls are not kept, so they are not compared. */
  readonly findings: readonly ChangeFinding[]
}
