// McpLoader, faults: a server that is down, lost, slow or wrong costs its own calls alone, and no call runs twice.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NO_TOOLS } from '../lib/mcp/loader/sent-tools.js'
import { callUpstream } from '../lib/mcp/loader/upstream-calls.js'
import { callFromRust } from './support/tools.mjs'
import { ScriptedServer, failure, fault, openScene, text, tool } from './support/scripted-upstream.mjs'

const hang = () => new Promise(() => {})
/** A connector that hangs, and ends with its signal. */
const hangUntilAborted = (signal) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

test('while a server is down its tools stay, and calls say since when it is down', async () => {
  const { registry, loader, clock, named } = openScene()
  const server = new ScriptedServer()
  await loader.load('gh', server)
  const since = clock.now
  server.onConnect = () => Promise.reject(fault('down', 'connection refused'))
  server.break('the process ended')
  assert.deepEqual(registry.list(), ['one', 'two'])
  const error = await failure(registry.execute('one', {}))
  assert.equal(error.code, 'UPSTREAM_DOWN')
  assert.deepEqual(error.details, { tool: 'one', upstream: 'gh', since, reason: 'connection refused' })
  assert.match(error.message, new RegExp(`"gh" is down since ${new Date(since).toISOString()}: connection refused`))
  const reply = await registry.respond('anthropic', { type: 'tool_use', id: '1', name: 'one', input: {} })
  assert.equal(reply.is_error, true)
  assert.match(JSON.stringify(reply.content), /UPSTREAM_DOWN.*is down since.*call again later/s)
  const [{ state, reason, since: at }] = loader.status()
  assert.deepEqual([state, reason, at], ['down', 'connection refused', since])
  assert.deepEqual(
    named('upstream').map((event) => event.state),
    ['up', 'down'],
  )
  await loader.close()
})

test('a call tries to connect once, and runs where that succeeds', async () => {
  const { registry, loader } = openScene()
  const server = new ScriptedServer()
  await loader.load('s', server)
  server.break()
  assert.equal(await registry.execute('one', {}), 'one {}')
  assert.deepEqual([server.connected, server.calls.length], [2, 1])
  await loader.close()
})

test('a call waits 5 seconds for a connection, and no longer', async () => {
  const { registry, loader, clock } = openScene()
  const server = new ScriptedServer()
  await loader.load('s', server)
  server.onConnect = hangUntilAborted
  server.break()
  const call = failure(registry.execute('one', {}))
  await clock.advance(4_999)
  await clock.advance(1)
  assert.equal((await call).code, 'UPSTREAM_DOWN')
  assert.equal(server.connected, 2)
  await loader.close()
})

test('a thousand calls of a server that is down are one attempt', async () => {
  const { registry, loader } = openScene()
  const server = new ScriptedServer()
  await loader.load('s', server)
  server.onConnect = () => Promise.reject(fault('down'))
  server.break()
  const codes = await Promise.all(Array.from({ length: 1_000 }, () => failure(registry.execute('one', {}))))
  assert.deepEqual(new Set(codes.map(({ code }) => code)), new Set(['UPSTREAM_DOWN']))
  assert.equal(server.connected, 2)
  await loader.close()
})

test('a lost connection is opened again after 0.5 to 60 seconds, and the list is read', async () => {
  const { registry, loader, clock } = openScene()
  const server = new ScriptedServer()
  await loader.load('s', server)
  server.onConnect = () => Promise.reject(fault('down'))
  server.break()
  const times = []
  let seen = server.connected
  const start = clock.now
  for (let i = 0; i < 3_000; i++) {
    await clock.advance(100)
    if (server.connected > seen) times.push(clock.now - start)
    seen = server.connected
  }
  const pauses = times.map((time, i) => time - (times[i - 1] ?? 0))
  assert.deepEqual(pauses, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000])
  server.onConnect = async () => {}
  server.tools = [tool('new')]
  await clock.advance(60_000)
  await clock.advance(250)
  assert.deepEqual(registry.list(), ['new'])
  await loader.close()
})

