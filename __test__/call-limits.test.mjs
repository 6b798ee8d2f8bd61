// What calls may cost, as JavaScript sees it: closures, operations, streams, and what two calls of one key have in
// common.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { createTestRegistry } from 'toolrack/test'
import { document } from './support/documents.mjs'
import { codeOf, holdOpen, never, refusal, tool } from './support/tools.mjs'

/** A registry with one tool, and what its calls wait for. */
function scene(over, options, registry = new ToolRegistry(options)) {
  const calls = []
  const execute = (params, context) =>
    new Promise((resolve, reject) => calls.push({ params, context, resolve, reject }))
  registry.register(tool({ execute, ...over }))
  return { registry, calls }
}

/** The same with a clock. */
const timedScene = (over, options) => scene(over, options, createTestRegistry(options))

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('a rate is information until the registry enforces it, and then each user has their own', async () => {
  const limited = { rateLimit: 60, callLimits: { burst: 2 }, execute: () => 'x' }
  const lax = scene(limited).registry
  for (let i = 0; i < 100; i++) await lax.execute('echo')
  const { registry } = timedScene(limited, { enforceRateLimits: true })
  for (const userId of ['ada', 'bob', undefined]) {
    const call = () => registry.execute('echo', {}, { context: { userId } })
    assert.deepEqual([await call(), await call()], ['x', 'x'])
    const { code, details } = await refusal(call)
    assert.deepEqual([code, details.tool, details.limit], ['RATE_LIMITED', 'echo', 60])
    assert.equal(details.retryAfterMs, 1_000)
  }
  registry.replace(tool({ ...limited, description: 'Another' }))
  const call = () => registry.execute('echo', {}, { context: { userId: 'ada' } })
  assert.equal(await codeOf(call), 'RATE_LIMITED')
  await registry.clock.advance(1_000)
  assert.equal(await call(), 'x')
})

test('so many calls run at a time, the next ones come in their order, and one more is refused', async (t) => {
  holdOpen(t)
  const { registry, calls } = scene({ callLimits: { concurrency: 2, queue: 2 } })
  const results = [1, 2, 3, 4].map((n) => registry.execute('echo', { n }))
  const busy = await refusal(() => registry.execute('echo'))
  assert.deepEqual([busy.code, busy.details], ['BUSY', { tool: 'echo', what: 'tool', waiting: 2 }])
  for (let n = 0; n < 4; n++) {
    while (calls.length <= n) await settled()
    assert.ok(calls.length <= n + 2, 'no more than two')
    calls[n].resolve(calls[n].params.n)
    assert.equal(await results[n], n + 1)
  }
})

test('a call that waits ends with its deadline and with its signal, and its closure never runs', async (t) => {
  holdOpen(t)
  const { registry, calls } = timedScene({ callLimits: { concurrency: 1 } })
  const first = registry.execute('echo')
  const late = refusal(() => registry.execute('echo', {}, { timeoutMs: 20_000 }))
  await registry.clock.advance(20_000)
  const { code, details } = await late
  assert.deepEqual([code, details], ['TIMEOUT', { tool: 'echo', timeoutMs: 20_000 }])
  const controller = new AbortController()
  const cancelled = refusal(() => registry.execute('echo', {}, { signal: controller.signal }))
  controller.abort()
  assert.equal((await cancelled).code, 'CANCELLED')
  calls[0].resolve('done')
  assert.equal(await first, 'done')
  const last = registry.execute('echo')
  while (calls.length < 2) await settled()
  calls[1].resolve('last')
  assert.deepEqual([await last, calls.length, registry.lateResults], ['last', 2, 0])
})

test('a closure that never settles gives its seat back when its time is up', async () => {
  const { registry } = timedScene({ callLimits: { concurrency: 1, timeoutMs: 20_000 }, execute: never })
  for (let i = 0; i < 3; i++) {
    const call = refusal(() => registry.execute('echo'))
    await registry.clock.advance(20_000)
    assert.equal((await call).details.timeoutMs, 20_000)
  }
})

