// What add takes, and what comes of it: names, owners, options, and one revision or none.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { eventsOf, modulesOf, moduleText, stateOf } from './support/module-tools.mjs'
import { providerOf } from './support/providers.mjs'
import { proxied, revoked } from './support/hostile.mjs'
import { refusal, tool } from './support/tools.mjs'

const FILES = {
  'crm.mjs': moduleText('find') + moduleText('save'),
  'a:b.mjs': moduleText('colon'),
  'node_modules/acme/package.json': '{"name":"acme","version":"1.0.0","main":"index.cjs"}',
  'node_modules/acme/index.cjs': `exports.search = {
  name: 'search', description: 'x', inputSchema: { type: 'object' }, execute: () => 1,
}
    exports.other = { name: 'other', description: 'x', inputSchema: { type: 'object' }, execute: () => 2 }`,
}

/** Specs of a directory: the names of the tools, and of the sources. */
const SPECS = {
  'a path': [() => './crm.mjs', ['find', 'save'], ['crm']],
  'an absolute path': [({ at }) => at('crm.mjs'), ['find', 'save'], ['crm']],
  'a file URL': [({ at }) => pathToFileURL(at('crm.mjs')), ['find', 'save'], ['crm']],
  'a file URL as text': [({ at }) => pathToFileURL(at('crm.mjs')).href, ['find', 'save'], ['crm']],
  'a package': [() => 'acme', ['search', 'other'], ['acme']],
  'an export of a package': [() => 'acme:search', ['search'], ['acme:search']],
  'an export of a path': [() => './crm.mjs:save', ['save'], ['crm:save']],
  'a path with a colon': [() => './a:b.mjs', ['colon'], ['a:b']],
  'an export of a path with a colon': [() => './a:b.mjs:colon', ['colon'], ['a:b:colon']],
  'a definition': [() => tool({ name: 'own' }), ['own'], ['own']],
  'a record of tools': [() => ({ a: tool({ name: 'a' }), b: tool({ name: 'b' }) }), ['a', 'b'], ['a']],
  'a provider': [() => providerOf().provider, ['echo'], ['provider-1']],
  'a module namespace': [({ at }) => import(pathToFileURL(at('crm.mjs'))), ['find', 'save'], ['find']],
  'a path and one tool': [() => ({ path: './crm.mjs', name: 'save' }), ['save'], ['crm']],
  'a path and its tools': [() => ({ path: './crm.mjs', tools: ['save', 'find'] }), ['find', 'save'], ['crm']],
  'a path with options': [() => ({ path: './crm.mjs', namespace: 'n' }), ['n_find', 'n_save'], ['crm']],
  'a list of lists': [() => [['./crm.mjs', []], [[tool()]]], ['find', 'save', 'echo'], ['crm', 'echo']],
  'a set': [() => new Set(['./crm.mjs', 'acme:other']), ['find', 'save', 'other'], ['crm', 'acme:other']],
  'a generator': [
    () =>
      (function* () {
        yield './crm.mjs:find'
        yield tool()
      })(),
    ['find', 'echo'],
    ['crm:find', 'echo'],
  ],
  'lists nested sixteen deep': [() => nested(16), ['echo'], ['echo']],
  nothing: [() => [], [], []],
}

const nested = (depth) => (depth === 0 ? tool() : [nested(depth - 1)])
const circle = []
circle.push(['./crm.mjs', circle])

for (const [what, [spec, names, sources]] of Object.entries(SPECS))
  test(`M1: add takes ${what}`, async (t) => {
    const house = modulesOf(t, FILES)
    const report = await house.modules.add(await spec(house))
    assert.deepEqual([report.names.sort(), report.sources, report.failed], [[...names].sort(), sources, []])
    assert.deepEqual(house.registry.list().sort(), [...names].sort())
    assert.ok(house.registry.revision <= 1)
    for (const name of names) await house.registry.execute(name, {})
  })

