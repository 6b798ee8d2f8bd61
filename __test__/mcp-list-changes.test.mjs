// Looks at the lists of subscribers: a slice at a time, so that requests are answered while many lists have changed.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'

const require = createRequire(import.meta.url)
const { ListChanges } = require('../lib/mcp/subscriptions/list-changes.js')

/** Subscribers of principals, by hand: a clock that looks move, and what each timer has looked at. */
function subscribed({ count, lookMs }) {
  const timers = new Set()
  let [now, revision, change] = [0, 0]
  const clock = {
    now: () => now,
    startTimer(expire, ms) {
      const timer = { expire, at: now + ms }
      timers.add(timer)
      return timer
    },
    stopTimer: (timer) => timers.delete(timer),
  }
  const registry = { closures: { clock }, onChange: (listener) => ((change = listener), () => (change = undefined)) }
  let looks = []
  const views = {
    listing({ name }) {
      now += lookMs
      looks.push(name)
      return `${name} ${revision}`
    },
  }
  const changes = new ListChanges(registry, views, 1_000, { tell: (thrown) => assert.fail(thrown) })
  const told = []
  const stops = Array.from({ length: count }, (_, name) =>
    changes.subscribe({ name }, '2025-11-25', () => told.push(name)),
  )
  /** Lets all timers expire that are due; returns what each has looked at. */
  const run = () => {
    const slices = []
    while (timers.size > 0) {
      const [timer] = [...timers].toSorted((one, other) => one.at - other.at)
      timers.delete(timer)
      now = Math.max(now, timer.at)
      looks = []
      timer.expire()
      if (looks.length > 0) slices.push(looks)
    }
    return slices
  }
  const mark = () => {
    revision++
    change?.()
  }
  return { changes, run, mark, stops, told, timers }
}

test('lists that take long are looked at one after another, and the rest of the process has its turn between', () => {
  const { run, mark, told } = subscribed({ count: 4, lookMs: 6 })
  assert.deepEqual(run(), [[0], [1], [2], [3]])
  mark()
  assert.deepEqual(run(), [[0], [1], [2], [3]])
  assert.deepEqual(told, [0, 1, 2, 3])
})

test('lists that are the same view, or small, are looked at together', () => {
  const { run, mark } = subscribed({ count: 4, lookMs: 2 })
  run()
  mark()
  assert.deepEqual(run(), [[0, 1, 2], [3]])
})

test('a subscriber that leaves while it waits for its turn is not looked at', () => {
  const { run, mark, stops, told } = subscribed({ count: 3, lookMs: 6 })
  run()
  mark()
  stops[1]()
  assert.deepEqual(run(), [[0], [2]])
  assert.deepEqual(told, [0, 2])
})

test('a change while lists wait for their turn is looked at once', () => {
  const { run, mark, told } = subscribed({ count: 3, lookMs: 0 })
  run()
  mark()
  mark()
  assert.deepEqual(run(), [[0, 1, 2]])
  assert.deepEqual(told, [0, 1, 2])
})

test('what is closed looks at nothing more', () => {
  const { changes, run, mark, timers } = subscribed({ count: 3, lookMs: 6 })
  run()
  mark()
  changes.close()
  assert.equal(timers.size, 0)
  assert.deepEqual(run(), [])
})