test('a closure that throws, and a stream that ends or is left, give their seat back', async (t) => {
  holdOpen(t)
  const once = { callLimits: { concurrency: 1, queue: 0 } }
  const { registry } = scene({
    ...once,
    execute: () => {
      throw new Error('no')
    },
  })
  for (let i = 0; i < 3; i++) assert.equal(await codeOf(() => registry.execute('echo')), 'TOOL_FAILED')
  registry.register(
    tool({
      ...once,
      name: 'pieces',
      execute: async function* () {
        yield* 'abc'
      },
    }),
  )
  for (let i = 0; i < 3; i++) assert.equal(await registry.execute('pieces'), 'abc')
  for (let i = 0; i < 3; i++) for await (const _ of registry.stream('pieces')) if (i > 0) break
  const stream = registry.stream('pieces')
  await stream.next()
  assert.equal(await codeOf(() => registry.execute('pieces')), 'BUSY')
  await stream.return()
  assert.equal(await registry.execute('pieces'), 'abc')
})

test('one key is one call', async (t) => {
  holdOpen(t)
  const { registry, calls } = scene({})
  const call = (params, key, options) => registry.execute('echo', params, { idempotencyKey: key, ...options })
  const results = [call({ a: 1, b: 2 }, 'k'), call({ b: 2, a: 1 }, 'k')]
  assert.equal(await codeOf(() => call({ a: 2 }, 'k')), 'IDEMPOTENCY_MISMATCH')
  const other = call({ a: 2 }, 'k', { context: { userId: 'ada' } })
  await settled()
  assert.equal(calls.length, 2)
  calls[0].resolve({ made: 1 })
  calls[1].resolve(undefined)
  assert.deepEqual(
    [...(await Promise.all(results)), await call({ a: 1, b: 2 }, 'k')],
    [{ made: 1 }, { made: 1 }, { made: 1 }],
  )
  assert.equal(await other, undefined)
  assert.equal(calls.length, 2)
})

test('what failed under a key fails again, and what was refused does not', async (t) => {
  holdOpen(t)
  let made = 0
  const { registry } = scene({
    parameters: { n: { type: 'number' } },
    inputSchema: undefined,
    execute: () => {
      made++
      throw Object.assign(new Error('no'), { code: 'E' })
    },
  })
  const call = (params) => refusal(() => registry.execute('echo', params, { idempotencyKey: 'k' }))
  assert.equal((await call({ n: 'x' })).code, 'INVALID_PARAMS')
  for (let i = 0; i < 2; i++) {
    const { code, details } = await call({ n: 1 })
    assert.deepEqual([code, details.message, details.code], ['TOOL_FAILED', 'no', 'E'])
  }
  assert.equal(made, 1)
})

test('a call that ran out of time or was given up may have had an effect', async (t) => {
  holdOpen(t)
  const { registry, calls } = timedScene({})
  const slow = refusal(() => registry.execute('echo', {}, { idempotencyKey: 'slow', timeoutMs: 10 }))
  await registry.clock.advance(10)
  const first = await slow
  const second = await refusal(() => registry.execute('echo', {}, { idempotencyKey: 'slow' }))
  assert.deepEqual([first.code, second.code], ['TIMEOUT', 'TIMEOUT'])
  const controller = new AbortController()
  const left = refusal(() => registry.execute('echo', {}, { idempotencyKey: 'left', signal: controller.signal }))
  controller.abort()
  assert.equal((await left).code, 'CANCELLED')
  assert.equal(await codeOf(() => registry.execute('echo', {}, { idempotencyKey: 'left' })), 'CANCELLED')
  assert.equal(calls.length, 2)
})

test('a key is a short text, and no stream has one', async () => {
  const { registry } = scene({ execute: () => 'x' })
  for (const idempotencyKey of ['', ' ', 'a\n', 'a'.repeat(256), 5, null, {}]) {
    const { code, details } = await refusal(() => registry.execute('echo', {}, { idempotencyKey }))
    assert.deepEqual([code, details.option], ['INVALID_OPTIONS', 'idempotencyKey'], String(idempotencyKey))
  }
  assert.equal(await registry.execute('echo', {}, { idempotencyKey: '__proto__' }), 'x')
  for (const userId of [{ id: 1 }, [], () => 1, Symbol('a')]) {
    assert.equal(
      await codeOf(() => registry.execute('echo', {}, { idempotencyKey: 'k', context: { userId } })),
      'INVALID_OPTIONS',
    )
  }
  assert.equal(await codeOf(() => registry.stream('echo', {}, { idempotencyKey: 'k' }).next()), 'INVALID_OPTIONS')
})

