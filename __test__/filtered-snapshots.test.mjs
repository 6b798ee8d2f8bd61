// A snapshot with a filter: what it offers binds what can be called, at every door.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { TARGETS } from './support/targets.mjs'
import { codeOf, refusal, registryOf, tool } from './support/tools.mjs'

/** A call of a tool as each target hands it over. */
const CALLS = {
  openai: (name) => ({ type: 'function_call', call_id: '1', name, arguments: '{}' }),
  'openai-chat': (name) => ({ id: '1', type: 'function', function: { name, arguments: '{}' } }),
  anthropic: (name) => ({ type: 'tool_use', id: '1', name, input: {} }),
  gemini: (name) => ({ functionCall: { id: '1', name, args: {} } }),
  'gemini-openapi': (name) => ({ functionCall: { id: '1', name, args: {} } }),
  bedrock: (name) => ({ toolUse: { toolUseId: '1', name, input: {} } }),
  mcp: (name) => ({ params: { name, arguments: {} } }),
  'ai-sdk': (name) => ({ type: 'tool-call', toolCallId: '1', toolName: name, input: {} }),
  mistral: (name) => ({ id: '1', type: 'function', function: { name, arguments: '{}' } }),
  cohere: (name) => ({ id: '1', type: 'function', function: { name, arguments: '{}' } }),
  plain: (name) => ({ name, arguments: {} }),
}

/** Random numbers that are the same in each run. */
function dice(seed) {
  const below = (most) => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % most
  }
  const pick = (list) => list[below(list.length)]
  const some = (list) => list.filter(() => below(2) === 0)
  return { below, pick, some }
}

const CATEGORIES = [undefined, 'external', 'internal']
const TAGS = ['client', 'admin', 'mail']

/** Tools of which some are told to providers by another name, and some are switched off. */
function toolsFor({ below, pick, some }) {
  const stems = ['crm', 'mail', 'pay', 'user/get', 'user.set', 'a:b', 'list-all', 'crm.find', 'crm/find']
  return Array.from({ length: 3 + below(8) }, (_, n) => ({
    definition: tool({
      name: `${pick(stems)}${n}`,
      category: pick(CATEGORIES),
      tags: some(TAGS),
      requiresAuth: below(4) === 0,
      requiresApproval: below(6) === 0,
      deprecated: below(5) === 0,
      execute: () => `ran ${n}`,
    }),
    enabled: below(6) > 0,
  }))
}

function filterFor({ below, pick, some }, names) {
  const filter = {}
  if (below(2) === 0) filter.category = pick(['external', 'internal', ['external', 'internal'], 'none'])
  if (below(3) === 0) filter.tags = pick(TAGS)
  if (below(4) === 0) filter.allTags = some(TAGS)
  if (below(4) === 0) filter.requiresAuth = below(2) === 0
  if (below(6) === 0) filter.requiresApproval = below(2) === 0
  if (below(5) === 0) filter.enabled = false
  if (below(4) === 0) filter.name = pick(['crm*', '*1', '*'])
  if (below(3) === 0) filter.names = [...some(names), 'no_such_tool']
  if (below(3) === 0) filter.predicate = ({ name }) => name.length % 2 === 0
  return filter
}

/** Every door that takes a name, with what it says of one. */
const DOORS = {
  has: (turn, name) => turn.has(name),
  get: (turn, name) => turn.get(name),
  resolve: (turn, name) => turn.resolve(name),
  definition: (turn, name, { schemaHash }) => turn.definition(name, schemaHash),
  history: (turn, name) => turn.history(name),
  explain: (turn, name) => turn.explain(name, 'openai'),
  execute: (turn, name) => turn.execute(name, {}, { context: { userId: 1 } }),
  call: (turn, name) => turn.call(name, {}, { context: { userId: 1 } }),
  needsApproval: (turn, name) => turn.needsApproval('plain', CALLS.plain(name), { context: { userId: 1 } }),
  stream: async (turn, name) => {
    for await (const piece of turn.stream(name, {}, { context: { userId: 1 } })) return piece
  },
  ...Object.fromEntries(TARGETS.map((target) => [`resolve for ${target}`, (turn, name) => turn.resolve(name, target)])),
  ...Object.fromEntries(
    TARGETS.map((target) => [
      `respond to ${target}`,
      (turn, name) => turn.respond(target, CALLS[target](name), { context: { userId: 1 } }),
    ]),
  ),
}

