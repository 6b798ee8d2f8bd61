// Who calls: taken from the caller, never from what a model wrote, and shared by no two calls.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { codeOf, callFromRust, refusal, registryOf, tool } from './support/tools.mjs'

const both = { execute: (params, context) => ({ params, context }) }
const keys = { userId: 7, auditingId: 42, __metadata: { locale: 'nb' } }

test('without a context identity comes from the arguments and leaves them', async () => {
  const { params, context } = await registryOf(both).execute('echo', { q: 1, ...keys })
  assert.deepEqual(params, { q: 1 })
  assert.deepEqual([context.userId, context.auditingId, context.metadata], [7, 42, { locale: 'nb' }])
})

test('a context that the caller gives wins, and the keys among the arguments are told', async () => {
  const registry = registryOf(both)
  const told = []
  registry.on('spoofAttempt', (event) => told.push(event))
  const { params, context } = await registry.execute('echo', { q: 1, ...keys }, { context: { userId: 'me' } })
  assert.deepEqual(params, { q: 1 })
  assert.deepEqual([context.userId, context.auditingId, context.metadata], ['me', undefined, undefined])
  assert.deepEqual(told, [{ toolName: 'echo', keys: ['userId', 'auditingId', '__metadata'], userId: 'me' }])
  await registry.execute('echo', { q: 1 }, { context: {} })
  assert.equal(told.length, 1)
})

test('a listener that ends the tool of a spoof attempt does not change the call', async () => {
  const registry = registryOf()
  const handle = registry.register(tool(both))
  registry.on('spoofAttempt', () => handle.disable())
  const { params } = await registry.execute('echo', { q: 1, userId: 1 }, { context: {} })
  assert.deepEqual(params, { q: 1 })
  assert.equal(await codeOf(() => registry.execute('echo')), 'UNKNOWN_TOOL')
})

test('identity that is inherited is none', async () => {
  const { params, context } = await registryOf(both).execute('echo', Object.create({ userId: 1, auditingId: 2 }))
  assert.deepEqual([params, context.userId, context.auditingId], [{}, undefined, undefined])
})

test('a tool may declare a context key as argument; its identity comes from the context alone', async () => {
  const registry = registryOf({
    ...both,
    requiresAuth: true,
    inputSchema: undefined,
    parameters: { userId: { type: 'integer' } },
  })
  const told = []
  registry.on('spoofAttempt', (event) => told.push(event))
  assert.equal(await codeOf(() => registry.execute('echo', { userId: 1 })), 'MISSING_CONTEXT')
  const { params, context } = await registry.execute('echo', { userId: 1, auditingId: 5 }, { context: { userId: 7 } })
  assert.deepEqual([params, context.userId], [{ userId: 1 }, 7])
  assert.deepEqual(
    told.map(({ keys }) => keys),
    [['auditingId']],
  )
})

test('a registry that takes identity from callers alone refuses it among arguments, all keys at once', async () => {
  const registry = new ToolRegistry({ contextFrom: 'caller' })
  registry.register(tool(both))
  const { code, details } = await refusal(() => registry.execute('echo', { q: 1, ...keys }))
  assert.equal(code, 'INVALID_PARAMS')
  assert.deepEqual(
    details.problems.map(({ pointer }) => pointer),
    ['/userId', '/auditingId', '/__metadata'],
  )
  const { context } = await registry.execute('echo', { q: 1 })
  assert.equal(context.userId, undefined)
  assert.equal((await registry.execute('echo', keys, { context: { userId: 8 } })).context.userId, 8)
})

test('a registry that takes identity from callers alone does so for calls of Rust threads too', async () => {
  const registry = new ToolRegistry({ contextFrom: 'caller' })
  registry.register(tool(both))
  const { succeeded, error } = await callFromRust(registry, { params: { q: 1, ...keys } })
  assert.deepEqual([succeeded, error.code], [0, 'INVALID_PARAMS'])
  assert.deepEqual(
    error.details.problems.map(({ pointer }) => pointer),
    ['/userId', '/auditingId', '/__metadata'],
  )
  assert.equal((await callFromRust(registry, { params: keys, context: { userId: 8 } })).value.context.userId, 8)
})

