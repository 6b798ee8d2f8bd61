// Closures keep to limits: how many calls a minute, how many at a time, and each idempotency key once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { codeOf, drill, refusal, tool } from './support/tools.mjs'

function limited(options, ...tools) {
  const registry = new ToolRegistry(options)
  for (const one of tools) registry.register(tool(one))
  return registry
}

/** A closure whose calls wait until they are let go, in the order in which they came. */
function gate() {
  const waiting = []
  let most = 0
  const execute = (params) => new Promise((resolve, reject) => {
    waiting.push({ resolve: () => resolve(params), reject })
    most = Math.max(most, waiting.length)
  })
  return { execute, waiting, next: () => waiting.shift().resolve(), get most() { return most } }
}
const turns = async (count = 5) => { for (let i = 0; i < count; i++) await new Promise(setImmediate) }
const until = async (condition) => { for (const end = Date.now() + 5_000; !condition() && Date.now() < end; ) await new Promise(setImmediate) }

test('calls over the rate are refused and say when to come again, each user for itself', async () => {
  const registry = limited({ enforceRateLimits: true }, { rateLimit: 2 })
  const as = (userId) => registry.execute('echo', {}, { context: { userId } })
  await Promise.all([as('a'), as('a'), as('b')])
  const error = await refusal(() => as('a'))
  assert.equal(error.code, 'RATE_LIMITED')
  assert.equal(error.details.limit, 2)
  assert.ok(error.details.retryAfterMs > 29_000 && error.details.retryAfterMs <= 30_000, String(error.details.retryAfterMs))
  await as('b')
  assert.equal(await codeOf(() => as('b')), 'RATE_LIMITED')
  await registry.execute('echo')
  for (const _ of [1]) assert.equal((await drill(registry, { total: 2 })).error.code, 'RATE_LIMITED')
})

test('a rate is information where nobody enforces it', async () => {
  const registry = limited({}, { rateLimit: 1 })
  for (let i = 0; i < 5; i++) await registry.execute('echo')
})

test('a model is told to come again later', async () => {
  const registry = limited({ enforceRateLimits: true }, { rateLimit: 1 })
  const respond = () => registry.respond('anthropic', { type: 'tool_use', id: '1', name: 'echo', input: {} })
  await respond()
  const { content, is_error } = await respond()
  assert.equal(is_error, true)
  const { error } = JSON.parse(content)
  assert.equal(error.code, 'RATE_LIMITED')
  assert.ok(error.retryAfterMs > 0)
  assert.match(error.next, /later/)
})

test('calls at a time wait in line, in their order, and the line has an end', async () => {
  const door = gate()
  const registry = limited({ callLimits: { concurrency: 2, queue: 2 } }, { execute: door.execute })
  const ended = []
  const calls = [1, 2, 3, 4].map((n) => registry.execute('echo', { n }).then(({ n }) => ended.push(n)))
  const busy = await refusal(() => registry.execute('echo', { n: 5 }))
  assert.deepEqual([busy.code, busy.details.waiting], ['BUSY', 2])
  for (let i = 0; i < 4; i++) {
    await until(() => door.waiting.length > 0)
    door.next()
  }
  await Promise.all(calls)
  assert.deepEqual([ended, door.most], [[1, 2, 3, 4], 2])
  const again = registry.execute('echo', { n: 6 })
  door.next()
  await again
})

test('tools of one source share what the source has', async () => {
  const door = gate()
  const registry = limited({ callLimits: { sourceConcurrency: 1, queue: 0 } }, { execute: door.execute }, { name: 'other' })
  const first = registry.execute('echo')
  assert.equal((await refusal(() => registry.execute('other'))).details.what, 'source')
  door.next()
  await first
  await registry.execute('other')
})

test('the deadline is over the line and the call', async () => {
  const door = gate()
  const registry = limited({ callLimits: { concurrency: 1 } }, { execute: door.execute })
  const first = registry.execute('echo')
  assert.equal(await codeOf(() => registry.execute('echo', {}, { timeoutMs: 10 })), 'TIMEOUT')
  door.next()
  await first
  await turns()
  const next = registry.execute('echo')
  await until(() => door.waiting.length > 0)
  door.next()
  await next
  assert.equal(door.most, 1)
})

test('whoever gives up in line leaves it', async () => {
  const door = gate()
  const registry = limited({ callLimits: { concurrency: 1, queue: 1 } }, { execute: door.execute })
  const first = registry.execute('echo')
  const controller = new AbortController()
  const second = codeOf(() => registry.execute('echo', {}, { signal: controller.signal }))
  controller.abort()
  assert.equal(await second, 'CANCELLED')
  await turns()
  const third = registry.execute('echo', { n: 3 })
  door.next()
  await first
  await until(() => door.waiting.length > 0)
  door.next()
  assert.deepEqual(await third, { n: 3 })
})

