// A provider of tools: a consumer is added, loads, follows changes, and is given back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { proxied, revoked } from './support/hostile.mjs'
import { ProviderLease, deferred, fail, isProvider, leaseOf, providerOf } from './support/providers.mjs'
import { never, refusal, tool } from './support/tools.mjs'

const methods = { loadTools() {}, addConsumer() {}, removeConsumer() {} }

test('a provider is told by its three methods', () => {
  class Provider {}
  Object.assign(Provider.prototype, methods)
  for (const value of [methods, new Provider(), Object.assign([], methods), Object.assign(() => 1, methods)])
    assert.equal(isProvider(value), true)
  const throwing = Object.defineProperty({ ...methods }, 'onChanged', { get: fail })
  const none = [null, undefined, 'x', [], {}, { ...methods, loadTools: 1 }, { ...methods, removeConsumer: undefined }]
  for (const value of [...none, throwing, proxied(methods), revoked(methods)]) assert.equal(isProvider(value), false)
})

test('what is no provider gets no lease', async () => {
  const { code, message } = await refusal(() => new ProviderLease({}, 'rack', { timeoutMs: 5, onChanged() {} }))
  const says = 'a provider must have the methods loadTools, addConsumer and removeConsumer, got an object'
  assert.deepEqual([code, message], ['INVALID_DEFINITION', says])
})

const a = tool({ name: 'a' })
const b = tool({ name: 'b' })

/** What `loadTools` returns; the tools are a and b. */
const TOOLS = [
  ['a list', () => [a, b]],
  ['a set', () => new Set([a, b])],
  [
    'a generator',
    function* () {
      yield a
      yield b
    },
  ],
  [
    'an async generator',
    async function* () {
      yield a
      yield b
    },
  ],
  ['a promise of a list', async () => [a, b]],
  [
    'a promise of an async generator',
    async () =>
      (async function* () {
        yield a
        yield b
      })(),
  ],
  ['a thenable', () => ({ then: (resolve) => resolve([a, b]) })],
]

for (const [what, loadTools] of TOOLS) {
  test(`loadTools may return ${what}`, async () => {
    const { lease, calls } = leaseOf({ loadTools })
    assert.deepEqual(await lease.open(), [a, b])
    assert.deepEqual(calls, ['add rack', 'listen', 'load'])
    await lease.close()
    assert.deepEqual(calls.slice(3), ['off', 'remove rack'])
  })
}

test('each method may be async, and onChanged may be missing', async () => {
  const { provider, calls } = providerOf({ addConsumer: async () => 1, removeConsumer: async () => 1 })
  delete provider.onChanged
  const lease = new ProviderLease(provider, 'rack', { timeoutMs: 500, onChanged() {} })
  await lease.open()
  await lease.close()
  assert.deepEqual(calls, ['add rack', 'load', 'remove rack'])
})

test('a deadline longer than a timer can be ends no load at once', async () => {
  // Timers fire in order: that of a deadline which overflows would be the first.
  const loadTools = () => new Promise((resolve) => setTimeout(() => resolve([a]), 2))
  const { lease } = leaseOf({ loadTools }, { timeoutMs: 2 ** 40, startTimer: undefined })
  assert.deepEqual(await lease.open(), [a])
  await lease.close()
})

test('loads that come while one runs share one more', async () => {
  const gates = [deferred(), deferred(), deferred()]
  let loads = 0
  const { lease } = leaseOf({ loadTools: () => gates[loads++].promise })
  const opened = lease.open()
  const later = lease.load()
  const latest = lease.load()
  gates[0].resolve([a])
  assert.deepEqual(await opened, [a])
  gates[1].resolve([b])
  assert.deepEqual([await later, await latest, loads], [[b], [b], 2])
  gates[2].resolve([])
  assert.deepEqual([await lease.load(), loads], [[], 3])
})

test('a load that fails keeps the consumer, and the next one is tried', async () => {
  let down = false
  const { lease, calls } = leaseOf({ loadTools: () => (down ? fail() : [a]) })
  await lease.open()
  down = true
  const loads = [refusal(() => lease.load()), refusal(() => lease.load())]
  assert.deepEqual(
    (await Promise.all(loads)).map(({ code }) => code),
    ['SOURCE_UNREADABLE', 'SOURCE_UNREADABLE'],
  )
  down = false
  assert.deepEqual(await lease.load(), [a])
  assert.equal(calls.includes('remove rack'), false)
})

test('a change is told at once, and changes during a load are told once after it', async () => {
  const gate = deferred()
  let loading
  const { lease, change, changes } = leaseOf({ loadTools: () => loading ?? [a] })
  await lease.open()
  change()
  assert.equal(changes(), 1)
  loading = gate.promise
  const load = lease.load()
  await turn()
  change()
  change()
  assert.equal(changes(), 1)
  gate.resolve([b])
  await load
  await turn()
  assert.equal(changes(), 2)
})

