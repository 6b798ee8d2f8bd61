// Tools of agent frameworks that the packages themselves make: what is kept of them, and how they are called.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FunctionTool as AdkTool, GOOGLE_SEARCH, LongRunningFunctionTool } from '@google/adk'
import { RunnableLambda } from '@langchain/core/runnables'
import { tool as langchainTool } from '@langchain/core/tools'
import { Command, interrupt } from '@langchain/langgraph'
import { FunctionTool as LlamaTool, tool as llamaTool } from '@llamaindex/core/tools'
import { createTool } from '@mastra/core/tools'
import { hostedMcpTool, tool as openaiTool } from '@openai/agents'
import { McpServer } from '@modelcontextprotocol/server'
import { FunctionTool, ImageBlock, TextBlock, tool as strandsTool } from '@strands-agents/sdk'
import { jsonSchema as jsonSchema6, tool as tool6 } from 'ai6'
import { genkit, z as genkitZod } from 'genkit/beta'
import { tool as headlessTool } from 'langchain'
import { z } from 'zod'
import { z as z3 } from 'zod/v3'
import { ToolModules, ToolRegistry } from '../../lib/index.js'
import { refusal } from '../support/tools.mjs'

const context = { userId: 7, metadata: { tenant: 'acme' } }
const city = z.object({ city: z.string().min(2) })
const city3 = z3.object({ city: z3.string().min(2) })
const genkitCity = genkitZod.object({ city: genkitZod.string().min(2) })
const jsonCity = { type: 'object', properties: { city: { type: 'string', minLength: 2 } }, required: ['city'] }
const text = { name: 'weather', description: 'Weather' }
const say = (place, userId, tenant) => `${place} ${userId} ${tenant}`
const ai = genkit({})
const openaiRun = ({ city: place }, { context: { userId, tenant } }) => say(place, userId, tenant)
const strandsRun = ({ city: place }, { invocationState: { userId, tenant } }) => say(place, userId, tenant)
const adkRun = ({ city: place }, { userId, state }) => say(place, userId, state.get('tenant'))
const mastraRun = async ({ city: place }, { requestContext }) =>
  say(place, requestContext.get('userId'), requestContext.get('tenant'))
const genkitRun = async ({ city: place }, { context: { userId, tenant } }) => say(place, userId, tenant)
const llamaRun = ({ city: place }) => say(place, 7, 'acme')
const closed = { ...jsonCity, additionalProperties: false }

