// Whole turns through the SDKs of the providers: what goes over the wire is what was given, and what comes back is
// understood.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { generateText, jsonSchema, stepCountIs, tool as aiTool } from 'ai'
import { MockLanguageModelV3 } from 'ai/test'
import { SDKS, text } from './support/sdks.mjs'
import { serve } from './support/server.mjs'
import { refusal, registryOf } from './support/tools.mjs'

/**
 * A tool of which some providers are told otherwise, its name and its arguments at every depth; one with an optional
 * argument; one with values that a serializer may mangle.
 */
const CUSTOMER = {
  'user-id': { type: 'string' },
  'trace id': { type: 'string' },
  where: { type: 'object', properties: { 'a b': { type: 'string' } } },
}
const CITY = { city: { type: 'string', enum: ['Oslo'] }, days: { type: 'integer', required: false } }
const VALUES = { value: { enum: ['2020-01-01T00:00:00Z', null], default: null }, list: { type: 'array', items: true } }
const TOOLS = [
  { name: 'crm/look.up', inputSchema: undefined, parameters: CUSTOMER },
  {
    name: 'weather',
    inputSchema: undefined,
    parameters: CITY,
    execute: (params) => `Sunny for ${JSON.stringify(params)}`,
  },
  { name: 'store', inputSchema: { type: 'object', properties: VALUES } },
]
const FOUND = { 'user-id': 'C1', 'trace id': 't', where: { 'a b': 'Norge' } }

/**
 * What a model asks for that was shown these tools: what answers with an object, what answers with a text, and what
 * fails.
 */
function callsOf([lookup, weather]) {
  const [id, trace, where] = Object.keys(lookup.schema.properties)
  const [country] = Object.keys(lookup.schema.properties[where].properties)
  // A strict model of OpenAI says null for an argument that it leaves out.
  const none = weather.schema.required.includes('days') ? { days: null } : {}
  return [
    { id: 'call_1', name: lookup.name, args: { [id]: 'C1', [trace]: 't', [where]: { [country]: 'Norge' } } },
    { id: 'call_2', name: weather.name, args: { city: 'Oslo', ...none } },
    { id: 'call_3', name: weather.name, args: { city: 'Bergen', ...none } },
  ]
}

/** What comes of them: a value, or a fault in words for the model. */
async function outcomesOf(registry) {
  const {
    code,
    message,
    details: { problems },
  } = await refusal(() => registry.execute('weather', { city: 'Bergen' }))
  return [
    { value: FOUND },
    { value: 'Sunny for {"city":"Oslo"}' },
    {
      value: {
        error: { code, message, problems, next: 'Correct the arguments as the problems say, then call again.' },
      },
      failed: true,
    },
  ]
}

for (const [
  target,
  {
    create,
    options,
    shown,
    spelt = (tools) => tools,
    sent = ({ tools }) => tools,
    reply,
    open,
    hello,
    hand,
    told,
    wire,
  },
] of Object.entries(SDKS)) {
  for (const strict of [false, true]) {
    for (const count of [1, 3]) {
      const calls = `${count === 1 ? 'a call' : 'parallel calls'}${strict ? ' of strict tools' : ''}`
      test(`${calls} and the results go through the SDK for ${target}`, async (t) => {
        const registry = registryOf(...TOOLS)
        const outcomes = await outcomesOf(registry)
        const turn = registry.snapshot()
        const tools = turn.definitions(target, undefined, { strict, ...options })
        const asked = callsOf(shown(tools)).slice(0, count)
        const { url, requests } = await serve(t, () => reply(asked), create)
        const ask = open(url, tools)

        const first = await ask([hello])
        const answers = await turn.respond(target, first.calls, { strict })
        await ask([hello, ...hand(first.turn, answers)])

        const bodies = requests.map(({ body }) => JSON.parse(body))
        assert.deepEqual(bodies.map(sent), [spelt(tools), spelt(tools)])
        assert.deepEqual(
          told(bodies[1], count),
          asked.map((call, index) => wire(call, outcomes[index])),
        )
      })
    }
  }
}

test('an MCP SDK client lists the tools of a server unchanged, and its calls are answered', async (t) => {
  const registry = registryOf(...TOOLS)
  const outcomes = await outcomesOf(registry)
  const server = new Server({ name: 'server', version: '1.0.0' }, { capabilities: { tools: {} } })
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: registry.definitions('mcp') }))
  server.setRequestHandler(CallToolRequestSchema, (request) => registry.respond('mcp', request))
  const client = new Client({ name: 'client', version: '1.0.0' })
  t.after(() => client.close())
  const [here, there] = InMemoryTransport.createLinkedPair()
  await Promise.all([server.connect(there), client.connect(here)])

  const { tools } = await client.listTools()
  assert.deepEqual(tools, registry.definitions('mcp'))
  const asked = callsOf(tools.map(({ name, inputSchema: schema }) => ({ name, schema })))
  const results = await Promise.all(asked.map(({ name, args }) => client.callTool({ name, arguments: args })))
  assert.deepEqual(
    results,
    outcomes.map(({ value, failed }) => ({
      content: [{ type: 'text', text: text(value) }],
      ...(failed ? { isError: true } : typeof value === 'object' && { structuredContent: value }),
    })),
  )
})

/** A model of the AI SDK that makes these calls, and then is done. */
function modelOf(calls) {
  const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } }
  const said = (content, reason) => ({ content, finishReason: { unified: reason, raw: reason }, usage, warnings: [] })
  const content = calls.map(({ id, name, args }) => ({
    type: 'tool-call',
    toolCallId: id,
    toolName: name,
    input: JSON.stringify(args),
  }))
  return new MockLanguageModelV3({
    doGenerate: [said(content, 'tool-calls'), said([{ type: 'text', text: 'Done' }], 'stop')],
  })
}

