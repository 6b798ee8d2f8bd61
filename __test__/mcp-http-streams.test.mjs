// MCP over HTTP: streams of notifications, slow readers, clients that go, and the end of a server.
import assert from 'node:assert/strict'
import { connect as connectSocket } from 'node:net'
import { once } from 'node:events'
import { test } from 'node:test'
import { createMcpServer } from 'toolrack/mcp'
import { createTestRegistry } from 'toolrack/test'
import { CARRIERS, ERAS, modern, openSession, overHttp, served } from './support/mcp-http.mjs'
import { registryOf, tool } from './support/tools.mjs'

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged'
const CHANGED = 'notifications/tools/list_changed'
const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId'
const listen = (id = 'sub', notifications = { toolsListChanged: true }) =>
  modern('subscriptions/listen', { notifications }, { id })

/** A registry with a clock and a tool that waits until it is aborted. */
function waiting() {
  const registry = createTestRegistry()
  let began, aborted
  const calls = {
    began: new Promise((resolve) => (began = resolve)),
    aborted: new Promise((resolve) => (aborted = resolve)),
  }
  const execute = (_, { signal }) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(aborted('aborted')))
      began()
    })
  registry.register(tool({ name: 'wait', execute }))
  return { registry, calls }
}

function over(name, fact) {
  for (const carrier of Object.keys(CARRIERS)) test(`${carrier}: ${name}`, (t) => fact(t, carrier))
}

for (const id of ['sub', 0, 77])
  over(`the id of a subscription is ${JSON.stringify(id)}, that of its request`, async (t, carrier) => {
    const { registry } = waiting()
    const { ask } = await served(t, registry, { carrier })
    const { status, headers, events } = await ask(listen(id))
    assert.deepEqual(
      [status, headers['content-type'], headers['cache-control'], headers['x-accel-buffering']],
      [200, 'text/event-stream', 'no-cache, no-transform', 'no'],
    )
    const _meta = { [SUBSCRIPTION]: id }
    const params = { _meta, notifications: { toolsListChanged: true } }
    assert.deepEqual(await events.next(), { jsonrpc: '2.0', method: ACKNOWLEDGED, params })
    await registry.clock.advance(10)
    registry.register(tool({ name: 'more' }))
    await registry.clock.advance(10)
    assert.deepEqual(await events.next(), { jsonrpc: '2.0', method: CHANGED, params: { _meta } })
  })

over('a stream that is idle gets a comment every 15 seconds', async (t, carrier) => {
  const { registry } = waiting()
  const { ask } = await served(t, registry, { carrier })
  const { events } = await ask(listen())
  await events.next()
  await registry.clock.advance(14_999)
  assert.equal(events.comments, 0)
  await registry.clock.advance(1)
  await events.comment(1)
  await registry.clock.advance(15_000)
  await events.comment(2)
})

over('too many streams are -32603 before the acknowledgement; one that ends makes room', async (t, carrier) => {
  const { registry } = waiting()
  const { ask } = await served(t, registry, { carrier, wireLimits: { streams: 2 } })
  const [first] = await Promise.all([ask(listen(1)), ask(listen(2))])
  const { status, json } = await ask(listen(3))
  assert.deepEqual([status, json.error.code, json.id], [200, -32603, 3])
  first.close()
  await first.events.ended()
  let again
  do again = await ask(listen(4))
  while (again.json !== undefined)
  assert.equal((await again.events.next()).method, ACKNOWLEDGED)
})

over('when the server closes, streams end with a complete result', async (t, carrier) => {
  const { registry } = waiting()
  const { ask, server } = await served(t, registry, { carrier })
  const session = await openSession(ask)
  const push = await ask({ method: 'GET', headers: { accept: 'text/event-stream', 'mcp-session-id': session } })
  const { events } = await ask(listen())
  await events.next()
  await server.close()
  const { result, id } = await events.next()
  assert.deepEqual([id, result.resultType, result._meta[SUBSCRIPTION]], ['sub', 'complete', 'sub'])
  assert.deepEqual(await events.ended(), [])
  assert.deepEqual(await push.events.ended(), [])
})

for (const [era, message] of Object.entries(ERAS)) {
  over(`${era}: a client that goes aborts its call at once`, async (t, carrier) => {
    const { registry, calls } = waiting()
    const server = createMcpServer(registry)
    t.after(() => server.close())
    const leaving = new AbortController()
    const { headers, body } = message('tools/call', { name: 'wait' })
    const init = { method: 'POST', headers, body: JSON.stringify(body), signal: leaving.signal }
    const sent =
      carrier === 'http'
        ? fetch((await server.listen()).url, init)
        : server.fetch(new Request('http://127.0.0.1/mcp', init))
    const over = sent.catch(() => {})
    await calls.began
    leaving.abort()
    assert.equal(await calls.aborted, 'aborted')
    await over
  })

  over(`${era}: a closing server answers the calls that end within five seconds`, async (t, carrier) => {
    const registry = createTestRegistry()
    let release
    registry.register(tool({ name: 'hold', execute: () => new Promise((resolve) => (release = resolve)) }))
    const { ask, server } = await served(t, registry, { carrier })
    const call = ask(message('tools/call', { name: 'hold' }))
    while (release === undefined) await new Promise(setImmediate)
    const closed = server.close()
    release('in time')
    assert.equal((await call).json.result.content[0].text, 'in time')
    await closed
  })

  over(`${era}: a call that takes longer is aborted, and answered with 503`, async (t, carrier) => {
    const { registry, calls } = waiting()
    const { ask, server } = await served(t, registry, { carrier })
    const call = ask(message('tools/call', { name: 'wait' })).catch((error) => error)
    await calls.began
    const closed = server.close()
    await registry.clock.advance(4_999)
    await registry.clock.advance(1)
    assert.equal(await calls.aborted, 'aborted')
    await closed
    const answer = await call
    if (carrier === 'fetch') assert.equal(answer.status, 503)
    else assert.ok(answer.status === 503 || answer.code === 'ECONNRESET', String(answer))
  })
}

