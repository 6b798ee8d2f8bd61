// Aliases: words that search finds a tool by. Each way in takes them, and no model sees them.
import assert from 'node:assert/strict'
import { runInNewContext } from 'node:vm'
import { test } from 'node:test'
import { SpecLoader, ToolModules, ToolRegistry, loadConfig, registerHttpTool } from 'toolrack'
import { configFolder } from './support/config.mjs'
import { connect } from './support/mcp-client.mjs'
import { ScriptedServer, openScene, tool as upstreamTool } from './support/scripted-upstream.mjs'
import { TARGETS } from './support/targets.mjs'
import { refusal, registryOf, tool } from './support/tools.mjs'

const ENDPOINT = 'https://api.example/tickets'
const document = (over = {}) => ({
  openapi: '3.1.0',
  info: { title: 'API', version: '1' },
  servers: [{ url: 'https://api.example' }],
  paths: { '/a': { get: { operationId: 'a', summary: 'Works', ...over } } },
})
const aliasesOf = (registry, name) => registry.get(name).aliases

/** Ways in: each makes a tool `a` with aliases; the registry that has it. */
const DOORS = {
  register: (_, aliases) => registryOf({ name: 'a', aliases }),
  replace: (_, aliases) => {
    const registry = registryOf({ name: 'a' })
    registry.replace(tool({ name: 'a', aliases }))
    return registry
  },
  'update of a handle': (_, aliases) => {
    const registry = new ToolRegistry()
    registry.register(tool({ name: 'a' })).update(tool({ name: 'a', aliases }))
    return registry
  },
  'options beside a tool of a framework': (_, aliases) => {
    const registry = new ToolRegistry()
    const given = { description: 'Works', inputSchema: { type: 'object' }, execute: () => 1 }
    registry.register(given, { name: 'a', aliases })
    return registry
  },
  'an HTTP tool': (_, aliases) => {
    const registry = new ToolRegistry()
    registerHttpTool(registry, { name: 'a', description: 'Works', endpoint: ENDPOINT, aliases })
    return registry
  },
  'a tool of a module': async (t, aliases) => {
    const registry = new ToolRegistry()
    const modules = new ToolModules(registry)
    t.after(() => modules.close())
    await modules.add({ a: tool({ name: 'a', aliases }) }, { name: 'm' })
    return registry
  },
  'overrides of a module': async (t, aliases) => {
    const registry = new ToolRegistry()
    const modules = new ToolModules(registry)
    t.after(() => modules.close())
    await modules.add({ a: tool({ name: 'a', aliases: ['its own'] }) }, { name: 'm', overrides: { a: { aliases } } })
    return registry
  },
  'overrides of a document': async (t, aliases) => {
    const registry = new ToolRegistry()
    const loader = new SpecLoader(registry)
    t.after(() => loader.close())
    const own = document({ 'x-toolrack-aliases': ['its own'] })
    await loader.load(own, { name: 'api', overrides: { a: { aliases } } })
    return registry
  },
  'overrides of an MCP server': async (t, aliases) => {
    const { registry, loader } = openScene()
    t.after(() => loader.close())
    await loader.load('s', new ScriptedServer([upstreamTool('a')]), { overrides: { a: { aliases } } })
    return registry
  },
  'a configuration': async (t, aliases) => {
    const { path, write } = await configFolder(t)
    const [tools, overrides] = [[{ name: 'a', description: 'Works', endpoint: ENDPOINT, aliases }], { a: { aliases } }]
    await write('api.json', JSON.stringify(document()))
    const documents = { api: { source: './api.json', namespace: 'doc', overrides } }
    await write('toolrack.config.json', JSON.stringify({ tools, documents }))
    const loaded = await loadConfig(`${path}/toolrack.config.json`)
    t.after(() => loaded.close())
    assert.deepEqual(aliasesOf(loaded.registry, 'doc_a'), aliasesOf(loaded.registry, 'a'))
    return loaded.registry
  },
}

for (const [door, make] of Object.entries(DOORS)) {
  test(`${door} takes aliases, each once, and get and tools show them`, async (t) => {
    const registry = await make(t, ['close', 'end it', 'close'])
    assert.deepEqual(aliasesOf(registry, 'a'), ['close', 'end it'])
    assert.deepEqual(registry.tools().find(({ name }) => name === 'a').aliases, ['close', 'end it'])
  })

  test(`${door} without aliases makes a tool without the member`, async (t) => {
    const registry = await make(t, [])
    assert.equal('aliases' in registry.get('a'), false)
  })
}

test('a document has aliases in x-toolrack-aliases, and in x-toolrack', async (t) => {
  const registry = new ToolRegistry()
  const loader = new SpecLoader(registry)
  t.after(() => loader.close())
  for (const [over, expected] of [
    [{ 'x-toolrack-aliases': ['close'] }, ['close']],
    [{ 'x-toolrack': { aliases: ['end'] } }, ['end']],
    [{ 'x-toolrack': { aliases: ['end'] }, 'x-toolrack-aliases': ['close'] }, ['end']],
    [{ 'x-toolrack-aliases': JSON.parse('{"__proto__":["x"]}') }, undefined],
    [{ 'x-toolrack-aliases': ['close', 7] }, ['close']],
  ]) {
    const { notes } = await loader.load(document(over), { name: 'api' })
    assert.deepEqual(aliasesOf(registry, 'a'), expected)
    const isWrong = JSON.stringify(over).match(/__proto__|7/) !== null
    assert.deepEqual(notes.map(({ code }) => code).includes('EXTENSION_IGNORED'), isWrong, JSON.stringify(notes))
  }
})

