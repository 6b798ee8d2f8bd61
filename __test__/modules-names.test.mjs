// Names, owners and options of what modules export.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { modulesOf, moduleText, stateOf } from './support/module-tools.mjs'
import { providerOf } from './support/providers.mjs'
import { refusal, tool } from './support/tools.mjs'

/** As `registerTool` of the MCP SDK gives it. */
const nameless = `{ description: 'x', enabled: true, update() {}, handler: () => ({ content: [] }) }`
const named = (name) => `{ name: '${name}', description: 'x', inputSchema: { type: 'object' }, execute: () => 1 }`

/** A file of the name `crm_lookup.mjs`: its tools, and how many of its exports are passed over. */
const NAMES = {
  'the tool': [`export const other = ${named('find')}`, ['find']],
  'the export, where the tool has none': [`export const search = ${nameless}`, ['search']],
  'the file, for a default export': [`export default ${nameless}`, ['crm_lookup']],
  'the tool, for a default export too': [`export default ${named('find')}`, ['find']],
  'the key of a record': [`export const tools = { a: ${nameless}, b: ${named('own')} }`, ['a', 'own']],
  'the spec of a file': [
    `export const toolSpec = { name: 'spec', description: 'x' }\nexport default () => 1`,
    ['spec'],
  ],
}

for (const [what, [text, names]] of Object.entries(NAMES))
  test(`M4: a name comes from ${what}`, async (t) => {
    const { modules } = modulesOf(t, { 'crm_lookup.mjs': text })
    assert.deepEqual((await modules.add('./crm_lookup.mjs')).names, names)
  })

test('M4: a namespace stands before the names, and overrides are found by the name without it', async (t) => {
  const { modules, registry } = modulesOf(t, { 'crm.mjs': moduleText('find') + moduleText('save') })
  const overrides = { save: { name: 'crm_write', description: 'Writes' } }
  const { names } = await modules.add('./crm.mjs', { namespace: 'crm', overrides })
  assert.deepEqual(names.sort(), ['crm_find', 'crm_write'])
  assert.equal(registry.get('crm_write').description, 'Writes')
})

test('M4: two modules with one tool name live side by side under namespaces', async (t) => {
  const { modules, registry } = modulesOf(t, { 'a.mjs': moduleText('find', 1), 'b.mjs': moduleText('find', 2) })
  await modules.add([
    { path: './a.mjs', namespace: 'a' },
    { path: './b.mjs', namespace: 'b' },
  ])
  assert.deepEqual([await registry.execute('a_find', {}), await registry.execute('b_find', {})], [1, 2])
})

for (const name of ['no good', 'a'.repeat(129), '', 'ümlaut', '__proto__ x'])
  test(`M4: ${JSON.stringify(name.slice(0, 12))} is no name of a tool`, async (t) => {
    const { modules, registry } = modulesOf(t)
    assert.equal((await refusal(() => modules.add(tool({ name })))).code, 'INVALID_DEFINITION')
    assert.equal(registry.size, 0)
  })

test('M4: a tool costs the same beside 100,000 others as beside 1,000', async (t) => {
  const { modules, registry } = modulesOf(t)
  let made = 0
  const record = (count) => {
    const names = Array.from({ length: count }, () => `tool_${made++}`)
    return Object.fromEntries(names.map((name) => [name, tool({ name })]))
  }
  /** The least time of five that one hundred tools take. */
  const cost = async () => {
    const times = []
    for (let round = 0; round < 5; round++) {
      const hundred = record(100)
      const began = performance.now()
      await modules.add(hundred)
      times.push(performance.now() - began)
    }
    return Math.min(...times)
  }
  await modules.add(record(1_000))
  const few = await cost()
  for (let part = 0; part < 5; part++) await modules.add(record(20_000))
  const many = await cost()
  assert.equal(registry.size, made)
  // The two are alike. A look at each name for each tool would be ten million looks.
  assert.ok(many < 10 * few, `${few} ms beside 1,000, ${many} ms beside 100,000`)
})

test('M7: an override for each of 2,000 tools is kept once, not once for each tool', async (t) => {
  const { modules, registry } = modulesOf(t)
  const tools = Array.from({ length: 2_000 }, (_, i) => tool({ name: `tool_${i}` }))
  const overrides = Object.fromEntries(tools.map(({ name }) => [name, { category: `c_${name}` }]))
  const before = process.memoryUsage().rss
  await modules.add(tools, { overrides })
  // Four million overrides would be gigabytes.
  assert.ok(process.memoryUsage().rss - before < 500 * 1024 ** 2)
  assert.equal(registry.get('tool_1999').category, 'c_tool_1999')
})

