// MCP over stdio, in both eras, message by message.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMcpServer } from 'toolrack/mcp'
import { createTestRegistry } from 'toolrack/test'
import { ERAS, connect, modernMeta } from './support/mcp-client.mjs'
import { codeOf, refusal, registryOf, tool } from './support/tools.mjs'

const LISTED = { name: 'echo', description: 'Says what it was told', inputSchema: { type: 'object', properties: {} } }
const INFO = { 'io.modelcontextprotocol/serverInfo': { name: 'toolrack', version: '0.0.0' } }

test('discover says what is served, and needs nothing before it', async (t) => {
  const { ask } = await connect(t, registryOf({}), {
    name: 'demo',
    title: 'Demo',
    version: '1.2.3',
    instructions: 'Ask.',
  })
  const { result } = await ask('server/discover')
  assert.deepEqual(result, {
    resultType: 'complete',
    _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'demo', title: 'Demo', version: '1.2.3' } },
    supportedVersions: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'],
    capabilities: { tools: { listChanged: true }, logging: {} },
    instructions: 'Ask.',
    ttlMs: 10_000,
    cacheScope: 'public',
  })
})

for (const [requested, agreed] of [
  ['2025-11-25', '2025-11-25'],
  ['2025-06-18', '2025-06-18'],
  ['2025-03-26', '2025-03-26'],
  ['2024-11-05', '2024-11-05'],
  ['2099-01-01', '2025-11-25'],
  ['2026-07-28', '2025-11-25'],
  [undefined, '2025-11-25'],
  [7, '2025-11-25'],
]) {
  test(`initialize with ${requested} agrees on ${agreed}`, async (t) => {
    const { client } = await connect(t, registryOf({}), { name: 'demo', version: '1' })
    const { result } = await client.request('initialize', { protocolVersion: requested, capabilities: {} })
    assert.deepEqual(result, {
      protocolVersion: agreed,
      capabilities: { tools: { listChanged: true }, logging: {} },
      serverInfo: { name: 'demo', version: '1' },
    })
  })
}

test('a modern list has its caching hints, and a legacy one has none', async (t) => {
  const registry = registryOf({})
  const modern = await connect(t, registry)
  assert.deepEqual((await modern.ask('tools/list')).result, {
    resultType: 'complete',
    _meta: INFO,
    tools: [LISTED],
    ttlMs: 10_000,
    cacheScope: 'public',
  })
  const legacy = await connect(t, registry, { era: 'legacy' })
  assert.deepEqual((await legacy.ask('tools/list')).result, { tools: [LISTED] })
})

test('one process speaks both eras, each message by itself', async (t) => {
  const { client, ask } = await connect(t, registryOf({}), { era: 'legacy' })
  const modern = await client.call('modern', 'tools/list')
  const legacy = await ask('tools/list')
  assert.deepEqual([modern.result.resultType, legacy.result.resultType], ['complete', undefined])
})

