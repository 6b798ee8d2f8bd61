// Modules that hold something: each generation is disposed once, when nothing of it is in use any more.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { eventsOf, modulesOf, moduleText } from './support/module-tools.mjs'
import { refusal } from './support/tools.mjs'

/** A module whose generations say what became of them. */
const disposable = (generation, answer = generation, how = 'export const dispose =') =>
  moduleText('crm', answer, `const log = globalThis.disposals ??= []\n${how} () => { log.push(${generation}) }`)

describe('C15: a module that is disposed', () => {
  const disposals = () => globalThis.disposals ?? []
  const fresh = () => delete globalThis.disposals

  for (const [what, end] of Object.entries({
    'when it is reloaded': ({ write, modules }) => (write({ 'crm.mjs': disposable(2) }), modules.reload('crm')),
    'when it is added again': ({ write, modules }) => (write({ 'crm.mjs': disposable(2) }), modules.add('./crm.mjs')),
    'when it is removed': ({ modules }) => modules.remove('crm'),
    'when the modules are closed': ({ modules }) => modules.close(),
    'when its disposal goes': ({ write, modules }) => (
      write({ 'crm.mjs': moduleText('crm', 2) }),
      modules.reload('crm')
    ),
  }))
    test(`${what}, once`, async (t) => {
      fresh()
      const house = modulesOf(t, { 'crm.mjs': disposable(1) })
      await house.modules.add('./crm.mjs')
      await turn()
      assert.deepEqual(disposals(), [])
      await end(house)
      await turn()
      assert.deepEqual(disposals(), [1])
    })

  test('after its last call, which may be one of an earlier snapshot', async (t) => {
    fresh()
    const { modules, registry, write } = modulesOf(t, {
      'crm.mjs': disposable(1, 'new Promise((end) => (globalThis.ends ??= []).push(end))'),
    })
    await modules.add('./crm.mjs')
    const calls = [registry.execute('crm', {}), registry.execute('crm', {}).catch(({ code }) => code)]
    await turn()
    write({ 'crm.mjs': disposable(2) })
    await modules.reload('crm')
    const [first, second] = globalThis.ends
    delete globalThis.ends
    first(1)
    await calls[0]
    await turn()
    assert.deepEqual([disposals(), await registry.execute('crm', {})], [[], 2])
    second(Promise.reject(new Error('x')))
    assert.deepEqual([await calls[1], await turn(), disposals()], ['TOOL_FAILED', undefined, [1]])
  })

  test('five seconds after its end at most, though a call does not end', async (t) => {
    fresh()
    const { modules, registry, write } = modulesOf(t, { 'crm.mjs': disposable(1, 'new Promise(() => {})') })
    await modules.add('./crm.mjs')
    const call = registry.execute('crm', {}, { timeoutMs: 1_000 }).catch(() => {})
    await turn()
    write({ 'crm.mjs': disposable(2) })
    t.mock.timers.enable({ apis: ['setTimeout'] })
    await modules.reload('crm')
    t.mock.timers.tick(4_999)
    await turn()
    assert.deepEqual(disposals(), [])
    t.mock.timers.tick(1)
    await turn()
    assert.deepEqual([disposals(), call instanceof Promise], [[1], true])
  })

  test('not when its reload is refused', async (t) => {
    fresh()
    const { modules, write, registry } = modulesOf(t, { 'crm.mjs': disposable(1) })
    await modules.add('./crm.mjs')
    for (const bad of [
      'export const = 1',
      'throw 1',
      moduleText('crm') + 'export const bad = { name: 1, execute() {} }',
    ]) {
      write({ 'crm.mjs': bad })
      await refusal(() => modules.reload('crm'))
    }
    await turn()
    assert.deepEqual([disposals(), await registry.execute('crm', {})], [[], 1])
  })

  test('not when it is read again as it was', async (t) => {
    fresh()
    const { modules } = modulesOf(t, { 'crm.mjs': disposable(1) })
    await modules.add('./crm.mjs')
    await modules.reload('crm')
    await modules.add('./crm.mjs')
    await turn()
    assert.deepEqual(disposals(), [])
    await modules.remove('crm')
    await turn()
    assert.deepEqual(disposals(), [1])
  })

  test('not while another source has an export of it', async (t) => {
    fresh()
    const { modules, registry } = modulesOf(t, { 'crm.mjs': disposable(1) + moduleText('other') })
    await modules.add(['./crm.mjs:crm', './crm.mjs:other'])
    await modules.remove('crm:crm')
    await turn()
    assert.deepEqual([disposals(), await registry.execute('other', {})], [[], 'other'])
    await modules.remove('crm:other')
    await turn()
    assert.deepEqual(disposals(), [1])
  })

  test('not while a tool of it is stale', async (t) => {
    fresh()
    const { modules, registry, write } = modulesOf(t, { 'crm.mjs': disposable(1) + moduleText('other', 1) })
    await modules.add('./crm.mjs', { onError: 'skip' })
    write({ 'crm.mjs': disposable(2) + moduleText('other', 2).replace("{ type: 'object' }", '5') })
    assert.deepEqual((await modules.reload('crm')).stale, ['other'])
    await turn()
    assert.deepEqual([disposals(), await registry.execute('other', {})], [[], 1])
  })

  test('once nothing runs it, though a part of its reload is held', async (t) => {
    fresh()
    const { modules, write, registry } = modulesOf(t, { 'crm.mjs': disposable(1) })
    await modules.add('./crm.mjs', { gates: { widening: 'hold' } })
    write({ 'crm.mjs': disposable(2) + moduleText('more') })
    const { holdId } = await modules.reload('crm')
    await turn()
    assert.ok(holdId !== undefined)
    assert.deepEqual([disposals(), registry.list()], [[1], ['crm']])
    modules.approve(holdId)
    assert.deepEqual(registry.list(), ['crm', 'more'])
    write({ 'crm.mjs': disposable(3) })
    await modules.reload('crm')
    await turn()
    assert.deepEqual(disposals().sort(), [1, 2])
  })

  test('keeps no version for a rollback', async (t) => {
    const { modules, write } = modulesOf(t, { 'crm.mjs': disposable(1) })
    await modules.add('./crm.mjs')
    write({ 'crm.mjs': disposable(2) })
    await modules.reload('crm')
    const kept = modules.history('crm').map(({ kept, active }) => [kept, active])
    assert.deepEqual(kept.at(-1), [false, false])
    assert.equal((await refusal(() => modules.rollback('crm'))).code, 'UNKNOWN_VERSION')
  })

  test('that throws is told of, and the reload stands', async (t) => {
    for (const thrown of ['throw new Error("cannot")', 'return Promise.reject(new Error("cannot"))']) {
      const text = moduleText('crm', 1, `export function dispose() { ${thrown} }`)
      const { modules, registry, write } = modulesOf(t, { 'crm.mjs': text })
      const events = eventsOf(registry, 'listenerFailed')
      await modules.add('./crm.mjs')
      write({ 'crm.mjs': moduleText('crm', 2) })
      await modules.reload('crm')
      await turn()
      assert.deepEqual(
        [await registry.execute('crm', {}), events.map(([, { error }]) => error.message)],
        [2, ['cannot']],
      )
    }
  })

  test('by Symbol.asyncDispose of its default export', { skip: Symbol.asyncDispose === undefined }, async (t) => {
    fresh()
    const { modules, write } = modulesOf(t, {
      'crm.mjs': disposable(1, 1, 'export default { tools: [], [Symbol.asyncDispose]:').replace(/\}$/m, '} }'),
    })
    await modules.add('./crm.mjs')
    write({ 'crm.mjs': moduleText('crm', 2) })
    await modules.reload('crm')
    await turn()
    assert.deepEqual(disposals(), [1])
  })
})
