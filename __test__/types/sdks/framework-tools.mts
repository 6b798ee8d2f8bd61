// Tools of agent frameworks in `register`: the types of the AI SDK itself, and tools written by hand.
import { tool } from 'ai'
import { ToolRegistry, registerDynamicTool } from 'toolrack'
import type { FrameworkTool, ToolOptions } from 'toolrack'
import { z } from 'zod'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const fact = <T extends true>(): T | void => {}
const registry = new ToolRegistry<{ context: { userId: number } }>()
const weather = tool({
  description: 'Weather',
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => ({ city, degrees: 20 }),
})

// The result of a tool of the AI SDK is that of its `execute`.
const handle = registry.register(weather, { name: 'weather', category: 'external', tags: ['geo'] })
const answer = await handle.execute({ city: 'Oslo' }, { context: { userId: 7 } })
fact<Same<typeof answer, { city: string; degrees: number }>>()
// @ts-expect-error an option that there is not
registry.register(weather, { name: 'weather', catgory: 'external' })

// Of a stream of results the last one is the result.
const growing = tool({
  description: 'Grows',
  inputSchema: z.object({}),
  async *execute() {
    yield 'a'
  },
})
const text = await registry.register(growing, { name: 'growing' }).execute({})
fact<Same<typeof text, string>>()

// Others are told by their members.
const run = async (...call: any[]) => call.length
const words = { name: 'a', description: 'A' }
const tools: FrameworkTool[] = [
  weather,
  { ...words, schema: {}, invoke: run },
  { ...words, type: 'function', parameters: {}, invoke: run },
  { id: 'a', description: 'A', execute: run },
  { ...words, toolSpec: { ...words, inputSchema: {} }, stream: run },
  { ...words, runAsync: run },
  { metadata: { name: 'a', parameters: {} }, call: run },
  { ...words, handler: run },
  Object.assign(run, { __action: {} }),
]
const options: ToolOptions = { rateLimit: 5 }
for (const one of tools) registerDynamicTool(registry, one, options)
registry.replace(weather, { name: 'weather' })
handle.update(weather, { name: 'weather' })

// Options stand beside a definition too, whose types are inferred as without them.
const own = registry.register(
  { ...words, parameters: { city: { type: 'string' } }, execute: ({ city }) => city.length },
  { tags: ['own'] },
)
const length: number = await own.execute({ city: 'Oslo' })
void length
