// Documents become tools: from wherever they stand, whole or not at all, each operation told in the report.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { SpecLoader } from 'toolrack'
import { document, folder, text } from './support/documents.mjs'
import { serve } from './support/server.mjs'
import { codeOf, refusal, registryOf } from './support/tools.mjs'

const YAML = `openapi: 3.1.0
info: { title: Pets, version: 1.2.0 }
servers: [{ url: http://127.0.0.1:9 }]
paths:
  /listPets: { get: { operationId: listPets, summary: Does listPets } }
`
/** A file with a document, a registry and its loader. */
async function standing(t, ids = ['listPets']) {
  const registry = registryOf()
  const file = join(await folder(t), 'pets.json')
  const write = (...args) => writeFile(file, text(...args))
  await write(ids)
  return { registry, loader: new SpecLoader(registry), file, write }
}

const PLACES = [
  ['a path', async (t) => (await standing(t)).file, 'pets'],
  ['a file URL as text', async (t) => pathToFileURL((await standing(t)).file).href, 'pets'],
  ['a file URL', async (t) => pathToFileURL((await standing(t)).file), 'pets'],
  ['an http URL', async (t) => `${(await serve(t, () => document(['listPets']))).url}/v1/shop.json?x=1`, 'shop'],
  [
    'an http URL object',
    async (t) => new URL('/shop.json', (await serve(t, () => document(['listPets']))).url),
    'shop',
  ],
  ['bytes', () => Buffer.from(text(['listPets'])), 'Pets'],
  ['an ArrayBuffer', () => new TextEncoder().encode(text(['listPets'])).buffer, 'Pets'],
  ['a view of bytes', () => new Uint8Array(Buffer.from(`xx${text(['listPets'])}`)).subarray(2), 'Pets'],
  ['bytes with a byte order mark', () => Buffer.from(`\ufeff${text(['listPets'])}`), 'Pets'],
  ['a text of JSON', () => text(['listPets']), 'Pets'],
  ['a text of YAML', () => YAML, 'Pets'],
  ['an object', () => document(['listPets']), 'Pets'],
]
for (const [what, place, name] of PLACES) {
  test(`a document may be ${what}`, async (t) => {
    const registry = registryOf()
    const report = await new SpecLoader(registry).load(await place(t))
    assert.deepEqual([report.source, report.added, registry.list({ source: name })], [name, ['listPets'], ['listPets']])
  })
}

const NONE = { declared: 0, exposed: 0, reported: 0 }
test('a report says all that came of a load', async (t) => {
  const { loader, file, registry } = await standing(t, ['a', 'b'])
  const bytes = await readFile(file)
  assert.deepEqual(await loader.load(file, { version: '9.0.0' }), {
    source: 'pets',
    version: '9.0.0',
    revision: registry.revision,
    operations: 2,
    added: ['a', 'b'],
    updated: [],
    removed: [],
    unchanged: [],
    stale: [],
    held: [],
    rejected: [],
    skipped: [],
    excluded: { deprecated: 0, unselected: 0 },
    notes: [],
    inputs: { parameters: NONE, bodyProperties: NONE },
    lost: [],
    bytes: bytes.length,
    hash: createHash('sha256').update(bytes).digest('hex'),
  })
})

test('an operation that can be no tool is skipped with its place and the reason, and costs no other', async () => {
  const over = {
    photo: { requestBody: { content: 'image/png' } },
    lost: { parameters: [{ $ref: '#/components/parameters/none' }] },
  }
  const source = document(['fine', 'photo', 'lost', 'word'], over)
  source.paths['/word'].get = 'not an operation'
  source.paths['/gone'] = { $ref: '#/nowhere' }
  const registry = registryOf()
  const { operations, added, skipped } = await new SpecLoader(registry).load(source)
  assert.deepEqual([operations, added], [5, ['fine']])
  assert.deepEqual(
    skipped.map(({ operationId, method, path, pointer, code }) => [operationId, method, path, pointer, code]),
    [
      ['photo', 'GET', '/photo', '/paths/~1photo/get/requestBody', 'INVALID_SPEC'],
      ['lost', 'GET', '/lost', '/paths/~1lost/get/parameters/0/$ref', 'UNRESOLVED_REF'],
      [undefined, 'GET', '/word', '/paths/~1word/get', 'INVALID_SPEC'],
      [undefined, '*', '/gone', '/paths/~1gone/$ref', 'UNRESOLVED_REF'],
    ],
  )
  for (const { reason } of skipped) assert.ok(reason.length > 0)
})

