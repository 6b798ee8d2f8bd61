// Resume: a call that has asked is made anew with the answers, from a sealed state.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { questionsOf } from 'toolrack'
import { createMcpServer } from 'toolrack/mcp'
import { createTestRegistry } from 'toolrack/test'
import { TARGETS } from './support/targets.mjs'
import { modern, overFetch } from './support/mcp-http.mjs'
import { calls } from './support/model.mjs'

const SCHEMA = { type: 'object', properties: { name: { type: 'string', maxLength: 5 } }, required: ['name'] }
const FORM = { message: 'Your name?', schema: SCHEMA }
const accept = (name) => ({ action: 'accept', content: { name } })
const greet = async (_, { ask }) => `hello ${(await ask('who', FORM)).content.name}`

function registryWith(execute, { options, ...more } = {}) {
  const registry = createTestRegistry(options)
  registry.register({ name: 'echo', description: 'Works', inputSchema: { type: 'object' }, execute, ...more })
  return registry
}

const waiting = async (call) => {
  const error = await call.then(
    () => assert.fail('it has not asked'),
    (thrown) => thrown,
  )
  assert.equal(error.code, 'INPUT_REQUIRED')
  return { error, ...questionsOf(error) }
}
const ANSWERS = { who: accept('Ann') }

for (const target of TARGETS)
  test(`${target}: the answer to a model has questions, and resume answers the model`, async () => {
    const registry = registryWith(greet)
    const call = calls[target]('echo', {})
    const answer = await registry.respond(target, call)
    const { state, requests } = questionsOf(answer)
    assert.deepEqual(requests, { who: { key: 'who', ...FORM } })
    assert.match(JSON.stringify(answer), /INPUT_REQUIRED/)
    assert.ok(!JSON.stringify(answer).includes(state))
    const direct = registryWith(() => 'hello Ann')
    assert.deepEqual(await registry.resume(state, ANSWERS), await direct.respond(target, call))
  })

test('each of several calls has its own questions', async () => {
  const registry = registryWith(async ({ to }, { ask }) => `${to} ${(await ask('who', FORM)).content.name}`)
  const sent = ['a', 'b'].map((to) => ({ name: 'echo', arguments: { to } }))
  const answers = await registry.respond('plain', sent)
  const results = answers.map((answer) => registry.resume(questionsOf(answer).state, ANSWERS))
  assert.deepEqual(
    (await Promise.all(results)).map(({ value }) => value),
    ['a Ann', 'b Ann'],
  )
})

test('other answers and errors have no questions', async () => {
  const registry = registryWith(() => 'done')
  for (const value of [await registry.respond('plain', { name: 'echo' }), {}, [], null, undefined, 'x', 5, new Error()])
    assert.equal(questionsOf(value), undefined)
})

test('a call that asks again waits again, and keeps what was answered', async () => {
  const runs = []
  const registry = registryWith(async (args, { ask }) => {
    runs.push(args)
    return [(await ask('one', FORM)).content.name, (await ask('two', FORM)).content.name].join(' ')
  })
  const first = await waiting(registry.execute('echo', { a: 1 }))
  const second = await waiting(registry.resume(first.state, { one: accept('Ann') }))
  assert.deepEqual(Object.keys(second.requests), ['two'])
  assert.equal(await registry.resume(second.state, { two: accept('Bob') }), 'Ann Bob')
  assert.deepEqual(runs, [{ a: 1 }, { a: 1 }, { a: 1 }])
  assert.ok(!second.state.includes('Ann') && !Buffer.from(second.state, 'base64url').includes('Ann'))
})

test('a state goes through JSON, and another process with the same key continues the call', async () => {
  const stateKey = 'k'.repeat(32)
  const [one, two] = [1, 2].map(() => registryWith(greet, { options: { stateKey } }))
  const { state } = await waiting(one.execute('echo'))
  assert.equal(await two.resume(JSON.parse(JSON.stringify(state)), ANSWERS), 'hello Ann')
  await assert.rejects(registryWith(greet).resume(state, ANSWERS), { code: 'INVALID_OPTIONS' })
})

const isState = ({ code, details }) => code === 'INVALID_OPTIONS' && details.option === 'state'

