// MCP server: questions of closures to modern clients. A call ends as `input_required`, and runs anew with the answers.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMcpServer } from 'toolrack/mcp'
import { createTestRegistry } from 'toolrack/test'
import { modernMeta } from './support/mcp-client.mjs'
import { modern, overFetch } from './support/mcp-http.mjs'
import { tool } from './support/tools.mjs'

const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities'
const ALL = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} }
const SCHEMA = { type: 'object', properties: { name: { type: 'string' } } }
const FORM = { message: 'Your name?', schema: SCHEMA }
const accept = (content) => ({ action: 'accept', content })

/** Calls the tool `work` of a registry with a clock. */
function serving(t, execute, { server: options, ...more } = {}) {
  const registry = createTestRegistry()
  registry.register(tool({ name: 'work', inputSchema: { type: 'object' }, execute, ...more }))
  registry.register(tool({ name: 'other', inputSchema: { type: 'object' }, execute }))
  const server = createMcpServer(registry, options)
  t.after(() => server.close())
  const ask = overFetch(server)
  const call = async (params = {}, { capabilities = ALL, headers } = {}) => {
    const _meta = modernMeta({ [CAPABILITIES]: capabilities })
    const { status, json } = await ask(
      modern('tools/call', { name: 'work', arguments: {}, ...params, _meta }, { headers }),
    )
    return { status, ...json }
  }
  return { registry, call }
}

const greet = async (_, { ask }) => {
  const { action, content } = await ask('who', FORM)
  return `${action} ${content?.name ?? 'nobody'}`
}
const textOf = ({ result }) => result.content[0].text

test('a call that asks ends as input_required with its question, and runs anew with the answer', async (t) => {
  const { call } = serving(t, greet)
  const { result } = await call()
  assert.deepEqual(
    [result.resultType, result.inputRequests, typeof result.requestState],
    [
      'input_required',
      { who: { method: 'elicitation/create', params: { message: 'Your name?', requestedSchema: SCHEMA } } },
      'string',
    ],
  )
  assert.ok(result._meta['io.modelcontextprotocol/serverInfo'])
  assert.equal(result.content, undefined)
  const { requestState } = result
  const answered = await call({ inputResponses: { who: accept({ name: 'Ann' }) }, requestState })
  assert.deepEqual([answered.result.resultType, textOf(answered)], ['complete', 'accept Ann'])
})

for (const action of ['decline', 'cancel'])
  test(`a person may ${action}, and what was typed is not told`, async (t) => {
    const { call } = serving(t, greet)
    const answered = await call({ inputResponses: { who: { action, content: { name: 'Ann' } } } })
    assert.equal(textOf(answered), `${action} nobody`)
  })

test('each kind of question has its method, and its answer', async (t) => {
  const { call } = serving(t, async (_, { ask }) => {
    const [page, written, { roots }] = await Promise.all([
      ask('page', { message: 'Log in', url: 'https://example.com/login' }),
      ask('text', { sampling: { messages: [], maxTokens: 5 } }),
      ask('folders', { roots: true }),
    ])
    return `${page.action} ${written.content.text} ${roots[0].uri}`
  })
  const { result } = await call()
  assert.deepEqual(result.inputRequests, {
    page: {
      method: 'elicitation/create',
      params: { mode: 'url', message: 'Log in', url: 'https://example.com/login' },
    },
    text: { method: 'sampling/createMessage', params: { messages: [], maxTokens: 5 } },
    folders: { method: 'roots/list', params: {} },
  })
  const inputResponses = {
    page: { action: 'accept' },
    text: { role: 'assistant', content: { type: 'text', text: 'hello' }, model: 'm' },
    folders: { roots: [{ uri: 'file:///home' }] },
  }
  assert.equal(textOf(await call({ inputResponses, requestState: result.requestState })), 'accept hello file:///home')
})

test('answers of earlier rounds come back in the state, and stay as they were', async (t) => {
  const { call } = serving(t, async (_, { ask }) => {
    const one = await ask('one', FORM)
    const two = await ask('two', FORM)
    return `${one.content.name} ${two.content.name}`
  })
  const first = await call()
  const second = await call({
    inputResponses: { one: accept({ name: 'Ann' }) },
    requestState: first.result.requestState,
  })
  assert.deepEqual(Object.keys(second.result.inputRequests), ['two'])
  assert.ok(!second.result.requestState.includes('Ann'))
  const third = await call({
    inputResponses: { one: accept({ name: 'Eve' }), two: accept({ name: 'Bob' }) },
    requestState: second.result.requestState,
  })
  assert.equal(textOf(third), 'Ann Bob')
})

test('a closure that goes on without an answer does not hide the question', async (t) => {
  const { call } = serving(t, async (_, { ask }) => (await ask('who', FORM).catch(() => undefined)) ?? 'guessed')
  assert.equal((await call()).result.resultType, 'input_required')
})

const NO_ANSWERS = {
  none: {},
  'one of another key': { else: accept({ name: 'Ann' }) },
  'a text': { who: 'Ann' },
  'an unknown action': { who: { action: 'yes' } },
  'no content': { who: { action: 'accept' } },
  'content that is a list': { who: accept(['Ann']) },
  'a key of the prototype': JSON.parse('{ "__proto__": { "who": { "action": "accept", "content": {} } } }'),
}

for (const [name, inputResponses] of Object.entries(NO_ANSWERS))
  test(`with ${name} as answers, the call asks again`, async (t) => {
    const { call } = serving(t, greet)
    const { result } = await call({ inputResponses })
    assert.deepEqual(Object.keys(result.inputRequests), ['who'])
  })

