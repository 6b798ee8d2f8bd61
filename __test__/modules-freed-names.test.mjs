// Names that become free outside of a reload: watched files that wait for them are tried at once, without a file event.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolModules } from 'toolrack'
import { next } from './support/events.mjs'
import { modulesOf, moduleText, watched } from './support/module-tools.mjs'

/** Nothing but the change of a name leads to a reload: files are looked at rarely. */
const watch = { stabilityMs: 20, pollMs: 60_000 }

/** A registry in which the watched file `b` waits for the tool `shared`, which `take` has registered before. */
async function waiting(t, take, options = {}) {
  const house = await watched(t, { 'c.mjs': moduleText('c') }, { directory: { watch, ...options } })
  await take(house)
  const failed = house.told('reloadFailed', 'b')
  house.write({ 'b.mjs': moduleText('shared', "'of b'", 'globalThis.runsOfB = (globalThis.runsOfB ?? 0) + 1') })
  assert.equal((await failed).error.code, 'NAME_TAKEN')
  return house
}

const definition = { name: 'shared', description: 'Taken', parameters: {}, execute: () => 'of the program' }

/** A source of the same `ToolModules` that has the tool, and one more. */
async function addOwner({ modules, write }, gates) {
  write({ '_a.mjs': moduleText('shared', 1) + moduleText('kept', 1) })
  await modules.add('./tools/_a.mjs', { name: 'a', gates })
}

const WAYS = {
  'the program unregisters it': {
    take: ({ registry }) => registry.register(definition),
    free: ({ registry }) => registry.unregister('shared'),
  },
  'the program unregisters its source': {
    take: (house) => addOwner(house),
    free: ({ registry }) => registry.unregisterSource('a'),
  },
  'the removal of it is approved': {
    take: async (house) => {
      await addOwner(house, { breaking: 'hold' })
      house.write({ '_a.mjs': moduleText('kept', 2) })
      house.held = (await house.modules.reload('a')).holdId
    },
    free: ({ modules, held }) => modules.approve(held),
  },
  'its source is rolled back': {
    take: async (house) => {
      house.write({ '_a.mjs': moduleText('kept', 1) })
      await house.modules.add('./tools/_a.mjs', { name: 'a' })
      house.write({ '_a.mjs': moduleText('shared', 1) + moduleText('kept', 1) })
      await house.modules.reload('a')
    },
    free: ({ modules }) => modules.rollback('a'),
  },
  'other modules of the registry are closed or remove it': {
    take: async (house) => {
      house.others = new ToolModules(house.registry)
      await house.others.add({ ...definition, execute: () => 1 }, { name: 'other' })
    },
    free: ({ others }) => others.remove('other'),
  },
}

for (const [what, { take, free }] of Object.entries(WAYS))
  test(`a name that a watched file waits for is its own once ${what}`, async (t) => {
    const house = await waiting(t, take)
    const reloaded = house.told('reloaded', 'b')
    await free(house)
    await reloaded
    assert.equal(await house.registry.execute('shared', {}), 'of b')
    assert.equal(house.modules.sources().find(({ name }) => name === 'b').fault, undefined)
  })

test('a name of a source that a watched file waits for is its own once other modules remove that source', async (t) => {
  const take = async (house) => {
    house.others = new ToolModules(house.registry)
    await house.others.add({ ...definition, name: 'of_others' }, { name: 'b' })
  }
  const house = await waiting(t, take)
  const reloaded = house.told('reloaded', 'b')
  await house.others.remove('b')
  await reloaded
  assert.deepEqual(house.registry.list(), ['c', 'shared'])
})

test('a file that waits for one name is not run again when another one becomes free', async (t) => {
  const house = await waiting(t, ({ registry }) => registry.register(definition))
  const runs = globalThis.runsOfB
  for (const name of ['x', 'y', 'z']) {
    house.registry.register({ ...definition, name })
    house.registry.unregister(name)
  }
  // Turns follow one another: what the changes above lead to is done.
  await house.modules.reload('c')
  assert.equal(globalThis.runsOfB, runs)
})

test('a source that is not watched is tried again by reload alone', async (t) => {
  const { registry, modules, write } = modulesOf(t, { 'b.mjs': moduleText('own'), 'c.mjs': moduleText('c') })
  registry.register(definition)
  await modules.add(['./b.mjs', './c.mjs'])
  // The changes of the registry are listened to.
  await modules.add({ path: './c.mjs', namespace: 'w', source: 'w', watch })
  write({ 'b.mjs': moduleText('shared', 2) })
  await assert.rejects(modules.reload('b'), { code: 'NAME_TAKEN' })
  const changed = next(registry, 'change')
  registry.unregister('shared')
  await changed
  await modules.reload('c')
  assert.ok(!registry.has('shared'))
  await modules.reload('b')
  assert.equal(await registry.execute('shared', {}), 2)
})