test('fetch: requests to a closed server are 503', async (t) => {
  const { ask, server } = await served(t, registryOf({}), { carrier: 'fetch' })
  await server.close()
  assert.equal((await ask(modern('tools/list'))).status, 503)
  const late = createMcpServer(registryOf({}))
  await late.close()
  const answer = await late.fetch(new Request('http://127.0.0.1/mcp', { method: 'POST' }))
  assert.equal(answer.status, 503)
})

test('listen on a closed server rejects with CLOSED', async () => {
  const server = createMcpServer(registryOf({}))
  await server.close()
  await assert.rejects(server.listen(), { code: 'CLOSED' })
})

test('one listener closes, and the others go on', async (t) => {
  const server = createMcpServer(registryOf({}))
  t.after(() => server.close())
  const [one, other] = [await server.listen(), await server.listen({ path: '/other' })]
  await one.close()
  await assert.rejects(fetch(one.url), { name: 'TypeError' })
  assert.equal((await overHttp(other.url)(modern('tools/call', { name: 'echo' }))).status, 200)
})

/** A body that comes as it is written. */
async function openBody(t, server, headers) {
  const { port } = await server.listen()
  const socket = connectSocket(port, '127.0.0.1')
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  const lines = Object.entries({ host: '127.0.0.1', ...modern('tools/list').headers, ...headers })
  socket.write(`POST /mcp HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
  return socket
}

test('a body without a length is counted, and 413 over the limit', async (t) => {
  const server = createMcpServer(registryOf({}), { wireLimits: { bodyBytes: 1_000 } })
  t.after(() => server.close())
  const socket = await openBody(t, server, { 'transfer-encoding': 'chunked' })
  socket.write(`400\r\n${'x'.repeat(1_024)}\r\n`)
  const [answer] = await once(socket, 'data')
  assert.match(String(answer), /^HTTP\/1\.1 413 .*connection: close/is)
})

test('a body that does not come is 408', async (t) => {
  const registry = createTestRegistry()
  registry.register(tool())
  let begin
  const began = new Promise((resolve) => (begin = resolve))
  const server = createMcpServer(registry, { context: () => void begin() })
  t.after(() => server.close())
  const socket = await openBody(t, server, { 'content-length': 1_000 })
  socket.write('{')
  const answer = once(socket, 'data')
  // The body is waited for as soon as the caller is known.
  await began
  await new Promise(setImmediate)
  await registry.clock.advance(30_000)
  assert.match(String((await answer)[0]), /^HTTP\/1\.1 408 /)
})

test('a listener ends a connection whose head or body does not come', async (t) => {
  const server = createMcpServer(registryOf({}), { wireLimits: { receiveMs: 50 } })
  t.after(() => server.close())
  const { port } = await server.listen()
  const socket = connectSocket(port, '127.0.0.1')
  t.after(() => socket.destroy())
  socket.write('POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\n')
  const [answer] = await once(socket, 'data')
  assert.match(String(answer), /^HTTP\/1\.1 408 /)
  const other = await openBody(t, server, { 'content-length': 1_000 })
  other.write('{')
  assert.match(String((await once(other, 'data'))[0]), /^HTTP\/1\.1 408 /)
})

test('a slow reader has one notification waiting, whatever has changed', async (t) => {
  const registry = createTestRegistry()
  registry.register(tool())
  const { port } = await served(t, registry, { notifyMs: 1, instructions: 'x' })
  const socket = connectSocket(port, '127.0.0.1')
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  const { headers, body } = listen('s'.repeat(1 << 20))
  const text = JSON.stringify(body)
  const lines = Object.entries({ host: '127.0.0.1', ...headers, 'content-length': Buffer.byteLength(text) })
  socket.write(`POST /mcp HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${text}`)
  await once(socket, 'readable')
  // It reads nothing more. Each notification is 1 MiB: more than sockets hold are not written.
  const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed
  for (let i = 0; i < 200; i++) {
    registry.register(tool({ name: `t${i}` }))
    await registry.clock.advance(15)
    await new Promise(setImmediate)
  }
  const grown = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before
  assert.ok(grown < 60 << 20, `${grown >> 20} MiB wait for a reader`)
})

over('1,000 streams are told of a change, each once', async (t, carrier) => {
  const { registry } = waiting()
  const { ask } = await served(t, registry, { carrier })
  const streams = []
  for (let i = 0; i < 1_000; i += 100)
    streams.push(...(await Promise.all(Array.from({ length: 100 }, (_, j) => ask(listen(i + j + 1))))))
  for (const { events } of streams) assert.equal((await events.next()).method, ACKNOWLEDGED)
  await registry.clock.advance(10)
  registry.register(tool({ name: 'more' }))
  await registry.clock.advance(10)
  for (const { events } of streams) assert.equal((await events.next()).method, CHANGED)
  assert.ok(streams.every(({ events }) => events.messages.length === 0))
})
