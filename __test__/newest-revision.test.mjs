// Calls on a registry after a change that came from a Rust thread: a reload swaps the revision while JavaScript still
// has the one before at hand. A call reaches the newest tools and happens once.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'

const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ path: request.url }))
}).listen(0, '127.0.0.1')
server.unref()
await once(server, 'listening')
const baseUrl = `http://127.0.0.1:${server.address().port}`

const operation = (operationId) => ({ operationId, responses: { 200: { description: 'OK' } } })
const document = (paths) => ({ openapi: '3.1.0', info: { title: 'Shop', version: '1' }, paths })
const OLD = document({ '/read': { get: operation('read') } })
const NEW = document({ '/read': { get: operation('read') }, '/more': { get: operation('more') } })

/** A registry with a document that has been replaced since the last call; `calls` has the arguments of its closures. */
async function outdated(definition = {}, options) {
  const registry = new ToolRegistry(options)
  const loader = new SpecLoader(registry)
  const calls = []
  const execute = (args) => {
    calls.push(args)
    return args.city ?? 'none'
  }
  const parameters = { city: { type: 'string', required: false } }
  const handle = registry.register({ name: 'weather', description: 'A forecast', parameters, execute, ...definition })
  await loader.load(OLD, { name: 'shop', baseUrl: `${baseUrl}/old` })
  await registry.execute('weather', { city: 'first' })
  await registry.execute('read')
  await loader.load(NEW, { name: 'shop', baseUrl: `${baseUrl}/new` })
  calls.length = 0
  return { registry, loader, handle, calls }
}

const use = (name, input = {}) => ({ type: 'tool_use', id: 'toolu_1', name, input })
const content = (reply) => JSON.parse(reply.content)

test('execute calls the operation as the newest document has it', async () => {
  const { registry } = await outdated()
  assert.deepEqual(await registry.execute('read'), { path: '/new/read' })
})

test('execute finds a tool that only the newest revision has', async () => {
  const { registry } = await outdated()
  assert.deepEqual(await registry.execute('more'), { path: '/new/more' })
})

test('execute refuses a tool that the newest revision has not', async () => {
  const { registry, loader } = await outdated()
  await registry.execute('more')
  await loader.load(OLD, { name: 'shop', baseUrl })
  await assert.rejects(registry.execute('more'), { code: 'UNKNOWN_TOOL' })
})

test('respond calls the operation as the newest document has it', async () => {
  const { registry } = await outdated()
  assert.deepEqual(content(await registry.respond('anthropic', use('read'))), { path: '/new/read' })
})

test('respond to a list of calls makes each of them once, on the newest revision', async () => {
  const { registry, calls } = await outdated()
  const city = { city: 'Bern' }
  const replies = await registry.respond('anthropic', [use('weather', city), use('more'), use('weather', city)])
  assert.deepEqual(
    replies.map((reply) => reply.content),
    ['Bern', JSON.stringify({ path: '/new/more' }), 'Bern'],
  )
  assert.deepEqual(calls, [city, city])
})

test('respond asks a predicate of its filter about the newest tools', async () => {
  const { registry } = await outdated()
  const filter = { predicate: ({ name }) => name === 'more' }
  assert.deepEqual(content(await registry.respond('anthropic', use('more'), { filter })), { path: '/new/more' })
})

const limited = { callLimits: { concurrency: 1, queue: 0 } }
const standard = {
  parameters: undefined,
  inputSchema: {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: async (value) => ({ value }),
      jsonSchema: { input: () => ({ type: 'object', properties: { city: { type: 'string' } } }) },
    },
  },
}
for (const [what, definition, options] of [
  ['a closure', {}],
  ['a closure with limits', limited],
  ['a closure with an asynchronous schema', standard],
  ['a closure whose arguments nobody validates', {}, { validateParams: false }],
]) {
  test(`${what} is called once, and its limits are free afterwards`, async () => {
    const { registry, handle, calls } = await outdated(definition, options)
    assert.equal(await registry.execute('weather', { city: 'Bern' }), 'Bern')
    assert.equal((await registry.respond('anthropic', use('weather', { city: 'Basel' }))).content, 'Basel')
    assert.equal(await handle.execute({ city: 'Genf' }), 'Genf')
    assert.deepEqual(calls, [{ city: 'Bern' }, { city: 'Basel' }, { city: 'Genf' }])
  })
}

