// MCP over HTTP: the cases of the protocol, in both eras, over a socket and by `fetch`.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestRegistry } from 'toolrack/test'
import { CARRIERS, ERAS, JSON_TYPE, legacy, modern, openSession, served } from './support/mcp-http.mjs'
import { registryOf, tool } from './support/tools.mjs'

const CALL = { name: 'echo', arguments: { a: 1 } }
const failing = {
  name: 'failing',
  execute() {
    throw new Error('the disk is full')
  },
}
const serveFailing = { name: 'strict', inputSchema: { type: 'object', properties: { n: { type: 'number' } } } }

/** Runs a fact on each carrier. */
function over(name, fact) {
  for (const carrier of Object.keys(CARRIERS)) test(`${carrier}: ${name}`, (t) => fact(t, carrier))
}

/** A row of the table of cases: what is sent in each era, and what comes back. */
const ROWS = {
  'a body that is no JSON is -32700': [400, -32700, (m) => ({ ...m, body: '{"jsonrpc":' })],
  'an empty body is -32700': [400, -32700, (m) => ({ ...m, body: '' })],
  'a batch is -32600': [400, -32600, (m) => ({ ...m, body: [m.body] })],
  'a message that is no object is -32600': [400, -32600, (m) => ({ ...m, body: '7' })],
  'an id that is null is -32600': [400, -32600, (m) => ({ ...m, body: { ...m.body, id: null } })],
  'a message without a method is -32600': [400, -32600, (m) => ({ ...m, body: { jsonrpc: '2.0', id: 1 } })],
  'a message deeper than the limit is -32600': [
    400,
    -32600,
    (m) => ({ ...m, body: `${'['.repeat(65)}${']'.repeat(65)}` }),
  ],
  'a body over the limit is 413': [413, -32000, (m) => ({ ...m, body: `"${'a'.repeat(5 << 20)}"` })],
  'a body that is no JSON by its type is 415': [
    415,
    -32000,
    (m) => ({ ...m, headers: { ...m.headers, 'content-type': 'text/plain' } }),
  ],
  'a body without a type is 415': [
    415,
    -32000,
    (m) => ({ ...m, body: new TextEncoder().encode('{}'), headers: without(m.headers, 'content-type') }),
  ],
  'a compressed body is 415': [415, -32000, (m) => ({ ...m, headers: { ...m.headers, 'content-encoding': 'gzip' } })],
  'an answer that is not taken is 406': [
    406,
    -32000,
    (m) => ({ ...m, headers: { ...m.headers, accept: 'text/html, application/json;q=0' } }),
  ],
  'PUT is 405': [405, -32000, (m) => ({ ...m, method: 'PUT' })],
  'OPTIONS is 405': [405, -32000, (m) => ({ method: 'OPTIONS', headers: m.headers })],
  'GET without a session is 405': [405, -32000, (m) => ({ method: 'GET', headers: m.headers })],
  'DELETE without a session is 405': [405, -32000, (m) => ({ method: 'DELETE', headers: m.headers })],
}

const without = (headers, name) => Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name))

for (const [row, [status, code, change]] of Object.entries(ROWS))
  for (const [era, message] of Object.entries(ERAS))
    over(`${era}: ${row}`, async (t, carrier) => {
      const { ask } = await served(t, registryOf({}), { carrier })
      const answer = await ask(change(message('tools/call', CALL)))
      assert.equal(answer.status, status)
      assert.equal(answer.json.error.code, code)
      assert.equal(answer.headers['content-type'], 'application/json')
      if (status === 405) assert.match(answer.headers.allow, /POST/)
      // The server goes on.
      assert.equal((await ask(message('tools/call', CALL))).status, 200)
    })

for (const encoding of ['identity', 'Identity'])
  over(`a body whose content-encoding is ${encoding} is not compressed`, async (t, carrier) => {
    const { ask } = await served(t, registryOf({}), { carrier })
    const headers = { 'content-encoding': encoding }
    assert.equal((await ask(modern('tools/call', CALL, { headers }))).status, 200)
  })

