// Reloads a document through every fault there is for a long time, and fails when a tool is lost or memory grows:
// `node bench/soak-reloads.mjs` for 100,000 reloads, `node bench/soak-reloads.mjs 5000` for fewer.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { faults } from './lib/faults.mjs'
import { settle } from './lib/gc.mjs'
import { number, table, title } from './lib/table.mjs'
import { load } from './lib/toolrack.mjs'

// As in soak.mjs: V8's young generation would grow as much as a leak.
const YOUNG = '--max-semi-space-size=1'
if (!process.execArgv.includes(YOUNG)) {
  const again = [...process.execArgv, YOUNG, fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  process.exit(spawnSync(process.execPath, again, { stdio: 'inherit' }).status ?? 1)
}

const RELOADS = Number(process.argv[2] ?? 100_000)
if (!Number.isInteger(RELOADS) || RELOADS < 100) {
  console.error('how many reloads: a whole number of 100 or more')
  process.exit(2)
}
const MB = 1024 ** 2
// The registry remembers 8 MiB of what tools were, which are full after some 40,000 reloads: what counts is the second
// half of a long run. 100 bytes lost in each reload would be 5 MB there.
const HEAP_BOUND = 2 * MB
const RSS_BOUND = 4 * MB

const memory = async () => {
  await settle()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss, heap: heapUsed + external }
}

title(`soak: ${number(RELOADS)} reloads of a document that is changed, broken, cut off, emptied and taken away`)
const folder = mkdtempSync(join(tmpdir(), 'toolrack-soak-'))
const rows = []
let held = false
try {
  const { next, outcomes, registry } = await faults(load(), folder)
  const step = Math.ceil(RELOADS / 10)
  let base, last
  for (let done = 0; done < RELOADS;) {
    const begun = performance.now()
    const end = Math.min(done + step, RELOADS)
    const count = end - done
    while (done < end) await next(done++)
    const took = performance.now() - begun
    const now = await memory()
    if (rows.length === 4) base = now
    rows.push([number(done), number(now.rss / MB), number(now.heap / MB), number((took * 1000) / count)])
    last = now
  }
  table(['reloads', 'RSS MB', 'heap MB', 'µs a reload'], rows)
  const grown = { rss: last.rss - base.rss, heap: last.heap - base.heap }
  held = grown.rss <= RSS_BOUND && grown.heap <= HEAP_BOUND
  console.log(
    `  ${Object.entries(outcomes)
      .map(([what, count]) => `${what} ${number(count)}`)
      .join(', ')}; revision ${registry.revision}`,
  )
  console.log(
    `  ${held ? '✓ met   ' : '✗ missed'}  no tool lost, and in the second half ` +
      `at most 4 MB of RSS and 2 MB of heap more: ` +
      `${(grown.rss / MB).toFixed(2)} and ${(grown.heap / MB).toFixed(2)} MB`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit(held ? 0 : 1)