/** A tool, as its package makes it: each answers `Oslo 7 acme`. */
const TOOLS = [
  ['OpenAI Agents, with Zod', openaiTool({ ...text, parameters: city, execute: openaiRun })],
  ['OpenAI Agents, with JSON Schema', openaiTool({ ...text, parameters: closed, execute: openaiRun })],
  [
    'OpenAI Agents, not strict',
    openaiTool({ ...text, parameters: { ...jsonCity, additionalProperties: true }, strict: false, execute: openaiRun }),
  ],
  ['Mastra, with Zod', createTool({ id: 'weather', description: 'Weather', inputSchema: city, execute: mastraRun })],
  ['Mastra, with Zod 3', createTool({ id: 'weather', description: 'Weather', inputSchema: city3, execute: mastraRun })],
  [
    'Mastra, with JSON Schema',
    createTool({ id: 'weather', description: 'Weather', inputSchema: jsonCity, execute: mastraRun }),
  ],
  [
    'Mastra, with a schema of its context',
    createTool({
      id: 'weather',
      description: 'Weather',
      inputSchema: city,
      requestContextSchema: z.object({ tenant: z.string() }),
      execute: mastraRun,
    }),
  ],
  ['Strands, with Zod', strandsTool({ ...text, inputSchema: city, callback: strandsRun })],
  ['Strands, with JSON Schema', strandsTool({ ...text, inputSchema: jsonCity, callback: strandsRun })],
  ['Strands, by class', new FunctionTool({ ...text, inputSchema: jsonCity, callback: strandsRun })],
  ['Google ADK, with Zod', new AdkTool({ ...text, parameters: city, execute: adkRun })],
  ['Google ADK, with Zod 3', new AdkTool({ ...text, parameters: city3, execute: adkRun })],
  [
    'Google ADK, with a schema of GenAI',
    new AdkTool({
      ...text,
      parameters: { type: 'OBJECT', properties: { city: { type: 'STRING', minLength: '2' } }, required: ['city'] },
      execute: adkRun,
    }),
  ],
  ['Google ADK, long running', new LongRunningFunctionTool({ ...text, parameters: city, execute: adkRun })],
  ['Genkit, with Zod', ai.defineTool({ ...text, inputSchema: genkitCity }, genkitRun)],
  ['Genkit, dynamic', ai.dynamicTool({ ...text, inputJsonSchema: jsonCity }, genkitRun)],
  ['LlamaIndex, with Zod', llamaTool({ ...text, parameters: city, execute: llamaRun })],
  ['LlamaIndex, with JSON Schema', llamaTool({ ...text, parameters: jsonCity, execute: llamaRun })],
  ['LlamaIndex, by class', LlamaTool.from(llamaRun, { ...text, parameters: city })],
  [
    'LangChain, by asTool',
    RunnableLambda.from(({ city: place }) => say(place, 7, 'acme')).asTool({ ...text, schema: city }),
  ],
  [
    'AI SDK 6',
    tool6({
      description: 'Weather',
      inputSchema: city,
      execute: ({ city: place }, { experimental_context: { userId, tenant } }) => say(place, userId, tenant),
    }),
  ],
  [
    'AI SDK 6, with JSON Schema',
    tool6({
      description: 'Weather',
      inputSchema: jsonSchema6(jsonCity),
      execute: ({ city: place }, { experimental_context: { userId, tenant } }) => say(place, userId, tenant),
    }),
  ],
]

for (const [what, given] of TOOLS) {
  test(`a tool of ${what} is called`, async () => {
    for (const add of [
      (registry) => registry.register(given, { name: 'weather' }),
      (registry) => new ToolModules(registry).add({ weather: given }),
    ]) {
      const registry = new ToolRegistry()
      await add(registry)
      const { description, inputSchema } = registry.get('weather')
      assert.deepEqual([description, inputSchema.required], ['Weather', ['city']])
      assert.deepEqual(inputSchema.properties.city, { type: 'string', minLength: 2 })
      assert.equal(await registry.execute('weather', { city: 'Oslo' }, { context }), 'Oslo 7 acme')
      assert.equal((await refusal(() => registry.execute('weather', { city: 'x' }))).code, 'INVALID_PARAMS')
    }
  })
}

function open(given) {
  const registry = new ToolRegistry()
  registry.register(given, { name: 'weather' })
  return registry
}
const none = z.object({})
const boom = () => {
  throw new RangeError('no such city')
}
const image = { mediaType: 'image/png', data: new Uint8Array([1, 2]) }
const blocks = () => [new TextBlock('a'), new ImageBlock({ format: 'png', source: { bytes: image.data } })]
const openai = (execute, over) => openaiTool({ ...text, parameters: none, execute, ...over })
const mastra = (execute, over) => createTool({ id: 'weather', description: 'W', inputSchema: none, execute, ...over })
const strands = (callback) => strandsTool({ ...text, inputSchema: none, callback })
const langchain = (run) => langchainTool(run, { ...text, schema: none })
const adk = (execute, over) => new AdkTool({ ...text, parameters: none, execute, ...over })
const dynamic = (run, over) => ai.dynamicTool({ ...text, inputSchema: genkitZod.object({}), ...over }, run)

