// Finders: what a model is shown, finds, loads and may call, on every target.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { ToolRegistry } from 'toolrack'
import { callOf } from 'toolrack/test'
import { errorIn } from './support/model.mjs'
import { TARGET_NAMES } from './support/targets.mjs'
import { codeOf, refusal, registryOf, tool } from './support/tools.mjs'

const TARGETS = TARGET_NAMES.filter((target) => target !== 'mcp')
const inputSchema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
const TICKETS = [
  { name: 'crm/create', description: 'Creates a ticket. It is open.', inputSchema },
  { name: 'close', description: 'Closes a ticket', inputSchema },
  { name: 'ping', description: 'Says hello' },
]
const desk = (...more) => registryOf(...TICKETS, ...more)
const finderOf = (registry, target, options) => registry.snapshot().finder(target, options)

/** The tools of a request by name, those of the finder among them. */
const shapesIn = (definitions) =>
  definitions
    .flatMap((one) => one.functionDeclarations ?? [one])
    .map((one) => one.function ?? one.toolSpec ?? one)
    .map((one) => [one.name ?? one.type, one])
const namesIn = (finder) => shapesIn(finder.definitions()).map(([name]) => name)

/** The value of an answer, in any target. */
function valueOf(answer) {
  const { output, content, functionResponse, toolResult, value } = answer
  const found =
    output?.value ?? output ?? functionResponse?.response?.output ?? toolResult?.content[0].json ?? content ?? value
  return typeof found === 'string' ? JSON.parse(found) : found
}
const search = async (finder, args) => valueOf(await finder.respond(callOf(finder.target, 'search_tools', args)))
const call = (finder, name, args = { n: 1 }) => finder.respond(callOf(finder.target, name, args))
const load = async (finder, names) => valueOf(await call(finder, 'load_tools', { names }))

