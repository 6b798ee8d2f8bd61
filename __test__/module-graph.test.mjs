// The module graph over changes: what is evaluated again, what keeps its instance, and what a failed load leaves.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import toolrack from 'toolrack'
import { directoryOf, faultOf, graphOf, loadAll, nativeGraph, write } from './support/module-graph.mjs'

/** Counts how often modules ran: each pushes its name. */
const ran = () => (globalThis.ran = [])
const source = (name, rest = '') => `globalThis.ran?.push('${name}'); ${rest}`

describe('a changed file', () => {
  test('and what imports it are evaluated again, and nothing else', async (t) => {
    const directory = directoryOf(t, {
      'a.mjs': source('a', `import './helper.mjs'; import './still.mjs'; export const a = 1`),
      'b.mjs': source('b', `import './still.mjs'; export const b = 1`),
      'helper.mjs': source('helper', `import './deep.mjs'`),
      'deep.mjs': source('deep 1'),
      'still.mjs': source('still'),
    })
    const graph = graphOf()
    const [, b] = await loadAll(graph, directory, 'a.mjs', 'b.mjs')
    write(directory, { 'deep.mjs': source('deep 2') })
    const log = ran()
    const [, again] = await loadAll(graph, directory, 'a.mjs', 'b.mjs')
    assert.deepEqual(log, ['deep 2', 'helper', 'a'])
    assert.equal(again, b)
  })

  test('of a circle is evaluated again with the whole circle', async (t) => {
    const directory = directoryOf(t, {
      'a.mjs': source('a', `import './b.mjs'`),
      'b.mjs': source('b', `import './a.mjs'; import './c.mjs'`),
      'c.mjs': source('c'),
    })
    const graph = graphOf()
    await loadAll(graph, directory, 'a.mjs')
    write(directory, { 'a.mjs': source('a2', `import './b.mjs'`) })
    const log = ran()
    await loadAll(graph, directory, 'a.mjs')
    assert.deepEqual(log, ['b', 'a2'])
  })

  test('that is imported by a literal import() is fresh for its importer', async (t) => {
    const directory = directoryOf(t, {
      'a.mjs': `export const lazy = () => import('./lazy.mjs')`,
      'lazy.mjs': `export const version = 1`,
    })
    const graph = graphOf()
    const [before] = await loadAll(graph, directory, 'a.mjs')
    write(directory, { 'lazy.mjs': `export const version = 2` })
    const [after] = await loadAll(graph, directory, 'a.mjs')
    assert.equal((await after.lazy()).version, 2)
    assert.equal((await before.lazy()).version, 1)
  })

  test('is found again where another file takes its place', async (t) => {
    const directory = directoryOf(t, {
      'a.cjs': `exports.b = require('./b')`,
      'b/index.js': `module.exports = 'index'`,
      'package.json': '{}',
    })
    const graph = graphOf()
    assert.equal((await loadAll(graph, directory, 'a.cjs'))[0].b, 'index')
    write(directory, { 'b.js': `module.exports = 'file'` })
    assert.equal((await loadAll(graph, directory, 'a.cjs'))[0].b, 'file')
  })
})

