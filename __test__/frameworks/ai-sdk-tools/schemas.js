// Schemas: those of the AI SDK itself, lazy and promised ones, and one with its own validation.
import { dynamicTool, jsonSchema, tool, zodSchema } from 'ai'
import { z } from 'zod'
import { z as z3 } from 'zod/v3'

const properties = { recipe: { type: 'string' } }

export const recipe = tool({
  description: 'A recipe',
  inputSchema: jsonSchema({ type: 'object', properties, required: ['recipe'], additionalProperties: false }),
  execute: ({ recipe }) => `How to cook ${recipe}`,
})

export const evenNumber = tool({
  description: 'Takes an even number',
  inputSchema: jsonSchema(
    { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] },
    {
      validate: (value) =>
        value.n % 2 === 0 ? { success: true, value } : { success: false, error: new Error('n must be even') },
    },
  ),
  execute: ({ n }) => n / 2,
})

export const later = tool({
  description: 'Has its schema later',
  inputSchema: jsonSchema(async () => ({ type: 'object', properties })),
  execute: ({ recipe }) => recipe ?? 'none',
})

export const lazy = tool({
  description: 'Has a lazy schema',
  inputSchema: () => zodSchema(z.object({ n: z.number() })),
  execute: ({ n }) => n + 1,
})

export const custom = dynamicTool({
  description: 'A tool that is made at run time',
  inputSchema: z.object({ parameters: z.record(z.string(), z.unknown()) }),
  execute: async (input) => Object.keys(input.parameters),
})

export const old = tool({
  description: 'With a schema of Zod 3',
  inputSchema: z3.object({ word: z3.string().toUpperCase() }),
  execute: ({ word }) => word,
})
