// Directories of modules: which files are sources, what is said of the others, and what comes and goes later.
import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { next } from './support/events.mjs'
import { WATCH, modulesOf, moduleText, stateOf } from './support/module-tools.mjs'
import { refusal, tool } from './support/tools.mjs'

const ENDINGS = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts']
const isCommonJs = (ending) => ending.startsWith('c')
const textOf = (name, ending) =>
  isCommonJs(ending) ? moduleText(name).replace(`export const ${name} =`, `exports.${name} =`) : moduleText(name)

/** Files that are left out; each throws when it is loaded. */
const LEFT_OUT = [
  '.hidden.js',
  'types.d.ts',
  'types.d.mts',
  'a.test.js',
  'a.spec.ts',
  '_helper.js',
  'notes.txt',
  'x.json',
]
const never = 'throw new Error("is left out")'

test('M8: the modules directly in a directory are taken, and nothing else is loaded', async (t) => {
  const { modules, registry } = modulesOf(t, {
    'tools/package.json': '{"type":"module"}',
    ...Object.fromEntries(ENDINGS.map((ending) => [`tools/f${ending}.${ending}`, textOf(`t_${ending}`, ending)])),
    ...Object.fromEntries(LEFT_OUT.map((name) => [`tools/${name}`, never])),
    'tools/node_modules/acme/index.js': never,
    'tools/below/deep.js': never,
  })
  const { reports, failed } = await modules.addDirectory('./tools')
  assert.deepEqual(failed, [])
  assert.deepEqual(reports.map(({ source }) => source).sort(), ENDINGS.map((ending) => `f${ending}`).sort())
  assert.deepEqual(registry.list().sort(), ENDINGS.map((ending) => `t_${ending}`).sort())
  assert.deepEqual(modules.directories(), [])
})

test('M8: a directory may be a file URL, and an absolute path', async (t) => {
  for (const toSpec of [(path) => pathToFileURL(path), (path) => path]) {
    const { modules, registry, at } = modulesOf(t, { 'tools/a.mjs': moduleText('a') })
    await modules.addDirectory(toSpec(at('tools')))
    assert.deepEqual(registry.list(), ['a'])
  }
})

const TREE = {
  'tools/a.mjs': moduleText('a'),
  'tools/sub/b.mjs': moduleText('b'),
  'tools/sub/deep/c.mjs': moduleText('c'),
  'tools/.git/d.mjs': never,
  'tools/sub/node_modules/x/e.mjs': never,
  'tools/sub/_f.mjs': never,
}

/** Options of a directory, and the tools that are taken. */
const SELECTIONS = [
  [{}, ['a']],
  [{ recursive: true }, ['a', 'b', 'c']],
  [{ recursive: true, include: 'sub/*' }, ['b']],
  [{ recursive: true, include: 'sub/**' }, ['b', 'c']],
  [{ recursive: true, include: ['a.mjs', '**/c.*'] }, ['a', 'c']],
  [{ recursive: true, exclude: 'sub/**' }, ['a']],
  [{ recursive: true, include: 'sub/**', exclude: ['**/c.mjs'] }, ['b']],
  [{ recursive: true, include: (path) => path.endsWith('b.mjs') }, ['b']],
  [{ recursive: true, exclude: (path) => path === 'sub/deep/c.mjs' }, ['a', 'b']],
  [{ include: () => false }, []],
]

for (const [options, names] of SELECTIONS) {
  const words = JSON.stringify(options, (_, value) => (typeof value === 'function' ? String(value) : value))
  test(`M8: ${words} takes ${names}`, async (t) => {
    const { modules, registry } = modulesOf(t, TREE)
    const { failed } = await modules.addDirectory('./tools', options)
    assert.deepEqual([registry.list().sort(), failed], [names, []])
    assert.deepEqual(modules.discover('./tools', options).length, names.length)
  })
}

test('M8: an option of a directory that means nothing is INVALID_OPTIONS, and nothing enters', async (t) => {
  const house = modulesOf(t, TREE)
  const before = stateOf(house)
  for (const options of [
    { recursive: 'yes' },
    { include: 5 },
    { include: [5] },
    { exclude: ['a', null] },
    { onConflict: 'last' },
    { followLinks: 1 },
    { name: 'x' },
    { watch: { pollMS: 1 } },
    { tags: 'a' },
    { gates: 'strict' },
    { deep: true },
    null,
  ]) {
    const { code } = await refusal(() => house.modules.addDirectory('./tools', options))
    assert.deepEqual([code, stateOf(house)], ['INVALID_OPTIONS', before], JSON.stringify(options))
  }
  for (const directory of [undefined, 5, null, {}, new URL('https://example.com/')])
    assert.equal((await refusal(() => house.modules.addDirectory(directory))).code, 'INVALID_OPTIONS')
})