describe('an unchanged helper', () => {
  const files = {
    'a.mjs': `import { state } from './helper.mjs'; export { state }; export const version = 1`,
    'b.mjs': `import { state } from './helper.mjs'; export { state }`,
    'helper.mjs': `export const state = { calls: 0 }`,
  }

  test('keeps its state when a tool changes', async (t) => {
    const directory = directoryOf(t, files)
    const graph = graphOf()
    const [a] = await loadAll(graph, directory, 'a.mjs')
    a.state.calls++
    write(directory, { 'a.mjs': files['a.mjs'].replace('1', '2') })
    const [again] = await loadAll(graph, directory, 'a.mjs')
    assert.equal(again.version, 2)
    assert.equal(again.state.calls, 1)
  })

  test('is one instance for all tools, also of later loads', async (t) => {
    const directory = directoryOf(t, files)
    const graph = graphOf()
    const [a] = await loadAll(graph, directory, 'a.mjs')
    const [b] = await loadAll(graph, directory, 'b.mjs')
    assert.equal(a.state, b.state)
  })

  test('of a forgotten tool is let go of, and one that another needs is not', async (t) => {
    const directory = directoryOf(t, files)
    const graph = graphOf()
    const [a] = await loadAll(graph, directory, 'a.mjs', 'b.mjs')
    graph.forget([join(directory, 'a.mjs')])
    assert.equal((await loadAll(graph, directory, 'a.mjs'))[0].state, a.state)
    graph.forget([join(directory, 'a.mjs'), join(directory, 'b.mjs')])
    assert.notEqual((await loadAll(graph, directory, 'a.mjs'))[0].state, a.state)
  })

  test('of a load that is not committed is seen by no other', async (t) => {
    const directory = directoryOf(t, files)
    const graph = graphOf()
    const held = await graph.load([join(directory, 'a.mjs')])
    const [b] = await loadAll(graph, directory, 'b.mjs')
    assert.notEqual(held.modules.get(join(directory, 'a.mjs')).namespace.state, b.state)
  })

  test('stays the newest when an older load is committed later', async (t) => {
    const directory = directoryOf(t, files)
    const graph = graphOf()
    const held = await graph.load([join(directory, 'a.mjs')])
    const [b] = await loadAll(graph, directory, 'b.mjs')
    held.commit()
    assert.equal((await loadAll(graph, directory, 'a.mjs'))[0].state, b.state)
  })

  test('is one that a computed import() shares', async (t) => {
    const directory = directoryOf(t, { ...files, 'c.mjs': `export const get = (name) => import(name)` })
    const graph = graphOf()
    const [a, c] = await loadAll(graph, directory, 'a.mjs', 'c.mjs')
    assert.equal((await c.get('./helper.mjs')).state, a.state)
    const [lazily, again] = await Promise.all([c.get('./b.mjs'), c.get('./b.mjs')])
    assert.equal(lazily, again)
    assert.equal((await loadAll(graph, directory, 'b.mjs'))[0], lazily)
  })
})

