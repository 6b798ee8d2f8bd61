// Classes: a StructuredTool of one's own, and a DynamicStructuredTool.
import { DynamicStructuredTool, StructuredTool } from '@langchain/core/tools'
import { z } from 'zod'

class WordCounter extends StructuredTool {
  name = 'word_counter'
  description = 'Counts words.'
  schema = z.object({ text: z.string(), unique: z.boolean().optional() })
  #separator = /\s+/

  async _call({ text, unique }) {
    const words = text.split(this.#separator).filter(Boolean)
    return String(unique ? new Set(words).size : words.length)
  }
}

export const wordCounter = new WordCounter()

export const randomLike = new DynamicStructuredTool({
  name: 'number_between',
  description: 'A number between two others.',
  schema: z.object({ low: z.number().describe('The lower bound'), high: z.number().describe('The upper bound') }),
  func: async ({ low, high }) => ((low + high) / 2).toString(),
})
