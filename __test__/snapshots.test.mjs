// What can be read of a revision: filters, definitions, the catalog, counts. All of it frozen, all of it repeatable.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { text } from './support/documents.mjs'
import { codeOf, registryOf, tool } from './support/tools.mjs'

async function market() {
  const registry = registryOf(
    { name: 'mail', category: 'external', tags: ['a', 'client'], version: '1.4.0', requiresAuth: true },
    { name: 'search', category: 'external', tags: ['a', 'b'], version: '2.0.0' },
    {
      name: 'sum',
      category: 'internal',
      tags: ['external'],
      version: 'v1',
      deprecated: true,
      requiresApproval: () => true,
    },
    { name: 'bare' },
  )
  registry.register(tool({ name: 'hidden', category: 'internal', tags: ['b'] })).disable()
  await new SpecLoader(registry).load(text(['listPets', 'getPet']), { name: 'pets', namespace: 'shop' })
  return registry
}

const FILTERS = [
  [undefined, ['mail', 'search', 'sum', 'bare', 'shop_listPets', 'shop_getPet']],
  [{}, ['mail', 'search', 'sum', 'bare', 'shop_listPets', 'shop_getPet']],
  [{ category: 'external' }, ['mail', 'search']],
  [{ category: ['external', 'internal'] }, ['mail', 'search', 'sum']],
  [{ category: [] }, []],
  [{ tags: 'a' }, ['mail', 'search']],
  [{ tags: ['client', 'b'] }, ['mail', 'search']],
  [{ allTags: ['a', 'b'] }, ['search']],
  [{ allTags: [] }, ['mail', 'search', 'sum', 'bare', 'shop_listPets', 'shop_getPet']],
  [{ source: 'pets' }, ['shop_listPets', 'shop_getPet']],
  [{ source: ['pets', 'code'], tags: 'a' }, ['mail', 'search']],
  [{ namespace: 'shop' }, ['shop_listPets', 'shop_getPet']],
  [{ version: '^1' }, ['mail', 'sum', 'shop_listPets', 'shop_getPet']],
  [{ version: '1.4.0 || >=2 <3' }, ['mail', 'search']],
  [{ requiresAuth: true }, ['mail']],
  [{ requiresAuth: false, category: 'external' }, ['search']],
  [{ requiresApproval: true }, ['sum']],
  [{ requiresApproval: false, tags: 'a' }, ['mail', 'search']],
  [{ deprecated: true }, ['sum']],
  [{ deprecated: false, source: 'code' }, ['mail', 'search', 'bare']],
  [{ enabled: false }, ['hidden']],
  [{ enabled: true, category: 'internal' }, ['sum']],
  [{ name: 's*' }, ['search', 'sum', 'shop_listPets', 'shop_getPet']],
  [{ name: '*_{list,get}Pet' }, ['shop_getPet']],
  [{ name: 's*', category: 'external', tags: 'b', version: '2' }, ['search']],
  [{ name: 'nothing' }, []],
]
test('a filter means the tools that meet every condition, in the order of registration', async () => {
  const registry = await market()
  for (const [filter, expected] of FILTERS) {
    const at = JSON.stringify(filter)
    assert.deepEqual(registry.list(filter), expected, at)
    assert.deepEqual(
      registry.tools(filter).map(({ name }) => name),
      expected,
      at,
    )
    assert.deepEqual(
      registry.definitions('openai', filter).map(({ name }) => name),
      expected,
      at,
    )
    assert.deepEqual(
      registry.catalog({ filter }).map(({ name }) => name),
      expected,
      at,
    )
  }
})

test('a filter that does not exist, or that no tool can meet, is refused and lets nothing through', async () => {
  const registry = await market()
  for (const filter of [
    { categories: 'x' },
    { tags: 5 },
    { tags: [5] },
    { version: 'newest' },
    { enabled: 'yes' },
    'mail',
    5,
    { name: null, x: 1 },
  ]) {
    for (const ask of [
      () => registry.list(filter),
      () => registry.tools(filter),
      () => registry.definitions('gemini', filter),
      () => registry.catalog({ filter }),
    ]) {
      assert.equal(await codeOf(ask), 'INVALID_OPTIONS', JSON.stringify(filter))
    }
  }
  assert.equal(await codeOf(() => registry.definitions('openai-caht')), 'INVALID_OPTIONS')
  assert.equal(await codeOf(() => registry.catalog({ mode: 'internal' })), 'INVALID_OPTIONS')
})

test('what is shared by all who read it is frozen to the bottom', async () => {
  const registry = await market()
  const frozen = (value, at) => {
    if (value === null || typeof value !== 'object') return
    assert.ok(Object.isFrozen(value), at)
    for (const [key, inner] of Object.entries(value)) frozen(inner, `${at}/${key}`)
  }
  frozen(registry.catalog(), 'catalog')
  frozen(registry.tokens('openai'), 'tokens')
  frozen(registry.history('mail'), 'history')
  for (const target of ['openai', 'openai-responses', 'anthropic', 'gemini'])
    frozen(registry.definitions(target), target)
})

