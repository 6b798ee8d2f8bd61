/**
 * Adapter for Genkit: `toolrack/genkit`.
 * @module toolrack/genkit
 */
import type { Genkit, ToolAction } from 'genkit'
import type { RegistryTypes } from '../tool'
import type { ToolRegistry } from '../registry'
import type { Snapshot } from '../snapshot'
import type { AdapterOptions } from './adapter-options'

export type { AdapterOptions, ApprovalRequest } from './adapter-options'

/** What a context function gets of a call of Genkit. */
export interface GenkitToolRun {
  /** The `context` of `generate`, and of the flow that it runs in. */
  context: Record<string, any>
}

/** The options of `genkitTools`. */
export interface GenkitToolsOptions<Types extends RegistryTypes = {}> extends AdapterOptions<Types, GenkitToolRun> {
  /** The instance of Genkit: it makes the tools, so that its traces have their calls. */
  ai: Pick<Genkit, 'dynamicTool'>
  /**
   * Cancellation of all calls: the signal that `generate` gets. Genkit does not hand it to tools.
   * @default none
   */
  signal?: AbortSignal
}

/**
 * Returns the tools of a snapshot, or of a registry's newest revision, as dynamic tools of Genkit. Make them for each
 * `generate`. A failed call is output, `{ error }`; a cancelled one ends the generation. A call that needs approval
 * interrupts. Only `restart` of these tools, in the same process, approves it: once, for the same input and, if `context`
 * is an object, for the same user and tenant. Throws `INVALID_OPTIONS`.
 * @see [Genkit](https://github.com/toolrack/toolrack/blob/main/docs/frameworks-more.md#genkit)
 */
export function genkitTools<Types extends RegistryTypes = {}>(
  source: ToolRegistry<Types> | Snapshot<Types>,
  options: GenkitToolsOptions<Types>,
): ToolAction[]