test('whenDown: hide lists the tools again when the server is back', async () => {
  const { registry, loader, clock } = openScene()
  const server = new ScriptedServer()
  await loader.load('s', server, { whenDown: 'hide', gates: 'production' })
  const tools = registry.definitions('mcp')
  server.onConnect = () => Promise.reject(fault('down'))
  server.break()
  assert.deepEqual(registry.list(), [])
  assert.equal((await failure(registry.execute('one', {}))).code, 'UNKNOWN_TOOL')
  server.onConnect = async () => {}
  await clock.advance(2_000)
  assert.deepEqual(registry.definitions('mcp'), tools)
  server.onConnect = () => Promise.reject(fault('down'))
  server.break()
  server.tools = [tool('one', { description: 'other' }), tool('two')]
  server.onConnect = async () => {}
  await clock.advance(2_000)
  assert.equal(registry.get('one').description, 'Tool one')
  assert.deepEqual(loader.held()[0].updated, ['one'])
  await loader.close()
})

const UNSURE = [
  ['lost', fault('lost', 'the connection broke'), true],
  ['timeout', fault('timeout', 'no answer within 60000 ms'), true],
  ['protocol', fault('protocol', 'the answer is no object'), true],
  ['an internal error', fault('refused', 'it failed', { code: -32_603 }), true],
  ['wrong params', fault('refused', 'Unknown tool', { code: -32_602 }), false],
]
for (const [name, thrown, mayHaveRun] of UNSURE)
  test(`a call that fails with ${name} is sent once, and says whether it may have run`, async () => {
    const { registry, loader } = openScene()
    const server = new ScriptedServer()
    await loader.load('s', server)
    server.onCall = () => Promise.reject(thrown)
    const error = await failure(registry.execute('one', {}))
    assert.deepEqual([error.code, error.details.mayHaveRun], ['UPSTREAM_FAILED', mayHaveRun])
    assert.equal(error.message.includes('may have run'), mayHaveRun)
    assert.match(error.message, /MCP server "s" did not carry out tool "one"/)
    assert.equal(server.calls.length, 1)
    await loader.close()
  })

test('a throw that is no fault of a connection counts as lost', async () => {
  const { registry, loader } = openScene()
  const server = new ScriptedServer()
  await loader.load('s', server)
  for (const thrown of [null, undefined, 'text', new Proxy({}, {}), new TypeError('bug')]) {
    server.onCall = () => Promise.reject(thrown)
    const { code, details } = await failure(registry.execute('one', {}))
    assert.deepEqual([code, details.mayHaveRun], ['UPSTREAM_FAILED', true])
  }
  assert.equal(server.calls.length, 5)
  await loader.close()
})

test('a call that was not sent is sent over a new connection, once', async () => {
  const { registry, loader } = openScene()
  const server = new ScriptedServer()
  await loader.load('s', server)
  let left = 1
  server.onCall = () => {
    if (left-- <= 0) return text('done')
    server.break()
    return Promise.reject(fault('down', 'there is no connection'))
  }
  assert.equal(await registry.execute('one', {}), 'done')
  assert.deepEqual([server.calls.length, server.connected], [2, 2])
  left = 2
  assert.equal((await failure(registry.execute('one', {}))).code, 'UPSTREAM_DOWN')
  assert.equal(server.calls.length, 4)
  await loader.close()
})

test('a connection that is gone without a word is found by a call or a refresh, and opened again', async () => {
  const { registry, loader, clock, named } = openScene()
  const server = new ScriptedServer()
  await loader.load('s', server)
  let isGone = true
  const gone = () => isGone && Promise.reject(fault('down', 'connection refused'))
  server.onCall = () => gone() || text('done')
  server.onConnect = gone
  assert.equal((await failure(registry.execute('one', {}))).code, 'UPSTREAM_DOWN')
  assert.equal(loader.status()[0].state, 'down')
  isGone = false
  await clock.advance(2_000)
  assert.equal(await registry.execute('one', {}), 'done')
  server.tools = () => gone() || [tool('one')]
  isGone = true
  assert.equal((await failure(loader.reload('s'))).code, 'SOURCE_UNREADABLE')
  assert.equal(loader.status()[0].state, 'down')
  isGone = false
  await clock.advance(5_000)
  await clock.advance(250)
  assert.deepEqual(registry.list(), ['one'])
  assert.deepEqual(
    named('upstream').map(({ state }) => state),
    ['up', 'down', 'up', 'down', 'up'],
  )
  await loader.close()
})

