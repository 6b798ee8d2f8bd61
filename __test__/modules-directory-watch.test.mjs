// Watched directories of modules: files that come and go.
import assert from 'node:assert/strict'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { next } from './support/events.mjs'
import { WATCH, eventsOf, modulesOf, moduleText, watched } from './support/module-tools.mjs'

test('M13: a file that comes is loaded, and one that goes keeps its tools', async (t) => {
  const { registry, modules, at, write, remove, told, answer } = await watched(t, { 'crm.mjs': moduleText('crm') })
  const reloaded = told('reloaded', 'erp')
  write({ 'erp.mjs': moduleText('erp') })
  assert.deepEqual([(await reloaded).added, modules.directories()], [['erp'], [at('tools')]])
  const missing = told('sourceMissing', 'crm')
  remove('crm.mjs')
  assert.deepEqual(await missing, { source: 'crm', location: at('tools/crm.mjs') })
  const { missing: isMissing, fault } = modules.sources().find(({ name }) => name === 'crm')
  assert.deepEqual(
    [isMissing, fault.code, registry.list(), await answer()],
    [true, 'SOURCE_UNREADABLE', ['crm', 'erp'], 'crm'],
  )
  const back = told('reloaded', 'crm')
  write({ 'crm.mjs': moduleText('crm', 2) })
  await back
  assert.deepEqual([await answer(), modules.sources().find(({ name }) => name === 'crm').missing], [2, false])
})

for (const onMissing of ['remove', { removeAfterMs: 100 }]) {
  test(`M13: onMissing ${JSON.stringify(onMissing)} removes the tools, which come back whole`, async (t) => {
    const { registry, write, remove, told, answer } = await watched(
      t,
      { 'crm.mjs': moduleText('crm') + moduleText('more'), 'erp.mjs': moduleText('erp') },
      { directory: { watch: { ...WATCH, onMissing } } },
    )
    for (let round = 0; round < 2; round++) {
      const gone = next(registry, 'change')
      remove('crm.mjs')
      assert.deepEqual((await gone).removed.toSorted?.() ?? [...(await gone).removed].sort(), ['crm', 'more'])
      assert.deepEqual(registry.list(), ['erp'])
      const back = told('reloaded', 'crm')
      write({ 'crm.mjs': moduleText('crm') + moduleText('more') })
      await back
      assert.deepEqual([registry.list().sort(), await answer()], [['crm', 'erp', 'more'], 'crm'])
    }
  })
}

test('M13: a file that is back before its tools would go has lost none', async (t) => {
  const { registry, write, remove, told } = await watched(
    t,
    { 'crm.mjs': moduleText('crm') },
    { directory: { watch: { ...WATCH, onMissing: { removeAfterMs: 60_000 } } } },
  )
  const changes = eventsOf(registry, 'change')
  const missing = told('sourceMissing', 'crm')
  remove('crm.mjs')
  await missing
  const back = told('reloaded', 'crm')
  write({ 'crm.mjs': moduleText('crm', 2) })
  assert.deepEqual([(await back).updated, changes.length], [['crm'], 1])
})

test('M13: a bad file that comes is told, and is loaded once it is good', async (t) => {
  const { registry, modules, write, told } = await watched(t, { 'crm.mjs': moduleText('crm') })
  const failed = told('reloadFailed', 'erp')
  write({ 'erp.mjs': 'export const = 1' })
  assert.equal((await failed).error.code, 'INVALID_SPEC')
  assert.deepEqual(
    modules.sources().map(({ name }) => name),
    ['crm'],
  )
  const reloaded = told('reloaded', 'erp')
  write({ 'erp.mjs': moduleText('erp') })
  await reloaded
  assert.deepEqual(registry.list(), ['crm', 'erp'])
})

test('M13: a file that was bad from the beginning is loaded once it is good', async (t) => {
  const { registry, modules, write } = modulesOf(t, {
    'tools/a.mjs': 'export const = 1',
    'tools/b.mjs': moduleText('b'),
  })
  const { failed } = await modules.addDirectory('./tools', { watch: WATCH })
  assert.equal(failed.length, 1)
  const reloaded = next(registry, 'reloaded')
  write({ 'tools/a.mjs': moduleText('a') })
  assert.deepEqual([(await reloaded).added, registry.list()], [['a'], ['b', 'a']])
})

