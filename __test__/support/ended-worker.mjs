// A worker that is ended in the middle of everything: closures that hang, calls in line, keys that wait for each other,
// requests on the wire and by an own fetch, loads, watches, streams, and calls from Rust threads.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { text } from './documents.mjs'
import { callFromRust, never, tool } from './tools.mjs'

const { url, folder, round } = workerData
const registry = new ToolRegistry({ timeoutMs: 600_000 })
const quiet = (promise) => promise.catch(() => {})

registry.register(tool({ execute: never }))
registry.register(tool({ name: 'works', execute: async () => 1 }))
registry.register(tool({ name: 'line', execute: never, callLimits: { concurrency: 1, queue: 1_000 } }))
const loader = new SpecLoader(registry)
await loader.load(
  {
    openapi: '3.1.0',
    info: { title: 'api', version: '1' },
    paths: { '/slow': { get: { operationId: 'slow' } }, '/fast': { get: { operationId: 'fast' } } },
  },
  { name: 'api', baseUrl: url },
)
const file = join(folder, `${round}.json`)
writeFileSync(file, text(['a']))
await loader.load(file, { name: 'file', watch: true })
registry.onChange(() => {})

const hanging = new SpecLoader(registry, { fetch: never })
for (let i = 0; i < 8; i++) {
  quiet(hanging.load(`${url}/${i}`, { name: `hangs${i}` }))
  quiet(registry.execute('echo'))
  quiet(registry.execute('line'))
  quiet(registry.execute('slow'))
  quiet(registry.execute('echo', {}, { idempotencyKey: `k${i % 4}` }))
  quiet(registry.stream('echo').next())
}
callFromRust(registry, { total: 1_000, inFlight: 8, timeoutMs: 600_000 })
callFromRust(registry, { name: 'works', total: 100_000, inFlight: 4 })

/** Work that ends all the time, so that some ends in the very moment in which the thread does. */
async function churn(work) {
  for (;;) await quiet(work())
}
for (let i = 0; i < 4; i++) {
  churn(() => registry.execute('fast'))
  churn(() => loader.load(text([`b${i}`]), { name: `doc${i}`, namespace: `doc${i}` }))
}
writeFileSync(file, text(['a', 'b']))
parentPort.postMessage('busy')
