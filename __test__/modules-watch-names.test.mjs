// Names under watch: a file that is renamed, a tool that moves, a file that the program adds itself.
import assert from 'node:assert/strict'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { next } from './support/events.mjs'
import { WATCH, eventsOf, modulesOf, moduleText, watched } from './support/module-tools.mjs'

const KEEPS = { 'that keeps its tools': {}, 'that loses its tools': { onMissing: 'remove' } }
const later = { removeAfterMs: 100 }

/** The change that a tool enters or is replaced with. */
const changed = (registry, tool) =>
  next(registry, 'change', { wanted: ({ added, updated }) => [...added, ...updated].includes(tool) })

const locations = (modules) => modules.sources().map(({ name, location }) => [name, location])

for (const [which, options] of Object.entries(KEEPS)) {
  test(`M13: a file ${which} is renamed to another ending, and its source is of the new file`, async (t) => {
    const directory = { watch: { ...WATCH, ...options } }
    const { registry, modules, at, write, told } = await watched(t, { 'a.js': moduleText('a', 1) }, { directory })
    const events = eventsOf(registry, 'reloadFailed')
    const reloaded = told('reloaded', 'a')
    rmSync(at('tools/a.js'))
    write({ 'a.ts': moduleText('a', 2) })
    await reloaded
    assert.deepEqual([await registry.execute('a', {}), locations(modules)], [2, [['a', at('tools/a.ts')]]])
    const again = told('reloaded', 'a')
    write({ 'a.ts': moduleText('a', 3) })
    await again
    assert.deepEqual([await registry.execute('a', {}), modules.history('a').length, events], [3, 3, []])
  })
}

test('M13: a renamed file that is broken leaves the tools of the former one, until it is good', async (t) => {
  const { registry, write, at, told } = await watched(t, { 'a.js': moduleText('a', 1) })
  const failed = told('reloadFailed', 'a')
  rmSync(at('tools/a.js'))
  write({ 'a.ts': 'export const =' })
  await failed
  assert.equal(await registry.execute('a', {}), 1)
  const reloaded = told('reloaded', 'a')
  write({ 'a.ts': moduleText('a', 2) })
  await reloaded
  assert.equal(await registry.execute('a', {}), 2)
})

test('M11: a file that waits for the name of another is loaded when that one is deleted, and told once', async (t) => {
  const { registry, modules, at, write, told } = await watched(t, { 'a.js': moduleText('a', 1) })
  const events = eventsOf(registry, 'reloadFailed')
  const refused = told('reloadFailed', at('tools/a.ts'))
  write({ 'a.ts': moduleText('a', 2) })
  await refused
  for (const name of ['b', 'c']) {
    const reloaded = told('reloaded', name)
    write({ [`${name}.js`]: moduleText(name) })
    await reloaded
  }
  const reloaded = told('reloaded', 'a')
  rmSync(at('tools/a.js'))
  await reloaded
  assert.deepEqual([await registry.execute('a', {}), events.length], [2, 1])
  const late = told('reloadFailed', at('tools/a.js'))
  write({ 'a.js': moduleText('a', 3) })
  assert.equal((await late).error.code, 'NAME_TAKEN')
  assert.deepEqual(locations(modules)[0], ['a', at('tools/a.ts')])
})

test('M11: a file that waited from the beginning is loaded when the source of its name is removed', async (t) => {
  const files = { 'tools/a.js': moduleText('a', 1), 'tools/a.ts': moduleText('a', 2) }
  const { registry, modules, at } = modulesOf(t, files)
  assert.equal((await modules.addDirectory('./tools', { watch: WATCH })).failed.length, 1)
  const reloaded = next(registry, 'reloaded')
  await modules.remove('a')
  await reloaded
  assert.deepEqual([await registry.execute('a', {}), locations(modules)], [2, [['a', at('tools/a.ts')]]])
})

test('M11: with onConflict later a file that comes takes the place of the one before it', async (t) => {
  const directory = { watch: WATCH, onConflict: 'later' }
  const { registry, modules, at, write, told } = await watched(t, { 'a.js': moduleText('a', 1) }, { directory })
  const reloaded = told('reloaded', 'a')
  write({ 'a.ts': moduleText('a', 2) })
  await reloaded
  assert.deepEqual([await registry.execute('a', {}), locations(modules)], [2, [['a', at('tools/a.ts')]]])
})

for (const onMissing of ['remove', later])
  test(`M13: a tool whose file is gone is taken from the file that waits: ${JSON.stringify(onMissing)}`, async (t) => {
    const directory = { watch: { ...WATCH, onMissing } }
    const { registry, at, write, told } = await watched(t, { 'a.mjs': moduleText('shared', 1) }, { directory })
    const failed = told('reloadFailed', 'b')
    write({ 'b.mjs': moduleText('shared', 2) })
    assert.equal((await failed).error.code, 'NAME_TAKEN')
    const reloaded = told('reloaded', 'b')
    rmSync(at('tools/a.mjs'))
    await reloaded
    assert.equal(await registry.execute('shared', {}), 2)
  })

for (const [what, free] of Object.entries({
  'its source is removed': ({ modules }) => modules.remove('a'),
  'its source is reloaded without it': ({ modules, write }) => {
    write({ 'a.mjs': moduleText('other') })
    return modules.reload('a')
  },
}))
  test(`M13: a tool is taken from the file that waits for it when ${what}`, async (t) => {
    const house = await watched(t, { 'a.mjs': moduleText('shared', 1) }, { directory: { watch: { stabilityMs: 300 } } })
    const failed = house.told('reloadFailed', 'b')
    house.write({ 'b.mjs': moduleText('shared', 2) })
    await failed
    const reloaded = house.told('reloaded', 'b')
    await free(house)
    await reloaded
    assert.equal(await house.registry.execute('shared', {}), 2)
  })

test('M13: a broken file that the program adds itself once it is good is not loaded beside that', async (t) => {
  const { registry, modules, write, at } = modulesOf(t, { 'tools/a.mjs': 'export const =' })
  const watch = { stabilityMs: 300 }
  await modules.addDirectory('./tools', { watch })
  write({ 'tools/a.mjs': moduleText('a', 1) })
  assert.deepEqual((await modules.add('./tools/a.mjs', { namespace: 'mine', watch })).names, ['mine_a'])
  const reloaded = changed(registry, 'mine_a')
  writeFileSync(at('tools/a.mjs'), moduleText('a', 2))
  await reloaded
  assert.deepEqual([registry.list(), await registry.execute('mine_a', {})], [['mine_a'], 2])
})

test('M13: a file that is moved away and soon made again stays, though another waits for its name', async (t) => {
  const files = { 'tools/a.js': moduleText('a', 1), 'tools/a.ts': moduleText('a', 'no') }
  const { registry, modules, at } = modulesOf(t, files)
  await modules.addDirectory('./tools', { watch: { stabilityMs: 150, pollMs: 100 } })
  const events = eventsOf(registry, 'sourceMissing')
  for (let version = 2; version < 6; version++) {
    const reloaded = next(registry, 'reloaded')
    renameSync(at('tools/a.js'), at('tools/_a.bak'))
    writeFileSync(at('tools/a.js'), moduleText('a', version))
    await reloaded
    assert.deepEqual(
      [await registry.execute('a', {}), locations(modules)[0][1], events],
      [version, at('tools/a.js'), []],
    )
  }
})
