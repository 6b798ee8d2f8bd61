// Artifacts: content for the model with an artifact for the program, content blocks, and a message.
import { ToolMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { z } from 'zod'

const size = z.object({ size: z.number().int().min(1).max(100) })

export const generateNumbers = tool(
  async ({ size }) => {
    const numbers = Array.from({ length: size }, (_, i) => i * i)
    return [`Generated ${size} numbers`, numbers]
  },
  { name: 'generate_numbers', description: 'Generates numbers.', schema: size, responseFormat: 'content_and_artifact' },
)

export const drawSquare = tool(
  ({ size }) => [
    { type: 'text', text: `A square of ${size}` },
    { type: 'image_url', image_url: { url: `data:image/png;base64,${Buffer.from('PNG').toString('base64')}` } },
  ],
  { name: 'draw_square', description: 'Draws a square.', schema: size },
)

export const checkStock = tool(
  ({ size }, config) =>
    new ToolMessage({
      content: size > 10 ? 'Out of stock' : 'In stock',
      status: size > 10 ? 'error' : 'success',
      tool_call_id: config.toolCallId,
    }),
  { name: 'check_stock', description: 'Is this size in stock?', schema: size },
)
