// The long form of reloads under calls: ten thousand of them, and memory that stays where it is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outputOf } from '../support/child.mjs'

const RELOADS = Number(process.env.TOOLRACK_RELOADS ?? 10_000)
/** When memory is measured. */
const MEASURED = [100, RELOADS / 2, RELOADS]

test(`C22: ${RELOADS} reloads while calls run tear no turn, lose no tool and keep no memory`, async (t) => {
  const said = await outputOf(
    `
    import { rmSync } from 'node:fs'
    import { ToolModules } from 'toolrack'
    import { settle as collect } from './bench/lib/gc.mjs'
    import { directoryOf, write } from './__test__/support/module-graph.mjs'
    import { FIVE_KB, reloadUnderCalls } from './__test__/support/module-reloads.mjs'
    const directory = directoryOf()
    process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
    const registry = new ToolRegistry()
    const modules = new ToolModules(registry, { resolveFrom: directory })
    const memory = []
    const checked = async (done) => {
      if (!${JSON.stringify(MEASURED)}.includes(done)) return
      await collect()
      const { heapUsed, rss } = process.memoryUsage()
      memory.push({ done, heap: heapUsed, rss })
    }
    const house = { registry, modules, write: (files) => write(directory, files) }
    await reloadUnderCalls(house, ${RELOADS}, { more: FIVE_KB, checked })
    console.log(JSON.stringify(memory))
    registry.close()`,
    { killAfterMs: 60_000 + RELOADS * 100 },
  )
  t.diagnostic(said)
  const memory = JSON.parse(said)
  const [first, last] = [memory[0], memory.at(-1)]
  assert.ok(last.heap - first.heap < 2 * 1024 ** 2, `${last.heap - first.heap} bytes of heap`)
})
