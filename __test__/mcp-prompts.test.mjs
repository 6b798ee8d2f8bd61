// MCP server: prompts of both eras, over stdio and HTTP, and what they ask their client.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { createMcpServer } from 'toolrack/mcp'
import { connect, modernMeta } from './support/mcp-client.mjs'
import { WAYS, plain, serving, told } from './support/mcp-content.mjs'
import { modern, overFetch } from './support/mcp-http.mjs'

const BYTES = Uint8Array.from([0, 255, 128])
const user = (text) => ({ role: 'user', content: { type: 'text', text } })

const PROMPTS = [
  { name: 'hello', get: () => 'Hello' },
  {
    name: 'greet',
    title: 'Greet',
    description: 'Greets somebody',
    arguments: [
      { name: 'who', title: 'Who', description: 'whom', required: true },
      { name: 'how' },
      { name: '__proto__', required: false },
    ],
    get: (args) => `${JSON.stringify(Object.entries(args))} ${Object.getPrototypeOf(args) === Object.prototype}`,
  },
  {
    name: 'rich',
    description: 'of the prompt',
    get: async () => ({
      description: 'of this one',
      messages: [
        'one',
        { content: 'two' },
        { role: 'assistant', content: { type: 'text', text: 'three', annotations: { priority: 1 } } },
        { content: { type: 'image', data: BYTES, mimeType: 'image/png' } },
        { content: { type: 'audio', data: 'AP+A', mimeType: 'audio/wav' } },
        { content: { type: 'resource', resource: { uri: 'a:1', blob: BYTES } } },
        { content: { type: 'resource_link', uri: 'a:1', name: 'a' } },
      ],
    }),
  },
]

/** Arguments and what the prompt `greet` answers. */
const GREETINGS = {
  'one argument': [{ who: 'Ann' }, '[["who","Ann"]] true'],
  'all of them': [
    JSON.parse('{"who":"Ann","how":"well","__proto__":"x"}'),
    '[["who","Ann"],["how","well"],["__proto__","x"]] true',
  ],
}
const REFUSED = {
  'no arguments': [undefined, /"who" is missing/],
  'an unknown one': [{ who: 'Ann', hwo: 'x' }, /"hwo" is none of who, how, __proto__; nearest: how|nearest: who/],
  'one that is no text': [{ who: 1 }, /"who" must be a text/],
  'a list': [['Ann'], /must be an object/],
  'a text': ['Ann', /must be an object/],
  'an inherited name': [{ constructor: 'x', who: 'Ann' }, /"constructor" is none of/],
}

for (const { way, era } of WAYS) {
  const named = (fact) => `${way}, ${era}: ${fact}`
  const open = (t, more) => serving(t, { way, era, prompts: PROMPTS, ...more })

  test(named('prompts are listed with their arguments'), async (t) => {
    const { ask } = await open(t)
    const { prompts } = (await ask('prompts/list')).result
    assert.deepEqual(prompts[0], { name: 'hello' })
    const { get: _, arguments: args, ...rest } = PROMPTS[1]
    assert.deepEqual(prompts[1], { ...rest, arguments: args.map((one) => ({ required: false, ...one })) })
  })

  test(named('a text, messages, and an object with messages are results'), async (t) => {
    const { ask } = await open(t)
    assert.deepEqual(plain((await ask('prompts/get', { name: 'hello' })).result), { messages: [user('Hello')] })
    const { result } = await ask('prompts/get', { name: 'rich', arguments: {} })
    assert.equal(result.ttlMs, undefined, 'a prompt is not cached')
    assert.deepEqual(plain(result), {
      description: 'of this one',
      messages: [
        user('one'),
        user('two'),
        { role: 'assistant', content: { type: 'text', text: 'three', annotations: { priority: 1 } } },
        { role: 'user', content: { type: 'image', mimeType: 'image/png', data: 'AP+A' } },
        { role: 'user', content: { type: 'audio', mimeType: 'audio/wav', data: 'AP+A' } },
        { role: 'user', content: { type: 'resource', resource: { uri: 'a:1', blob: 'AP+A' } } },
        { role: 'user', content: { type: 'resource_link', uri: 'a:1', name: 'a' } },
      ],
    })
  })

  test(named('arguments reach the prompt as they were sent, and wrong ones do not'), async (t) => {
    const { ask } = await open(t)
    for (const [args, answer] of Object.values(GREETINGS)) {
      const { result } = await ask('prompts/get', { name: 'greet', arguments: args })
      assert.deepEqual(result.messages, [user(answer)])
    }
    for (const [name, [args, message]] of Object.entries(REFUSED)) {
      const { error } = await ask('prompts/get', { name: 'greet', arguments: args })
      assert.equal(error?.code, -32602, name)
      assert.match(error.message, message)
    }
  })

  test(named('an unknown prompt is -32602 with the nearest name'), async (t) => {
    const { ask } = await open(t)
    for (const name of ['gret', 'constructor', '', undefined, 7]) {
      const { error } = await ask('prompts/get', { name })
      assert.equal(error.code, -32602)
      if (name === 'gret') assert.match(error.message, /no prompt has the name "gret"; nearest: greet/)
    }
  })

  test(named('a changed list of prompts is told, and one of resources is not'), async (t) => {
    const { server, listen } = await open(t, { resources: [] })
    const { honoured, next } = await listen({ promptsListChanged: true, resourcesListChanged: era === 'legacy' })
    if (era === 'modern') assert.deepEqual(honoured, { promptsListChanged: true })
    if (era === 'modern') server.update({ resources: [{ uri: 'a:1', name: 'a', read: () => 'a' }] })
    server.update({ prompts: [] })
    assert.equal(told(await next()), 'notifications/prompts/list_changed')
  })

  test(named('what get returns and is no result is a fault of the server'), async (t) => {
    const faults = []
    const wrong = [undefined, 7, { messages: 'x' }, [{ role: 'system', content: 'x' }], [{ content: {} }], [null]]
    const { ask } = await open(t, {
      prompts: wrong.map((value, index) => ({ name: `p${index}`, get: () => value })),
      onError: ({ message }, method) => faults.push([method, message]),
    })
    for (const index of wrong.keys()) assert.equal((await ask('prompts/get', { name: `p${index}` })).error.code, -32603)
    assert.equal(faults.length, wrong.length)
    for (const [method, message] of faults) assert.match(`${method} ${message}`, /^prompts\/get .*get\(\)/)
  })
}

