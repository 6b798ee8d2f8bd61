// Adapter for agent loops with Google's Gen AI SDK: tools of a turn and answers to a response. Imports nothing of it.

import { LoopTurn, itemsWith, memberOf } from './loop-turn'
import type { LoopApi } from './loop-turn'

const GENERATE = Object.freeze<LoopApi<'gemini'>>({
  target: 'gemini',
  takes: 'a response of generateContent or its content',
  findCalls: (response) => {
    // The prompt was blocked: there is no candidate.
    if ((response.candidates ?? undefined) === undefined && (response.promptFeedback ?? undefined) !== undefined)
      return []
    const content = response.candidates === undefined ? response : memberOf(memberOf(response.candidates, 0), 'content')
    // A candidate that was blocked has no content or no parts.
    if (response.candidates !== undefined && memberOf(content, 'parts') === undefined) return []
    return itemsWith(memberOf(content, 'parts'), 'functionCall')
  },
})

export function geminiTurn(source: unknown, options?: unknown): LoopTurn<'gemini'> {
  return new LoopTurn(GENERATE, source, options)
}
