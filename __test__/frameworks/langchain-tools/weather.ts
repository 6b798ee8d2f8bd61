// Weather: a tool in TypeScript with defaults and an enum, one with a nested schema, and one with a JSON Schema.
import { tool } from '@langchain/core/tools'
import type { RunnableConfig } from '@langchain/core/runnables'
import { z } from 'zod'

export const getWeather = tool(
  async ({ location, units }: { location: string; units: 'celsius' | 'fahrenheit' }): Promise<string> =>
    `${location}: 22 degrees ${units}`,
  {
    name: 'get_weather',
    description: 'Get current weather and optional forecast.',
    schema: z.object({
      location: z.string().describe('City name or coordinates'),
      units: z.enum(['celsius', 'fahrenheit']).default('celsius').describe('Temperature unit preference'),
    }),
  },
)

export const compareWeather = tool(({ cities }) => cities.map(({ name }) => name).join(' and '), {
  name: 'compare_weather',
  description: 'Compares the weather of cities.',
  schema: z.object({ cities: z.array(z.object({ name: z.string(), country: z.string().optional() })).min(1) }),
})

export const forecast = tool(
  (input, config: RunnableConfig) => {
    const { location, days = 3 } = input as { location: string; days?: number }
    return { location, days, user: config.configurable?.userId }
  },
  {
    name: 'forecast',
    description: 'Forecast of some days.',
    schema: {
      type: 'object',
      properties: { location: { type: 'string' }, days: { type: 'integer', minimum: 1 } },
      required: ['location'],
    },
  },
)
