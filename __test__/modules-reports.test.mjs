// What the reports of add and addDirectory say of exports that are no tools, or could not become one.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { modulesOf, moduleText } from './support/module-tools.mjs'
import { providerOf } from './support/providers.mjs'
import { refusal, tool } from './support/tools.mjs'

const THROWS = `export const bad = { name: 'bad', description: 'x', execute() {},
  inputSchema: () => { throw new RangeError('why') } }\n`
const UNREADABLE = `export const bad = { name: 'bad', description: 'x', execute() {}, inputSchema: 5 }\n`
const TWICE = `export const bad = { name: 'good', description: 'x', execute() {}, inputSchema: {} }\n`
const NUMBER = `export const bad = { name: 'bad', description: 3, execute() {}, inputSchema: {} }\n`

/** Wrong exports: the code of their error, and whether it has a cause. */
const FAULTS = { THROWS: [THROWS, true], UNREADABLE: [UNREADABLE, false], NUMBER: [NUMBER, false] }

describe('an export that is left out has the error that would refuse the load', () => {
  for (const [what, [text, hasCause]] of Object.entries(FAULTS))
    for (const [how, load] of Object.entries({
      add: ({ modules }, options) => modules.add('./a.mjs', options),
      addDirectory: ({ modules }, options) => modules.addDirectory('.', options),
    }))
      test(`${what}, by ${how}`, async (t) => {
        const house = modulesOf(t, { 'a.mjs': moduleText('good') + text })
        const { code } = await refusal(() => house.modules.add('./a.mjs'))
        const { failed } = await load(house, { onError: 'skip' })
        assert.deepEqual(house.registry.list(), ['good'])
        const [{ location, export: name, error }] = failed
        assert.deepEqual([failed.length, location, name, error.code], [1, house.at('a.mjs'), 'bad', code])
        const { source, export: place, problems } = error.details
        assert.deepEqual([source, place, problems.length], [house.at('a.mjs'), 'bad', 1])
        assert.equal(error.cause instanceof Error, hasCause)
      })
})

test('a name that a module gives twice is in failed with its source and export', async (t) => {
  const { modules, at } = modulesOf(t, { 'a.mjs': moduleText('good') + TWICE })
  const { failed } = await modules.add('./a.mjs', { onError: 'skip' })
  assert.deepEqual(
    failed.map(({ error: { code, details } }) => [code, details.source, details.export]),
    [['INVALID_DEFINITION', at('a.mjs'), 'bad']],
  )
})

describe('exports that are passed over are listed', () => {
  const FILES = {
    'a.mjs': `${moduleText('a')}export const limit = 5, _own = 1, version = '1.0.0'
export const dispose = () => {}\nexport function help() {}\n`,
    'b.mjs': moduleText('b'),
    'all.mjs': `export * as inner from './a.mjs'`,
  }
  const own = [{ source: 'a', exports: ['help', 'limit'] }]

  test('by add, and by sources()', async (t) => {
    const { modules } = modulesOf(t, FILES)
    const { passedOver } = await modules.add(['./a.mjs', './b.mjs'])
    assert.deepEqual(passedOver, own)
    assert.deepEqual(
      modules.sources().map(({ name, passedOver: exports }) => [name, exports]),
      [
        ['a', ['help', 'limit']],
        ['b', []],
      ],
    )
  })

  test('by addDirectory', async (t) => {
    const { modules } = modulesOf(t, FILES)
    assert.deepEqual((await modules.addDirectory('.', { exclude: 'all.*' })).passedOver, own)
  })

  test('of a module that another one exports', async (t) => {
    const { modules } = modulesOf(t, FILES)
    const { passedOver } = await modules.add('./all.mjs')
    assert.equal(passedOver[0].exports.includes('inner/limit'), true)
  })

  test('after a reload', async (t) => {
    const { modules, write } = modulesOf(t, FILES)
    await modules.add('./a.mjs')
    write({ 'a.mjs': moduleText('a') + 'export const other = 1' })
    await modules.reload('a')
    assert.deepEqual(modules.sources()[0].passedOver, ['other'])
  })

  test('but not of objects, where each value is meant as a tool', async (t) => {
    const { modules } = modulesOf(t)
    const { provider } = providerOf({ loadTools: () => [tool({ name: 'p' })] })
    assert.deepEqual((await modules.add([tool(), provider])).passedOver, [])
  })
})