for (const [what, userId, refused] of [
  ['undefined', undefined, true],
  ['null', null, true],
  ['an empty text', '', true],
  ['zero', 0, true],
  ['NaN', NaN, true],
  ['a zero BigInt', 0n, true],
  ['false', false, true],
  ['an object', { id: 1 }, true],
  ['a list', [1], true],
  ['a text', 'u1', false],
  ['a number', 7, false],
  ['a negative number', -1, false],
  ['a BigInt', 2n ** 64n, false],
]) {
  test(`a tool that requires a user ${refused ? 'refuses' : 'takes'} ${what}`, async () => {
    const registry = registryOf({ requiresAuth: true, execute: (_, context) => context.userId })
    for (const args of [[{ userId }], [{}, { context: { userId } }]]) {
      const call = () => registry.execute('echo', ...args)
      if (!refused) assert.equal(await call(), userId)
      else
        assert.deepEqual((({ code, details }) => [code, details])(await refusal(call)), [
          'MISSING_CONTEXT',
          { tool: 'echo', key: 'userId' },
        ])
    }
  })
}

test('a user that no JSON can say is no user', async () => {
  const userId = {}
  userId.self = userId
  assert.equal(
    await codeOf(() => registryOf({ requiresAuth: true }).execute('echo', {}, { context: { userId } })),
    'MISSING_CONTEXT',
  )
})

test('a context is frozen and says what the call is', async () => {
  const registry = registryOf(both)
  const { context } = await registry.execute('echo', {}, { context: { userId: 7 } })
  assert.ok(Object.isFrozen(context))
  assert.throws(() => {
    context.userId = 8
  }, TypeError)
  const { toolName, revision, signal, approved } = context
  assert.deepEqual([toolName, revision, signal.aborted, approved], ['echo', registry.revision, false, false])
})

test('no two calls share a context, a call id or a signal', async () => {
  const registry = registryOf(both)
  const options = { context: { userId: 7, metadata: { n: 1 } } }
  const [{ context: a }, { context: b }] = [
    await registry.execute('echo', {}, options),
    await registry.execute('echo', {}, options),
  ]
  assert.notEqual(a, b)
  assert.notEqual(a.callId, b.callId)
  assert.notEqual(a.signal, b.signal)
  assert.notEqual(a.metadata, b.metadata)
  assert.equal(a.signal, a.signal)
})

test('metadata is a frozen copy of plain data, and anything else as it is', async () => {
  class Logger {}
  const metadata = { list: [{ deep: 1 }], logger: new Logger(), date: new Date(0), call: () => 1, ['__proto__x']: 1 }
  metadata.self = metadata
  const { context } = await registryOf(both).execute('echo', {}, { context: { metadata } })
  const copy = context.metadata
  assert.notEqual(copy, metadata)
  assert.equal(copy.self, copy)
  assert.deepEqual(copy.list, [{ deep: 1 }])
  for (const frozen of [copy, copy.list, copy.list[0]]) assert.ok(Object.isFrozen(frozen))
  for (const key of ['logger', 'date', 'call']) assert.equal(copy[key], metadata[key], key)
  assert.ok(!Object.isFrozen(metadata) && !Object.isFrozen(metadata.list) && !Object.isFrozen(metadata.logger))
})

test('a list in metadata keeps its length, empty places included', async () => {
  const { context } = await registryOf(both).execute('echo', {}, { context: { metadata: { list: [1, , 2, ,] } } })
  assert.deepEqual(context.metadata.list, [1, , 2, ,])
})

test('metadata with a __proto__ key of its own changes no prototype', async () => {
  const metadata = JSON.parse('{"__proto__": {"admin": true}}')
  const { context } = await registryOf(both).execute('echo', {}, { context: { metadata } })
  assert.equal(context.metadata.admin, undefined)
  assert.deepEqual(Object.keys(context.metadata), ['__proto__'])
})

test('a context with an unknown key, or one that is no object, is refused', async () => {
  for (const context of [{ userid: 7 }, null, 'me', 7]) {
    assert.equal(await codeOf(() => registryOf(both).execute('echo', {}, { context })), 'INVALID_OPTIONS')
  }
})

test("identity in the depth of the arguments is an argument, and nobody's identity", async () => {
  const registry = registryOf({ execute: (params, { userId }) => ({ params, userId }) })
  const params = { filter: { userId: 'forged', __metadata: { admin: true } }, list: [{ auditingId: 1 }] }
  assert.deepEqual(await registry.execute('echo', params, { context: { userId: 'me' } }), { params, userId: 'me' })
  assert.deepEqual(await registry.execute('echo', params), { params, userId: undefined })
})
