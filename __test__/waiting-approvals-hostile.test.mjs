// Calls that wait for approval, under attack: changed arguments, forged ids, double decisions, crowds, listeners.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { createTestRegistry } from 'toolrack/test'
import { z } from 'zod'
import { nextRequest, payment } from './support/approvals.mjs'
import { codeOf, refusal, tool } from './support/tools.mjs'

/** A registry with a tool that returns what it gets. */
function echoing(over, options) {
  const registry = createTestRegistry(options)
  registry.register(tool({ name: 'pay', requiresApproval: true, execute: (args) => args, ...over }))
  return registry
}

test('what a caller changes in its arguments while the call waits is not made', async () => {
  const SCHEMAS = [{}, { inputSchema: z.object({ list: z.array(z.number()), deep: z.object({ a: z.number() }) }) }]
  for (const over of SCHEMAS)
    for (const requiresApproval of [true, async () => true]) {
      const registry = echoing({ requiresApproval, ...over })
      const asked = nextRequest(registry)
      const params = { list: [1], deep: { a: 1 } }
      const outcome = registry.execute('pay', params)
      params.list.push(2)
      params.deep.a = 2
      const { arguments: shown, approve } = await asked
      params.deep = undefined
      params.more = 1
      approve()
      assert.deepEqual([shown, await outcome], [{ list: [1], deep: { a: 1 } }, shown])
    }
})

test('a listener cannot change the arguments that run', async () => {
  const registry = echoing()
  registry.on('approval', ({ arguments: args, approve }) => {
    for (const change of [() => (args.a = 2), () => args.deep.list.push(2), () => delete args.deep])
      assert.throws(change, TypeError)
    approve()
  })
  assert.deepEqual(await registry.execute('pay', { a: 1, deep: { list: [1] } }), { a: 1, deep: { list: [1] } })
})

test('nor those of a request', async (t) => {
  const { registry } = await payment(t, 'operation')
  registry.on('approval', ({ arguments: args, approve }) => {
    assert.throws(() => (args.amount = 6), TypeError)
    approve()
  })
  assert.equal(await registry.execute('pay', { amount: 5 }), 'paid 5')
})

test('a closure may change its arguments, and objects of classes keep their identity', async () => {
  const when = new Date(0)
  const registry = echoing({ execute: (args) => ((args.a += 1), (args.deep.b = 1), args) }, { validateParams: false })
  registry.on('approval', ({ arguments: args, approve }) => {
    assert.equal(args.when, when)
    approve()
  })
  const made = await registry.execute('pay', { a: 1, when, deep: {} })
  assert.deepEqual(made, { a: 2, when, deep: { b: 1 } })
  assert.ok(made.when === when && !Object.isFrozen(when))
})

test('a getter is read once, before a person sees its value', async () => {
  let reads = 0
  const registry = echoing()
  registry.on('approval', ({ approve }) => approve())
  const params = { deep: Object.defineProperty({}, 'a', { enumerable: true, get: () => ++reads }) }
  const asked = nextRequest(registry)
  const outcome = registry.execute('pay', params)
  const { arguments: shown } = await asked
  const before = reads
  assert.deepEqual(await outcome, shown)
  assert.equal(reads, before)
  const thrower = { deep: Object.defineProperty({}, 'a', { enumerable: true, get: () => assert.fail('no') }) }
  assert.equal(await codeOf(() => registry.execute('pay', thrower)), 'INVALID_PARAMS')
})

test('names of the prototype are arguments like others', async () => {
  const registry = echoing()
  registry.on('approval', ({ arguments: args, approve }) => {
    assert.deepEqual(Object.keys(args), ['__proto__', 'constructor'])
    approve()
  })
  const params = JSON.parse('{ "__proto__": { "approved": true }, "constructor": 1 }')
  assert.deepEqual(Object.keys(await registry.execute('pay', params)), ['__proto__', 'constructor'])
})

