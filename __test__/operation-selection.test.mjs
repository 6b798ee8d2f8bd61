// Which operations become tools, and what is said of them on the way: the options of a load that choose and change.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { document, documentFile, folder, text } from './support/documents.mjs'
import { serve } from './support/server.mjs'
import { codeOf, refusal, registryOf } from './support/tools.mjs'

const codes = ({ notes }) => notes.map(({ code }) => code)

const OPERATIONS = text(['list', 'get', 'old', 'admin/list'], {
  get: { tags: ['read'] },
  old: { deprecated: true },
  'admin/list': { tags: ['admin', 'read'] },
})
const CHOICES = [
  [{}, ['list', 'get', 'admin_list'], 0],
  [{ include: { tags: ['read'] } }, ['get', 'admin_list'], 1],
  [{ include: { tags: ['read'], operationIds: ['*list'] } }, ['admin_list'], 2],
  [{ include: [{ operationIds: ['list'] }, { tags: ['admin'] }] }, ['list', 'admin_list'], 1],
  [{ include: { paths: ['/*'] } }, ['list', 'get'], 1],
  [{ include: { paths: ['/**'] }, exclude: { paths: ['/admin/**'] } }, ['list', 'get'], 1],
  [{ include: { methods: ['get'] }, exclude: [{ tags: ['admin'] }, { operationIds: ['l*'] }] }, ['get'], 2],
  [{ include: ({ tags }) => tags.includes('admin') }, ['admin_list'], 2],
  [{ exclude: ({ tags }) => tags.includes('admin') }, ['list', 'get'], 1],
  [{ include: async ({ operationId }) => operationId === 'get', exclude: { operationIds: ['list'] } }, ['get'], 2],
  [{ include: { tags: ['read'] }, exclude: async ({ operationId }) => operationId === 'get' }, ['admin_list'], 2],
  [{ include: ({ tags }) => tags.includes('read'), exclude: ({ path }) => path === '/get' }, ['admin_list'], 2],
  [{ include: async () => true, exclude: async () => true }, [], 3],
]
for (const [options, names, unselected] of CHOICES) {
  const shown = JSON.stringify(options, (_, value) => (typeof value === 'function' ? String(value) : value))
  test(`operations are chosen by ${shown}`, async () => {
    const { added, skipped, operations, excluded } = await new SpecLoader(registryOf()).load(OPERATIONS, options)
    assert.deepEqual([added, excluded], [names, { deprecated: 1, unselected }])
    assert.equal(added.length + skipped.length + excluded.deprecated + excluded.unselected, operations)
  })
}

test('overrides rename, describe, mark and pin, and every request has what was pinned', async (t) => {
  const { url, requests } = await serve(t, () => ({ fine: true }))
  const registry = registryOf()
  const parameters = [
    { name: 'tenant', in: 'query', required: true, schema: { type: 'string' } },
    { name: 'key', in: 'header', schema: { type: 'string' } },
    { name: 'verbose', in: 'query', schema: { type: 'boolean' } },
    { name: 'q', in: 'query', schema: { type: 'string' } },
  ]
  const report = await new SpecLoader(registry).load(document(['search'], { search: { parameters } }), {
    baseUrl: url,
    namespace: 'crm',
    overrides: {
      search: {
        name: 'find',
        description: 'Finds what you want',
        category: 'external',
        tags: ['client'],
        requiresAuth: true,
        requiresApproval: true,
        rateLimit: 9,
        parameters: {
          tenant: { value: 'acme' },
          'header/key': { value: 'k' },
          verbose: { hidden: true },
          q: { description: 'What you want' },
        },
      },
      nobody: {},
    },
  })
  assert.deepEqual(codes(report), ['OVERRIDE_UNUSED', 'PARAMETER_FIXED', 'PARAMETER_FIXED', 'PARAMETER_HIDDEN'])
  const { description, category, tags, requiresAuth, requiresApproval, rateLimit, inputSchema } = registry.get('find')
  assert.deepEqual(
    { description, category, tags, requiresAuth, requiresApproval, rateLimit },
    {
      description: 'Finds what you want',
      category: 'external',
      tags: ['client'],
      requiresAuth: true,
      requiresApproval: true,
      rateLimit: 9,
    },
  )
  assert.deepEqual(inputSchema, { type: 'object', properties: { q: { type: 'string', description: 'What you want' } } })
  const options = { context: { userId: 7 } }
  assert.equal(await codeOf(() => registry.execute('find', { q: 'x' }, options)), 'APPROVAL_REQUIRED')
  await registry.execute('find', { q: 'x' }, { ...options, approved: true })
  assert.deepEqual([requests[0].url, requests[0].headers.key], ['/search?q=x&tenant=acme', 'k'])
  assert.equal(
    await codeOf(() => registry.execute('find', { tenant: 'other' }, { ...options, approved: true })),
    'INVALID_PARAMS',
  )
  assert.equal(await codeOf(() => registry.execute('find', {})), 'MISSING_CONTEXT')
})