/** What is refused as no source: what the error says. */
const NO_SPECS = {
  nothing: [undefined, /is nothing/],
  null: [null, /is null/],
  'a number': [5, /is a number/],
  'a symbol': [Symbol('x'), /is a symbol/],
  'an empty text': ['', /is an empty text/],
  'a text of spaces': ['  ', /is an empty text/],
  'a NUL character': ['./a\0.mjs', /NUL/],
  'an address': ['https://example.com/a.mjs', /address of https/],
  'a function': [() => 1, /is no tool but a function/],
  'a promise': [Promise.resolve(tool()), /a promise/],
  'an empty object': [{}, /is no tool/],
  'a record without a tool': [{ a: 1, b: 'x' }, /is no tool but an object \{ a, b \}/],
  'a definition that cannot be called': [{ name: 'a', description: 'x', inputSchema: {} }, /nothing to call/],
  'a date': [new Date(0), /is no tool but an instance of Date, which is no plain object/],
  'an instance of a class': [
    new (class Crm {
      name = 'crm'
      execute() {}
    })(),
    /an instance of Crm, .* no plain object/,
  ],
  bytes: [new Uint8Array(2), /is a number/],
  'a proxy': [proxied({}), /cannot be read: no look at me/],
  'a revoked proxy': [revoked({}), /cannot be read|revoked/],
  'an iterator that throws': [{ [Symbol.iterator]: () => proxied({}) }, /cannot be read/],
  'an iterable that throws': [
    (function* () {
      yield './crm.mjs'
      throw new Error('down')
    })(),
    /cannot be read: down/,
  ],
  'a circle': [circle, /contains itself/],
  'lists nested seventeen deep': [nested(17), /nested deeper than 16/],
  'an export that is not there': ['./crm.mjs:lookup', /"lookup".*nearest|none of find, save/],
  'no tool at all': [{ path: './crm.mjs', tools: [] }, /tools/, 'INVALID_OPTIONS'],
  'a tool that is not there': [{ path: './crm.mjs', name: 'lookup' }, /"lookup".*none of find, save/],
}

for (const [what, [spec, says, expected = 'INVALID_DEFINITION']] of Object.entries(NO_SPECS))
  test(`M3: ${what} is ${expected}, and nothing beside it enters`, async (t) => {
    const house = modulesOf(t, FILES)
    const before = stateOf(house)
    const { code, message, door } = await refusal(() => house.modules.add([tool(), spec]))
    assert.deepEqual([code, door, stateOf(house)], [expected, 'rejects', before], message)
    assert.match(message, says)
  })

test('M1: an endless list of empty lists is LIMIT_EXCEEDED', async (t) => {
  const { modules } = modulesOf(t)
  const endless = (function* () {
    for (;;) yield []
  })()
  assert.equal((await refusal(() => modules.add(endless))).code, 'LIMIT_EXCEEDED')
})

/** Specs that cannot be read, and how many good tools of them enter with `skip`. */
const UNREADABLE = {
  'a circle': [() => [circle], 'INVALID_DEFINITION', 2],
  'a list that throws after a tool': [
    function* () {
      yield tool({ name: 'listed' })
      throw new Error('down')
    },
    'INVALID_DEFINITION',
    1,
  ],
  'lists nested too deep': [() => [nested(17)], 'INVALID_DEFINITION', 0],
  'an unknown option of a path': [() => [{ path: './crm.mjs', wach: true }], 'INVALID_OPTIONS', 0],
  'a wrong watch of a path': [() => [{ path: './crm.mjs', watch: { pollMs: 1 } }], 'INVALID_OPTIONS', 0],
  'a path with name and tools': [() => [{ path: './crm.mjs', name: 'a', tools: ['a'] }], 'INVALID_OPTIONS', 0],
}

