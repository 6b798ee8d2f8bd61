// Middleware of LangChain's agent, whose steps follow a registry.

import type { LangChainTool } from './langchain-peer'

/** A request of LangChain's agent to a model. */
interface ModelRequest {
  readonly tools?: readonly unknown[]
}

/** A message of a model. */
interface ModelMessage {
  readonly id?: string
  readonly tool_calls?: readonly { readonly id?: string }[]
}

/** A request of LangChain's agent to a tool. */
interface ToolRequest {
  readonly toolCall: { readonly id?: string; readonly name: string }
  readonly tool?: unknown
  readonly state?: { readonly messages?: unknown }
  readonly runtime?: { readonly configurable?: { readonly thread_id?: unknown } }
}

/** Interrupted calls whose tools are kept: the newest ones. */
const MOST_CALLS = 1_000

/** The tools of one request to a model. */
type Offer = readonly LangChainTool[]

/** Which tools the model of a call was offered. Ids of calls are no key: two runs may have the same. */
class Offers {
  /** By the response of the model, and by each of its calls: other middleware may copy the response. */
  readonly #ofResponses = new WeakMap<object, Offer>()
  /** Of interrupted calls. A graph that is resumed has read its messages again. */
  readonly #interrupted = new Map<string, Offer>()

  keep(response: ModelMessage, offer: Offer): void {
    for (const key of [response, ...(response.tool_calls ?? [])]) this.#ofResponses.set(key, offer)
  }

  find(request: ToolRequest): Offer | undefined {
    const { id } = request.toolCall
    const message = messageOf(request)
    const call = message?.tool_calls?.find((one) => one.id === id)
    if (message === undefined || call === undefined) return undefined
    return this.#ofResponses.get(message) ?? this.#ofResponses.get(call) ?? this.#interrupted.get(keyOf(request) ?? '')
  }

  keepInterrupted(request: ToolRequest, offer: Offer): void {
    const key = keyOf(request)
    if (key === undefined) return
    this.#interrupted.set(key, offer)
    for (const old of this.#interrupted.keys()) if (this.#interrupted.size > MOST_CALLS) this.#interrupted.delete(old)
  }

  forget(request: ToolRequest): void {
    this.#interrupted.delete(keyOf(request) ?? '')
  }
}

/** The message that makes a call. */
function messageOf({ state, toolCall }: ToolRequest): ModelMessage | undefined {
  const messages = state?.messages
  if (!Array.isArray(messages)) return undefined
  return (messages as ModelMessage[]).findLast(({ tool_calls }) => tool_calls?.some(({ id }) => id === toolCall.id))
}

/** The key of a call that can be interrupted: its thread, its message, which has an id by then, and its id. */
function keyOf(request: ToolRequest): string | undefined {
  const [thread, message] = [request.runtime?.configurable?.thread_id, messageOf(request)?.id]
  return thread === undefined || message === undefined
    ? undefined
    : JSON.stringify([thread, message, request.toolCall.id])
}

/**
 * Makes middleware of LangChain's agent: each request to the model has the newest tools, and each call the tool that
 * its model was offered.
 */
export function makeMiddleware(tools: () => Offer) {
  const offers = new Offers()
  return {
    name: 'toolrack',
    wrapModelCall: async <Response>(request: ModelRequest, handler: (request: ModelRequest) => Promise<Response>) => {
      const own = tools()
      const response = await handler({ ...request, tools: [...(request.tools ?? []), ...own] })
      if (response !== null && typeof response === 'object') offers.keep(response, own)
      return response
    },
    wrapToolCall: async <Answer>(request: ToolRequest, handler: (request: ToolRequest) => Promise<Answer> | Answer) => {
      const own = offers.find(request) ?? tools()
      const tool = own.find((one) => one.name === request.toolCall.name)
      try {
        const answer = await handler(tool === undefined ? request : { ...request, tool })
        offers.forget(request)
        return answer
      } catch (thrown) {
        offers.keepInterrupted(request, own)
        throw thrown
      }
    },
  }
}
