// Offers of LangChain's agent: which tools the model of a call was offered.

import type { LangChainTool } from './langchain-peer'

/** A call of a model. */
export interface MessageCall {
  readonly id?: string
  readonly name: string
  readonly args?: unknown
}

/** A message of a model. */
export interface ModelMessage {
  readonly id?: string
  tool_calls?: readonly MessageCall[]
}

/** The state of the agent. */
export interface AgentState {
  readonly messages?: unknown
}

/** What identifies a run across interrupts. */
export interface AgentRuntime {
  readonly configurable?: { readonly thread_id?: unknown }
}

/** A request of LangChain's agent to a tool. */
export interface ToolRequest {
  readonly toolCall: MessageCall
  readonly tool?: unknown
  readonly state?: AgentState
  readonly runtime?: AgentRuntime
}

/** Interrupted messages and calls whose tools are kept: the newest ones. */
const MOST_KEPT = 1_000

/** The tools of one request to a model. */
export type Offer = readonly LangChainTool[]

/** Which tools the model of a call was offered. Ids of calls are no key: two runs may have the same. */
export class Offers {
  /** By the response of the model, and by each of its calls: other middleware may copy the response. */
  readonly #ofResponses = new WeakMap<object, Offer>()
  /** Of what is interrupted. A graph that is resumed has read its messages again. */
  readonly #interrupted = new Map<string, Offer>()

  keep(response: ModelMessage, offer: Offer): void {
    for (const key of [response, ...(response.tool_calls ?? [])]) this.#ofResponses.set(key, offer)
  }

  find(request: ToolRequest): Offer | undefined {
    const message = messageOf(request)
    const call = message?.tool_calls?.find((one) => one.id === request.toolCall.id)
    if (message === undefined || call === undefined) return undefined
    return this.#ofResponses.get(call) ?? this.findFor(message, request.runtime, call.id)
  }

  /** The tools of a message, or of one of its calls that was interrupted by itself. */
  findFor(message: ModelMessage, runtime: AgentRuntime | undefined, callId?: string): Offer | undefined {
    return this.#ofResponses.get(message) ?? this.#interrupted.get(keyOf(message, runtime, callId) ?? '')
  }

  keepInterrupted(offer: Offer, message: ModelMessage | undefined, runtime?: AgentRuntime, callId?: string): void {
    const key = keyOf(message, runtime, callId)
    if (key === undefined) return
    this.#interrupted.set(key, offer)
    for (const old of this.#interrupted.keys()) if (this.#interrupted.size > MOST_KEPT) this.#interrupted.delete(old)
  }

  forget(message: ModelMessage | undefined, runtime?: AgentRuntime, callId?: string): void {
    this.#interrupted.delete(keyOf(message, runtime, callId) ?? '')
  }
}

/** The message that makes a call. */
export function messageOf({ state, toolCall }: ToolRequest): ModelMessage | undefined {
  const messages = state?.messages
  if (!Array.isArray(messages)) return undefined
  return (messages as ModelMessage[]).findLast(({ tool_calls }) => tool_calls?.some(({ id }) => id === toolCall.id))
}

/** The key of what can be interrupted: its thread, its message, which has an id by then, and perhaps its call. */
function keyOf(message?: ModelMessage, runtime?: AgentRuntime, callId?: string): string | undefined {
  const [thread, id] = [runtime?.configurable?.thread_id, message?.id]
  return thread === undefined || id === undefined ? undefined : JSON.stringify([thread, id, callId])
}
