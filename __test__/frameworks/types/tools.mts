// Tools of agent frameworks in `register`, by the types of their packages. Compiled, never run.
import { FunctionTool as AdkTool } from '@google/adk'
import { tool as langchainTool } from '@langchain/core/tools'
import { tool as llamaindexTool } from '@llamaindex/core/tools'
import { createTool } from '@mastra/core/tools'
import { McpServer } from '@modelcontextprotocol/server'
import { tool as openaiTool } from '@openai/agents'
import { tool as strandsTool } from '@strands-agents/sdk'
import { tool as aiTool } from 'ai'
import { genkit, z as genkitZod } from 'genkit'
import { McpServer as McpServer1 } from 'mcp-sdk1/server/mcp.js'
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
await registry.register(mastra, { tags: ['a'] }).execute({ city: 'Oslo' })
const other: number = await registry.register(genkitTool, {}).execute({ city: 'Oslo' })
const counted = { inputSchema: z.object({ n: z.string().transform(Number), m: z.number().default(1) }) }
const add = async ({ n, m }: { n: number; m: number }) => n + m
// A tool takes what its schema takes, not what it makes of that.
await registry.register(aiTool({ ...words, ...counted, execute: add }), { name: 'add' }).execute({ n: '5' })
await registry
  .register(createTool({ id: 'add', description: 'Adds', ...counted, execute: add }), {})
  .execute({ n: '5' })
const answer = async () => ({ content: [] })
const mcp1 = new McpServer1({ name: 'a', version: '1.0.0' })
registry.register(mcp1.registerTool('a', { inputSchema: { city: z.string() } }, answer), { name: 'a' })
registry.register(new McpServer({ name: 'a', version: '1.0.0' }).registerTool('a', {}, answer), { name: 'a' })
registry.register({ ...words, inputSchema: { type: 'object' }, handler: answer }, {})
registry.register(langchainTool(run, { ...words, schema }), {})
registry.register(openaiTool({ ...words, parameters: schema, execute: run }), {})
registry.register(strandsTool({ ...words, inputSchema: schema, callback: run }), {})
registry.register(new AdkTool({ ...words, parameters: schema, execute: run }), {})
registry.register(llamaindexTool({ ...words, parameters: schema, execute: ({ city }) => city }), {})
registry.replace(langchainTool(run, { ...words, schema }), { category: 'external' })
registerDynamicTool(registry, mastra, { version: '1.0.0' })
void [length, other]