describe('a load', () => {
  test('gives each entry with the files that it consists of', async (t) => {
    const directory = directoryOf(t, {
      'a.mjs': `import './b.mjs'; import('./c.mjs'); import 'node:fs'`,
      'b.mjs': `import data from './d.json' with { type: 'json' }`,
      'c.mjs': '',
      'd.json': '{}',
    })
    const { modules } = await graphOf().load([join(directory, 'a.mjs')])
    const { files } = modules.get(join(directory, 'a.mjs'))
    assert.deepEqual(
      files.map(({ path }) => path).toSorted(),
      ['a.mjs', 'b.mjs', 'c.mjs', 'd.json'].map((name) => join(directory, name)),
    )
    assert.ok(files.every(({ hash }) => /^[\da-f]{64}$/.test(hash)))
    assert.equal(files[0].path, join(directory, 'a.mjs'))
  })

  test('evaluates a reading that somebody else made', async (t) => {
    const directory = directoryOf(t, { 'a.mjs': `export const version = 1` })
    const entry = join(directory, 'a.mjs')
    const reading = JSON.parse(await nativeGraph().read([entry]))
    write(directory, { 'a.mjs': `export const version = 2` })
    const { modules } = await graphOf().evaluate([entry], reading)
    assert.equal(modules.get(entry).namespace.version, 1)
  })

  test('waits for the one before', async (t) => {
    const directory = directoryOf(t, {
      'slow.mjs': `globalThis.ran.push('start'); await new Promise(setImmediate); globalThis.ran.push('end')`,
      'quick.mjs': `globalThis.ran.push('quick')`,
    })
    const graph = graphOf()
    const log = ran()
    await Promise.all(['slow.mjs', 'quick.mjs'].map((name) => graph.load([join(directory, name)])))
    assert.deepEqual(log, ['start', 'end', 'quick'])
  })

  test('that is committed at once shares its helpers with the next', async (t) => {
    const helped = `import { x } from './helper.mjs'; export { x }`
    const directory = directoryOf(t, { 'a.mjs': helped, 'b.mjs': helped, 'helper.mjs': `export const x = {}` })
    const graph = graphOf()
    const [[a], [b]] = await Promise.all(['a.mjs', 'b.mjs'].map((name) => loadAll(graph, directory, name)))
    assert.equal(a.x, b.x)
  })

  test('that fails leaves what there was', async (t) => {
    const files = { 'a.mjs': `import './b.mjs'; export const a = 1`, 'b.mjs': 'globalThis.b = {}' }
    const directory = directoryOf(t, files)
    const graph = graphOf()
    const [a] = await loadAll(graph, directory, 'a.mjs')
    for (const bad of ['syntax error', 'throw new Error()', `import './gone.mjs'`]) {
      write(directory, { 'b.mjs': bad })
      assert.notEqual(await faultOf(graph, directory, 'a.mjs'), undefined)
    }
    write(directory, files)
    assert.equal((await loadAll(graph, directory, 'a.mjs'))[0], a)
  })

  test('of one entry that fails costs the others nothing', async (t) => {
    const directory = directoryOf(t, {
      'good.mjs': `import { x } from './shared.mjs'; export { x }`,
      'bad.mjs': `import './shared.mjs'; throw 1`,
      'junk.mjs': `export const`,
      'shared.mjs': `export const x = {}`,
    })
    const entries = ['bad.mjs', 'junk.mjs', 'good.mjs'].map((name) => join(directory, name))
    const { modules, failed } = await graphOf().load(entries)
    assert.deepEqual([...modules.keys()], [entries[2]])
    assert.deepEqual([...failed.keys()].toSorted(), [entries[0], entries[1]])
  })

  test('keeps the instance of an entry that is committed alone', async (t) => {
    const directory = directoryOf(t, { 'a.mjs': 'export const a = {}', 'b.mjs': 'export const b = {}' })
    const [a, b] = ['a.mjs', 'b.mjs'].map((name) => join(directory, name))
    const graph = graphOf()
    const loaded = await graph.load([a, b])
    loaded.commit([a])
    const again = await graph.load([a, b])
    assert.equal(again.modules.get(a).namespace, loaded.modules.get(a).namespace)
    assert.notEqual(again.modules.get(b).namespace, loaded.modules.get(b).namespace)
  })
})

test('a module that imports toolrack has the same one', async (t) => {
  const directory = directoryOf(t, { 'a.mjs': `import { ToolRegistry } from 'toolrack'; export { ToolRegistry }` })
  write(directory, {
    'node_modules/toolrack/package.json': '{ "main": "index.cjs" }',
    'node_modules/toolrack/index.cjs': `module.exports = require(${JSON.stringify(join(import.meta.dirname, '..'))})`,
  })
  const [a] = await loadAll(graphOf(), directory, 'a.mjs')
  assert.equal(a.ToolRegistry, toolrack.ToolRegistry)
})

test('files with names that objects have are modules like others', async (t) => {
  const names = ['json.js', 'fs.js', 'toString.js', '__proto__.js', "it's a [file] #1 ?%20.mjs", 'then.mjs']
  const files = Object.fromEntries(names.map((name) => [name, `export const name = ${JSON.stringify(name)}`]))
  const directory = directoryOf(t, {
    ...files,
    'package.json': '{ "type": "module" }',
    'then.mjs': `export const name = 'then.mjs'; export function then() {}`,
  })
  const namespaces = await loadAll(graphOf(), directory, ...names)
  assert.deepEqual(
    namespaces.map(({ name }) => name),
    names,
  )
})

test('a module may load others while it is loaded', async (t) => {
  const directory = directoryOf(t, {
    'a.mjs': `globalThis.inner = globalThis.load('b.mjs'); export const a = 1`,
    'b.mjs': `export const b = 1`,
  })
  const graph = graphOf()
  globalThis.load = (name) => loadAll(graph, directory, name)
  await loadAll(graph, directory, 'a.mjs')
  assert.equal((await globalThis.inner)[0].b, 1)
})