/** A tool, and its answer: tools of OpenAI Agents and of Mastra answer with errors as with results. */
const ANSWERS = [
  ['an error of OpenAI Agents', openai(boom), 'An error occurred while running the tool. Please try again.'],
  [
    'an error function of OpenAI Agents',
    openai(boom, { errorFunction: (_, { message }) => `failed: ${message}` }),
    'failed: no such city',
  ],
  ['a tool of OpenAI Agents within its timeout', openai(() => 'in time', { timeoutMs: 60_000 }), 'in time'],
  [
    'a tool of OpenAI Agents over its timeout',
    openai((_, __, { signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)), {
      timeoutMs: 1,
    }),
    "Tool 'weather' timed out after 1ms.",
  ],
  ['blocks of Strands', strands(blocks), ['a', image]],
  [
    'the end of a generator of Strands',
    strands(async function* () {
      yield 1
      return 'end'
    }),
    'end',
  ],
  [
    'a multipart tool of Genkit',
    ai.defineTool({ ...text, name: 'parts', inputSchema: genkitZod.object({}), multipart: true }, async () => ({
      output: 1,
      content: [{ text: 'a' }],
    })),
    [1, 'a'],
  ],
]

for (const [what, given, answer] of ANSWERS) {
  test(`${what} is the answer of the call`, async () => {
    const value = await open(given).execute('weather')
    assert.deepEqual(value, answer)
  })
}

test('a result that Mastra refuses is answered with its description of the error', async () => {
  const answer = await open(mastra(async () => 5, { outputSchema: z.object({ a: z.string() }) })).execute('weather')
  assert.deepEqual([answer.error, /output validation failed/.test(answer.message)], [true, true])
})

/** A tool that fails, and what the error says. */
const FAILURES = [
  ['OpenAI Agents without an error function', openai(boom, { errorFunction: null }), 'no such city'],
  ['OpenAI Agents that is disabled', openai(() => 'ran', { isEnabled: false }), 'is disabled by isEnabled'],
  ['Mastra', mastra(async () => boom()), 'no such city'],
  ['Strands', strands(boom), 'no such city'],
  ['Google ADK', adk(boom), "Error in tool 'weather': no such city"],
  ['Genkit', dynamic(async () => boom()), 'no such city'],
  ['Mastra that suspends', mastra(async (_, { agent }) => agent?.suspend?.({})), 'needs the agent loop of Mastra'],
  [
    'Mastra that suspends and does not wait',
    mastra(async (_, { agent }) => void agent?.suspend?.({})),
    'needs the agent loop of Mastra',
  ],
  [
    'Strands that interrupts',
    strands((_, { interrupt }) => interrupt({ name: 'a' })),
    'needs the agent loop of Strands',
  ],
  [
    'Strands that uses its agent',
    strands((_, toolContext) => toolContext.agent.appState),
    'needs the agent loop of Strands',
  ],
  [
    'Google ADK that asks for a confirmation',
    adk((_, toolContext) => toolContext.requestConfirmation({})),
    'needs the agent loop of Google ADK',
  ],
  ...['stateDelta', 'artifactDelta', 'requestedAuthConfigs', 'requestedToolConfirmations'].map((member) => [
    `Google ADK that writes ${member}`,
    adk((_, { actions }) => void (actions[member].a = 1)),
    'needs the agent loop of Google ADK',
  ]),
  ['LangChain', langchain(boom), 'no such city'],
  ['LangChain that interrupts its graph', langchain(() => interrupt('ok?')), 'needs the agent loop of LangGraph'],
  ['LangChain that returns a Command', langchain(() => new Command({})), 'needs the agent loop of LangGraph'],
  ['Genkit that interrupts', dynamic(async (_, { interrupt }) => interrupt()), 'needs the agent loop of Genkit'],
  [
    'Genkit that is an interrupt',
    ai.defineInterrupt({ ...text, name: 'ask', inputSchema: genkitZod.object({}) }),
    'needs the agent loop of Genkit',
  ],
]

for (const [what, given, says] of FAILURES) {
  test(`a tool of ${what} fails`, async () => {
    const { code, message } = await refusal(() => open(given).execute('weather'))
    assert.equal(code, 'TOOL_FAILED')
    assert.ok(message.includes(says), message)
  })
}

/** A tool that streams, its pieces, and its result where they are collected. */
const STREAMS = [
  [
    'Strands',
    strands(async function* () {
      yield 1
      yield 2
      return 'end'
    }),
    [1, 2],
    'end',
  ],
  [
    'Mastra',
    mastra(async (_, { writer }) => {
      await writer.write(1)
      await writer.custom({ type: 'data-a', data: 2 })
      return 'end'
    }),
    [1, { type: 'data-a', data: 2 }],
    'end',
  ],
  [
    'Genkit',
    dynamic(async (_, { sendChunk }) => {
      sendChunk(1)
      sendChunk(2)
      return 'end'
    }),
    [1, 2],
    'end',
  ],
]