test('deprecated operations are left out and counted, unless they are asked for', async () => {
  const source = text(['a', 'b'], { b: { deprecated: true } })
  const counts = async (options) => {
    const registry = registryOf()
    const { added, excluded } = await new SpecLoader(registry).load(source, options)
    return [added, excluded.deprecated, registry.list({ deprecated: true })]
  }
  assert.deepEqual(await counts(), [['a'], 1, []])
  assert.deepEqual(await counts({ document: { deprecated: 'skip' } }), [['a'], 1, []])
  assert.deepEqual(await counts({ document: { deprecated: 'include' } }), [['a', 'b'], 0, ['b']])
})

test('options name, place and mark the tools', async () => {
  const registry = registryOf()
  await new SpecLoader(registry).load(text(['a'], { a: { tags: ['own', 'second'] } }), {
    name: 'crm',
    namespace: 'shop',
    category: 'external',
    tags: ['client', 'own'],
    version: '2.0.0',
  })
  const { name, source, namespace, category, tags, version, annotations } = registry.get('shop_a')
  assert.deepEqual(
    { name, source, namespace, category, tags, version },
    {
      name: 'shop_a',
      source: 'crm',
      namespace: 'shop',
      category: 'external',
      tags: ['own', 'second', 'client'],
      version: '2.0.0',
    },
  )
  assert.equal(annotations.readOnlyHint, true)
})

test('a reload tells what was added, updated, removed and unchanged, and leaves the rest as it was', async (t) => {
  const { registry, loader, file, write } = await standing(t, ['same', 'changed', 'gone'])
  await loader.load(file)
  const same = registry.get('same')
  await write(['same', 'changed', 'fresh'], { changed: { summary: 'Does something else' } })
  const { added, updated, removed, unchanged, revision } = await loader.reload('pets')
  assert.deepEqual(
    { added, updated, removed, unchanged },
    { added: ['fresh'], updated: ['changed'], removed: ['gone'], unchanged: ['same'] },
  )
  assert.deepEqual([revision, registry.list(), registry.get('same')], [2, ['same', 'changed', 'fresh'], same])
  const again = await loader.reload('pets')
  assert.deepEqual([again.unchanged, again.added, again.revision], [['same', 'changed', 'fresh'], [], 2])
})

test('an operation that cannot be read any more leaves its tool what it was, and says so', async (t) => {
  const { registry, loader, file, write } = await standing(t, ['a', 'b'])
  await loader.load(file)
  const { stale: none, ...was } = registry.get('a')
  const changes = []
  registry.onChange(({ stale, updated }) => changes.push({ stale, updated }))
  await write(['a', 'b'], { a: { requestBody: { content: 'text' } }, b: { summary: 'Does something else' } })
  const report = await loader.reload('pets')
  assert.deepEqual(
    [report.stale, report.updated, report.skipped.map(({ operationId }) => operationId)],
    [['a'], ['b'], ['a']],
  )
  const { stale, ...now } = registry.get('a')
  assert.deepEqual([none, now], [undefined, was])
  assert.deepEqual(
    { ...stale, since: 0 },
    { since: 0, code: 'INVALID_SPEC', pointer: '/paths/~1a/get/requestBody', reason: report.skipped[0].reason },
  )
  assert.ok(Math.abs(Date.now() - stale.since) < 60_000)
  assert.deepEqual(
    [registry.list({ stale: true }), registry.list({ stale: false }), registry.list()],
    [['a'], ['b'], ['a', 'b']],
  )
  await write(['a', 'b'])
  assert.deepEqual([(await loader.reload('pets')).stale, registry.get('a').stale], [[], undefined])
  assert.deepEqual(changes, [
    { stale: ['a'], updated: ['b'] },
    { stale: [], updated: ['b'] },
  ])
})

test('a reload of the same bytes tells of every operation, as the load did', async (t) => {
  const { loader, file, write } = await standing(t)
  await write(['a', 'b', 'old'], { b: { requestBody: { content: { 'image/png': {} } } }, old: { deprecated: true } })
  const { added, ...first } = await loader.load(file)
  const { unchanged, ...again } = await loader.reload('pets')
  assert.deepEqual(unchanged, added)
  assert.deepEqual({ ...again, unchanged: [] }, { ...first, added: [], unchanged: [] })
})

test('a reload brings back what was taken away, though the bytes are the same', async (t) => {
  const { registry, loader, file } = await standing(t, ['a'])
  await loader.load(file)
  registry.unregisterSource('pets')
  assert.deepEqual((await loader.reload('pets')).added, ['a'])
  assert.deepEqual(registry.list(), ['a'])
})

