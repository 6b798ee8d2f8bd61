// Weather: tools as the pages of the AI SDK write them, named by their exports.
import { tool } from 'ai'
import { z } from 'zod'

export const weather = tool({
  description: 'Get the weather in a location',
  inputSchema: z.object({ location: z.string().describe('The location to get the weather for') }),
  execute: async ({ location }) => ({ location, temperature: 72 }),
})

export const convertFahrenheitToCelsius = tool({
  description: 'Convert a temperature in fahrenheit to celsius',
  inputSchema: z.object({ temperature: z.number().describe('The temperature in fahrenheit to convert') }),
  execute: async ({ temperature }: { temperature: number }) => {
    const celsius: number = Math.round((temperature - 32) * (5 / 9))
    return { celsius }
  },
})

export const cityAttractions = tool({
  description: 'Attractions of a city',
  inputSchema: z.object({ city: z.string().transform((city) => city.trim()), limit: z.number().default(2) }),
  execute: ({ city, limit }) => Array.from({ length: limit }, (_, i) => `${city} ${i + 1}`),
})
