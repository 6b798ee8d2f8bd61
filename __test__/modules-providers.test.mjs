// Providers, schemas and the end of ToolModules.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { next } from './support/events.mjs'
import { eventsOf, modulesOf, moduleText, stateOf } from './support/module-tools.mjs'
import { deferred, fail, providerOf } from './support/providers.mjs'
import { never, refusal, tool } from './support/tools.mjs'

const named = (...names) => names.map((name) => tool({ name }))
const kinds = (calls) => calls.map((call) => call.split(' ')[0])

test('M28: a provider has one consumer, however often it is added', async (t) => {
  const { modules, registry } = modulesOf(t)
  const { provider, calls } = providerOf({ loadTools: async () => named('a', 'b') })
  const [first, second] = await Promise.all([modules.add(provider), modules.add([provider, [provider]])])
  assert.deepEqual([first.names, second.names, first.sources], [['a', 'b'], ['a', 'b'], second.sources])
  assert.deepEqual(
    [registry.list(), kinds(calls).filter((kind) => kind !== 'load')],
    [
      ['a', 'b'],
      ['add', 'listen'],
    ],
  )
  const ids = new Set(calls.filter((call) => call.startsWith('add')).map((call) => call.split(' ')[1]))
  await modules.close()
  assert.deepEqual(
    [...ids].map((id) => calls.filter((call) => call === `remove ${id}`).length),
    [1],
  )
})

test('M28: two ToolModules are two consumers of one provider', async (t) => {
  const { provider, calls } = providerOf()
  const houses = [modulesOf(t), modulesOf(t)]
  for (const { modules } of houses) await modules.add(provider)
  assert.equal(new Set(calls.filter((call) => call.startsWith('add'))).size, 2)
  await houses[0].modules.close()
  assert.equal(kinds(calls).filter((kind) => kind === 'remove').length, 1)
})

const [once] = named('a')

for (const [what, tools] of Object.entries({
  'an iterable': () => new Set(named('a')),
  'an async iterable': async function* () {
    yield* named('a')
  },
  'a promise of a list': async () => named('a'),
  'lists and records': () => [{ first: tool({ name: 'a' }) }],
  'one object twice': () => [once, once],
}))
  test(`M28: loadTools may give ${what}`, async (t) => {
    const { modules, registry } = modulesOf(t)
    await modules.add(providerOf({ loadTools: tools }).provider)
    assert.deepEqual(registry.list(), ['a'])
  })

/** What goes wrong in a provider, and the code. */
const FAULTS = {
  'loadTools that throws': [{ loadTools: () => fail() }, 'SOURCE_UNREADABLE'],
  'loadTools that never answers': [{ loadTools: never }, 'TIMEOUT'],
  'loadTools that gives no list': [{ loadTools: () => 5 }, 'SOURCE_UNREADABLE'],
  'a tool that is none': [{ loadTools: () => [tool(), 5] }, 'INVALID_DEFINITION'],
  'addConsumer that throws': [{ addConsumer: () => fail() }, 'SOURCE_UNREADABLE'],
  'addConsumer that never answers': [{ addConsumer: never }, 'TIMEOUT'],
  'onChanged that throws': [{ onChanged: () => fail() }, 'SOURCE_UNREADABLE'],
  'a name that is taken': [{ loadTools: () => named('taken') }, 'NAME_TAKEN'],
}

for (const [what, [methods, code]] of Object.entries(FAULTS))
  test(`M29, C23: ${what} is ${code}, and gives the consumer back once`, async (t) => {
    const house = modulesOf(t, {}, { loadTimeoutMs: 100 })
    await house.modules.add(tool({ name: 'taken' }))
    const before = stateOf(house)
    const { provider, calls } = providerOf(methods)
    assert.equal((await refusal(() => house.modules.add([provider, tool({ name: 'other' })]))).code, code)
    assert.deepEqual([stateOf(house), kinds(calls).filter((kind) => kind === 'remove')], [before, ['remove']])
    await house.modules.close()
    assert.equal(kinds(calls).filter((kind) => kind === 'remove').length, 1)
  })

