// Reloads of modules: what is evaluated again, what keeps its state, and what history remembers.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { next } from './support/events.mjs'
import { WATCH, eventsOf, modulesOf, moduleText, stateOf, watched } from './support/module-tools.mjs'
import { refusal } from './support/tools.mjs'

const COUNTER = 'let count = 0\nexport const next = () => ++count'
const counting = (name) => moduleText(name, 'next()', `import { next } from './_counter.mjs'`)

test('M14: a source consists of its file and the local files it imports, also by a literal import()', async (t) => {
  const { modules, at, write } = modulesOf(t, {
    'a.mjs': moduleText('a', `(await import('./lazy.mjs')).x`, `import './one.mjs'\nimport 'acme'`),
    'one.mjs': `export * from './two.mjs'`,
    'two.mjs': 'export const two = 2',
    'lazy.mjs': 'export const x = 1',
    'node_modules/acme/package.json': '{"name":"acme","main":"index.cjs"}',
    'node_modules/acme/index.cjs': '',
  })
  await modules.add('./a.mjs')
  const [{ files, hash, helpers }] = modules.sources()
  assert.deepEqual(files.sort(), ['a.mjs', 'lazy.mjs', 'one.mjs', 'two.mjs'].map(at))
  assert.equal(helpers, true)
  for (const name of ['lazy.mjs', 'two.mjs']) {
    write({ [name]: 'export const x = 9, two = 9' })
    await modules.reload('a')
  }
  assert.notEqual(modules.sources()[0].hash, hash)
})

test('M14: a changed helper reloads the tools that need it, once, and no other', async (t) => {
  const { registry, write, answer } = await watched(t, {
    'a.mjs': moduleText('a', 'v', `import { v } from './_h.mjs'`),
    'b.mjs': moduleText('b', 'v', `import { v } from './_h.mjs'`),
    'c.mjs': moduleText('c', 1, 'globalThis.runsOfC = (globalThis.runsOfC ?? 0) + 1'),
    '_h.mjs': 'export const v = 1',
  })
  const events = eventsOf(registry, 'reloaded', 'change')
  const both = new Set()
  const reloaded = next(registry, 'reloaded', { wanted: ({ source }) => both.add(source).size === 2 })
  write({ '_h.mjs': 'export const v = 2' })
  await reloaded
  assert.deepEqual([await answer('a'), await answer('b'), [...both].sort()], [2, 2, ['a', 'b']])
  assert.deepEqual([events.filter(([name]) => name === 'reloaded').length, globalThis.runsOfC], [2, 1])
  delete globalThis.runsOfC
})

test('M15: a helper is one instance for all tools, and keeps its state while it is unchanged', async (t) => {
  const { modules, registry, write } = modulesOf(t, {
    'a.mjs': counting('a'),
    'b.mjs': counting('b'),
    '_counter.mjs': COUNTER,
  })
  const counts = async (...names) => {
    const found = []
    for (const name of names) found.push(await registry.execute(name, {}))
    return found
  }
  await modules.add(['./a.mjs', './b.mjs'])
  assert.deepEqual(await counts('a', 'b'), [1, 2])
  write({ 'a.mjs': counting('a') + '// new' })
  await modules.reload('a')
  assert.deepEqual(await counts('a', 'b', 'a'), [3, 4, 5])
  write({ 'c.mjs': counting('c') })
  await modules.add('./c.mjs')
  assert.deepEqual(await counts('c', 'a'), [6, 7])
  write({ '_counter.mjs': COUNTER.replace('0', '100') })
  await modules.reload('a')
  assert.deepEqual((await counts('a'))[0], 101)
})

test('M15: a refused reload leaves the state of the helpers as it was', async (t) => {
  const { modules, registry, write } = modulesOf(t, { 'a.mjs': counting('a'), '_counter.mjs': COUNTER })
  await modules.add('./a.mjs')
  await registry.execute('a', {})
  write({ 'a.mjs': 'throw 1', '_counter.mjs': COUNTER.replace('0', '100') })
  await refusal(() => modules.reload('a'))
  assert.equal(await registry.execute('a', {}), 2)
  write({ 'a.mjs': counting('a'), '_counter.mjs': COUNTER })
  await modules.reload('a')
  assert.equal(await registry.execute('a', {}), 3)
})

test('M18: reload native imports each generation under a new address', async (t) => {
  const house = modulesOf(t, { 'a.mjs': moduleText('a', 1) }, { reload: 'native' })
  const { modules, registry, write } = house
  await modules.add('./a.mjs')
  const [{ helpers, files }] = modules.sources()
  assert.deepEqual([typeof helpers, files.length], ['boolean', 1])
  for (const answer of [2, 3]) {
    write({ 'a.mjs': moduleText('a', answer) })
    await modules.reload('a')
    assert.equal(await registry.execute('a', {}), answer)
  }
  const before = stateOf(house)
  write({ 'a.mjs': 'export const = 1' })
  assert.equal((await refusal(() => modules.reload('a'))).code, 'INVALID_SPEC')
  assert.deepEqual([stateOf(house), await registry.execute('a', {})], [before, 3])
})

