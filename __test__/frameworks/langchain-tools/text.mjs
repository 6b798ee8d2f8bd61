// Text: tools that take one text, made by `tool` without a schema and as DynamicTool.
import { DynamicTool, tool } from '@langchain/core/tools'

export const shout = tool((input) => `${input.toUpperCase()}!`, { name: 'shout', description: 'Says it loudly.' })

export default new DynamicTool({
  name: 'reverse',
  description: 'Reverses a text.',
  func: async (input) => [...input].reverse().join(''),
})
