// Question words: a question of MCP in the words of `context.ask`, for a program that answers it.

import type { Members } from '../border/kind'
import type { WrittenQuestion } from './questions'

/** A question as a program reads it. */
export interface QuestionRequest extends Members {
  readonly key: string
}

/** Writes a question in the words in which a closure asks. */
export function requestOf({ method, params, from }: WrittenQuestion, key: string): QuestionRequest {
  return { key, ...wordsOf(method, params), ...(from !== undefined && { from }) }
}

function wordsOf(method: WrittenQuestion['method'], params: Members): Members {
  switch (method) {
    case 'sampling/createMessage':
      return { sampling: params }
    case 'roots/list':
      return { roots: true }
    case 'elicitation/create': {
      const { message, url, requestedSchema } = params
      return params.mode === 'url' ? { message, url } : { message, schema: requestedSchema }
    }
  }
}
