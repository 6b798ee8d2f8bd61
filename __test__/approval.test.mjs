// Approval (human in the loop): a call that a person has to approve is not made before, by no function.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { ToolRegistry } from 'toolrack'
import { z } from 'zod'
import { calls, refusedBy } from './support/model.mjs'
import { TARGETS } from './support/targets.mjs'
import { callFromRust, codeOf, refusal, tool } from './support/tools.mjs'

/** A tool that pays; amounts above 100 need approval. It notes what it was asked, and what it did. */
function payment(over = {}) {
  const notes = { asked: [], executed: [] }
  const definition = tool({
    name: 'pay',
    inputSchema: undefined,
    parameters: { amount: { type: 'integer' }, currency: { type: 'string', default: 'EUR' } },
    requiresApproval(params, context) {
      notes.asked.push([params, context, this])
      return params.amount > 100
    },
    execute(params, context) {
      notes.executed.push([params, context, this])
      return params.amount
    },
    ...over,
  })
  const registry = new ToolRegistry()
  registry.register(definition)
  return { ...notes, definition, registry }
}

const MESSAGE = 'tool "pay" requires approval: ask a person, then call it again with { approved: true }'

/** Each door of programs: a call of the tool `pay`. */
const DOORS = {
  execute: (from, params, options) => from.execute('pay', params, options),
  call: async (from, params, options) => (await from.call('pay', params, options)).value,
  stream: async (from, params, options) => {
    for await (const piece of from.stream('pay', params, options)) return piece
  },
}

for (const [door, call] of Object.entries(DOORS)) {
  for (const [what, from] of [
    ['a registry', (registry) => registry],
    ['a snapshot', (registry) => registry.snapshot()],
    ['a filtered snapshot', (registry) => registry.snapshot({ filter: { requiresApproval: true } })],
    ['a bound caller', (registry) => registry.snapshot({ context: { userId: 7 } })],
    ['a watched registry', (registry) => (registry.on('call', () => {}), registry)],
  ]) {
    test(`${door} of ${what} calls what a person approved, and nothing else`, async () => {
      for (const requiresApproval of [true, () => true, async () => true, () => ({ then: (done) => done(true) })]) {
        const { registry, executed } = payment({ requiresApproval })
        const reading = from(registry)
        const error = await refusal(() => call(reading, { amount: 1 }))
        assert.deepEqual([error.code, error.message, error.details], ['APPROVAL_REQUIRED', MESSAGE, { tool: 'pay' }])
        assert.equal(await codeOf(() => call(reading, { amount: 1 }, { approved: false })), 'APPROVAL_REQUIRED')
        assert.equal(await codeOf(() => call(reading, { amount: 'x' })), 'INVALID_PARAMS')
        assert.equal(executed.length, 0)
        assert.equal(await call(reading, { amount: 1 }, { approved: true }), 1)
        assert.equal(executed[0][1].approved, true)
      }
    })
  }

  test(`${door} runs what a predicate lets pass, with the context that the predicate saw`, async () => {
    for (const isAsync of [false, true]) {
      const { registry, asked, executed, definition } = payment()
      if (isAsync) {
        const { requiresApproval } = definition
        registry.replace({
          ...definition,
          requiresApproval: async (...args) => requiresApproval.apply(definition, args),
        })
      }
      const context = { userId: 7, metadata: { tenant: 'acme' } }
      assert.equal(await call(registry, { amount: 100 }, { context }), 100)
      const [[params, saw], [given, got]] = [asked[0], executed[0]]
      assert.deepEqual([params, given], [{ amount: 100, currency: 'EUR' }, params])
      assert.deepEqual([saw.userId, saw.metadata, saw.callId, saw.approved], [7, { tenant: 'acme' }, got.callId, false])
      assert.equal(got.approved, false)
      assert.equal(await codeOf(() => call(registry, { amount: 101 }, { context })), 'APPROVAL_REQUIRED')
      assert.equal(await codeOf(() => call(registry, { amount: 'x' }, { context })), 'INVALID_PARAMS')
      assert.equal(await call(registry, { amount: 101 }, { context, approved: true }), 101)
      assert.deepEqual([asked.length, executed.length], [2, 2], 'an approved call asks nobody')
    }
  })
}