for (const [framework, given, pieces, result] of STREAMS) {
  test(`a tool of ${framework} is streamed, and collected as its framework does`, async () => {
    const registry = open(given)
    const read = []
    for await (const piece of registry.stream('weather')) read.push(piece)
    assert.deepEqual([read, await registry.execute('weather')], [pieces, result])
  })
}

test('a tool of version 2 of the MCP SDK is called with the signal of its call, and its result unwrapped', async () => {
  const server = new McpServer({ name: 'crm', version: '1.0.0' })
  const handler = async ({ city: place }, { mcpReq, context: { userId } }) => {
    await mcpReq.notify({ method: 'notifications/progress' })
    return { content: [{ type: 'text', text: `${place} ${userId} ${mcpReq.signal.aborted}` }] }
  }
  const given = server.registerTool('weather', { description: 'Weather', inputSchema: city }, handler)
  assert.equal(await open(given).execute('weather', { city: 'Oslo' }, { context }), 'Oslo 7 false')
})

test('a request of an MCP tool that it does not await ends no process', async () => {
  const handler = (_, { sendRequest, mcpReq }) => {
    sendRequest({ method: 'sampling/createMessage' })
    mcpReq.send({ method: 'sampling/createMessage' })
    return { content: [{ type: 'text', text: 'ran' }] }
  }
  const registry = open({ name: 'weather', description: 'W', inputSchema: jsonCity, handler })
  assert.equal(await registry.execute('weather', { city: 'Oslo' }), 'ran')
  await new Promise((resolve) => setImmediate(resolve))
})

/** A tool whose calls need the approval of a person, and one whose calls need none. */
const APPROVALS = [
  ['OpenAI Agents', openai(() => 'ran', { needsApproval: true }), openai(() => 'ran')],
  ['Mastra', mastra(async () => 'ran', { requireApproval: true }), mastra(async () => 'ran')],
  ['Google ADK', adk(() => 'ran', { requireConfirmation: true }), adk(() => 'ran')],
  [
    'AI SDK 6',
    tool6({ description: 'W', inputSchema: none, needsApproval: true, execute: () => 'ran' }),
    tool6({ description: 'W', inputSchema: none, execute: () => 'ran' }),
  ],
]

for (const [framework, asking, free] of APPROVALS) {
  test(`a tool of ${framework} is called once a person has approved it`, async () => {
    const registry = open(asking)
    assert.equal((await refusal(() => registry.execute('weather'))).code, 'APPROVAL_REQUIRED')
    assert.equal(await registry.execute('weather', {}, { approved: true }), 'ran')
    assert.deepEqual(
      [registry.get('weather').requiresApproval, open(free).get('weather').requiresApproval],
      [true, false],
    )
  })
}

const spelled = z.object({ city: z.string().trim().toLowerCase() })
const isRome = ({ city: place }) => place === 'rome'
const ran = ({ city: place }) => `ran ${place}`

/** A tool whose schema is out of sight, and options beside it: calls for Rome need approval, however it is written. */
const SPELLINGS = [
  ['its own function', openai(ran, { parameters: spelled, needsApproval: async (_, params) => isRome(params) }), {}],
  ['the option', openai(ran, { parameters: spelled }), { requiresApproval: isRome }],
  [
    'its own function, with a timeout',
    openai(ran, { parameters: spelled, timeoutMs: 60_000, needsApproval: async (_, params) => isRome(params) }),
    {},
  ],
  [
    'its own function, without an error function',
    openai(ran, { parameters: spelled, errorFunction: null, needsApproval: async (_, params) => isRome(params) }),
    {},
  ],
]

