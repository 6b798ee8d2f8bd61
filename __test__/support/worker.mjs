// What the workers of workers.test.mjs do.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { SpecLoader } from 'toolrack'
import { text } from './documents.mjs'
import { callFromRust, never, registryOf } from './tools.mjs'

const JOBS = {
  async calls({ id }) {
    const registry = registryOf({ execute: async () => id })
    const { succeeded, value, error } = await callFromRust(registry, { total: 300, inFlight: 8 })
    parentPort.postMessage({
      here: await registry.execute('echo'),
      there: { succeeded, value, error },
      tools: registry.list(),
    })
  },
  async idle() {
    const registry = registryOf({ execute: never })
    const path = mkdtempSync(join(tmpdir(), 'toolrack-'))
    process.on('exit', () => rmSync(path, { recursive: true }))
    const file = join(path, 'pets.json')
    writeFileSync(file, text(['a']))
    await new SpecLoader(registry).load(file, { watch: true })
    registry.execute('echo').catch(() => {})
    parentPort.postMessage('idle')
  },
  async close() {
    let arrived
    const reached = new Promise((resolve) => (arrived = resolve))
    const registry = registryOf({ execute: () => (arrived(), never()) })
    const drilled = callFromRust(registry, { total: 4, inFlight: 4, timeoutMs: 600_000 })
    await reached
    const started = performance.now()
    registry.close()
    const { error } = await drilled
    parentPort.postMessage({ code: error.code, ms: performance.now() - started })
  },
  /** Hangs in some calls and works in others until it is ended. */
  async busy({ exit }) {
    const registry = registryOf({ execute: never }, { name: 'works', execute: async () => 1 })
    for (let i = 0; i < 4; i++) {
      callFromRust(registry, { total: 1000, inFlight: 16, timeoutMs: 600_000 })
      callFromRust(registry, { name: 'works', total: 20_000, inFlight: 16 })
    }
    await registry.execute('works')
    parentPort.postMessage('busy')
    if (exit) setImmediate(() => process.exit())
  },
}
await JOBS[workerData.job](workerData)
