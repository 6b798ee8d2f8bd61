// Waits that are longer than a timer of Node takes, and deadlines.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { modulesOf, moduleText } from './support/module-tools.mjs'

const require = createRequire(import.meta.url)
const { MOST_WAIT_MS, startTimer, startIdleTimer, withDeadline } = require('../lib/border/timers.js')

const DAY = 24 * 60 * 60 * 1000

/** Timers that end by hand, with the time that each of them was given. */
function handTimers(t) {
  const waiting = new Map()
  const given = []
  t.mock.method(globalThis, 'setTimeout', (expire, ms) => {
    const timer = { unref() {} }
    given.push(ms)
    waiting.set(timer, expire)
    return timer
  })
  t.mock.method(globalThis, 'clearTimeout', (timer) => waiting.delete(timer))
  const expireNext = () => {
    const [[timer, expire]] = waiting
    waiting.delete(timer)
    expire()
  }
  return { waiting, given, expireNext }
}

for (const [what, start] of Object.entries({ startTimer, startIdleTimer })) {
  test(`a ${what} of 60 days is split into parts that a timer takes, and ends once`, (t) => {
    const { waiting, given, expireNext } = handTimers(t)
    let ends = 0
    start(60 * DAY, () => ends++)
    while (waiting.size > 0) expireNext()
    assert.deepEqual([ends, given.reduce((sum, ms) => sum + ms, 0)], [1, 60 * DAY])
    assert.ok(
      given.every((ms) => ms <= MOST_WAIT_MS),
      given.join(),
    )
  })

  test(`a ${what} that is stopped in its second part does not end`, (t) => {
    const { waiting, expireNext } = handTimers(t)
    const stop = start(60 * DAY, () => assert.fail('it was stopped'))
    expireNext()
    stop()
    assert.equal(waiting.size, 0)
  })
}

test('a deadline that does not come leaves no timer', async (t) => {
  const { waiting } = handTimers(t)
  assert.equal(await withDeadline(Promise.resolve(5), Infinity, assert.fail), 5)
  await assert.rejects(
    withDeadline(Promise.reject(new Error('down')), 5, () => assert.fail()),
    /down/,
  )
  assert.equal(waiting.size, 0)
})

for (const loadTimeoutMs of [2 ** 31, Infinity])
  test(`a module that takes its time is loaded with a loadTimeoutMs of ${loadTimeoutMs}`, async (t) => {
    const slow = 'await new Promise((resolve) => setTimeout(resolve, 20))'
    const { modules } = modulesOf(t, { 'slow.mjs': moduleText('slow', '1', slow) }, { loadTimeoutMs })
    assert.deepEqual((await modules.add('./slow.mjs')).names, ['slow'])
  })
