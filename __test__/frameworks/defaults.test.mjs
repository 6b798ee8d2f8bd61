// Defaults of tools of real packages: the framework fills them in at each call, as it does for its own model.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FunctionTool } from '@google/adk'
import { tool as langchainTool } from '@langchain/core/tools'
import { tool as llamaindexTool } from '@llamaindex/core/tools'
import { createTool } from '@mastra/core/tools'
import { tool as openaiTool } from '@openai/agents'
import { tool as strandsTool } from '@strands-agents/sdk'
import { genkit, z as genkitZod } from 'genkit/beta'
import { z } from 'zod'
import { z as z3 } from 'zod/v3'
import { ToolRegistry } from '../../lib/index.js'

const base = { name: 't', description: 'd' }
const run = (params) => params

const TOOLS = {
  LangChain: (schema) => langchainTool(run, { ...base, schema }),
  Mastra: (inputSchema) => createTool({ id: 't', description: 'd', inputSchema, execute: run }),
  'OpenAI Agents': (parameters) => openaiTool({ ...base, parameters, execute: run }),
  Strands: (inputSchema) => strandsTool({ ...base, inputSchema, callback: run }),
  'Google ADK': (parameters) => new FunctionTool({ ...base, parameters, execute: run }),
  LlamaIndex: (parameters) => llamaindexTool({ ...base, parameters, execute: run }),
}

let made = 0
/** A key of a function, and a default that no argument could be; Zod 3 validates its defaults. */
const schemaOf = (zod) =>
  zod.object({
    key: zod.string().default(() => `made ${++made}`),
    odd: zod === z ? zod.string().min(3).default('') : zod.string().default(''),
  })
const open = (tool) => {
  const registry = new ToolRegistry()
  registry.register(tool)
  return registry
}

for (const [framework, make] of Object.entries(TOOLS))
  for (const [library, zod] of Object.entries({ 'Zod 4': z, 'Zod 3': z3 })) {
    // For a schema of Zod 3, the OpenAI Agents SDK lets its model give each argument.
    if (framework === 'OpenAI Agents' && zod === z3) continue
    test(`a tool of ${framework} gets the defaults of ${library}, those of functions for each call`, async () => {
      const registry = open(make(schemaOf(zod)))
      const [first, second] = [await registry.execute('t', {}), await registry.execute('t', {})]
      assert.match(first.key, /^made /)
      assert.notEqual(first.key, second.key)
      assert.equal(first.odd, '')
      assert.doesNotMatch(JSON.stringify(registry.get('t').inputSchema), /made/)
    })
  }

const written = { type: 'object', properties: { a: { type: 'string', default: 'k' } }, additionalProperties: false }

for (const framework of ['OpenAI Agents', 'Strands', 'LlamaIndex'])
  test(`a tool of ${framework} gets the defaults of a JSON Schema that somebody wrote`, async () => {
    const schema = framework === 'OpenAI Agents' ? { ...written, required: [] } : written
    const tool =
      framework === 'OpenAI Agents'
        ? openaiTool({ ...base, parameters: schema, strict: false, execute: run })
        : TOOLS[framework](schema)
    assert.deepEqual(await open(tool).execute('t', {}), { a: 'k' })
  })

test('a tool of Genkit, which fills in nothing, gets the constant defaults of its schema', async () => {
  const key = genkitZod.string().default(() => `made ${++made}`)
  const inputSchema = genkitZod.object({ a: genkitZod.string().default('k'), key })
  const tool = genkit({}).dynamicTool({ ...base, inputSchema, outputSchema: genkitZod.any() }, async (params) => params)
  assert.deepEqual(await open(tool).execute('t', {}), { a: 'k' })
})