test('the same place under the same name again is a reload with new options', async (t) => {
  const { registry, loader, file } = await standing(t, ['a'])
  await loader.load(file)
  const { updated } = await loader.load(file, { category: 'external' })
  assert.deepEqual([updated, registry.get('a').category], [['a'], 'external'])
})

const BROKEN = [
  ['half of it', (whole) => whole.slice(0, -3), 'INVALID_SPEC', ({ line, format }) => line === 1 && format === 'JSON'],
  ['a key twice', (whole) => whole.replace('{', '{\n"openapi": "3.0.0",\n'), 'INVALID_SPEC', ({ line }) => line === 3],
  [
    'broken YAML',
    () => 'openapi: 3.0.0\npaths:\n  /a: [\n',
    'INVALID_SPEC',
    ({ line, column }) => line > 2 && column > 0,
  ],
  ['nothing', () => '', 'INVALID_SPEC', ({ pointer }) => pointer === ''],
  [
    'paths that are a list',
    () => '{"openapi":"3.0.0","paths":[]}',
    'INVALID_SPEC',
    ({ pointer }) => pointer === '/paths',
  ],
  [
    'another dialect',
    () => '{"swagger":"1.2"}',
    'UNSUPPORTED_SPEC',
    ({ supported }) => supported === 'Swagger 2.0 and OpenAPI 3.0, 3.1, 3.2',
  ],
  ['no file', undefined, 'SOURCE_UNREADABLE', ({ location }) => location.endsWith('pets.json')],
]
for (const [what, breaking, code, tells] of BROKEN) {
  test(`a document that breaks keeps its tools and is told of: ${what}`, async (t) => {
    const { registry, loader, file } = await standing(t, ['a', 'b'])
    await loader.load(file)
    const { revision } = registry
    if (breaking) await writeFile(file, breaking(await readFile(file, 'utf8')))
    else await rm(file)
    for (const door of [() => loader.reload('pets'), () => loader.load(file)]) {
      const error = await refusal(door)
      assert.equal(error.code, code)
      assert.ok(tells(error.details), JSON.stringify(error.details))
    }
    assert.deepEqual([registry.revision, registry.list()], [revision, ['a', 'b']])
  })
}

test('a server that answers with a fault is no source', async (t) => {
  const { url } = await serve(t, (_, response) => void response.writeHead(404).end('nothing here'))
  const { code, details } = await refusal(() => new SpecLoader(registryOf()).load(`${url}/pets.json`))
  assert.deepEqual([code, details.status, details.location], ['SOURCE_UNREADABLE', 404, `${url}/pets.json`])
})

test('unload takes a document and its tools away, and its name is free again', async (t) => {
  const { registry, loader, file } = await standing(t, ['a', 'b'])
  await loader.load(file)
  registry.register({ name: 'mine', description: 'Stays', execute: () => 1 })
  assert.deepEqual(loader.unload('pets'), ['a', 'b'])
  assert.deepEqual(registry.list(), ['mine'])
  assert.equal(await codeOf(() => loader.reload('pets')), 'UNKNOWN_SOURCE')
  assert.deepEqual((await loader.load(text(['c']), { name: 'pets' })).added, ['c'])
})

test('a source that is not there is told with the nearest names', async () => {
  const loader = new SpecLoader(registryOf())
  await loader.load(text(['a']), { name: 'pets' })
  const { code, details } = await refusal(() => loader.reload('pet'))
  assert.deepEqual([code, details], ['UNKNOWN_SOURCE', { name: 'pet', nearest: ['pets'] }])
})

test('a source name in use for another place is refused, and so is the one of single tools', async (t) => {
  const { registry, loader, file } = await standing(t, ['a'])
  await loader.load(file)
  const { code, details } = await refusal(() => loader.load(text(['b']), { name: 'pets' }))
  assert.deepEqual([code, details], ['NAME_TAKEN', { name: 'pets', location: file }])
  assert.equal(await codeOf(() => loader.load(text(['b']), { name: 'code' })), 'NAME_TAKEN')
  assert.deepEqual(registry.list(), ['a'])
})

