// Which operations become tools, and what is said of them on the way: the options of a load that choose and change.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { outputOf } from './support/child.mjs'
import { document, folder, text } from './support/documents.mjs'
import { next } from './support/events.mjs'
import { serve } from './support/server.mjs'
import { codeOf, never, refusal, registryOf } from './support/tools.mjs'

const codes = ({ notes }) => notes.map(({ code }) => code)

/** A document in a file, a registry and its loader. */
async function standing(t, ids) {
  const registry = registryOf()
  const file = join(await folder(t), 'pets.json')
  const write = (...args) => writeFile(file, text(...args))
  await write(ids)
  return { registry, loader: new SpecLoader(registry), file, write }
}

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

test('a function is told of an operation what there is to know, frozen', async () => {
  const told = []
  const include = (operation) => (
    told.push(operation),
    assert.ok(Object.isFrozen(operation) && Object.isFrozen(operation.tags)),
    true
  )
  const source = document(['a', 'b'], { a: { tags: ['x'], deprecated: true } })
  delete source.paths['/b'].get.operationId
  delete source.paths['/b'].get.summary
  await new SpecLoader(registryOf()).load(source, { include, document: { deprecated: 'include' } })
  assert.deepEqual(told, [
    { operationId: 'a', method: 'GET', path: '/a', tags: ['x'], summary: 'Does a', deprecated: true },
    { method: 'GET', path: '/b', tags: [], deprecated: false },
  ])
})

test('a function is asked again by a reload, though the document is the same', async (t) => {
  const { loader, file } = await standing(t, ['a', 'b'])
  let wanted = 'a'
  assert.deepEqual((await loader.load(file, { include: ({ operationId }) => operationId === wanted })).added, ['a'])
  wanted = 'b'
  const { added, removed } = await loader.reload('pets')
  assert.deepEqual([added, removed], [['b'], ['a']])
})

test('a function is asked when a watched file changes, and one that fails then keeps the tools', async (t) => {
  const { registry, loader, file, write } = await standing(t, ['a', 'b'])
  t.after(() => loader.close())
  const alive = setInterval(() => {}, 1000)
  t.after(() => clearInterval(alive))
  const include = ({ operationId }) => {
    if (operationId === 'bad') throw new RangeError('no such thing')
    return operationId !== 'b'
  }
  await loader.load(file, { include, watch: true })
  const reloaded = next(registry, 'reloaded')
  await write(['a', 'b', 'c'])
  const { added, excluded } = await reloaded
  assert.deepEqual([added, excluded.unselected], [['c'], 1])
  const failed = next(registry, 'reloadFailed')
  await write(['a', 'bad'])
  const { error } = await failed
  assert.deepEqual(
    [error.code, error.details.name, error.details.message],
    ['TOOL_FAILED', 'RangeError', 'no such thing'],
  )
  assert.deepEqual(registry.list(), ['a', 'c'])
})

const FAILING = [
  [
    'throws',
    () => {
      throw new Error('boom')
    },
    'boom',
  ],
  [
    'rejects',
    async () => {
      throw new Error('boom')
    },
    'boom',
  ],
  [
    'throws behind one that rejects',
    ({ operationId }) => {
      if (operationId === 'a') return Promise.reject(new Error('boom'))
      throw new Error('other')
    },
    'the function failed',
  ],
  ['says a text', () => 'yes', 'gave no boolean for GET /a'],
  ['says nothing', () => undefined, 'gave no boolean for GET /a'],
  ['says a BigInt', () => 5n, 'gave no boolean for GET /a'],
  [
    'says what cannot be read',
    () => ({
      toJSON() {
        throw new Error('no JSON of me')
      },
    }),
    'gave no boolean for GET /a',
  ],
]
for (const option of ['include', 'exclude'])
  for (const [what, says, message] of FAILING) {
    test(`a function of ${option} that ${what} fails the load and changes nothing`, async () => {
      const registry = registryOf()
      const error = await refusal(() => new SpecLoader(registry).load(text(['a', 'b']), { [option]: says }))
      assert.deepEqual([error.code, error.details.option], ['TOOL_FAILED', option])
      assert.ok(error.message.startsWith(`option "${option}": the function failed: `), error.message)
      assert.ok(error.message.includes(message), error.message)
      assert.equal(registry.revision, 0)
    })
  }

test('of two functions, the error names the option whose function failed', async () => {
  const load = (options) => refusal(() => new SpecLoader(registryOf()).load(text(['a']), options))
  const boom = async () => Promise.reject(new RangeError('boom'))
  const yes = () => true
  for (const [options, option, name, message] of [
    [{ include: boom, exclude: yes }, 'include', 'RangeError', 'boom'],
    [{ include: yes, exclude: boom }, 'exclude', 'RangeError', 'boom'],
    [{ include: () => 'yes', exclude: yes }, 'include', 'TypeError', 'gave no boolean for GET /a'],
    [{ include: yes, exclude: () => undefined }, 'exclude', 'TypeError', 'gave no boolean for GET /a'],
  ]) {
    const { code, details } = await load(options)
    assert.deepEqual([code, details.option, details.name, details.message], ['TOOL_FAILED', option, name, message])
  }
})

test('exclude is asked of the operations that include takes, and both again by a reload', async (t) => {
  const { registry, loader, file } = await standing(t, ['a', 'b', 'c'])
  const asked = []
  const options = {
    include: ({ operationId }) => operationId !== 'a',
    exclude: ({ operationId }) => asked.push(operationId) > 2 && operationId === 'b',
  }
  await loader.load(file, options)
  assert.deepEqual(
    [asked, registry.list()],
    [
      ['b', 'c'],
      ['b', 'c'],
    ],
  )
  assert.deepEqual((await loader.reload('pets')).removed, ['b'])
  assert.deepEqual(asked, ['b', 'c', 'b', 'c'])
})