test('M8: an include that throws fails its file, and costs the others nothing', async (t) => {
  const { modules, registry } = modulesOf(t, TREE)
  const include = (path) => {
    if (path === 'a.mjs') throw new Error('no look')
    return true
  }
  const { failed } = await modules.addDirectory('./tools', { recursive: true, include })
  assert.deepEqual([registry.list().sort(), failed.length, failed[0].location.endsWith('a.mjs')], [['b', 'c'], 1, true])
})

test('M9: a bad file costs the others nothing, and its error is in failed', async (t) => {
  const { modules, registry, at } = modulesOf(t, {
    'tools/a.mjs': moduleText('a'),
    'tools/b.mjs': 'export const = 1',
    'tools/c.mjs': moduleText('a', 2),
    'tools/d.mjs': 'export const helper = 1',
    'tools/e.mjs': 'import "no-such-package-here"',
    'tools/f.mjs': moduleText('f'),
    'tools/g.mjs': 'throw null',
    'tools/h.mjs': moduleText('h') + moduleText('bad').replace("{ type: 'object' }", '5'),
  })
  const { reports, failed } = await modules.addDirectory('./tools')
  assert.deepEqual(
    [reports.map(({ source }) => source), registry.list(), await registry.execute('a', {})],
    [['a', 'f'], ['a', 'f'], 'a'],
  )
  assert.deepEqual(
    failed.map(({ location, error }) => [location, error.code]),
    [
      [at('tools/b.mjs'), 'INVALID_SPEC'],
      [at('tools/c.mjs'), 'NAME_TAKEN'],
      [at('tools/d.mjs'), 'INVALID_DEFINITION'],
      [at('tools/e.mjs'), 'SOURCE_UNREADABLE'],
      [at('tools/g.mjs'), 'INVALID_SPEC'],
      [at('tools/h.mjs'), 'INVALID_DEFINITION'],
    ],
  )
  assert.deepEqual(
    modules.sources().map(({ name }) => name),
    ['a', 'f'],
  )
})

test('M9: a directory that is not there is SOURCE_UNREADABLE', async (t) => {
  const { modules, at } = modulesOf(t, { 'a.mjs': moduleText('a') })
  for (const directory of ['./gone', './a.mjs']) {
    const { code, message } = await refusal(() => modules.addDirectory(directory))
    assert.deepEqual([code, message.includes(at(directory.slice(2)))], ['SOURCE_UNREADABLE', true])
  }
})

test('M10: a link that leads out of the directory is refused, unless followLinks', async (t) => {
  const { modules, registry, at } = modulesOf(t, { 'out/b.mjs': moduleText('b'), 'tools/a.mjs': moduleText('a') })
  symlinkSync(at('out/b.mjs'), at('tools/b.mjs'))
  symlinkSync(at('tools/a.mjs'), at('tools/_inside.mjs'))
  const { failed } = await modules.addDirectory('./tools')
  assert.deepEqual([registry.list(), failed.map(({ error }) => error.code)], [['a'], ['SOURCE_FORBIDDEN']])
  assert.ok(failed[0].location.endsWith('tools/b.mjs') && failed[0].error.message.includes('followLinks'))
  assert.equal(modules.discover('./tools').find(({ error }) => error)?.error.code, 'SOURCE_FORBIDDEN')
  await modules.addDirectory('./tools', { followLinks: true })
  assert.deepEqual(registry.list(), ['a', 'b'])
})

test('M10: a linked folder and a circle of links end', async (t) => {
  const { modules, registry, at } = modulesOf(t, { 'out/b.mjs': moduleText('b'), 'tools/sub/a.mjs': moduleText('a') })
  symlinkSync(at('out'), at('tools/linked'))
  symlinkSync(at('tools'), at('tools/sub/circle'))
  await modules.addDirectory('./tools', { recursive: true })
  assert.deepEqual(registry.list(), ['a'])
  const { failed } = await modules.addDirectory('./tools', { recursive: true, followLinks: true })
  assert.deepEqual([registry.list(), failed.every(({ error }) => error.code === 'NAME_TAKEN')], [['a', 'b'], true])
})