test('two sources with an operation of one name: the first keeps it, the second gets one of its own', async () => {
  const registry = registryOf()
  const loader = new SpecLoader(registry)
  await loader.load(text(['get-user']), { name: 'first' })
  const { added, skipped } = await loader.load(text(['get_user', 'other']), { name: 'second' })
  assert.match(added[0], /^get_user_[0-9a-f]{8}$/)
  assert.deepEqual([added[1], skipped], ['other', []])
  const spaced = await loader.load(text(['get_user']), { name: 'third', namespace: 'third' })
  assert.deepEqual([spaced.added, registry.get('get-user').source], [['third_get_user'], 'first'])
})

test('a load keeps a tool of code that has the name, and reload brings the operation once it is gone', async (t) => {
  const { registry, loader, file, write } = await standing(t, ['a', 'b'])
  registry.register({ name: 'a', description: 'Was here first', execute: () => 'mine' })
  const { added, skipped } = await loader.load(file)
  assert.deepEqual([added, skipped.length, await registry.execute('a')], [['b'], 1, 'mine'])
  registry.unregister('a')
  await write(['a', 'b', 'c'])
  assert.deepEqual((await loader.reload('pets')).added, ['a', 'c'])
})

test('a handle cannot be had of a loaded tool, but its source can be taken away', async () => {
  const registry = registryOf()
  const loader = new SpecLoader(registry)
  await loader.load(text(['a', 'b']), { name: 'pets' })
  assert.equal(registry.unregister('a'), true)
  assert.deepEqual(registry.unregisterSource('pets'), ['b'])
  assert.deepEqual((await loader.load(text(['a', 'b']), { name: 'again', namespace: 'again' })).added, [
    'again_a',
    'again_b',
  ])
})

test('options that a loader does not know or cannot have are refused, and nothing is loaded', async () => {
  const registry = registryOf()
  const loader = new SpecLoader(registry)
  const wrong = [
    null,
    'x',
    { nam: 'pets' },
    { name: '' },
    { namespace: 'a b' },
    { namespace: '9' },
    { document: { deprecated: 'hide' } },
    { watch: 'yes' },
    { watch: true },
    { tags: 'a' },
    { baseUrl: 'ftp://x' },
    { baseUrl: 'x' },
    { headers: { 'a b': 'x' } },
    { headers: { a: 5 } },
    { headers: { a: 'x\ny' } },
    { limits: { byte: 1 } },
    { limits: { bytes: -1 } },
    { version: 2n },
  ]
  for (const options of wrong)
    assert.equal(
      await codeOf(() => loader.load(text(['a']), options)),
      'INVALID_OPTIONS',
      String(JSON.stringify(options, (_, value) => String(value))),
    )
  for (const source of [undefined, null, 5, true, Symbol('x'), () => 1])
    assert.equal(await codeOf(() => loader.load(source)), 'INVALID_OPTIONS')
  assert.equal(await codeOf(() => new SpecLoader({})), 'INVALID_OPTIONS')
  assert.equal(registry.revision, 0)
})

test('many documents may load at once, each whole', async () => {
  const registry = registryOf()
  const loader = new SpecLoader(registry)
  const names = [...Array(20).keys()].map((i) => `api${i}`)
  const reports = await Promise.all(names.map((name) => loader.load(text(['a', 'b', 'c']), { name, namespace: name })))
  assert.deepEqual(
    reports.map(({ source, added }) => [source, added.length]),
    names.map((name) => [name, 3]),
  )
  assert.deepEqual([registry.size, new Set(reports.map(({ revision }) => revision)).size], [60, 20])
})

test('one document that is loaded many times at once is one revision', async (t) => {
  const path = join(await folder(t), 'pets.json')
  await writeFile(path, text(['a', 'b']))
  for (const place of [path, text(['a', 'b'])]) {
    const registry = registryOf()
    const loader = new SpecLoader(registry)
    const reports = await Promise.all(Array.from({ length: 8 }, () => loader.load(place, { name: 'pets' })))
    assert.deepEqual(
      reports.map(({ added, unchanged }) => added.length + unchanged.length),
      Array(8).fill(2),
    )
    assert.deepEqual(
      [reports.filter(({ added }) => added.length > 0).length, registry.revision, registry.list()],
      [1, 1, ['a', 'b']],
    )
  }
})

test('a check takes the options of a load, watch among them, and watches nothing', async (t) => {
  const { loader, file } = await standing(t)
  for (const watch of [true, false, { intervalMs: 60_000 }])
    assert.deepEqual((await loader.check(file, { name: 'pets', watch })).added, ['listPets'])
  assert.deepEqual(loader.sources(), [])
  assert.equal(await codeOf(() => loader.check(file, { watch: 5 })), 'INVALID_OPTIONS')
})
