/**
 * Adapter for LlamaIndex.TS: `toolrack/llamaindex`.
 * @module toolrack/llamaindex
 */
import type { BaseToolWithCall } from '@llamaindex/core/llms'
import type { RegistryTypes } from '../tool'
import type { ToolRegistry } from '../registry'
import type { Snapshot } from '../snapshot'
import type { AdapterOptions } from './adapter-options'

export type { AdapterOptions, ApprovalRequest } from './adapter-options'

/** The options of `llamaindexTools`. LlamaIndex hands tools only arguments: a context function gets nothing. */
export interface LlamaindexToolsOptions<Types extends RegistryTypes = {}> extends AdapterOptions<Types, undefined> {
  /**
   * Cancellation of all calls. LlamaIndex has none.
   * @default none
   */
  signal?: AbortSignal
}

/**
 * Returns the tools of a snapshot, or of a registry's newest revision, as tools of LlamaIndex, for `agent({ tools })`.
 * A failed call throws: its result has `isError`, and the text is JSON with `code`, `message` and `next`.
 * In results, null is the text `null`: LlamaIndex refuses null. Throws `INVALID_OPTIONS`.
 * @see [LlamaIndex](https://github.com/toolrack/toolrack/blob/main/docs/frameworks-more.md#llamaindex)
 */
export function llamaindexTools<Types extends RegistryTypes = {}>(
  source: ToolRegistry<Types> | Snapshot<Types>,
  options?: LlamaindexToolsOptions<Types>,
): BaseToolWithCall[]
