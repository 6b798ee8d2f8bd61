// Calls one tool a great many times, with all that can be on: validation, context, coercion, limits, an event that is
// listened to, a stream now and then. Fails when that leaves anything behind: `node bench/soak-calls.mjs` for
// 10,000,000 calls, a number for fewer.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { settle } from './lib/gc.mjs'
import { number, table, title } from './lib/table.mjs'
import { load, PARAMS, tool } from './lib/toolrack.mjs'

// As in soak.mjs: V8's young generation grows under this load and is not given back.
const YOUNG = '--max-semi-space-size=1'
if (!process.execArgv.includes(YOUNG)) {
  const again = [...process.execArgv, YOUNG, '--expose-gc', fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  process.exit(spawnSync(process.execPath, again, { stdio: 'inherit' }).status ?? 1)
}

const CALLS = Number(process.argv[2] ?? 10_000_000)
if (!Number.isInteger(CALLS) || CALLS < 10_000) {
  console.error('how many calls: a whole number of 10,000 or more')
  process.exit(2)
}
const MB = 1024 ** 2
/** What one byte for each call would be is ten times this. */
const BOUND = 1 * MB
const USERS = 50_000
const IN_FLIGHT = 100

const { ToolRegistry } = load()
const registry = new ToolRegistry({ coerce: true, enforceRateLimits: true, callLimits: { concurrency: 1_000 } })
let outcomes = 0
registry.on('call', () => outcomes++)
registry.register({ ...tool(0), rateLimit: 1_000_000 })
registry.register({
  ...tool(1),
  async *execute({ city }) {
    yield city
    yield city
  },
})
registry.register({
  ...tool(2),
  execute: () => {
    throw new Error('no')
  },
})

async function calls(count) {
  for (let done = 0; done < count; done += IN_FLIGHT) {
    const some = Array.from({ length: IN_FLIGHT }, (_, i) => {
      const context = { userId: (done + i) % USERS }
      if (i === 0) return registry.execute('weather_1', PARAMS, { context })
      if (i === 1) return registry.execute('weather_2', PARAMS, { context }).catch(() => {})
      return registry.execute('weather_0', i === 2 ? { ...PARAMS, days: '3' } : PARAMS, { context })
    })
    await Promise.all(some)
    // Finalizers of native objects run between turns of the event loop.
    await new Promise(setImmediate)
  }
}

async function memory() {
  await settle()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rss: rss / MB, heap: heapUsed / MB, external: external / MB }
}

title(`soak: ${number(CALLS)} calls, ${IN_FLIGHT} in flight, ${number(USERS)} users; MB`)
// Every user is known after this.
await calls(Math.max(CALLS / 10, USERS * 2))
const marks = [['warm', await memory()]]
const counted = outcomes
const begun = performance.now()
for (let part = 1; part <= 4; part++) {
  await calls(CALLS / 4)
  marks.push([`${part * 25} %`, await memory()])
}
const seconds = (performance.now() - begun) / 1000
table(
  ['', 'RSS', 'heap', 'external'],
  marks.map(([when, { rss, heap, external }]) => [when, rss.toFixed(1), heap.toFixed(2), external.toFixed(2)]),
)
const [first, last] = [marks[0][1], marks.at(-1)[1]]
const grown = last.heap + last.external - first.heap - first.external
console.log(
  `  ${number((outcomes - counted) / seconds)} calls a second; ` +
    `heap and external grew by ${grown.toFixed(2)} MB, RSS by ${(last.rss - first.rss).toFixed(1)} MB`,
)
if (grown * MB > BOUND || (last.rss - first.rss) * MB > 8 * BOUND) {
  console.error('✗ calls leave something behind')
  process.exitCode = 1
} else console.log('  ✓ nothing is left behind')
registry.close()
