// Sources: the status of each loaded document.
import type { ErrorCode } from './errors'

/**
 * The status of a source.
 * @see [source status](https://github.com/toolrack/toolrack/blob/main/docs/watching.md#source-status)
 */
export interface SourceStatus {
  /** The name of the source. */
  name: string
  /** The location: a path, an address, or the length of a text. */
  location: string
  /** The version of the document, or that of the option `version`. */
  version?: string
  /** The source as one of several versions (`crm` for `crm@2`), if there are others or a route. */
  family?: { name: string; version?: string; standing: boolean }
  /** The SHA-256 in hex of the content that its tools are made of. */
  hash: string
  /** The revision after the last load. */
  revision: number
  /** The time of the last load, in ms since 1970. */
  loadedAt: number
  /** The time when the server last confirmed the content, in ms since 1970. Only for addresses. */
  checkedAt?: number
  /** The number of tools. */
  tools: number
  /** The number of stale tools: their operation cannot be read any more. */
  stale: number
  /** The id of the held change, for `approve` and `reject`. */
  holdId?: string
  /** Whether a rollback is in effect. */
  rolledBack: boolean
  /** The fault of the newest read, if it changed nothing; `since` is in ms since 1970. */
  fault?: { since: number; code: ErrorCode; pointer: string; message: string }
}