for (const target of TARGETS) {
  test(`${target}: the finder's own tools pass the rules of the target`, () => {
    const registry = desk({ name: 'call_tool', description: 'Rings a bell' })
    for (const load of ['search', 'explicit']) {
      for (const native of [true, false]) {
        const finder = finderOf(registry, target, { load, native, always: ['ping'] })
        for (const [name, one] of shapesIn(finder.definitions()).filter(([name]) => name !== 'tool_search')) {
          const whole = finder.definitions().find((tool) => (tool.function ?? tool.toolSpec ?? tool) === one)
          assert.deepEqual(registry.validate(whole ?? one, target), [], name)
        }
      }
    }
  })

  test(`${target}: a tool that was not shown is not called, is told, and is called then`, async () => {
    const called = []
    const registry = desk({ name: 'count', inputSchema, execute: ({ n }) => called.push(n) })
    let finder = finderOf(registry, target)
    const error = errorIn(await call(finder, 'count'))
    assert.deepEqual([error.code, called], ['NOT_LOADED', []])
    assert.match(error.message, /call it again as its definition says: \{"name":"count",.*"required":\["n"\]/)
    assert.deepEqual(
      finder.state.loaded.map(({ name }) => name),
      ['count'],
    )
    finder = finder.next()
    assert.equal(errorIn(await call(finder, 'count')), undefined)
    assert.deepEqual(called, [1])
  })

  test(`${target}: a tool outside of the filter is unknown, and leaves no trace`, async () => {
    const finder = finderOf(desk({ name: 'secret', description: 'Creates a ticket in secret' }), target, {
      filter: { predicate: ({ name }) => name !== 'secret' },
      always: ['ping', 'secret'],
      native: false,
    })
    const answers = [
      await call(finder, 'secret'),
      await search(finder, { queries: ['secret ticket'] }),
      await search(finder, { queries: ['secret'], source: 'code' }),
      await load(finder, ['secred', 'close']),
      await call(finder, 'secre'),
    ]
    assert.equal(errorIn(answers[0]).code, 'UNKNOWN_TOOL')
    for (const answer of [...answers.slice(1, 4), finder.definitions(), finder.next().definitions(), finder.state])
      assert.ok(!/"name":"secret"|"secret"\)|in secret/.test(JSON.stringify(answer)), JSON.stringify(answer))
    assert.deepEqual(errorIn(answers[4]).nearest, [])
  })

  test(`${target}: a tool with a name of the finder's own is called through call_tool`, async () => {
    const named = { name: 'search_tools', description: 'Looks for hammers', inputSchema, execute: ({ n }) => ({ n }) }
    let finder = finderOf(desk(named), target, { native: false, always: ['search_tools'] })
    assert.deepEqual(
      finder.taken.map(({ name, findings }) => [name, findings[0].code]),
      [['search_tools', 'FINDER_NAME_TAKEN']],
    )
    assert.deepEqual(namesIn(finder), ['search_tools', 'call_tool'])
    const { tools } = await search(finder, { queries: ['hammers'] })
    assert.deepEqual(
      [tools[0].name, tools[0].callWith, tools[0].parameters.required],
      ['search_tools', 'call_tool', ['n']],
    )
    finder = finder.next()
    assert.deepEqual(namesIn(finder), ['search_tools', 'call_tool'])
    const answer = await call(finder, 'call_tool', { name: 'search_tools', arguments: { n: 7 } })
    assert.deepEqual(valueOf(answer), { n: 7 })
    const { toolName, functionResponse } = answer
    assert.ok([undefined, 'call_tool'].includes(toolName ?? functionResponse?.name))
    assert.equal(errorIn(await call(finder, 'call_tool', { name: 'close', arguments: { n: 7 } })).code, 'NOT_LOADED')
    assert.equal(errorIn(await call(finder, 'call_tool', { name: 'nobody', arguments: {} })).code, 'UNKNOWN_TOOL')
    const renamed = finderOf(desk(named), target, { native: false, names: { search: 'find' } })
    assert.deepEqual([renamed.taken, namesIn(renamed)], [[], ['find']])
  })

  test(`${target}: wrong arguments of the finder's own tools are answers that say what would be right`, async () => {
    const finder = finderOf(desk({ name: 'call_tool' }), target, { native: false })
    const cases = [
      ['search_tools', {}, /queries/],
      ['search_tools', { queries: [] }, /1 to 3/],
      ['search_tools', { queries: ['a', 'b', 'c', 'd'] }, /1 to 3/],
      ['search_tools', { queries: [7] }, /texts/],
      ['search_tools', { queries: ['a'], limit: 21 }, /1 to 20/],
      ['search_tools', { queries: ['a'], source: {} }, /source/],
      ['search_tools', { queries: ['a'], filter: {} }, /filter/],
      ['search_tools', { queries: ['x'.repeat(501)] }, /500/],
      ['load_tools', { names: 7 }, /names/],
      ['load_tools', { names: Array(21).fill('a') }, /1 to 20/],
      ['call_tool', { arguments: {} }, /name/],
      ['call_tool', { name: 'close', arguments: 'no' }, /arguments/],
    ]
    for (const [name, args, told] of cases) {
      const error = errorIn(await call(finder, name, args))
      assert.ok(['INVALID_PARAMS', 'LIMIT_EXCEEDED'].includes(error?.code), JSON.stringify(args))
      assert.match(JSON.stringify(error), told)
    }
    assert.deepEqual(finder.state.loaded, [])
    const own = JSON.parse('{"__proto__":{"queries":["ticket"]}}')
    assert.equal(errorIn(await finder.respond(callOf(target, 'search_tools', own)))?.code, 'INVALID_PARAMS')
  })
}

test('a search says what it found: names, one sentence, required arguments, and missing words', async () => {
  const finder = finderOf(desk(), 'plain')
  const { tools, note } = await search(finder, { queries: ['create a ticket'] })
  const [first, second] = tools
  assert.deepEqual(first, {
    name: 'crm_create',
    description: 'Creates a ticket.',
    required: ['n'],
  })
  assert.deepEqual([second.name, second.missing], ['close', ['create']])
  assert.equal(note, undefined)
  // Models give one text for a list of one, and null for nothing.
  const one = await search(finder, { queries: 'hello', source: null, limit: null })
  assert.deepEqual(
    one.tools.map(({ name }) => name),
    ['ping'],
  )
})