const DECISIONS = {
  'a number for a name': { by: 5 },
  'null for a name': { by: null },
  'an empty name': { by: '' },
  'a long name': { by: 'x'.repeat(201) },
  'half a character for a name': { by: '\ud800' },
  'an object for a name': { by: { toString: () => 'ann' } },
  'a list for a name': { by: ['ann'] },
  'a long reason': { reason: 'x'.repeat(1_001) },
  'a number for a reason': { reason: 5 },
  'an unknown option': { why: 'no' },
  'a getter that throws': Object.defineProperty({}, 'by', { enumerable: true, get: () => assert.fail('no') }),
  'a text': 'ann',
  'a number': 5,
  null: null,
}

for (const [what, decision] of Object.entries(DECISIONS))
  test(`a decision with ${what} decides nothing`, async () => {
    const registry = echoing()
    const asked = nextRequest(registry)
    const outcome = registry.execute('pay', { a: 1 })
    const request = await asked
    for (const decide of [
      () => request.approve(decision),
      () => request.reject(decision),
      () => registry.approve(request.id, decision),
      () => registry.reject(request.id, decision),
    ])
      assert.equal(await codeOf(decide), 'INVALID_OPTIONS')
    assert.deepEqual(registry.approvals(), [request])
    request.approve({ by: 'x'.repeat(200) })
    assert.deepEqual(await outcome, { a: 1 })
  })

test('a reason belongs to a rejection', async () => {
  const registry = echoing()
  const asked = nextRequest(registry)
  const outcome = codeOf(() => registry.execute('pay'))
  const { approve, reject } = await asked
  assert.equal(await codeOf(() => approve({ reason: 'fine' })), 'INVALID_OPTIONS')
  reject({ reason: 'x'.repeat(1_000) })
  assert.equal(await outcome, 'APPROVAL_REJECTED')
})

test('an id that is not that of a waiting call decides nothing', async () => {
  const [registry, other] = [echoing(), echoing()]
  const [asked, others] = [nextRequest(registry), nextRequest(other)]
  const outcome = registry.execute('pay', { a: 1 })
  const theirs = codeOf(() => other.execute('pay', { a: 2 }))
  const [request, { id, reject }] = [await asked, await others]
  for (const wrong of [id, '', '__proto__', 'constructor', request.callId, request.id.toUpperCase(), `${request.id} `])
    for (const decide of ['approve', 'reject'])
      assert.equal(await codeOf(() => registry[decide](wrong)), 'UNKNOWN_APPROVAL', wrong)
  for (const wrong of [undefined, null, 5, [request.id], { toString: () => request.id }])
    for (const decide of ['approve', 'reject'])
      assert.equal(await codeOf(() => registry[decide](wrong)), 'INVALID_OPTIONS')
  assert.deepEqual(registry.approvals(), [request])
  registry.approve(request.id)
  assert.deepEqual(await outcome, { a: 1 })
  reject()
  assert.equal(await theirs, 'APPROVAL_REJECTED')
})

test('the first decision counts, and the second is told what it was', async () => {
  const registry = echoing()
  const settled = []
  registry.on('approvalSettled', ({ outcome, by }) => settled.push([outcome, by]))
  for (const [first, outcome] of [
    ['approve', 'approved'],
    ['reject', 'rejected'],
  ]) {
    const asked = nextRequest(registry)
    const result = registry.execute('pay', { a: 1 }).catch(({ code }) => code)
    const request = await asked
    request[first]({ by: 'ann' })
    for (const second of ['approve', 'reject']) {
      const { code, details } = await refusal(() => request[second]({ by: 'eve' }))
      assert.deepEqual([code, details], ['UNKNOWN_APPROVAL', { id: request.id, outcome }])
      assert.equal(await codeOf(() => registry[second](request.id)), 'UNKNOWN_APPROVAL')
    }
    assert.deepEqual(await result, first === 'approve' ? { a: 1 } : 'APPROVAL_REJECTED')
  }
  assert.deepEqual(settled, [
    ['approved', 'ann'],
    ['rejected', 'ann'],
  ])
})

