// Calls that start on a Rust thread and end in a JavaScript closure, and what a registry costs those who do not use it.
import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { latency } from './lib/clock.mjs'
import { rotate } from './lib/rotation.mjs'
import { percentile } from './lib/stats.mjs'
import { goal, leftOut, number, table, times, title } from './lib/table.mjs'
import { callFromRust, PARAMS, registryOf, tool } from './lib/toolrack.mjs'

const MANY = 100_000
const IN_TURN = 5_000
const AT_ONCE = 20_000
/**
 * Two processes that do the very same differ by this much on a machine that is not quiet. What the goal guards against,
 * a handle in libuv for each tool, made it 50 times slower. */
const NOISE = 1.25

const counts = [1, MANY]
const callsOf = (count) => `${digits(count)} ${count === 1 ? 'tool' : 'tools'}`
const statOf = (count) => (count === undefined ? 'stat, toolrack not loaded' : `stat, ${digits(count)} tools`)

export const sides = Object.fromEntries([
  ...counts.map((count) => [
    callsOf(count),
    async () => {
      let ran = 0
      const registry = registryOf(count - 1)
      registry.register(tool(count - 1, async ({ city }) => (ran++, city)))
      const call = callFromRust(registry)
      const of = async (total, inFlight) => {
        const order = {
          name: `weather_${count - 1}`,
          params: PARAMS,
          context: { userId: 7 },
          total,
          inFlight,
          timeoutMs: 5_000,
        }
        ran = 0
        const { succeeded, error, value, seconds, latencies } = await call(order)
        if (succeeded !== total) throw new Error(`${total - succeeded} calls failed: ${JSON.stringify(error)}`)
        if (ran !== total || value !== PARAMS.city)
          throw new Error(`the closure ran ${ran} times of ${total}, and answered ${value}`)
        return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99), perSecond: total / seconds }
      }
      return async () => {
        const [one, many] = [await of(IN_TURN, 1), await of(AT_ONCE, 64)]
        return { ...one, perSecond64: many.perSecond, p50of64: many.p50 }
      }
    },
  ]),
  ...[undefined, 0, MANY].map((count) => [
    statOf(count),
    async () => {
      const registry = count === undefined ? undefined : registryOf(count)
      const path = fileURLToPath(import.meta.url)
      return async () => ({ ...(await latency(() => stat(path), 200)), tools: registry?.size })
    },
  ]),
])

export async function run() {
  const calls = counts.map(callsOf)
  const stats = [undefined, 0, MANY].map(statOf)
  const called = await rotate(import.meta.url, calls)
  const waited = await rotate(import.meta.url, stats, { rounds: 21 })
  const present = (outcomes) => [...outcomes.values()].filter(({ failed }) => failed === undefined)

  title('threads: a call from a Rust thread to an async closure and back, arguments validated, JSON both ways')
  table(
    ['registered', 'p50 µs', 'p99 µs', 'calls/s, 1 in flight', 'calls/s, 64 in flight', 'p50 µs of 64'],
    present(called).map((side) => [
      side.name,
      ...['p50', 'p99', 'perSecond', 'perSecond64', 'p50of64'].map((figure) => number(side.of(figure))),
    ]),
  )
  for (const side of called.values()) {
    const [p50, perSecond] = [side.of('p50'), side.of('perSecond64')]
    goal(`p50 at most 20 µs with ${side.name}`, number(p50, 'µs'), p50 <= 20)
    goal(`at least 100,000 calls/s at 64 in flight with ${side.name}`, number(perSecond), perSecond >= 100_000)
  }

  title('threads: await fs.promises.stat() of one file, beside a registry that nobody calls')
  const none = waited.get(statOf(0))
  table(
    ['', 'p50 µs', '× 0 tools'],
    present(waited).map((side) => [side.name, number(side.of('p50') / 1000), times(side.times(none, 'p50'))]),
  )
  leftOut([...called.values(), ...waited.values()])
  const slower = waited.get(statOf(MANY)).times(none, 'p50')
  goal(
    `no slower with ${digits(MANY)} tools (within ${Math.round((NOISE - 1) * 100)} % of noise)`,
    times(slower),
    slower <= NOISE,
  )
}

/** All digits of a count. */
function digits(count) {
  return count.toLocaleString('en-US')
}
