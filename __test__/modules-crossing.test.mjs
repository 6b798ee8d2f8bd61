// What of modules crosses from Rust to JavaScript: code that JavaScript has does not cross again.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { mock, test } from 'node:test'
import { next } from './support/events.mjs'
import { directoryOf, nativeGraph } from './support/module-graph.mjs'
import { WATCH, moduleText, modulesOf } from './support/module-tools.mjs'

const require = createRequire(import.meta.url)
const { ModuleGraph } = require('../lib/modules/graph/module-graph.js')
const { WatchedChanges } = require('../lib/modules/watch/watched-changes.js')

const COUNT = 50
/** Code that is long beside what is said of it. */
const LONG = `/* ${'x'.repeat(5_000)} */`
const IMPORT = "import { value } from './_helper.mjs'"
const textOf = (i, version = 1) => moduleText(`t${i}`, `${version} + value`, `${IMPORT}\n${LONG}`)
const helper = (value) => `export const value = ${value}`

/** Watched modules that share a helper, and the bytes of each change that their watch tells. */
async function sharing(t) {
  const files = Object.fromEntries(Array.from({ length: COUNT }, (_, i) => [`tools/f${i}.mjs`, textOf(i)]))
  const house = modulesOf(t, { ...files, 'tools/_helper.mjs': helper(10) })
  const { handle } = WatchedChanges.prototype
  const bytes = []
  const spy = mock.method(WatchedChanges.prototype, 'handle', function (change) {
    bytes.push(JSON.stringify(change).length)
    return handle.call(this, change)
  })
  t.after(() => spy.mock.restore())
  await house.modules.addDirectory('./tools', { watch: WATCH })
  const { registry, write } = house
  const changed = async (more, wanted) => {
    const reloaded = next(registry, 'reloaded', { wanted })
    write(more)
    await reloaded
    return bytes.splice(0)
  }
  return { ...house, changed }
}

test('a changed file of many that share a helper crosses alone', async (t) => {
  const { registry, changed } = await sharing(t)
  const bytes = await changed({ 'tools/f7.mjs': textOf(7, 2) }, ({ source }) => source === 'f7')
  assert.deepEqual([await registry.execute('t7', {}), await registry.execute('t8', {})], [12, 11])
  assert.ok(Math.max(...bytes) < (COUNT * LONG.length) / 4, `${bytes} bytes`)
})

test('modules whose code did not cross are run again where their helper has changed', async (t) => {
  const { registry, changed } = await sharing(t)
  const sources = new Set()
  await changed({ 'tools/_helper.mjs': helper(20) }, ({ source }) => sources.add(source).size === COUNT)
  for (let i = 0; i < COUNT; i++) assert.equal(await registry.execute(`t${i}`, {}), 21)
})

test('a reading leaves out the code that its reader has, and the code can be asked for', async (t) => {
  const path = `${directoryOf(t, { 'a.mjs': `export const a = 1 ${LONG}` })}/a.mjs`
  const graph = nativeGraph()
  const [{ hash, code }] = JSON.parse(await graph.read([path])).modules
  const known = JSON.stringify([[path, hash]])
  const [module] = JSON.parse(await graph.read([path], known)).modules
  assert.deepEqual([module.hash, 'code' in module], [hash, false])
  assert.deepEqual(JSON.parse(await graph.codes(known)), [[path, code]])
  const other = JSON.stringify([[path, '0'.repeat(64)]])
  assert.equal(JSON.parse(await graph.read([path], other)).modules[0].code, code)
  assert.deepEqual(JSON.parse(await graph.codes(other)), [])
})

test('code that both sides have forgotten is read again', async (t) => {
  const path = `${directoryOf(t, { 'a.mjs': 'export const a = 1' })}/a.mjs`
  const graph = nativeGraph()
  const [{ hash }] = JSON.parse(await graph.read([path])).modules
  const reading = JSON.parse(await graph.read([path], JSON.stringify([[path, hash]])))
  graph.retain([])
  const loaded = await new ModuleGraph(graph, { loadTimeoutMs: 10_000 }).evaluate([path], reading)
  assert.equal(loaded.modules.get(path).namespace.a, 1)
  loaded.end()
})