test('ten thousand calls wait where that many may, and one more is refused at once', async () => {
  const registry = echoing({}, { maxApprovals: 10_000, approvalTimeoutMs: 1_000 })
  registry.on('approval', () => {})
  const settled = Promise.allSettled(Array.from({ length: 10_000 }, (_, a) => registry.execute('pay', { a })))
  const { details } = await refusal(() => registry.execute('pay', { a: -1 }))
  assert.deepEqual(details, { tool: 'pay', waiting: 10_000, maxApprovals: 10_000 })
  const waiting = registry.approvals()
  assert.deepEqual([waiting.length, waiting[0].arguments, waiting.at(-1).arguments], [10_000, { a: 0 }, { a: 9_999 }])
  assert.equal(new Set(waiting.map(({ id }) => id)).size, 10_000)
  for (const { id } of waiting.slice(0, 5_000)) registry.approve(id)
  await registry.clock.advance(1_000)
  const outcomes = await settled
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 5_000)
  assert.equal(outcomes.filter(({ reason }) => reason?.code === 'APPROVAL_REQUIRED').length, 5_000)
  assert.deepEqual(registry.approvals(), [])
})

test('by default a thousand calls wait', async () => {
  const registry = echoing()
  registry.on('approval', () => {})
  for (let a = 0; a < 1_000; a++) registry.execute('pay', { a }).catch(() => {})
  const { details } = await refusal(() => registry.execute('pay', {}))
  assert.equal(details.maxApprovals, 1_000)
  registry.close()
})

test('a call waits on where its listener goes, throws, or rejects', async () => {
  const registry = echoing()
  const failed = []
  registry.on('listenerFailed', ({ event, error }) => failed.push([event, error.message]))
  const offs = [
    registry.on('approval', () => {
      throw new Error('one')
    }),
    registry.on('approval', async () => {
      throw new Error('two')
    }),
    registry.on('approval', ({ then }) => then.missing),
  ]
  const asked = nextRequest(registry)
  const outcome = registry.execute('pay', { a: 1 })
  const { approve } = await asked
  for (const off of offs) off()
  assert.equal(await codeOf(() => registry.execute('pay', { a: 2 })), 'APPROVAL_REQUIRED', 'nobody listens any more')
  approve()
  assert.deepEqual(await outcome, { a: 1 })
  assert.deepEqual(
    failed.map(([event]) => event),
    ['approval', 'approval', 'approval'],
  )
})

test('a predicate may take its time while the registry changes, and its listener goes', async () => {
  for (const callLimits of [undefined, { concurrency: 1 }]) {
    let decide
    const registry = echoing({ requiresApproval: () => new Promise((resolve) => (decide = resolve)), callLimits })
    const change = () => registry.replace(tool({ name: 'pay', execute: () => 'another' }))
    const off = registry.on('approval', ({ approve, source }) => (assert.equal(source, 'code'), approve()))
    const first = registry.execute('pay', { a: 1 })
    change()
    decide(true)
    assert.deepEqual(await first, { a: 1 })
    registry.replace(tool({ name: 'pay', requiresApproval: () => new Promise((resolve) => (decide = resolve)) }))
    const second = codeOf(() => registry.execute('pay', { a: 2 }))
    off()
    decide(true)
    assert.equal(await second, 'APPROVAL_REQUIRED')
  }
})

test('arguments have as many levels for a person as for the tool', async (t) => {
  const levels = (count) => JSON.parse(`${'['.repeat(count)}1${']'.repeat(count)}`)
  const codes = []
  for (const count of [100, 124, 125, 126, 127, 128, 200]) {
    const document = { openapi: '3.1.0', info: { title: 'a', version: '1' }, servers: [{ url: 'https://a.example' }] }
    const body = { content: { 'application/json': { schema: { type: 'object', properties: { a: {} } } } } }
    const paths = { '/pay': { post: { operationId: 'pay', requestBody: body } } }
    const registry = new ToolRegistry()
    const loader = new SpecLoader(registry, { fetch: () => Response.json({}) })
    t.after(() => loader.close())
    await loader.load({ ...document, paths }, { name: 'a', overrides: { pay: { requiresApproval: true } } })
    const outcome = (options) =>
      registry.execute('pay', { a: levels(count) }, options).then(
        () => 'ok',
        ({ code }) => code,
      )
    const approved = await outcome({ approved: true })
    registry.on('approval', ({ approve }) => approve())
    codes.push([await outcome(), approved])
  }
  for (const [waited, approved] of codes) assert.equal(waited, approved)
})

