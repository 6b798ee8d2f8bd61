// Idempotency keys: they belong to a user of a tenant, compare exact arguments, and keep outcomes within a bound.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { document } from './support/documents.mjs'
import { serve } from './support/server.mjs'
import { codeOf, holdOpen, refusal, tool } from './support/tools.mjs'

/** A registry whose tool answers with the number of its call. */
function counted(over, options) {
  const registry = new ToolRegistry(options)
  let calls = 0
  registry.register(tool({ execute: () => ++calls, ...over }))
  const call = (context, params = {}, idempotencyKey = 'k') =>
    registry.execute('echo', params, { context, idempotencyKey })
  return { registry, call }
}

const of = (tenant, userId) => ({ userId, metadata: { tenant } })

test('one key in two tenants with one user is two calls', async () => {
  const { call } = counted()
  const callers = [
    of('a', 7),
    of('b', 7),
    of('a', '7'),
    of(1, 7),
    of('1', 7),
    of(true, 7),
    of(1n, 7),
    of('a', undefined),
    of(undefined, 7),
  ]
  for (const [i, caller] of callers.entries()) {
    assert.equal(await call(caller), i + 1)
    assert.equal(await call({ ...caller }), i + 1, 'and the same caller has the same outcome')
  }
  for (const metadata of [undefined, null, {}, { tenant: null }, { org: 'a' }, 'a', Object.create({ tenant: 'a' })]) {
    assert.equal(await call({ userId: 7, metadata }), callers.length, 'who names no tenant has none')
  }
})

test('one key in two tenants is two calls of an API too, and identity may stand among the arguments', async (t) => {
  const server = await serve(t, () => server.requests.length)
  const registry = new ToolRegistry()
  await new SpecLoader(registry).load(document(['read']), { baseUrl: server.url })
  const call = (tenant) => registry.execute('read', {}, { context: of(tenant, 7), idempotencyKey: 'k' })
  assert.deepEqual([await call('a'), await call('b'), await call('a')], [1, 2, 1])
  const { registry: own } = counted()
  const params = (tenant) => own.execute('echo', { userId: 7, __metadata: { tenant } }, { idempotencyKey: 'k' })
  assert.deepEqual([await params('a'), await params('b'), await params('a')], [1, 2, 1])
})

test('the tenant is what the route of the source calls it', async (t) => {
  const server = await serve(t, () => server.requests.length)
  const registry = new ToolRegistry()
  const loader = new SpecLoader(registry)
  for (const version of [1, 2]) await loader.load(document(['read']), { name: `api@${version}`, baseUrl: server.url })
  registry.route('api', { use: '1', tenants: { nobody: '2' }, tenantKey: 'org' })
  const call = (metadata) => registry.execute('read', {}, { context: { metadata }, idempotencyKey: 'k' })
  assert.deepEqual(
    [
      await call({ org: 'a' }),
      await call({ org: 'b' }),
      await call({ org: 'a', tenant: 'c' }),
      await call({ tenant: 'c' }),
    ],
    [1, 2, 1, 3],
  )
})

test('users are told apart as they are: lone surrogates, numbers and texts, large numbers', async () => {
  const { call } = counted()
  const users = [
    '\ud800',
    '\ud801',
    '\ufffd',
    '\\ud800',
    'a\ud800',
    7,
    '7',
    7n,
    2 ** 53,
    2n ** 64n,
    2n ** 64n + 1n,
    0.1,
    true,
    'true',
    'null',
    '',
    undefined,
  ]
  for (const [i, userId] of users.entries()) {
    assert.equal(await call({ userId }), i + 1, String(userId))
    assert.equal(await call({ userId }), i + 1, String(userId))
  }
  assert.equal(await call({ userId: null }), users.length, 'null is nobody, as undefined is')
  for (const [i, tenant] of ['\ud800', '\ud801', '\ufffd'].entries())
    assert.equal(await call(of(tenant, 1)), users.length + 1 + i)
})