test('a handle of a tool that was replaced says so', async () => {
  const { registry, handle } = await outdated()
  registry.replace({ name: 'weather', description: 'Another', execute: () => 'other' })
  await assert.rejects(handle.execute(), {
    code: 'UNKNOWN_TOOL',
    message: 'the tool of this handle is not registered any more: another tool has the name "weather"',
  })
})

for (const [what, call] of [
  ['a closure', (registry, context) => registry.execute('weather', { city: 'Bern', userId: 1 }, { context })],
  ['an operation', (registry, context) => registry.execute('read', { userId: 1 }, { context })],
  [
    'a model’s call of a closure',
    (registry, context) => registry.respond('anthropic', use('weather', { userId: 1 }), { context }),
  ],
  [
    'a model’s call of an operation',
    (registry, context) => registry.respond('anthropic', use('read', { userId: 1 }), { context }),
  ],
]) {
  test(`a forged identity in ${what} is reported once`, async () => {
    const { registry } = await outdated()
    const events = []
    registry.on('spoofAttempt', (event) => events.push(event))
    await call(registry, { userId: 7 })
    assert.deepEqual(
      events.map(({ keys, userId }) => [keys, userId]),
      [[['userId'], 7]],
    )
  })

  test(`a listener that changes the registry leaves ${what} with a forged identity alone`, async () => {
    const { registry } = await outdated()
    let number = 0
    registry.on('spoofAttempt', () =>
      registry.register({ name: `tool_${number++}`, description: 'A tool', execute: () => 1 }),
    )
    await call(registry, { userId: 7 })
    assert.equal(number, 1)
    assert.ok(registry.has('tool_0'))
  })
}

test('a refusal by an outdated definition counts for nothing', async () => {
  const registry = new ToolRegistry({ contextFrom: 'caller' })
  const loader = new SpecLoader(registry)
  const user = { name: 'userId', in: 'query', schema: { type: 'integer' } }
  const load = (parameters) =>
    loader.load(document({ '/read': { get: { ...operation('read'), parameters } } }), { name: 'shop', baseUrl })
  await load([])
  await assert.rejects(registry.execute('read', { userId: 5 }), { code: 'INVALID_PARAMS' })
  await load([user])
  assert.deepEqual(await registry.execute('read', { userId: 5 }), { path: '/read?userId=5' })
})

test('an observed call is observed once, on the newest revision', async () => {
  const { registry } = await outdated()
  const events = []
  registry.on('call', ({ toolName, outcome }) => events.push([toolName, outcome]))
  assert.deepEqual(await registry.execute('read'), { path: '/new/read' })
  assert.equal((await registry.respond('anthropic', use('weather', { city: 'Bern' }))).content, 'Bern')
  assert.deepEqual(events, [
    ['read', 'ok'],
    ['weather', 'ok'],
  ])
})

test('a call that is cancelled while Rust executes it ends, and the next one is made', async () => {
  const { registry } = await outdated()
  const abort = new AbortController()
  const call = registry.execute('read', {}, { signal: abort.signal })
  abort.abort(new Error('enough'))
  await assert.rejects(call, { code: 'CANCELLED' })
  const reply = registry.respond('anthropic', use('read'), { signal: AbortSignal.abort() })
  assert.equal(content(await reply).error.code, 'CANCELLED')
  assert.deepEqual(await registry.execute('read'), { path: '/new/read' })
})
