// What a provider may do wrong: its consumer is given back once, and the error says which method failed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { THROWN, proxied } from './support/hostile.mjs'
import { deferred, fail, leaseOf } from './support/providers.mjs'
import { never, refusal, tool } from './support/tools.mjs'

const a = tool({ name: 'a' })
const b = tool({ name: 'b' })

/** What loadTools returns in place of tools, and the reason. */
const NO_TOOLS = [
  ['nothing', () => undefined, 'loadTools failed: it gave nothing: return a list of tools'],
  ['a text', () => 'abc', 'it gave a string'],
  ['a record', () => ({ a }), 'it gave an object: return a list of tools, or another iterable of them'],
  ['a proxy', () => proxied([]), 'loadTools failed: no look at me'],
  [
    'tools without end',
    function* () {
      for (;;) yield a
    },
    'number of tools of a provider is over the limit of 100000',
  ],
  [
    'async tools without end',
    async function* () {
      for (;;) yield a
    },
    'number of tools of a provider is over the limit of 100000',
  ],
  [
    'an iterator that throws',
    function* () {
      yield a
      fail()
    },
    'loadTools failed: down',
  ],
  [
    'an async iterator that throws',
    async function* () {
      yield a
      fail()
    },
    'loadTools failed: down',
  ],
]

for (const [what, loadTools, reason] of NO_TOOLS) {
  test(`a provider that loads ${what} is unreadable, and gets its consumer back`, async () => {
    const { lease, calls, timers } = leaseOf({ loadTools })
    const { code, message, details } = await refusal(() => lease.open())
    assert.deepEqual([code, details.location], ['SOURCE_UNREADABLE', 'crm'])
    assert.ok(message.startsWith('cannot read crm: ') && message.includes(reason), message)
    assert.deepEqual([calls, timers.size], [['add rack', 'listen', 'load', 'off', 'remove rack'], 0])
  })
}

for (const method of ['addConsumer', 'onChanged', 'loadTools']) {
  for (const [what, make] of Object.entries(THROWN)) {
    test(`${method} that throws or rejects with ${what} gives the consumer back once`, async () => {
      for (const act of [() => fail(make()), async () => fail(make())]) {
        const { lease, calls } = leaseOf({ [method]: act })
        const error = await refusal(() => lease.open())
        assert.deepEqual([error.code, error.message.includes(`${method} failed: `)], ['SOURCE_UNREADABLE', true])
        assert.equal('cause' in error, true)
        await lease.close()
        assert.deepEqual(
          calls.filter((call) => call === 'remove rack'),
          ['remove rack'],
        )
        assert.equal(await refusal(() => lease.load()).then(({ code }) => code), 'CLOSED')
      }
    })
  }

  test(`${method} that never answers ends at the deadline, and gives the consumer back once`, async () => {
    const { lease, calls, expire, timers } = leaseOf({ [method]: never })
    const opened = refusal(() => lease.open())
    await turn()
    expire()
    const { code, message, details } = await opened
    assert.deepEqual([code, message], ['TIMEOUT', `${method} of crm did not answer within 500 ms`])
    assert.equal(details.timeoutMs, 500)
    await lease.close()
    assert.deepEqual([calls.filter((call) => call === 'remove rack').length, timers.size], [1, 0])
  })
}

test('what the release throws does not hide why the load failed', async () => {
  const { lease } = leaseOf({ loadTools: fail, removeConsumer: () => fail(new Error('cannot let go')) })
  assert.match((await refusal(() => lease.open())).message, /loadTools failed: down/)
})

test('tools that come after the deadline reach nothing, and are not read on', async () => {
  const gate = deferred()
  let read = 0
  const loadTools = async function* () {
    yield a
    await gate.promise
    for (;;) yield (read++, b)
  }
  const { lease, expire } = leaseOf({ loadTools })
  const opened = refusal(() => lease.open())
  await turn()
  expire()
  assert.equal((await opened).code, 'TIMEOUT')
  gate.resolve()
  await turn()
  assert.equal(read, 1)
})

/** What fails at the release, and the error. */
const RELEASES = [
  ['removeConsumer that throws', { removeConsumer: () => fail() }, 'cannot read crm: removeConsumer failed: down'],
  [
    'removeConsumer that rejects',
    { removeConsumer: async () => fail() },
    'cannot read crm: removeConsumer failed: down',
  ],
  ['an end of onChanged that throws', { onChanged: () => () => fail() }, 'cannot read crm: onChanged failed: down'],
]

for (const [what, methods, says] of RELEASES) {
  test(`close rejects with the error of ${what}, and removes the consumer once`, async () => {
    const { lease, calls } = leaseOf(methods)
    await lease.open()
    assert.equal((await refusal(() => lease.close())).message, says)
    assert.equal((await refusal(() => lease.close())).message, says)
    assert.equal(calls.filter((call) => call === 'remove rack').length, 1)
  })
}

test('close ends at the deadline where the provider does not let go', async () => {
  const { lease, expire } = leaseOf({ removeConsumer: never })
  await lease.open()
  const closed = refusal(() => lease.close())
  await turn()
  expire()
  assert.equal((await closed).message, 'removeConsumer of crm did not answer within 500 ms')
})

test('a subscription that is ready after the deadline is ended', async () => {
  const gate = deferred()
  let ended = 0
  const { lease, expire } = leaseOf({ onChanged: () => gate.promise })
  const opened = refusal(() => lease.open())
  await turn()
  expire()
  await opened
  gate.resolve(() => ended++)
  await turn()
  assert.equal(ended, 1)
})
