// One call of a trivial async tool: what a library adds to the closure.
import { latency, tail, throughput } from './lib/clock.mjs'
import { rotate } from './lib/rotation.mjs'
import { goal, leftOut, number, table, times, title } from './lib/table.mjs'
import { IDENTITY, load, PARAMS, tool } from './lib/toolrack.mjs'

const BARE = 'bare function'
const UNCHECKED = 'toolrack, validateParams: false'
const CHECKED = 'toolrack'
const LIMITED = 'toolrack, every limit on'
const LANGCHAIN = 'LangChain tool, JSON schema'
const AI_SDK = 'AI SDK path, ajv'
const MCP = 'MCP SDK, client and server in memory'
/** High enough that no call is refused: what is measured is the asking. */
const LIMITS = {
  enforceRateLimits: true,
  rateLimit: 1e9,
  callLimits: { concurrency: 10_000, sourceConcurrency: 10_000 },
}
const MS = 250

const closure = async ({ city }) => city
const SCHEMA = {
  type: 'object',
  properties: tool(0).parameters,
  required: ['city', 'days', 'units'],
  additionalProperties: false,
}

/** Identity goes with toolrack's calls, which part it from the arguments; peers are called without any. */
function toolrack(options) {
  const { ToolRegistry } = load()
  const registry = new ToolRegistry(options)
  registry.register(tool(0, closure))
  return () => registry.execute('weather_0', { ...PARAMS, ...IDENTITY })
}

async function langchain(schema) {
  const { tool: define } = await import('@langchain/core/tools')
  const defined = define(closure, { name: 'weather', description: 'The weather forecast of a city', schema })
  return () => defined.invoke(PARAMS)
}

/** What the AI SDK does with a tool call before and around the closure: the input is judged, and the tool executed. */
async function aiSdk() {
  const { executeTool, jsonSchema, safeValidateTypes, tool: define } = await import('@ai-sdk/provider-utils')
  const { default: Ajv } = await import('ajv')
  const judge = new Ajv().compile(SCHEMA)
  const validate = (value) =>
    judge(value) ? { success: true, value } : { success: false, error: new Error(JSON.stringify(judge.errors)) }
  const defined = define({
    description: 'The weather forecast of a city',
    inputSchema: jsonSchema(SCHEMA, { validate }),
    execute: closure,
  })
  return async () => {
    const { success, value, error } = await safeValidateTypes({ value: PARAMS, schema: defined.inputSchema })
    if (!success) throw error
    let output
    for await (const part of executeTool({
      execute: defined.execute,
      input: value,
      options: { toolCallId: 'a', messages: [] },
    }))
      output = part.output
    return output
  }
}

async function zodShape() {
  const { z } = await import('zod')
  return { city: z.string().min(1), days: z.number().int().min(1).max(14), units: z.enum(['metric', 'imperial']) }
}

async function mcp() {
  const { McpServer } = await import('@modelcontextprotocol/sdk/server/mcp.js')
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js')
  const { InMemoryTransport } = await import('@modelcontextprotocol/sdk/inMemory.js')
  const server = new McpServer({ name: 'bench', version: '1.0.0' })
  const answer = async ({ city }) => ({ content: [{ type: 'text', text: city }] })
  server.registerTool(
    'weather',
    { description: 'The weather forecast of a city', inputSchema: await zodShape() },
    answer,
  )
  const client = new Client({ name: 'bench', version: '1.0.0' })
  const [here, there] = InMemoryTransport.createLinkedPair()
  await Promise.all([server.connect(there), client.connect(here)])
  return () => client.callTool({ name: 'weather', arguments: PARAMS })
}

const callers = {
  [BARE]: async () => () => closure({ ...PARAMS, ...IDENTITY }),
  [UNCHECKED]: async () => toolrack({ validateParams: false }),
  [CHECKED]: async () => toolrack({}),
  [LIMITED]: async () => toolrack(LIMITS),
  [LANGCHAIN]: async () => langchain(SCHEMA),
  'LangChain tool, zod': async () => {
    const { z } = await import('zod')
    return langchain(z.object(await zodShape()))
  },
  [AI_SDK]: aiSdk,
  [MCP]: mcp,
}

export const sides = Object.fromEntries(
  Object.entries(callers).map(([name, prepare]) => [
    name,
    async () => {
      const call = await prepare()
      const answer = await call()
      const said = answer?.content?.[0]?.text ?? answer
      if (said !== PARAMS.city) throw new Error(`answered ${JSON.stringify(answer)}`)
      return async () => ({
        ...(await latency(call, MS)),
        p99: (await tail(call, MS)).p99,
        perSecond64: await throughput(call, 64, MS),
      })
    },
  ]),
)

export async function run() {
  title(
    'call: a trivial async tool of three arguments, µs a call; ' +
      'p50 from batches of 100, p99 from single calls (clock included)',
  )
  const outcomes = await rotate(import.meta.url, Object.keys(sides))
  const checked = outcomes.get(CHECKED)
  table(
    ['', 'p50 µs', 'p99 µs', '× toolrack', 'calls/s, 1 in flight', 'calls/s, 64 in flight'],
    [...outcomes.values()]
      .filter(({ failed }) => failed === undefined)
      .map((side) => [
        side.name,
        number(side.of('p50') / 1000),
        number(side.of('p99') / 1000),
        times(side.times(checked, 'p50')),
        number(side.of('perSecond')),
        number(side.of('perSecond64')),
      ]),
  )
  leftOut(outcomes.values())
  const [bare, validated] = [outcomes.get(UNCHECKED), checked].map((side) => side.of('p50') / 1000)
  goal('p50 at most 2 µs with validateParams: false', number(bare, 'µs'), bare <= 2)
  goal('p50 at most 5 µs with arguments validated', number(validated, 'µs'), validated <= 5)
  const limited = outcomes.get(LIMITED)
  goal('p50 at most 5 µs with every limit on', number(limited.of('p50') / 1000, 'µs'), limited.of('p50') <= 5_000)
  const [langchain, mcp] = [LANGCHAIN, MCP].map((name) => outcomes.get(name).times(limited, 'p50'))
  goal('with every limit on, faster than LangChain with a JSON schema', times(langchain), langchain > 1)
  goal('with every limit on, three times as fast as the MCP SDK in memory', times(mcp), mcp >= 3)
}
