// Faults of code, seen through ToolModules: what was good stays, and the error says where the fault is.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { WATCH, eventsOf, modulesOf, moduleText, stateOf, watched } from './support/module-tools.mjs'
import { refusal } from './support/tools.mjs'

/** Texts of `tools/crm.mjs` that cannot be loaded: the code, the place, and what is thrown at the top. */
const BAD_TEXTS = {
  'C1: a syntax error': ['\n\nexport const = 3', { code: 'INVALID_SPEC', line: 3, column: 14 }],
  'C1: a brace that is never closed': ['export const crm = {', { code: 'INVALID_SPEC', line: 1 }],
  'C1: what is no text': ['\u0000\u0001\ufffd', { code: 'INVALID_SPEC' }],
  'C1: an export that is declared twice': ['export const a = 1\nexport { a }', { code: 'INVALID_SPEC' }],
  'C2: an error that is thrown at the top': [
    '\nthrow new RangeError("at the top")',
    { code: 'INVALID_SPEC', line: 2, cause: /at the top/ },
  ],
  'C2: a text that is thrown at the top': ['throw "text"', { code: 'INVALID_SPEC', cause: /text/ }],
  'C2: null that is thrown at the top': ['throw null', { code: 'INVALID_SPEC' }],
  'C5: a module without a tool': ['export const limit = 5', { code: 'INVALID_DEFINITION', says: /exports no tool/ }],
  'C5: a module that exports nothing': ['let x = 1', { code: 'INVALID_DEFINITION' }],
  'C6: a tool that is wrong': [
    moduleText('crm', 2) + moduleText('bad').replace("{ type: 'object' }", '5'),
    { code: 'INVALID_DEFINITION', says: /bad/ },
  ],
  'C13: an import of a package that is not there': [
    'import "no-such-package-here"\n' + moduleText('crm', 2),
    { code: 'SOURCE_UNREADABLE', says: /crm\.mjs.*no-such-package-here/s },
  ],
  'C13: an import of a file that is not there': [
    'import "./gone.mjs"\n' + moduleText('crm', 2),
    { code: 'SOURCE_UNREADABLE', says: /crm\.mjs.*gone\.mjs/s },
  ],
}

for (const [what, [bad, { code, line, column, cause, says }]] of Object.entries(BAD_TEXTS)) {
  test(`${what} keeps what was good, says where it is, and is left behind by the next good text`, async (t) => {
    const house = await watched(t, { 'crm.mjs': moduleText('crm', 1), 'erp.mjs': moduleText('erp') })
    const { registry, modules, write, told, answer, at } = house
    const before = stateOf(house)
    const events = eventsOf(registry, 'reloadFailed', 'change')
    const failed = told('reloadFailed', 'crm')
    write({ 'crm.mjs': bad })
    const { error } = await failed
    assert.equal(error.code, code, error.message)
    if (line !== undefined) assert.equal(error.details.line, line, error.message)
    if (column !== undefined) assert.equal(error.details.column, column, error.message)
    if (cause !== undefined) assert.match(String(error.cause?.message ?? error.cause), cause)
    assert.match(error.message, says ?? new RegExp(at('tools/crm.mjs')))
    assert.deepEqual(stateOf(house), before)
    assert.equal(await answer(), 1)
    const { fault } = modules.sources().find(({ name }) => name === 'crm')
    assert.deepEqual([fault.code, fault.message], [code, error.message])
    const reloaded = told('reloaded', 'crm')
    write({ 'crm.mjs': moduleText('crm', 3) })
    await reloaded
    assert.equal(await answer(), 3)
    assert.equal(modules.sources().find(({ name }) => name === 'crm').fault, undefined)
    assert.deepEqual(
      events.map(([name]) => name),
      ['reloadFailed', 'change'],
    )
  })
}

const BOTH = Object.entries(BAD_TEXTS).flatMap((one) => ['graph', 'native'].map((reload) => [...one, reload]))

for (const [what, [bad, { code }], reload] of BOTH) {
  test(`${what} is refused by add and by reload, and nothing changes, with ${reload}`, async (t) => {
    const files = { 'crm.mjs': moduleText('crm', 1), 'erp.mjs': moduleText('erp'), 'bad.mjs': bad }
    const house = modulesOf(t, files, { reload })
    const { modules, registry, write } = house
    await modules.add('./crm.mjs')
    const before = stateOf(house)
    assert.equal((await refusal(() => modules.add(['./erp.mjs', './bad.mjs']))).code, code)
    write({ 'crm.mjs': bad })
    assert.equal((await refusal(() => modules.reload('crm'))).code, code)
    assert.deepEqual(stateOf(house), before)
    assert.equal(await registry.execute('crm', {}), 1)
  })
}

