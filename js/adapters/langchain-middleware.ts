// Middleware of LangChain's agent, whose steps follow a registry. One interrupt asks about all calls of a message.

import { invalidOption, toName } from '../border/options'
import { Offers, messageOf } from './langchain-offers'
import type { AgentRuntime, AgentState, MessageCall, ModelMessage, Offer, ToolRequest } from './langchain-offers'
import type { LangChainTool, ToolConfig } from './langchain-peer'
import { ReviewedCalls, guardOf, reviewCalls } from './langchain-review'
import type { Action } from './langchain-approval'

/** A request of LangChain's agent to a model. */
interface ModelRequest {
  readonly tools?: readonly unknown[]
}

/** What a hook of the agent gets beside its state; the context of the run is not among it. */
type HookRuntime = AgentRuntime & ToolConfig

/**
 * Makes middleware of LangChain's agent: each request to the model has the newest tools, and each call the tool that
 * its model was offered. `currentConfig` returns the configuration of the run.
 */
export function makeMiddleware(name: string, tools: () => Offer, currentConfig: () => ToolConfig | undefined) {
  const offers = new Offers()
  const reviewed = new ReviewedCalls()
  const wrapModelCall = async <Response>(
    request: ModelRequest,
    handler: (request: ModelRequest) => Promise<Response>,
  ) => {
    const own = tools()
    const response = await handler({ ...request, tools: [...(request.tools ?? []), ...own] })
    if (response !== null && typeof response === 'object') offers.keep(response, own)
    return response
  }
  const afterModel = async (state: AgentState, runtime: HookRuntime) => {
    const message = newestMessage(state)
    if (message?.id === undefined) return undefined
    const own = offers.findFor(message, runtime) ?? tools()
    const config = { ...runtime, ...currentConfig() }
    try {
      const decided = await reviewCalls(config, message, () => actionsOf(message, own, config))
      const isEdited = reviewed.keep(runtime, message, decided)
      offers.forget(message, runtime)
      offers.keep(message, own)
      return isEdited ? { messages: [message] } : undefined
    } catch (thrown) {
      offers.keepInterrupted(own, message, runtime)
      throw thrown
    }
  }
  const wrapToolCall = async <Answer>(
    request: ToolRequest,
    handler: (request: ToolRequest) => Promise<Answer> | Answer,
  ) => {
    const { toolCall, runtime } = request
    const message = messageOf(request)
    const own = offers.find(request) ?? tools()
    const found = toolOf(own, toolCall)
    const decision = reviewed.find(runtime, message, toolCall)
    const tool = decision === undefined ? found : (guardOf(found)?.decided(decision) ?? found)
    try {
      const answer = await handler(tool === undefined ? request : { ...request, tool })
      offers.forget(message, runtime, toolCall.id)
      reviewed.forget(runtime, message, toolCall)
      return answer
    } catch (thrown) {
      offers.keepInterrupted(own, message, runtime, toolCall.id)
      throw thrown
    }
  }
  // The hook is a step of the graph, of which a run has 25: it is there for those who need it.
  const asks = tools().some((tool) => guardOf(tool)?.asks)
  return { name, wrapModelCall, wrapToolCall, ...(asks && { afterModel }) }
}

/** Reads the option `name`: an agent refuses two middlewares of one name. */
export function middlewareName(value: unknown): string {
  const name = value === undefined ? 'toolrack' : toName('name', value)
  if (name === '') throw invalidOption('name', 'must not be empty')
  return name
}

/** The calls of a message that need approval. A call whose id another one has too is asked about by itself. */
async function actionsOf(message: ModelMessage, own: Offer, config: ToolConfig): Promise<Action[]> {
  const calls = message.tool_calls ?? []
  const single = calls.filter(({ id }) => id !== undefined && calls.filter((one) => one.id === id).length === 1)
  const actions = await Promise.all(single.map(async (call) => guardOf(toolOf(own, call))?.actionOf(call, config)))
  return actions.filter((action) => action !== undefined)
}

function toolOf(own: Offer, { name }: MessageCall): LangChainTool | undefined {
  return own.find((one) => one.name === name)
}

/** The newest message, if it makes calls. */
function newestMessage({ messages }: AgentState): ModelMessage | undefined {
  const message = Array.isArray(messages) ? (messages as ModelMessage[]).at(-1) : undefined
  return message !== undefined && (message.tool_calls?.length ?? 0) > 0 ? message : undefined
}
