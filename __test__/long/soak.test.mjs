// The short forms of `node bench/soak-reloads.mjs`, every fault that a document can have one after the other, and of
// `npm run soak`, all that a busy process does side by side.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { faults } from '../../bench/lib/faults.mjs'
import { outputOf } from '../support/child.mjs'
import { folder } from '../support/documents.mjs'

test('two thousand reloads of a changed, broken, truncated, emptied and removed document lose no tool', async (t) => {
  const { next, outcomes, registry } = await faults({ ToolRegistry, SpecLoader }, await folder(t), 7)
  t.after(() => registry.close())
  for (let n = 0; n < 2_000; n++) await next(n)
  for (const [what, count] of Object.entries(outcomes)) assert.ok(count > 10, `${what}: ${count}`)
})

test('reloads, calls, snapshots, registrations and keys side by side leave nothing behind', async (t) => {
  // V8's young generation grows under this load and is not given back: kept small, it stays where it is.
  const said = await outputOf(
    `
    import { settle } from './bench/lib/gc.mjs'
    import { mixed } from './bench/lib/mixed.mjs'
    const options = { idempotencyBytes: 1_000_000 }
    const { next, evicted } = await mixed({ ToolRegistry, SpecLoader }, ${JSON.stringify(await folder(t))}, options)
    let turns = 0
    const memory = async (count) => {
      for (const end = turns + count; turns < end; turns++) await next(turns)
      await settle()
      return process.memoryUsage().rss
    }
    // By then all is as large as it will be: 6,000 keys have come for the room of some 1,700.
    const before = await memory(200)
    const grown = (await memory(600)) - before
    console.log(JSON.stringify({ grown, evicted: evicted() }))
    process.exit()`,
    { flags: ['--max-semi-space-size=1'], killAfterMs: 240_000 },
  )
  const { grown, evicted } = JSON.parse(said)
  assert.ok(evicted > 0)
  // 20,000 outcomes that are kept would be 12 MB, the trees of their values several times that.
  assert.ok(grown < 8 * 1024 ** 2, `${grown} bytes`)
})