test('limits that cannot be are told at their places, wherever they are said', async () => {
  const problems = async (action) => (await refusal(action)).details.problems.map(({ pointer }) => pointer)
  assert.deepEqual(
    await problems(() => new ToolRegistry({ callLimits: { burst: 0, breaker: { failures: 'x' }, conc: 1 } })),
    ['/conc', '/burst', '/breaker/failures'],
  )
  assert.deepEqual(await problems(() => scene({ callLimits: { queue: -1 } })), ['/callLimits/queue'])
  assert.deepEqual(await problems(() => scene({ rateLimit: 1, callLimits: { rateLimit: 1 } })), [
    '/callLimits/rateLimit',
  ])
  const load = (options) => new SpecLoader(new ToolRegistry()).load(document(['a']), options)
  assert.deepEqual(await problems(() => load({ callLimits: { retries: 11 } })), ['/retries'])
  assert.deepEqual(await problems(() => load({ overrides: { a: { callLimits: [] } } })), ['/a/callLimits'])
  assert.equal(await codeOf(() => new ToolRegistry({ enforceRateLimits: 'yes' })), 'INVALID_OPTIONS')
})

/** An API whose operations answer as they are told, in turn. `execute` lets the time pass that a call takes. */
async function api(answers, options) {
  const requests = []
  const fetch = async (_, { headers: sent }) => {
    requests.push({ headers: sent })
    const { status = 200, headers, wait } = answers.length > 1 ? answers.shift() : answers[0]
    await wait
    return Response.json({ ok: true }, { status, headers })
  }
  const registry = createTestRegistry()
  const operations = {
    openapi: '3.1.0',
    info: { title: 'api', version: '1' },
    paths: { '/x': { get: { operationId: 'read' }, post: { operationId: 'write' } } },
  }
  await new SpecLoader(registry, { fetch }).load(operations, { baseUrl: 'https://api.example', ...options })
  const execute = async (...call) => {
    const result = registry.execute(...call)
    result.catch(() => undefined)
    await registry.clock.advance(1_000)
    return result
  }
  return { registry, requests, execute }
}

test('a request that does no harm twice is sent again, and another one with a key', async () => {
  const { execute, requests } = await api([
    { status: 503 },
    { status: 429, headers: { 'retry-after': '0' } },
    {},
    { status: 503 },
    { status: 502 },
    {},
  ])
  assert.deepEqual(await execute('read'), { ok: true })
  assert.equal(requests.length, 3)
  assert.equal((await refusal(() => execute('write'))).details.status, 503)
  assert.equal(requests.length, 4)
  assert.deepEqual(await execute('write', {}, { idempotencyKey: 'k' }), { ok: true })
  assert.deepEqual(
    requests.slice(3).map(({ headers }) => headers['idempotency-key']),
    [undefined, 'k', 'k'],
  )
  assert.deepEqual(await execute('write', {}, { idempotencyKey: 'k' }), { ok: true })
  assert.equal(requests.length, 6)
})

test('an API that asks for more time than there is answers at once', async () => {
  const { registry, requests } = await api([{ status: 429, headers: { 'retry-after': '3600' } }])
  assert.equal((await refusal(() => registry.execute('read'))).details.status, 429)
  assert.equal(requests.length, 1)
})

test('an API that keeps failing is left alone, and its callers hear for how long', async () => {
  const { registry, requests } = await api([{ status: 503 }], {
    callLimits: { retries: 0, breaker: { failures: 3, openMs: 60_000 } },
  })
  for (let i = 0; i < 3; i++) assert.equal(await codeOf(() => registry.execute('read')), 'HTTP_FAILED')
  const { code, details } = await refusal(() => registry.execute('write'))
  assert.deepEqual([code, details.tool, requests.length], ['CIRCUIT_OPEN', 'write', 3])
  assert.equal(details.retryAfterMs, 60_000)
  await registry.clock.advance(60_000)
  assert.equal(await codeOf(() => registry.execute('write')), 'HTTP_FAILED')
})

