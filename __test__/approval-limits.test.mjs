// Approval beside limits, idempotency keys, APIs, modules, the audit log and hostile options: what a refusal costs.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { folder, text } from './support/documents.mjs'
import { calls, refusedBy } from './support/model.mjs'
import { rack } from './support/module-rack.mjs'
import { serve } from './support/server.mjs'
import { callFromRust, codeOf, never, refusal, registryOf, tool } from './support/tools.mjs'

/** A tool whose calls need approval from an amount of 100 on. */
const pay = (over) =>
  tool({
    name: 'pay',
    requiresApproval: ({ amount = 100 }) => amount >= 100,
    execute: ({ amount = 0 }) => amount,
    ...over,
  })

const PREDICATES = [
  ['true', true],
  ['a function', () => true],
  ['an asynchronous function', async () => true],
]

for (const [what, requiresApproval] of PREDICATES) {
  test(`a call that waits for a person spends no rate, no place and no key (${what})`, async () => {
    const registry = new ToolRegistry({ enforceRateLimits: true })
    registry.register(pay({ requiresApproval, rateLimit: 1, callLimits: { concurrency: 1, queue: 0 } }))
    const options = { idempotencyKey: 'k' }
    for (let i = 0; i < 3; i++) {
      assert.equal(await codeOf(() => registry.execute('pay', { amount: 1 }, options)), 'APPROVAL_REQUIRED')
      assert.equal(await codeOf(() => registry.execute('pay', { amount: 1 })), 'APPROVAL_REQUIRED')
      assert.equal((await refusedBy(registry, 'plain', { amount: 1 }, options, 'pay')).code, 'APPROVAL_REQUIRED')
      assert.equal(await registry.needsApproval('plain', calls.plain('pay', { amount: 1 }), options), true)
      assert.equal((await callFromRust(registry, { name: 'pay' })).error.code, 'APPROVAL_REQUIRED')
    }
    assert.equal(await registry.execute('pay', { amount: 2 }, { ...options, approved: true }), 2)
    assert.equal(await codeOf(() => registry.execute('pay', {}, { approved: true })), 'RATE_LIMITED')
  })
}

test('a call that needs no approval is limited as every other, and is validated once', async () => {
  const registry = new ToolRegistry({ coerce: true })
  const given = []
  registry.register(
    pay({
      inputSchema: { type: 'object', properties: { amount: { type: 'integer', default: 5 }, list: { type: 'array' } } },
      callLimits: { concurrency: 1, queue: 1 },
      execute: async (params) => given.push(params),
    }),
  )
  const { coerced } = await registry.call('pay', { amount: '7' })
  assert.deepEqual([coerced, given], [[{ pointer: '/amount', to: 'integer' }], [{ amount: 7 }]])
  const params = { list: [1] }
  const both = [registry.execute('pay', params), registry.execute('pay', params)]
  params.list.push(2)
  await Promise.all(both)
  assert.deepEqual(given.slice(1), [
    { amount: 5, list: [1] },
    { amount: 5, list: [1] },
  ])
  const key = { idempotencyKey: 'k' }
  const first = await registry.execute('pay', { amount: 1 }, key)
  assert.equal(await registry.execute('pay', { amount: 1 }, key), first)
  assert.equal(await codeOf(() => registry.execute('pay', { amount: 2 }, key)), 'IDEMPOTENCY_MISMATCH')
  assert.equal(given.length, 4)
})

test('a full tool is BUSY for approved calls alone', async () => {
  const registry = registryOf(pay({ execute: never, callLimits: { concurrency: 1, queue: 0 } }))
  registry.execute('pay', { amount: 1 }).catch(() => {})
  assert.equal(await codeOf(() => registry.execute('pay')), 'APPROVAL_REQUIRED')
  assert.equal(await codeOf(() => registry.execute('pay', {}, { approved: true })), 'BUSY')
})