test('a weak result says so and names the sources, as data', async () => {
  const registry = desk()
  for (let i = 0; i < 12; i++) registry.register(tool({ name: `w${i}`, description: 'Waits' }))
  const finder = finderOf(registry, 'plain')
  const weak = await search(finder, { queries: ['ticket of an unknown flying rocket engine'] })
  assert.ok(weak.tools.length > 0)
  assert.match(weak.note, /^No tool fits these words well\. Search with other words\. Sources: code\.$/)
  const elsewhere = await search(finder, { queries: ['close ticket'], source: 'crm' })
  assert.deepEqual(elsewhere.tools, [])
  assert.match(elsewhere.note, /Sources: code\./)
  const none = await search(finder, { queries: ['rocket'] })
  assert.deepEqual(none.tools, [])
  assert.match(none.note, /^No tool has these words\./)
  const native = await finderOf(registry, 'anthropic').respond(
    callOf('anthropic', 'search_tools', { queries: ['ticket of an unknown flying rocket engine'] }),
  )
  // References and a text are never in one result.
  assert.match(JSON.parse(native.content).note, /No tool fits .* Or search for the exact name of one of these\./)
})

test('descriptions in answers are one line without hidden characters', async () => {
  const description = 'Ends\na \u202Eticket\u200B for\u0007 all customers ' + 'x'.repeat(500)
  const finder = finderOf(registryOf({ name: 'end', description }), 'plain')
  const { tools } = await search(finder, { queries: ['ticket customers'] })
  assert.ok(tools[0].description.length <= 200)
  assert.doesNotMatch(tools[0].description, /[\p{C}\n]/u)
})

test('load_tools tells the nearest names of one that no tool has', async () => {
  const finder = finderOf(desk(), 'openai-chat', { load: 'explicit' })
  const { tools, unknown } = await load(finder, ['crm_create', 'clos', 'x'.repeat(9_999)])
  assert.deepEqual(tools, [{ name: 'crm_create', required: ['n'] }])
  assert.deepEqual(unknown[0], { name: 'clos', nearest: ['close'] })
  assert.equal(unknown[1].name.length, 64)
  const native = finderOf(desk(), 'anthropic', { load: 'explicit' })
  const answer = await call(native, 'load_tools', { names: ['close', 'clos'] })
  assert.match(JSON.parse(answer.content).note, /Nothing was loaded/)
  assert.deepEqual(native.state.loaded, [])
})

test('calls that are made beside a search do not know what it finds', async () => {
  const finder = finderOf(desk(), 'plain')
  const calls = [callOf('plain', 'search_tools', { queries: ['close ticket'] }), callOf('plain', 'close', { n: 1 })]
  const [found, early] = await finder.respond(calls)
  assert.equal(valueOf(found).tools[0].name, 'close')
  assert.equal(errorIn(early).code, 'NOT_LOADED')
  assert.equal(errorIn(await call(finder, 'close')), undefined)
})

test('definitions are those of one request, whatever its answers load', async () => {
  for (const target of TARGETS) {
    const finder = finderOf(desk(), target, { native: false })
    const before = JSON.stringify(finder.definitions())
    await search(finder, { queries: ['close ticket'] })
    assert.equal(JSON.stringify(finder.definitions()), before, target)
    assert.notEqual(JSON.stringify(finder.next().definitions()), before, target)
  }
})

test('the caller of a snapshot is that of all calls of its finder', async () => {
  const registry = registryOf({ name: 'who', requiresAuth: true, execute: (_, { userId }) => ({ userId }) })
  const turn = registry.snapshot({ context: { userId: 'ada' } })
  for (const filter of [undefined, {}, { name: 'w*' }, { predicate: () => true }]) {
    const finder = turn.finder('plain', { filter, always: ['who'] })
    for (const one of [finder, finder.next(), finder.next(turn)])
      assert.deepEqual(valueOf(await call(one, 'who', {})), { userId: 'ada' })
  }
})

test('a call that is answered NOT_LOADED is observed as such', async () => {
  const registry = desk()
  const seen = []
  registry.on('call', ({ toolName, code, outcome }) => seen.push([toolName, code ?? outcome]))
  await call(finderOf(registry, 'plain'), 'close')
  assert.equal(seen.length, 1)
  assert.match(JSON.stringify(seen[0]), /close.*NOT_LOADED/)
})

