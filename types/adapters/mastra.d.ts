/**
 * Adapter for Mastra: `toolrack/mastra`.
 * @module toolrack/mastra
 */
import type { Tool } from '@mastra/core/tools'
import type { AiSdkOutput } from '../target-answers'
import type { RegistryTypes } from '../tool'
import type { ToolRegistry } from '../registry'
import type { Snapshot } from '../snapshot'
import type { AdapterOptions } from './adapter-options'

export type { AdapterOptions, ApprovalRequest } from './adapter-options'

/** What a context function gets of a call of Mastra. */
export interface MastraToolRun {
  /** The request context of the run. Outside of an agent it may be absent. */
  requestContext?: { get(key: string): any }
}

/** The options of `mastraTools`. */
export interface MastraToolsOptions<Types extends RegistryTypes = {}> extends AdapterOptions<Types, MastraToolRun> {}

/** Tools of Mastra, by wire name: the `tools` of `new Agent`. */
export type MastraTools = Record<string, Tool<any, AiSdkOutput, any, any, any>>

/**
 * Returns the tools of a snapshot, or of a registry's newest revision, as tools of Mastra, for `new Agent({ tools })`.
 * A failed call throws: Mastra makes a `tool-error` of it. Its message has `code`, `message` and `next` as JSON. The
 * pieces of a streamed result are chunks `tool-output`. Approval is Mastra's own. Throws `INVALID_OPTIONS`.
 * @see [Mastra](https://github.com/toolrack/toolrack/blob/main/docs/frameworks-more.md#mastra)
 */
export function mastraTools<Types extends RegistryTypes = {}>(
  source: ToolRegistry<Types> | Snapshot<Types>,
  options?: MastraToolsOptions<Types>,
): MastraTools