test('M18: reload native says whether helpers are fresh, and keeps that', async (t) => {
  const files = { 'a.mjs': moduleText('a', 'v', `import { v } from './h.mjs'`), 'h.mjs': 'export const v = 1' }
  const { modules, registry, write } = modulesOf(t, files, { reload: 'native' })
  await modules.add('./a.mjs')
  const [{ helpers }] = modules.sources()
  write({ 'a.mjs': files['a.mjs'] + '// new', 'h.mjs': 'export const v = 2' })
  await modules.reload('a')
  assert.equal(await registry.execute('a', {}), helpers ? 2 : 1)
})

describe('M19: TypeScript', () => {
  test('is stripped of its types, and what is more than types works or is an error with its place', async (t) => {
    const { modules, registry, write } = modulesOf(t, {
      'a.ts': `enum Kind { One = 1 }\ninterface Params { n: number }
export const a = { name: 'a' as string, description: 'x', inputSchema: { type: 'object' },
  execute: async ({ n }: Params): Promise<number> => (n ?? 0) + Kind.One }`,
      'package.json': '{"type":"module"}',
    })
    await modules.add('./a.ts')
    assert.equal(await registry.execute('a', { n: 2 }), 3)
    write({ 'a.ts': 'const a: number = 1\nclass A { @dec x = 1 }' })
    const { code, details } = await refusal(() => modules.reload('a'))
    assert.equal(code, 'INVALID_SPEC')
    if (details.line !== undefined) assert.deepEqual([details.line, typeof details.column], [2, 'number'])
    assert.equal(await registry.execute('a', { n: 2 }), 3)
  })

  test('finds aliases of the option paths', async (t) => {
    const files = {
      'tools/a.ts': moduleText('a', 'v', `import { v } from '@/h'`),
      'src/h.ts': 'export const v: number = 5',
    }
    const { modules, registry } = modulesOf(t, files, { paths: { '@/*': ['./src/*'] } })
    await modules.add('./tools/a.ts')
    assert.equal(await registry.execute('a', {}), 5)
  })
})

test('M20: a change of code alone is class none and still a revision; a change of schema is classed', async (t) => {
  const { modules, write } = modulesOf(t, { 'a.mjs': moduleText('a', 1) })
  await modules.add('./a.mjs')
  write({ 'a.mjs': moduleText('a', 2) })
  const code = await modules.reload('a')
  assert.deepEqual([code.changes.class, code.updated, code.revision], ['none', ['a'], 2])
  const required = `{ type: 'object', required: ['id'], properties: { id: { type: 'string' } } }`
  write({ 'a.mjs': moduleText('a', 2).replace(`{ type: 'object' }`, required) })
  assert.equal((await modules.reload('a')).changes.class, 'breaking')
  assert.deepEqual(
    modules.history('a').map(({ trigger }) => trigger),
    ['reload', 'reload', 'load'],
  )
})

for (const [what, gates, code] of [
  ['policy', { breaking: 'refuse' }, 'GATE_REFUSED'],
  ['custom gate', { custom: () => ({ decision: 'refuse', reason: 'no' }) }, 'GATE_REFUSED'],
])
  test(`M20: a ${what} refuses a reload, and the old code stays`, async (t) => {
    const house = modulesOf(t, { 'a.mjs': moduleText('a', 1) + moduleText('b', 1) })
    const { modules, registry, write } = house
    let isOn = false
    const custom = gates.custom && ((change) => (isOn ? gates.custom(change) : undefined))
    await modules.add('./a.mjs', { gates: custom === undefined ? gates : { custom } })
    isOn = true
    const before = stateOf(house)
    write({ 'a.mjs': moduleText('a', 2) })
    assert.equal((await refusal(() => modules.reload('a'))).code, code)
    assert.deepEqual([stateOf(house), await registry.execute('a', {})], [before, 1])
  })

test('M7: sources of one call ask its custom gates as long as one of them is there', async (t) => {
  const text = (name, version) =>
    moduleText(name, version).replaceAll('description: ', `description: 'Version ${version}' || `)
  const texts = (version) => ({ 'tools/a.mjs': text('a', version), 'tools/b.mjs': text('b', version) })
  const { modules, registry, write } = modulesOf(t, texts(1))
  const asked = []
  const custom = ({ source }) => void asked.push(source)
  await modules.addDirectory('./tools', { gates: { custom } })
  write(texts(2))
  await modules.remove('a')
  // What takes a free slot must not get the questions of the gates.
  registry.register({ name: 'other', description: 'x', parameters: {}, execute: () => assert.fail() })
  await modules.reload('b')
  assert.deepEqual([asked, await registry.execute('b', {})], [['a', 'b', 'b'], 2])
})

