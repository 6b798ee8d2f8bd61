/**
 * Adapter for the AI SDK 6 and 7: `toolrack/ai`.
 * @module toolrack/ai
 */
import type { ToolRegistry } from '../registry'
import type { Snapshot } from '../snapshot'
import type { AiSdkOutput } from '../target-answers'
import type { Finder } from '../finder'
import type { RegistryTypes } from '../tool'
import type { AdapterOptions } from './adapter-options'

export type { AdapterOptions, ApprovalRequest } from './adapter-options'

/** What the AI SDK hands to a tool beside its input. `context` is of version 7, `experimental_context` of version 6. */
export interface AiToolRun {
  toolCallId: string
  messages: unknown[]
  abortSignal?: AbortSignal | undefined
  context?: any
  experimental_context?: any
}

/** The options of `aiTools` and `liveAiTools`. */
export interface AiToolsOptions<Types extends RegistryTypes = {}> extends AdapterOptions<Types, AiToolRun> {}

/** The options of `liveAiTools`. */
export interface LiveAiToolsOptions<Types extends RegistryTypes = {}> extends AiToolsOptions<Types> {
  /**
   * Tools of your own, by name, beside those of the registry. They win over one of the registry with their name.
   * @default none
   */
  tools?: Record<string, any>
}

/** The output of a tool. Version 7 of the AI SDK has parts of type `file` for files. */
export type AiToolOutput =
  | AiSdkOutput
  | {
      type: 'content'
      value: (
        | { type: 'text'; text: string }
        | { type: 'file'; mediaType: string; filename?: string; data: { type: 'data'; data: string } }
      )[]
    }

/** A tool as the AI SDK takes it. */
export interface AiTool {
  description: string
  strict: boolean
  /** A schema of the AI SDK, like that of its `jsonSchema`. */
  inputSchema: any
  /** Whether a person has to approve a call. Absent for a tool of which no call needs approval. */
  needsApproval?: (input: any, run: any) => Promise<boolean>
  /** Executes a call. A tool that streams returns an iterator of preliminary results, of which the last is the result. */
  execute: (input: any, run: AiToolRun) => Promise<AiToolOutput> | AsyncGenerator<AiToolOutput, void, undefined>
  /** What the model reads of an output: the output itself. */
  toModelOutput: (result: { output: any }) => any
}

/** Tools of the AI SDK, by wire name: the `tools` of `generateText`, `streamText` and `ToolLoopAgent`. */
export type AiTools = Record<string, AiTool>

/** Tools of the AI SDK that follow a registry. */
export interface LiveAiTools {
  /** The record of tools: it has those of the newest revision whenever it is read. A copy of it does not follow. */
  tools: AiTools
  /** Returns the names of the tools in the record, for the SDK, which calls it before each step. */
  prepareStep: () => { activeTools: string[] }
}

/**
 * Returns the tools of a snapshot, or of a registry's newest revision, as tools of the AI SDK.
 * A failed call throws: the SDK makes a `tool-error` of it. Its message is JSON with `code`, `message` and `next`.
 * A tool whose closure is an async generator function has preliminary results. Throws `INVALID_OPTIONS`.
 * @see [AI SDK](https://github.com/toolrack/toolrack/blob/main/docs/frameworks.md#ai-sdk)
 */
export function aiTools<Types extends RegistryTypes = {}>(
  source: ToolRegistry<Types> | Snapshot<Types>,
  options?: AiToolsOptions<Types>,
): AiTools

/**
 * Returns tools like `aiTools`, with a function for `prepareStep` that gives each step the newest revision. A call that
 * a person approved is made by it too. Several runs may share them. Throws `INVALID_OPTIONS`.
 * @see [AI SDK](https://github.com/toolrack/toolrack/blob/main/docs/frameworks.md#ai-sdk)
 */
export function liveAiTools<Types extends RegistryTypes = {}>(
  source: ToolRegistry<Types>,
  options?: LiveAiToolsOptions<Types>,
): LiveAiTools

/** The options of `finderTools`. */
export interface FinderToolsOptions<Types extends RegistryTypes = {}> extends Pick<
  LiveAiToolsOptions<Types>,
  'context' | 'timeoutMs' | 'ask' | 'tools'
> {
  /**
   * The function `toolSearch` of version 7 of the SDK: the SDK defers the tools, and the finder is what searches them.
   * @default none: found tools are in the record of the next step
   */
  toolSearch?: (options: any) => any
}

/** The tools of a finder in the AI SDK. */
export interface AiFinderTools<Types extends RegistryTypes = {}> extends Omit<LiveAiTools, 'prepareStep'> {
  /** Goes on to the tools of the next step, for the SDK, which calls it before each step. */
  prepareStep: () => { activeTools?: string[] }
  /** The finder as it is now. Its `state` is that of the next request. */
  readonly finder: Finder<'ai-sdk', Types>
}

/**
 * Returns the tools of a finder for one run: the model searches in one step, and calls what it found in the next one.
 * Throws `INVALID_OPTIONS` for a finder of another target.
 * @see [AI SDK](https://github.com/toolrack/toolrack/blob/main/docs/finder.md#ai-sdk)
 */
export function finderTools<Types extends RegistryTypes = {}>(
  finder: Finder<'ai-sdk', Types>,
  options?: FinderToolsOptions<Types>,
): AiFinderTools<Types>