const FORGERIES = {
  'no text': () => 5,
  nothing: () => undefined,
  empty: () => '',
  'too short': (state) => state.slice(0, 8),
  'cut at its end': (state) => state.slice(0, -4),
  'with something behind it': (state) => `${state}AAAA`,
  'changed in its text': (state) => `${state.slice(0, 60)}${state[60] === 'A' ? 'B' : 'A'}${state.slice(61)}`,
  '1 MiB of letters': () => 'A'.repeat(1 << 20),
}

for (const [name, forge] of Object.entries(FORGERIES))
  test(`a state that is ${name} is INVALID_OPTIONS, and nothing is called`, async () => {
    let runs = 0
    const registry = registryWith((args, context) => (runs++, greet(args, context)))
    const { state } = await waiting(registry.execute('echo'))
    await assert.rejects(registry.resume(forge(state), ANSWERS), isState)
    assert.equal(runs, 1)
  })

test('a state holds for ten minutes', async () => {
  const registry = registryWith(greet)
  const { state } = await waiting(registry.execute('echo'))
  await registry.clock.advance(600_000)
  assert.equal(await registry.resume(state, ANSWERS), 'hello Ann')
  await registry.clock.advance(1)
  await assert.rejects(registry.resume(state, ANSWERS), isState)
})

test('a state of an MCP server is none of a registry, even with the same key', async (t) => {
  const stateKey = 'k'.repeat(32)
  const registry = registryWith(greet, { options: { stateKey } })
  const server = createMcpServer(registry, { stateKey })
  t.after(() => server.close())
  const meta = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } }
  const ask = (more) => overFetch(server)(modern('tools/call', { name: 'echo', arguments: {}, _meta: meta, ...more }))
  const { requestState } = (await ask()).json.result
  await assert.rejects(registry.resume(requestState, ANSWERS), isState)
  const { state } = await waiting(registry.execute('echo'))
  assert.equal((await ask({ requestState: state, inputResponses: ANSWERS })).json.error.code, -32602)
})

const ANN = { userId: 'ann', auditingId: 'a1', metadata: { tenant: 't1', request: 7 } }
const OTHERS = {
  nobody: undefined,
  'another user': { ...ANN, userId: 'eve' },
  'the same text of another type': { ...ANN, userId: ['ann'] },
  'another auditing id': { ...ANN, auditingId: 'a2' },
  'another tenant': { ...ANN, metadata: { tenant: 't2' } },
  'no tenant': { ...ANN, metadata: {} },
}

for (const [name, context] of Object.entries(OTHERS))
  for (const kind of ['execute', 'respond'])
    test(`${kind}: a state of one caller is none for ${name}`, async () => {
      let runs = 0
      const registry = registryWith((args, call) => (runs++, greet(args, call)))
      const made =
        kind === 'execute'
          ? (await waiting(registry.execute('echo', {}, { context: ANN }))).state
          : questionsOf(await registry.respond('plain', { name: 'echo' }, { context: ANN })).state
      await assert.rejects(registry.resume(made, ANSWERS, { context }), isState)
      assert.equal(runs, 1)
      const result = await registry.resume(made, ANSWERS, {
        context: { ...ANN, metadata: { tenant: 't1', request: 8 } },
      })
      assert.equal(result.value ?? result, 'hello Ann')
    })

test('a caller that is named in the arguments is not that of a state', async () => {
  const registry = registryWith(async (_, { ask, userId }) => `${userId} ${(await ask('who', FORM)).content.name}`)
  const { state } = await waiting(registry.execute('echo', { userId: 'ann' }))
  await assert.rejects(registry.resume(state, ANSWERS), isState)
  assert.equal(await registry.resume(state, ANSWERS, { context: { userId: 'ann' } }), 'ann Ann')
})

test('a caller that cannot be compared has no state', async () => {
  const registry = registryWith(greet)
  const { state, requests } = await waiting(registry.execute('echo', {}, { context: { userId: { id: 1 } } }))
  assert.deepEqual([state, Object.keys(requests)], [undefined, ['who']])
})