for (const era of Object.keys(ERAS)) {
  const complete = era === 'modern' ? { resultType: 'complete', _meta: INFO } : {}

  test(`${era}: a result has its JSON as text and as structured content`, async (t) => {
    const { ask } = await connect(t, registryOf({ execute: ({ a }) => ({ a }) }), { era })
    const { result } = await ask('tools/call', { name: 'echo', arguments: { a: 'ü' } })
    const text = '{"a":"ü"}'
    assert.deepEqual(result, { ...complete, content: [{ type: 'text', text }], structuredContent: { a: 'ü' } })
  })

  test(`${era}: bad arguments are a result for the model`, async (t) => {
    const strict = { inputSchema: { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] } }
    const { ask } = await connect(t, registryOf(strict), { era })
    for (const args of [{}, { a: 'x' }, { __proto__: null, a: null }]) {
      const { result } = await ask('tools/call', { name: 'echo', arguments: args })
      assert.equal(result.isError, true, JSON.stringify(args))
      assert.equal(JSON.parse(result.content[0].text).error.code, 'INVALID_PARAMS')
      assert.equal('structuredContent' in result, false)
    }
  })

  test(`${era}: arguments that are no object are -32602, and no closure runs`, async (t) => {
    let runs = 0
    const { ask } = await connect(t, registryOf({ execute: () => ++runs }), { era })
    for (const args of [[], 'text', '{}', '{"a":1}', '', 5, false, null]) {
      const { error } = await ask('tools/call', { name: 'echo', arguments: args })
      assert.deepEqual([error.code, error.message], [-32602, 'params/arguments must be an object'])
    }
    assert.equal(runs, 0)
    assert.equal((await ask('tools/call', { name: 'echo' })).result.isError, undefined)
  })

  test(`${era}: an unknown tool is -32602 with the nearest names that the caller sees`, async (t) => {
    const registry = registryOf({ name: 'find' }, { name: 'fine', tags: ['hidden'] })
    const { ask } = await connect(t, registry, { era, filter: { predicate: ({ tags }) => tags.length === 0 } })
    const [unknown, hidden] = await Promise.all(
      ['finx', 'fine'].map((name) => ask('tools/call', { name, arguments: {} })),
    )
    assert.deepEqual([unknown.error.code, hidden.error.code], [-32602, -32602])
    assert.match(unknown.error.message, /"finx"; similar names: find$/)
    assert.equal(hidden.error.message, unknown.error.message.replace('finx', 'fine'))
  })

  test(`${era}: a disabled tool is as unknown as one that is not there`, async (t) => {
    const registry = registryOf({ name: 'find' }, { name: 'fine' })
    const { ask } = await connect(t, registry, { era })
    registry.replace(tool({ name: 'fine' })).disable()
    const call = async (name) => (await ask('tools/call', { name, arguments: {} })).error
    const [disabled, unknown] = [await call('fine'), await call('fint')]
    assert.deepEqual(disabled, { ...unknown, message: unknown.message.replace('fint', 'fine') })
  })

  for (const name of [undefined, 5, null, {}]) {
    test(`${era}: a call of ${JSON.stringify(name)} is -32602`, async (t) => {
      const { ask } = await connect(t, registryOf({}), { era })
      assert.equal((await ask('tools/call', { name })).error.code, -32602)
    })
  }

  for (const cursor of ['', 'x', '0.abc', '1', '1.abc', '99999999.abc', '1.__proto__', 5, null, {}]) {
    test(`${era}: the cursor ${JSON.stringify(cursor)} is -32602`, async (t) => {
      const { ask } = await connect(t, registryOf({}), { era })
      assert.equal((await ask('tools/list', { cursor })).error.code, -32602)
    })
  }

  test(`${era}: an unknown method is -32601`, async (t) => {
    const { ask } = await connect(t, registryOf({}), { era })
    for (const method of ['resources/list', 'prompts/list', 'tools/x', '__proto__', 'constructor', ''])
      assert.equal((await ask(method)).error.code, -32601, method)
  })

  test(`${era}: a cancelled call gets no answer, and its signal aborts`, async (t) => {
    const started = deferred()
    const aborted = deferred()
    const execute = (_, { signal }) =>
      new Promise(() => {
        signal.addEventListener('abort', () => aborted.resolve())
        started.resolve()
      })
    const { client, ask } = await connect(t, registryOf({ name: 'wait', execute }, {}), { era })
    client.send({ id: 'w', method: 'tools/call', params: ERAS[era].params({ name: 'wait' }) })
    await started.promise
    client.send({ method: 'notifications/cancelled', params: { requestId: 'w' } })
    await aborted.promise
    await ask('tools/call', { name: 'echo', arguments: {} })
    assert.deepEqual(client.messages, [])
  })

  test(`${era}: a duplicate id is -32600, and the first call goes on`, async (t) => {
    const gate = deferred()
    const { client } = await connect(t, registryOf({ execute: () => gate.promise }), { era })
    const params = ERAS[era].params({ name: 'echo' })
    client.send({ id: 'x', method: 'tools/call', params })
    const second = await client.request('tools/call', params, 'x')
    gate.resolve('first')
    const first = await client.next((message) => message.id === 'x')
    assert.deepEqual([second.error.code, first.result.content[0].text], [-32600, 'first'])
  })

  test(`${era}: calls over the limit are told when to try again`, async (t) => {
    const gate = deferred()
    const { client, ask } = await connect(t, registryOf({ execute: () => gate.promise }), {
      era,
      wireLimits: { calls: 2 },
    })
    const params = ERAS[era].params({ name: 'echo' })
    for (const id of ['a', 'b']) client.send({ id, method: 'tools/call', params })
    const { result } = await ask('tools/call', { name: 'echo' })
    const { error } = JSON.parse(result.content[0].text)
    assert.deepEqual([result.isError, error.code, error.retryAfterMs], [true, 'RATE_LIMITED', 1_000])
    gate.resolve('done')
    await Promise.all(['a', 'b'].map((id) => client.next((message) => message.id === id)))
    assert.equal((await ask('tools/call', { name: 'echo' })).result.content[0].text, 'done')
  })

  test(`${era}: a call over the limit does not wait for the first load`, async (t) => {
    const [ready, gate] = [deferred(), deferred()]
    const { client, ask } = await connect(t, registryOf({ execute: () => gate.promise }), {
      era,
      ready: ready.promise,
      wireLimits: { calls: 1 },
    })
    client.send({ id: 'a', method: 'tools/call', params: ERAS[era].params({ name: 'echo' }) })
    const { result } = await ask('tools/call', { name: 'echo' })
    const { error } = JSON.parse(result.content[0].text)
    assert.deepEqual([result.isError, error.code, error.retryAfterMs], [true, 'RATE_LIMITED', 1_000])
    ready.resolve()
    await ready.promise
    // The same answer as that of a call that comes later.
    assert.deepEqual((await ask('tools/call', { name: 'echo' })).result, result)
    gate.resolve('done')
    assert.equal((await client.next(({ id }) => id === 'a')).result.content[0].text, 'done')
  })

  test(`${era}: an own fault tells the client a code and nothing else`, async (t) => {
    const faults = []
    const registry = registryOf({})
    const filter = { predicate: () => 'no boolean' }
    const { ask } = await connect(t, registry, {
      era,
      filter,
      onError: (error, ...more) => faults.push([error.code, ...more]),
    })
    const { error } = await ask('tools/list')
    const { callId } = error.data
    const message = `the server has failed (INVALID_OPTIONS), call id ${callId}`
    assert.deepEqual(error, { code: -32603, message, data: { callId } })
    assert.deepEqual(faults, [['INVALID_OPTIONS', 'tools/list', callId]])
  })
}