for (const accept of [
  undefined,
  '*/*',
  'application/*',
  'application/json',
  'text/event-stream',
  'text/html, */*;q=0.1',
])
  for (const [era, message] of Object.entries(ERAS))
    over(`${era}: ${accept} takes an answer`, async (t, carrier) => {
      const { ask } = await served(t, registryOf({}), { carrier })
      const { headers, body } = message('tools/call', CALL)
      const sent = accept === undefined ? without(headers, 'accept') : { ...headers, accept }
      assert.equal((await ask({ headers: sent, body })).status, 200)
    })

for (const type of ['application/json', 'Application/JSON; charset=utf-8', 'application/json;charset=UTF-8'])
  over(`${type} is JSON`, async (t, carrier) => {
    const { ask } = await served(t, registryOf({}), { carrier })
    assert.equal((await ask(modern('tools/call', CALL, { headers: { 'content-type': type } }))).status, 200)
  })

for (const [era, message] of Object.entries(ERAS)) {
  over(`${era}: a call is answered whole, and its length is told`, async (t, carrier) => {
    const { ask } = await served(t, registryOf({}), { carrier })
    const { status, headers, text, json } = await ask(message('tools/call', { name: 'echo', arguments: { a: 'ü' } }))
    assert.deepEqual([status, headers['content-type']], [200, 'application/json'])
    if (carrier === 'http') assert.equal(Number(headers['content-length']), Buffer.byteLength(text))
    assert.deepEqual(json.result.structuredContent, { a: 'ü' })
    assert.equal(json.id, 1)
  })

  over(`${era}: a list of many pages is read to its end`, async (t, carrier) => {
    const registry = registryOf(...Array.from({ length: 50 }, (_, i) => ({ name: `ü${i}`.replace('ü', 't') })))
    const { ask } = await served(t, registry, { carrier, page: { bytes: 600 } })
    const names = []
    for (let cursor, pages = 0; pages < 50; pages++) {
      const { json } = await ask(message('tools/list', cursor === undefined ? {} : { cursor }))
      names.push(...json.result.tools.map(({ name }) => name))
      cursor = json.result.nextCursor
      if (cursor === undefined) break
    }
    assert.deepEqual(names, registry.list())
  })

  const results = {
    'bad arguments': [serveFailing, { name: 'strict', arguments: { n: 'x' } }, /INVALID_PARAMS/],
    'a tool that fails': [failing, { name: 'failing' }, /disk is full/],
  }
  for (const [what, [definition, params, text]] of Object.entries(results))
    over(`${era}: ${what} is a result with isError`, async (t, carrier) => {
      const { ask } = await served(t, registryOf(definition), { carrier })
      const { status, json } = await ask(message('tools/call', params))
      assert.deepEqual([status, json.result.isError], [200, true])
      assert.match(json.result.content[0].text, text)
    })

  for (const [what, params] of [
    ['an unknown tool', { name: 'nothing' }],
    ['__proto__', { name: '__proto__' }],
    ['constructor', { name: 'constructor' }],
  ])
    over(`${era}: ${what} is -32602 with 200`, async (t, carrier) => {
      const { ask } = await served(t, registryOf({}), { carrier })
      const { status, json } = await ask(message('tools/call', params))
      assert.deepEqual([status, json.error.code, json.id], [200, -32602, 1])
    })

  for (const cursor of ['1.forged', '__proto__', '', '9'.repeat(10_000)])
    over(`${era}: the forged cursor ${cursor.slice(0, 10)} is -32602 with 200`, async (t, carrier) => {
      const { ask } = await served(t, registryOf({}), { carrier })
      const { status, json } = await ask(message('tools/list', { cursor }))
      assert.deepEqual([status, json.error.code], [200, -32602])
    })

  over(`${era}: an unknown method is -32601`, async (t, carrier) => {
    const { ask } = await served(t, registryOf({}), { carrier })
    const { status, json } = await ask(message('toString'))
    assert.deepEqual([status, json.error.code, json.id], [era === 'modern' ? 404 : 200, -32601, 1])
  })

  over(`${era}: a notification is 202 without a body`, async (t, carrier) => {
    const { ask } = await served(t, registryOf({}), { carrier })
    const sent = message('notifications/cancelled', { requestId: 7 })
    const { id: _, ...body } = sent.body
    const { status, text } = await ask({ headers: without(sent.headers, 'mcp-method'), body })
    assert.deepEqual([status, text], [202, ''])
  })

  over(`${era}: a posted response is ${era === 'modern' ? 400 : 202}`, async (t, carrier) => {
    const { ask } = await served(t, registryOf({}), { carrier })
    const { headers } = message('tools/list')
    const { status } = await ask({ headers, body: { jsonrpc: '2.0', id: 1, result: {} } })
    assert.equal(status, era === 'modern' ? 400 : 202)
  })

  over(`${era}: too many calls at once are a result with RATE_LIMITED`, async (t, carrier) => {
    let release
    const held = new Promise((resolve) => (release = resolve))
    const began = []
    const registry = registryOf({
      name: 'hold',
      execute: () => new Promise((resolve) => began.push(resolve) && held.then(resolve)),
    })
    const { ask } = await served(t, registry, { carrier, wireLimits: { calls: 2 } })
    const calls = [1, 2].map((id) => ask(message('tools/call', { name: 'hold' }, { id })))
    while (began.length < 2) await new Promise(setImmediate)
    const { status, json } = await ask(message('tools/call', { name: 'hold' }, { id: 3 }))
    assert.deepEqual([status, json.result.isError], [200, true])
    assert.match(json.result.content[0].text, /RATE_LIMITED.*1000 ms/s)
    release('free')
    for (const { json: answer } of await Promise.all(calls)) assert.equal(answer.result.isError, undefined)
  })

  over(`${era}: a fault of the server is -32603 without a stack, and is told`, async (t, carrier) => {
    const told = []
    const options = { filter: () => ({ nonsense: 1 }), onError: (...all) => told.push(all) }
    const { ask } = await served(t, registryOf({}), { carrier, ...options })
    for (const method of ['tools/list', 'tools/call']) {
      const { status, json } = await ask(message(method, { name: 'echo' }, { id: method }))
      const [error, of, callId] = told.pop()
      assert.deepEqual([status, json.id, of, error.code], [200, method, method, 'INVALID_OPTIONS'])
      const text = `the server has failed (INVALID_OPTIONS), call id ${callId}`
      assert.deepEqual(json.error, { code: -32603, message: text, data: { callId } })
    }
    assert.equal(told.length, 0)
  })

  over(`${era}: a call while the registry changes has the result of its revision`, async (t, carrier) => {
    const registry = createTestRegistry()
    let release
    registry.register(tool({ name: 'old', execute: () => new Promise((resolve) => (release = resolve)) }))
    const { ask } = await served(t, registry, { carrier })
    const call = ask(message('tools/call', { name: 'old' }))
    while (release === undefined) await new Promise(setImmediate)
    registry.unregister('old')
    release('of the old revision')
    assert.equal((await call).json.result.content[0].text, 'of the old revision')
    assert.equal((await ask(message('tools/call', { name: 'old' }))).json.error.code, -32602)
  })

  over(`${era}: 200 requests at once are answered each by its own`, async (t, carrier) => {
    const { ask } = await served(t, registryOf({}), { carrier })
    const ids = Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? i : `id ${i}`))
    const answers = await Promise.all(
      ids.map((id) => ask(message('tools/call', { name: 'echo', arguments: { id } }, { id }))),
    )
    assert.deepEqual(
      answers.map(({ json }) => [json.id, json.result.structuredContent.id]),
      ids.map((id) => [id, id]),
    )
  })
}