test('no target, no MCP client and no catalog has an alias', async (t) => {
  const registry = registryOf({ name: 'a', description: 'Works', aliases: ['zebra'] })
  for (const target of TARGETS) assert.doesNotMatch(JSON.stringify(registry.definitions(target)), /zebra/, target)
  assert.doesNotMatch(JSON.stringify([registry.catalog(), registry.search('works')]), /zebra/)
  const { ask } = await connect(t, registry, {})
  assert.doesNotMatch(JSON.stringify(await ask('tools/list')), /zebra/)
})

test('other aliases make a revision, with the same hash and the same definitions', () => {
  const registry = registryOf({ name: 'a' })
  const before = [registry.get('a').schemaHash, JSON.stringify(registry.definitions('anthropic'))]
  const { revision } = registry
  registry.replace(tool({ name: 'a', aliases: ['close'] }))
  assert.equal(registry.revision, revision + 1)
  assert.deepEqual([registry.get('a').schemaHash, JSON.stringify(registry.definitions('anthropic'))], before)
  assert.deepEqual(registry.delta(revision, 'anthropic').changed, [])
})

test('a reload of a module or a document with other aliases is a change of the tool', async (t) => {
  const registry = new ToolRegistry()
  const [modules, loader] = [new ToolModules(registry), new SpecLoader(registry)]
  t.after(() => Promise.all([modules.close(), loader.close()]))
  const execute = () => 1
  const loads = [
    async (aliases) => (await modules.add({ b: tool({ name: 'b', aliases, execute }) }, { name: 'm' })).reports[0],
    (aliases) => loader.load(document({ 'x-toolrack-aliases': aliases }), { name: 'api' }),
  ]
  for (const load of loads) {
    await load(['close'])
    const { updated, changes } = await load(['shut'])
    const findings = changes.tools.flatMap((one) => one.findings.map(({ code }) => code))
    assert.deepEqual([aliasesOf(registry, updated[0]), findings], [['shut'], ['ALIASES_CHANGED']])
  }
  const again = await loader.load(document({ 'x-toolrack-aliases': ['shut'] }), { name: 'api' })
  assert.deepEqual(again.unchanged, ['a'])
})

const many = (count) => Array.from({ length: count }, (_, i) => `word ${i}`)

for (const [what, aliases, pointer] of [
  ['a text', 'close', '/aliases'],
  ['an object', { 0: 'close' }, '/aliases'],
  ['a number in the list', ['close', 7], '/aliases/1'],
  ['null in the list', [null], '/aliases/0'],
  ['an empty text in the list', ['close', ' '], '/aliases/1'],
  ['a list in the list', [['close']], '/aliases/0'],
])
  test(`aliases that are ${what} are refused with their place`, async () => {
    const error = await refusal(() => registryOf({ name: 'a', aliases }))
    assert.deepEqual([error.code, error.details.problems[0].pointer], ['INVALID_DEFINITION', pointer])
    const http = { name: 'a', description: 'Works', endpoint: ENDPOINT, aliases }
    const ofHttp = await refusal(() => registerHttpTool(new ToolRegistry(), http))
    assert.deepEqual([ofHttp.code, ofHttp.details.problems[0].pointer], ['INVALID_DEFINITION', pointer])
    const options = { overrides: { a: { aliases } } }
    const loading = await refusal(() => new SpecLoader(new ToolRegistry()).load(document(), options))
    assert.deepEqual([loading.code, loading.details.problems[0].pointer], ['INVALID_OPTIONS', `/a${pointer}`])
  })

for (const [what, aliases, pointer, limit] of [
  ['65 aliases', many(65), '/aliases', 64],
  ['10,000 aliases', many(10_000), '/aliases', 64],
  ['an alias of 201 characters', ['close', 'x'.repeat(201)], '/aliases/1', 200],
])
  test(`${what} are over the limit at each way in`, async () => {
    const http = { name: 'a', description: 'Works', endpoint: ENDPOINT, aliases }
    const options = { overrides: { a: { aliases } } }
    for (const [attempt, at] of [
      [() => registryOf({ name: 'a', aliases }), pointer],
      [() => registerHttpTool(new ToolRegistry(), http), pointer],
      [() => new SpecLoader(new ToolRegistry()).load(document(), options), `/overrides/a${pointer}`],
      [
        () => new ToolModules(new ToolRegistry()).add({ a: tool({ name: 'a' }) }, { name: 'm', ...options }),
        `/overrides/a${pointer}`,
      ],
    ]) {
      const { code, details, message } = await refusal(attempt)
      assert.deepEqual([code, details.pointer, details.limit], ['LIMIT_EXCEEDED', at, limit])
      assert.match(message, /over the limit/)
    }
  })

test('64 aliases of 200 characters, and lists of another realm, are taken', () => {
  const full = many(64).map((word) => word.padEnd(200, 'é'))
  assert.deepEqual(aliasesOf(registryOf({ name: 'a', aliases: full }), 'a'), full)
  const foreign = runInNewContext('["close"]')
  assert.deepEqual(aliasesOf(registryOf({ name: 'a', aliases: foreign }), 'a'), ['close'])
})

test('aliases that throw or are functions are an error of the definition', async () => {
  const throwing = Object.defineProperty([], 0, { enumerable: true, get: () => assert.fail('read') })
  for (const aliases of [throwing, () => ['close'], Symbol('close'), new Set(['close'])]) {
    const { code } = await refusal(() => registryOf({ name: 'a', aliases }))
    assert.equal(code, 'INVALID_DEFINITION')
  }
})

test('what is registered does not change with the list that was given', () => {
  const aliases = ['close']
  const registry = registryOf({ name: 'a', aliases })
  aliases.push('open')
  assert.deepEqual(aliasesOf(registry, 'a'), ['close'])
})