test('more than 10,000 tools of Anthropic are not deferred, but found and appended', async () => {
  const registry = new ToolRegistry()
  for (let i = 0; i < 9_998; i++) registry.register(tool({ name: `t${i}`, description: `Reads sensor ${i}` }))
  assert.equal(finderOf(registry, 'anthropic').native, false)
  registry.unregister('t0')
  const finder = finderOf(registry, 'anthropic')
  assert.deepEqual([finder.native, finder.definitions().length], [true, 9_998])
  registry.close()
})

test('openai: more tools in every request than the provider takes are refused', async () => {
  const registry = registryOf(...Array.from({ length: 128 }, (_, i) => ({ name: `t${i}`, description: 'Counts' })))
  const error = await refusal(() => finderOf(registry, 'openai', { always: { name: 't*' } }))
  assert.match(error.message, /129 tools .* over the 128 tools that the provider takes/)
  registry.unregister('t0')
  assert.equal(finderOf(registry, 'openai', { always: { name: 't*' } }).definitions().length, 128)
})

const OPTIONS = [
  [{ target: 'mcp' }, /createMcpServer\(registry, \{ expose: 'search' \}\)/],
  [{ target: undefined }, /"target": is missing/],
  [{ target: 'opanai' }, /nearest: openai/],
  [{ filtre: {} }, /nearest: filter/],
  [{ filter: [] }, /"filter": must be a filter/],
  [{ filter: { nmae: 'a' } }, /filter/],
  [{ always: 'ping' }, /list of names, or a filter/],
  [{ always: [7] }, /always\/0/],
  [{ limit: 0 }, /1 to 20/],
  [{ limit: '5' }, /1 to 20/],
  [{ load: 'all' }, /search, explicit/],
  [{ budget: 5 }, /budget/],
  [{ budget: { tools: -1 } }, /budget\.tools/],
  [{ budget: { tool: 1 } }, /nearest: tools/],
  [{ native: 1 }, /boolean/],
  [{ names: { search: 'load_tools' } }, /names.*must differ/],
  [{ names: { search: 'a b' } }, /names\.search/],
  [{ names: { search: 'x'.repeat(65) } }, /names\.search/],
  [{ names: { find: 'x' } }, /names/],
  [{ always: TICKETS.map(({ name }) => name), budget: { tools: 3 } }, /4 tools .* over the budget of 3/],
  [{ always: ['ping'], budget: { tokens: 10 } }, /over the budget of 40 tools and 10 tokens/],
]
for (const [{ target = 'plain', ...options }, told] of OPTIONS)
  test(`options ${JSON.stringify({ target, ...options }).slice(0, 60)} are refused`, async () => {
    const given =
      Object.hasOwn(OPTIONS.find(([, one]) => one === told)[0], 'target') && target === 'plain' ? undefined : target
    const error = await refusal(() => desk().snapshot().finder(given, options))
    assert.equal(error.code, 'INVALID_OPTIONS')
    assert.match(error.message, told)
  })

test('what is no call rejects, and a wrong snapshot is refused', async () => {
  const registry = desk()
  const finder = finderOf(registry, 'plain')
  const throwing = {
    get name() {
      throw new Error('no')
    },
  }
  for (const sent of [undefined, null, 7, 'close', {}, { name: 7 }, [null], throwing])
    assert.equal(await codeOf(() => finder.respond(sent)), 'INVALID_OPTIONS')
  for (const snapshot of [null, 7, {}, registry, new Proxy(registry.snapshot(), {})])
    assert.equal(await codeOf(() => finder.next(snapshot)), 'INVALID_OPTIONS')
  const native = finderOf(registry, 'openai')
  for (const over of [{ call_id: null }, { execution: 'server' }, { call_id: undefined }])
    assert.equal(
      await codeOf(() => native.respond({ type: 'tool_search_call', call_id: 'c', arguments: {}, ...over })),
      'INVALID_OPTIONS',
    )
  const { tools } = await native.respond({ type: 'tool_search_call', call_id: 'c', arguments: { queries: 7 } })
  assert.deepEqual(tools, [])
  const line = "Finder { target: 'plain', revision: 3, native: false, loaded: [ 'close' ] }"
  await call(finder, 'close')
  assert.equal(inspect(finder), line)
  assert.throws(() => structuredClone(finder), { name: 'DataCloneError' })
})