test('C3: a top-level await that never ends is TIMEOUT, and what it does later reaches nothing', async (t) => {
  const house = modulesOf(t, { 'crm.mjs': moduleText('crm', 1) }, { loadTimeoutMs: 150 })
  const { modules, write, registry } = house
  await modules.add('./crm.mjs')
  const before = stateOf(house)
  write({ 'crm.mjs': moduleText('crm', 2, 'await new Promise((go) => (globalThis.goOn = go))') })
  const { code, details } = await refusal(() => modules.reload('crm'))
  assert.deepEqual([code, details.timeoutMs], ['TIMEOUT', 150])
  globalThis.goOn()
  delete globalThis.goOn
  write({ 'crm.mjs': moduleText('crm', 3) })
  assert.deepEqual(stateOf(house), before)
  await modules.reload('crm')
  assert.equal(await registry.execute('crm', {}), 3)
})

test('C3: what a timed-out module imports later is not what the next source gets', async (t) => {
  const late = `await new Promise((go) => (globalThis.goOn = go))
    const { spoil } = await import('./sta' + 'te.mjs')
    spoil(); globalThis.hasSpoilt()`
  const house = modulesOf(
    t,
    {
      'late.mjs': moduleText('late', 1, late),
      'good.mjs': moduleText('good'),
      'state.mjs': 'export let value = "clean"; export const spoil = () => { value = "spoilt" }',
      'next.mjs': moduleText('next', 'value', 'import { value } from "./state.mjs"'),
    },
    { loadTimeoutMs: 150 },
  )
  const { failed } = await house.modules.add(['./late.mjs', './good.mjs'], { onError: 'skip' })
  assert.deepEqual(
    failed.map(({ error }) => error.code),
    ['TIMEOUT'],
  )
  const spoilt = new Promise((resolve) => (globalThis.hasSpoilt = resolve))
  globalThis.goOn()
  await spoilt
  delete globalThis.goOn
  delete globalThis.hasSpoilt
  await house.modules.add('./next.mjs')
  assert.equal(await house.registry.execute('next', {}), 'clean')
})

test('C3: an input schema that is never ready is TIMEOUT', async (t) => {
  const { modules, registry } = modulesOf(t, {}, { loadTimeoutMs: 100 })
  const crm = { name: 'crm', description: 'x', inputSchema: new Promise(() => {}), execute: () => 1 }
  assert.equal((await refusal(() => modules.add(crm))).code, 'TIMEOUT')
  assert.deepEqual(registry.list(), [])
})

test('C5: an emptied file is waited for, and has lost nothing when it is written', async (t) => {
  const { registry, write, told } = await watched(
    t,
    { 'crm.mjs': moduleText('crm', 1) },
    { directory: { watch: { ...WATCH, maxWaitMs: 30_000 } } },
  )
  const events = eventsOf(registry, 'reloadFailed', 'sourceMissing')
  write({ 'crm.mjs': '' })
  // The other file is loaded after the emptied one was seen.
  write({ 'other.mjs': moduleText('other') })
  await told('reloaded', 'other')
  assert.deepEqual([registry.list(), events], [['crm', 'other'], []])
  const reloaded = told('reloaded', 'crm')
  write({ 'crm.mjs': moduleText('crm', 2) })
  await reloaded
  assert.deepEqual([await registry.execute('crm', {}), events], [2, []])
})

const five = (answer, bad) =>
  ['a', 'b', 'c', 'd', 'e']
    .map((name) => moduleText(name, answer))
    .join('')
    .replace(...(bad ?? ['', '']))

test('C6: with onError skip four tools go on, and the fifth stays as it was, stale', async (t) => {
  const { modules, registry, write } = modulesOf(t, { 'five.mjs': five(1) })
  await modules.add('./five.mjs', { onError: 'skip' })
  write({ 'five.mjs': five(2, ["'Does c', inputSchema: { type: 'object' }", "'Does c', inputSchema: 5"]) })
  const { updated, stale, skipped } = await modules.reload('five')
  assert.deepEqual([updated, stale, skipped.length], [['a', 'b', 'd', 'e'], ['c'], 1])
  const answers = await Promise.all(registry.list().map((name) => registry.execute(name, {})))
  assert.deepEqual(answers, [2, 2, 1, 2, 2])
  assert.equal(modules.sources()[0].stale, 1)
})