test("what a framework may write into is the reader's own, and nobody else sees what is written", async () => {
  const registry = await market()
  const turn = registry.snapshot()
  const { schemaHash } = registry.get('mail')
  const own = {
    plain: (from) => from.definitions('plain'),
    list: (from) => from.list(),
    tools: (from) => from.tools(),
    get: (from) => from.get('mail'),
    definition: (from) => from.definition('mail', schemaHash),
  }
  const writable = (value, at) => {
    if (value === null || typeof value !== 'object') return
    assert.ok(Object.isExtensible(value), at)
    for (const [key, inner] of Object.entries(value)) writable(inner, `${at}/${key}`)
    if (Array.isArray(value)) value.push('mine')
    else value.mine = true
  }
  for (const [what, read] of Object.entries(own)) {
    const before = JSON.stringify(read(turn))
    for (const from of [turn, registry]) {
      writable(read(from), what)
      assert.equal(JSON.stringify(read(from)), before, what)
    }
  }
})

test('what was read once of a revision is the same array, also through a snapshot of it', async () => {
  const registry = await market()
  const filter = { category: 'external' }
  const reads = [
    (from) => from.catalog({ filter }),
    (from) => from.definitions('openai', filter),
    (from) => from.definitions('gemini'),
  ]
  const turn = registry.snapshot()
  const first = reads.map((read) => read(registry))
  for (const from of [registry, turn, registry.snapshot()])
    reads.forEach((read, i) => assert.equal(read(from), first[i]))
  registry.unregister('bare')
  reads.forEach((read, i) => {
    assert.notEqual(read(registry), first[i])
    assert.equal(read(turn), first[i])
  })
})

test('a tool says all that is known of it, and nothing of its closure', () => {
  const given = {
    name: 'a',
    title: 'A',
    category: 'c',
    tags: ['t', 't'],
    version: '1.0.0',
    requiresAuth: true,
    requiresApproval: true,
    rateLimit: 60,
    deprecated: true,
    annotations: { readOnlyHint: true },
  }
  const { schemaHash, registeredAt, changedAt, ...said } = registryOf(given).get('a')
  assert.match(schemaHash, /^[0-9a-f]{64}$/)
  assert.ok(Math.abs(registeredAt - Date.now()) < 60_000)
  assert.equal(changedAt, registeredAt)
  assert.deepEqual(said, {
    ...given,
    description: 'Says what it was told',
    tags: ['t'],
    inputSchema: { type: 'object' },
    enabled: true,
    source: 'code',
    revision: 1,
  })
})

test('the hash of a schema does not mind the order of keys, and minds what a model sees', () => {
  const hash = (over) => registryOf(over).get('echo').schemaHash
  const schema = { type: 'object', properties: { a: { type: 'string', title: 'A' } } }
  const turned = { properties: { a: { title: 'A', type: 'string' } }, type: 'object' }
  assert.equal(hash({ inputSchema: schema, tags: ['x'] }), hash({ inputSchema: turned, category: 'y' }))
  assert.notEqual(hash({ inputSchema: schema }), hash({ inputSchema: schema, description: 'Says it twice' }))
})

test('the catalog of external tools has those of the category, and those with a tag that says so', async () => {
  const catalog = (await market()).catalog({ mode: 'externalOnly' })
  assert.deepEqual(
    catalog.map(({ name }) => name),
    ['mail', 'search', 'sum'],
  )
  const { tokens, ...entry } = catalog[0]
  assert.deepEqual(entry, {
    name: 'mail',
    description: 'Says what it was told',
    category: 'external',
    tags: ['a', 'client'],
    parameters: { type: 'object' },
  })
  assert.ok(Number.isInteger(tokens) && tokens > 0)
})

test('a summary counts tools by source and category', async () => {
  const registry = await market()
  const { revision, ...counts } = registry.summary()
  assert.equal(revision, registry.revision)
  assert.deepEqual(counts, {
    tools: 7,
    disabled: 1,
    sources: { code: 5, pets: 2 },
    categories: { external: 2, internal: 2, uncategorized: 3 },
  })
})

test('a snapshot keeps what it has, and can call it, whatever the registry does', async () => {
  const registry = registryOf({ execute: () => 'old' }, { name: 'other', execute: () => 'still there' })
  const turn = registry.snapshot()
  registry.replace(tool({ execute: () => 'new' }))
  registry.unregister('other')
  registry.register(tool({ name: 'late' }))
  assert.deepEqual(
    [turn.list(), turn.size, turn.revision, turn.has('late'), turn.summary().tools],
    [['echo', 'other'], 2, 2, false, 2],
  )
  assert.deepEqual(
    [await turn.execute('echo'), await turn.execute('other'), await registry.execute('echo')],
    ['old', 'still there', 'new'],
  )
  registry.close()
  assert.equal(await turn.execute('other'), 'still there')
})

test('a snapshot that was released answers nothing any more', async () => {
  const registry = registryOf({})
  const turn = registry.snapshot()
  await turn.execute('echo')
  turn.release()
  turn.release()
  for (const ask of [
    () => turn.size,
    () => turn.has('echo'),
    () => turn.get('echo'),
    () => turn.list(),
    () => turn.tools(),
    () => turn.definitions('openai'),
    () => turn.catalog(),
    () => turn.summary(),
    () => turn.execute('echo'),
    () => turn.respond('anthropic', { id: '1', name: 'echo', input: {} }),
  ]) {
    assert.equal(await codeOf(ask), 'CLOSED', ask)
  }
  assert.deepEqual(await registry.execute('echo'), {})
})

test('an empty registry shows nothing to anybody', () => {
  const registry = new ToolRegistry()
  assert.deepEqual(
    [registry.revision, registry.size, registry.list(), registry.tools(), registry.catalog()],
    [0, 0, [], [], []],
  )
  for (const target of ['openai', 'anthropic', 'gemini']) assert.deepEqual(registry.definitions(target), [])
})
