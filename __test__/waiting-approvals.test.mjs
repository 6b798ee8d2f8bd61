// Calls that wait for approval (event `approval`): by every door, of every kind of tool, with every outcome.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openaiTurn } from 'toolrack/openai'
import { KINDS, nextRequest, payment } from './support/approvals.mjs'
import { errorIn } from './support/model.mjs'
import { codeOf, refusal } from './support/tools.mjs'

const call = (amount) => ({
  type: 'function_call',
  call_id: 'c1',
  name: 'pay',
  arguments: JSON.stringify({ amount }),
})
/** What a model reads, or the error of it as a program gets it. */
const read = (answer) => {
  const error = errorIn(answer)
  if (error !== undefined) throw Object.assign(new Error(error.message), error)
  return JSON.stringify(answer)
}

/** Each door: a call of the tool `pay`, whose outcome is a text or an error. */
const DOORS = {
  execute: (registry, amount, options) => registry.execute('pay', { amount }, options),
  call: async (registry, amount, options) => (await registry.call('pay', { amount }, options)).value,
  async stream(registry, amount, options) {
    for await (const piece of registry.stream('pay', { amount }, options)) return piece
  },
  'execute of a snapshot': (registry, amount, options) => registry.snapshot().execute('pay', { amount }, options),
  'a bound caller': (registry, amount, options) =>
    registry.snapshot({ context: { userId: 7 } }).execute('pay', { amount }, options),
  respond: async (registry, amount, options) => read(await registry.respond('openai', call(amount), options)),
  'respond of a watched registry': async (registry, amount, options) => {
    registry.on('call', () => {})
    return read(await registry.respond('openai', call(amount), options))
  },
  'respond to a list': async (registry, amount, options) =>
    read(await registry.respond('openai', [call(amount)], options)),
  'respond of MCP': async (registry, amount, options) =>
    read(await registry.respond('mcp', { name: 'pay', arguments: { amount } }, options)),
  'an adapter': async (registry, amount) => read(await openaiTurn(registry).answer([call(amount)])),
}

const codeIn = (outcome) =>
  outcome.then(
    (value) => assert.fail(`was made: ${value}`),
    ({ code }) => code,
  )

for (const kind of Object.keys(KINDS)) {
  for (const [door, make] of Object.entries(DOORS)) {
    test(`${door}: a call of a ${kind} waits, and runs once it is approved`, async (t) => {
      const { registry, paid } = await payment(t, kind)
      const asked = nextRequest(registry)
      const outcome = make(registry, 5)
      const request = await asked
      assert.deepEqual(request.arguments, { amount: 5, note: 'none' })
      assert.deepEqual([request.toolName, registry.approvals(), paid], ['pay', [request], []])
      request.approve({ by: 'ann' })
      assert.match(String(await outcome), /paid 5/)
      assert.deepEqual([paid, registry.approvals()], [['5'], []])
    })

    test(`${door}: a call of a ${kind} that is rejected, or not decided, is not made`, async (t) => {
      const { registry, paid, clock } = await payment(t, kind, { approvalTimeoutMs: 90_000 })
      assert.equal(await codeIn(make(registry, 5)), 'APPROVAL_REQUIRED', 'nobody listens')
      registry.on('approval', () => {})
      const first = nextRequest(registry)
      const [outcome, request] = [make(registry, 6), await first]
      registry.reject(request.id, { by: 'ann', reason: 'not today' })
      assert.equal(await codeIn(outcome), 'APPROVAL_REJECTED')
      const second = nextRequest(registry)
      const late = codeIn(make(registry, 7))
      await second
      // Longer than the timeout of the call, which does not run meanwhile.
      await clock.advance(89_999)
      assert.equal(registry.approvals().length, 1)
      await clock.advance(1)
      assert.equal(await late, 'APPROVAL_REQUIRED')
      assert.deepEqual([paid, registry.approvals()], [[], []])
    })
  }

  test(`a call of a ${kind} that is cancelled while it waits ends at once`, async (t) => {
    const { registry, paid } = await payment(t, kind)
    const settled = []
    registry.on('approvalSettled', ({ outcome }) => settled.push(outcome))
    for (const door of ['execute', 'stream', 'respond']) {
      const controller = new AbortController()
      const asked = nextRequest(registry)
      const outcome = codeIn(DOORS[door](registry, 5, { signal: controller.signal }))
      const { approve } = await asked
      controller.abort()
      assert.equal(await outcome, 'CANCELLED')
      assert.equal(await codeOf(() => approve()), 'UNKNOWN_APPROVAL')
    }
    assert.deepEqual([settled, paid], [['cancelled', 'cancelled', 'cancelled'], []])
  })

  test(`a call of a ${kind} ends with its registry`, async (t) => {
    const { registry, paid } = await payment(t, kind)
    const asked = nextRequest(registry)
    const outcome = codeIn(registry.execute('pay', { amount: 5 }))
    await asked
    registry.close()
    assert.equal(await outcome, 'CLOSED')
    assert.deepEqual(paid, [])
  })

  test(`arguments that a ${kind} refuses ask nobody, and needsApproval asks nobody`, async (t) => {
    const { registry } = await payment(t, kind)
    registry.on('approval', () => assert.fail('asked'))
    assert.equal(await codeOf(() => registry.execute('pay', { amount: 'x' })), 'INVALID_PARAMS')
    assert.equal(await registry.needsApproval('openai', call(5)), true)
    assert.match(String(await registry.execute('pay', { amount: 5 }, { approved: true })), /paid 5/)
  })
}

