// What providers are given from one revision to the next: what did not change stays the same, and what did is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader } from 'toolrack'
import { document } from './support/documents.mjs'
import { TARGET_NAMES } from './support/targets.mjs'
import { codeOf, registryOf, tool } from './support/tools.mjs'

/** The single tools of what a target is given. */
const tools = (definitions) => definitions[0]?.functionDeclarations ?? definitions

for (const target of TARGET_NAMES) {
  test(`${target}: a tool that did not change is the very same object in the next revision`, () => {
    const registry = registryOf({ name: 'a' }, { name: 'b' }, { name: 'c' })
    const first = registry.definitions(target)
    registry.replace(tool({ name: 'b', description: 'Another one' }))
    const second = registry.definitions(target)
    assert.notEqual(second, first)
    const [before, after] = [tools(first), tools(second)]
    // Google's SDK writes into declarations with its own schemas; the schemas themselves are shared. A framework writes
    // into schemas.
    const held = (one) =>
      target === 'gemini-openapi' ? one.parameters : target === 'plain' ? JSON.stringify(one) : one
    assert.deepEqual(
      after.map((one, i) => held(one) === held(before[i])),
      [true, false, true],
    )
    assert.ok([second, ...after].every((one) => Object.isFrozen(one) === !['gemini-openapi', 'plain'].includes(target)))
    assert.ok(after.every((one) => Object.isFrozen(held(one))))
    registry.unregister('a')
    assert.deepEqual(tools(registry.definitions(target)), [after[1], after[2]])
    const fresh = registryOf({ name: 'b', description: 'Another one' }, { name: 'c' })
    assert.equal(JSON.stringify(registry.definitions(target)), JSON.stringify(fresh.definitions(target)))
  })

  test(`${target}: a delta has what definitions have`, () => {
    const registry = registryOf({ name: 'crm/a' }, { name: 'b' }, { name: 'c' })
    const { revision } = registry
    registry.replace(tool({ name: 'crm/a', description: 'Another one' }))
    registry.unregister('b')
    registry.register(tool({ name: 'd' }))
    const now = tools(registry.definitions(target))
    assert.deepEqual(registry.delta(revision, target), {
      from: revision,
      revision: registry.revision,
      added: [{ name: 'd', wireName: 'd', definition: now[2] }],
      changed: [{ name: 'crm/a', wireName: 'crm_a', definition: now[0] }],
      removed: [{ name: 'b', wireName: 'b' }],
    })
    assert.deepEqual(registry.delta(registry.revision, target), {
      from: registry.revision,
      revision: registry.revision,
      added: [],
      changed: [],
      removed: [],
    })
  })
}

test('a lease answers of its own revision', () => {
  const registry = registryOf({ name: 'a' })
  const lease = registry.snapshot()
  registry.register(tool({ name: 'b' }))
  assert.deepEqual(
    lease.delta(0, 'openai').added.map(({ name }) => name),
    ['a'],
  )
  assert.deepEqual(
    registry.delta(lease.revision, 'openai').added.map(({ name }) => name),
    ['b'],
  )
  assert.deepEqual(
    registry
      .snapshot()
      .delta(0, 'openai')
      .added.map(({ name }) => name),
    ['a', 'b'],
  )
})

test('a delta knows filters and options, in both revisions', () => {
  const registry = registryOf({ name: 'a', tags: ['x'] }, { name: 'b', tags: ['y'] })
  const { revision } = registry
  registry.replace(tool({ name: 'b', tags: ['x'] }))
  registry.register(tool({ name: 'c', tags: ['y'] }))
  const names = ({ added, changed, removed }) => [added, changed, removed].map((list) => list.map(({ name }) => name))
  assert.deepEqual(names(registry.delta(revision, 'anthropic', { tags: 'x' })), [['b'], [], []])
  assert.deepEqual(names(registry.delta(revision, 'anthropic', { tags: 'y' })), [['c'], [], ['b']])
  assert.deepEqual(names(registry.delta(revision, 'anthropic', {}, { cache: true })), [['c'], ['b'], []])
  assert.equal(
    registry.delta(revision, 'anthropic', {}, { cache: true }).changed[0].definition.cache_control,
    undefined,
  )
})