describe('M11: of two files of one name', () => {
  const files = {
    'tools/a.js': moduleText('a', 1),
    'tools/a.ts': moduleText('a', 2),
    'package.json': '{"type":"module"}',
  }

  for (const [onConflict, answer, other] of [
    ['first', 1, 'a.ts'],
    ['later', 2, 'a.js'],
  ])
    test(`the ${onConflict} one is taken`, async (t) => {
      const { modules, registry } = modulesOf(t, files)
      const { reports, failed } = await modules.addDirectory('./tools', { onConflict })
      assert.deepEqual([reports.length, failed.map(({ error }) => error.code)], [1, ['NAME_TAKEN']])
      assert.ok(failed[0].location.endsWith(other))
      assert.equal(await registry.execute('a', {}), answer)
    })

  test('in two directories the first keeps it', async (t) => {
    const { modules, registry } = modulesOf(t, { 'one/a.mjs': moduleText('a', 1), 'two/a.mjs': moduleText('b', 2) })
    await modules.addDirectory('./one')
    const { reports, failed } = await modules.addDirectory('./two')
    assert.deepEqual([reports, failed[0].error.code, registry.list()], [[], 'NAME_TAKEN', ['a']])
  })

  test('in two directories the later one takes it with onConflict later', async (t) => {
    const { modules, registry } = modulesOf(t, { 'one/a.mjs': moduleText('a', 1), 'two/a.mjs': moduleText('b', 2) })
    await modules.addDirectory('./one')
    const { failed } = await modules.addDirectory('./two', { onConflict: 'later' })
    assert.deepEqual([failed.map(({ error }) => error.code), registry.list()], [['NAME_TAKEN'], ['b']])
  })

  test('with onConflict later, the first keeps it until the later one can be loaded', async (t) => {
    const files = { 'one/a.mjs': moduleText('a', 1), 'two/a.mjs': 'throw 1' }
    const { modules, registry, write, at } = modulesOf(t, files)
    await modules.addDirectory('./one')
    const { failed } = await modules.addDirectory('./two', { onConflict: 'later', watch: WATCH })
    assert.deepEqual(
      failed.map(({ location, error }) => [location, error.code]),
      [[at('two/a.mjs'), 'INVALID_SPEC']],
    )
    assert.deepEqual([registry.list(), await registry.execute('a', {})], [['a'], 1])
    const reloaded = next(registry, 'reloaded')
    write({ 'two/a.mjs': moduleText('b', 2) })
    await reloaded
    assert.deepEqual([registry.list(), modules.sources().length], [['b'], 1])
  })
})

test('M12: discover runs nothing, reads nothing, and says what would collide', async (t) => {
  const { modules, at } = modulesOf(t, {
    'tools/a.mjs': 'globalThis.wasRun = true; throw 1',
    'tools/b.mjs': 'export const =',
    'tools/a.ts': never,
    'other/b.mjs': moduleText('b'),
  })
  await modules.addDirectory('./other')
  const found = modules.discover('./tools')
  assert.deepEqual(
    found.map(({ name, path, collidesWith }) => [name, path, collidesWith]),
    [
      ['a', at('tools/a.mjs'), undefined],
      ['a', at('tools/a.ts'), at('tools/a.mjs')],
      ['b', at('tools/b.mjs'), at('other/b.mjs')],
    ],
  )
  assert.equal(globalThis.wasRun, undefined)
  assert.deepEqual([modules.sources().length, modules.discover()], [1, []])
  assert.equal((await refusal(() => modules.discover('./gone'))).code, 'SOURCE_UNREADABLE')
})

describe('M9: a file with one tool that cannot enter', () => {
  /** What the registry refuses of the second tool. */
  const faults = {
    'is no definition': [
      `export const bad = { name: 'bad', description: 'x', inputSchema: { type: 'strin' }, execute() {} }`,
      'INVALID_DEFINITION',
    ],
    'has a name that another source has': [moduleText('taken'), 'NAME_TAKEN'],
  }
  for (const [what, [text, code]] of Object.entries(faults)) {
    const files = { 'tools/a.mjs': moduleText('good') + text, 'tools/b.mjs': moduleText('other') }
    const setUp = async (t, options) => {
      const house = modulesOf(t, files)
      house.registry.register(tool({ name: 'taken' }))
      return { ...house, report: await house.modules.addDirectory('./tools', options) }
    }
    test(`that ${what}, is refused, and costs the others nothing`, async (t) => {
      const { registry, at, report } = await setUp(t, {})
      assert.deepEqual(registry.list().sort(), ['other', 'taken'])
      assert.deepEqual(
        report.failed.map(({ location, error }) => [location, error.code]),
        [[at('tools/a.mjs'), code]],
      )
    })
    test(`that ${what}, enters without it by onError: 'skip'`, async (t) => {
      const { registry, report } = await setUp(t, { onError: 'skip' })
      assert.deepEqual(registry.list().sort(), ['good', 'other', 'taken'])
      assert.deepEqual(
        report.failed.map(({ error }) => error.code),
        [code],
      )
    })
  }
})
