// Things that happen at once: changes, loads, removals and the close.
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { next } from './support/events.mjs'
import { WATCH, eventsOf, modulesOf, moduleText, watched } from './support/module-tools.mjs'
import { deferred, providerOf } from './support/providers.mjs'
import { refusal, tool } from './support/tools.mjs'

const kinds = (calls) => calls.map((call) => call.split(' ')[0])

test('M30: a change during the first load is one more load', async (t) => {
  const { modules, registry } = modulesOf(t)
  let loads = 0
  const loadTools = async () => (await turn(), held.change(), [tool({ name: loads++ === 0 ? 'first' : 'second' })])
  const held = providerOf({ loadTools })
  // The second load tells of a change, too: it is not to be followed for ever.
  const reloaded = next(registry, 'reloaded')
  await modules.add(held.provider)
  await reloaded
  await modules.close()
  assert.deepEqual([registry.list(), kinds(held.calls).filter((kind) => kind === 'remove')], [['second'], ['remove']])
})

test('C23, C24: a close during the load of a provider gives the consumer back once', async (t) => {
  for (const isFirst of [true, false]) {
    const { modules, registry } = modulesOf(t)
    const gate = deferred()
    let waits = isFirst
    const { provider, calls } = providerOf({ loadTools: async () => (waits && (await gate.promise), [tool()]) })
    if (!isFirst) await modules.add(provider)
    waits = true
    const refused = refusal(() => (isFirst ? modules.add(provider) : modules.reload('provider-1')))
    while (kinds(calls).filter((kind) => kind === 'load').length < (isFirst ? 1 : 2)) await turn()
    const closed = modules.close()
    gate.resolve()
    assert.equal((await refused).code, 'CLOSED')
    await closed
    await turn()
    assert.equal(kinds(calls).filter((kind) => kind === 'remove').length, 1, kinds(calls).join())
    assert.deepEqual(registry.list(), isFirst ? [] : ['echo'])
  }
})

test('M22: a reload after a removal is UNKNOWN_SOURCE, and brings nothing back', async (t) => {
  const { modules, registry } = modulesOf(t, { 'crm.mjs': moduleText('crm') })
  await modules.add('./crm.mjs')
  const [removed, refused] = await Promise.all([modules.remove('crm'), refusal(() => modules.reload('crm'))])
  assert.deepEqual([removed, refused.code, registry.list(), modules.sources()], [['crm'], 'UNKNOWN_SOURCE', [], []])
})

test('M22: a reload after an add of the same file has the options of that add', async (t) => {
  const { modules, registry } = modulesOf(t, { 'crm.mjs': moduleText('crm') })
  await modules.add('./crm.mjs')
  await Promise.all([modules.add('./crm.mjs', { namespace: 'shop' }), modules.reload('crm')])
  assert.deepEqual(registry.list(), ['shop_crm'])
})

test('M13: a change of files during an add is loaded after it', async (t) => {
  const { registry, modules, write, told, answer } = await watched(t, { 'crm.mjs': moduleText('crm', 1) })
  let open
  globalThis.gateOfSlow = new Promise((resolve) => (open = resolve))
  write({ '../slow.mjs': moduleText('slow', 1, 'globalThis.isSlow = true\nawait globalThis.gateOfSlow') })
  const added = modules.add('./slow.mjs')
  while (globalThis.isSlow === undefined) await turn()
  const reloaded = told('reloaded', 'crm')
  write({ 'crm.mjs': moduleText('crm', 2) })
  open()
  await added
  await reloaded
  assert.deepEqual([await answer(), registry.list()], [2, ['crm', 'slow']])
  delete globalThis.gateOfSlow
  delete globalThis.isSlow
})

/** What a watch reads while its change has to wait, and the event by which a slower watch of the file tells it. */
const READ_BEFORE = {
  'older content': { content: moduleText('crm', 2), event: 'reloaded' },
  'broken content': { content: 'export const = 2', event: 'reloadFailed' },
  'no file': { content: undefined, event: 'sourceMissing' },
}

