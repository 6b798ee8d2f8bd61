// Reloads of code that is as it was: nothing runs, there is no revision, and the report says `unchanged`.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventsOf, modulesOf, moduleText, stateOf } from './support/module-tools.mjs'
import { refusal, tool } from './support/tools.mjs'

const FILES = {
  'crm.mjs': moduleText(
    'crm',
    'v + data.n',
    `import { v } from './_h.mjs'\nimport data from './_d.json' with { type: 'json' }`,
  ),
  '_h.mjs': `globalThis.unchangedRuns = (globalThis.unchangedRuns ?? 0) + 1\nexport const v = 1`,
  '_d.json': '{ "n": 1 }',
  'package.json': '{ "type": "module" }',
}
const UNCHANGED = { added: [], updated: [], removed: [], unchanged: ['crm'] }

for (const reload of ['graph', 'native'])
  test(`M20: with ${reload}, a reload without a change is no revision, runs nothing, and says unchanged`, async (t) => {
    delete globalThis.unchangedRuns
    const house = modulesOf(t, FILES, { reload })
    const { modules, registry, write } = house
    const [first] = (await modules.add('./crm.mjs')).reports
    const before = stateOf(house)
    const [events, history] = [eventsOf(registry, 'change', 'reloaded'), modules.history('crm')]
    for (const name of ['crm', './crm.mjs']) {
      const { added, updated, removed, unchanged, revision, ...rest } = await modules.reload(name)
      assert.deepEqual({ added, updated, removed, unchanged }, UNCHANGED)
      const { added: _a, updated: _u, removed: _r, unchanged: _n, revision: _v, ...others } = first
      assert.deepEqual([rest, revision], [others, registry.revision])
    }
    assert.deepEqual([stateOf(house), events, modules.history('crm')], [before, [], history])
    assert.deepEqual([globalThis.unchangedRuns, await registry.execute('crm', {})], [1, 2])
    registry.register(tool({ name: 'other' }))
    assert.equal((await modules.reload('crm')).revision, registry.revision)
    write({ 'crm.mjs': FILES['crm.mjs'] + '// new' })
    assert.deepEqual((await modules.reload('crm')).updated, ['crm'])
    const again = await modules.reload('crm')
    assert.deepEqual([again.unchanged, again.changes], [['crm'], { class: 'none', tools: [] }])
  })

/** What makes a reload of the same file one that is done. */
const CHANGES = {
  'a helper that changed': ({ write }) => write({ '_h.mjs': 'export const v = 5' }),
  'JSON that changed': ({ write }) => write({ '_d.json': '{ "n": 5 }' }),
  'a file that was saved with another text': ({ write }) => write({ 'crm.mjs': FILES['crm.mjs'] + '// new' }),
  'a tool that was unregistered': ({ registry }) => registry.unregister('crm'),
}

for (const [what, change] of Object.entries(CHANGES))
  test(`M22: a reload after ${what} is done, and the next one is not`, async (t) => {
    const house = modulesOf(t, FILES)
    await house.modules.add('./crm.mjs')
    await change(house)
    const { added, updated, unchanged } = await house.modules.reload('crm')
    assert.deepEqual([[...added, ...updated], unchanged], [['crm'], []])
    assert.deepEqual((await house.modules.reload('crm')).unchanged, ['crm'])
  })

test('M22: a reload after a change of package.json is done, since the file has another format', async (t) => {
  const schema = `inputSchema: { type: 'object' }`
  const text = `exports.crm = { name: 'crm', description: 'x', ${schema}, execute: () => typeof module }`
  const { modules, registry, write } = modulesOf(t, { 'crm.js': text, 'package.json': '{}' })
  await modules.add('./crm.js')
  assert.deepEqual((await modules.reload('crm')).unchanged, ['crm'])
  write({ 'package.json': '{ "type": "module" }' })
  assert.equal((await refusal(() => modules.reload('crm'))).code, 'INVALID_SPEC')
  assert.equal(await registry.execute('crm', {}), 'object')
})

test('M22: a module that failed is tried again, and its fault is over when it is as it was', async (t) => {
  const { modules, write } = modulesOf(t, { 'crm.mjs': moduleText('crm', 1), 'b.mjs': moduleText('taken') })
  await modules.add(['./crm.mjs', './b.mjs'])
  write({ 'crm.mjs': moduleText('crm', 2) + moduleText('taken') })
  for (let i = 0; i < 2; i++) assert.equal((await refusal(() => modules.reload('crm'))).code, 'NAME_TAKEN')
  const faultOf = () => modules.sources().find(({ name }) => name === 'crm').fault
  assert.equal(faultOf().code, 'NAME_TAKEN')
  write({ 'crm.mjs': moduleText('crm', 1) })
  assert.deepEqual([(await modules.reload('crm')).unchanged, faultOf()], [['crm'], undefined])
  write({ 'crm.mjs': moduleText('crm', 2) + moduleText('taken') })
  await refusal(() => modules.reload('crm'))
  await modules.remove('b')
  assert.deepEqual((await modules.reload('crm')).updated, ['crm'])
})

describe('M22: a reload of the same files is done', () => {
  test('while a change of it is held, and after it was rejected', async (t) => {
    const { modules, write } = modulesOf(t, { 'crm.mjs': moduleText('crm', 1) })
    await modules.add('./crm.mjs', { gates: { widening: 'hold' } })
    write({ 'crm.mjs': moduleText('crm', 1) + moduleText('more') })
    const { holdId } = await modules.reload('crm')
    const again = await modules.reload('crm')
    assert.deepEqual([again.holdId, again.held, again.updated], [holdId, ['more'], ['crm']])
    modules.reject(holdId)
    assert.deepEqual((await modules.reload('crm')).rejected, ['more'])
  })

  test('after a rollback', async (t) => {
    const { modules, registry, write } = modulesOf(t, { 'crm.mjs': moduleText('crm', 1) })
    await modules.add('./crm.mjs')
    write({ 'crm.mjs': moduleText('crm', 2) })
    await modules.reload('crm')
    modules.rollback('crm')
    assert.equal(await registry.execute('crm', {}), 1)
    assert.deepEqual((await modules.reload('crm')).updated, ['crm'])
    assert.deepEqual([await registry.execute('crm', {}), modules.sources()[0].rolledBack], [2, false])
  })

  test('by another source of the file, which has the former one', async (t) => {
    const { modules, registry, write } = modulesOf(t, { 'two.mjs': moduleText('a', 1) + moduleText('b', 1) })
    await modules.add(['./two.mjs:a', './two.mjs:b'])
    write({ 'two.mjs': moduleText('a', 2) + moduleText('b', 2) })
    await modules.reload('two:a')
    assert.deepEqual([await registry.execute('b', {}), (await modules.reload('two:b')).updated], [1, ['b']])
    assert.deepEqual([await registry.execute('b', {}), (await modules.reload('two:b')).unchanged], [2, ['b']])
  })

  test('for a provider, which loads each time', async (t) => {
    const { modules } = modulesOf(t)
    const provider = { loadTools: () => [tool()], addConsumer() {}, removeConsumer() {} }
    const [name] = (await modules.add(provider)).sources
    assert.deepEqual((await modules.reload(name)).updated, ['echo'])
  })
})
