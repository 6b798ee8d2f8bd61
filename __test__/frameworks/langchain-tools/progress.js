// Progress: an async generator, a writer, and a tool that heeds its signal.
import { tool } from '@langchain/core/tools'
import { z } from 'zod'

const steps = z.object({ steps: z.number() })

export const importRows = tool(
  async function* ({ steps }) {
    for (let i = 1; i <= steps; i++) yield { step: i }
    return `${steps} rows`
  },
  { name: 'import_rows', description: 'Imports rows.', schema: steps },
)

export const lookUp = tool(
  ({ steps }, config) => {
    const { writer } = config
    if (writer) for (let i = 1; i <= steps; i++) writer(`Looking up record ${i}`)
    return 'found'
  },
  { name: 'look_up', description: 'Looks something up.', schema: steps },
)

export const wait = tool(
  (_, { signal }) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) reject(signal.reason)
      signal?.addEventListener('abort', () => reject(signal.reason))
    }),
  { name: 'wait', description: 'Waits for good.', schema: z.object({}) },
)
