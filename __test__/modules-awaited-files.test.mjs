// Files that a tool waits for: it is loaded when what it imports is there and good, without a save of its own.
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { describe, test } from 'node:test'
import { next } from './support/events.mjs'
import { WATCH, eventsOf, modulesOf, moduleText, watched } from './support/module-tools.mjs'

const GOOD = 'export const version = 2'
const importing = (specifier) => moduleText('a', 'version', `import { version } from '${specifier}'`)

/** What the tool was before it imports the file; undefined where it is new. */
const BEFORE = {
  'that is new': undefined,
  'that did not import it': moduleText('a', 1),
  'that imported it before': moduleText('a', 1, `import './_helper.mjs'`),
}
const FAULTS = {
  'is missing': undefined,
  'has a syntax error': 'export const =',
  'throws at its top': 'throw new Error("no")\nexport const version = 1',
  'lacks the export': 'export const other = 1',
  'imports a missing file': `import './_nowhere.mjs'\n${GOOD}`,
}

for (const [what, fault] of Object.entries(FAULTS))
  for (const [which, before] of Object.entries(BEFORE))
    test(`C10: a tool ${which} waits for a helper that ${what}`, async (t) => {
      const files = { '_helper.mjs': 'export const version = 0', ...(before && { 'a.mjs': before }) }
      const { at, write, told, answer } = await watched(t, files)
      // Saved at once: the fault is the first thing that is seen of both.
      const failed = told('reloadFailed', 'a')
      if (fault === undefined) rmSync(at('tools/_helper.mjs'))
      else write({ '_helper.mjs': fault })
      write({ 'a.mjs': importing('./_helper.mjs') })
      await failed
      if (before !== undefined) assert.equal(await answer('a'), 1)
      const reloaded = told('reloaded', 'a')
      write({ '_helper.mjs': GOOD })
      await reloaded
      assert.equal(await answer('a'), 2)
    })

describe('C10: a tool waits for', () => {
  for (const [what, specifier, path, text = GOOD] of [
    ['a helper in a folder that is not there', './lib/deep/helper.mjs', 'lib/deep/helper.mjs'],
    ['a helper above the directory', '../shared/helper.mjs', '../shared/helper.mjs'],
    ['a file URL', undefined, '_helper.mjs'],
    ['a name with an escape', './_a%20b.mjs', '_a b.mjs'],
    ['a TypeScript file of the ending .js', './_helper.js', '_helper.ts', 'export const version: number = 2'],
    ['a data file', './_data.json', '_data.json', '{ "version": 2 }'],
  ])
    test(what, async (t) => {
      const { at, write, told, answer } = await watched(t, { 'package.json': '{ "type": "module" }' })
      const failed = told('reloadFailed', 'a')
      const from = specifier ?? new URL(`file://${at('tools/_helper.mjs')}`).href
      write({
        'a.ts': what.startsWith('a data')
          ? moduleText('a', 'data.version', `import data from '${from}' with { type: 'json' }`)
          : importing(from),
      })
      await failed
      const reloaded = told('reloaded', 'a')
      write({ [path]: text })
      await reloaded
      assert.equal(await answer('a'), 2)
    })

  test('a helper of a helper', async (t) => {
    const { write, told, answer } = await watched(t, { '_helper.mjs': `export * from './_second.mjs'` })
    const failed = told('reloadFailed', 'a')
    write({ 'a.mjs': importing('./_helper.mjs') })
    await failed
    const reloaded = told('reloaded', 'a')
    write({ '_second.mjs': GOOD })
    await reloaded
    assert.equal(await answer('a'), 2)
  })

  test('a tool beside it, and both are loaded', async (t) => {
    const { registry, write, told } = await watched(t, { 'other.mjs': moduleText('other') })
    const failed = told('reloadFailed', 'a')
    write({ 'a.mjs': moduleText('a', 'b.name', `import { b } from './b.mjs'`) })
    await failed
    const sources = new Set()
    const reloaded = next(registry, 'reloaded', { wanted: ({ source }) => sources.add(source).size === 2 })
    write({ 'b.mjs': moduleText('b') })
    await reloaded
    assert.deepEqual([await registry.execute('a', {}), await registry.execute('b', {})], ['b', 'b'])
  })
})

/** Modules on a directory of their own, with a short way to call a tool. */
function modulesOfTool(t, files) {
  const house = modulesOf(t, files)
  return { ...house, answer: (name) => house.registry.execute(name, {}) }
}

/** Waits until the watch has looked at all that it had to: it has seen two later changes. */
async function looked({ told, write }) {
  for (const version of [1, 2]) {
    const reloaded = told('reloaded', 'z')
    write({ 'z.mjs': moduleText('z', version) })
    await reloaded
  }
}