class Order {
  id = 1
}
const NO_JSON = {
  bytes: new Uint8Array(3),
  'an instance of a class': new Order(),
  'a date': new Date(0),
  'a map': new Map([[1, 2]]),
  'a large integer': 2n ** 70n,
  'not a number': NaN,
  'a list with a hole': [, 1], // oxlint-disable-line no-sparse-arrays
  'a function': () => {},
}

for (const [name, value] of Object.entries(NO_JSON))
  test(`arguments with ${name} have no state`, async () => {
    const registry = registryWith(greet, { options: { validateParams: false } })
    const { state, error } = await waiting(registry.execute('echo', { value }))
    assert.deepEqual([state, error.details.state], [undefined, undefined])
  })

const isAnswers = ({ code, details }) => code === 'INVALID_OPTIONS' && details.option === 'answers'

for (const [name, answers] of Object.entries({
  nothing: undefined,
  'a list': [],
  'an answer to another key': { ...ANSWERS, whom: accept('Ann') },
  'an answer that is none': { who: 'Ann' },
  'content that does not match': { who: accept('Annabelle') },
  'a key of the prototype': JSON.parse('{ "__proto__": { "action": "cancel" } }'),
}))
  test(`${name} as answers is INVALID_OPTIONS, and the state stays good`, async () => {
    let runs = 0
    const registry = registryWith((args, context) => (runs++, greet(args, context)))
    const { state } = await waiting(registry.execute('echo'))
    await assert.rejects(registry.resume(state, answers), isAnswers)
    assert.equal(runs, 1)
    assert.equal(await registry.resume(state, ANSWERS), 'hello Ann')
  })

test('a key may be any text', async () => {
  const registry = registryWith(async (_, { ask }) => (await ask('__proto__', FORM)).content.name)
  const { state, requests } = await waiting(registry.execute('echo'))
  assert.deepEqual(Object.keys(requests), ['__proto__'])
  const answers = JSON.parse('{ "__proto__": { "action": "accept", "content": { "name": "Ann" } } }')
  assert.equal(await registry.resume(state, answers), 'Ann')
})

test('a tool that is gone meanwhile is UNKNOWN_TOOL', async () => {
  const registry = registryWith(greet)
  const { state } = await waiting(registry.execute('echo'))
  const asked = questionsOf(await registry.respond('plain', { name: 'echo' }))
  registry.unregister('echo')
  await assert.rejects(registry.resume(state, ANSWERS), { code: 'UNKNOWN_TOOL' })
  assert.equal((await registry.resume(asked.state, ANSWERS)).error.code, 'UNKNOWN_TOOL')
})

test('arguments are validated by the definition of now', async () => {
  const registry = registryWith(greet)
  const { state } = await waiting(registry.execute('echo', { to: 5 }))
  const inputSchema = { type: 'object', properties: { to: { type: 'string' } } }
  registry.replace({ name: 'echo', description: 'Works', inputSchema, execute: greet })
  await assert.rejects(registry.resume(state, ANSWERS), { code: 'INVALID_PARAMS' })
})

test('options are given again, and the option ask answers what is new', async () => {
  const registry = registryWith(async (_, { ask, approved }) => {
    const [one, two] = [await ask('one', FORM), await ask('two', FORM)]
    return `${one.content.name} ${two.content.name} ${approved}`
  })
  const { state } = await waiting(registry.execute('echo'))
  const asked = []
  const ask = ({ key }) => (asked.push(key), accept('Bob'))
  const options = { ask, approved: true, timeoutMs: 500 }
  assert.equal(await registry.resume(state, { one: accept('Ann') }, options), 'Ann Bob true')
  assert.deepEqual(asked, ['two'])
  for (const wrong of [5, null, 'x', { unknown: 1 }])
    await assert.rejects(registry.resume(state, { one: accept('Ann') }, wrong), { code: 'INVALID_OPTIONS' })
})

test('a closed registry continues nothing', async () => {
  const registry = registryWith(greet)
  const { state } = await waiting(registry.execute('echo'))
  registry.close()
  await assert.rejects(registry.resume(state, ANSWERS), { code: 'CLOSED' })
})

test('a stateKey that is too short is INVALID_OPTIONS', () => {
  for (const stateKey of ['short', 5, null, new Uint8Array(31), {}])
    assert.throws(() => createTestRegistry({ stateKey }), { code: 'INVALID_OPTIONS' })
})
