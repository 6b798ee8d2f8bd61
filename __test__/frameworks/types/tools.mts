// Tools of agent frameworks in `register`, by the types of their packages. Compiled, never run.
import { FunctionTool as AdkTool } from '@google/adk'
import { tool as langchainTool } from '@langchain/core/tools'
import { tool as llamaindexTool } from '@llamaindex/core/tools'
import { createTool } from '@mastra/core/tools'
import { tool as openaiTool } from '@openai/agents'
import { tool as strandsTool } from '@strands-agents/sdk'
import { tool as aiTool } from 'ai'
import { genkit, z as genkitZod } from 'genkit'
import { z } from 'zod'
import { ToolRegistry, registerDynamicTool } from 'toolrack'

const registry = new ToolRegistry()
const words = { name: 'weather', description: 'Weather' }
const schema = z.object({ city: z.string() })
const run = async ({ city }: { city: string }) => city.length
const weather = aiTool({ description: 'Weather', inputSchema: schema, execute: run })
const mastra = createTool({ id: 'weather', description: 'Weather', inputSchema: schema, execute: run })
const genkitTool = genkit({}).defineTool(
  { ...words, inputSchema: genkitZod.object({ city: genkitZod.string() }), outputSchema: genkitZod.number() },
  run,
)

const length: number = await registry.register(weather, { name: 'weather' }).execute({ city: 'Oslo' })
// @ts-expect-error a wrong argument
await registry.register(weather, { name: 'weather' }).execute({ town: 'Oslo' })
await registry.register(mastra, { tags: ['a'] }).execute({ city: 'Oslo' })
const other: number = await registry.register(genkitTool, {}).execute({ city: 'Oslo' })
registry.register(langchainTool(run, { ...words, schema }), {})
registry.register(openaiTool({ ...words, parameters: schema, execute: run }), {})
registry.register(strandsTool({ ...words, inputSchema: schema, callback: run }), {})
registry.register(new AdkTool({ ...words, parameters: schema, execute: run }), {})
registry.register(llamaindexTool({ ...words, parameters: schema, execute: ({ city }) => city }), {})
registry.replace(langchainTool(run, { ...words, schema }), { category: 'external' })
registerDynamicTool(registry, mastra, { version: '1.0.0' })
void [length, other]
