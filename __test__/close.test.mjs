// The end of a registry and of a loader.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, registerDynamicTool } from 'toolrack'
import { document, text } from './support/documents.mjs'
import { serve } from './support/server.mjs'
import { codeOf, callFromRust, never, registryOf, tool } from './support/tools.mjs'

const CALL = { type: 'tool_use', id: '1', name: 'echo', input: {} }
/** What reads a revision, and calls its tools. */
const READING = {
  list: [],
  tools: [],
  get: ['echo'],
  has: ['echo'],
  resolve: ['echo'],
  definition: ['echo', 'hash'],
  history: ['echo'],
  definitions: ['openai'],
  offer: ['openai'],
  delta: [1, 'openai'],
  explain: ['echo', 'openai'],
  tokens: ['openai'],
  catalog: [],
  search: ['echo'],
  searchAsync: ['echo'],
  explainSearch: ['echo', 'echo'],
  declarations: [],
  summary: [],
  size: undefined,
  execute: ['echo'],
  call: ['echo'],
  stream: ['echo'],
  respond: ['anthropic', CALL],
  needsApproval: ['anthropic', CALL],
}
/** Every door of each class, with what it is asked; and the doors that answer when it is closed. */
const DOORS = {
  ToolRegistry: {
    ...READING,
    register: [tool()],
    replace: [tool()],
    unregister: ['echo'],
    unregisterSource: ['code'],
    forgetNames: [],
    sources: [],
    route: ['code', null],
    routes: [],
    snapshot: [],
    validate: [{}, 'openai'],
    onChange: [() => {}],
    on: ['change', () => {}],
    approvals: [],
    approve: ['a'],
    reject: ['a'],
    changes: [],
    resume: ['state', {}],
  },
  SpecLoader: {
    load: [text(['a'])],
    loadDirectory: ['.'],
    reload: ['a'],
    check: ['a'],
    unload: ['a'],
    watch: ['a'],
    unwatch: ['a'],
    held: [],
    approve: ['a'],
    reject: ['a'],
    history: ['a'],
    rollback: ['a'],
    pin: ['a'],
    unpin: ['a'],
    sources: [],
    save: [],
    forget: ['a'],
    webhook: [{ secrets: 'x' }],
  },
  Snapshot: { ...READING, finder: ['openai-chat'] },
  ToolHandle: { execute: [], update: [tool()], disable: [], enable: [], remove: [] },
}
const OPEN = {
  ToolRegistry: ['revision', 'names', 'audit', 'lateResults', 'close'],
  SpecLoader: ['close'],
  Snapshot: ['revision', 'release'],
  ToolHandle: ['name'],
}

/** One of each, all closed. */
function closedOnes() {
  const registry = registryOf({})
  const snapshot = registry.snapshot()
  const handle = registry.register(tool({ name: 'other' }))
  const loader = new SpecLoader(registry)
  snapshot.release()
  snapshot.release()
  registry.close()
  registry.close()
  return { ToolRegistry: registry, SpecLoader: loader, Snapshot: snapshot, ToolHandle: handle }
}

for (const [name, closed] of Object.entries(closedOnes())) {
  test(`every door of a closed ${name} says CLOSED, but for those that are said to stay open`, async () => {
    for (const [door, args] of Object.entries(DOORS[name])) {
      assert.equal(await codeOf(() => (args === undefined ? closed[door] : closed[door](...args))), 'CLOSED', door)
    }
    for (const door of OPEN[name]) void (typeof closed[door] === 'function' ? closed[door]() : closed[door])
    const all = Object.getOwnPropertyNames(Object.getPrototypeOf(closed)).filter((door) => door !== 'constructor')
    assert.deepEqual([...Object.keys(DOORS[name]), ...OPEN[name]].sort(), all.sort())
  })
}

test('a loader or a tool that is asked for by name is CLOSED of a closed registry too', async () => {
  const { ToolRegistry: registry } = closedOnes()
  assert.equal(await codeOf(() => new SpecLoader(registry)), 'CLOSED')
  assert.equal(await codeOf(() => registerDynamicTool(registry, tool())), 'CLOSED')
})

test('a snapshot that was taken before its registry closed goes on until it is released', async () => {
  const registry = registryOf({})
  const turn = registry.snapshot()
  registry.close()
  assert.deepEqual([turn.list(), await turn.execute('echo', { a: 1 })], [['echo'], { a: 1 }])
  turn.release()
  assert.equal(await codeOf(() => turn.execute('echo')), 'CLOSED')
})

test('a call that is under way when its registry closes comes to its own end', async () => {
  let settle
  const registry = registryOf({ execute: () => new Promise((resolve) => (settle = resolve)) })
  const call = registry.execute('echo')
  registry.close()
  settle('done')
  assert.equal(await call, 'done')
})

test('calls from other threads fail at once when the registry closes', async () => {
  let reached = 0
  let arrived
  const all = new Promise((resolve) => (arrived = resolve))
  const registry = registryOf({ execute: () => (++reached === 8 && arrived(), never()) })
  const drilled = callFromRust(registry, { total: 8, inFlight: 8, timeoutMs: 600_000 })
  await all
  const started = performance.now()
  registry.close()
  const { succeeded, error } = await drilled
  assert.deepEqual([succeeded, error.code], [0, 'CLOSED'])
  assert.ok(performance.now() - started < 5_000)
})

test('a listener may close the registry that tells it', async () => {
  const registry = registryOf()
  registry.onChange(() => registry.close())
  registry.register(tool())
  assert.equal(await codeOf(() => registry.size), 'CLOSED')
})

test('a closed loader refuses everything, and its tools stay', async () => {
  const registry = registryOf()
  const loader = new SpecLoader(registry)
  await loader.load(text(['a']), { name: 'pets' })
  loader.close()
  loader.close()
  for (const ask of [
    () => loader.load(text(['b'])),
    () => loader.reload('pets'),
    () => loader.unload('pets'),
    () => loader.watch('pets'),
    () => loader.unwatch('pets'),
  ]) {
    assert.equal(await codeOf(ask), 'CLOSED', ask)
  }
  assert.deepEqual(registry.list(), ['a'])
})

test('a load that is under way when its registry closes is refused', async (t) => {
  const registry = registryOf()
  const { url } = await serve(t, () => (registry.close(), document(['a'])))
  assert.equal(await codeOf(() => new SpecLoader(registry).load(`${url}/pets.json`)), 'CLOSED')
})
