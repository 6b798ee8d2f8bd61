// Changes of a served list: who is told, when, and how often.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { createTestRegistry } from 'toolrack/test'
import { ERAS, connect } from './support/mcp-client.mjs'
import { tool } from './support/tools.mjs'

const { ListChanges } = createRequire(import.meta.url)('../lib/mcp/subscriptions/list-changes.js')

const CHANGED = 'notifications/tools/list_changed'
const LISTEN = { notifications: { toolsListChanged: true } }

/** Makes a registry with a test clock, and a client that gets notifications of changes. */
async function listening(t, era, options = {}) {
  const registry = createTestRegistry()
  registry.register(tool())
  const { client, ask, ...rest } = await connect(t, registry, { era, ...options })
  if (era === 'modern') {
    client.send({ id: 'sub', method: 'subscriptions/listen', params: ERAS.modern.params(LISTEN) })
    await client.next(({ method }) => method === 'notifications/subscriptions/acknowledged')
  }
  await ask('tools/list')
  // The list that the client knows of is looked at.
  await registry.clock.advance(10)
  const changes = () => client.messages.filter(({ method }) => method === CHANGED)
  /** Lets time pass; what was written is read. */
  const pass = async (ms) => {
    await registry.clock.advance(ms)
    await ask('tools/list')
  }
  return { registry, client, ask, changes, pass, ...rest }
}

for (const era of Object.keys(ERAS)) {
  test(`${era}: 500 tools that are registered one by one are one notification`, async (t) => {
    const { registry, changes, pass } = await listening(t, era)
    for (let i = 0; i < 500; i++) registry.register(tool({ name: `t${i}` }))
    await pass(10)
    await pass(5_000)
    const _meta = { 'io.modelcontextprotocol/subscriptionId': 'sub' }
    assert.deepEqual(changes(), [{ jsonrpc: '2.0', method: CHANGED, ...(era === 'modern' && { params: { _meta } }) }])
  })

  test(`${era}: at most one notification a second, and the last change always arrives`, async (t) => {
    const { registry, changes, pass } = await listening(t, era)
    const counts = []
    for (let i = 0; i < 30; i++) {
      registry.register(tool({ name: `t${i}` }))
      await pass(100)
      counts.push(changes().length)
    }
    await pass(1_000)
    assert.deepEqual([counts.at(-1), changes().length], [3, 4])
  })

  for (const [what, filter] of [
    ['no filter', undefined],
    ['a predicate', { predicate: () => true }],
  ])
    test(`${era}: an undone change is told to whoever has read it, with ${what}`, async (t) => {
      const { registry, ask, changes, pass } = await listening(t, era, { filter })
      registry.register(tool({ name: 'first' }))
      await pass(10)
      registry.register(tool({ name: 'second' }))
      await pass(10)
      const { result } = await ask('tools/list')
      assert.deepEqual([result.tools.length, changes().length], [3, 1])
      registry.unregister('second')
      await pass(1_000)
      assert.equal(changes().length, 2)
      assert.equal((await ask('tools/list')).result.tools.length, 2)
      registry.register(tool({ name: 'third' }))
      registry.unregister('third')
      await pass(2_000)
      assert.equal(changes().length, 2, 'nobody has read the other list')
    })

  test(`${era}: a change of what is not listed is none`, async (t) => {
    const { registry, changes, pass } = await listening(t, era, { filter: { tags: ['shown'] } })
    registry.register(tool({ name: 'other' }))
    await pass(10)
    registry.replace(tool({ execute: () => 'another closure' }))
    await pass(2_000)
    assert.deepEqual(changes(), [])
    registry.register(tool({ name: 'seen', tags: ['shown'] }))
    await pass(10)
    assert.equal(changes().length, 1)
  })

  test(`${era}: a tool that comes and goes within a second is none`, async (t) => {
    const { registry, changes, pass } = await listening(t, era)
    registry.register(tool({ name: 'a' }))
    await pass(10)
    registry.register(tool({ name: 'b' }))
    // Nobody reads the list meanwhile.
    await registry.clock.advance(10)
    registry.unregister('b')
    await pass(5_000)
    assert.equal(changes().length, 1)
  })

  test(`${era}: notifyMs says how often`, async (t) => {
    const { registry, changes, pass } = await listening(t, era, { notifyMs: 50 })
    for (let i = 0; i < 4; i++) {
      registry.register(tool({ name: `t${i}` }))
      await pass(50)
    }
    assert.equal(changes().length, 4)
  })

  test(`${era}: a slow reader holds one notification, not a queue`, async (t) => {
    const { registry, client, output, changes } = await listening(t, era)
    output.pause()
    // Larger than what a stream holds before it says that its reader is slow.
    const big = tool({ name: 'big', description: 'x'.repeat(1 << 20) })
    registry.register(big)
    client.send({ id: 'big', method: 'tools/list', params: ERAS[era].params({}) })
    await new Promise((resolve) => setImmediate(resolve))
    const waiting = output.writableLength
    for (let i = 0; i < 5; i++) {
      registry.register(tool({ name: `t${i}` }))
      await registry.clock.advance(1_000)
    }
    assert.ok(output.writableLength - waiting < 1_000)
    output.resume()
    await client.next(({ id }) => id === 'big')
    await client.request('tools/list', ERAS[era].params({}))
    assert.ok(changes().length <= 2 && changes().length > 0)
  })
}

