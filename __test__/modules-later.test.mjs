// Two files of one name in a watched directory: which one has the name, as files come, break and go.
import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { test } from 'node:test'
import { next } from './support/events.mjs'
import { WATCH, eventsOf, moduleText, watched } from './support/module-tools.mjs'

const PACKAGE = { 'package.json': '{"type":"module"}' }
const later = (over = {}) => ({ directory: { onConflict: 'later', watch: WATCH, ...over } })

/** The file that each source is of, from its directory. */
const filesOf = ({ modules, at }) => modules.sources().map(({ location }) => location.slice(at('tools/').length))

test('M11: a later file takes the name in one revision, and the former is watched no more', async (t) => {
  const house = await watched(t, { ...PACKAGE, 'crm.js': moduleText('crm', 1) + moduleText('old') }, later())
  const { registry, write, told, answer } = house
  const { revision } = registry
  const events = eventsOf(registry, 'reloaded', 'reloadFailed', 'sourceMissing')
  const reloaded = told('reloaded', 'crm')
  write({ 'crm.ts': moduleText('crm', 2) })
  const { updated, removed } = await reloaded
  assert.deepEqual([updated, removed, registry.revision - revision, await answer()], [['crm'], ['old'], 1, 2])
  const last = told('reloaded', 'z')
  write({ 'crm.js': moduleText('crm', 3) })
  write({ 'z.js': moduleText('z') })
  await last
  assert.deepEqual([await answer(), filesOf(house)], [2, ['crm.ts', 'z.js']])
  assert.deepEqual(
    events.map(([name, { source }]) => [name, source]),
    [
      ['reloaded', 'crm'],
      ['reloaded', 'z'],
    ],
  )
})

test('M11: a later file that is broken leaves the former in place, and takes the name once it is good', async (t) => {
  const house = await watched(t, { ...PACKAGE, 'crm.js': moduleText('crm', 1) }, later())
  const { registry, write, told, answer } = house
  const failed = told('reloadFailed', 'crm')
  write({ 'crm.ts': 'export const = 2' })
  assert.deepEqual([(await failed).error.code, registry.list(), await answer()], ['INVALID_SPEC', ['crm'], 1])
  const former = told('reloaded', 'crm')
  write({ 'crm.js': moduleText('crm', 3) })
  await former
  assert.equal(await answer(), 3)
  const reloaded = told('reloaded', 'crm')
  write({ 'crm.ts': moduleText('crm', 4) })
  await reloaded
  assert.deepEqual([await answer(), filesOf(house)], [4, ['crm.ts']])
})

test('M11: a later file that a gate holds has the name, and the former tool until it is approved', async (t) => {
  const gates = { wording: 'hold' }
  const house = await watched(t, { ...PACKAGE, 'crm.js': moduleText('crm', 1) }, later({ gates }))
  const { registry, modules, write, answer } = house
  const held = next(registry, 'held')
  write({ 'crm.ts': moduleText('crm', 2).replace('Does', 'Makes') })
  const { id } = await held
  assert.equal(await answer(), 1)
  modules.approve(id)
  assert.deepEqual([await answer(), filesOf(house)], [2, ['crm.ts']])
})

for (const onMissing of ['keep', 'remove'])
  test(`M11: when the later file goes the earlier one is loaded again (onMissing ${onMissing})`, async (t) => {
    const house = await watched(
      t,
      { ...PACKAGE, 'crm.js': moduleText('crm', 1) },
      later({ watch: { ...WATCH, onMissing } }),
    )
    const { write, remove, told, answer } = house
    const taken = told('reloaded', 'crm')
    write({ 'crm.ts': moduleText('crm', 2) })
    await taken
    const back = told('reloaded', 'crm')
    remove('crm.ts')
    await back
    assert.deepEqual([await answer(), filesOf(house)], [1, ['crm.js']])
  })

test('M11, M10: a later link out of the directory takes no name', async (t) => {
  const house = await watched(t, { ...PACKAGE, 'crm.js': moduleText('crm', 1) }, later())
  const { write, at, told, answer } = house
  write({ '../out.ts': moduleText('crm', 2) })
  const failed = told('reloadFailed', 'crm')
  symlinkSync(at('out.ts'), at('tools/crm.ts'))
  assert.equal((await failed).error.code, 'SOURCE_FORBIDDEN')
  const reloaded = told('reloaded', 'crm')
  write({ 'crm.js': moduleText('crm', 3) })
  await reloaded
  assert.deepEqual([await answer(), filesOf(house)], [3, ['crm.js']])
})

test('M11: without onConflict a file that comes later is told once, and the first keeps the name', async (t) => {
  const house = await watched(t, { ...PACKAGE, 'crm.js': moduleText('crm', 1) })
  const { registry, write, at, told, answer } = house
  const faults = eventsOf(registry, 'reloadFailed')
  const failed = told('reloadFailed', at('tools/crm.ts'))
  write({ 'crm.ts': moduleText('crm', 2) })
  assert.equal((await failed).error.code, 'NAME_TAKEN')
  const reloaded = told('reloaded', 'crm')
  write({ 'crm.js': moduleText('crm', 3) })
  await reloaded
  assert.deepEqual([await answer(), filesOf(house), faults.length], [3, ['crm.js'], 1])
})