for (const kind of ['closure', 'closure with limits', 'operation', 'HTTP tool'])
  test(`the ${kind} of the call runs, whatever the registry has by then`, async (t) => {
    for (const change of ['replace', 'unregister', 'release']) {
      const { registry, paid } = await payment(t, kind)
      const asked = nextRequest(registry)
      const from = change === 'release' ? registry.snapshot() : registry
      const outcome = from.execute('pay', { amount: 5 })
      const { approve } = await asked
      if (change === 'replace') registry.replace(tool({ name: 'pay', execute: () => 'another' }))
      else if (change === 'unregister') registry.unregister('pay')
      else from.release()
      for (let i = 0; i < 5; i++) registry.register(tool({ name: `t${i}` }))
      approve()
      assert.equal(await outcome, 'paid 5', change)
      assert.deepEqual(paid, ['5'])
    }
  })

test('a listener may change, and close, the registry', async (t) => {
  for (const kind of ['closure', 'operation']) {
    const { registry } = await payment(t, kind)
    const off = registry.on('approval', ({ approve }) => (registry.unregister('pay'), approve()))
    assert.equal(await registry.execute('pay', { amount: 5, userId: 1 }, { context: { userId: 2 } }), 'paid 5')
    off()
    const other = await payment(t, kind)
    other.registry.on('approval', () => other.registry.close())
    assert.equal(await codeOf(() => other.registry.execute('pay', { amount: 5 })), 'CLOSED')
  }
})

test('a call that waits takes no place, and spends no rate and no key', async () => {
  const registry = new ToolRegistry({ enforceRateLimits: true })
  registry.register(
    tool({ name: 'pay', requiresApproval: true, rateLimit: 1, callLimits: { concurrency: 1, queue: 0 } }),
  )
  const requests = []
  registry.on('approval', (request) => requests.push(request))
  const key = { idempotencyKey: 'k' }
  const outcomes = [1, 2, 3].map((a) => registry.execute('pay', { a }, key))
  await new Promise(setImmediate)
  requests[0].reject()
  requests[1].reject()
  requests[2].approve()
  const settled = await Promise.allSettled(outcomes)
  assert.deepEqual(
    settled.map(({ reason }) => reason?.code),
    ['APPROVAL_REJECTED', 'APPROVAL_REJECTED', undefined],
  )
  assert.deepEqual(settled[2].value, { a: 3 })
})

test('a request is frozen, in another realm too, and its functions need no this', async () => {
  const registry = echoing()
  const listen = runInNewContext('(registry) => registry.on("approval", (request) => { (0, request.approve)() })')
  listen(registry)
  const asked = nextRequest(registry)
  assert.deepEqual(await registry.execute('pay', { a: 1 }), { a: 1 })
  const request = await asked
  assert.ok(Object.isFrozen(request) && Object.isFrozen(request.arguments))
})

const OPTIONS = [
  { approvalTimeoutMs: 0 },
  { approvalTimeoutMs: -1 },
  { approvalTimeoutMs: '5' },
  { approvalTimeoutMs: Infinity },
  { approvalTimeoutMs: NaN },
  { approvalTimeoutMs: 7 * 86_400_000 + 1 },
  { maxApprovals: 0 },
  { maxApprovals: 1.5 },
  { maxApprovals: '5' },
  { maxApprovals: null },
]
for (const options of OPTIONS)
  test(`the options ${JSON.stringify(options)} are INVALID_OPTIONS`, () => {
    assert.throws(() => new ToolRegistry(options), { code: 'INVALID_OPTIONS' })
  })