const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities'
const SCHEMA = { type: 'object', properties: { name: { type: 'string' } } }
const asking = {
  name: 'asking',
  arguments: [{ name: 'a' }],
  get: async (_, { ask }) => `It is ${(await ask('who', { message: 'Who?', schema: SCHEMA })).content?.name}`,
}
const reading = { uri: 'a:1', name: 'a', read: async (_, context) => asking.get(_, context) }

/** Both requests that may ask, and one that has the same name and other arguments. */
const ASKING = {
  'prompts/get': [
    { name: 'asking', arguments: { a: '1' } },
    { name: 'asking', arguments: { a: '2' } },
    ({ messages }) => messages[0].content.text,
  ],
  'resources/read': [{ uri: 'a:1' }, { uri: 'a:2' }, ({ contents }) => contents[0].text],
}

for (const [method, [params, others, textOf]] of Object.entries(ASKING)) {
  const serve = (t, more) => {
    const resources = [reading, { ...reading, uri: 'a:2' }]
    const server = createMcpServer(new ToolRegistry(), { prompts: [asking], resources, ...more })
    t.after(() => server.close())
    const send = overFetch(server)
    return async (sent, capabilities = { elicitation: {} }) => {
      const _meta = modernMeta({ [CAPABILITIES]: capabilities })
      return (await send(modern(method, { ...sent, _meta }))).json
    }
  }
  const inputResponses = { who: { action: 'accept', content: { name: 'Ann' } } }

  test(`modern: ${method} that asks ends as input_required, and runs anew with the answer`, async (t) => {
    const call = serve(t)
    const { result } = await call(params)
    assert.deepEqual([result.resultType, Object.keys(result.inputRequests)], ['input_required', ['who']])
    const { requestState } = result
    assert.equal(textOf((await call({ ...params, inputResponses, requestState })).result), 'It is Ann')
    const foreign = await call({ ...others, inputResponses, requestState })
    assert.equal(foreign.error.code, -32602, 'the state is for one request')
    assert.match(foreign.error.message, /requestState is not of this call/)
  })

  test(`modern: ${method} that asks a client which cannot answer is -32021`, async (t) => {
    const { error } = await serve(t)(params, {})
    assert.deepEqual([error.code, error.data], [-32021, { requiredCapabilities: { elicitation: {} } }])
  })
}

test('modern: the state of a prompt does not open for a tool, or for a resource of its name', async (t) => {
  const registry = new ToolRegistry()
  registry.register({ name: 'asking', description: 'Asks', inputSchema: { type: 'object' }, execute: asking.get })
  const server = createMcpServer(registry, { prompts: [asking] })
  t.after(() => server.close())
  const send = overFetch(server)
  const call = async (method, more) => {
    const _meta = modernMeta({ [CAPABILITIES]: { elicitation: {} } })
    return (await send(modern(method, { name: 'asking', arguments: {}, ...more, _meta }))).json
  }
  const { requestState } = (await call('prompts/get')).result
  assert.equal((await call('tools/call', { requestState })).error.code, -32602)
  const ofTool = (await call('tools/call')).result.requestState
  assert.equal((await call('prompts/get', { requestState: ofTool })).error.code, -32602)
})

test('legacy: a prompt asks while it runs, and fails where its client cannot answer', async (t) => {
  const { client } = await connect(t, new ToolRegistry(), { prompts: [asking] })
  const open = (capabilities) =>
    client.request('initialize', { protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 'c' } })
  await open({})
  const { error } = await client.request('prompts/get', { name: 'asking' })
  assert.equal(error.code, -32603)
  assert.match(error.message, /asks/)
  await open({ elicitation: {} })
  const answer = client.request('prompts/get', { name: 'asking' })
  const { id } = await client.next(({ method }) => method === 'elicitation/create')
  client.send({ id, result: { action: 'accept', content: { name: 'Bob' } } })
  assert.equal((await answer).result.messages[0].content.text, 'It is Bob')
})
