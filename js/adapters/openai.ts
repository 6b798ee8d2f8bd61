// Adapter for agent loops with OpenAI's SDK: tools of a turn and answers to a response. Imports nothing of the SDK.

import { LoopTurn, itemsWith, memberOf } from './loop-turn'
import type { LoopApi } from './loop-turn'

const RESPONSES = Object.freeze<LoopApi<'openai'>>({
  target: 'openai',
  takes: 'a response of the Responses API',
  findCalls: (response) => itemsWith(response.output, 'type', 'function_call'),
  options: ['deferLoading'],
})

const CHAT = Object.freeze<LoopApi<'openai-chat'>>({
  target: 'openai-chat',
  takes: 'a chat completion or its message',
  findCalls: (response) => {
    const message = memberOf(memberOf(response.choices, 0), 'message') ?? response
    if (memberOf(message, 'role') !== 'assistant') return undefined
    return itemsWith(memberOf(message, 'tool_calls') ?? [], 'function')
  },
  // A custom tool has a text as its input: it is never one of a registry.
  isCall: (item) => memberOf(item, 'type') !== 'custom',
})

export function openaiTurn(source: unknown, options?: unknown): LoopTurn<'openai'> {
  return new LoopTurn(RESPONSES, source, options)
}

export function openaiChatTurn(source: unknown, options?: unknown): LoopTurn<'openai-chat'> {
  return new LoopTurn(CHAT, source, options)
}