test('C7: a tool that is taken out of its file is removed in the same revision', async (t) => {
  const { registry, write, told } = await watched(t, { 'crm.mjs': moduleText('crm', 1) + moduleText('gone', 1) })
  const changes = eventsOf(registry, 'change')
  const reloaded = told('reloaded', 'crm')
  write({ 'crm.mjs': moduleText('crm', 2) })
  const { updated, removed } = await reloaded
  assert.deepEqual([updated, removed, registry.list(), changes.length], [['crm'], ['gone'], ['crm'], 1])
})

test('C7: a gate holds the removal of a tool, and the tool goes on with the code it had', async (t) => {
  const { registry, modules, write } = modulesOf(t, { 'crm.mjs': moduleText('crm', 1) + moduleText('kept', 1) })
  await modules.add('./crm.mjs', { gates: { breaking: 'hold' } })
  write({ 'crm.mjs': moduleText('crm', 2) })
  const { held, holdId } = await modules.reload('crm')
  assert.deepEqual([held.includes('kept'), registry.list()], [true, ['crm', 'kept']])
  assert.equal(await registry.execute('kept', {}), 1)
  modules.approve(holdId)
  assert.deepEqual([registry.list(), await registry.execute('crm', {})], [['crm'], 2])
})

test('C8: a tool that is renamed is removed and added in one revision, and a call of the old one ends', async (t) => {
  const before = moduleText('find', 'new Promise((end) => (globalThis.endFind = () => end("old")))')
  const { registry, modules, write } = modulesOf(t, { 'crm.mjs': before })
  await modules.add('./crm.mjs')
  const running = registry.execute('find', {})
  await new Promise(setImmediate)
  write({ 'crm.mjs': moduleText('search', '"new"') })
  const { added, removed, revision } = await modules.reload('crm')
  assert.deepEqual([added, removed, revision], [['search'], ['find'], 2])
  globalThis.endFind()
  delete globalThis.endFind
  assert.equal(await running, 'old')
  assert.equal((await refusal(() => registry.execute('find', {}))).code, 'UNKNOWN_TOOL')
})

describe('C9: a name of another source is NAME_TAKEN, and nothing changes', () => {
  test('at its first load', async (t) => {
    const house = modulesOf(t, { 'a.mjs': moduleText('crm', 1), 'b.mjs': moduleText('b') + moduleText('crm', 2) })
    const { modules, registry } = house
    await modules.add('./a.mjs')
    const before = stateOf(house)
    const { code, message } = await refusal(() => modules.add('./b.mjs'))
    assert.deepEqual([code, /crm/.test(message), stateOf(house)], ['NAME_TAKEN', true, before])
    assert.equal(await registry.execute('crm', {}), 1)
  })

  test('at a reload that a watch begins', async (t) => {
    const house = await watched(t, { 'a.mjs': moduleText('crm', 1), 'b.mjs': moduleText('b') })
    const before = stateOf(house)
    const failed = house.told('reloadFailed', 'b')
    house.write({ 'b.mjs': moduleText('b', 2) + moduleText('crm', 2) })
    assert.equal((await failed).error.code, 'NAME_TAKEN')
    assert.deepEqual([stateOf(house), await house.answer(), await house.answer('b')], [before, 1, 'b'])
  })

  test('of a tool that was registered in code', async (t) => {
    const house = modulesOf(t, { 'a.mjs': moduleText('crm', 1) })
    house.registry.register({ name: 'crm', description: 'x', inputSchema: { type: 'object' }, execute: () => 'own' })
    assert.equal((await refusal(() => house.modules.add('./a.mjs'))).code, 'NAME_TAKEN')
    assert.equal(await house.registry.execute('crm', {}), 'own')
  })

  for (const [what, files] of Object.entries({
    'two files of one load': { 'a.mjs': moduleText('crm', 1), 'b.mjs': moduleText('crm', 2) },
    'two files of one stem': { 'one/crm.mjs': moduleText('a'), 'two/crm.mjs': moduleText('b') },
    'two tools of one file': { 'a.mjs': moduleText('crm', 1) + `\nexport default { ...crm }` },
  }))
    test(`of ${what}`, async (t) => {
      const house = modulesOf(t, files)
      const specs = Object.keys(files).map((name) => `./${name}`)
      assert.equal((await refusal(() => house.modules.add(specs))).code, 'NAME_TAKEN')
      assert.deepEqual([house.registry.list(), house.modules.sources()], [[], []])
    })
})