/**
 * What that model was shown, and the results in the last message that it was sent; keys without a value are left out.
 */
function heardBy({ doGenerateCalls }) {
  const [{ tools }, { prompt }] = JSON.parse(
    JSON.stringify(doGenerateCalls.map(({ tools, prompt }) => ({ tools, prompt }))),
  )
  return { tools, results: prompt.at(-1).content }
}

/** A turn of the AI SDK: the tools, a model that calls them, and what it should hear. */
async function aiTurn(strict) {
  const registry = registryOf(...TOOLS)
  const turn = registry.snapshot()
  const definitions = turn.definitions('ai-sdk', undefined, { strict })
  const calls = callsOf(definitions.map(({ name, inputSchema: schema }) => ({ name, schema })))
  const results = (await outcomesOf(registry)).map(({ value, failed }, index) => {
    const { id, name } = calls[index]
    return {
      type: 'tool-result',
      toolCallId: id,
      toolName: name,
      output: { type: `${failed ? 'error-' : ''}${typeof value === 'string' ? 'text' : 'json'}`, value },
    }
  })
  return { turn, definitions, model: modelOf(calls), heard: { tools: definitions, results } }
}
const messages = [{ role: 'user', content: 'Hello' }]

for (const strict of [false, true]) {
  const calls = `calls${strict ? ' of strict tools' : ''}`

  test(`${calls} that generateText of the AI SDK hands over are answered in the next message`, async () => {
    const { turn, definitions, model, heard } = await aiTurn(strict)
    const tools = Object.fromEntries(
      definitions.map(({ name, inputSchema, ...rest }) => [
        name,
        aiTool({ ...rest, inputSchema: jsonSchema(inputSchema) }),
      ]),
    )
    const { toolCalls, response } = await generateText({ model, tools, messages })
    const answers = await turn.respond('ai-sdk', toolCalls, { strict })
    await generateText({
      model,
      tools,
      messages: [...messages, ...response.messages, { role: 'tool', content: answers }],
    })
    assert.deepEqual(heardBy(model), heard)
  })

  test(`${calls} that generateText of the AI SDK carries out are answered in the same run`, async () => {
    const { turn, definitions, model, heard } = await aiTurn(strict)
    const tools = Object.fromEntries(
      definitions.map(({ name, inputSchema, ...rest }) => [
        name,
        aiTool({
          ...rest,
          inputSchema: jsonSchema(inputSchema),
          execute: async (input, { toolCallId }) =>
            (await turn.respond('ai-sdk', { toolCallId, toolName: name, input }, { strict })).output,
          toModelOutput: ({ output }) => output,
        }),
      ]),
    )
    const { text: said } = await generateText({ model, tools, messages, stopWhen: stepCountIs(2) })
    assert.equal(said, 'Done')
    assert.deepEqual(heardBy(model), heard)
  })
}

test('a call that the AI SDK has refused itself can be left to it, and is answered once', async () => {
  const registry = registryOf(...TOOLS)
  const model = modelOf([
    { id: 'call_1', name: 'wether', args: {} },
    { id: 'call_2', name: 'weather', args: { city: 'Oslo' } },
  ])
  const tools = Object.fromEntries(
    registry
      .definitions('ai-sdk')
      .map(({ name, inputSchema, ...rest }) => [name, aiTool({ ...rest, inputSchema: jsonSchema(inputSchema) })]),
  )
  const { toolCalls, response } = await generateText({ model, tools, messages })
  const answers = await registry.respond(
    'ai-sdk',
    toolCalls.filter(({ invalid }) => !invalid),
  )
  await generateText({
    model,
    tools,
    messages: [...messages, ...response.messages, { role: 'tool', content: answers }],
  })
  assert.deepEqual(
    heardBy(model).results.map(({ toolCallId, output: { type } }) => [toolCallId, type]),
    [
      ['call_1', 'error-text'],
      ['call_2', 'text'],
    ],
  )
})

for (const target of ['openai', 'openai-chat', 'mistral', 'ai-sdk']) {
  test(`nulls for absent arguments are removed for a strict tool that ${target} has renamed`, async () => {
    const registry = registryOf({
      name: 'a/b',
      inputSchema: undefined,
      parameters: { n: { type: 'integer', required: false } },
    })
    const [definition] = registry.definitions(target, undefined, { strict: true })
    const { name, strict } = definition.function ?? definition
    assert.equal(strict, true)
    const args = '{"n":null}'
    const call = {
      id: '1',
      call_id: '1',
      toolCallId: '1',
      toolName: name,
      name,
      arguments: args,
      input: args,
      function: { name, arguments: args },
    }
    const answer = await registry.respond(target, call, { strict: true })
    assert.deepEqual(answer.output?.value ?? JSON.parse(answer.output ?? answer.content), {})
  })
}

test('a client of the MCP SDK lists a tool with an argument that takes anything', async (t) => {
  const registry = registryOf({ inputSchema: { type: 'object', properties: { anything: true, nothing: false } } })
  const server = new Server({ name: 'server', version: '1.0.0' }, { capabilities: { tools: {} } })
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: registry.definitions('mcp') }))
  const client = new Client({ name: 'client', version: '1.0.0' })
  t.after(() => client.close())
  const [here, there] = InMemoryTransport.createLinkedPair()
  await Promise.all([server.connect(there), client.connect(here)])
  assert.equal((await client.listTools()).tools.length, 1)
})
