// The short form of `node bench/soak-reloads.mjs`: every fault that a document can have, one after the other.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { faults } from '../bench/lib/faults.mjs'
import { folder } from './support/documents.mjs'

test('two thousand reloads of a document that is changed, broken, cut off, emptied and taken away lose no tool', async (t) => {
  const { next, outcomes, registry } = await faults({ ToolRegistry, SpecLoader }, await folder(t), 7)
  t.after(() => registry.close())
  for (let n = 0; n < 2_000; n++) await next(n)
  for (const [what, count] of Object.entries(outcomes)) assert.ok(count > 10, `${what}: ${count}`)
})
