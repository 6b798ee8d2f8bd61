// Each worker thread has registries of its own; what ends with a worker ends for Rust too.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { run, runFile } from './support/child.mjs'
import { callFromRust, registryOf } from './support/tools.mjs'

const program = new URL('support/worker.mjs', import.meta.url)

/** A worker that does a job; its first message, and its end. */
function start(job) {
  const worker = new Worker(program, { workerData: job })
  const said = new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
  const ended = new Promise((resolve) => worker.once('exit', resolve))
  return { worker, said, ended }
}

test('workers call closures of their own, from here and from Rust threads, all at once', async () => {
  const registry = registryOf({ execute: () => 'main' })
  const workers = [...Array(4).keys()].map((id) => start({ job: 'calls', id }))
  const mine = callFromRust(registry, { total: 300, inFlight: 8 })
  for (const [id, { said, ended }] of workers.entries()) {
    assert.deepEqual(await said, { here: id, there: { succeeded: 300, value: id, error: null }, tools: ['echo'] })
    assert.equal(await ended, 0)
  }
  assert.deepEqual([(await mine).succeeded, registry.list()], [300, ['echo']])
})

test('a worker ends by itself with a registry, a watch and a pending call', async () => {
  const { said, ended } = start({ job: 'idle' })
  assert.equal(await said, 'idle')
  assert.equal(await ended, 0)
})

test('a worker that closes its registry sees its calls from Rust threads fail at once with CLOSED', async () => {
  const { said, ended } = start({ job: 'close' })
  const { code, ms } = await said
  assert.equal(code, 'CLOSED')
  assert.ok(ms < 5_000, `${ms} ms`)
  assert.equal(await ended, 0)
})

// A crash of one of them would take this process with it, so they end in one of their own.
for (const ending of ['terminate', 'exit']) {
  test(`twenty workers that end by ${ending} during calls leave no call hanging`, async () => {
    const { code, signal, stdout, stderr, ms } = await run(`
      import { Worker } from 'node:worker_threads'
      import { once } from 'node:events'
      const mine = registryOf({ execute: async () => 1 })
      const started = performance.now()
      for (let round = 0; round < 4; round++) {
        const options = { execArgv: [], workerData: { job: 'busy', exit: ${ending === 'exit'} } }
        const workers = [...Array(5)].map(() => new Worker('./__test__/support/worker.mjs', options))
        const drilled = callFromRust(mine, { total: 200, inFlight: 8 })
        await Promise.all(workers.map(async (worker) => {
          const ended = once(worker, 'exit')
          await once(worker, 'message')
          if (${ending === 'terminate'}) await worker.terminate()
          await ended
        }))
        if ((await drilled).succeeded !== 200) throw new Error('a call of the main thread failed')
      }
      const { succeeded } = await callFromRust(mine, { total: 200, inFlight: 8 })
      console.log(succeeded)`)
    assert.deepEqual([code, signal, stdout, stderr], [0, null, '200\n', ''])
    assert.ok(ms < 20_000, `${ms} ms`)
  })
}

test('workers that are ended in the middle of calls, loads and watches leave no panic on stderr', async () => {
  // The addon goes with each of them: the program does not load it. 300 rounds by hand:
  // `node __test__/support/end-workers.mjs 300`.
  const { code, signal, stdout, stderr } = await runFile(['__test__/support/end-workers.mjs', '15'], {
    killAfterMs: 240_000,
  })
  assert.deepEqual([code, signal, stdout, stderr], [0, null, '15 ended\n', ''])
})