for (const [what, text, code] of [
  ['not JSON', 'nope', -32700],
  ['half a message', '{"jsonrpc":"2.0","id":1,"method":"tools/list"', -32700],
  ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32600],
  ['an empty batch', '[]', -32600],
  ['no object', '"ping"', -32600],
  ['null', 'null', -32600],
  ['id null', '{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600],
  ['a fraction as id', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600],
  ['an object as id', '{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600],
  ['no method', '{"jsonrpc":"2.0"}', -32600],
  ['another version of JSON-RPC', '{"jsonrpc":"1.0","method":"ping"}', -32600],
  ['a list as params', '{"jsonrpc":"2.0","method":"ping","params":[]}', -32600],
  ['65 levels', `{"jsonrpc":"2.0","method":"x","params":{"a":${'['.repeat(63)}${']'.repeat(63)}}}`, -32600],
  ['a million levels', '['.repeat(1_000_000), -32600],
]) {
  test(`${what} is ${code} without an id, and the next line is read`, async (t) => {
    const { client, ask } = await connect(t, registryOf({}))
    client.write(`${text}\n`)
    const { id, error } = await client.next((message) => message.error !== undefined)
    assert.deepEqual([id, error.code], [undefined, code])
    assert.equal((await ask('tools/list')).result.tools.length, 1)
  })
}

for (const message of [
  { id: null, error: { code: -32600, message: 'no' } },
  { error: { code: -32600, message: 'no' } },
  { id: 5, error: { code: -32600, message: 'no' } },
  { id: 'x', result: {} },
])
  test(`the response ${JSON.stringify(message)} is taken silently`, async (t) => {
    const { client, ask } = await connect(t, registryOf({}))
    client.send(message)
    assert.equal((await ask('tools/list')).result.tools.length, 1)
    assert.deepEqual(client.messages, [])
  })

test('64 levels are read, and brackets within strings are none', async (t) => {
  const { client } = await connect(t, registryOf({}))
  const deep = `${'['.repeat(62)}"${'[{'.repeat(100)}\\""${']'.repeat(62)}`
  client.write(`{"jsonrpc":"2.0","id":9,"method":"ping","params":{"a":${deep}}}\n`)
  assert.deepEqual((await client.next(({ id }) => id === 9)).result, {})
})

test('a line over the limit is -32600 without an id, and the next line is read', async (t) => {
  const { client, ask } = await connect(t, registryOf({}), { wireLimits: { bodyBytes: 2_000 } })
  for (let i = 0; i < 5; i++) client.write('x'.repeat(1_000))
  client.write('\n')
  const { id, error } = await client.next((message) => message.error !== undefined)
  assert.deepEqual([id, error.code], [undefined, -32600])
  assert.equal((await ask('tools/list')).result.tools.length, 1)
  assert.deepEqual(client.messages, [])
})

for (const [what, meta] of [
  ['no revision', { 'io.modelcontextprotocol/protocolVersion': undefined }],
  ['a number as revision', { 'io.modelcontextprotocol/protocolVersion': 7 }],
  ['no capabilities', { 'io.modelcontextprotocol/clientCapabilities': undefined }],
  ['a list as capabilities', { 'io.modelcontextprotocol/clientCapabilities': [] }],
]) {
  test(`a modern request with ${what} is -32602`, async (t) => {
    const { client } = await connect(t, registryOf({}))
    const { error } = await client.request('server/discover', { _meta: modernMeta(meta) })
    assert.equal(error.code, -32602)
    assert.match(error.message, /params\/_meta\/io\.modelcontextprotocol/)
  })
}

for (const requested of ['v999', '2025-11-25', '']) {
  test(`a modern request of revision "${requested}" is -32022 with those that are served`, async (t) => {
    const { client } = await connect(t, registryOf({}))
    const _meta = modernMeta({ 'io.modelcontextprotocol/protocolVersion': requested })
    const { error } = await client.request('tools/list', { _meta })
    assert.equal(error.code, -32022)
    assert.deepEqual([error.data.requested, error.data.supported[0]], [requested, '2026-07-28'])
  })
}

test('a legacy revision in the metadata of a request is not named as one that is served there', async (t) => {
  const { client } = await connect(t, registryOf({}))
  const _meta = modernMeta({ 'io.modelcontextprotocol/protocolVersion': '2025-11-25' })
  const { error } = await client.request('tools/list', { _meta })
  assert.deepEqual(error.data, { supported: ['2026-07-28'], requested: '2025-11-25' })
  assert.match(error.message, /opens with "initialize"/)
})

test('a server without the legacy era names its revisions to a legacy client', async (t) => {
  const { client } = await connect(t, registryOf({}), { legacy: false })
  const { error } = await client.request('initialize', { protocolVersion: '2025-11-25', capabilities: {} })
  assert.deepEqual([error.code, error.data], [-32022, { supported: ['2026-07-28'], requested: '2025-11-25' }])
  assert.match(error.message, /2026-07-28/)
})

test('initialize with modern metadata is an unknown method', async (t) => {
  const { client } = await connect(t, registryOf({}))
  const { error } = await client.request('initialize', { protocolVersion: '2025-11-25', _meta: modernMeta() })
  assert.equal(error.code, -32601)
})

test('pages of one walk are of one list, whatever the registry does meanwhile', async (t) => {
  const registry = createTestRegistry()
  for (let i = 0; i < 9; i++) registry.register(tool({ name: `t${i}` }))
  const { ask } = await connect(t, registry, { page: { bytes: 200 } })
  const first = (await ask('tools/list')).result
  assert.ok(first.nextCursor && first.tools.length < 9)
  registry.unregister('t8')
  const names = first.tools.map(({ name }) => name)
  for (let cursor = first.nextCursor; cursor !== undefined;) {
    const { result } = await ask('tools/list', { cursor })
    names.push(...result.tools.map(({ name }) => name))
    cursor = result.nextCursor
  }
  assert.deepEqual(
    names,
    Array.from({ length: 9 }, (_, i) => `t${i}`),
  )
  await registry.clock.advance(60_001)
  assert.equal((await ask('tools/list', { cursor: first.nextCursor })).error.code, -32602)
})

test('a client that is gone aborts its calls', async (t) => {
  const [started, aborted] = [deferred(), deferred()]
  const execute = (_, { signal }) =>
    new Promise(() => {
      signal.addEventListener('abort', () => aborted.resolve())
      started.resolve()
    })
  const { client, ended } = await connect(t, registryOf({ execute }))
  client.send({ id: 1, method: 'tools/call', params: ERAS.modern.params({ name: 'echo' }) })
  await started.promise
  client.close()
  await Promise.all([ended, aborted.promise])
})

test('a closing server lets calls end, and then its streams', async (t) => {
  const gate = deferred()
  const { client, server, ended } = await connect(t, registryOf({ execute: () => gate.promise }))
  client.send({ id: 1, method: 'tools/call', params: ERAS.modern.params({ name: 'echo' }) })
  client.send({
    id: 'l',
    method: 'subscriptions/listen',
    params: ERAS.modern.params({ notifications: { toolsListChanged: true } }),
  })
  await client.next(({ method }) => method === 'notifications/subscriptions/acknowledged')
  const closed = server.close()
  const complete = await client.next(({ id }) => id === 'l')
  assert.deepEqual(complete.result, {
    resultType: 'complete',
    _meta: { ...INFO, 'io.modelcontextprotocol/subscriptionId': 'l' },
  })
  assert.deepEqual((await client.next(({ method }) => method === 'notifications/cancelled')).params, { requestId: 'l' })
  gate.resolve('late')
  assert.equal((await client.next(({ id }) => id === 1)).result.content[0].text, 'late')
  await Promise.all([closed, ended])
})

test('a closing server cancels calls after five seconds', async (t) => {
  const registry = createTestRegistry()
  const [started, aborted] = [deferred(), deferred()]
  registry.register(
    tool({
      execute: (_, { signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => aborted.resolve())
          started.resolve()
        }),
    }),
  )
  const { client, server } = await connect(t, registry)
  client.send({ id: 1, method: 'tools/call', params: ERAS.modern.params({ name: 'echo' }) })
  await started.promise
  const closed = server.close()
  await registry.clock.advance(5_000)
  await Promise.all([closed, aborted.promise])
})

