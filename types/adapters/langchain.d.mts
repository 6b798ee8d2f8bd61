/**
 * Adapter for LangChain and LangGraph: `toolrack/langchain`.
 * @module toolrack/langchain
 */
import type { StructuredToolInterface } from '@langchain/core/tools'
import type { RegistryTypes, Snapshot, ToolRegistry } from '../../index.js'
import type { AdapterOptions } from './adapter-options.js'

export type { AdapterOptions, ApprovalRequest } from './adapter-options.js'

/**
 * The options of `langchainTools` and `liveLangchainTools`. A context function gets the configuration of the run:
 * `context: ({ configurable }) => ({ userId: configurable.userId })`.
 */
export interface LangchainOptions<Types extends RegistryTypes = {}> extends Omit<
  AdapterOptions<Types, any>,
  'strict'
> {}

/** The options of `liveLangchainTools`. */
export interface LiveLangchainOptions<Types extends RegistryTypes = {}> extends LangchainOptions<Types> {
  /**
   * The name of the middleware. The middleware of one agent has different names: of two registries, give one of them a
   * name. A graph that is resumed knows the middleware by it.
   * @default 'toolrack'
   */
  name?: string
}

/** Tools of LangChain that follow a registry. */
export interface LiveLangchainTools {
  /** Returns the tools of the newest revision: the same array until the registry changes. */
  tools: () => StructuredToolInterface[]
  /**
   * Middleware of `createAgent`: each request to the model has the tools of the newest revision, and each call gets
   * the tool that its model was offered. Do not pass the same tools to `createAgent`. Where tools have
   * `requiresApproval`, `afterModel` interrupts the graph once for all calls of a message that need it. The answer has a
   * decision for each, in their order or by `id`: `approve`, `edit` with an `editedAction`, `reject`.
   */
  middleware: {
    name: string
    wrapModelCall: (request: any, handler: (request: any) => any) => Promise<any>
    afterModel?: (state: any, runtime: any) => any
    wrapToolCall: (request: any, handler: (request: any) => any) => any
  }
}

/**
 * Returns the tools of a snapshot, or of a registry's newest revision, as tools of LangChain.
 * A failed call of a model is a `ToolMessage` of status `error`; a tool that is invoked by hand throws.
 * In a graph with a checkpointer, a call that needs approval interrupts; `actionRequests[0].id` is the id of the call. An
 * answer that could be for several calls makes none. Throws `INVALID_OPTIONS`.
 * @see [LangChain](https://github.com/toolrack/toolrack/blob/main/docs/frameworks.md#langchain)
 */
export function langchainTools<Types extends RegistryTypes = {}>(
  source: ToolRegistry<Types> | Snapshot<Types>,
  options?: LangchainOptions<Types>,
): StructuredToolInterface[]

/**
 * Returns a function and a middleware that give each step the tools of the newest revision. Throws `INVALID_OPTIONS`.
 * @see [LangChain](https://github.com/toolrack/toolrack/blob/main/docs/frameworks.md#langchain)
 */
export function liveLangchainTools<Types extends RegistryTypes = {}>(
  source: ToolRegistry<Types>,
  options?: LiveLangchainOptions<Types>,
): LiveLangchainTools