test('no list of tools is deferred, trimmed or downgraded without saying so', () => {
  const many = Array.from({ length: 130 }, (_, i) => ({ name: `t${i}`, tags: [i % 2 ? 'odd' : 'even'] }))
  const registry = registryOf(...many, {
    name: 'clash',
    inputSchema: { type: 'object', properties: { p: { allOf: [{ type: 'string' }, { type: 'integer' }] } } },
  })
  const whole = registry.offer('openai')
  assert.deepEqual(
    [whole.definitions.length, whole.trimmed, whole.findings.map(({ code }) => code)],
    [131, [], ['TOO_MANY_TOOLS']],
  )
  const trimmed = registry.offer('openai', {}, { overLimit: 'trim' })
  assert.deepEqual(
    [trimmed.definitions.length, trimmed.trimmed, trimmed.findings],
    [128, ['t128', 't129', 'clash'], []],
  )
  assert.equal(trimmed.definitions, registry.definitions('openai', {}, { overLimit: 'trim' }))
  const strict = registry.offer('anthropic', { tags: 'even' }, { strict: true })
  assert.deepEqual([strict.strict.length, strict.downgraded.length, strict.revision], [20, 45, registry.revision])
  assert.deepEqual(strict.downgraded[0], {
    name: 't40',
    findings: [{ ...strict.downgraded[0].findings[0], code: 'ANTS_TOO_MANY_STRICT' }],
  })
  assert.equal(strict.definitions.filter((one) => one.strict).length, 20)
  const gemini = registry.offer('gemini')
  assert.deepEqual(
    gemini.quarantined.map(({ name, findings: [{ code }] }) => [name, code]),
    [['clash', 'ALLOF_UNMERGEABLE']],
  )
})

test('tools are deferred by name, by category, by tag, or by several of these', () => {
  const registry = registryOf(
    { name: 'a' },
    { name: 'b', category: 'rare' },
    { name: 'c', tags: ['slow'] },
    { name: 'd' },
  )
  const deferred = (deferLoading) =>
    registry
      .definitions('openai', {}, { deferLoading })
      .filter((one) => one.defer_loading)
      .map(({ name }) => name)
  assert.deepEqual(deferred({ name: 'a' }), ['a'])
  assert.deepEqual(deferred({ category: 'rare' }), ['b'])
  assert.deepEqual(deferred([{ name: 'a' }, { category: 'rare' }, { tags: 'slow' }]), ['a', 'b', 'c'])
  assert.deepEqual(deferred([]), [])
})

test('a load report says what the targets of the caller make of the tools', async () => {
  const registry = registryOf()
  const loader = new SpecLoader(registry)
  const body = (schema) => ({ post: { requestBody: { content: { 'application/json': { schema } } } } })
  const paths = {
    '/fine': body({ type: 'object', properties: { a: { type: 'string' } } }),
    '/clash': body({ type: 'object', properties: { p: { allOf: [{ type: 'string' }, { type: 'integer' }] } } }),
    '/open': body({ type: 'object', properties: { map: { type: 'object' } } }),
  }
  const report = await loader.load(
    { ...document([]), paths },
    { targets: ['gemini', 'mcp', { target: 'openai', strict: true }] },
  )
  const said = (list) => list.map(({ target, name, findings: [{ code }] }) => [target, name, code])
  assert.deepEqual(said(report.quarantined), [['gemini', 'POST_clash', 'ALLOF_UNMERGEABLE']])
  assert.deepEqual(said(report.downgraded), [
    ['openai', 'POST_clash', 'ALLOF_UNMERGEABLE'],
    ['openai', 'POST_open', 'OPEN_MAP'],
  ])
  assert.deepEqual(said((await loader.reload(report.source)).quarantined), said(report.quarantined))
  const silent = await loader.load({ ...document([]), paths, info: { title: 'other', version: '1' } })
  assert.deepEqual([silent.quarantined, silent.downgraded], [undefined, undefined])
})

for (const targets of [
  'gemini',
  ['gemeni'],
  [{ strict: true }],
  [{ target: 'openai', strict: 'never' }],
  [5],
  [{ target: 'openai', cache: true }],
]) {
  test(`a load refuses targets ${JSON.stringify(targets)}`, async () => {
    assert.equal(await codeOf(() => new SpecLoader(registryOf()).load(document(['a']), { targets })), 'INVALID_OPTIONS')
  })
}

for (const from of [-1, 1.5, NaN, '1', null, undefined, 99, 2 ** 60]) {
  test(`a delta from ${String(from)} is refused`, async () => {
    assert.equal(await codeOf(() => registryOf({}).delta(from, 'openai')), 'INVALID_OPTIONS')
  })
}
