// Slots of closures: what is stored for Rust, and freed where Rust never hears of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import closures from '../lib/closures.js'

const stored = () => new closures.Closures({}, undefined, () => ({}))
const run = () => 1

test('closures that are stored together have slots of their own', () => {
  const all = stored()
  const slots = all.storeAll((store) => [store(run, {}), store(run, {})])
  assert.deepEqual(slots, [0, 1])
  assert.equal(all.getClosure(1).execute, run)
})

test('where one of them cannot be stored, all are freed and their owner is told', () => {
  const all = stored()
  const counts = { stored: 0, freed: 0 }
  const owner = { stored: () => counts.stored++, freed: () => counts.freed++ }
  const kept = all.store(run, {})
  const failing = (store) => {
    store(run, {}, undefined, owner)
    store(run, {}, undefined, owner)
    throw new RangeError('no')
  }
  assert.throws(() => all.storeAll(failing), RangeError)
  assert.deepEqual(counts, { stored: 2, freed: 2 })
  assert.deepEqual(
    [0, 1, 2].map((slot) => all.getClosure(slot)?.execute),
    [run, undefined, undefined],
  )
  assert.equal(all.getClosure(kept).execute, run)
  assert.equal(new Set(all.storeAll((store) => [store(run, {}), store(run, {})])).size, 2)
})