/** What a call of a tool without approval ends with. */
function outcomeOf({ enabled, requiresApproval }) {
  if (!enabled) return 'UNKNOWN_TOOL'
  return requiresApproval ? 'APPROVAL_REQUIRED' : 'ok'
}

/** What a door said, or how it refused. */
async function said(door) {
  try {
    return { value: await door() }
  } catch ({ code, message, details }) {
    return { code, message, details }
  }
}

/** Names in what a list says. */
const LISTS = {
  list: (turn) => turn.list({ enabled: undefined }).concat(turn.list({ enabled: false })),
  tools: (turn) => [...turn.tools(), ...turn.tools({ enabled: false })].map(({ name }) => name),
  catalog: (turn) => [...turn.catalog(), ...turn.catalog({ filter: { enabled: false } })].map(({ name }) => name),
  tokens: (turn) =>
    [...turn.tokens('openai').tools, ...turn.tokens('openai', { enabled: false }).tools].map(({ name }) => name),
  quarantined: (turn) => turn.offer('openai').quarantined.map(({ name }) => name),
  delta: (turn) =>
    TARGETS.flatMap((target) => {
      const { added, changed, removed } = turn.delta(0, target)
      return [...added, ...changed, ...removed].map(({ name }) => name)
    }),
  offer: (turn) =>
    TARGETS.flatMap((target) => {
      const { definitions } = turn.offer(target)
      return wireNames(target, definitions).map((name) => turn.resolve(name, target))
    }),
  definitions: (turn) =>
    TARGETS.flatMap((target) => wireNames(target, turn.definitions(target)).map((name) => turn.resolve(name, target))),
}

function wireNames(target, definitions) {
  const list = definitions[0]?.functionDeclarations ?? definitions
  return list.map((one) => one.name ?? one.function?.name ?? one.toolSpec?.name)
}

test('a filtered snapshot is at every door as if the other tools did not exist', async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = dice(seed)
    const all = toolsFor(random)
    const names = all.map(({ definition }) => definition.name)
    const filter = filterFor(random, names)
    const registry = new ToolRegistry()
    for (const { definition, enabled } of all) {
      const handle = registry.register(definition)
      if (!enabled) handle.disable()
    }
    const meant = new Set(registry.list({ ...filter }))
    const turn = registry.snapshot({ filter })
    // The same tools in a registry that never had the others.
    const alone = new ToolRegistry()
    for (const { definition, enabled } of all) {
      if (!meant.has(definition.name)) continue
      const handle = alone.register(definition)
      if (!enabled) handle.disable()
    }
    const known = JSON.stringify(filter)
    assert.equal(turn.size, meant.size, `${seed} ${known}`)
    assert.deepEqual(turn.summary().tools, meant.size)
    for (const [name, list] of Object.entries(LISTS)) {
      for (const found of list(turn)) assert.ok(meant.has(found), `${seed} ${name} of ${known} has ${found}`)
    }
    for (const one of registry.tools({}).concat(registry.tools({ enabled: false }))) {
      const words = new Set([one.name, registry.explain(one.name, 'openai').wireName])
      for (const word of words) {
        for (const [name, door] of Object.entries(DOORS)) {
          const outcome = await said(() => door(turn, word, one))
          if (!meant.has(one.name))
            assert.deepEqual(
              outcome,
              await said(() => door(alone, word, one)),
              `${seed} ${name} of ${known} tells of ${word}`,
            )
          else if (name === 'execute') assert.equal(outcome.code ?? 'ok', outcomeOf(one), `${seed} ${word}`)
        }
      }
    }
    turn.release()
    registry.close()
    alone.close()
  }
})

