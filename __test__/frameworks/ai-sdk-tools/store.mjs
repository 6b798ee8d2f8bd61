// Store: a record of tools, as it is given to `generateText`.
import { tool } from 'ai'
import { z } from 'zod'

const articles = new Map([['a1', 3]])

export const tools = {
  findArticle: tool({
    description: 'Finds an article',
    inputSchema: z.object({ id: z.string() }),
    execute: ({ id }) => {
      if (!articles.has(id)) throw new Error(`No article ${id}`)
      return { id, count: articles.get(id) }
    },
  }),
  listArticles: tool({
    description: 'Lists articles',
    inputSchema: z.object({}),
    execute: () => [...articles.keys()],
  }),
  orderArticle: tool({
    title: 'Order an article',
    description: 'Orders an article',
    inputSchema: z.object({ id: z.string(), count: z.number().int().min(1) }),
    execute: async ({ id, count }) => `${count} of ${id}`,
  }),
}