test('M29: a provider is given back where another source of its add is refused', async (t) => {
  const house = modulesOf(t)
  const { provider, calls } = providerOf()
  assert.equal((await refusal(() => house.modules.add([provider, './gone.mjs']))).code, 'SOURCE_UNREADABLE')
  assert.deepEqual([kinds(calls).at(-1), house.registry.list()], ['remove', []])
  await house.modules.add(provider)
  assert.deepEqual(house.registry.list(), ['echo'])
})

describe('M30: a change of a provider', () => {
  const changing = async (t) => {
    const house = modulesOf(t)
    let tools = named('a', 'b')
    let gate
    const current = () => (typeof tools === 'function' ? tools() : tools)
    const held = providerOf({ loadTools: () => (gate === undefined ? current() : gate.then(current)) })
    await house.modules.add(held.provider)
    const set = (given, waitsFor) => ((tools = given), (gate = waitsFor))
    return { ...house, ...held, set, loads: () => kinds(held.calls).filter((kind) => kind === 'load').length }
  }

  test('is one load and one change set', async (t) => {
    const { registry, change, set, loads } = await changing(t)
    const changes = eventsOf(registry, 'change')
    const reloaded = next(registry, 'reloaded')
    set(named('b', 'c'))
    change()
    const { added, removed } = await reloaded
    assert.deepEqual([added, removed, loads(), changes.length, registry.list()], [['c'], ['a'], 2, 1, ['b', 'c']])
  })

  test('while one is loaded is one more', async (t) => {
    const { registry, change, set, loads } = await changing(t)
    const gate = deferred()
    let seen = 0
    const twice = next(registry, 'reloaded', { wanted: () => ++seen === 2 })
    set(named('c'), gate.promise)
    change()
    await turn()
    for (let i = 0; i < 50; i++) change()
    gate.resolve()
    await twice
    for (let i = 0; i < 20; i++) await turn()
    assert.deepEqual([loads(), registry.list()], [3, ['c']])
  })

  test('is one load with 49 others of its tick', async (t) => {
    const { registry, change, set, loads } = await changing(t)
    const revision = registry.revision
    const reloaded = next(registry, 'reloaded')
    set(named('c'))
    for (let i = 0; i < 50; i++) change()
    await reloaded
    for (let i = 0; i < 20; i++) await turn()
    assert.deepEqual([loads(), registry.revision - revision, registry.list()], [2, 1, ['c']])
  })

  test('is one load with all that come while another source is loaded', async (t) => {
    const { registry, modules, write, change, set, loads } = await changing(t)
    write({ 'slow.mjs': moduleText('slow', 1, 'await new Promise((go) => (globalThis.finishSlow = go))') })
    const added = modules.add('./slow.mjs')
    while (globalThis.finishSlow === undefined) await turn()
    const reloaded = next(registry, 'reloaded')
    for (let i = 0; i < 30; i++) {
      set(named(`n${i}`))
      change()
      await turn()
    }
    globalThis.finishSlow()
    delete globalThis.finishSlow
    await Promise.all([added, reloaded])
    for (let i = 0; i < 20; i++) await turn()
    assert.deepEqual([loads(), registry.list()], [2, ['slow', 'n29']])
  })

  test('that loadTools itself makes belongs to its load', async (t) => {
    const { registry, change, set, loads } = await changing(t)
    const reloaded = next(registry, 'reloaded')
    set(() => (change(), named(`n${loads()}`)))
    change()
    await reloaded
    for (let i = 0; i < 20; i++) await turn()
    assert.deepEqual([loads(), registry.list()], [2, ['n2']])
  })

  test('that fails keeps the last good tools, is told, and is over with the next good one', async (t) => {
    const house = await changing(t)
    const { registry, modules, change, set } = house
    const tools = registry.list()
    for (const bad of [() => fail(), () => [5], () => named('no good')]) {
      const failed = next(registry, 'reloadFailed')
      set(bad)
      change()
      await failed
      assert.deepEqual([registry.list(), await registry.execute('a', { n: 1 })], [tools, { n: 1 }])
      assert.ok(modules.sources()[0].fault !== undefined)
    }
    const reloaded = next(registry, 'reloaded')
    set(named('z'))
    change()
    await reloaded
    assert.deepEqual([registry.list(), modules.sources()[0].fault], [['z'], undefined])
  })

  test('after its removal or the close leads to nothing', async (t) => {
    const { registry, modules, calls, change, loads } = await changing(t)
    const listener = change
    assert.deepEqual((await modules.remove(modules.sources()[0].name)).sort(), ['a', 'b'])
    listener()
    await turn()
    assert.deepEqual([loads(), kinds(calls).slice(-2).sort(), registry.list()], [1, ['off', 'remove'], []])
  })
})