test('M13: a helper that is missing from the beginning is waited for', async (t) => {
  const text = moduleText('a', 'version', `import { version } from './lib/version.mjs'`)
  const { registry, modules, write } = modulesOf(t, { 'tools/a.mjs': text })
  assert.equal((await modules.addDirectory('./tools', { watch: WATCH })).failed[0].error.code, 'SOURCE_UNREADABLE')
  const reloaded = next(registry, 'reloaded')
  write({ 'tools/lib/version.mjs': 'export const version = 7' })
  await reloaded
  assert.equal(await registry.execute('a', {}), 7)
})

test('M13: a renamed file hands its tools over', async (t) => {
  const { registry, at, told } = await watched(
    t,
    { 'crm.mjs': moduleText('crm') },
    { directory: { watch: { ...WATCH, onMissing: 'remove' } } },
  )
  const reloaded = told('reloaded', 'sales')
  renameSync(at('tools/crm.mjs'), at('tools/sales.mjs'))
  await reloaded
  assert.deepEqual([registry.list(), registry.get('crm').source], [['crm'], 'sales'])
})

test('M13: a tool that moves to another file that is saved at once is there in the end', async (t) => {
  const { registry, write, told } = await watched(t, {
    'a.mjs': moduleText('a') + moduleText('moved'),
    'b.mjs': moduleText('b'),
  })
  const reloaded = told('reloaded', 'b')
  write({ 'b.mjs': moduleText('b') + moduleText('moved'), 'a.mjs': moduleText('a') })
  await reloaded
  assert.deepEqual([registry.list().sort(), registry.get('moved').source], [['a', 'b', 'moved'], 'b'])
})

test('M13: a tool that moves to another file that is saved first waits for its name', async (t) => {
  const { registry, write, told } = await watched(t, {
    'a.mjs': moduleText('a') + moduleText('moved'),
    'b.mjs': moduleText('b'),
  })
  const failed = told('reloadFailed', 'b')
  write({ 'b.mjs': moduleText('b', 2) + moduleText('moved', 2) })
  assert.equal((await failed).error.code, 'NAME_TAKEN')
  const reloaded = told('reloaded', 'b')
  write({ 'a.mjs': moduleText('a') })
  await reloaded
  assert.deepEqual([registry.get('moved').source, await registry.execute('moved', {})], ['b', 2])
})

test('M13: files below are watched with recursive, in folders that are made later too', async (t) => {
  const { registry, told, at } = await watched(
    t,
    { 'a.mjs': moduleText('a') },
    {
      directory: { recursive: true, watch: WATCH, exclude: 'sub/no*', namespace: 'n' },
    },
  )
  const reloaded = told('reloaded', 'sub/b')
  mkdirSync(at('tools/sub'))
  writeFileSync(at('tools/sub/no.mjs'), moduleText('no'))
  writeFileSync(at('tools/sub/b.mjs'), moduleText('b'))
  await reloaded
  assert.deepEqual(registry.list(), ['n_a', 'n_b'])
})

test('M13: a directory that is removed from the modules is watched no more', async (t) => {
  const { registry, modules, write, at } = await watched(t, {
    'a.mjs': moduleText('a'),
    'b.mjs': 'export const x = 1;' + moduleText('b'),
  })
  mkdirSync(at('other'))
  await modules.addDirectory('./other', { watch: WATCH })
  assert.deepEqual([(await modules.remove('./tools')).sort(), modules.directories()], [['a', 'b'], [at('other')]])
  const events = eventsOf(registry, 'reloaded', 'reloadFailed', 'sourceMissing')
  write({ 'a.mjs': moduleText('a', 2), 'c.mjs': moduleText('c') })
  // The other directory is seen after anything that this one could have led to.
  const reloaded = next(registry, 'reloaded')
  writeFileSync(at('other/z.mjs'), moduleText('z'))
  await reloaded
  assert.deepEqual([events.map(([, { source }]) => source), registry.list()], [['z'], ['z']])
})

test('M13: one hundred files that come at once are all loaded', async (t) => {
  const { registry, modules, at } = modulesOf(t)
  mkdirSync(at('tools'))
  await modules.addDirectory('./tools', { watch: WATCH })
  const sources = new Set()
  const all = next(registry, 'reloaded', { wanted: ({ source }) => sources.add(source).size === 100 })
  for (let i = 0; i < 100; i++) writeFileSync(at(`tools/f${i}.mjs`), moduleText(`t${i}`, i))
  await all
  assert.equal(registry.size, 100)
  rmSync(at('tools'), { recursive: true })
})
