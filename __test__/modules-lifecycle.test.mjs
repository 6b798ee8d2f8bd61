// Faults of running code: what a module holds, what it exports for a trap, and what ends while it loads.
import assert from 'node:assert/strict'
import { symlinkSync, mkdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { ToolModules, ToolRegistry } from '../lib/index.js'
import { outputOf, root } from './support/child.mjs'
import { reloadUnderCalls } from './support/module-reloads.mjs'
import { modulesOf, moduleText, stateOf } from './support/module-tools.mjs'
import { refusal } from './support/tools.mjs'

test('C14: helpers that import each other work as in Node', async (t) => {
  const { modules, registry, write } = modulesOf(t, {
    'crm.mjs': moduleText('crm', 'even(params.n ?? 10)', `import { even } from './even.mjs'`),
    'even.mjs': `import { odd } from './odd.mjs'\nexport const even = (n) => n === 0 || odd(n - 1)`,
    'odd.mjs': `import { even } from './even.mjs'\nexport const odd = (n) => n !== 0 && even(n - 1)`,
  })
  await modules.add('./crm.mjs')
  assert.equal(await registry.execute('crm', {}), true)
  write({ 'odd.mjs': `import { even } from './even.mjs'\nexport const odd = (n) => 'new' + typeof even` })
  await modules.reload('crm')
  assert.equal(await registry.execute('crm', {}), 'newfunction')
})

test('C16: a file may be named like a builtin, a format, or what every object has', async (t) => {
  const stems = ['json', 'fs', 'toString', '__proto__', 'constructor', 'default', 'hasOwnProperty', 'then', 'node']
  const files = stems.map((stem, i) => [`tools/${stem}.js`, moduleText(`tool${i}`, i)])
  const { modules, registry } = modulesOf(t, { ...Object.fromEntries(files), 'package.json': '{"type":"module"}' })
  const { reports, failed } = await modules.addDirectory('./tools')
  // A name that starts with `_` is left out; by its path it is a source like any other.
  assert.deepEqual([reports.length, failed], [stems.length - 1, []])
  await modules.add('./tools/__proto__.js')
  assert.deepEqual(
    modules
      .sources()
      .map(({ name }) => name)
      .sort(),
    [...stems].sort(),
  )
  for (const [i, stem] of stems.entries()) {
    assert.equal(await registry.execute(`tool${i}`, {}), i)
    assert.deepEqual((await modules.reload(stem)).source, stem)
  }
})

/** Exports that are a trap, beside a good tool. */
const TRAPS = {
  'a getter that throws': `module.exports = { crm, get bad() { throw new Error('no look') } }`,
  'a proxy that throws at every look': `module.exports = { crm, bad: new Proxy({}, Object.fromEntries(
    Reflect.ownKeys(Reflect).map((key) => [key, () => { throw new Error('no look') }]))) }`,
  'a revoked proxy': `const { proxy, revoke } = Proxy.revocable({}, {}); revoke()
module.exports = { crm, bad: proxy }`,
  'a tool whose name throws': `module.exports = { crm, bad: { get name() { throw new Error('no look') },
    description: 'x', inputSchema: {}, execute() {} } }`,
  'a tool whose schema is a circle': `const bad = { name: 'bad', description: 'x', execute() {} }
    bad.inputSchema = { type: 'object', properties: { a: {} } }; bad.inputSchema.properties.a = bad.inputSchema
    module.exports = { crm, bad }`,
}

describe('C17: an export is an error by itself that is', () => {
  for (const [what, text] of Object.entries(TRAPS))
    test(what, async (t) => {
      const crm = `const crm = { name: 'crm', description: 'x', inputSchema: { type: 'object' }, execute: () => 1 }\n`
      const house = modulesOf(t, { 'crm.cjs': crm + text })
      const { modules, registry } = house
      const before = stateOf(house)
      const { code, message } = await refusal(() => modules.add('./crm.cjs'))
      assert.deepEqual([code, stateOf(house)], ['INVALID_DEFINITION', before], message)
      const { names, failed } = await modules.add('./crm.cjs', { onError: 'skip' })
      assert.deepEqual([names, failed.map((one) => one.export), failed[0].error.code], [['crm'], ['bad'], code])
      assert.equal(await registry.execute('crm', {}), 1)
    })
})

/** Default exports of `a.mjs`, beside a good tool, and whether they are an error. */
const DEFAULT_TRAPS = {
  'a revoked proxy': ['const { proxy, revoke } = Proxy.revocable({}, {}); revoke()\nexport default proxy', true],
  'a proxy that throws': ['export default new Proxy({}, { get() { throw new TypeError("no look") } })', true],
  'an object whose asyncDispose throws': [
    'export default { get [Symbol.asyncDispose]() { throw new TypeError("no look") } }',
    false,
  ],
}

describe('C17: a default export costs neither the tool beside it nor another file that is', () => {
  for (const [what, [text, isError]] of Object.entries(DEFAULT_TRAPS))
    test(what, async (t) => {
      const house = modulesOf(t, { 'a.mjs': `${moduleText('a', 1)}${text}\n`, 'b.mjs': moduleText('b', 2) })
      const specs = ['./a.mjs', './b.mjs']
      if (isError) assert.equal((await refusal(() => house.modules.add(specs))).code, 'INVALID_DEFINITION')
      const { names, failed } = await house.modules.add(specs, { onError: 'skip' })
      const expected = isError ? [['default', 'INVALID_DEFINITION']] : []
      assert.deepEqual([names, failed.map((one) => [one.export, one.error.code])], [['a', 'b'], expected])
      await house.modules.remove('a')
      assert.deepEqual([house.registry.list(), await house.registry.execute('b', {})], [['b'], 2])
    })
})

test('C18: an export that changes after its load changes nothing', async (t) => {
  const { modules, registry } = modulesOf(t, { 'crm.mjs': moduleText('crm', 1) + 'globalThis.loadedTool = crm' })
  await modules.add('./crm.mjs')
  const before = JSON.stringify(registry.definitions('openai'))
  Object.assign(globalThis.loadedTool, { name: 'other', description: 'Other', execute: () => 2 })
  globalThis.loadedTool.inputSchema.properties = { added: { type: 'string' } }
  delete globalThis.loadedTool
  assert.deepEqual([JSON.stringify(registry.definitions('openai')), await registry.execute('crm', {})], [before, 1])
})

test('C19: what a module registers itself while it loads is not its source’s', async (t) => {
  const { modules, registry, write } = modulesOf(t)
  globalThis.registryOfTest = registry
  const own = `{ name: 'own', description: 'x', inputSchema: { type: 'object' }, execute: () => 'own' }`
  write({ 'crm.mjs': moduleText('crm', 1, `globalThis.registryOfTest.register(${own})`) })
  const { names } = await modules.add('./crm.mjs')
  assert.deepEqual([names, registry.list()], [['crm'], ['own', 'crm']])
  assert.deepEqual([await modules.remove('crm'), registry.list()], [['crm'], ['own']])
  delete globalThis.registryOfTest
})

test('C20: a module that imports toolrack has the instance of its host', async (t) => {
  const { modules, registry, at, write } = modulesOf(t)
  mkdirSync(at('node_modules'))
  symlinkSync(root, at('node_modules/toolrack'), 'junction')
  const both = `import { ToolRegistry } from 'toolrack'\nimport { createRequire } from 'node:module'
    const required = createRequire(import.meta.url)('toolrack')
    globalThis.classes = [ToolRegistry, required.ToolModules]`
  write({ 'crm.mjs': moduleText('crm', 1, both) })
  await modules.add('./crm.mjs')
  assert.deepEqual(globalThis.classes, [ToolRegistry, ToolModules])
  delete globalThis.classes
  assert.equal(await registry.execute('crm', {}), 1)
})

test('C21: where code generation is forbidden Node’s import is used, and reloadDegraded is told once', async (t) => {
  const { directory } = modulesOf(t, { 'a.mjs': moduleText('a', 1), 'b.mjs': moduleText('b', 1) })
  const program = `
    import { ToolModules } from 'toolrack'
    import { writeFileSync } from 'node:fs'
    const registry = new ToolRegistry()
    const degraded = []
    registry.on('reloadDegraded', ({ reason }) => degraded.push(reason))
    const modules = new ToolModules(registry, { resolveFrom: ${JSON.stringify(directory)} })
    await modules.add('./a.mjs')
    await modules.add('./b.mjs')
    const first = await registry.execute('a', {})
    writeFileSync(${JSON.stringify(directory)} + '/a.mjs', ${JSON.stringify(moduleText('a', 2))})
    await modules.reload('a')
    console.log(JSON.stringify([first, await registry.execute('a', {}), degraded.length, typeof degraded[0]]))
    await modules.close(); registry.close()`
  const said = await outputOf(program, { flags: ['--disallow-code-generation-from-strings'] })
  assert.deepEqual(JSON.parse(said), [1, 2, 1, 'string'])
})

test('C22: 300 reloads while calls run tear no turn and lose no tool', (t) => reloadUnderCalls(modulesOf(t), 300))

describe('C24: a close during a load rejects it with CLOSED, and nothing enters:', () => {
  for (const [what, load] of Object.entries({
    add: ({ modules }) => modules.add('./slow.mjs'),
    addDirectory: ({ modules }) => modules.addDirectory('.'),
    'a reload': ({ modules }) => modules.reload('slow'),
    'an add that waits for its turn': ({ modules }) => (
      modules.add('./slow.mjs').catch(() => {}),
      modules.add('./other.mjs')
    ),
  }))
    for (const closer of ['modules', 'registry'])
      test(`${what}, by ${closer}.close()`, async (t) => {
        const house = modulesOf(t, { 'slow.mjs': moduleText('slow', 1), 'other.mjs': moduleText('other') })
        if (what === 'a reload') await house.modules.add('./slow.mjs')
        const { revision } = house.registry
        globalThis.began = 0
        house.write({
          'slow.mjs': moduleText('slow', 2, `globalThis.began++; await new Promise((go) => (globalThis.goOn = go))`),
        })
        const refused = refusal(() => load(house))
        while (globalThis.began === 0) await turn()
        const closed = house[closer].close()
        globalThis.goOn()
        assert.equal((await refused).code, 'CLOSED')
        await closed
        if (closer === 'modules') assert.equal(house.registry.revision, revision)
        assert.equal((await refusal(() => house.modules.add('./other.mjs'))).code, 'CLOSED')
      })
})
