// Middleware of LangChain's agent, whose steps follow a registry.

import type { LangChainTool } from './langchain-peer'

/** A request of LangChain's agent to a model. */
interface ModelRequest {
  readonly tools?: readonly unknown[]
}

/** A request of LangChain's agent to a tool. */
interface ToolRequest {
  readonly toolCall: { readonly id?: string; readonly name: string }
  readonly tool?: unknown
}

/** Calls whose tools are kept until they are made: those of the newest responses. */
const MOST_CALLS = 1_000

/**
 * Makes middleware of LangChain's agent: each request to the model has the newest tools, and each call the tool that
 * its model was offered.
 */
export function makeMiddleware(tools: () => readonly LangChainTool[]) {
  const offered = new Map<string, readonly LangChainTool[]>()
  return {
    name: 'toolrack',
    wrapModelCall: async <Response>(request: ModelRequest, handler: (request: ModelRequest) => Promise<Response>) => {
      const own = tools()
      const response = await handler({ ...request, tools: [...(request.tools ?? []), ...own] })
      for (const { id } of (response as { readonly tool_calls?: readonly { readonly id?: string }[] }).tool_calls ?? [])
        if (id !== undefined) offered.set(id, own)
      for (const id of offered.keys()) if (offered.size > MOST_CALLS) offered.delete(id)
      return response
    },
    wrapToolCall: <Answer>(request: ToolRequest, handler: (request: ToolRequest) => Answer) => {
      const { id, name } = request.toolCall
      const own = (id !== undefined && offered.get(id)) || tools()
      const tool = own.find((one) => one.name === name)
      return handler(tool === undefined ? request : { ...request, tool })
    },
  }
}