test('the functions of a definition are called on it', async () => {
  const { registry, definition, asked, executed } = payment()
  await registry.execute('pay', { amount: 1 })
  assert.deepEqual([asked[0][2] === definition, executed[0][2] === definition], [true, true])
})

test('a handle calls what a person approved', async () => {
  const registry = new ToolRegistry()
  const handle = registry.register(payment().definition)
  assert.equal(await codeOf(() => handle.execute({ amount: 101 })), 'APPROVAL_REQUIRED')
  assert.equal(await handle.execute({ amount: 101 }, { approved: true }), 101)
  handle.update({ ...payment().definition, requiresApproval: undefined })
  assert.equal(await handle.execute({ amount: 101 }), 101)
})

for (const target of TARGETS) {
  test(`a model of ${target} reads that its call waits for a person, and cannot approve it`, async () => {
    const { registry, executed } = payment({
      parameters: undefined,
      inputSchema: { type: 'object', properties: { amount: { type: 'integer' } } },
    })
    for (const from of [registry, registry.snapshot(), registry.snapshot({ context: { userId: 1 } })]) {
      for (const more of [
        {},
        { approved: true },
        { __metadata: { approved: true } },
        { options: { approved: true } },
      ]) {
        const error = await refusedBy(from, target, { amount: 101, ...more }, {}, 'pay')
        assert.deepEqual([error.code, error.message], ['APPROVAL_REQUIRED', MESSAGE], JSON.stringify(more))
        assert.match(error.next, /^Nothing was done\. /)
      }
      const sent = calls[target]('pay', { amount: 101 })
      assert.equal(await from.needsApproval(target, sent), true)
      assert.equal(await from.needsApproval(target, sent, { approved: true }), false)
      assert.equal(await from.needsApproval(target, calls[target]('pay', { amount: 100 })), false)
    }
    assert.equal(executed.length, 0)
    await registry.respond(target, calls[target]('pay', { amount: 101 }), { approved: true })
    assert.equal(executed.length, 1)
  })
}

for (const [what, requiresApproval, reason] of [
  [
    'throws',
    () => {
      throw new Error('no rates')
    },
    'no rates',
  ],
  ['rejects', async () => Promise.reject(new Error('no rates')), 'no rates'],
  ['throws undefined', () => Promise.reject(), 'undefined'],
  ['throws an error of another realm', runInNewContext('() => { throw new Error("far away") }'), 'far away'],
  [
    'throws a revoked proxy',
    () => {
      const { proxy, revoke } = Proxy.revocable({}, {})
      revoke()
      throw proxy
    },
    'failed without a message',
  ],
  ['returns nothing', () => {}, 'it must return true or false, or a promise of one, not nothing'],
  ['returns a text', () => 'false', 'it must return true or false, or a promise of one, not a string'],
  [
    'returns a Boolean object',
    () => new Boolean(false),
    'it must return true or false, or a promise of one, not an object',
  ],
  ['resolves with null', async () => null, 'it must return true or false, or a promise of one, not null'],
  [
    'returns a thenable that throws',
    () => ({
      get then() {
        throw new Error('no then')
      },
    }),
    'no then',
  ],
]) {
  test(`a predicate that ${what} fails the call, and the closure does not run`, async () => {
    const { registry, executed } = payment({ requiresApproval })
    for (const call of [
      ...Object.values(DOORS),
      (from, params) =>
        callFromRust(from, { name: 'pay', params }).then(({ error }) => {
          throw Object.assign(new Error(error.message), error)
        }),
    ]) {
      const error = await call(registry, { amount: 1 }).catch((thrown) => thrown)
      assert.deepEqual(
        [error.code, error.message],
        ['TOOL_FAILED', `tool "pay" failed: requiresApproval failed: ${reason}`],
      )
    }
    assert.equal((await refusedBy(registry, 'plain', { amount: 1 }, {}, 'pay')).code, 'TOOL_FAILED')
    assert.equal(await registry.needsApproval('plain', calls.plain('pay', { amount: 1 })), false)
    assert.equal(executed.length, 0)
    assert.equal(await registry.execute('pay', { amount: 1 }, { approved: true }), 1)
  })
}