test('a user or a tenant that nothing tells from others is refused beside a key', async () => {
  const { registry, call } = counted()
  for (const id of [{ id: 1 }, [], () => 1, Symbol('a'), NaN, Infinity]) {
    for (const context of [{ userId: id }, of(id, 7)]) {
      const { code, details } = await refusal(() => call(context))
      assert.deepEqual([code, details.option], ['INVALID_OPTIONS', 'idempotencyKey'])
    }
    assert.equal(
      await codeOf(() =>
        call({
          get metadata() {
            return {
              get tenant() {
                throw new Error('no')
              },
            }
          },
        }),
      ),
      'INVALID_OPTIONS',
    )
  }
  assert.equal(
    await registry.execute('echo', {}, { context: of({ id: 1 }, {}) }),
    1,
    'without a key it makes no difference',
  )
})

test('a key is well-formed text', async () => {
  const { call } = counted()
  for (const key of ['\ud800', 'a\udc00b']) {
    const { code, details } = await refusal(() => call({}, {}, key))
    assert.deepEqual([code, details.option], ['INVALID_OPTIONS', 'idempotencyKey'])
  }
  assert.deepEqual([await call({}, {}, '😀'), await call({}, {}, '\ufffd')], [1, 2])
})

test('a rate limit is that of a user of a tenant', async () => {
  const { registry } = counted({ rateLimit: 1 }, { enforceRateLimits: true })
  const call = (context) => registry.execute('echo', {}, { context })
  for (const caller of [
    of('a', 7),
    of('b', 7),
    of('a', 8),
    { userId: 7 },
    of('a'),
    {},
    of('a', '\ud800'),
    of('a', '\ud801'),
  ]) {
    await call(caller)
    assert.equal(await codeOf(() => call(caller)), 'RATE_LIMITED')
  }
  for (const userId of ['', 0, 0n, false, null])
    assert.equal(await codeOf(() => call(of('a', userId))), 'RATE_LIMITED', 'is no user of the tenant')
})

test('arguments that a closure would see differ are other arguments', async () => {
  const { call } = counted({
    inputSchema: { type: 'object', properties: { n: { type: 'integer' }, d: { default: 5 } } },
  })
  assert.equal(await call({}, { n: 0 }), 1)
  assert.equal(await codeOf(() => call({}, { n: -0 })), 'IDEMPOTENCY_MISMATCH')
  assert.equal(await call({}, { n: 0, d: 5 }), 1, 'what is filled in is no difference')
  assert.equal(await call({}, { n: 0, x: undefined }), 1)
  assert.equal(await call({}, { n: -0 }, 'other'), 2)
  assert.equal(await codeOf(() => call({}, { n: 0 }, 'other')), 'IDEMPOTENCY_MISMATCH')
  for (const [i, [one, two]] of [
    [null, {}],
    [[], {}],
    ['1', 1],
    [1e21, 1e22],
    ['a', 'a '],
    [new Date(0), new Date(1)],
    [{ a: 1 }, { a: [1] }],
  ].entries()) {
    await call({}, { x: one }, `pair${i}`)
    assert.equal(await codeOf(() => call({}, { x: two }, `pair${i}`)), 'IDEMPOTENCY_MISMATCH')
  }
})

class Hidden {
  #own = 1
  get own() {
    return this.#own
  }
}
const NO_JSON = [
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['a Map', new Map([['a', 1]])],
  ['a Set', new Set([1])],
  ['an Error', new Error('no')],
  ['a RegExp', /a/],
  ['a Promise', Promise.resolve()],
  ['an invalid date', new Date(NaN)],
  ['a class instance', new Hidden()],
  ['a function', () => {}],
  ['a symbol', Symbol('a')],
  ['a BigInt', 1n],
  ['a boxed NaN', new Number(NaN)],
]
const LOST_UNDER_A_KEY = [['half of a surrogate pair', 'a\ud800']]