test('a function in a list of selections is refused, with what to write', async () => {
  for (const [options, index] of [
    [{ include: [{ tags: ['a'] }, () => true] }, 'include/1'],
    [{ exclude: [() => true] }, 'exclude/0'],
  ]) {
    const [option] = Object.keys(options)
    const error = await refusal(() => new SpecLoader(registryOf()).load(text(['a']), options))
    const advice = `a function stands alone, not in a list: { ${option}: (operation) => … }`
    assert.deepEqual([error.code, error.message], ['INVALID_OPTIONS', `option "${index}": ${advice}`])
  }
})

test('a function that never answers is given up after the time of a call', async () => {
  for (const [options, option] of [
    [{ include: never }, 'include'],
    [{ exclude: never }, 'exclude'],
    [{ include: () => true, exclude: never }, 'include and exclude'],
  ]) {
    const registry = new ToolRegistry({ timeoutMs: 50 })
    const loader = new SpecLoader(registry)
    const { code, details, message } = await refusal(() => loader.load(text(['a']), options))
    assert.deepEqual([code, details, registry.revision], ['TIMEOUT', { option, timeoutMs: 50 }, 0])
    assert.equal(message, `option "${option}": the function did not answer within 50 ms`)
    assert.deepEqual((await loader.load(text(['a']))).added, ['a'])
  }
})

test('a function may use the registry while it is asked', async () => {
  const registry = registryOf({ execute: () => 'there' })
  const include = async () => (
    registry.register({ name: 'made', description: 'x', execute: () => 1 }),
    (await registry.execute('echo')) === 'there'
  )
  assert.deepEqual((await new SpecLoader(registry).load(text(['a']), { include })).added, ['a'])
})

test(
  'functions are let go with their document, with their loader, and when a load of them fails',
  { timeout: 60_000 },
  async () => {
    const program = `
    const gone = []
    const watch = new FinalizationRegistry((what) => gone.push(what))
    const functionOf = (what, says) => { const include = () => says; watch.register(include, what); return include }
    const text = JSON.stringify({ openapi: '3.0.3', paths: { '/a': { get: { operationId: 'a' } } } })
    const registry = new ToolRegistry()
    const loader = new SpecLoader(registry)
    await loader.load(text, { name: 'unloaded', namespace: 'u', include: functionOf('unloaded', true) })
    loader.unload('unloaded')
    await loader.load(text, { name: 'failed', include: functionOf('failed', 5) }).catch(() => {})
    await loader.load(text, { name: 'refused', tags: 5, include: functionOf('refused', true) }).catch(() => {})
    await loader.load(text, { name: 'kept', include: functionOf('kept', true) })
    const other = new SpecLoader(registry)
    await other.load(text, { name: 'closed', namespace: 'c', include: functionOf('closed', true) })
    other.close()
    for (const end = Date.now() + 20_000; gone.length < 4 && Date.now() < end;) {
      gc()
      await new Promise(setImmediate)
    }
    console.log(gone.sort().join())
    await loader.reload('kept')`
    assert.equal((await outputOf(program, { flags: ['--expose-gc'] })).trim(), 'closed,failed,refused,unloaded')
  },
)

test('a function that is held does not keep the process', async () => {
  const program = `
    const text = JSON.stringify({ openapi: '3.0.3', paths: { '/a': { get: { operationId: 'a' } } } })
    await new SpecLoader(new ToolRegistry()).load(text, { include: () => true })
    console.log('done')`
  assert.equal((await outputOf(program, { killAfterMs: 20_000 })).trim(), 'done')
})

test('a watched reload that waits for a function does not keep the process', async (t) => {
  const file = join(await folder(t), 'pets.json')
  await writeFile(file, text(['a']))
  const program = `
    import { writeFileSync } from 'node:fs'
    let arrived
    const reached = new Promise((resolve) => (arrived = resolve))
    const include = ({ operationId }) => operationId === 'a' || (arrived(), never())
    const alive = setInterval(() => {}, 1000)
    await new SpecLoader(new ToolRegistry()).load(${JSON.stringify(file)}, { include, watch: true })
    writeFileSync(${JSON.stringify(file)}, ${JSON.stringify(text(['a', 'b']))})
    await reached
    clearInterval(alive)
    console.log('done')`
  assert.equal((await outputOf(program, { killAfterMs: 30_000 })).trim(), 'done')
})

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
  const { description, category, tags, requiresAuth, rateLimit, inputSchema } = registry.get('find')
  assert.deepEqual(
    { description, category, tags, requiresAuth, rateLimit },
    { description: 'Finds what you want', category: 'external', tags: ['client'], requiresAuth: true, rateLimit: 9 },
  )
  assert.deepEqual(inputSchema, { type: 'object', properties: { q: { type: 'string', description: 'What you want' } } })
  await registry.execute('find', { q: 'x' }, { context: { userId: 7 } })
  assert.deepEqual([requests[0].url, requests[0].headers.key], ['/search?q=x&tenant=acme', 'k'])
  assert.equal(
    await codeOf(() => registry.execute('find', { tenant: 'other' }, { context: { userId: 7 } })),
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
  const { registry, loader, file } = await standing(t, ['a', 'internal'])
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
