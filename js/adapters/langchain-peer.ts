// What the adapter for LangChain uses of `@langchain/core`, which is a peer and may not be installed.

/** The configuration that LangChain hands to a tool. */
export interface ToolConfig {
  readonly signal?: AbortSignal
  /** Interrupts the graph of LangGraph until somebody resumes it; returns what that one said. */
  readonly interrupt?: (value: unknown) => unknown
  /** What a run hands on; LangGraph adds its own members. */
  readonly configurable?: object
  /** The call of the model. Absent: the tool is called by hand. */
  readonly toolCall?: { readonly id?: string }
}

/** A tool of LangChain. */
export interface LangChainTool {
  readonly name: string
  call(input: unknown, config?: ToolConfig, tags?: unknown): Promise<unknown>
}

/** Where `@langchain/core` keeps the configuration of the run. */
export interface RunStore {
  readonly AsyncLocalStorageProviderSingleton: { readonly getRunnableConfig: () => ToolConfig | undefined }
}

/** The functions and classes of `@langchain/core`. */
export interface LangChain {
  readonly tool: (
    execute: (input: unknown, config?: ToolConfig) => unknown,
    fields: { readonly name: string; readonly description: string; readonly schema: object },
  ) => LangChainTool
  /** The configuration of the run that calls this, if there is one. */
  readonly currentConfig: () => ToolConfig | undefined
  readonly ToolMessage: new (fields: {
    readonly status: 'success' | 'error'
    readonly content: unknown
    readonly tool_call_id: string
    readonly name: string
  }) => object
}