test('what JSON cannot hold is refused beside a key, at its place', async () => {
  const { call, registry } = counted()
  for (const [what, value] of [...NO_JSON, ...LOST_UNDER_A_KEY]) {
    for (const [params, pointer] of [
      [{ a: value }, '/a'],
      [{ 'a/b': [0, { c: value }] }, '/a~1b/1/c'],
    ]) {
      const { code, details } = await refusal(() => call({}, params))
      assert.deepEqual([code, details.problems[0].pointer], ['INVALID_PARAMS', pointer], what)
      if (typeof value !== 'bigint')
        assert.equal(typeof (await registry.execute('echo', params)), 'number', 'a closure without a key takes it')
    }
  }
  assert.equal((await refusal(() => call({}, { a: [1, undefined] }))).details.problems[0].pointer, '/a/1')
  assert.equal((await refusal(() => call({}, { a: [1, , 2] }))).details.problems[0].pointer, '/a/1')
  const circle = {}
  circle.self = circle
  for (const value of [
    circle,
    {
      get a() {
        throw new Error('no')
      },
    },
    new Proxy(
      {},
      {
        ownKeys() {
          throw 1
        },
      },
    ),
    {
      toJSON() {
        throw new Error('no')
      },
    },
  ]) {
    assert.equal(await codeOf(() => call({}, { value })), 'INVALID_PARAMS')
  }
})

test('an instance of a class is compared by its own members', async () => {
  const { call } = counted()
  class Order {
    constructor(amount) {
      this.amount = amount
    }
  }
  assert.deepEqual([await call({}, { a: new Order(1) }), await call({}, { a: { amount: 1 } })], [1, 1])
  assert.equal(await codeOf(() => call({}, { a: new Order(2) })), 'IDEMPOTENCY_MISMATCH')
})

test('what says how it is JSON is taken at its word', async () => {
  const { call } = counted()
  class Money {
    constructor(amount) {
      this.amount = amount
    }
    toJSON() {
      return { amount: this.amount }
    }
  }
  assert.equal(
    await call(
      {},
      {
        a: new Money(5),
        b: new Date(0),
        c: Object.create(null),
        d: new String('x'),
        e: Buffer.from('a'),
        f: new URL('http://a/'),
      },
    ),
    1,
  )
  assert.equal(
    await call(
      {},
      {
        f: 'http://a/',
        e: { type: 'Buffer', data: [97] },
        d: 'x',
        c: {},
        b: '1970-01-01T00:00:00.000Z',
        a: { amount: 5 },
      },
    ),
    1,
  )
})

test('an HTTP operation refuses what its wire cannot hold, with a key and without', async (t) => {
  const server = await serve(t, () => 1)
  const registry = new ToolRegistry()
  const body = { content: { 'application/json': { schema: { type: 'object' } } } }
  await new SpecLoader(registry).load(
    {
      openapi: '3.1.0',
      info: { title: 'a', version: '1' },
      paths: { '/x': { post: { operationId: 'write', requestBody: body } } },
    },
    { baseUrl: server.url, document: { arguments: 'grouped' } },
  )
  for (const [what, value] of NO_JSON) {
    for (const options of [{}, { idempotencyKey: 'k' }]) {
      assert.equal(
        await codeOf(() => registry.execute('write', { body: { a: [value] } }, options)),
        'INVALID_PARAMS',
        what,
      )
    }
  }
  assert.equal(server.requests.length, 0)
  const write = (value, idempotencyKey) => registry.execute('write', { body: { a: value } }, { idempotencyKey })
  for (const value of [null, {}, [], Object.assign(new Hidden(), { a: 1 }), 'half \ud800']) await write(value)
  await write(0, 'zero')
  await write(-0, 'zero')
  await write('\ud800', 'half')
  await write('\ud801', 'half')
  assert.equal(server.requests.length, 7, 'what is one on the wire is one call')
})

