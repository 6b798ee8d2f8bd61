// The long form of the random edits of modules: 100 tools and 10 helpers, and memory that stays where it is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outputOf } from '../support/child.mjs'
import { folder } from '../support/documents.mjs'

const EDITS = Number(process.env.TOOLRACK_EDITS ?? 10_000)
const SEED = Number(process.env.TOOLRACK_SEED ?? 1)

test(`${EDITS} random edits under calls lose no tool, mix no contents and keep no memory`, async (t) => {
  // V8's young generation grows under this load and is not given back: kept small, it stays where it is.
  const said = await outputOf(
    `
    import { ToolModules } from 'toolrack'
    import { settle as collect } from './bench/lib/gc.mjs'
    import { EditedModules, editAll, settle } from './__test__/support/module-edits.mjs'
    // A watch alone does not keep a process.
    const keep = setInterval(() => {}, 1_000)
    const registry = new ToolRegistry()
    const modules = new ToolModules(registry)
    const edited = new EditedModules(${JSON.stringify(await folder(t))}, { tools: 100, helpers: 10, seed: ${SEED} })
    await modules.addDirectory(edited.directory, {
      watch: { stabilityMs: 20, pollMs: 500, onMissing: 'remove' },
      limits: { versions: 1 },
    })
    edited.mend()
    await settle(registry, edited)
    const memory = async (edits) => {
      await editAll(registry, edited, edits, { mendEvery: 60 })
      await collect()
      const { heapUsed, rss } = process.memoryUsage()
      return { heap: heapUsed, rss }
    }
    const [third, rest] = [${Math.ceil(EDITS / 3)}, ${EDITS - Math.ceil(EDITS / 3)}]
    const before = await memory(third)
    const after = await memory(rest)
    const faults = modules.sources().filter(({ fault, missing }) => fault && !missing)
    console.log(JSON.stringify({ before, after, faults, counts: edited.counts }))
    clearInterval(keep)
    registry.close()`,
    { flags: ['--max-semi-space-size=1'], killAfterMs: 60_000 + EDITS * 250 },
  )
  const { before, after, faults, counts } = JSON.parse(said)
  t.diagnostic(said)
  assert.deepEqual(faults, [])
  for (const [kind, count] of Object.entries(counts)) assert.ok(count > EDITS / 100, `${kind}: ${count}`)
  // Stamps of all edits are kept, some 300 bytes each; a module that is kept is 20 kB.
  const bound = 4 * 1024 ** 2 + EDITS * 600
  assert.ok(after.heap - before.heap < bound, `${after.heap - before.heap} bytes of heap`)
  // The histories of sources and the former revisions are bounded, and fill up over some 11,000 edits: 17 MB of them.
  const filled = 24 * 1024 ** 2
  assert.ok(after.rss - before.rss < filled + 2 * bound, `${after.rss - before.rss} bytes`)
})
