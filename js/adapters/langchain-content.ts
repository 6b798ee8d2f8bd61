// Content of LangChain's messages: an answer as text or content blocks, and the error of refused arguments.

import type { PlainAnswer } from '../../index'
import { isError } from '../border/realm'

/** Whether LangChain has refused the arguments: its error has them, as text. */
export function isRefusedInput(thrown: unknown): boolean {
  return isError(thrown) && 'output' in thrown && thrown.message.startsWith('Received tool input')
}

/** The content of an answer: a text, or content blocks if it has files. */
export function contentOf(answer: PlainAnswer & { readonly ok: true }): unknown {
  const { files } = answer
  const value: unknown = answer.value
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (files === undefined) return text
  return [
    ...(value === null ? [] : [{ type: 'text', text }]),
    ...files.map(({ mediaType, name, data }) => {
      const kind = /^(image|audio|video)\//.exec(mediaType)?.[1] ?? 'file'
      return { type: kind, mimeType: mediaType, data, metadata: { filename: name } }
    }),
  ]
}