test('a key may be any text', async (t) => {
  const { call } = serving(t, async (_, { ask }) => (await ask('__proto__', FORM)).content.name)
  const { result } = await call()
  assert.deepEqual(Object.keys(result.inputRequests), ['__proto__'])
  const inputResponses = JSON.parse('{ "__proto__": { "action": "accept", "content": { "name": "Ann" } } }')
  assert.equal(textOf(await call({ inputResponses, requestState: result.requestState })), 'Ann')
})

/** What becomes of a state that is not that of this call. */
const FORGERIES = {
  'no text': () => 5,
  empty: () => '',
  'of other letters': () => 'ä',
  'too short': (state) => state.slice(0, 8),
  'cut at its end': (state) => state.slice(0, -4),
  'with something behind it': (state) => `${state}AAAA`,
  'changed in its text': (state) => `${state.slice(0, 60)}${state[60] === 'A' ? 'B' : 'A'}${state.slice(61)}`,
  'changed in its head': (state) => `${state[0] === 'A' ? 'B' : 'A'}${state.slice(1)}`,
}

const isRefused = ({ error, status }) => assert.deepEqual([error.code, status], [-32602, 200])

for (const [name, forge] of Object.entries(FORGERIES))
  test(`a state that is ${name} is -32602`, async (t) => {
    const { call } = serving(t, greet)
    const { result } = await call()
    const inputResponses = { who: accept({ name: 'Ann' }) }
    isRefused(await call({ inputResponses, requestState: forge(result.requestState) }))
  })

const ASKED = { who: accept({ name: 'Ann' }) }

test('a state is for one tool, one set of arguments and one caller', async (t) => {
  const context = ({ headers }) => ({ userId: headers['x-user'] })
  const { call } = serving(t, greet, { server: { context } })
  const ann = { headers: { 'x-user': 'ann' } }
  const { result } = await call({ arguments: { a: 1, b: 2 } }, ann)
  const params = { arguments: { b: 2, a: 1 }, inputResponses: ASKED, requestState: result.requestState }
  isRefused(await call({ ...params, arguments: { a: 1 } }, ann))
  isRefused(await call(params, { headers: { 'x-user': 'eve' } }))
  isRefused(await call({ ...params, name: 'other' }, ann))
  assert.equal(textOf(await call(params, ann)), 'accept Ann')
})

test('a state holds for ten minutes', async (t) => {
  const { registry, call } = serving(t, greet)
  const { result } = await call()
  const params = { inputResponses: ASKED, requestState: result.requestState }
  await registry.clock.advance(600_000)
  assert.equal(textOf(await call(params)), 'accept Ann')
  await registry.clock.advance(1)
  isRefused(await call(params))
})

test('servers with one stateKey open the states of each other, and others do not', async (t) => {
  const stateKey = 'k'.repeat(32)
  const { call } = serving(t, greet, { server: { stateKey } })
  const same = serving(t, greet, { server: { stateKey: Buffer.from(stateKey) } })
  const other = serving(t, greet, { server: { stateKey: 'x'.repeat(32) } })
  const { result } = await call()
  const params = { inputResponses: ASKED, requestState: result.requestState }
  assert.equal(textOf(await same.call(params)), 'accept Ann')
  isRefused(await other.call(params))
})

for (const stateKey of ['short', 5, null, new Uint8Array(31), {}])
  test(`a stateKey that is ${typeof stateKey} of too little is INVALID_OPTIONS`, () => {
    assert.throws(() => createMcpServer(createTestRegistry(), { stateKey }), { code: 'INVALID_OPTIONS' })
  })

test('answers that are no object are -32602', async (t) => {
  const { call } = serving(t, greet)
  for (const inputResponses of [[], 'x', null, 5]) isRefused(await call({ inputResponses }))
})

const QUESTIONS = {
  form: [FORM, { elicitation: {} }, [{}, { elicitation: { url: {} } }]],
  url: [
    { message: 'Log in', url: 'https://example.com' },
    { elicitation: { url: {} } },
    [{}, { elicitation: {} }, { elicitation: { form: {} } }],
  ],
  sampling: [{ sampling: { messages: [], maxTokens: 1 } }, { sampling: {} }, [{}, { elicitation: {} }]],
  roots: [{ roots: true }, { roots: {} }, [{}, { sampling: {} }]],
}

for (const [kind, [request, required, without]] of Object.entries(QUESTIONS))
  test(`${kind}: a client that has not declared it gets -32021 with what is required, and 400`, async (t) => {
    const { call } = serving(t, async (_, { ask }) => JSON.stringify(await ask('k', request)))
    for (const capabilities of without) {
      const { error, status } = await call({}, { capabilities })
      assert.deepEqual([error.code, error.data, status], [-32021, { requiredCapabilities: required }, 400])
    }
    assert.equal((await call({}, { capabilities: required })).result.resultType, 'input_required')
  })

test('a tool that can do without what the client cannot answer goes on', async (t) => {
  const { call } = serving(t, async (_, { ask }) => (await ask('who', FORM).catch(({ code }) => code)) ?? 'never')
  assert.equal(textOf(await call({}, { capabilities: {} })), 'INPUT_REQUIRED')
})

test('each round is a call of its own', async (t) => {
  const runs = []
  const { call } = serving(t, async (args, context) => {
    runs.push(context.callId)
    return greet(args, context)
  })
  const { result } = await call()
  await call({ inputResponses: ASKED, requestState: result.requestState })
  assert.equal(new Set(runs).size, 2)
})