for (const [what, [make, code, more]] of Object.entries(UNREADABLE))
  test(`M2: ${what} costs what stands beside it nothing with onError skip`, async (t) => {
    const { modules } = modulesOf(t, FILES)
    const { names, failed } = await modules.add([tool(), make(), tool({ name: 'last' })], { onError: 'skip' })
    assert.deepEqual([names.length, names.at(-1), failed.map(({ error }) => error.code)], [2 + more, 'last', [code]])
    assert.match(failed[0].location, /^specs\[1\]/)
    assert.equal((await refusal(() => modules.add([tool(), make()]))).code, code)
  })

test('M2: what of a list could not be added is named by its place in the list and by what it is', async (t) => {
  const { modules, at } = modulesOf(t)
  const { provider } = providerOf({ loadTools: () => [5] })
  const almost = { name: 'x', execute: 5 }
  const bad = [42, ['./gone.mjs:find', new Set(['  ', almost])], tool(), await import('node:os'), provider]
  const { failed } = await modules.add(bad, { onError: 'skip' })
  assert.deepEqual(
    failed.map(({ location, error }) => [location, error.details.source]),
    [
      ['specs[0] (a number)', 'specs[0]'],
      [`${at('gone.mjs')}:find`, undefined],
      ['specs[1][1][0] (a string)', 'specs[1][1][0]'],
      ['specs[1][1][1] (an object { name, execute })', 'specs[1][1][1]'],
      ['specs[3] (a module object)', 'specs[3]'],
      ['specs[4] (provider "provider-1")', 'provider "provider-1"'],
    ],
  )
  assert.match((await refusal(() => modules.add([tool(), [bad[0]]]))).message, /^specs\[1\]\[0\] is a number/)
  const [alone] = (await modules.add({ a: 1 }, { onError: 'skip' })).failed
  assert.deepEqual([alone.location, alone.error.details.source], ['an object { a }', 'an object'])
})

/** Options that mean nothing. */
const NO_OPTIONS = [
  [{ nmespace: 'x' }, 'nmespace'],
  [{ onError: 'ignore' }, 'onError'],
  [{ name: '' }, 'name'],
  [{ name: 5 }, 'name'],
  [{ namespace: 'no good' }, 'namespace'],
  [{ watch: { pollMS: 100 } }, 'watch'],
  [{ gates: 'strict' }, 'gates'],
  [{ limits: { versions: -1 } }, 'limits'],
  [{ overrides: { find: { parameters: { id: { fixed: 1 } } } } }, 'overrides'],
  [{ baseUrl: 'http://x' }, 'baseUrl'],
  [5, 'options'],
]

test('M7: an option that means nothing is INVALID_OPTIONS by its name, and changes nothing', async (t) => {
  const house = modulesOf(t, FILES)
  const before = stateOf(house)
  for (const [options, name] of NO_OPTIONS) {
    const { code, message } = await refusal(() => house.modules.add('./crm.mjs', options))
    assert.deepEqual([code, message.includes(name), stateOf(house)], ['INVALID_OPTIONS', true, before], message)
    if (typeof options !== 'object' || 'name' in options || 'onError' in options) continue
    const own = await refusal(() => house.modules.add({ path: './crm.mjs', ...options }))
    assert.equal(own.code, 'INVALID_OPTIONS')
  }
  const both = { path: './crm.mjs', name: 'find', tools: ['find'] }
  assert.equal((await refusal(() => house.modules.add(both))).code, 'INVALID_OPTIONS')
  const two = await refusal(() => house.modules.add(['./crm.mjs', 'acme'], { name: 'one' }))
  assert.deepEqual([two.code, stateOf(house)], ['INVALID_OPTIONS', before])
})

test('M7: a wrong option is told before any code runs', async (t) => {
  const { modules } = modulesOf(t, { 'tools/crm.mjs': `globalThis.optionRuns = true\n${moduleText('crm')}` })
  for (const options of [{ tags: 'a' }, { gates: 'strict' }, { rateLimit: -1 }, { limits: { versions: -1 } }])
    for (const load of [
      () => modules.add('./tools/crm.mjs', options),
      () => modules.add({ path: './tools/crm.mjs', ...options }),
      () => modules.addDirectory('./tools', options),
    ])
      assert.equal((await refusal(load)).code, 'INVALID_OPTIONS')
  assert.equal(globalThis.optionRuns, undefined)
})