test('a call with headers of an older list is sent again after the list was read, once', async () => {
  const { registry, loader } = openScene()
  const server = new ScriptedServer()
  await loader.load('s', server, { gates: 'production' })
  const properties = { a: { type: 'string', 'x-mcp-header': 'New' } }
  server.tools = [tool('one', { description: 'new words', inputSchema: { type: 'object', properties } }), tool('two')]
  server.onCall = (name, args, { tool: sent }) =>
    sent.inputSchema?.properties.a['x-mcp-header'] === 'New'
      ? text('done')
      : Promise.reject(fault('refused', 'header mismatch', { code: -32_020 }))
  assert.equal(await registry.execute('one', {}), 'done')
  assert.deepEqual([server.lists, server.calls.length], [2, 2])
  // The words wait for a person all the same.
  assert.equal(registry.get('one').description, 'Tool one')
  server.onCall = () => Promise.reject(fault('refused', 'header mismatch', { code: -32_020 }))
  const error = await failure(registry.execute('one', {}))
  assert.deepEqual([error.code, error.details.rpcCode, error.details.mayHaveRun], ['UPSTREAM_FAILED', -32_020, false])
  assert.equal(server.calls.length, 4)
  await loader.close()
})

test('a tool that the server does not know any more leads to one refresh', async () => {
  const { registry, loader, clock } = openScene()
  const server = new ScriptedServer()
  await loader.load('s', server)
  await clock.advance(10_000)
  server.tools = [tool('two')]
  server.onCall = () => Promise.reject(fault('refused', 'Unknown tool: one', { code: -32_602 }))
  for (let i = 0; i < 5; i++) await failure(registry.execute('one', {}))
  await clock.advance(250)
  assert.equal(server.lists, 2)
  assert.deepEqual(registry.list(), ['two'])
  await failure(registry.execute('two', {}))
  await clock.advance(250)
  assert.equal(server.lists, 2)
  await loader.close()
})

test('a cancelled call aborts its request, and ends as cancelled', async () => {
  const { registry, loader, clock } = openScene()
  const server = new ScriptedServer()
  await loader.load('s', server)
  server.onCall = (name, args, { signal }) =>
    new Promise((resolve, reject) => signal.addEventListener('abort', () => reject(fault('aborted'))))
  const controller = new AbortController()
  const call = failure(registry.execute('one', {}, { signal: controller.signal }))
  await clock.advance(0)
  controller.abort()
  assert.equal((await call).code, 'CANCELLED')
  assert.equal(server.calls[0].call.signal.aborted, true)
  const late = failure(registry.execute('one', {}, { timeoutMs: 100 }))
  await clock.advance(100)
  assert.equal((await late).code, 'TIMEOUT')
  const whole = failure(registry.execute('one', {}))
  await clock.advance(599_999)
  await clock.advance(1)
  assert.deepEqual([(await whole).code, (await whole).details.timeoutMs], ['TIMEOUT', 600_000])
  await loader.close()
})

test('progress of a server is handed on, and wrong numbers are dropped', async () => {
  const told = []
  const context = {
    toolName: 'x',
    signal: new AbortController().signal,
    progress(...progress) {
      if (!(progress[0] >= 0)) throw new TypeError('no number')
      told.push(progress)
    },
  }
  const callTool = async (args, { onProgress }) => {
    for (const progress of [1, -1, NaN, 2]) onProgress({ progress, total: 2, message: 'm' })
    return text('done')
  }
  const link = { forCall: async () => ({ callTool }) }
  const host = {
    name: 's',
    location: 'MCP server s',
    kinds: [],
    link,
    timeoutMs: 1,
    maxTimeoutMs: 1,
    tools: () => NO_TOOLS,
    traceContext: () => undefined,
  }
  assert.equal(await callUpstream(host, 'x', {}, context), 'done')
  assert.deepEqual(told, [
    [1, 2, 'm'],
    [2, 2, 'm'],
  ])
})

test('one server that hangs, storms and breaks does not touch the calls of another', async () => {
  const { registry, loader, clock } = openScene()
  const [bad, good] = [new ScriptedServer([tool('bad')]), new ScriptedServer([tool('good')])]
  await loader.load('bad', bad)
  await loader.load('good', good)
  bad.tools = hang
  bad.onCall = hang
  for (let i = 0; i < 10_000; i++) bad.connection.onListChanged()
  const hanging = failure(registry.execute('bad', {}))
  await clock.advance(250)
  assert.equal(await registry.execute('good', {}), 'good {}')
  assert.equal((await loader.reload('good')).unchanged.length, 1)
  bad.break()
  assert.equal(await registry.execute('good', {}), 'good {}')
  await loader.close()
  await clock.advance(600_000)
  assert.equal((await hanging).code, 'TIMEOUT')
})