test('a model cannot call what it was not offered', async () => {
  let ran = 0
  const registry = registryOf(
    { name: 'lookup', category: 'external' },
    { name: 'lookup_all', category: 'internal', execute: () => ran++ },
  )
  const turn = registry.snapshot({ filter: { category: 'external' } })
  const { content, is_error } = await turn.respond('anthropic', CALLS.anthropic('lookup_all'))
  assert.equal(is_error, true)
  const { error } = JSON.parse(content)
  assert.deepEqual([error.code, error.nearest, ran], ['UNKNOWN_TOOL', ['lookup'], 0])
  const answer = await registry.respond('anthropic', CALLS.anthropic('lookup_all'), {
    filter: { category: 'external' },
  })
  assert.equal(JSON.parse(answer.content).error.code, 'UNKNOWN_TOOL')
  assert.equal(
    (await registry.respond('plain', CALLS.plain('lookup_all'), { filter: { names: 'lookup_all' } })).ok,
    true,
  )
  assert.equal(ran, 1)
})

test('a predicate is asked once a revision, of the tools that meet the other conditions', async () => {
  const registry = registryOf({ name: 'a', tags: ['x'] }, { name: 'b', tags: ['x'] }, { name: 'c' })
  const asked = []
  const predicate = (tool) => {
    assert.ok(Object.isFrozen(tool))
    asked.push(tool.name)
    return tool.name !== 'b'
  }
  const filter = { tags: 'x', predicate }
  for (let turn = 0; turn < 3; turn++) {
    const snapshot = registry.snapshot({ filter })
    assert.deepEqual(snapshot.list(), ['a'])
    assert.equal((await snapshot.respond('plain', CALLS.plain('b'))).error.code, 'UNKNOWN_TOOL')
    assert.equal((await registry.respond('plain', CALLS.plain('b'), { filter })).error.code, 'UNKNOWN_TOOL')
    assert.deepEqual(registry.list(filter), ['a'])
    assert.deepEqual(
      registry.definitions('plain', filter).map(({ name }) => name),
      ['a'],
    )
    assert.deepEqual(
      registry.catalog({ filter }).map(({ name }) => name),
      ['a'],
    )
    snapshot.release()
  }
  assert.deepEqual(asked, ['a', 'b'])
  registry.register(tool({ name: 'd', tags: ['x'] }))
  assert.deepEqual(registry.snapshot({ filter }).list(), ['a', 'd'])
  assert.deepEqual(asked.slice(2), ['a', 'b', 'd'])
})

test('predicates of a revision are asked about the same tools, which are read once', () => {
  const registry = registryOf({ name: 'a', tags: ['x'] }, { name: 'b' })
  const seenBy = (conditions) => {
    const seen = []
    registry.list({ ...conditions, predicate: (tool) => seen.push(tool) > 0 })
    return seen
  }
  const [first, second] = [seenBy({}), seenBy({})]
  assert.equal(first.length, 2)
  for (const [index, tool] of first.entries()) assert.equal(second[index], tool)
  assert.deepEqual(
    seenBy({ tags: 'x' }).map(({ name }) => name),
    ['a'],
  )
  registry.replace(tool({ name: 'a', tags: ['x'], description: 'Says something else' }))
  assert.equal(seenBy({})[0].description, 'Says something else')
})

test('a delta asks a predicate of the former revision too', () => {
  const registry = new ToolRegistry()
  const of = (name, category) => tool({ name, category })
  const handles = [
    registry.register(of('gone', 'x')),
    registry.register(of('was', 'y')),
    registry.register(of('stays', 'x')),
  ]
  const { revision } = registry
  handles[0].remove()
  handles[1].update(of('was', 'x'))
  registry.register(of('outside', 'z'))
  const filter = { predicate: ({ category }) => category === 'x' }
  for (const delta of [
    registry.delta(revision, 'openai', filter),
    registry.snapshot({ filter }).delta(revision, 'openai'),
    registry.snapshot({ filter }).delta(revision, 'openai', { predicate: () => true }),
  ]) {
    const names = (list) => list.map(({ name }) => name)
    assert.deepEqual([names(delta.added), names(delta.changed), names(delta.removed)], [['was'], [], ['gone']])
  }
  const thrown = () => registry.delta(revision, 'openai', {}, { deferLoading: { predicate: () => true } })
  assert.throws(thrown, { code: 'INVALID_OPTIONS' })
})