test('a repeated call whose first one was approved needs approval too', async () => {
  const registry = registryOf(pay())
  const key = { idempotencyKey: 'k' }
  assert.equal(await registry.execute('pay', { amount: 100 }, { ...key, approved: true }), 100)
  assert.equal(await codeOf(() => registry.execute('pay', { amount: 100 }, key)), 'APPROVAL_REQUIRED')
  assert.equal(await registry.execute('pay', { amount: 100 }, { ...key, approved: true }), 100)
})

test('a predicate that changes the registry decides about the call that asked it', async () => {
  for (const over of [{}, { callLimits: { concurrency: 1 } }]) {
    const registry = new ToolRegistry()
    let asked = 0
    const requiresApproval = () => (registry.register(tool({ name: `t${asked++}` })), false)
    registry.register(pay({ ...over, requiresApproval }))
    assert.equal(await registry.execute('pay', { amount: 5 }), 5)
    assert.equal(await registry.execute('pay', { amount: 6, userId: 1 }, { context: { userId: 2 } }), 6)
    assert.equal((await registry.respond('plain', calls.plain('pay', { amount: 7 }))).value, 7)
    assert.equal(asked, 3)
  }
})

test('a predicate that calls its own tool is ended by the call depth', async () => {
  const registry = new ToolRegistry()
  const codes = []
  const requiresApproval = () => {
    registry.execute('pay').catch(({ code }) => codes.push(code))
    return false
  }
  registry.register(pay({ requiresApproval, callLimits: { depth: 3 } }))
  assert.equal(await registry.execute('pay', { amount: 1 }), 1)
  assert.deepEqual(codes, ['LIMIT_EXCEEDED'])
})

test('an operation of a document is sent once a person approved it, by every door', async (t) => {
  const { url, requests } = await serve(t, () => ({ paid: true }))
  const registry = new ToolRegistry()
  const parameters = [{ name: 'amount', in: 'query', required: true, schema: { type: 'integer' } }]
  await new SpecLoader(registry).load(
    text(['pay', 'read', 'own'], { pay: { parameters }, own: { 'x-toolrack': { requiresApproval: true } } }),
    {
      baseUrl: url,
      overrides: { pay: { requiresApproval: true } },
    },
  )
  assert.deepEqual(registry.list({ requiresApproval: true }), ['pay', 'own'])
  for (const from of [registry, registry.snapshot(), registry.snapshot({ context: { userId: 1 } })]) {
    for (const options of [{}, { idempotencyKey: 'k' }]) {
      assert.equal(await codeOf(() => from.execute('pay', { amount: 1 }, options)), 'APPROVAL_REQUIRED')
      assert.equal(
        (await refusedBy(from, 'openai', { amount: 1, userId: 5 }, options, 'pay')).code,
        'APPROVAL_REQUIRED',
      )
      assert.equal((await refusedBy(from, 'openai', { amount: 1 }, options, 'pay')).code, 'APPROVAL_REQUIRED')
    }
    assert.equal(await codeOf(() => from.execute('pay', { amount: 'x' })), 'INVALID_PARAMS')
    assert.equal(await codeOf(() => from.stream('pay', { amount: 1 }).next()), 'APPROVAL_REQUIRED')
    assert.equal(await codeOf(() => from.call('own')), 'APPROVAL_REQUIRED')
    for (const [params, expected] of [
      [{ amount: 1 }, true],
      [{ amount: 1, userId: 5 }, true],
      [{ amount: 'x' }, false],
      [{}, false],
    ])
      assert.equal(await from.needsApproval('openai', calls.openai('pay', params)), expected, JSON.stringify(params))
    assert.equal(await from.needsApproval('openai', calls.openai('read', {})), false)
  }
  assert.equal((await callFromRust(registry, { name: 'pay', params: { amount: 1 } })).error.code, 'APPROVAL_REQUIRED')
  registry.on('call', () => {})
  assert.equal((await refusedBy(registry, 'openai', { amount: 1 }, {}, 'pay')).code, 'APPROVAL_REQUIRED')
  assert.equal(requests.length, 0)
  const options = { approved: true }
  assert.deepEqual(await registry.execute('pay', { amount: 1 }, options), { paid: true })
  assert.match((await registry.respond('openai', calls.openai('pay', { amount: 2 }), options)).output, /paid/)
  assert.equal((await callFromRust(registry, { name: 'pay', params: { amount: 3 }, approved: true })).succeeded, 1)
  assert.deepEqual(
    requests.map(({ url }) => url),
    ['/pay?amount=1', '/pay?amount=2', '/pay?amount=3'],
  )
})