describe('M5: an export', () => {
  for (const [what, text, names, operations] of [
    [
      'that is one object under three names is one tool',
      `const a = ${named('a')}\nexport { a, a as b }\nexport default a`,
      ['a'],
      1,
    ],
    ['that starts with _ is passed over', `export const _a = ${named('a')}\nexport const b = ${named('b')}`, ['b'], 1],
    [
      'that is no tool is passed over beside one',
      `export const limit = 5, help = () => 1, b = ${named('b')}`,
      ['b'],
      1,
    ],
  ])
    test(what, async (t) => {
      const { modules } = modulesOf(t, { 'crm.mjs': text })
      const { names: found, reports } = await modules.add('./crm.mjs')
      assert.deepEqual([found, reports[0].operations], [names, operations])
    })

  for (const text of ['export const limit = 5', `export const _a = ${named('a')}`, 'export {}', 'export default 5'])
    test(`is an error where the module has no tool: ${text.slice(0, 20)}`, async (t) => {
      const { modules } = modulesOf(t, { 'crm.mjs': text })
      const { code, message } = await refusal(() => modules.add('./crm.mjs'))
      assert.equal(code, 'INVALID_DEFINITION')
      assert.match(message, /crm\.mjs.*exports no tool/s)
    })
})

describe('M6: a source owns its tools:', () => {
  test('a reload replaces and removes those alone', async (t) => {
    const { modules, registry, write } = modulesOf(t, {
      'a.mjs': moduleText('a') + moduleText('b'),
      'c.mjs': moduleText('c', 'Math'),
    })
    registry.register(tool())
    await modules.add(['./a.mjs', './c.mjs'])
    write({ 'a.mjs': moduleText('d') })
    const { added, removed, updated, unchanged } = await modules.reload('a')
    assert.deepEqual([added, removed.sort(), updated, unchanged], [['d'], ['a', 'b'], [], []])
    assert.deepEqual(registry.list().sort(), ['c', 'd', 'echo'])
    assert.deepEqual([registry.get('c').source, registry.get('d').source], ['c', 'a'])
  })

  test('a name that is near one of another source is taken as well', async (t) => {
    const house = modulesOf(t, { 'a.mjs': moduleText('find_it'), 'b.mjs': moduleText('Find_It') })
    await house.modules.add('./a.mjs')
    const before = stateOf(house)
    assert.equal((await refusal(() => house.modules.add('./b.mjs'))).code, 'NAME_TAKEN')
    assert.deepEqual(stateOf(house), before)
  })

  test('a source of another place has not its name', async (t) => {
    const house = modulesOf(t, { 'a/crm.mjs': moduleText('a'), 'b/crm.mjs': moduleText('b') })
    await house.modules.add('./a/crm.mjs')
    const before = stateOf(house)
    assert.equal((await refusal(() => house.modules.add('./b/crm.mjs'))).code, 'NAME_TAKEN')
    assert.deepEqual(stateOf(house), before)
    await house.modules.add('./b/crm.mjs', { name: 'other' })
    assert.deepEqual(house.registry.list(), ['a', 'b'])
  })

  test('a provider has not the name of another one, which stays in use', async (t) => {
    const house = modulesOf(t)
    const [one, two] = ['a', 'b'].map((name) => providerOf({ loadTools: () => [tool({ name })] }))
    for (const { provider } of [one, two]) provider.name = 'crm'
    await house.modules.add(one.provider)
    assert.equal((await refusal(() => house.modules.add(two.provider))).code, 'NAME_TAKEN')
    assert.deepEqual([house.registry.list(), one.calls.length, two.calls.at(-1).split(' ')[0]], [['a'], 3, 'remove'])
  })

  test('a file that is added again replaces what it was, with its new options', async (t) => {
    const { modules, registry } = modulesOf(t, { 'a.mjs': moduleText('a') })
    await modules.add('./a.mjs')
    const { names } = await modules.add('./a.mjs', { namespace: 'n' })
    assert.deepEqual([names, registry.list(), modules.sources().length], [['n_a'], ['n_a'], 1])
  })

  test('an object that would remove tools of another one has not its name', async (t) => {
    const house = modulesOf(t)
    const { modules, registry } = house
    const of = (...names) =>
      Object.fromEntries(names.map((name) => [name, tool({ name, execute: () => names.length })]))
    await modules.add(of('search', 'fetch'))
    const before = stateOf(house)
    for (const other of [of('search', 'write'), tool({ name: 'search' })]) {
      const { code, message } = await refusal(() => modules.add(other))
      assert.deepEqual([code, /an object with the tools search, fetch/.test(message)], ['NAME_TAKEN', true], message)
    }
    assert.deepEqual(stateOf(house), before)
    // The same tools, or more of them, are the object in a newer form.
    await modules.add(of('search', 'fetch', 'write'))
    assert.deepEqual([registry.list(), await registry.execute('fetch', {})], [['search', 'fetch', 'write'], 3])
    await modules.add(of('search'), { name: 'search' })
    assert.deepEqual([registry.list(), modules.sources().length], [['search'], 1])
  })

  test('what is removed is gone with its source, and its name is free', async (t) => {
    const { modules, registry } = modulesOf(t, { 'a.mjs': moduleText('a', 1), 'b.mjs': moduleText('a', 2) })
    await modules.add('./a.mjs')
    assert.deepEqual(await modules.remove('a'), ['a'])
    assert.deepEqual([registry.list(), modules.sources()], [[], []])
    assert.equal((await refusal(() => modules.remove('a'))).code, 'UNKNOWN_SOURCE')
    await modules.add('./b.mjs')
    assert.equal(await registry.execute('a', {}), 2)
  })
})

