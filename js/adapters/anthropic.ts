// Adapter for agent loops with Anthropic's SDK: tools of a turn and answers to a message. Imports nothing of the SDK.

import { LoopTurn, itemsWith } from './loop-turn'
import type { LoopApi } from './loop-turn'

const MESSAGES = Object.freeze<LoopApi<'anthropic'>>({
  target: 'anthropic',
  takes: 'a message of the Messages API',
  // A text without blocks has no calls.
  findCalls: ({ content }) => itemsWith(typeof content === 'string' ? [] : content, 'type', 'tool_use'),
  options: ['cache', 'deferLoading'],
})

export function anthropicTurn(source: unknown, options?: unknown): LoopTurn<'anthropic'> {
  return new LoopTurn(MESSAGES, source, options)
}
