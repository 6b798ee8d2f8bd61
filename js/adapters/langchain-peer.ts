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

/** The functions and classes of `@langchain/core`. */
export interface LangChain {
  readonly tool: (
    execute: (input: unknown, config?: ToolConfig) => unknown,
    fields: { readonly name: string; readonly description: string; readonly schema: object },
  ) => LangChainTool
  readonly ToolMessage: new (fields: {
    readonly status: 'success' | 'error'
    readonly content: unknown
    readonly tool_call_id: string
    readonly name: string
  }) => object
}