test('a stream acknowledges what it honours, and nothing else', async (t) => {
  const { client } = await connect(t, createTestRegistry())
  const asked = { toolsListChanged: true, promptsListChanged: true, resourceSubscriptions: ['file:///a'], other: 1 }
  for (const [notifications, honoured] of [
    [asked, { toolsListChanged: true }],
    [{ toolsListChanged: false, promptsListChanged: true }, {}],
    [{ toolsListChanged: 'yes' }, {}],
    [{}, {}],
  ]) {
    const id = JSON.stringify(notifications)
    client.send({ id, method: 'subscriptions/listen', params: ERAS.modern.params({ notifications }) })
    const { params } = await client.next(({ method }) => method === 'notifications/subscriptions/acknowledged')
    assert.deepEqual(params, { _meta: { 'io.modelcontextprotocol/subscriptionId': id }, notifications: honoured })
  }
})

for (const notifications of [undefined, null, [], 'all', 5])
  test(`listening to ${JSON.stringify(notifications)} is -32602`, async (t) => {
    const { ask } = await connect(t, createTestRegistry())
    assert.equal((await ask('subscriptions/listen', { notifications })).error.code, -32602)
  })

test('the id of a stream keeps its type', async (t) => {
  const { client } = await connect(t, createTestRegistry())
  for (const id of [0, 77, '77', '']) {
    client.send({ id, method: 'subscriptions/listen', params: ERAS.modern.params(LISTEN) })
    const { params } = await client.next(({ method }) => method === 'notifications/subscriptions/acknowledged')
    assert.strictEqual(params._meta['io.modelcontextprotocol/subscriptionId'], id)
  }
})

test('a cancelled stream tells nothing more, and its id is free', async (t) => {
  const { registry, client, changes, pass } = await listening(t, 'modern')
  client.send({ method: 'notifications/cancelled', params: { requestId: 'sub' } })
  registry.register(tool({ name: 'a' }))
  await pass(10)
  assert.deepEqual(changes(), [])
  client.send({ id: 'sub', method: 'subscriptions/listen', params: ERAS.modern.params(LISTEN) })
  await client.next(({ method }) => method === 'notifications/subscriptions/acknowledged')
})

test('a legacy client is told nothing before it is ready', async (t) => {
  const registry = createTestRegistry()
  const { client } = await connect(t, registry)
  await client.request('initialize', { protocolVersion: '2025-11-25', capabilities: {} })
  await registry.clock.advance(10)
  registry.register(tool())
  await registry.clock.advance(10)
  await client.request('ping')
  assert.deepEqual(client.messages, [])
})

test('streams over the limit are -32603 before the acknowledgement, and a free place is used again', async (t) => {
  const { client, ask } = await connect(t, createTestRegistry(), { wireLimits: { streams: 2 } })
  for (const id of ['a', 'b']) client.send({ id, method: 'subscriptions/listen', params: ERAS.modern.params(LISTEN) })
  const { error } = await ask('subscriptions/listen', LISTEN)
  assert.equal(error.code, -32603)
  client.send({ method: 'notifications/cancelled', params: { requestId: 'a' } })
  client.send({ id: 'c', method: 'subscriptions/listen', params: ERAS.modern.params(LISTEN) })
  const isThird = ({ params }) => params?._meta?.['io.modelcontextprotocol/subscriptionId'] === 'c'
  await client.next(isThird)
})

test('a new client learns of a change that comes before its list was looked at', async (t) => {
  const registry = createTestRegistry()
  registry.register(tool())
  const { client, ask } = await connect(t, registry)
  client.send({ id: 'sub', method: 'subscriptions/listen', params: ERAS.modern.params(LISTEN) })
  await ask('tools/list')
  registry.register(tool({ name: 'a' }))
  await registry.clock.advance(10)
  await client.next(({ method }) => method === CHANGED)
})

test('a long notifyMs is no short one: it is waited for in parts', () => {
  const waits = []
  let expire, change
  let digest = 0
  const startTimer = (call, ms) => {
    waits.push(ms)
    expire = call
  }
  const onChange = (listener) => {
    change = listener
    return () => {}
  }
  const registry = { closures: { clock: { now: () => 0, startTimer, stopTimer: () => {} } }, onChange }
  const views = { listing: () => ({ digest: digest++ }) }
  let told = 0
  new ListChanges(registry, views, 2 ** 40).subscribe({}, '2025-11-25', () => told++)
  // The list is looked at in its turn, and told of when it changes; then the next change waits.
  for (let i = 0; i < 2; i++) {
    expire()
    expire()
    change()
  }
  // Node would make 1 ms of more.
  assert.deepEqual([told, waits], [1, [10, 0, 10, 0, 2 ** 31 - 1]])
})