for (const [words, { content, event }] of Object.entries(READ_BEFORE))
  test(`M22: ${words} that a watch read before a reload does not come after it`, async (t) => {
    const { registry, modules, write, at, told, answer } = await watched(
      t,
      { 'crm.mjs': moduleText('crm', 1), '../slow.mjs': moduleText('slow', 1, 'await globalThis.slowStarts()') },
      { directory: { watch: { ...WATCH, onMissing: 'remove' } } },
    )
    const slower = modulesOf(t)
    await slower.modules.add(at('tools/crm.mjs'), { watch: { ...WATCH, stabilityMs: 100 } })
    const gate = deferred()
    const started = new Promise((resolve) => (globalThis.slowStarts = () => (resolve(), gate.promise)))
    const added = modules.add('./slow.mjs')
    await started
    const reload = modules.reload('crm')
    const seen = next(slower.registry, event)
    if (content === undefined) rmSync(at('tools/crm.mjs'))
    else write({ 'crm.mjs': content })
    await seen
    const [answers, events] = [[], eventsOf(registry, 'reloaded', 'reloadFailed', 'sourceMissing')]
    registry.on('change', () => answers.push(answer().catch(({ code }) => code)))
    write({ 'crm.mjs': moduleText('crm', 3) })
    gate.resolve()
    await Promise.all([added, reload])
    const reloaded = told('reloaded', 'crm')
    write({ 'crm.mjs': moduleText('crm', 4) })
    await reloaded
    assert.deepEqual([...new Set(await Promise.all(answers))], [1, 3, 4])
    assert.deepEqual(
      events.map(([name]) => name),
      ['reloaded'],
    )
    delete globalThis.slowStarts
  })

test('M22: fifty reloads, adds and removals at once end, and leave what the last one says', async (t) => {
  const { registry, modules } = modulesOf(t, { 'a.mjs': moduleText('a', 1), 'b.mjs': moduleText('b', 1) })
  await modules.add(['./a.mjs', './b.mjs'])
  const outcomes = []
  for (let i = 0; i < 50; i++) {
    outcomes.push(modules.reload('b'))
    outcomes.push(i % 2 === 0 ? modules.remove('a') : modules.add('./a.mjs'))
  }
  const settled = await Promise.allSettled(outcomes)
  assert.deepEqual(
    settled.filter(({ status }) => status === 'rejected'),
    [],
  )
  assert.deepEqual([registry.list().sort(), modules.sources().length], [['a', 'b'], 2])
})

test('M13: a file that is written while its directory is removed is loaded by nobody', async (t) => {
  const { registry, modules, write } = await watched(t, { 'a.mjs': moduleText('a', 1) })
  const events = eventsOf(registry, 'reloaded', 'reloadFailed')
  write({ 'a.mjs': moduleText('a', 2), 'b.mjs': moduleText('b') })
  await modules.remove('./tools')
  write({ '../other.mjs': moduleText('other', 1) })
  await modules.add('./other.mjs', { watch: WATCH })
  const reloaded = next(registry, 'reloaded', { wanted: ({ source }) => source === 'other' })
  write({ '../other.mjs': moduleText('other', 2) })
  await reloaded
  assert.deepEqual([registry.list(), events.map(([, { source }]) => source)], [['other'], ['other']])
})

test('M20: a change that a watch holds is superseded by the next one', async (t) => {
  const { registry, modules, write } = modulesOf(t, { 'a.mjs': moduleText('a', 1) })
  await modules.add('./a.mjs', { watch: WATCH, gates: { widening: 'hold' } })
  const ids = []
  for (const name of ['b', 'c']) {
    const held = next(registry, 'held')
    write({ 'a.mjs': moduleText('a', 1) + moduleText(name, 1) })
    ids.push((await held).id)
  }
  assert.deepEqual(
    modules.held().map(({ id }) => id),
    [ids[1]],
  )
  assert.equal((await refusal(() => modules.approve(ids[0]))).code, 'UNKNOWN_CHANGE')
  modules.reject(ids[1])
  assert.deepEqual([registry.list(), await registry.execute('a', {})], [['a'], 1])
})

test('M23: a watched file goes on after a rollback with its next content', async (t) => {
  const { registry, modules, write, told, answer } = await watched(t, { 'crm.mjs': moduleText('crm', 1) })
  for (const version of [2, 3]) {
    const reloaded = told('reloaded', 'crm')
    write({ 'crm.mjs': moduleText('crm', version) })
    await reloaded
  }
  modules.rollback('crm')
  assert.equal(await answer(), 2)
  const reloaded = told('reloaded', 'crm')
  write({ 'crm.mjs': moduleText('crm', 4) })
  await reloaded
  assert.deepEqual([await answer(), registry.list()], [4, ['crm']])
})

test('M23: after a rollback a reload takes the file again though it is as it was', async (t) => {
  const { registry, modules, write } = modulesOf(t, { 'a.mjs': moduleText('a', 1) })
  await modules.add('./a.mjs')
  write({ 'a.mjs': moduleText('a', 2) })
  await modules.reload('a')
  modules.rollback('a')
  assert.equal(await registry.execute('a', {}), 1)
  await modules.reload('a')
  assert.deepEqual([await registry.execute('a', {}), modules.sources()[0].rolledBack], [2, false])
})
