// Tools of a registry as tools of LangChain, which writes into the schemas that it is handed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DynamicStructuredTool, tool } from '@langchain/core/tools'
import { SpecLoader, ToolRegistry } from 'toolrack'

const at = {
  type: 'object',
  properties: { lat: { type: 'number' }, near: { type: 'array', items: { type: 'string' } } },
  required: false,
}
const registry = new ToolRegistry()
registry.register({
  name: 'weather',
  description: 'The weather',
  parameters: { city: { type: 'string' }, at },
  execute: ({ city }) => `Sunny in ${city}`,
})
await new SpecLoader(registry).load(
  {
    openapi: '3.1.0',
    paths: {
      '/pets/{id}': {
        get: {
          operationId: 'getPet',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { $ref: '#/components/schemas/Id' } }],
        },
      },
    },
    components: { schemas: { Id: { type: 'string', minLength: 1 } } },
  },
  { name: 'pets', baseUrl: 'http://127.0.0.1:9' },
)

const turn = registry.snapshot()
const hash = turn.get('weather').schemaHash
/** Where a program may take a tool with its schema from. */
const FROM = {
  get: () => turn.get('weather'),
  tools: () => turn.tools().find(({ name }) => name === 'weather'),
  definition: () => turn.definition('weather', hash),
  'the target plain': () => turn.definitions('plain')[0],
  'a clone of another target': () => structuredClone(turn.definitions('mcp')[0]),
}
const MAKE = {
  tool: ({ name, description, inputSchema }) =>
    tool((input) => turn.execute(name, input), { name, description, schema: inputSchema }),
  DynamicStructuredTool: ({ name, description, inputSchema }) =>
    new DynamicStructuredTool({ name, description, schema: inputSchema, func: (input) => turn.execute(name, input) }),
}

for (const [from, take] of Object.entries(FROM)) {
  for (const [how, make] of Object.entries(MAKE)) {
    test(`${how} of LangChain judges and calls with the schema of ${from}`, async () => {
      const before = JSON.stringify(turn.tools())
      // Twice, because the first one leaves its marks in the schema.
      for (const made of [make(take()), make(take())]) {
        assert.equal(await made.invoke({ city: 'Oslo', at: { lat: 59.9, near: ['sea'] } }), 'Sunny in Oslo')
        const { content, tool_call_id } = await made.invoke({
          type: 'tool_call',
          id: 'call_1',
          name: 'weather',
          args: { city: 'Bergen' },
        })
        assert.deepEqual([content, tool_call_id], ['Sunny in Bergen', 'call_1'])
        await assert.rejects(async () => made.invoke({ city: 5 }), /did not match expected schema/)
      }
      assert.equal(JSON.stringify(turn.tools()), before)
    })
  }
}

test('every tool of a registry is a tool of LangChain', async () => {
  const all = turn.tools().map(MAKE.tool)
  assert.deepEqual(
    all.map(({ name }) => name),
    ['weather', 'getPet'],
  )
  await assert.rejects(async () => all[1].invoke({ id: '' }), /did not match expected schema/)
})

test('a fault of a call reaches LangChain as the error that it is', async () => {
  const open = tool((input) => turn.execute('weather', input), {
    name: 'weather',
    description: 'd',
    schema: { type: 'object', properties: {} },
  })
  await assert.rejects(async () => open.invoke({ city: 5 }), { name: 'ToolrackError', code: 'INVALID_PARAMS' })
})

test('a signal of LangChain cancels the call of the tool', async () => {
  let reached
  const registry = new ToolRegistry()
  registry.register({
    name: 'hangs',
    description: 'Hangs',
    execute: (_, { signal }) =>
      new Promise((resolve) => (reached(), signal.addEventListener('abort', () => resolve(ended(signal.reason.code))))),
  })
  const [turn, arrived] = [registry.snapshot(), new Promise((resolve) => (reached = resolve))]
  let ended
  const end = new Promise((resolve) => (ended = resolve))
  const [hangs] = turn
    .tools()
    .map(({ name, description, inputSchema }) =>
      tool((input, { signal }) => turn.execute(name, input, { signal }), { name, description, schema: inputSchema }),
    )
  const controller = new AbortController()
  const call = hangs.invoke({}, { signal: controller.signal })
  call.catch(() => {})
  await arrived
  controller.abort()
  assert.equal(await end, 'CANCELLED')
  await assert.rejects(call)
})

test('what a tool throws reaches a model of LangChain as far as toolErrors says', async () => {
  const registry = new ToolRegistry()
  registry.register({
    name: 'down',
    description: 'Fails',
    category: 'external',
    execute: () => {
      throw new Error('connect postgres://root:hunter2@db failed')
    },
  })
  registry.register({ name: 'hidden', description: 'Hidden', execute: () => 'ran' })
  const turn = registry.snapshot({ filter: { category: 'external' }, context: { userId: 7 } })
  // The block of docs/agent-loops.md.
  const tools = turn.definitions('plain').map(({ name, description, inputSchema }) =>
    tool(
      async (input, { signal }) => {
        const answer = await turn.respond('plain', { name, arguments: input }, { signal })
        if (!answer.ok) throw new Error(JSON.stringify(answer.error))
        return answer.value
      },
      { name, description, schema: inputSchema },
    ),
  )
  assert.deepEqual(
    tools.map(({ name }) => name),
    ['down'],
  )
  await assert.rejects(
    tools[0].invoke({}),
    ({ message }) =>
      JSON.parse(message).code === 'TOOL_FAILED' && message.includes('[redacted]') && !message.includes('hunter2'),
  )
})