test('a registry that closes ends its servers', async (t) => {
  const registry = registryOf({})
  const { ended } = await connect(t, registry)
  registry.close()
  await ended
})

test('lists and calls wait for the first load, and discover does not', async (t) => {
  const registry = registryOf()
  const loaded = deferred()
  const { client, ask } = await connect(t, registry, { ready: loaded.promise })
  const [list, call] = [ask('tools/list'), ask('tools/call', { name: 'echo', arguments: {} })]
  await ask('server/discover')
  assert.deepEqual(client.messages, [])
  registry.register(tool())
  loaded.reject(new Error('half of it'))
  assert.deepEqual([(await list).result.tools.length, (await call).result.isError], [1, undefined])
})

for (const [options, option] of [
  [{ nmae: 'x' }, 'nmae'],
  [{ name: 5 }, 'name'],
  [{ page: { bytes: 0 } }, 'page.bytes'],
  [{ page: { size: 5 } }, 'page'],
  [{ ttlMs: -1 }, 'ttlMs'],
  [{ notifyMs: 0 }, 'notifyMs'],
  [{ wireLimits: { calls: 1.5 } }, 'wireLimits.calls'],
  [{ ready: 5 }, 'ready'],
  [{ onError: 5 }, 'onError'],
  [{ legacy: 'yes' }, 'legacy'],
  [{ context: 5 }, 'context'],
]) {
  test(`the option ${JSON.stringify(options)} is refused by its name`, async () => {
    const { code, details } = await refusal(() => createMcpServer(registryOf({}), options))
    assert.deepEqual([code, details.option], ['INVALID_OPTIONS', option])
  })
}

test('only a registry is served', async () => {
  assert.equal(await codeOf(() => createMcpServer({})), 'INVALID_OPTIONS')
  assert.equal(await codeOf(() => createMcpServer(registryOf({}).snapshot())), 'INVALID_OPTIONS')
})

function deferred() {
  let [resolve, reject] = []
  const promise = new Promise((...functions) => ([resolve, reject] = functions))
  return { promise, resolve, reject }
}
