// Settings of calls: what the options of a registry say about its calls and searches.

import type { CallSettings } from '../call/interfaces'
import type { ToolErrors } from '../reply/tool-errors'

/** What the options of a registry say about its calls. */
export interface RegistryCallSettings extends CallSettings {
  readonly toolErrors: ToolErrors
  /** Whether the audit log records calls. */
  readonly records: boolean
  /** Seals the states of calls that ask; `undefined`: a key of the process does. */
  readonly stateKey: string | Uint8Array | undefined
}
