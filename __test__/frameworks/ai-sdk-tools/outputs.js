// Outputs: what a model reads of a result.
import { tool } from 'ai'
import { z } from 'zod'

const data = Buffer.from('PNG').toString('base64')

export const screenshot = tool({
  description: 'A screenshot',
  inputSchema: z.object({}),
  execute: () => ({ type: 'image', data }),
  toModelOutput: ({ output }) => ({
    type: 'content',
    value: [
      { type: 'text', text: 'The screen' },
      { type: 'file', mediaType: 'image/png', data: { type: 'data', data: output.data } },
    ],
  }),
})

export const summary = tool({
  description: 'A summary',
  inputSchema: z.object({ words: z.number() }),
  execute: ({ words }) => ({ text: 'word '.repeat(words).trim(), words }),
  toModelOutput: ({ output }) => ({ type: 'text', value: output.text }),
})

export const denied = tool({
  description: 'Is denied',
  inputSchema: z.object({}),
  execute: () => ({ secret: true }),
  toModelOutput: () => ({ type: 'error-text', value: 'not for you' }),
})
