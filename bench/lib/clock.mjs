// Ways to time something that takes less than a clock does.
import { percentile } from './stats.mjs'

const BATCH = 100

/** Nanoseconds of each call, from batches of calls one after the other: reading the clock does not count. */
export async function latency(call, forMs) {
  const batches = []
  const end = performance.now() + forMs
  let calls = 0
  const started = performance.now()
  while (performance.now() < end) {
    const begun = process.hrtime.bigint()
    for (let i = 0; i < BATCH; i++) await call()
    batches.push(Number(process.hrtime.bigint() - begun) / BATCH)
    calls += BATCH
  }
  return { p50: percentile(batches, 0.5), perSecond: (calls * 1000) / (performance.now() - started) }
}

/** The slow end of single calls, in ns; it has some 50 ns of reading the clock in it. */
export async function tail(call, forMs) {
  const singles = []
  const end = performance.now() + forMs
  while (performance.now() < end) {
    for (let i = 0; i < BATCH; i++) {
      const begun = process.hrtime.bigint()
      await call()
      singles.push(Number(process.hrtime.bigint() - begun))
    }
  }
  return { single: percentile(singles, 0.5), p99: percentile(singles, 0.99) }
}

/** Calls a second with several in flight at every moment. */
export async function throughput(call, inFlight, forMs) {
  const started = performance.now()
  const end = started + forMs
  let calls = 0
  const worker = async () => {
    while (performance.now() < end) {
      for (let i = 0; i < BATCH; i++) await call()
      calls += BATCH
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  return (calls * 1000) / (performance.now() - started)
}

// oxlint-disable-next-line no-unused-vars -- written, so that the optimizer keeps what is measured
let sink

/** Nanoseconds of each of `times` synchronous calls; `run` is given their numbers, so that it may ask for another thing
 * each time, and what it returns is kept, so that the optimizer cannot leave it out. */
export function each(times, run) {
  const begun = process.hrtime.bigint()
  for (let i = 0; i < times; i++) sink = run(i)
  return Number(process.hrtime.bigint() - begun) / times
}

/** Milliseconds of one run. */
export async function once(run) {
  const begun = performance.now()
  await run()
  return performance.now() - begun
}
