// Whole turns through the SDKs of the providers: what goes over the wire is what was given, and what comes back is
// understood.
import assert from 'node:assert/strict'
import { createServer as createHttp2Server } from 'node:http2'
import { test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime'
import { FunctionCallingConfigMode, GoogleGenAI } from '@google/genai'
import { Mistral } from '@mistralai/mistralai'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { generateText, jsonSchema, stepCountIs, tool as aiTool } from 'ai'
import { MockLanguageModelV3 } from 'ai/test'
import { CohereClientV2 } from 'cohere-ai'
import OpenAI from 'openai'
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

const text = (value) => (typeof value === 'string' ? value : JSON.stringify(value))

/**
 * For each provider: how its tools show their names and schemas, what it sends for calls, and how its SDK is asked
 * (`open` gives a function that takes the turns so far and tells the calls and the model's turn). Then how answers are
 * handed back, where tools and answers stand on the wire (`sent`, `told`), and what an answer is there (`wire`).
 */
const SDKS = {
  openai: {
    options: { deferLoading: { name: 'store' } },
    shown: (tools) => tools.map(({ name, parameters: schema }) => ({ name, schema })),
    reply: (calls) => ({
      id: 'resp_1',
      object: 'response',
      created_at: 1,
      status: 'completed',
      model: 'm',
      output: calls.map(({ id, name, args }) => ({
        type: 'function_call',
        id: `fc_${id}`,
        call_id: id,
        name,
        arguments: JSON.stringify(args),
        status: 'completed',
      })),
    }),
    open(url, tools) {
      const client = new OpenAI({ apiKey: 'key', baseURL: url })
      return async (turns) => {
        const { output } = await client.responses.create({ model: 'm', input: turns, tools })
        return { calls: output.filter(({ type }) => type === 'function_call'), turn: output }
      }
    },
    hello: { role: 'user', content: 'Hello' },
    hand: (turn, answers) => [...turn, ...answers],
    told: ({ input }, count) => input.slice(-count),
    wire: ({ id }, { value }) => ({ type: 'function_call_output', call_id: id, output: text(value) }),
  },
  'openai-chat': {
    shown: (tools) => tools.map(({ function: { name, parameters: schema } }) => ({ name, schema })),
    reply(calls) {
      const tool_calls = calls.map(({ id, name, args }) => ({
        id,
        type: 'function',
        function: { name, arguments: JSON.stringify(args) },
      }))
      return {
        id: 'chat_1',
        object: 'chat.completion',
        created: 1,
        model: 'm',
        choices: [{ index: 0, finish_reason: 'tool_calls', message: { role: 'assistant', content: null, tool_calls } }],
      }
    },
    open(url, tools) {
      const client = new OpenAI({ apiKey: 'key', baseURL: url })
      return async (turns) => {
        const {
          choices: [{ message }],
        } = await client.chat.completions.create({ model: 'm', messages: turns, tools })
        return { calls: message.tool_calls, turn: message }
      }
    },
    hello: { role: 'user', content: 'Hello' },
    hand: (turn, answers) => [turn, ...answers],
    told: ({ messages }, count) => messages.slice(-count),
    wire: ({ id }, { value }) => ({ role: 'tool', tool_call_id: id, content: text(value) }),
  },
  anthropic: {
    options: { deferLoading: { name: 'store' }, cache: true },
    shown: (tools) => tools.map(({ name, input_schema: schema }) => ({ name, schema })),
    reply: (calls) => ({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
      content: calls.map(({ id, name, args }) => ({
        type: 'tool_use',
        id,
        name,
        input: args,
        caller: { type: 'direct' },
      })),
    }),
    open(url, tools) {
      const client = new Anthropic({ apiKey: 'key', baseURL: url })
      return async (turns) => {
        const { content } = await client.messages.create({ model: 'm', max_tokens: 9, messages: turns, tools })
        return { calls: content.filter(({ type }) => type === 'tool_use'), turn: { role: 'assistant', content } }
      }
    },
    hello: { role: 'user', content: 'Hello' },
    hand: (turn, answers) => [turn, { role: 'user', content: answers }],
    told: ({ messages }) => messages.at(-1).content,
    wire: ({ id }, { value, failed }) => ({
      type: 'tool_result',
      tool_use_id: id,
      content: text(value),
      ...(failed && { is_error: true }),
    }),
  },
  gemini: {
    shown: ([{ functionDeclarations }]) =>
      functionDeclarations.map(({ name, parametersJsonSchema: schema }) => ({ name, schema })),
    reply: (calls) => ({
      candidates: [
        {
          index: 0,
          finishReason: 'STOP',
          content: { role: 'model', parts: calls.map((functionCall) => ({ functionCall, thoughtSignature: 'AAAA' })) },
        },
      ],
    }),
    open(url, tools) {
      const client = new GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl: url } })
      const config = { tools, toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.VALIDATED } } }
      return async (turns) => {
        const {
          functionCalls,
          candidates: [{ content }],
        } = await client.models.generateContent({ model: 'm', contents: turns, config })
        return { calls: functionCalls, turn: content }
      }
    },
    hello: { role: 'user', parts: [{ text: 'Hello' }] },
    hand: (turn, answers) => [turn, { role: 'user', parts: answers }],
    told: ({ contents }) => contents.at(-1).parts,
    wire: ({ id, name }, { value, failed }) => ({
      functionResponse: { id, name, response: failed ? value : { output: value } },
    }),
  },
  bedrock: {
    create: createHttp2Server,
    options: { cache: true },
    shown: (tools) =>
      tools.flatMap(({ toolSpec }) => (toolSpec ? [{ name: toolSpec.name, schema: toolSpec.inputSchema.json }] : [])),
    sent: ({ toolConfig }) => toolConfig.tools,
    reply: (calls) => ({
      output: {
        message: {
          role: 'assistant',
          content: calls.map(({ id, name, args }) => ({ toolUse: { toolUseId: id, name, input: args } })),
        },
      },
      stopReason: 'tool_use',
      usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
      metrics: { latencyMs: 1 },
    }),
    open(url, tools) {
      const client = new BedrockRuntimeClient({
        endpoint: url,
        region: 'eu-north-1',
        credentials: { accessKeyId: 'id', secretAccessKey: 'key' },
      })
      return async (turns) => {
        const {
          output: { message },
        } = await client.send(new ConverseCommand({ modelId: 'm', messages: turns, toolConfig: { tools } }))
        return { calls: message.content.filter(({ toolUse }) => toolUse), turn: message }
      }
    },
    hello: { role: 'user', content: [{ text: 'Hello' }] },
    hand: (turn, answers) => [turn, { role: 'user', content: answers }],
    told: ({ messages }) => messages.at(-1).content,
    wire: ({ id }, { value, failed }) => ({
      toolResult: {
        toolUseId: id,
        content: [typeof value === 'string' ? { text: value } : { json: value }],
        status: failed ? 'error' : 'success',
      },
    }),
  },
}
SDKS['gemini-openapi'] = {
  ...SDKS.gemini,
  shown: ([{ functionDeclarations }]) => functionDeclarations.map(({ name, parameters: schema }) => ({ name, schema })),
  spelt: (tools) => JSON.parse(JSON.stringify(tools), (key, value) => (key === 'type' ? value.toUpperCase() : value)),
}
SDKS.mistral = {
  ...SDKS['openai-chat'],
  reply: (calls) => ({
    ...SDKS['openai-chat'].reply(calls),
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  }),
  open(url, tools) {
    const client = new Mistral({ apiKey: 'key', serverURL: url })
    return async (turns) => {
      const {
        choices: [{ message }],
      } = await client.chat.complete({ model: 'm', messages: turns, tools })
      return { calls: message.toolCalls, turn: message }
    }
  },
}
SDKS.cohere = {
  ...SDKS['openai-chat'],
  reply: (calls) => ({
    id: 'chat_1',
    finish_reason: 'TOOL_CALL',
    message: SDKS['openai-chat'].reply(calls).choices[0].message,
  }),
  open(url, tools) {
    const client = new CohereClientV2({ token: 'key', baseUrl: url })
    return async (turns) => {
      const { message } = await client.chat({ model: 'm', messages: turns, tools, strictTools: true })
      return { calls: message.toolCalls, turn: message }
    }
  },
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
