// Links out of a directory of modules (path traversal): refused at each read, however and whenever they come.
import assert from 'node:assert/strict'
import { mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { next } from './support/events.mjs'
import { graphOf, nativeImport, directoryOf } from './support/module-graph.mjs'
import { WATCH, eventsOf, modulesOf, moduleText, watched } from './support/module-tools.mjs'
import { refusal } from './support/tools.mjs'

/** A module that must not run: it would say so. */
const evilText = (name) => moduleText(name, `'evil'`, 'globalThis.ranOutside = true')

test.afterEach(() => {
  const { ranOutside } = globalThis
  delete globalThis.ranOutside
  assert.equal(ranOutside, undefined, 'code outside of the directory ran')
})

/** Replaces a path by a link in one step, as `ln -sfn` and deployments do. */
function swap(path, target) {
  symlinkSync(target, `${path}.swap`)
  renameSync(`${path}.swap`, path)
}

/** How a link that leads out comes to the place of `tools/sub/a.mjs`, or of what is on the way to it. */
const WAYS = {
  'a file that is replaced by a link at once': (at) => swap(at('tools/sub/a.mjs'), at('out/a.mjs')),
  'a file that is removed, and a link in its place': (at) => {
    rmSync(at('tools/sub/a.mjs'))
    symlinkSync(at('out/a.mjs'), at('tools/sub/a.mjs'))
  },
  'a relative link': (at) => swap(at('tools/sub/a.mjs'), '../../out/a.mjs'),
  'a chain of links of which the last one leads out': (at) => {
    symlinkSync(at('out/a.mjs'), at('tools/sub/hop.txt'))
    swap(at('tools/sub/a.mjs'), at('tools/sub/hop.txt'))
  },
  'a folder that becomes a link': (at) => {
    renameSync(at('tools/sub'), at('tools/former'))
    symlinkSync(at('out'), at('tools/sub'))
  },
  'a link to a folder beside it whose name begins like the directory': (at) =>
    swap(at('tools/sub/a.mjs'), at('tools2/a.mjs')),
}
const FILES = {
  'tools/sub/a.mjs': moduleText('a', 1),
  'out/a.mjs': evilText('a'),
  'tools2/a.mjs': evilText('a'),
}

for (const [words, replace] of Object.entries(WAYS)) {
  test(`M10: ${words} is not loaded by a watch, and the last good stays`, async (t) => {
    const { registry, modules, at } = modulesOf(t, FILES)
    await modules.addDirectory('./tools', { recursive: true, watch: WATCH, include: 'sub/*' })
    const failed = next(registry, 'reloadFailed')
    replace(at)
    const { source, error } = await failed
    assert.deepEqual([source, error.code, await registry.execute('a', {})], ['sub/a', 'SOURCE_FORBIDDEN', 1])
    assert.ok(error.message.includes('followLinks'))
    assert.equal(modules.sources()[0].fault.code, 'SOURCE_FORBIDDEN')
  })

  for (const reload of ['graph', 'native'])
    test(`M10: ${words} is not loaded by a reload, and the last good stays (${reload})`, async (t) => {
      const { registry, modules, at } = modulesOf(t, FILES, { reload })
      await modules.addDirectory('./tools', { recursive: true })
      replace(at)
      assert.equal((await refusal(() => modules.reload('sub/a'))).code, 'SOURCE_FORBIDDEN')
      assert.equal(await registry.execute('a', {}), 1)
    })
}

test('M10: with followLinks a file that becomes a link is reloaded from where it leads', async (t) => {
  const files = { 'tools/a.mjs': moduleText('a', 1), 'out/a.mjs': moduleText('a', 2) }
  const { registry, modules, at } = modulesOf(t, files)
  await modules.addDirectory('./tools', { followLinks: true, watch: WATCH })
  const reloaded = next(registry, 'reloaded')
  swap(at('tools/a.mjs'), at('out/a.mjs'))
  await reloaded
  assert.equal(await registry.execute('a', {}), 2)
})

test('M10: a file that is added by its path may be a link', async (t) => {
  const files = { 'tools/a.mjs': moduleText('a', 1), 'out/a.mjs': moduleText('a', 2) }
  const { registry, modules, at } = modulesOf(t, files)
  await modules.add('./tools/a.mjs')
  swap(at('tools/a.mjs'), at('out/a.mjs'))
  await modules.reload('a')
  assert.equal(await registry.execute('a', {}), 2)
})

test('M10: a link whose target is made later is not loaded', async (t) => {
  const { registry, write, at, told } = await watched(t, { 'a.mjs': moduleText('a') })
  symlinkSync(at('out/late.mjs'), at('tools/late.mjs'))
  const failed = told('reloadFailed', 'late')
  write({ '../out/late.mjs': evilText('late') })
  assert.equal((await failed).error.code, 'SOURCE_FORBIDDEN')
  assert.deepEqual(registry.list(), ['a'])
})

test('M10: a link out is told once, and a file that comes in its place is loaded', async (t) => {
  const { registry, modules, at, told } = await watched(t, { 'a.mjs': moduleText('a', 1) })
  const faults = eventsOf(registry, 'reloadFailed')
  for (const [name, isNew] of [
    ['a', false],
    ['b', true],
  ]) {
    const failed = next(registry, 'reloadFailed')
    const path = at(`tools/${name}.mjs`)
    writeFileSync(at('out.mjs'), evilText(name))
    swap(path, at('out.mjs'))
    assert.equal((await failed).error.code, 'SOURCE_FORBIDDEN')
    const reloaded = told('reloaded', name)
    writeFileSync(`${path}.swap`, moduleText(name, 2))
    renameSync(`${path}.swap`, path)
    assert.equal((await reloaded).added.length, isNew ? 1 : 0)
    assert.equal(await registry.execute(name, {}), 2)
  }
  assert.deepEqual(
    [faults.length, modules.sources().map(({ fault }) => fault)],
    [2, [undefined, undefined]],
    JSON.stringify(faults),
  )
})

test('M10: a link that was out from the beginning is waited for, and keeps its name from no file', async (t) => {
  const { registry, modules, at, write } = modulesOf(t, { 'tools/z.mjs': moduleText('z'), 'out.mjs': evilText('a') })
  for (const name of ['a.js', 'b.mjs']) symlinkSync(at('out.mjs'), at(`tools/${name}`))
  const { failed } = await modules.addDirectory('./tools', { watch: WATCH })
  assert.deepEqual(
    failed.map(({ error }) => error.code),
    ['SOURCE_FORBIDDEN', 'SOURCE_FORBIDDEN'],
  )
  const added = next(registry, 'reloaded', { wanted: ({ source }) => source === 'a' })
  write({ 'tools/a.mjs': moduleText('a', 1) })
  await added
  const mended = next(registry, 'reloaded', { wanted: ({ source }) => source === 'b' })
  writeFileSync(at('swap'), moduleText('b', 2))
  renameSync(at('swap'), at('tools/b.mjs'))
  await mended
  assert.deepEqual([registry.list(), await registry.execute('a', {})], [['z', 'a', 'b'], 1])
})

test('M10: a mount of Kubernetes, whose links stay in the directory, is loaded and reloaded', async (t) => {
  const { registry, modules, at, write } = modulesOf(t, { 'tools/..one/a.mjs': moduleText('a', 1) })
  symlinkSync('..one', at('tools/..data'))
  symlinkSync('..data/a.mjs', at('tools/a.mjs'))
  const { failed } = await modules.addDirectory('./tools', { watch: WATCH })
  assert.deepEqual([failed, await registry.execute('a', {})], [[], 1])
  const reloaded = next(registry, 'reloaded')
  write({ 'tools/..two/a.mjs': moduleText('a', 2) })
  swap(at('tools/..data'), '..two')
  rmSync(at('tools/..one'), { recursive: true })
  await reloaded
  assert.deepEqual([await registry.execute('a', {}), readlinkSync(at('tools/..data'))], [2, '..two'])
})

test('M10: a directory that is itself a link is what it leads to', async (t) => {
  const { registry, modules, at, write } = modulesOf(t, { 'one/a.mjs': moduleText('a', 1), 'out/b.mjs': evilText('b') })
  symlinkSync(at('one'), at('tools'))
  symlinkSync(at('out/b.mjs'), at('one/b.mjs'))
  const { failed } = await modules.addDirectory('./tools', { watch: WATCH })
  assert.deepEqual(
    failed.map(({ error }) => error.code),
    ['SOURCE_FORBIDDEN'],
  )
  const reloaded = next(registry, 'reloaded')
  write({ 'two/a.mjs': moduleText('a', 2) })
  swap(at('tools'), at('two'))
  await reloaded
  assert.equal(await registry.execute('a', {}), 2)
})

/** Links that lead to no file, in the place of `tools/a.mjs`. */
const NOWHERE = {
  'a link to itself': 'a.mjs',
  'a link of a circle': 'circle.txt',
  'a link to its directory': '.',
  'a link to nothing': 'nothing.mjs',
}

for (const [words, target] of Object.entries(NOWHERE))
  test(`M10: ${words} costs the others nothing, and a file in its place is loaded`, async (t) => {
    const { registry, modules, at } = modulesOf(t, { 'tools/b.mjs': moduleText('b') })
    symlinkSync('a.mjs', at('tools/circle.txt'))
    symlinkSync(target, at('tools/a.mjs'))
    const { failed } = await modules.addDirectory('./tools', { watch: WATCH, recursive: true })
    assert.deepEqual([failed.map(({ error }) => error.code), registry.list()], [['SOURCE_UNREADABLE'], ['b']])
    const added = next(registry, 'reloaded')
    writeFileSync(at('swap'), moduleText('a', 1))
    renameSync(at('swap'), at('tools/a.mjs'))
    assert.equal((await added).source, 'a')
    const told = next(registry, target === 'nothing.mjs' ? 'sourceMissing' : 'reloadFailed')
    swap(at('tools/a.mjs'), target)
    await told
    assert.equal((await refusal(() => modules.reload('a'))).code, 'SOURCE_UNREADABLE')
    assert.equal(await registry.execute('a', {}), 1)
  })

for (const [kind, loaderOf] of Object.entries({ graph: graphOf, native: nativeImport })) {
  test(`M10: what a link led to when it was read is refused before it runs (${kind})`, async (t) => {
    const directory = directoryOf(t, { 'out.mjs': evilText('a') })
    mkdirSync(join(directory, 'tools'))
    const entry = join(directory, 'tools/a.mjs')
    symlinkSync('../out.mjs', entry)
    const asked = []
    const refused = new Error('refused')
    const { modules, failed } = await loaderOf().load([entry], (...given) => {
      asked.push(given)
      throw refused
    })
    assert.deepEqual([asked, modules.size], [[[entry, join(directory, 'out.mjs')]], 0])
    assert.match(failed.get(entry).message, /refused/)
  })
}