for (const [what, given, options] of SPELLINGS) {
  test(`a tool of OpenAI Agents decides on the arguments that it parses, by ${what}`, async () => {
    const registry = new ToolRegistry()
    registry.register(given, options)
    const call = (place, over) => registry.execute('weather', { city: place }, over)
    assert.equal((await refusal(() => call('rome'))).code, 'APPROVAL_REQUIRED')
    assert.equal((await refusal(() => call(' ROME '))).cause.code, 'APPROVAL_REQUIRED')
    assert.deepEqual(
      [await call('oslo'), await call(' OSLO '), await call(' ROME ', { approved: true })],
      ['ran oslo', 'ran oslo', 'ran rome'],
    )
  })
}

/** A tool that something else than the program runs. */
const HOSTED = [
  ['a hosted tool of OpenAI', hostedMcpTool({ serverLabel: 'x', serverUrl: 'https://x.example' }), 'hosted tool'],
  ['a tool that Gemini runs', GOOGLE_SEARCH, 'declares no function'],
  ['a headless tool of LangChain', headlessTool({ ...text, schema: none }), 'is a headless tool'],
  [
    'a tool of Mastra without execute',
    createTool({ id: 'a', description: 'A', inputSchema: none }),
    'without an execute',
  ],
]

for (const [what, given, says] of HOSTED) {
  test(`${what} is refused`, async () => {
    const { code, message } = await refusal(() => open(given))
    assert.deepEqual([code, message.includes(says)], ['INVALID_DEFINITION', true], message)
  })
}

for (const [how, inputSchema] of [
  ['Zod', city],
  ['JSON Schema', jsonCity],
])
  test(`a generator of Strands with ${how} ends with the deadline of its call`, async () => {
    let isRunning = false
    const { promise: ended, resolve } = Promise.withResolvers()
    const callback = async function* () {
      try {
        for (isRunning = true; isRunning; yield 1) await new Promise(setImmediate)
      } finally {
        resolve('ended')
      }
    }
    const registry = new ToolRegistry()
    registry.register(strandsTool({ ...text, inputSchema, callback }))
    await assert.rejects(registry.execute('weather', { city: 'Oslo' }, { timeoutMs: 20 }), { code: 'TIMEOUT' })
    assert.equal(await ended, 'ended')
  })

const innerTool = langchainTool(
  async function* () {
    yield 'inner'
    return 'of inner'
  },
  { ...text, name: 'inner', schema: z.object({}) },
)
const callInner = async (_params, config) => `end ${await innerTool.invoke({}, config)}`
/** Tools of LangChain that call another one with their config, and their own pieces. */
const CALLING = {
  'that yields pieces': [
    langchainTool(
      async function* (params, config) {
        yield 'own'
        yield await callInner(params, config)
        return 'result'
      },
      { ...text, schema: z.object({}) },
    ),
    ['own', 'end of inner'],
  ],
  'that returns a result': [langchainTool(callInner, { ...text, schema: z.object({}) }), ['end of inner']],
  'by asTool': [RunnableLambda.from(callInner).asTool({ ...text, schema: z.object({}) }), ['end of inner']],
}
for (const [what, [tool, expected]] of Object.entries(CALLING))
  test(`a tool of LangChain ${what} is streamed without the pieces of a tool that it calls`, async () => {
    const registry = new ToolRegistry()
    registry.register(tool)
    assert.deepEqual(await Array.fromAsync(registry.stream('weather', {})), expected)
  })

test('a tool of Mastra reads its request context as in Mastra, raw and for a trace', async () => {
  const registry = new ToolRegistry()
  const execute = async (_params, { requestContext }) => {
    requestContext.set('mastra__authToken', 'secret')
    requestContext.set('map', new Map())
    return [requestContext.hasRaw('tenant'), requestContext.hasRaw('other'), requestContext.serializeForSpan()]
  }
  registry.register(createTool({ id: 'read', description: 'x', inputSchema: z.object({}), execute }))
  const told = await registry.execute('read', {}, { context })
  assert.deepEqual(told.slice(0, 2), [true, false])
  const { userId, tenant, map, mastra__authToken: token } = told[2]
  assert.deepEqual([userId, tenant, map, token], [7, 'acme', '[object]', '[REDACTED]'])
})