for (const [what, fault] of Object.entries(FAULTS))
  test(`M13: a helper that ${what} from the beginning is waited for, however long`, async (t) => {
    const house = await watched(t, { 'z.mjs': moduleText('z') })
    house.write({ '../late/a.mjs': importing('./lib/helper.mjs') })
    if (fault !== undefined) house.write({ '../late/lib/helper.mjs': fault })
    assert.equal((await house.modules.addDirectory(house.at('late'), { watch: WATCH })).failed.length, 1)
    const told = eventsOf(house.registry, 'reloadFailed')
    await looked(house)
    const reloaded = house.told('reloaded', 'a')
    house.write({ '../late/lib/helper.mjs': GOOD })
    await reloaded
    assert.deepEqual([await house.answer('a'), told], [2, []])
  })

test('C10: a helper between a tool and the fault is waited for too', async (t) => {
  const { write, told, answer } = await watched(t, { 'a.mjs': moduleText('a', 1) })
  const failed = told('reloadFailed', 'a')
  const broken = { '_middle.mjs': `export * from './_broken.mjs'`, '_broken.mjs': 'export const =' }
  write({ 'a.mjs': importing('./_middle.mjs'), ...broken })
  await failed
  const reloaded = told('reloaded', 'a')
  write({ '_middle.mjs': GOOD })
  await reloaded
  assert.equal(await answer('a'), 2)
})

/** Calls of a good tool that fail until the file is there: a tool may do without it. */
const OPTIONAL = {
  'a literal import()': ['./opt.mjs', 'opt.mjs', 'a.mjs', (from) => `import('${from}').then((m) => m.x, () => 0)`],
  'a literal require()': [
    './opt',
    'opt/index.js',
    'a.cjs',
    (from) => `{ try { return require('${from}').x } catch { return 0 } }`,
  ],
}

for (const [what, [specifier, path, file, call]] of Object.entries(OPTIONAL))
  for (const fault of [undefined, '}'])
    test(`M14: ${what} of a file that ${fault ? 'is broken' : 'is missing'} is as fresh as its tool`, async (t) => {
      const text = `exports.a = { description: 'A', parameters: {}, execute: async () => ${call(specifier)} }`
      const isModule = file.endsWith('.mjs')
      const optional = (x) => (isModule ? `export const x = ${x}` : `exports.x = ${x}`)
      const { registry, modules, write, answer } = modulesOfTool(t, {
        [file]: isModule ? text.replace('exports.', 'export const ') : text,
      })
      if (fault !== undefined) write({ [path]: fault })
      await modules.add(`./${file}`, { watch: WATCH })
      assert.equal(await answer('a'), 0)
      for (const version of [1, 2]) {
        const reloaded = next(registry, 'reloaded')
        write({ [path]: optional(version) })
        await reloaded
        assert.equal(await answer('a'), version)
      }
    })

test('M14: a changed helper that new tools have read first still reaches the tool that was there', async (t) => {
  const using = (name) => moduleText(name, 'version', `import { version } from './_helper.mjs'`)
  const watch = { stabilityMs: 400, pollMs: 100 }
  const files = { 'a.mjs': using('a'), '_helper.mjs': 'export const version = 1' }
  const { modules, write, told, at, answer } = await watched(t, files, { directory: { watch } })
  const reloaded = told('reloaded', 'a')
  write({ '_helper.mjs': GOOD, '_b.mjs': using('b'), '_c.mjs': using('c') })
  await modules.add(
    ['_b.mjs', '_c.mjs'].map((name) => at(`tools/${name}`)),
    { watch },
  )
  await reloaded
  assert.deepEqual(await Promise.all(['a', 'b', 'c'].map((name) => answer(name))), [2, 2, 2])
})

describe('C13: a tool waits for a package that is', () => {
  const manifest = JSON.stringify({ name: '@acme/db', type: 'module', exports: { './part': './main.js' } })
  const [inManifest, inMain] = ['package.json', 'main.js'].map((file) => `node_modules/@acme/db/${file}`)
  for (const [what, before, installed] of [
    ['not installed', {}, { [inManifest]: manifest, [inMain]: GOOD }],
    ['installed in part', { [inManifest]: manifest }, { [inMain]: GOOD }],
  ])
    test(what, async (t) => {
      const { write, told, answer } = await watched(t, { 'package.json': '{ "type": "module" }', ...before })
      const failed = told('reloadFailed', 'a')
      write({ 'a.mjs': importing('@acme/db/part') })
      await failed
      const reloaded = told('reloaded', 'a')
      write(installed)
      await reloaded
      assert.equal(await answer('a'), 2)
    })
})