test('overrides of a module require approval of all calls, or of none, whatever its function says', async (t) => {
  const definition = (name, says) =>
    `export const ${name} = { description: 'D', parameters: {}, requiresApproval: ${says}, execute: () => 1 }\n`
  const { registry, modules } = await rack(t, {
    'a.mjs':
      definition('free', '() => false') + definition('asks', '() => true') + definition('own', 'async () => true'),
  })
  const overrides = { free: { requiresApproval: true }, asks: { requiresApproval: false } }
  await modules.add('./a.mjs', { overrides })
  assert.deepEqual(registry.list({ requiresApproval: true }), ['free', 'own'])
  assert.equal(await codeOf(() => registry.execute('free')), 'APPROVAL_REQUIRED')
  assert.equal(await codeOf(() => registry.execute('own')), 'APPROVAL_REQUIRED')
  assert.equal((await callFromRust(registry, { name: 'own' })).error.code, 'APPROVAL_REQUIRED')
  assert.deepEqual([await registry.execute('asks'), await registry.execute('free', {}, { approved: true })], [1, 1])
  const wrong = { overrides: { own: { requiresApproval: 'predicate' } } }
  assert.equal(await codeOf(() => modules.add('./a.mjs', wrong)), 'INVALID_OPTIONS')
})

test('the audit log and the event have a refused call with its outcome', async (t) => {
  const audit = join(await folder(t), 'audit.jsonl')
  const registry = new ToolRegistry({ audit: { path: audit, calls: true } })
  const events = []
  registry.on('call', ({ outcome }) => events.push(outcome))
  registry.register(pay())
  await registry.execute('pay').catch(() => {})
  await registry.respond('plain', calls.plain('pay', {}))
  await registry.needsApproval('plain', calls.plain('pay', {}))
  await callFromRust(registry, { name: 'pay' })
  await registry.execute('pay', {}, { approved: true })
  registry.close()
  const records = (await readFile(audit, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const outcomes = records.filter(({ kind }) => kind === 'call').map(({ data }) => data.outcome)
  const expected = ['APPROVAL_REQUIRED', 'APPROVAL_REQUIRED', 'APPROVAL_REQUIRED', 'ok']
  assert.deepEqual(outcomes, expected)
  assert.deepEqual(
    events,
    ['APPROVAL_REQUIRED', 'APPROVAL_REQUIRED', 'ok'],
    'JavaScript does not observe calls of Rust',
  )
})

test('needsApproval is false where the call itself says what is wrong', async () => {
  const registry = registryOf(pay({ inputSchema: { type: 'object', properties: { amount: { type: 'integer' } } } }), {
    name: 'user',
    requiresApproval: true,
    requiresAuth: true,
  })
  registry.register(pay({ name: 'off' })).disable()
  const needs = (name, args, options, from = registry) =>
    from.needsApproval('plain', { name, arguments: args }, options)
  for (const [what, expected, asked] of [
    ['a call that needs it', true, needs('pay', { amount: 100 })],
    ['a call that does not', false, needs('pay', { amount: 1 })],
    ['an unknown tool', false, needs('nobody', {})],
    ['a disabled tool', false, needs('off', {})],
    ['wrong arguments', false, needs('pay', { amount: 'x' })],
    ['arguments that are a list', false, needs('pay', [1])],
    ['a missing user', false, needs('user', {})],
    ['a user in the arguments', false, needs('user', { userId: 7 })],
    ['a user', true, needs('user', {}, { context: { userId: 7 } })],
    ['the bound caller', true, needs('user', {}, {}, registry.snapshot({ context: { userId: 7 } }))],
    ['a tool outside of the filter', false, needs('pay', {}, { filter: { name: 'user' } })],
    ['a tool outside of the snapshot', false, needs('pay', {}, {}, registry.snapshot({ filter: { name: 'user' } }))],
    ['an aborted signal', false, needs('pay', {}, { signal: AbortSignal.abort() })],
  ])
    assert.equal(await asked, expected, what)
})

test('needsApproval tells of no forged identity; the call does', async () => {
  const registry = registryOf(pay())
  const events = []
  registry.on('spoofAttempt', (event) => events.push(event))
  assert.equal(await registry.needsApproval('plain', calls.plain('pay', { userId: 7 })), true)
  assert.equal(events.length, 0)
  await registry.respond('plain', calls.plain('pay', { userId: 7 }))
  assert.equal(events.length, 1)
})

test('a predicate is asked without validation where closures are not validated', async () => {
  const registry = new ToolRegistry({ validateParams: false })
  registry.register(pay({ inputSchema: { type: 'object', properties: { amount: { type: 'integer' } } } }))
  const sent = (amount) => calls.plain('pay', { amount })
  for (const [amount, expected] of [
    [100, true],
    [1, false],
    ['200', true],
  ]) {
    assert.equal(await registry.needsApproval('plain', sent(amount)), expected)
    const { ok } = await registry.respond('plain', sent(amount))
    assert.equal(ok, !expected, String(amount))
  }
})

const thrower = {
  get approved() {
    throw new Error('never')
  },
}
const { proxy: revoked, revoke } = Proxy.revocable({}, {})
revoke()

for (const [what, options] of [
  ['a text', { approved: 'true' }],
  ['one', { approved: 1 }],
  ['null', { approved: null }],
  ['a Boolean object', { approved: new Boolean(true) }],
  ['a getter that throws', thrower],
  ['a revoked proxy', revoked],
  ['another spelling', { aproved: true }],
  ['a member of the context', { context: { approved: true } }],
]) {
  test(`the option approved refuses ${what}, and nothing is called`, async () => {
    const registry = registryOf(pay({ execute: () => assert.fail('was called') }), { name: 'free' })
    const sent = calls.plain('pay', {})
    for (const from of [registry, registry.snapshot()])
      for (const call of [
        () => from.execute('pay', {}, options),
        () => from.execute('free', {}, options),
        () => from.call('pay', {}, options),
        () => from.stream('pay', {}, options).next(),
        () => from.respond('plain', sent, options),
        () => from.needsApproval('plain', sent, options),
      ]) {
        const error = await refusal(call)
        assert.equal(error.code, 'INVALID_OPTIONS', call)
      }
  })
}

test('a snapshot and a registry bind no approval', async () => {
  const registry = registryOf(pay())
  assert.equal(await codeOf(() => registry.snapshot({ approved: true })), 'INVALID_OPTIONS')
  assert.equal(await codeOf(() => new ToolRegistry({ approved: true })), 'INVALID_OPTIONS')
  let reads = 0
  const options = {
    get approved() {
      return ++reads === 1
    },
  }
  assert.equal(await registry.execute('pay', {}, options), 0)
  assert.equal(reads, 1)
})

test('needsApproval takes one call, of a form that its target has', async () => {
  const registry = registryOf(pay())
  for (const call of [
    () => registry.needsApproval('plain', [calls.plain('pay', {})]),
    () => registry.needsApproval('anthropic', { toolUse: {} }),
    () => registry.needsApproval('nobody', calls.plain('pay', {})),
    () => registry.needsApproval('plain', undefined),
    () => registry.needsApproval('plain', calls.plain('pay', {}), { timeoutMs: -1 }),
  ]) {
    const error = await refusal(call)
    assert.deepEqual([error.code, error.door], ['INVALID_OPTIONS', 'rejects'], call)
  }
  registry.close()
  assert.equal(await codeOf(() => registry.needsApproval('plain', calls.plain('pay', {}))), 'CLOSED')
})
