/**
 * Adapter for Strands: `toolrack/strands`.
 * @module toolrack/strands
 */
import type { Tool, ToolContext } from '@strands-agents/sdk'
import type { RegistryTypes } from '../tool'
import type { ToolRegistry } from '../registry'
import type { Snapshot } from '../snapshot'
import type { AdapterOptions } from './adapter-options'

export type { AdapterOptions, ApprovalRequest } from './adapter-options'

/** The options of `strandsTools`. A context function gets the `ToolContext` of each call. */
export interface StrandsToolsOptions<Types extends RegistryTypes = {}> extends AdapterOptions<Types, ToolContext> {}

/**
 * Returns the tools of a snapshot, or of a registry's newest revision, as tools of Strands, for `new Agent({ tools })`.
 * A failed call has a result of status `error`; its text is JSON with `code`, `message` and `next`. The pieces of a
 * streamed result are `ToolStreamEvent`s. A call that needs approval interrupts the run. Throws `INVALID_OPTIONS`.
 * @see [Strands](https://github.com/toolrack/toolrack/blob/main/docs/frameworks-more.md#strands)
 */
export function strandsTools<Types extends RegistryTypes = {}>(
  source: ToolRegistry<Types> | Snapshot<Types>,
  options?: StrandsToolsOptions<Types>,
): Tool[]