test('an operation keeps to the limits of its document, and overrides count before them', async () => {
  let open
  const wait = new Promise((resolve) => (open = resolve))
  const { registry, requests } = await api([{ wait }], {
    callLimits: { sourceConcurrency: 1, queue: 0, timeoutMs: 5_000 },
    overrides: { write: { callLimits: { queue: 1, maxResponseBytes: 5 } } },
  })
  assert.deepEqual(registry.get('write').callLimits, {
    sourceConcurrency: 1,
    queue: 1,
    timeoutMs: 5_000,
    maxResponseBytes: 5,
  })
  const read = registry.execute('read')
  while (requests.length === 0) await settled()
  assert.deepEqual((await refusal(() => registry.execute('read'))).details, {
    tool: 'read',
    what: 'source',
    waiting: 0,
  })
  const write = refusal(() => registry.execute('write'))
  open()
  assert.deepEqual(await read, { ok: true })
  assert.deepEqual([(await write).code, (await write).details.limit], ['RESPONSE_TOO_LARGE', 5])
})

test('a model is told to come again later', async () => {
  const { registry } = scene({ rateLimit: 1, execute: () => 'x' }, { enforceRateLimits: true })
  const respond = () => registry.respond('anthropic', { type: 'tool_use', id: '1', name: 'echo', input: {} })
  await respond()
  const { content, is_error } = await respond()
  assert.equal(is_error, true)
  const { error } = JSON.parse(content)
  assert.equal(error.code, 'RATE_LIMITED')
  assert.ok(error.retryAfterMs > 0)
  assert.match(error.next, /later/)
})

test('tools of one source share what the source has', async () => {
  const { registry, calls } = scene({}, { callLimits: { sourceConcurrency: 1, queue: 0 } })
  registry.register(tool({ name: 'other', execute: () => 'x' }))
  const first = registry.execute('echo')
  assert.equal((await refusal(() => registry.execute('other'))).details.what, 'source')
  calls[0].resolve()
  await first
  assert.equal(await registry.execute('other'), 'x')
})

test('the timeout of a registry is an option of its own, not one of its limits', async () => {
  const { details } = await refusal(() => new ToolRegistry({ callLimits: { timeoutMs: 10 } }))
  assert.deepEqual(details.problems, [{ pointer: '/timeoutMs', message: 'belongs beside callLimits: { timeoutMs }' }])
})

test('a tool has a deadline of its own', async () => {
  const { registry } = timedScene({ callLimits: { timeoutMs: 10_000 }, execute: never }, { timeoutMs: 60_000 })
  const call = refusal(() => registry.execute('echo'))
  await registry.clock.advance(10_000)
  assert.equal((await call).details.timeoutMs, 10_000)
})

test('a call under way whose revision is gone gives its seat back, and keeps its outcome under its key', async (t) => {
  holdOpen(t)
  const { registry, calls } = scene({ callLimits: { concurrency: 1, queue: 0 } })
  const call = () => registry.execute('echo', {}, { idempotencyKey: 'k' })
  const first = call()
  registry.register(tool({ name: 'other' }))
  assert.equal(registry.has('other'), true)
  calls[0].resolve('done')
  assert.deepEqual([await first, await call(), calls.length], ['done', 'done', 1])
  const next = registry.execute('echo')
  registry.unregister('echo')
  calls[1].resolve('last')
  assert.equal(await next, 'last')
})

test('a stream that is left before its first piece gives its seat back', async (t) => {
  holdOpen(t)
  const { registry, calls } = scene({ callLimits: { concurrency: 1 } })
  const first = registry.execute('echo')
  const stream = registry.stream('echo')
  const piece = stream.next()
  await settled()
  await stream.return()
  calls[0].resolve('done')
  await first
  assert.deepEqual(await piece, { done: true, value: undefined })
  const next = registry.execute('echo', { n: 'next' })
  while (!calls.some(({ params }) => params.n === 'next')) await settled()
  calls.at(-1).resolve('next')
  assert.equal(await next, 'next')
})

test('class instances in the arguments of a waiting call keep their identity, subclassed arrays too', async (t) => {
  holdOpen(t)
  const { registry, calls } = scene({ callLimits: { concurrency: 1 } })
  class Rows extends Array {}
  const given = { rows: Rows.of(1), at: new Date(0), list: [1, , ,], map: { a: 1 } }
  const first = registry.execute('echo', given)
  const second = registry.execute('echo', given)
  given.map.a = 2
  calls[0].resolve()
  await first
  while (calls.length < 2) await settled()
  const { params } = calls[1]
  assert.ok(params.rows === given.rows && params.at === given.at && params.list !== given.list)
  assert.deepEqual([params.list, params.map], [[1, , ,], { a: 1 }])
  calls[1].resolve()
  await second
})