test('a call that fails, throws at once or times out gives its seat back', async () => {
  const registry = limited(
    { callLimits: { concurrency: 1, queue: 0 } },
    { execute: ({ how }) => { if (how === 'throws') throw new Error('no'); return how === 'hangs' ? new Promise(() => {}) : how === 'rejects' ? Promise.reject(new Error('no')) : how } },
    { name: 'streams', async *execute() { yield 1; yield 2 } },
  )
  for (const how of ['throws', 'rejects', 'hangs', 'now', 'hangs']) await registry.execute('echo', { how }, { timeoutMs: 20 }).catch(() => {})
  assert.equal(await registry.execute('echo', { how: 'last' }), 'last')
  for (let i = 0; i < 3; i++) for await (const _ of registry.stream('streams')) break
  assert.equal(await registry.execute('streams'), 2)
  const stream = registry.stream('streams')
  await stream.next()
  assert.equal(await codeOf(() => registry.stream('streams').next()), 'BUSY')
  await stream.return()
  for await (const _ of registry.stream('streams'));
})

test('a call with a key is made once, and its result is everybody\'s', async () => {
  let made = 0
  const registry = limited({}, { execute: async ({ q }) => { await null; return { q, made: ++made } } })
  const call = (params, idempotencyKey, context = { userId: 'a' }) => registry.execute('echo', params, { idempotencyKey, context })
  const [first, joined] = await Promise.all([call({ q: 1 }, 'k'), call({ q: 1 }, 'k')])
  assert.deepEqual([first, joined, await call({ q: 1 }, 'k'), made], [{ q: 1, made: 1 }, { q: 1, made: 1 }, { q: 1, made: 1 }, 1])
  const other = await refusal(() => call({ q: 2 }, 'k'))
  assert.deepEqual([other.code, other.details], ['IDEMPOTENCY_MISMATCH', { tool: 'echo', key: 'k' }])
  await call({ q: 1 }, 'k', { userId: 'b' })
  await call({ q: 1 }, 'k2')
  assert.equal(made, 3)
})

test('a failure is kept under its key too, and one that never ran is not', async () => {
  let made = 0
  const registry = limited({}, { inputSchema: undefined, parameters: { q: { type: 'integer' } }, execute: () => { made++; throw Object.assign(new Error('out of paper'), { code: 'E' }) } })
  const call = (q) => refusal(() => registry.execute('echo', { q }, { idempotencyKey: 'k' }))
  assert.equal((await call('x')).code, 'INVALID_PARAMS')
  const [first, again] = [await call(1), await call(1)]
  assert.deepEqual([first.code, again.code, again.message, again.details.code, made], ['TOOL_FAILED', 'TOOL_FAILED', first.message, 'E', 1])
})

test('a call that timed out is not made again under its key', async () => {
  let made = 0
  const registry = limited({}, { execute: () => { made++; return new Promise(() => {}) } })
  const call = () => codeOf(() => registry.execute('echo', {}, { idempotencyKey: 'k', timeoutMs: 10 }))
  assert.deepEqual([await call(), await call(), made], ['TIMEOUT', 'TIMEOUT', 1])
})

for (const key of ['', 'x'.repeat(256), 'a\nb', 5, null]) {
  test(`no idempotency key: ${JSON.stringify(key).slice(0, 20)}`, async () => {
    assert.equal(await codeOf(() => limited({}, {}).execute('echo', {}, { idempotencyKey: key })), 'INVALID_OPTIONS')
  })
}

test('a stream cannot be repeated', async () => {
  assert.equal(await codeOf(() => limited({}, {}).stream('echo', {}, { idempotencyKey: 'k' }).next()), 'INVALID_OPTIONS')
})

test('what is wrong with limits is told with its place', async () => {
  const error = await refusal(() => new ToolRegistry({ callLimits: { concurency: 1, queue: -1 } }))
  assert.equal(error.code, 'INVALID_OPTIONS')
  assert.deepEqual(error.details.problems.map(({ pointer }) => pointer), ['/concurency', '/queue'])
  assert.equal(await codeOf(() => new ToolRegistry({ enforceRateLimits: 1 })), 'INVALID_OPTIONS')
})

test('a tool has a deadline of its own', async () => {
  const registry = limited({ timeoutMs: 60_000 }, { execute: () => new Promise(() => {}), callLimits: { timeoutMs: 10 } })
  const timer = setInterval(() => {}, 1_000)
  assert.equal((await refusal(() => registry.execute('echo'))).details.timeoutMs, 10)
  clearInterval(timer)
})
