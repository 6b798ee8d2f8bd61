// Registers tools, calls them and takes them away for a long time, and fails when that leaves anything behind:
// `node bench/soak.mjs` for 1,000,000 cycles, `node bench/soak.mjs 50000` for fewer.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { settle } from './lib/gc.mjs'
import { number, table, title } from './lib/table.mjs'
import { load, PARAMS, tool } from './lib/toolrack.mjs'

// V8's young generation grows under this load and is not given back: RSS then moves by 10 MB that no object holds, as
// much as a leak would. Kept small, it stays where it is.
const YOUNG = '--max-semi-space-size=1'
if (!process.execArgv.includes(YOUNG)) {
  const again = [...process.execArgv, YOUNG, fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  process.exit(spawnSync(process.execPath, again, { stdio: 'inherit' }).status ?? 1)
}

const CYCLES = Number(process.argv[2] ?? 1_000_000)
if (!Number.isInteger(CYCLES) || CYCLES < 100) {
  console.error('how many cycles: a whole number of 100 or more')
  process.exit(2)
}
const TURN = 1_000
const MB = 1024 ** 2

// What leaks in each cycle costs at least one allocation: 32 bytes of malloc, or 16 of V8's heap (an object of one word
// and its header), which is 27 and 14 MB over the 900,000 cycles that are counted. The bounds are a quarter of the one
// and a seventh of the other. RSS moves by some MB by itself, so a short run finds leaks in the heap and large ones
// outside of it; only a long run finds all.
const HEAP_BOUND = 2 * MB
const RSS_BOUND = 7 * MB

const { ToolRegistry } = load()
const registry = new ToolRegistry()
registry.onChange(() => {})
registry.register({ ...tool(1), name: 'stays' })

async function cycles(count) {
  for (let done = 0; done < count; done++) {
    const handle = registry.register(tool(0))
    await registry.execute('weather_0', PARAMS)
    if (done % 2 === 0) handle.remove()
    else registry.unregister('weather_0')
    // Finalizers of native objects run between turns of the event loop.
    if (done % TURN === 0) await new Promise(setImmediate)
  }
}

async function memory() {
  await settle()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss, heap: heapUsed + external }
}

title(`soak: ${number(CYCLES)} cycles of register(), execute() and unregister(), with a listener`)
const rows = []
let base, last
const started = performance.now()
const step = Math.ceil(CYCLES / 10)
for (let done = 0; done < CYCLES;) {
  const count = Math.min(step, CYCLES - done)
  const begun = performance.now()
  await cycles(count)
  const took = performance.now() - begun
  done += count
  const now = await memory()
  // The first tenth warms up: code is compiled, arenas and the slots of closures are as large as they will be.
  base ??= now
  rows.push([number(done), number(now.rss / MB), number(now.heap / MB), number((took * 1000) / count)])
  last = now
}
table(['cycles', 'RSS MB', 'heap MB', 'µs a cycle'], rows)

const grown = { rss: last.rss - base.rss, heap: last.heap - base.heap }
const held = grown.rss <= RSS_BOUND && grown.heap <= HEAP_BOUND && registry.size === 1
console.log(
  `  ${held ? '✓ met   ' : '✗ missed'}  since the first tenth at most 7 MB of RSS and 2 MB of heap more: ` +
    `${mb(grown.rss)} and ${mb(grown.heap)}; ${number((performance.now() - started) / 1000)} s`,
)
registry.close()
process.exit(held ? 0 : 1)

function mb(bytes) {
  return `${bytes < 0 ? '−' : '+'}${(Math.abs(bytes) / MB).toFixed(2)} MB`
}
