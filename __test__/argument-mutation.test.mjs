// What was judged is what is called: a caller who changes its objects while a call waits changes nothing of the call.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { document } from './support/documents.mjs'
import { serve } from './support/server.mjs'
import { holdOpen, refusal, registryOf, tool } from './support/tools.mjs'

class Logger {
  lines = []
}

/** A registry whose first call holds the only seat until `finish` is called. */
function busy(over) {
  const turns = []
  const registry = new ToolRegistry()
  const execute = (params, context) => new Promise((resolve) => turns.push(() => resolve({ params, context })))
  registry.register(tool({ execute, callLimits: { concurrency: 1 }, ...over }))
  const first = registry.execute('echo', { n: 0 })
  const finish = async () => {
    turns.shift()()
    await first
    while (turns.length === 0) await new Promise(setImmediate)
    turns.shift()()
  }
  return { registry, finish }
}
const schema = {
  type: 'object',
  properties: { order: { type: 'object', properties: { amount: { type: 'integer', maximum: 10 } } } },
}

const DOORS = {
  execute: (registry, ...args) => registry.execute('echo', ...args),
  call: async (registry, ...args) => (await registry.call('echo', ...args)).value,
  stream: async (registry, ...args) => (await registry.stream('echo', ...args).next()).value,
  'a call with a key': (registry, params, options) =>
    registry.execute('echo', params, { ...options, idempotencyKey: 'k' }),
}
for (const [door, call] of Object.entries(DOORS)) {
  test(`${door}: arguments changed while a call waits reach the closure as they were validated`, async (t) => {
    holdOpen(t)
    const { registry, finish } = busy({ inputSchema: schema })
    const [logger, bytes, item] = [new Logger(), Buffer.from('a'), { deep: [1] }]
    const params = { order: { amount: 5, items: [item, item] }, logger, bytes }
    params.order.self = undefined
    const result = call(registry, params)
    await new Promise(setImmediate)
    Object.assign(params.order, { amount: 1_000, more: true })
    params.order.items.push('more')
    item.deep[0] = 2
    params.extra = true
    await finish()
    const { params: got } = await result
    assert.deepEqual(got, {
      order: { amount: 5, items: [{ deep: [1] }, { deep: [1] }], self: undefined },
      logger,
      bytes,
    })
    assert.deepEqual(
      [got.logger, got.bytes, got.order.items[0]],
      [logger, bytes, got.order.items[1]],
      'what is no plain data is the very same, what is shared is shared',
    )
    assert.equal(got.logger, logger)
  })
}

for (const [door, call] of Object.entries(DOORS)) {
  test(`${door}: arguments changed while a schema validates reach the closure as they were validated`, async () => {
    let judge
    const validate = (value) => new Promise((resolve) => (judge = () => resolve({ value })))
    const guarded = { '~standard': { version: 1, vendor: 'own', validate, jsonSchema: { input: () => schema } } }
    const registry = registryOf({ inputSchema: guarded })
    const params = { order: { amount: 5 } }
    const result = call(registry, params)
    while (judge === undefined) await new Promise(setImmediate)
    params.order.amount = 1_000
    judge()
    assert.deepEqual(await result, { order: { amount: 5 } })
  })
}

test('whoever calls is who was judged, though the context is changed while the call waits', async (t) => {
  holdOpen(t)
  const { registry, finish } = busy({ requiresAuth: false })
  const context = { userId: 'ada', auditingId: 1, metadata: { tenant: 'a' } }
  const result = registry.execute('echo', {}, { context })
  Object.assign(context, { userId: 'eve', auditingId: 2 })
  context.metadata.tenant = 'b'
  await finish()
  const { userId, auditingId, metadata } = (await result).context
  assert.deepEqual([userId, auditingId, metadata], ['ada', 1, { tenant: 'a' }])
})

test('a call that does not wait hands on the very objects', async () => {
  const registry = registryOf({ callLimits: { concurrency: 9 } })
  const nested = { a: [1] }
  assert.equal((await registry.execute('echo', { nested })).nested, nested)
})

test('what is sent to an API is what its caller handed over, though it is changed while a file is read', async (t) => {
  const { url, requests } = await serve(t, () => ({}))
  const registry = new ToolRegistry()
  const body = {
    content: {
      'application/json': {
        schema: { type: 'object', properties: { a: {}, file: { type: 'string', format: 'byte' }, z: {} } },
      },
    },
  }
  const source = document(['a'], { a: { requestBody: body } })
  source.paths['/a'] = { post: source.paths['/a'].get }
  await new SpecLoader(registry).load(source, { baseUrl: url })
  let read
  const slow = new Blob(['x'])
  Object.defineProperty(slow, 'arrayBuffer', {
    value: () => new Promise((resolve) => (read = () => resolve(Buffer.from('x')))),
  })
  const params = { a: { amount: 5 }, file: slow, z: [1] }
  const result = registry.execute('a', params)
  params.a.amount = 1_000
  params.z.push(2)
  while (read === undefined) await new Promise(setImmediate)
  read()
  await result
  assert.deepEqual(JSON.parse(requests[0].body), {
    a: { amount: 5 },
    file: Buffer.from('x').toString('base64'),
    z: [1],
  })
})

test('unreadable arguments of a waiting call are refused, and its permit is released', async (t) => {
  holdOpen(t)
  const { registry, finish } = busy({ callLimits: { concurrency: 1, queue: 1 } })
  let looks = 0
  const params = {
    inner: {
      get n() {
        if (++looks > 1) throw new Error('not twice')
        return 1
      },
    },
  }
  assert.equal((await refusal(() => registry.execute('echo', params))).code, 'INVALID_PARAMS')
  const result = registry.execute('echo', { n: 1 })
  await finish()
  assert.deepEqual((await result).params, { n: 1 })
})