over('modern: metadata that lacks a member is -32602 with 400', async (t, carrier) => {
  const { ask } = await served(t, registryOf({}), { carrier })
  const { headers, body } = modern('tools/list')
  for (const params of [{}, { _meta: {} }, { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } }]) {
    const { status, json } = await ask({ headers, body: { ...body, params } })
    assert.deepEqual([status, json.error.code, json.id], [400, -32602, 1])
  }
})

over('modern: a revision that is not served is -32022 and names those that are', async (t, carrier) => {
  const { ask } = await served(t, registryOf({}), { carrier })
  const sent = modern('tools/list', { _meta: { 'io.modelcontextprotocol/protocolVersion': 'v999' } })
  const { status, json } = await ask({ ...sent, headers: { ...sent.headers, 'mcp-protocol-version': 'v999' } })
  assert.deepEqual([status, json.error.code, json.error.data.requested], [400, -32022, 'v999'])
  assert.equal(json.error.data.supported[0], '2026-07-28')
})

over('where legacy clients are not served, their opening is -32022, and GET is 405', async (t, carrier) => {
  const { ask } = await served(t, registryOf({}), { carrier, legacy: false })
  const { status, json } = await ask(legacy('initialize', { protocolVersion: '2025-11-25' }))
  assert.deepEqual([status, json.error.code, json.error.data.supported], [400, -32022, ['2026-07-28']])
  assert.equal((await ask({ method: 'GET', headers: { 'mcp-session-id': 'x' } })).headers.allow, 'POST')
})