describe('M2: one add is one revision', () => {
  test('of all that it names', async (t) => {
    const { modules, registry } = modulesOf(t, FILES)
    const changes = eventsOf(registry, 'change')
    await modules.add(['./crm.mjs', 'acme', tool(), providerOf({ loadTools: () => [tool({ name: 'p' })] }).provider])
    assert.deepEqual(
      [registry.revision, registry.size, new Set(changes.map(([, { revision }]) => revision)).size],
      [1, 6, 1],
    )
  })

  for (const [first, second] of [
    ['crm.get', 'crm/get'],
    ['crm_get', 'crm.get'],
    ['日本', '中国'],
  ]) {
    test(`the key ${second} does not replace the tool of ${first}, whose portable name is the same`, async (t) => {
      const { registry, modules } = modulesOf(t, {})
      const keyed = (key, value) => ({ [key]: tool({ name: undefined, parameters: {}, execute: () => value }) })
      const { names } = await modules.add(keyed(first, 1))
      const { code, details } = await refusal(() => modules.add(keyed(second, 2)))
      assert.deepEqual([code, details.name, await registry.execute(names[0])], ['NAME_TAKEN', names[0], 1])
      await modules.add(keyed(first, 3))
      assert.equal(await registry.execute(names[0]), 3)
      await modules.add({ tools: keyed(first, 4) })
      assert.equal(await registry.execute(names[0]), 4)
    })
  }

  for (const [bad, code] of [
    ['./gone.mjs', 'SOURCE_UNREADABLE'],
    ['no-such-package-here', 'SOURCE_UNREADABLE'],
    ['./crm.mjs:gone', 'INVALID_DEFINITION'],
    [tool({ name: 'find' }), 'NAME_TAKEN'],
    [tool({ name: 'no good' }), 'INVALID_DEFINITION'],
    [tool({ inputSchema: { type: 'nothing' } }), 'INVALID_DEFINITION'],
    ['.', 'SOURCE_UNREADABLE'],
  ]) {
    test(`or none, where ${JSON.stringify(bad)} is ${code}`, async (t) => {
      const house = modulesOf(t, FILES)
      const before = stateOf(house)
      assert.equal((await refusal(() => house.modules.add(['./crm.mjs', bad]))).code, code)
      assert.deepEqual(stateOf(house), before)
      // What was refused leaves no name behind.
      await house.modules.add('./crm.mjs')
      assert.deepEqual(house.registry.list(), ['find', 'save'])
    })

    test(`but for ${JSON.stringify(bad)} with onError skip, which is in failed`, async (t) => {
      const { modules, registry } = modulesOf(t, FILES)
      const { names, sources, failed } = await modules.add(['./crm.mjs', bad, 'acme'], { onError: 'skip' })
      assert.deepEqual([names, sources[0], sources.at(-1)], [['find', 'save', 'other', 'search'], 'crm', 'acme'])
      assert.deepEqual(
        failed.map(({ error }) => error.code),
        [code],
      )
      assert.equal(typeof failed[0].location, 'string')
      assert.deepEqual([registry.size, registry.revision], [4, 1])
    })
  }

  test('and one bad export of five costs the others nothing with onError skip', async (t) => {
    const bad = `export const bad = { name: 'bad', description: 'x', inputSchema: 5, execute() {} }\n`
    const { modules } = modulesOf(t, {
      'five.mjs': bad + ['a', 'b', 'c', 'd'].map((name) => moduleText(name)).join(''),
    })
    const { names, failed } = await modules.add('./five.mjs', { onError: 'skip' })
    assert.deepEqual(
      [names.sort(), failed.map((one) => [one.export, one.error.code])],
      [['a', 'b', 'c', 'd'], [['bad', 'INVALID_DEFINITION']]],
    )
  })
})