test('a suffixed argument is addressed by its own name or place; an ambiguous name is refused', async () => {
  const parameters = [
    { name: 'id', in: 'query', schema: {} },
    { name: 'id', in: 'header', schema: {} },
  ]
  const load = (named) => {
    const registry = registryOf()
    return new SpecLoader(registry)
      .load(document(['a'], { a: { parameters } }), { overrides: { a: { parameters: { [named]: { value: 1 } } } } })
      .then(() => Object.keys(registry.get('a').inputSchema.properties))
  }
  assert.deepEqual(await load('id__query'), ['id__header'])
  assert.deepEqual(await load('header/id'), ['id__query'])
  const { code, details } = await refusal(() => load('id'))
  assert.deepEqual(
    [code, details.problems],
    [
      'INVALID_OPTIONS',
      [{ pointer: '/a/parameters/id', message: 'is the name of several arguments: use one of query/id, header/id' }],
    ],
  )
})

test('a value that does not fit is told with its place, and is not shown', async () => {
  const parameters = [
    { name: 'n', in: 'query', schema: { type: 'integer' } },
    { name: 'must', in: 'query', required: true, schema: {} },
  ]
  const registry = registryOf()
  const overrides = { a: { parameters: { n: { value: 'secret' }, must: { hidden: true } } } }
  const error = await refusal(() =>
    new SpecLoader(registry).load(document(['a'], { a: { parameters } }), { overrides }),
  )
  assert.deepEqual(
    [error.code, error.details.problems.map(({ pointer }) => pointer)],
    ['INVALID_OPTIONS', ['/a/parameters/n/value', '/a/parameters/must/hidden']],
  )
  assert.ok(!JSON.stringify(error.details).includes('secret') && !error.message.includes('secret'))
  assert.equal(registry.revision, 0)
})

test('__proto__ is the name of an operation and of an argument like any other', async () => {
  const source = JSON.parse(
    text(['__proto__'].concat('b'), {}).replace(
      '"summary":"Does __proto__"',
      '"parameters":[{"name":"__proto__","in":"query","schema":{}}]',
    ),
  )
  const overrides = JSON.parse('{"__proto__":{"description":"Own","parameters":{"__proto__":{"value":"x"}}}}')
  const registry = registryOf()
  const { added } = await new SpecLoader(registry).load(JSON.stringify(source), { overrides })
  assert.deepEqual(added, ['__proto__', 'b'])
  assert.deepEqual(
    [registry.get('__proto__').description, registry.get('__proto__').inputSchema.properties],
    ['Own', {}],
  )
  assert.equal({}.description, undefined)
})

test('a document may say the same of itself, but not what would make a call less safe', async () => {
  const registry = registryOf()
  const header = { name: 'X-Mode', in: 'header', schema: { type: 'string' }, 'x-toolrack': { value: 'DELETE' } }
  const page = { name: 'page', in: 'query', schema: { type: 'integer' }, 'x-toolrack': { hidden: true } }
  const source = document(['a', 'b'], {
    a: { parameters: [header, page], 'x-toolrack': { name: 'find it', requiresAuth: false, colour: 'red' } },
    b: { 'x-toolrack': false },
  })
  const report = await new SpecLoader(registry).load(source, {
    namespace: 'pets',
    overrides: { a: { requiresAuth: true } },
  })
  assert.deepEqual([report.added, report.excluded.unselected], [['pets_find_it'], 1])
  const { requiresAuth, inputSchema } = registry.get('pets_find_it')
  assert.deepEqual([requiresAuth, Object.keys(inputSchema.properties)], [true, ['X-Mode']])
  assert.deepEqual(codes(report).sort(), [
    'EXTENSION_IGNORED',
    'EXTENSION_IGNORED',
    'EXTENSION_IGNORED',
    'PARAMETER_HIDDEN',
  ])
})