test('a call of a Rust thread waits for a person as well', async () => {
  const { registry, asked, executed } = payment()
  const from = (params, options) => callFromRust(registry, { name: 'pay', params, ...options })
  const refused = await from({ amount: 101 }, { context: { userId: 7 } })
  assert.deepEqual([refused.succeeded, refused.error.code, refused.error.message], [0, 'APPROVAL_REQUIRED', MESSAGE])
  assert.deepEqual([asked[0][0], asked[0][1].userId], [{ amount: 101, currency: 'EUR' }, 7])
  assert.equal((await from({ amount: 'x' })).error.code, 'INVALID_PARAMS')
  assert.equal(executed.length, 0)
  assert.equal((await from({ amount: 100 })).value, 100)
  assert.equal((await from({ amount: 101 }, { approved: true })).value, 101)
  assert.deepEqual(
    executed.map(([, { approved }]) => approved),
    [false, true],
  )
  const always = payment({ requiresApproval: true })
  assert.equal(
    (await callFromRust(always.registry, { name: 'pay', params: { amount: 1 } })).error.code,
    'APPROVAL_REQUIRED',
  )
})

test('a predicate that does not answer is ended by the deadline and by the caller', async () => {
  const { registry, executed } = payment({ requiresApproval: () => new Promise(() => {}) })
  const sent = calls.plain('pay', { amount: 1 })
  assert.equal(await codeOf(() => registry.execute('pay', { amount: 1 }, { timeoutMs: 5 })), 'TIMEOUT')
  assert.equal(
    (await callFromRust(registry, { name: 'pay', params: { amount: 1 }, timeoutMs: 5 })).error.code,
    'TIMEOUT',
  )
  assert.equal(await registry.needsApproval('plain', sent, { timeoutMs: 5 }), false)
  const abort = new AbortController()
  const cancelled = codeOf(() => registry.execute('pay', { amount: 1 }, { signal: abort.signal }))
  const asked = registry.needsApproval('plain', sent, { signal: abort.signal })
  abort.abort()
  assert.deepEqual([await cancelled, await asked, executed.length], ['CANCELLED', false, 0])
})

test('the closure gets what the predicate saw, whatever its caller changes meanwhile', async () => {
  let decide
  const { registry, executed } = payment({
    parameters: { order: { type: 'object' } },
    requiresApproval: ({ order }) => new Promise((resolve) => (decide = () => resolve(order.amount > 100))),
    execute: ({ order }) => executed.push(order.amount),
  })
  const order = { amount: 1 }
  const call = registry.execute('pay', { order })
  order.amount = 1_000
  decide()
  await call
  assert.deepEqual(executed, [1])
})

test('a Standard Schema validates before the predicate, which gets its output', async () => {
  const seen = []
  const schema = z.object({ at: z.string().transform((at) => new Date(at)) })
  for (const inputSchema of [schema, schema.refine(async () => true)]) {
    const { registry } = payment({
      parameters: undefined,
      inputSchema,
      requiresApproval: ({ at }) => (seen.push(at.getTime()), at.getTime() > 0),
      execute: ({ at }) => at.getTime(),
    })
    const call = (at, options) => registry.execute('pay', { at }, options)
    assert.equal(await call('1970-01-01'), 0)
    assert.equal(await codeOf(() => call('2000-01-01')), 'APPROVAL_REQUIRED')
    assert.equal(await call('2000-01-01', { approved: true }), 946684800000)
    assert.equal(await codeOf(() => call(5)), 'INVALID_PARAMS')
    assert.equal(await registry.needsApproval('plain', calls.plain('pay', { at: '2000-01-01' })), true)
    assert.equal(await registry.needsApproval('plain', calls.plain('pay', { at: 5 })), false)
  }
  assert.deepEqual(seen, [0, 946684800000, 946684800000, 0, 946684800000, 946684800000])
})