over('legacy: a request without a header has the shape of 2025-03-26', async (t, carrier) => {
  const { ask } = await served(t, registryOf({}), { carrier })
  const { json } = await ask({ headers: JSON_TYPE, body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } })
  assert.equal(json.result.tools.length, 1)
})

over('legacy: a duplicate id in flight is -32600, and the first goes on', async (t, carrier) => {
  let release
  const hold = { name: 'hold', execute: () => new Promise((resolve) => (release = resolve)) }
  const { ask } = await served(t, registryOf(hold), { carrier })
  const session = await openSession(ask)
  const first = ask(legacy('tools/call', { name: 'hold' }, { id: 5, session }))
  while (release === undefined) await new Promise(setImmediate)
  const { status, json } = await ask(legacy('tools/list', undefined, { id: 5, session }))
  assert.deepEqual([status, json.error.code], [400, -32600])
  release('first')
  assert.equal((await first).json.result.content[0].text, 'first')
})

test('the context of a call comes from the option, and headers are told to it', async (t) => {
  const seen = []
  const registry = registryOf({ execute: (_, { userId }) => `for ${userId}` })
  const context = ({ transport, headers }) => {
    seen.push([transport, headers['x-who'], headers['set-cookie']])
    return { userId: headers['x-who'] }
  }
  for (const carrier of Object.keys(CARRIERS)) {
    const { ask } = await served(t, registry, { carrier, context })
    const { json } = await ask(modern('tools/call', { name: 'echo' }, { headers: { 'x-who': 'ada' } }))
    assert.equal(json.result.content[0].text, 'for ada')
  }
  assert.deepEqual(seen, Array(2).fill(['http', 'ada', undefined]))
})

over('a long time for a body is no short one', async (t, carrier) => {
  const timers = t.mock.method(globalThis, 'setTimeout')
  const { ask } = await served(t, registryOf({}), { carrier, wireLimits: { receiveMs: 2 ** 40 } })
  assert.equal((await ask(modern('tools/call', CALL))).status, 200)
  const waits = timers.mock.calls.map(({ arguments: [, ms] }) => ms)
  assert.ok(Math.max(...waits) >= 2 ** 31 - 1, String(waits))
  // Node would make 1 ms of more.
  assert.ok(
    waits.every((ms) => ms < 2 ** 31),
    String(waits),
  )
})