test('names that overrides gave are saved, and the first ones come back', async () => {
  const registry = registryOf()
  const loader = new SpecLoader(registry)
  await loader.load(text(['a']), { name: 'pets' })
  loader.unload('pets')
  await loader.load(text(['a']), { name: 'pets', overrides: { a: { name: 'find' } } })
  assert.deepEqual(
    registry.names().names.map(({ name, given }) => [name, given]),
    [
      ['a', undefined],
      ['find', true],
    ],
  )
  const restored = new ToolRegistry({ names: registry.names() })
  const { added, skipped } = await new SpecLoader(restored).load(text(['b']), {
    name: 'other',
    overrides: { b: { name: 'find' } },
  })
  assert.deepEqual([added, skipped.map(({ code }) => code)], [[], ['NAME_TAKEN']])
})

const OVERLAY = {
  overlay: '1.0.0',
  info: { title: 'Ours', version: '1' },
  actions: [
    { target: "$.paths[?match(@.get.operationId, 'int.*')]", remove: true },
    { target: '$.paths.*.get', update: { summary: 'Overlaid' } },
    { target: '$.nothing', remove: true },
  ],
}
test('overlays are laid over a document from wherever they stand, and read again by a reload', async (t) => {
  const { registry, loader, file } = await documentFile(t, ['a', 'internal'])
  const overlay = join(await folder(t), 'overlay.json')
  await writeFile(overlay, JSON.stringify(OVERLAY))
  const { url } = await serve(t, () => OVERLAY)
  for (const overlays of [
    [overlay],
    [pathToFileURL(overlay)],
    [`${url}/overlay.json`],
    [Buffer.from(JSON.stringify(OVERLAY))],
    [OVERLAY],
    [JSON.stringify(OVERLAY)],
  ]) {
    const report = await new SpecLoader(registryOf()).load(text(['a', 'internal']), { document: { overlays } })
    assert.deepEqual([report.added, report.operations, codes(report)], [['a'], 1, ['OVERLAY_UNUSED']])
  }
  await loader.load(file, { document: { overlays: [overlay] } })
  assert.equal(registry.get('a').description, 'Overlaid')
  await writeFile(overlay, JSON.stringify({ ...OVERLAY, actions: OVERLAY.actions.slice(1) }))
  assert.deepEqual((await loader.reload('pets')).added, ['internal'])
})

test('an overlay brings an operation back that the document leaves out', async () => {
  const source = document(['a', 'b'], { b: { 'x-toolrack': false } })
  const overlay = { ...OVERLAY, actions: [{ target: "$.paths.*.get['x-toolrack']", remove: true }] }
  const { added } = await new SpecLoader(registryOf()).load(source, { document: { overlays: [overlay] } })
  assert.deepEqual(added, ['a', 'b'])
})

test('an overlay that cannot be laid is told with its name and place', async () => {
  const load = (overlays) => refusal(() => new SpecLoader(registryOf()).load(text(['a']), { document: { overlays } }))
  const wrong = await load([OVERLAY, { ...OVERLAY, actions: [{ target: '$.info.title', update: 'x' }] }])
  assert.deepEqual([wrong.code, wrong.details.pointer], ['INVALID_SPEC', 'overlays/1#/actions/0/update'])
  assert.equal((await load([{ ...OVERLAY, overlay: '2.0.0' }])).code, 'UNSUPPORTED_SPEC')
  assert.equal((await load(['./nowhere.yaml'])).code, 'SOURCE_UNREADABLE')
})

test('options that cannot be meant are refused, and nothing is loaded', async () => {
  const registry = registryOf()
  const wrong = [
    { include: {} },
    { include: 'a' },
    { include: { tag: ['a'] } },
    { exclude: [{ methods: 'get' }] },
    { include: { paths: ['*a'.repeat(600)] } },
    { include: true },
    { exclude: 5 },
    { filter: () => true },
    { document: 5 },
    { document: [] },
    { document: { overlays: {} } },
    { document: { overlays: [5] } },
    { document: { overlays: [null] } },
    { overlays: [OVERLAY] },
    { overrides: [] },
    { overrides: { a: 5 } },
    { overrides: { a: { name: 'a b' } } },
    { overrides: { a: { title: 'x' } } },
    { overrides: { a: { exclude: true } } },
    { overrides: { a: { parameters: { x: { fixed: 1 } } } } },
    { overrides: { a: { value: 5n } } },
  ]
  for (const options of wrong)
    assert.equal(
      await codeOf(() => new SpecLoader(registry).load(text(['a']), options)),
      'INVALID_OPTIONS',
      String(JSON.stringify(options, (_, value) => String(value))),
    )
  assert.equal(registry.revision, 0)
})
