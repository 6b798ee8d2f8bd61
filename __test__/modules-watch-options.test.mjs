// Options of a watch: those of the last add, and those of files that are watched together.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { next } from './support/events.mjs'
import { WATCH, modulesOf, moduleText } from './support/module-tools.mjs'

const SLOW = { stabilityMs: 60_000, pollMs: 100 }

describe('M7: options of a watch', () => {
  test('are those of the last add', async (t) => {
    const { registry, modules, write } = modulesOf(t, { 'a.mjs': moduleText('a', 1) })
    await modules.add('./a.mjs', { watch: SLOW })
    await modules.add('./a.mjs', { watch: WATCH })
    const reloaded = next(registry, 'reloaded')
    write({ 'a.mjs': moduleText('a', 2) })
    await reloaded
    assert.equal(await registry.execute('a', {}), 2)
  })

  test('end with an add without them', async (t) => {
    const { modules } = modulesOf(t, { 'a.mjs': moduleText('a', 1) })
    const isWatched = () => modules.sources().map(({ watched: is }) => is)
    await modules.add('./a.mjs', { watch: WATCH })
    assert.deepEqual(isWatched(), [true])
    await modules.add('./a.mjs')
    assert.deepEqual(isWatched(), [false])
  })

  test('hold for a file as long as one of its sources has them', async (t) => {
    const { registry, modules, write } = modulesOf(t, { 'a.mjs': moduleText('a', 1) + moduleText('b', 1) })
    await modules.add('./a.mjs:a', { watch: WATCH })
    await modules.add('./a.mjs:b')
    const reloaded = next(registry, 'reloaded', { wanted: ({ source }) => source.endsWith('a') })
    write({ 'a.mjs': moduleText('a', 2) + moduleText('b', 2) })
    await reloaded
    assert.equal(await registry.execute('a', {}), 2)
  })

  for (const [name, options] of Object.entries({ a: [WATCH, SLOW], b: [SLOW, WATCH] }))
    test(`are the shortest of those of files that share a helper: ${name} has them`, async (t) => {
      const using = (tool) => moduleText(tool, 'version', `import { version } from './_helper.mjs'`)
      const files = { 'a.mjs': using('a'), 'b.mjs': using('b'), '_helper.mjs': 'export const version = 1' }
      const { registry, modules, write } = modulesOf(t, files)
      for (const [i, tool] of ['a', 'b'].entries()) await modules.add(`./${tool}.mjs`, { watch: options[i] })
      const sources = new Set()
      const reloaded = next(registry, 'reloaded', { wanted: ({ source }) => sources.add(source).size === 2 })
      write({ '_helper.mjs': 'export const version = 2' })
      await reloaded
      assert.deepEqual([await registry.execute('a', {}), await registry.execute('b', {})], [2, 2])
    })
})
