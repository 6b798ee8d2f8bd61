// Modules that hold something and do not come into use: refused, rejected, or replaced while they were held.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { next } from './support/events.mjs'
import { modulesOf, moduleText } from './support/module-tools.mjs'
import { refusal } from './support/tools.mjs'

/** A module whose generations say that they are disposed. */
const disposable = (generation, more = '', name = 'crm') =>
  moduleText(
    name,
    generation,
    `export const dispose = () => { (globalThis.unused ??= []).push(${generation}) }\n${more}`,
  )

/** The generations that are disposed so far. */
async function disposed() {
  await turn()
  return globalThis.unused ?? []
}
const fresh = () => delete globalThis.unused

const broken = moduleText('bad').replace("{ type: 'object' }", '5')

const refuseOther = ({ tools }) => (tools.some(({ tool }) => tool === 'other') ? 'refuse' : 'apply')

/** Why a generation is refused: its text, what `add` is given, and the code. */
const REFUSED = {
  'a name of another source': { text: disposable(2, moduleText('taken')), code: 'NAME_TAKEN' },
  'a gate': { text: disposable(2, '', 'other'), gates: { breaking: 'refuse' }, code: 'GATE_REFUSED' },
  'a custom gate': { text: disposable(2, moduleText('other')), gates: { custom: refuseOther }, code: 'GATE_REFUSED' },
  'a tool that is wrong': { text: disposable(2, broken), code: 'INVALID_DEFINITION' },
  'no tool': { text: disposable(2).replace('export const crm', 'const crm'), code: 'INVALID_DEFINITION' },
  'a schema that rejects': {
    text: disposable(2).replace("{ type: 'object' }", 'Promise.reject(1)'),
    code: 'INVALID_DEFINITION',
  },
}

for (const reload of ['graph', 'native'])
  describe(`C15: with reload ${reload}, a generation that is refused is disposed, once`, () => {
    for (const [what, { text, gates, code }] of Object.entries(REFUSED)) {
      test(`for ${what}, at a reload`, async (t) => {
        fresh()
        const files = { 'crm.mjs': disposable(1), 'taken.mjs': moduleText('taken') }
        const { modules, registry, write } = modulesOf(t, files, { reload })
        await modules.add(['./crm.mjs', './taken.mjs'], { ...(gates && { gates }) })
        write({ 'crm.mjs': text })
        assert.equal((await refusal(() => modules.reload('crm'))).code, code)
        assert.deepEqual([await disposed(), await registry.execute('crm', {})], [[2], 1])
        write({ 'crm.mjs': disposable(3) })
        await modules.reload('crm')
        assert.deepEqual(await disposed(), [2, 1])
        await modules.close()
        assert.deepEqual(await disposed(), [2, 1, 3])
      })

      test(`for ${what}, at its first load`, async (t) => {
        // A first load breaks nobody.
        if (gates?.breaking !== undefined) return
        fresh()
        const { modules } = modulesOf(t, { 'crm.mjs': text, 'taken.mjs': moduleText('taken') }, { reload })
        await modules.add('./taken.mjs')
        assert.equal((await refusal(() => modules.add('./crm.mjs', { ...(gates && { gates }) }))).code, code)
        assert.deepEqual(await disposed(), [2])
      })
    }

    test('for another file of its add, and with onError skip it stays', async (t) => {
      fresh()
      const { modules, registry } = modulesOf(t, { 'crm.mjs': disposable(1), 'bad.mjs': 'throw 1' }, { reload })
      await refusal(() => modules.add(['./crm.mjs', './bad.mjs']))
      assert.deepEqual(await disposed(), [1])
      await modules.add(['./crm.mjs', './bad.mjs'], { onError: 'skip' })
      assert.deepEqual([await disposed(), await registry.execute('crm', {})], [[1], 1])
    })

    test('where the modules are closed while it is loaded', async (t) => {
      fresh()
      const text = disposable(1, 'await new Promise((go) => (globalThis.goOnUnused = go))')
      const { modules } = modulesOf(t, { 'crm.mjs': text }, { reload })
      const added = refusal(() => modules.add('./crm.mjs'))
      while (globalThis.goOnUnused === undefined) await turn()
      const closed = modules.close()
      globalThis.goOnUnused()
      delete globalThis.goOnUnused
      assert.equal((await added).code, 'CLOSED')
      await closed
      assert.deepEqual(await disposed(), [1])
    })
  })

test('C15: a module that is refused, and that a module in use imports, is left to it', async (t) => {
  fresh()
  const files = {
    'a.mjs': moduleText('a', 'v', `import { v } from './crm.mjs'`),
    'crm.mjs': disposable(1, 'export const v = 5\n' + moduleText('taken')),
    'taken.mjs': moduleText('taken'),
  }
  const { modules, registry } = modulesOf(t, files)
  await modules.add('./taken.mjs')
  const { failed } = await modules.add(['./a.mjs', './crm.mjs'], { onError: 'skip' })
  assert.deepEqual(
    failed.map(({ error }) => error.code),
    ['NAME_TAKEN'],
  )
  assert.deepEqual([await disposed(), await registry.execute('a', {})], [[], 5])
  await refusal(() => modules.add('./crm.mjs'))
  assert.deepEqual(await disposed(), [])
})