test('M7: category, tags, version, rate limit and call limits reach the tools', async (t) => {
  const { modules, registry } = modulesOf(t, { 'crm.mjs': moduleText('find') + moduleText('save') })
  const options = {
    category: 'sales',
    tags: ['x'],
    version: '2.1.0',
    callLimits: { timeoutMs: 50 },
    overrides: { save: { category: 'own', tags: ['y'] } },
  }
  await modules.add('./crm.mjs', options)
  const { category, tags, version, callLimits } = registry.get('find')
  assert.deepEqual([category, tags, version, callLimits?.timeoutMs], ['sales', ['x'], '2.1.0', 50])
  assert.deepEqual([registry.get('save').category, [...registry.get('save').tags].sort()], ['own', ['x', 'y']])
  assert.equal(modules.sources()[0].version, '2.1.0')
})

test('M7: an override that no tool of the call has is a note, which names the nearest tool', async (t) => {
  const files = { 'd/a.mjs': moduleText('find'), 'd/b.mjs': moduleText('save'), 'd/bad.mjs': 'throw 1' }
  const { modules } = modulesOf(t, files)
  const overrides = { save: { category: 'own' }, fnid: { category: 'own' } }
  const message = '"fnid" is the name of no tool; nearest: find'
  const notesOf = ({ reports }) => reports.map(({ notes }) => notes.map((note) => [note.code, note.message]))
  const noted = [[['OVERRIDE_UNUSED', message]], []]
  assert.deepEqual(notesOf(await modules.add(['./d/a.mjs', './d/b.mjs'], { overrides })), noted)
  const exclude = '**/bad.mjs'
  assert.deepEqual(notesOf(await modules.addDirectory('./d', { exclude, overrides })), noted)
  // What could not be loaded may be the tool that is meant.
  assert.deepEqual(notesOf(await modules.addDirectory('./d', { overrides })), [[], []])
  assert.deepEqual(notesOf(await modules.add({ path: './d/b.mjs', overrides: { save: {} } })), [[]])
})

test('M7: options of one path go before those of the whole add', async (t) => {
  const { modules, registry } = modulesOf(t, { 'a.mjs': moduleText('a'), 'b.mjs': moduleText('b') })
  await modules.add(['./a.mjs', { path: './b.mjs', category: 'own', namespace: 'n' }], { category: 'all', tags: ['t'] })
  assert.deepEqual([registry.get('a').category, registry.get('n_b').category], ['all', 'own'])
  assert.deepEqual([registry.get('a').tags, registry.get('n_b').tags], [['t'], ['t']])
})

test('M7: the version that a module exports is that of its source, else the start of its hash', async (t) => {
  const own = `export const version = '3.0.1'\n`
  const { modules } = modulesOf(t, { 'a.mjs': own + moduleText('a'), 'b.mjs': moduleText('b') })
  await modules.add(['./a.mjs', './b.mjs'])
  const [a, b] = modules.sources()
  assert.deepEqual([a.version, b.version], ['3.0.1', `sha256:${b.hash.slice(0, 12)}`])
})