describe('M31: close', () => {
  test('releases every provider though one throws, and throws the first error with the others', async (t) => {
    const { modules, registry } = modulesOf(t)
    const all = ['a', 'b', 'c'].map((name) =>
      providerOf({
        loadTools: () => named(name),
        removeConsumer: () => (name === 'b' ? undefined : fail(new Error(`no ${name}`))),
      }),
    )
    await modules.add(all.map(({ provider }) => provider))
    const error = await refusal(() => modules.close())
    assert.match(error.message, /no a/)
    assert.deepEqual(
      error.details.errors.map(({ message }) => /no c/.test(message)),
      [true],
    )
    assert.equal(await refusal(() => modules.close()), error)
    for (const { calls } of all) assert.equal(kinds(calls).filter((kind) => kind === 'remove').length, 1)
    assert.deepEqual(registry.list(), ['a', 'b', 'c'])
    assert.deepEqual(await registry.execute('a', { n: 1 }), { n: 1 })
  })

  test('of the registry closes the modules', async (t) => {
    const { modules, registry } = modulesOf(t, { 'a.mjs': moduleText('a') })
    const { provider, calls } = providerOf()
    await modules.add([provider, './a.mjs'])
    registry.close()
    await turn()
    assert.equal(kinds(calls).at(-1), 'remove')
    for (const act of [
      'add',
      'addDirectory',
      'reload',
      'remove',
      'sources',
      'discover',
      'directories',
      'history',
      'held',
    ])
      assert.equal((await refusal(() => modules[act]('./a.mjs'))).code, 'CLOSED', act)
    await modules.close()
  })
})

test('M32: what has the methods of a provider is one, though it is iterable too', async (t) => {
  const { modules, registry } = modulesOf(t)
  const { provider } = providerOf({ loadTools: () => named('provided') })
  await modules.add(
    Object.assign([tool({ name: 'listed' })], provider, {
      addConsumer() {},
      removeConsumer() {},
      onChanged: undefined,
      loadTools: () => named('provided'),
    }),
  )
  assert.deepEqual(registry.list(), ['provided'])
})

/** Schemas, and what a call with `{ n: '5' }` answers or fails with. */
const standard = (validate, jsonSchema) => ({
  '~standard': { version: 1, vendor: 'test', validate, ...(jsonSchema && { jsonSchema: { input: jsonSchema } }) },
})
const object = { type: 'object', properties: { n: { type: 'string' } } }

test('M24, M25, M26: a Standard Schema is asked for draft 2020-12, and its values reach the closure', async (t) => {
  const { modules, registry } = modulesOf(t)
  const asked = []
  const input = (options) => (asked.push(options.target), object)
  const inputSchema = standard(
    ({ n }) =>
      n === 'bad' ? { issues: [{ message: 'is bad', path: ['n'] }] } : { value: { n: Number(n), more: true } },
    input,
  )
  await modules.add(tool({ name: 'crm', inputSchema }))
  assert.deepEqual([await registry.execute('crm', { n: '5' }), asked], [{ n: 5, more: true }, ['draft-2020-12']])
  const { code, details } = await refusal(() => registry.execute('crm', { n: 'bad' }))
  assert.deepEqual([code, details.problems[0].pointer], ['INVALID_PARAMS', '/n'])
})

for (const [what, inputSchema] of Object.entries({
  'a schema that cannot say its JSON Schema': standard(() => ({ value: {} })),
  'a schema that says no object': standard(
    () => ({ value: {} }),
    () => ({ type: 'string' }),
  ),
  'a schema whose JSON Schema throws': standard(
    () => ({ value: {} }),
    () => fail(),
  ),
  'a promise that rejects': Promise.reject(new Error('x')),
})) {
  if (inputSchema instanceof Promise) inputSchema.catch(() => {})
  test(`M24, M26: ${what} is INVALID_DEFINITION`, async (t) => {
    const { modules, registry } = modulesOf(t)
    assert.equal((await refusal(() => modules.add(tool({ inputSchema })))).code, 'INVALID_DEFINITION')
    assert.equal(registry.size, 0)
  })
}
