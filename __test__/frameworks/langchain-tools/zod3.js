// Zod 3: tools whose schema is one of Zod 3.
import { tool } from '@langchain/core/tools'
import { z } from 'zod/v3'

const query = z.object({
  query: z.string().min(1).describe('SQL query'),
  limit: z.number().int().default(10).describe('Most rows'),
})

export const searchDatabase = tool(({ query, limit }) => `Found ${limit} results for '${query}'`, {
  name: 'search_database',
  description: 'Search the customer database for records matching the query.',
  schema: query,
})

export const tags = [
  tool(({ tags }) => tags.sort().join(','), {
    name: 'sort_tags',
    description: 'Sorts tags.',
    schema: z.object({ tags: z.array(z.string()) }),
  }),
]