describe('C15: a generation that is held', () => {
  const wider = (generation, name = 'more') => disposable(generation) + moduleText(name, generation)
  const narrower = (generation) => {
    const required = `{ type: 'object', required: ['id'], properties: { id: { type: 'string' } } }`
    return disposable(generation).replace(`{ type: 'object' }`, required)
  }

  /** A source whose second generation is held as a whole. */
  const holding = async (t, gates) => {
    fresh()
    const house = modulesOf(t, { 'crm.mjs': disposable(1) })
    await house.modules.add('./crm.mjs', { gates: { breaking: 'hold', ...gates } })
    house.write({ 'crm.mjs': narrower(2) })
    const { held, updated, holdId } = await house.modules.reload('crm')
    assert.deepEqual([held, updated, await disposed()], [['crm'], [], []])
    return { ...house, holdId, answer: (params = {}) => house.registry.execute('crm', params) }
  }

  test('is disposed when it is rejected, and each time that it is rejected again', async (t) => {
    const { modules, holdId, answer, write } = await holding(t)
    modules.reject(holdId)
    assert.deepEqual([await disposed(), await answer()], [[2], 1])
    write({ 'crm.mjs': narrower(2) + '// again' })
    assert.deepEqual((await modules.reload('crm')).rejected, ['crm'])
    assert.deepEqual([await disposed(), await answer()], [[2, 2], 1])
    write({ 'crm.mjs': disposable(3) })
    await modules.reload('crm')
    assert.deepEqual([await disposed(), await answer()], [[2, 2, 1], 3])
  })

  test('takes the place of the former one when it is approved', async (t) => {
    const { modules, holdId, answer } = await holding(t)
    modules.approve(holdId)
    assert.deepEqual([await disposed(), await answer({ id: 'x' })], [[1], 2])
  })

  for (const [onExpiry, gone] of [
    ['reject', 2],
    ['approve', 1],
  ])
    test(`is decided when it expires: ${onExpiry}`, async (t) => {
      fresh()
      const { modules, registry, write } = modulesOf(t, { 'crm.mjs': disposable(1) })
      await modules.add('./crm.mjs', { gates: { breaking: 'hold', holdMs: 1, onExpiry } })
      const settled = next(registry, 'settled')
      write({ 'crm.mjs': narrower(2) })
      await modules.reload('crm')
      assert.equal((await settled).outcome, 'expired')
      assert.deepEqual(await disposed(), [gone])
    })

  for (const [decision, gone] of [
    ['reject', 2],
    ['approve', 1],
  ])
    test(`is decided by a listener, before its load has ended: ${decision}`, async (t) => {
      fresh()
      const { modules, registry, write } = modulesOf(t, { 'crm.mjs': disposable(1) })
      registry.on('held', ({ id }) => modules[decision](id))
      await modules.add('./crm.mjs', { gates: { breaking: 'hold' } })
      write({ 'crm.mjs': narrower(2) })
      await modules.reload('crm')
      assert.deepEqual(await disposed(), [gone])
    })

  test('is disposed when another one is held in its place', async (t) => {
    const { modules, write, answer } = await holding(t)
    write({ 'crm.mjs': narrower(3).replace("['id']", "['key']") })
    const { holdId } = await modules.reload('crm')
    assert.deepEqual([await disposed(), await answer()], [[2], 1])
    modules.reject(holdId)
    assert.deepEqual(await disposed(), [2, 3])
  })

  test('is disposed with the former one when a good one replaces both', async (t) => {
    const { modules, write, answer } = await holding(t)
    write({ 'crm.mjs': disposable(3) })
    await modules.reload('crm')
    assert.deepEqual([(await disposed()).toSorted(), await answer()], [[1, 2], 3])
  })

  test('is kept with the former one when its load adds the file again, or a later one is refused', async (t) => {
    const { modules, write, answer } = await holding(t)
    await modules.add('./crm.mjs', { gates: { breaking: 'hold' } })
    write({ 'crm.mjs': 'throw 1' })
    await refusal(() => modules.reload('crm'))
    assert.deepEqual([await disposed(), await answer()], [[], 1])
    await modules.remove('crm')
    assert.deepEqual((await disposed()).toSorted(), [1, 2])
  })

  test('in part is kept when the part is rejected', async (t) => {
    fresh()
    const { modules, registry, write } = modulesOf(t, { 'crm.mjs': disposable(1) })
    await modules.add('./crm.mjs', { gates: { widening: 'hold' } })
    write({ 'crm.mjs': wider(2) })
    const { updated, held, holdId } = await modules.reload('crm')
    assert.deepEqual([updated, held], [['crm'], ['more']])
    modules.reject(holdId)
    assert.deepEqual([await disposed(), await registry.execute('crm', {})], [[1], 2])
    await modules.remove('crm')
    assert.deepEqual(await disposed(), [1, 2])
  })
})