test('a reader that leaves its stream ends the wait', async (t) => {
  const { registry, paid } = await payment(t, 'closure')
  const settled = new Promise((resolve) => registry.on('approvalSettled', resolve))
  const asked = nextRequest(registry)
  const stream = registry.stream('pay', { amount: 5 })
  const read = stream.next()
  await asked
  await stream.return()
  assert.equal((await settled).outcome, 'cancelled')
  assert.deepEqual([(await read).done, paid], [true, []])
})

test('a listener may decide at once', async (t) => {
  const { registry, paid } = await payment(t, 'closure')
  registry.on('approval', ({ approve, reject, arguments: { amount } }) => (amount < 100 ? approve() : reject()))
  assert.equal(await registry.execute('pay', { amount: 5 }), 'paid 5')
  assert.equal((await refusal(() => registry.execute('pay', { amount: 500 }))).code, 'APPROVAL_REJECTED')
  assert.deepEqual(paid, ['5'])
})

test('the time of a predicate and of the closure counts to the timeout, that of the person does not', async (t) => {
  const { registry, clock } = await payment(t, 'closure')
  const slow = (ms) => clock.advance(ms)
  registry.replace({
    name: 'pay',
    description: 'Pays',
    requiresApproval: () => slow(60).then(() => true),
    execute: () => slow(60).then(() => 'paid'),
  })
  registry.on('approval', ({ approve }) => slow(1_000).then(() => approve()))
  assert.equal(await registry.execute('pay', {}, { timeoutMs: 150 }), 'paid')
  assert.equal(await codeOf(() => registry.execute('pay', {}, { timeoutMs: 100 })), 'TIMEOUT')
})

test('a closure knows that its call was approved, and a model reads no name of who decided', async (t) => {
  const { registry } = await payment(t, 'closure')
  registry.replace({ name: 'pay', description: 'P', requiresApproval: true, execute: (_, { approved }) => approved })
  registry.on('approval', ({ approve, reject, userId }) =>
    userId === 'eve' ? reject({ by: 'Grace', reason: 'never' }) : approve({ by: 'Grace' }),
  )
  const sent = { name: 'pay', arguments: {} }
  assert.equal((await registry.respond('plain', sent)).value, true)
  const { error } = await registry.respond('plain', sent, { context: { userId: 'eve' } })
  const message = 'a person rejected this call of tool "pay": never; do not make it again unchanged'
  assert.deepEqual([error.code, error.message], ['APPROVAL_REJECTED', message])
  assert.ok(!JSON.stringify(error).includes('Grace'))
})

test('integers that JavaScript does not keep are texts for a person, and run as they are', async (t) => {
  for (const watched of [false, true])
    for (const kind of ['HTTP tool', 'operation']) {
      const { registry, paid } = await payment(t, kind)
      if (watched) registry.on('call', () => {})
      const amounts = []
      registry.on('approval', ({ approve, arguments: { amount } }) => approve(amounts.push(amount) && undefined))
      const sent = { ...call(0), arguments: '{"amount":9007199254740993,"userId":5}' }
      await registry.respond('openai', sent)
      assert.deepEqual([amounts, paid], [['9007199254740993'], ['9007199254740993']], `${kind} ${watched}`)
    }
})
