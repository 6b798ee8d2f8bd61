// onConflict later: a file takes the name of a source at another place, and nothing is lost where it cannot be loaded.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { WATCH, modulesOf, moduleText, stateOf } from './support/module-tools.mjs'
import { next } from './support/events.mjs'
import { providerOf } from './support/providers.mjs'
import { tool } from './support/tools.mjs'

const LATER = { onConflict: 'later' }
const codesOf = ({ failed }) => failed.map(({ location, error }) => [location, error.code])

/** Files that cannot be loaded, and whether that is seen before the former source is dropped. */
const BROKEN = {
  'has a syntax error': ['export const = 1', 'INVALID_SPEC', true],
  'throws at its top': [moduleText('b', 1, 'throw new Error("no")'), 'INVALID_SPEC', true],
  'has no tool': ['export const helper = 1', 'INVALID_DEFINITION', true],
  'has a tool that another source has': [moduleText('third'), 'NAME_TAKEN', false],
}

describe('a later file takes nothing away that', () => {
  for (const [what, [text, code, isKept]] of Object.entries(BROKEN))
    test(what, async (t) => {
      const house = modulesOf(t, {
        'one/a.mjs': moduleText('a', 1),
        'two/a.mjs': text,
        'third.mjs': moduleText('third'),
      })
      const { modules, registry, at } = house
      await modules.add('./third.mjs')
      await modules.addDirectory('./one')
      const before = stateOf(house)
      assert.deepEqual(codesOf(await modules.addDirectory('./two', LATER)), [[at('two/a.mjs'), code]])
      assert.deepEqual([registry.list().sort(), await registry.execute('a', {})], [['a', 'third'], 1])
      if (isKept) assert.deepEqual(stateOf(house), before)
      const source = modules.sources().find(({ name }) => name === 'a')
      assert.deepEqual([source.location, source.fault], [at('one/a.mjs'), undefined])
      // It is a source like before.
      house.write({ 'one/a.mjs': moduleText('a', 2) })
      await modules.reload('a')
      assert.equal(await registry.execute('a', {}), 2)
      assert.deepEqual(await modules.remove('./one'), ['a'])
    })
})

test('a later file that is mended takes the name then, where it is watched', async (t) => {
  const { modules, registry, at, write } = modulesOf(t, {
    'one/a.mjs': moduleText('a', 1),
    'two/a.mjs': 'export const =',
  })
  await modules.addDirectory('./one', { watch: WATCH })
  await modules.addDirectory('./two', { ...LATER, watch: WATCH })
  assert.deepEqual(registry.list(), ['a'])
  const reloaded = next(registry, 'reloaded')
  write({ 'two/a.mjs': moduleText('b', 2) })
  await reloaded
  assert.deepEqual([registry.list(), modules.sources().map(({ location }) => location)], [['b'], [at('two/a.mjs')]])
})

test('a later file that comes to a watched directory takes the name', async (t) => {
  const { modules, registry, write } = modulesOf(t, {
    'one/a.mjs': moduleText('a', 1),
    'two/b.mjs': moduleText('b', 2),
  })
  await modules.addDirectory('./one')
  await modules.addDirectory('./two', { ...LATER, watch: WATCH })
  const reloaded = next(registry, 'reloaded')
  write({ 'two/a.mjs': moduleText('c', 3) })
  await reloaded
  assert.deepEqual(registry.list().sort(), ['b', 'c'])
})

test('a provider whose name a later file takes is given back', async (t) => {
  const { modules, registry } = modulesOf(t, { 'two/a.mjs': moduleText('b') })
  const { provider, calls } = providerOf({ loadTools: () => [tool({ name: 'p' })] })
  await modules.add(Object.assign(provider, { name: 'a' }))
  await modules.addDirectory('./two', LATER)
  assert.deepEqual([registry.list(), calls.filter((call) => call.startsWith('remove')).length], [['b'], 1])
})
