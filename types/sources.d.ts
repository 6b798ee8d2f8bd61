// Sources: the status of each loaded document.
import type { ErrorCode } from './errors'

/**
 * The status of a source: a document, or a module or provider of `ToolModules`.
 * @see [source status](https://github.com/toolrack/toolrack/blob/main/docs/watching.md#source-status)
 */
export interface SourceStatus {
  /** The name of the source. */
  name: string
  /** The location: a path or an address, or a description such as `a document of 137 bytes` or `provider 1`. */
  location: string
  /** The version: the option `version`, else that of the document; of modules the export `version`, else the hash. */
  version?: string
  /**
   * The name without its label (`crm` for `crm@2`), if it has several versions or a route. `standing`: it is active.
   */
  family?: { name: string; version?: string; standing: boolean }
  /** The SHA-256 of the content that its tools were made from, in hex. */
  hash: string
  /** The revision of the registry after the last load. */
  revision: number
  /** The time of the last load, in ms since 1970. */
  loadedAt: number
  /** The time when the server last confirmed the content, in ms since 1970. Only for addresses. */
  checkedAt?: number
  /** The number of tools. */
  tools: number
  /** The number of stale tools: the newest load could not read their operation. */
  stale: number
  /** The id of the held change, for `approve` and `reject`. Absent: no change is held. */
  holdId?: string
  /** Whether the tools are those of a `rollback`. */
  rolledBack: boolean
  /** The error of the newest load or reload, if it failed and changed no tools. `since` is in ms since 1970. */
  fault?: { since: number; code: ErrorCode; pointer: string; message: string }
}
