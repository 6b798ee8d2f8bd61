// All watches of a process share one source of file events and a few threads, and what is let go of gives its share
// back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outputOf } from './support/child.mjs'

const skip = process.platform !== 'linux' && 'only Linux tells what a process holds'
const COUNTING = `
  import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
  import { holdings } from './__test__/support/watchers.mjs'
  import { text } from './__test__/support/documents.mjs'
  import { next } from './__test__/support/events.mjs'
  const folder = mkdtempSync('/tmp/toolrack-watchers-')
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const fileOf = (i) => folder + '/' + i + '/pets.json'
  /** A registry that watches a document in a folder of its own. */
  async function watching(i) {
    mkdirSync(folder + '/' + i)
    writeFileSync(fileOf(i), text(['a']))
    const registry = registryOf()
    await new SpecLoader(registry).load(fileOf(i), { watch: true })
    return registry
  }
  const counts = () => {
    const { threads, descriptors, inotify } = holdings()
    return { threads: threads.length, descriptors: descriptors.length, inotify }
  }
  /** Waits until something is so; what it came to in the end. */
  async function until(isSo, ms = 20_000) {
    for (const end = Date.now() + ms; !isSo() && Date.now() < end;) {
      globalThis.gc?.()
      await new Promise(setImmediate)
    }
    return isSo()
  }
`
/** What a program that counts printed. */
const counted = async (program) =>
  JSON.parse(await outputOf(COUNTING + program, { flags: ['--expose-gc'], killAfterMs: 120_000 }))

test(
  '300 registries that watch hold one source of file events and a few threads, and each hears of its change',
  { skip },
  async () => {
    const { before, all, heard } = await counted(`
    await watching('first').then((registry) => registry.close())
    const before = counts()
    const registries = []
    for (let i = 0; i < 300; i++) registries.push(await watching(i))
    const all = counts()
    const heard = registries.map((registry) => next(registry, 'reloaded', { withinMs: 60_000 }))
    for (let i = 0; i < 300; i++) writeFileSync(fileOf(i), text(['a', 'b' + i]))
    const added = await Promise.all(heard)
    console.log(JSON.stringify({ before, all, heard: added.every((report, i) => report.added[0] === 'b' + i) }))
    process.exit()`)
    assert.ok(heard)
    assert.equal(all.inotify, 1)
    assert.ok(
      all.threads <= before.threads + 32 && all.descriptors <= before.descriptors + 16,
      JSON.stringify({ before, all }),
    )
  },
)

test('300 registries that watch and are dropped without close give back all that they held', { skip }, async () => {
  const { before, after, gone } = await counted(`
    const before = counts()
    let collected = 0
    const graves = new FinalizationRegistry(() => collected++)
    for (let i = 0; i < 300; i++) graves.register(await watching(i), i)
    // The last object may still stand in a register, and holds the others' source of file events then.
    await watching('last').then((registry) => registry.close())
    const gone = await until(() => collected >= 299 && counts().inotify === 0)
    console.log(JSON.stringify({ before, after: { ...counts(), collected }, gone }))
    process.exit()`)
  assert.ok(gone, JSON.stringify({ before, after }))
  assert.ok(
    after.threads <= before.threads + 32 && after.descriptors <= before.descriptors + 16,
    JSON.stringify({ before, after }),
  )
})

test(
  'registries of worker threads share the source of file events, and give it back when the threads end',
  { skip },
  async () => {
    const { together, alone, gone } = await counted(`
    import { Worker } from 'node:worker_threads'
    import { once } from 'node:events'
    const registry = await watching('main')
    const worker = (i) => new Worker('./__test__/support/watching-worker.mjs', { execArgv: [], workerData: fileOf(i) })
    const workers = []
    for (const i of ['w1', 'w2', 'w3']) {
      mkdirSync(folder + '/' + i)
      writeFileSync(fileOf(i), text(['a']))
      workers.push(worker(i))
      await once(workers.at(-1), 'message')
    }
    const together = counts().inotify
    await Promise.all(workers.map((one) => one.terminate()))
    const heard = next(registry, 'reloaded')
    writeFileSync(fileOf('main'), text(['a', 'b']))
    await heard
    const alone = counts().inotify
    registry.close()
    const gone = await until(() => counts().inotify === 0)
    console.log(JSON.stringify({ together, alone, gone }))
    process.exit()`)
    assert.deepEqual({ together, alone, gone }, { together: 1, alone: 1, gone: true })
  },
)