test('a predicate of a delta sees no tool from outside of its snapshot', () => {
  const registry = registryOf(
    { name: 'shown', category: 'external' },
    { name: 'secret', category: 'internal' },
    { name: 'gone', category: 'internal' },
  )
  const { revision } = registry
  registry.unregister('gone')
  registry.register(tool({ name: 'added', category: 'external' }))
  for (const filter of [
    { category: 'external' },
    { category: 'external', predicate: () => true },
    { category: 'external', predicate: ({ name }) => name !== 'none' },
  ]) {
    const seen = new Set()
    const turn = registry.snapshot({ filter })
    const { added, removed } = turn.delta(revision, 'plain', { predicate: ({ name }) => seen.add(name).size > 0 })
    assert.deepEqual([[...seen].sort(), added.map(({ name }) => name), removed], [['added', 'shown'], ['added'], []])
  }
})

for (const [what, predicate, reason] of [
  [
    'throws',
    () => {
      throw new Error('boom')
    },
    /failed for tool "a"/,
  ],
  ['is async', async () => true, /true or false synchronously/],
  ['says nothing', () => undefined, /returned undefined/],
  ['says a number', () => 1, /returned number/],
  ['is no function', true, /must be a function/],
]) {
  test(`a predicate that ${what} lets no tool through`, async () => {
    const registry = registryOf({ name: 'a', execute: () => assert.fail('was called') })
    const filter = { predicate }
    for (const door of [
      () => registry.list(filter),
      () => registry.snapshot({ filter }),
      () => registry.definitions('openai', filter),
      () => registry.definitions('anthropic', {}, { deferLoading: [filter] }),
      () => registry.catalog({ filter }),
      () => registry.tokens('openai', filter),
      () => registry.respond('openai', CALLS.openai('a'), { filter }),
    ]) {
      const error = await refusal(door)
      assert.equal(error.code, 'INVALID_OPTIONS')
      assert.match(error.message, reason)
    }
  })
}

test('a filter that is none is refused by every door of a snapshot', async () => {
  const registry = registryOf({ name: 'a' })
  for (const filter of [5, 'a', [], { nmae: 'a' }, { names: 5 }, { names: [5] }, { category: {} }]) {
    assert.equal(await codeOf(() => registry.snapshot({ filter })), 'INVALID_OPTIONS', JSON.stringify(filter))
    assert.equal(
      await codeOf(() => registry.respond('openai', CALLS.openai('a'), { filter })),
      'INVALID_OPTIONS',
      JSON.stringify(filter),
    )
  }
})

test('a filtered snapshot keeps names, places and bytes of its tools', () => {
  const registry = registryOf({ name: 'crm.find' }, { name: 'crm/find' }, { name: 'other' })
  const whole = registry.definitions('openai', { names: ['crm/find', 'crm.find'] })
  assert.deepEqual(registry.snapshot({ filter: { names: ['crm.find', 'crm/find'] } }).definitions('openai'), whole)
  const [, second] = registry
    .snapshot({ filter: { names: 'crm/find' } })
    .definitions('openai')
    .concat(null)
  assert.equal(second, null)
  assert.equal(registry.snapshot({ filter: { names: 'crm/find' } }).definitions('openai')[0].name, whole[1].name)
})

test('a filter and a context choose the version and its tools together', async () => {
  const registry = new ToolRegistry()
  const loader = new SpecLoader(registry)
  const document = (...names) => ({
    openapi: '3.1.0',
    info: { title: 'crm', version: '1' },
    paths: Object.fromEntries(
      names.map((name) => [`/${name}`, { get: { operationId: name, tags: [name === 'find' ? 'open' : 'closed'] } }]),
    ),
  })
  await loader.load(document('find', 'drop'), { name: 'crm@1', baseUrl: 'http://127.0.0.1:1' })
  await loader.load(document('find', 'seek', 'drop'), { name: 'crm@2', baseUrl: 'http://127.0.0.1:1' })
  registry.route('crm', { tenants: { acme: '2' } })
  const turn = (tenant, filter) => registry.snapshot({ context: { metadata: { tenant } }, filter })
  assert.deepEqual(turn('acme', { tags: 'closed' }).list().sort(), ['drop', 'seek'])
  assert.deepEqual(turn('other', { tags: 'closed' }).list(), ['drop'])
  assert.equal(turn('acme', { tags: 'open' }).get('find').source, 'crm@2')
  assert.equal(turn('acme', { tags: 'open' }).has('seek'), false)
  assert.deepEqual(
    turn('acme', { tags: 'open' })
      .delta(0, 'plain')
      .added.map(({ name }) => name),
    ['find'],
  )
  registry.close()
})
