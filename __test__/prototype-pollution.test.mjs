// Prototype pollution: what somebody adds to `Object.prototype` approves no call, is no caller and changes no offer,
// while members of a class of the caller count.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolModules, ToolRegistry } from 'toolrack'
import { anthropicTurn } from 'toolrack/anthropic'
import { llamaindexTools } from 'toolrack/llamaindex'

const registry = new ToolRegistry()
const said = []
const execute = (_, { approved, userId }) => {
  said.push({ approved, userId })
  return said.at(-1)
}
registry.register({ name: 'drop', description: 'Drops it', requiresApproval: true, execute })
registry.register({ name: 'who', description: 'Says who calls', execute })
const bound = registry.snapshot({ context: { auditingId: 'a' } })

/** The calls of both ways, on a registry, a snapshot and the snapshot of a caller. */
const WAYS = {
  'execute of a registry': (name, options) => registry.execute(name, {}, options),
  'execute of a snapshot': (name, options) => registry.snapshot().execute(name, {}, options),
  'execute for a caller': (name, options) => bound.execute(name, {}, options),
  'call of a registry': async (name, options) => (await registry.call(name, {}, options)).value,
  'respond of a registry': (name, options) => reply(registry, name, options),
  'respond of a snapshot': (name, options) => reply(registry.snapshot(), name, options),
  'respond for a caller': (name, options) => reply(bound, name, options),
}

async function reply(offered, name, options) {
  return unwrap(await offered.respond('plain', { name, arguments: {} }, options))
}

function unwrap({ ok, value, error }) {
  if (!ok) throw error
  return value
}

function codeOf(call) {
  return call.then(
    () => 'made',
    ({ code }) => code,
  )
}

/** Adds a member to `Object.prototype` while `work` starts its calls. */
function polluted(name, value, work) {
  // oxlint-disable-next-line no-extend-native -- it is what is tested
  Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true, enumerable: false })
  return work().finally(() => delete Object.prototype[name])
}

for (const [way, call] of Object.entries(WAYS)) {
  for (const options of [undefined, {}, { context: {} }, { timeoutMs: 1_000, versions: {} }])
    test(`${way}: a_polluted_prototype_approves_nothing_with_${JSON.stringify(options)}`, async () => {
      // A snapshot of a caller has no versions, and `respond` of a snapshot neither.
      if (options?.versions !== undefined && !way.endsWith('registry')) return
      assert.equal(await polluted('approved', true, () => codeOf(call('drop', options))), 'APPROVAL_REQUIRED')
    })

  test(`${way}: a_polluted_prototype_is_no_caller`, async () => {
    for (const options of [undefined, {}, { context: {} }, { context: { metadata: {} } }]) {
      const named = await polluted('userId', 'root', () => call('who', options))
      assert.equal(named.userId ?? undefined, undefined)
      const whole = await polluted('context', { userId: 'root' }, () => call('who', options))
      assert.equal(whole.userId ?? undefined, undefined)
    }
  })

  test(`${way}: options_of_a_class_of_the_caller_count`, async () => {
    class Options {
      get approved() {
        return true
      }
      get context() {
        return Object.create({ userId: 'ann' })
      }
    }
    for (const options of [new Options(), Object.create({ approved: true, context: { userId: 'ann' } })])
      assert.deepEqual(await call('drop', options), { approved: true, userId: 'ann' })
  })
}

test('needsApproval: a_polluted_prototype_approves_nothing', async () => {
  assert.equal(await polluted('approved', true, () => registry.needsApproval('plain', { name: 'drop' }, {})), true)
})

test('an_adapter: a_polluted_prototype_approves_nothing', async () => {
  const [drop] = llamaindexTools(registry)
  assert.equal(await polluted('approved', true, () => codeOf(drop.call({}))), 'APPROVAL_REQUIRED')
})

/** What is offered, without options or with some. */
const OFFERS = {
  definitions: () => registry.definitions('anthropic', {}, {}),
  'definitions without options': () => registry.definitions('anthropic'),
  offer: () => registry.offer('openai', {}, {}),
  list: () => registry.list({}),
  catalog: () => registry.catalog({}),
  explain: () => registry.explain('drop', 'openai', {}),
  'a snapshot': () => registry.snapshot({}).list(),
  'an adapter': () => llamaindexTools(registry, {}).map(({ metadata }) => metadata),
  'an adapter for a caller': () => anthropicTurn(registry, { context: { userId: 'ann' } }).tools,
}
const FILTER = { names: ['who'] }
/** Options of offers. */
const POLLUTED = {
  filter: FILTER,
  deferLoading: FILTER,
  predicate: ({ name }) => name === 'who',
  overLimit: 'trim',
  cache: true,
  strict: true,
  names: ['who'],
  versions: { a: '1' },
}

for (const [option, value] of Object.entries(POLLUTED))
  test(`a_polluted_${option}_changes_no_offer`, async () => {
    for (const [what, offer] of Object.entries(OFFERS))
      assert.deepEqual(await polluted(option, value, async () => offer()), offer(), what)
  })

test('a_polluted_approve_decides_for_no_adapter', async () => {
  const turn = await polluted(
    'approve',
    () => true,
    async () => anthropicTurn(registry, { context: { userId: 'ann' } }),
  )
  const [{ content }] = await turn.answer([{ type: 'tool_use', id: 'a', name: 'drop', input: {} }])
  assert.equal(JSON.parse(content).error.code, 'APPROVAL_REQUIRED')
})

test('a_filter_of_a_class_of_the_caller_counts', () => {
  class Filter {
    get predicate() {
      return ({ name }) => name === 'who'
    }
  }
  assert.deepEqual(registry.list(new Filter()), ['who'])
  assert.deepEqual(
    registry.catalog(Object.create({ filter: FILTER })).map(({ name }) => name),
    ['who'],
  )
})

const operations = { '/a': { get: { operationId: 'a' } }, '/b': { get: { operationId: 'b' } } }
const document = { openapi: '3.1.0', servers: [{ url: 'https://a.example' }], paths: operations }
const overlay = JSON.stringify({
  overlay: '1.0.0',
  info: { title: 'o', version: '1' },
  actions: [{ target: '$.paths', remove: true }],
})
for (const [option, value, options] of [
  ['include', () => false, {}],
  ['exclude', () => true, {}],
  ['document', { overlays: [overlay] }, {}],
  ['overlays', [overlay], { document: {} }],
  ['custom', () => 'refuse', { gates: {} }],
  ['nodes', 1, { limits: {} }],
])
  test(`a_polluted_${option}_loads_the_same_tools`, async () => {
    const own = new ToolRegistry()
    const loader = new SpecLoader(own)
    await polluted(option, value, () => loader.load(document, { name: 'doc', ...options }))
    loader.close()
    assert.deepEqual(own.list(), ['a', 'b'])
  })

test('a_polluted_path_makes_no_file_of_a_tool', async () => {
  const own = new ToolRegistry()
  const modules = new ToolModules(own)
  await polluted('path', './other.js', () =>
    modules.add({ tool: { name: 'a', description: 'A', parameters: {}, execute } }),
  )
  await modules.close()
  assert.deepEqual(own.list(), ['a'])
})
