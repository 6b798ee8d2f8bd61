// Streaming: preliminary results, of which the last is the result.
import { tool } from 'ai'
import { z } from 'zod'

const city = z.object({ city: z.string() })

export const loading = tool({
  description: 'Get the current weather, with a status before it',
  inputSchema: city,
  async *execute({ city }) {
    yield { status: 'loading', text: `Getting weather for ${city}` }
    yield { status: 'success', text: `The weather in ${city} is 72°F`, temperature: 72 }
  },
})

export const growing = tool({
  description: 'A text that grows',
  inputSchema: city,
  async *execute({ city }) {
    for (let i = 1; i <= city.length; i++) yield city.slice(0, i)
  },
})
