// All that a busy process does, side by side, for some minutes at 1,600 calls a second, and fails when memory still
// grows after the third: `npm run soak` for 10 minutes, `npm run soak -- 5` for fewer.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { settle } from './lib/gc.mjs'
import { CALLS, mixed } from './lib/mixed.mjs'
import { number, table, title } from './lib/table.mjs'
import { load, tool } from './lib/toolrack.mjs'

// As in soak.mjs: V8's young generation would grow as much as a leak.
const YOUNG = '--max-semi-space-size=1'
if (!process.execArgv.includes(YOUNG)) {
  const again = [...process.execArgv, YOUNG, fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  process.exit(spawnSync(process.execPath, again, { stdio: 'inherit' }).status ?? 1)
}

const MINUTES = Number(process.argv[2] ?? 10)
if (!Number.isInteger(MINUTES) || MINUTES < 4) {
  console.error('how many minutes: a whole number of 4 or more')
  process.exit(2)
}
const RATE = 1_600
const MB = 1024 ** 2
/** From the third minute on. A hundred bytes lost in each call would be 9 MB a minute. */
const BOUND = 8 * MB

/**
 * The registry remembers what tools were within a bound of bytes, which is full after some 20,000 changes: they come
 * first.
 */
async function change(registry) {
  const { name, ...rest } = tool(0)
  for (let n = 0; n < 25_000; n++) {
    registry.register({ ...rest, name: `${name}_${n % 50}`, description: `Came and went ${n}` }).remove()
    if (n % 100 === 0) await new Promise(setImmediate)
  }
}

title(`soak: ${MINUTES} minutes of calls, keys, registrations, snapshots and reloads, ${number(RATE)} calls a second`)
const folder = mkdtempSync(join(tmpdir(), 'toolrack-soak-'))
const rows = []
let held = false
try {
  const { next, registry, evicted } = await mixed(load(), folder)
  await change(registry)
  const begun = performance.now()
  const since = () => (performance.now() - begun) / 1000
  let turns = 0
  let third, last
  for (let minute = 1; minute <= MINUTES; minute++) {
    while (since() < minute * 60) {
      await next(turns++)
      const early = (turns * CALLS) / RATE - since()
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early * 1000))
    }
    await settle()
    const { rss, heapUsed, external } = process.memoryUsage()
    rows.push([minute, number(rss / MB), number((heapUsed + external) / MB), number(turns * CALLS), number(evicted())])
    if (minute === 3) third = rss
    last = rss
  }
  table(['minute', 'RSS MB', 'heap MB', 'calls', 'keys let go'], rows)
  held = last - third <= BOUND
  console.log(
    `  ${held ? '✓ met   ' : '✗ missed'}  since the third minute at most 8 MB of RSS more: ` +
      `${((last - third) / MB).toFixed(2)}`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit(held ? 0 : 1)
