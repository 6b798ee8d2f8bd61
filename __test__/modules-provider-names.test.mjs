// Names of providers, and options of one that is added again.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ToolModules } from 'toolrack'
import { modulesOf, moduleText } from './support/module-tools.mjs'
import { fail, providerOf } from './support/providers.mjs'
import { refusal, tool } from './support/tools.mjs'

const named = (name, toolName = name, methods = {}) =>
  Object.assign(providerOf({ loadTools: () => [tool({ name: toolName })], ...methods }).provider, { name })

test('a provider is where its tools come from by its name, one without a name by its number', async (t) => {
  const { modules } = modulesOf(t)
  await modules.add([named('inventory'), named(undefined, 'a'), named('', 'b')])
  assert.deepEqual(
    modules.sources().map(({ name, location }) => [name, location]),
    [
      ['inventory', 'provider "inventory"'],
      ['provider-1', 'provider 1'],
      ['provider-2', 'provider 2'],
    ],
  )
})

test('another provider of one name is refused, and the error says which has it', async (t) => {
  const { modules, registry } = modulesOf(t)
  await modules.add(named('inventory'))
  const { code, message } = await refusal(() => modules.add(named('inventory', 'other')))
  assert.deepEqual([code, registry.list()], ['NAME_TAKEN', ['inventory']])
  assert.match(message, /taken by provider "inventory"/)
})

test('a provider has its location again after its first load has failed, and after it was removed', async (t) => {
  const { modules } = modulesOf(t)
  let isDown = true
  const provider = named('inventory', 'a', { loadTools: () => (isDown ? fail() : [tool({ name: 'a' })]) })
  await refusal(() => modules.add(provider))
  isDown = false
  for (let round = 0; round < 2; round++) {
    await modules.add(provider)
    assert.equal(modules.sources()[0].location, 'provider "inventory"')
    await modules.remove('inventory')
  }
})

test('one provider without a name in two ToolModules has two names', async (t) => {
  const { modules, registry } = modulesOf(t)
  const other = new ToolModules(registry)
  t.after(() => other.close())
  const provider = named(undefined, 'a')
  await modules.add(provider)
  assert.equal((await other.add(provider, { namespace: 'b' })).sources[0], 'provider-2')
})

describe('a provider that is added again', () => {
  const custom = () => 'apply'

  for (const [what, first, again] of [
    ['without options keeps those that it has', { namespace: 'ns', tags: ['x'] }, undefined],
    ['with the same options is one source', { namespace: 'ns', tags: ['x'] }, { namespace: 'ns', tags: ['x'] }],
    ['with its name is one source', undefined, { name: 'inventory' }],
    ['with other handling of errors is one source', undefined, { onError: 'skip' }],
    ['with custom gates as before is one source', { gates: { custom } }, { gates: { custom } }],
  ])
    test(what, async (t) => {
      const { modules, registry } = modulesOf(t)
      const provider = named('inventory', 'a')
      const { names } = await modules.add(provider, first)
      assert.deepEqual((await modules.add(provider, again)).names, names)
      assert.deepEqual([registry.list(), modules.sources().length], [names, 1])
    })

  for (const again of [{ namespace: 'ns' }, { tags: ['x'] }, { name: 'other' }, { gates: 'production' }])
    test(`with ${JSON.stringify(again)} is INVALID_OPTIONS, and nothing changes`, async (t) => {
      const { modules, registry } = modulesOf(t)
      const provider = named('inventory', 'a')
      await modules.add(provider)
      const { code, message } = await refusal(() => modules.add(provider, again))
      assert.deepEqual([code, registry.list(), registry.revision], ['INVALID_OPTIONS', ['a'], 1])
      assert.match(message, /"inventory".*remove the source first/)
    })
})

test('options that the caller changes later change nothing', async (t) => {
  const { modules, registry, write } = modulesOf(t, { 'crm.mjs': moduleText('crm', 1) })
  const tags = ['x']
  await modules.add('./crm.mjs', { tags })
  tags.push('y')
  write({ 'crm.mjs': moduleText('crm', 2) })
  await modules.reload('crm')
  assert.deepEqual(registry.get('crm').tags, ['x'])
})

test('an option that cannot be JSON is refused before the module runs', async (t) => {
  const { modules } = modulesOf(t, { 'crm.mjs': moduleText('crm', 1, 'globalThis.hasRun = true') })
  assert.equal((await refusal(() => modules.add('./crm.mjs', { tags: [1n] }))).code, 'INVALID_OPTIONS')
  assert.equal(globalThis.hasRun, undefined)
})