test('arguments that share their parts are counted, and no thread hangs', async () => {
  const { call } = counted()
  let shared = {}
  for (let i = 0; i < 40; i++) shared = { a: shared, b: shared }
  const { code, details } = await refusal(() => call({}, shared))
  assert.deepEqual(
    [code, details],
    ['LIMIT_EXCEEDED', { what: 'number of values in the arguments of "echo"', limit: 1_000_000 }],
  )
})

test('outcomes are kept within idempotencyBytes, the oldest let go and told', async (t) => {
  const { registry, call } = counted(
    { execute: ({ n }) => `${n}`.padEnd(10_000) },
    { callLimits: { idempotencyBytes: 100_000 } },
  )
  holdOpen(t, registry)
  const told = []
  const first = new Promise((resolve) => registry.on('idempotencyEvicted', (event) => resolve(told.push(event))))
  for (let n = 0; n < 100; n++) await call({}, { n }, `k${n}`)
  await first
  assert.deepEqual([told.length, told[0].idempotencyBytes], [1, 100_000])
  assert.ok(told[0].keys >= 1)
  await call({}, { n: 'another call of an old key' }, 'k0')
  assert.equal(await codeOf(() => call({}, { n: 'another' }, 'k99')), 'IDEMPOTENCY_MISMATCH')
})

test('idempotencyBytes is a limit of a registry', async () => {
  const problems = async (action) => (await refusal(action)).details.problems
  assert.deepEqual(
    (await problems(() => new ToolRegistry({ callLimits: { idempotencyBytes: 0 } }))).map(({ pointer }) => pointer),
    ['/idempotencyBytes'],
  )
  const [{ pointer, message }] = await problems(() => counted({ callLimits: { idempotencyBytes: 5_000 } }))
  assert.equal(pointer, '/callLimits/idempotencyBytes')
  assert.match(message, /registry's callLimits/)
})

test('a call that failed, was late or was given up is told so again under its key', async (t) => {
  holdOpen(t)
  const forever = () => new Promise(() => {})
  const controller = new AbortController()
  const giveUp = () => (controller.abort(), forever())
  for (const [code, execute, options, details] of [
    ['TOOL_FAILED', () => Promise.reject(new RangeError('no')), {}, { name: 'RangeError', message: 'no' }],
    ['TIMEOUT', forever, { timeoutMs: 5 }, { timeoutMs: 5 }],
    ['CANCELLED', giveUp, { signal: controller.signal }, {}],
  ]) {
    let calls = 0
    const registry = new ToolRegistry()
    registry.register(tool({ execute: () => (calls++, execute()) }))
    const call = (over) => refusal(() => registry.execute('echo', {}, { idempotencyKey: 'k', ...over }))
    assert.equal((await call(options)).code, code)
    const again = await call({})
    const { stack: _, ...told } = again.details
    assert.deepEqual([again.code, told, calls], [code, { tool: 'echo', ...details }, 1])
  }
})

test('a call whose outcome is too long to keep is not made again, and told as one that was let go', async (t) => {
  let calls = 0
  const { registry, call } = counted(
    { execute: () => (calls++, 'x'.repeat(200_000)) },
    { callLimits: { idempotencyBytes: 100_000 } },
  )
  holdOpen(t, registry)
  const told = new Promise((resolve) => registry.on('idempotencyEvicted', resolve))
  assert.equal((await call({})).length, 200_000)
  assert.equal((await told).keys, 1)
  const { code, details } = await refusal(() => call({}))
  assert.deepEqual(
    [code, details, calls],
    ['LIMIT_EXCEEDED', { tool: 'echo', what: 'bytes of an outcome kept for an idempotency key', limit: 100_000 }, 1],
  )
  assert.equal(await codeOf(() => call({}, { n: 1 })), 'IDEMPOTENCY_MISMATCH')
})
