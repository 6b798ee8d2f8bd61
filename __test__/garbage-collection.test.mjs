// What is let go of is collected; programs with a garbage collector at hand show it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outputOf } from './support/child.mjs'

const flags = ['--expose-gc']
const COLLECTING = `
  /** How many of the objects that make() gives are collected in the end. */
  async function collected(count, make) {
    let gone = 0
    const graves = new FinalizationRegistry(() => gone++)
    for (let i = 0; i < count; i++) graves.register(await make(i), i)
    for (let round = 0; round < 50 && gone < count; round++) {
      gc()
      await new Promise(setImmediate)
    }
    return gone
  }
`
const CASES = [
  [
    'registries that their own closures capture',
    `async () => {
    const registry = registryOf()
    registry.register(tool({ execute: () => registry.size }))
    registry.onChange(() => registry.size)
    await registry.execute('echo')
    registry.definitions('openai')
    return registry
  }`,
  ],
  [
    'registries that Rust threads have called',
    `async () => {
    const registry = registryOf()
    registry.register(tool({ execute: async () => registry.size }))
    await callFromRust(registry, { total: 5, inFlight: 2 })
    return registry
  }`,
  ],
  [
    'registries with a loader',
    `async () => {
    const registry = registryOf()
    const loader = new SpecLoader(registry)
    registry.on('reloaded', () => loader)
    await loader.load('{"openapi":"3.0.0","info":{"title":"x"},"paths":{"/a":{"get":{}}}}')
    return registry
  }`,
  ],
  ['closed registries', `async () => { const registry = registryOf({}); registry.close(); return registry }`],
  [
    'closures that were unregistered',
    `async (i) => {
        const execute = () => i
        shared.register(tool({ execute }))
        await shared.execute('echo')
        shared.unregister('echo')
        return execute
      }`,
  ],
  [
    'closures that were replaced',
    `async (i) => {
        const execute = () => i
        const enter = shared.has('kept') ? shared.replace : shared.register
        enter.call(shared, tool({ name: 'kept', execute }))
        shared.replace(tool({ name: 'kept' }))
        return execute
      }`,
  ],
  [
    'closures that a handle took away',
    `async (i) => {
        const execute = () => i
        const handle = shared.register(tool({ execute }))
        handle.disable()
        handle.remove()
        return execute
      }`,
  ],
  [
    'closures of definitions that were refused',
    `async (i) => {
        const execute = () => i
        try { shared.register(tool({ name: 'a b', execute })) } catch {}
        return execute
      }`,
  ],
  [
    'closures of a registry that was closed',
    `async (i) => {
        const execute = () => i
        const registry = registryOf({ execute })
        kept.push(registry)
        registry.close()
        return execute
      }`,
  ],
  [
    'snapshots that nobody released',
    `async () => {
        shared.register(tool())
        const turn = shared.snapshot()
        await turn.execute('echo')
        shared.unregister('echo')
        return turn
      }`,
  ],
  [
    'arguments, results and signals of calls that ended',
    `async () => {
        const params = { big: 1 }
        await shared.execute('same', params, { signal, timeoutMs: 60_000 })
        return params
      }`,
  ],
]
for (const [what, make] of CASES) {
  test(`the garbage collector takes ${what}`, async () => {
    const output = await outputOf(
      `${COLLECTING}
      const kept = []
      const { signal } = new AbortController()
      const shared = registryOf({ name: 'same', execute: async (params) => params })
      console.log(await collected(100, ${make}))
      await shared.execute('same')`,
      { flags },
    )
    // The last object may still stand in a register.
    assert.ok(Number(output) >= 99, `${output.trim()} of 100`)
  })
}

test('a closure lives as long as a snapshot has its tool, and goes when that is released', async () => {
  const output = await outputOf(
    `
    const registry = registryOf()
    let gone = 0
    const graves = new FinalizationRegistry(() => gone++)
    ;(() => { const execute = () => 'mine'; graves.register(execute, 0); registry.register(tool({ execute })) })()
    const turn = registry.snapshot()
    registry.unregister('echo')
    const collect = async () => { for (let i = 0; i < 10; i++) { gc(); await new Promise(setImmediate) } return gone }
    console.log(await turn.execute('echo'), await collect())
    turn.release()
    console.log(await collect())`,
    { flags },
  )
  assert.equal(output, 'mine 0\n1\n')
})

test('whoever waits for an event of a watched document has it, though nothing else is held', async () => {
  const output = await outputOf(
    `
    import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
    const folder = mkdtempSync((await import('node:os')).tmpdir() + '/toolrack-')
    const collections = { count: 0, done: () => {} }
    const alive = setInterval(() => { gc(); if (++collections.count === 15) collections.done() }, 20)
    const save = (text) => {
      const paths = { '/a': { get: { description: text } } }
      const document = { openapi: '3.0.0', info: { title: 'x', description: text }, paths }
      writeFileSync(folder + '/pets.json', JSON.stringify(document))
    }
    const reloaded = async () => {
      save('old')
      const registry = registryOf()
      await new SpecLoader(registry).load(folder + '/pets.json', { watch: true })
      collections.done = () => save('new')
      return new Promise((resolve) => registry.on('reloaded', resolve))
    }
    console.log((await reloaded()).updated.length)
    clearInterval(alive)
    rmSync(folder, { recursive: true })
    process.exit()`,
    { flags },
  )
  assert.equal(output, '1\n')
})

test('a watched document without listeners does not keep its registry alive', async () => {
  const output = await outputOf(
    `${COLLECTING}
    import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
    const folder = mkdtempSync((await import('node:os')).tmpdir() + '/toolrack-')
    writeFileSync(folder + '/pets.json', '{"openapi":"3.0.0","info":{"title":"x"},"paths":{"/a":{"get":{}}}}')
    console.log(await collected(10, async () => {
      const registry = registryOf()
      const off = registry.on('reloaded', () => registry.size)
      await new SpecLoader(registry).load(folder + '/pets.json', { watch: true })
      off()
      return registry
    }))
    rmSync(folder, { recursive: true })`,
    { flags },
  )
  assert.ok(Number(output) >= 9, `${output.trim()} of 10`)
})

test('fifty thousand tools that come and go leave the heap as it was', async () => {
  const output = await outputOf(
    `
    const registry = registryOf({ name: 'stays' })
    const heap = () => { gc(); gc(); return process.memoryUsage().heapUsed }
    const cycle = (count) => {
      for (let i = 0; i < count; i++) {
        registry.register(tool({ name: 'tool' + (i % 50), execute: () => i }))
        registry.unregister('tool' + (i % 50))
      }
    }
    cycle(5_000)
    const before = heap()
    cycle(50_000)
    await new Promise(setImmediate)
    console.log(heap() - before, registry.size, registry.revision)`,
    { flags },
  )
  const [grown, size, revision] = output.split(' ').map(Number)
  assert.deepEqual([size, revision], [1, 110_001])
  assert.ok(grown < 1_000_000, `${grown} bytes more`)
})
