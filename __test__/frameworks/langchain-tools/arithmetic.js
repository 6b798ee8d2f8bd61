// Arithmetic: tools with a schema of Zod, each an export of its own.
import { tool } from 'langchain'
import { z } from 'zod'

const pair = z.object({ a: z.number().describe('First operand'), b: z.number().describe('Second operand') })

export const add = tool(({ a, b }) => a + b, { name: 'add', description: 'Adds two numbers.', schema: pair })

export const multiply = tool(async ({ a, b }) => `${a * b}`, {
  name: 'multiply',
  description: 'Multiplies two numbers.',
  schema: pair,
})

export const divide = tool(
  ({ a, b }) => {
    if (b === 0) throw new Error('Division by zero')
    return a / b
  },
  { name: 'divide', description: 'Divides two numbers.', schema: pair },
)