test('keepTrying loads a server that comes up later', async () => {
  const { registry, loader, clock, named } = openScene()
  const server = new ScriptedServer()
  server.onConnect = () => Promise.reject(fault('down', 'not yet'))
  assert.equal((await failure(loader.load('s', server, { keepTrying: true }))).code, 'SOURCE_UNREADABLE')
  assert.equal(loader.status()[0].state, 'down')
  server.onConnect = async () => {}
  await clock.advance(2_000)
  assert.deepEqual(registry.list(), ['one', 'two'])
  assert.deepEqual(named('reloaded')[0].added, ['one', 'two'])
  assert.deepEqual(await loader.unload('s'), ['one', 'two'])
  await loader.close()
})

test('the error of a call within a closure is a failure of the closure', async () => {
  const { registry, loader } = openScene()
  const server = new ScriptedServer()
  await loader.load('s', server)
  server.onCall = () => Promise.reject(fault('lost'))
  registry.register({ name: 'outer', description: 'd', execute: () => registry.execute('one', {}) })
  const error = await failure(registry.execute('outer', {}))
  assert.deepEqual([error.code, error.cause.code], ['TOOL_FAILED', 'UPSTREAM_FAILED'])
  await loader.close()
})

test('an idempotency key is free where nothing was sent, and keeps what may have run', async () => {
  const { registry, loader, clock } = openScene()
  const server = new ScriptedServer()
  await loader.load('s', server)
  const call = () => registry.execute('one', {}, { idempotencyKey: 'k' })
  server.onConnect = () => Promise.reject(fault('down'))
  server.break()
  assert.equal((await failure(call())).code, 'UPSTREAM_DOWN')
  server.onConnect = async () => {}
  await clock.advance(2_000)
  server.onCall = () => Promise.reject(fault('lost', 'broke'))
  assert.equal((await failure(call())).code, 'UPSTREAM_FAILED')
  server.onCall = () => text('ran')
  const repeated = await failure(call())
  assert.match(repeated.message, /broke/)
  assert.deepEqual([repeated.code, repeated.details.mayHaveRun], ['UPSTREAM_FAILED', true])
  assert.equal(server.calls.length, 1)
  await loader.close()
})

test('close ends what is under way, and later calls say that the server is down', async () => {
  const { registry, loader } = openScene()
  const server = new ScriptedServer()
  await loader.load('s', server)
  const slow = new ScriptedServer([tool('slow')])
  slow.onConnect = hangUntilAborted
  const loading = failure(loader.load('slow', slow))
  await loader.close()
  await loader.close()
  assert.equal((await loading).code, 'CLOSED')
  assert.deepEqual([server.closed, registry.list()], [1, ['one', 'two']])
  assert.equal((await failure(registry.execute('one', {}))).code, 'UPSTREAM_DOWN')
  assert.equal(server.connected, 1)
  assert.throws(() => loader.sources(), { code: 'CLOSED' })
})

const FROM_RUST = [
  ['UPSTREAM_DOWN', fault('down', 'gone'), { reason: 'gone' }],
  ['UPSTREAM_FAILED', fault('lost', 'broke'), { kind: 'lost', mayHaveRun: true }],
  ['UPSTREAM_FAILED', fault('refused', 'no', { code: -32_602 }), { rpcCode: -32_602, mayHaveRun: false }],
  ['AUTH_FAILED', Object.assign(fault('refused', 'HTTP 401'), { status: 401 }), { status: 401 }],
]
for (const [code, thrown, expected] of FROM_RUST)
  test(`a call from a Rust thread fails with ${code} and its details: ${JSON.stringify(expected)}`, async () => {
    const { registry, loader } = openScene()
    const server = new ScriptedServer([tool('echo')])
    await loader.load('s', server)
    server.onCall = () => Promise.reject(thrown)
    const { error } = await callFromRust(registry)
    const { tool: called, upstream, ...details } = error.details
    assert.deepEqual([error.code, called, upstream], [code, 'echo', 's'])
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(details[key], value)
    assert.match(error.message, /"s"/)
    await loader.close()
  })