test('a change is told once, until a load has begun', async () => {
  const { lease, change, changes } = leaseOf({})
  await lease.open()
  for (let i = 0; i < 50; i++) {
    change()
    await turn()
  }
  assert.equal(changes(), 1)
  await lease.load()
  change()
  assert.equal(changes(), 2)
})

test('a change during a load that another load follows is told by that load', async () => {
  const gate = deferred()
  const { lease, change, changes } = leaseOf({ loadTools: () => gate.promise })
  const loads = [lease.open(), lease.load()]
  await turn()
  change()
  gate.resolve([a])
  await Promise.all(loads)
  await turn()
  assert.equal(changes(), 0)
})

test('a change that is told before loadTools returns belongs to that load', async () => {
  let change
  const onChanged = (listener) => (listener(), void (change = listener))
  let loads = 0
  const loadTools = () => (loads++, change(), [a])
  const { lease, changes } = leaseOf({ onChanged, loadTools })
  assert.deepEqual(await lease.open(), [a])
  await lease.load()
  await turn()
  assert.deepEqual([loads, changes()], [2, 0])
  change()
  assert.equal(changes(), 1)
})

test('a change that loadTools tells after an await leads to one load after it, not to one within it', async () => {
  let [calls, depth, deepest] = [0, 0, 0]
  let change
  const loadTools = async () => {
    deepest = Math.max(deepest, ++depth)
    await turn()
    if (++calls <= 2) change()
    depth--
    return [a]
  }
  const twice = deferred()
  const onChanged = () => lease.load().then(() => calls === 3 && twice.resolve())
  const { lease } = leaseOf({ loadTools, onChanged: (listener) => void (change = listener) }, { onChanged })
  await lease.open()
  await twice.promise
  await turn()
  assert.deepEqual([deepest, calls], [1, 3])
})

test('a provider that changes with each load is loaded after longer and longer pauses, until it rests', async () => {
  let [calls, time, listener] = [0, 0]
  const loadTools = async () => (await turn(), calls < 10 && listener(), [a])
  const [pauses, rested] = [[], deferred()]
  const startTimer = (ms, expire) => (ms < 60_000 && (pauses.push([calls, ms]), setImmediate(() => expire())), () => {})
  let loading
  const onChanged = () => (loading = lease.load().then(() => ++calls === 10 && rested.resolve()))
  const options = { timeoutMs: 60_000, startTimer, onChanged, now: () => time }
  const { lease } = leaseOf({ loadTools, onChanged: (given) => void (listener = given) }, options)
  await lease.open()
  await rested.promise
  const expected = [100, 200, 400, 800, 1_000, 1_000, 1_000]
  assert.deepEqual(
    pauses.map(([, ms]) => ms),
    expected,
  )
  assert.equal(pauses[0][0], 3)
  time = 100
  listener()
  await loading
  assert.deepEqual([calls, pauses.length], [11, expected.length])
  await lease.close()
})

test('close ends a load that is under way, and gives the consumer back', async () => {
  for (const method of ['loadTools', 'onChanged']) {
    const { lease, calls, timers } = leaseOf({ [method]: never })
    const opened = refusal(() => lease.open())
    await turn()
    await lease.close()
    assert.equal((await opened).code, 'CLOSED')
    assert.deepEqual([calls.at(-1), timers.size], ['remove rack', 0])
  }
})

test('close waits for a consumer that is being added', async () => {
  const gate = deferred()
  const { lease, calls } = leaseOf({ addConsumer: () => gate.promise })
  const opened = refusal(() => lease.open())
  await turn()
  const closed = lease.close()
  await turn()
  assert.deepEqual(calls, ['add rack'])
  gate.resolve()
  await closed
  assert.deepEqual([calls, (await opened).code], [['add rack', 'remove rack'], 'CLOSED'])
})

test('close is called twice with one effect, and a lease that was not opened has nothing to give back', async () => {
  const { lease, calls } = leaseOf({})
  await lease.open()
  assert.equal(lease.close(), lease.close())
  await lease.close()
  assert.equal(calls.filter((call) => call === 'remove rack').length, 1)
  const unopened = leaseOf({})
  await unopened.lease.close()
  assert.deepEqual(unopened.calls, [])
  assert.equal((await refusal(() => unopened.lease.open())).code, 'CLOSED')
})

test('an unsubscriber that comes after the end is called, and may fail', async () => {
  for (const off of [fail, async () => fail()]) {
    const gate = deferred()
    const ended = deferred()
    const { lease, expire, calls } = leaseOf({ onChanged: () => gate.promise })
    const opened = refusal(() => lease.open())
    await turn()
    expire()
    assert.equal((await opened).code, 'TIMEOUT')
    gate.resolve(() => (ended.resolve(), off()))
    await ended.promise
    // An unhandled rejection fails the test.
    await turn()
    assert.equal(calls.at(-1), 'remove rack')
  }
})

test('a change after close is told to nobody', async () => {
  let listener
  const { lease, changes } = leaseOf({ onChanged: (given) => void (listener = given) })
  await lease.open()
  await lease.close()
  listener()
  assert.equal(changes(), 0)
})