test('M21: a call ends on the code it began with', async (t) => {
  const held = (answer) =>
    moduleText('a', `await globalThis.gateOfA, ${answer}`)
      .replace('=> await', '=> (await')
      .replace(/, (\d) \}/, ', $1) }')
  let open
  globalThis.gateOfA = new Promise((resolve) => (open = resolve))
  const { modules, registry, write } = modulesOf(t, { 'a.mjs': held(1) })
  await modules.add('./a.mjs')
  const call = registry.execute('a', {})
  await new Promise(setImmediate)
  write({ 'a.mjs': held(2) })
  await modules.reload('a')
  const later = registry.execute('a', {})
  open()
  assert.deepEqual([await call, await later], [1, 2])
  delete globalThis.gateOfA
})

describe('M22: reload', () => {
  test('takes a source, a path, or a tool', async (t) => {
    const { modules, at, write, registry } = modulesOf(t, { 'crm.mjs': moduleText('find', 0) })
    await modules.add('./crm.mjs')
    for (const [i, name] of ['crm', './crm.mjs', at('crm.mjs'), 'find'].entries()) {
      write({ 'crm.mjs': moduleText('find', i + 1) })
      assert.deepEqual((await modules.reload(name)).updated, ['find'], name)
      assert.equal(await registry.execute('find', {}), i + 1)
    }
    const { code, message } = await refusal(() => modules.reload('fin'))
    assert.deepEqual([code, /fin/.test(message)], ['UNKNOWN_SOURCE', true])
    for (const bad of [undefined, 5, {}])
      assert.equal((await refusal(() => modules.reload(bad))).code, 'INVALID_OPTIONS')
  })

  test('shares one more run among the calls that come while one runs', async (t) => {
    const { modules, write } = modulesOf(t, { 'a.mjs': moduleText('a', 1) })
    await modules.add('./a.mjs')
    globalThis.runsOfA = 0
    write({ 'a.mjs': moduleText('a', 2, 'globalThis.runsOfA++\nawait null') })
    const reports = await Promise.all(Array.from({ length: 20 }, () => modules.reload('a')))
    assert.ok(new Set(reports.map(({ revision }) => revision)).size <= 2)
    assert.ok(globalThis.runsOfA <= 2, `${globalThis.runsOfA}`)
    delete globalThis.runsOfA
  })

  test('of an object says that there is no file to read', async (t) => {
    const { modules } = modulesOf(t)
    await modules.add({ name: 'own', description: 'x', inputSchema: { type: 'object' }, execute: () => 1 })
    assert.equal((await refusal(() => modules.reload('own'))).code, 'SOURCE_UNREADABLE')
  })
})

describe('M23: history and rollback', () => {
  const versions = async (t, options) => {
    const house = modulesOf(t, { 'a.mjs': moduleText('a', 1) })
    await house.modules.add('./a.mjs', options)
    for (const answer of [2, 3, 4, 5]) {
      house.write({ 'a.mjs': moduleText('a', answer) })
      await house.modules.reload('a')
    }
    return house
  }

  test('go back to the code of a version', async (t) => {
    const { modules, registry } = await versions(t, { limits: { versions: 5 } })
    const [, , third] = modules.history('a')
    modules.rollback('a')
    assert.deepEqual([await registry.execute('a', {}), modules.sources()[0].rolledBack], [4, true])
    modules.rollback('a', third.hash.slice(0, 12))
    assert.equal(await registry.execute('a', {}), 3)
  })

  for (const [options, kept] of [
    [undefined, 3],
    [{ limits: { versions: 1 } }, 1],
    [{ limits: { versions: 0 } }, 0],
  ])
    test(`keep the code of ${kept} versions, the one in use among them, with ${JSON.stringify(options)}`, async (t) => {
      const { modules } = await versions(t, options)
      const history = modules.history('a')
      assert.deepEqual([history.length, history[0].active], [5, true])
      assert.equal(history.filter((one) => one.kept).length, kept)
      assert.equal((await refusal(() => modules.rollback('a', history[4].hash))).code, 'UNKNOWN_VERSION')
    })

  test('a reload after a rollback takes what the file says', async (t) => {
    const { modules, registry, write } = await versions(t)
    modules.rollback('a')
    write({ 'a.mjs': moduleText('a', 6) })
    await modules.reload('a')
    assert.deepEqual([await registry.execute('a', {}), modules.sources()[0].rolledBack], [6, false])
  })
})

test('M20: a watched change is held by a gate, and approved while the file goes on', async (t) => {
  const { registry, modules, write } = modulesOf(t, { 'a.mjs': moduleText('a', 1) })
  await modules.add('./a.mjs', { watch: WATCH, gates: { widening: 'hold' } })
  const held = next(registry, 'held')
  write({ 'a.mjs': moduleText('a', 2) + moduleText('b', 2) })
  const { id } = await held
  assert.deepEqual([registry.list(), modules.held().map((one) => one.id)], [['a'], [id]])
  modules.approve(id)
  assert.deepEqual([registry.list(), modules.held(), await registry.execute('b', {})], [['a', 'b'], [], 2])
})
