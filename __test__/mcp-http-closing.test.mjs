// MCP over HTTP: clients that go without a word, and servers that close while something is under way.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect as connectSocket } from 'node:net'
import { test } from 'node:test'
import { createMcpServer } from 'toolrack/mcp'
import { createTestRegistry } from 'toolrack/test'
import { ERAS, legacy, modern, openSession, overHttp, served } from './support/mcp-http.mjs'
import { tool } from './support/tools.mjs'

const listen = (id = 'sub') => modern('subscriptions/listen', { notifications: { toolsListChanged: true } }, { id })

/** A message as a client sends it over a socket. */
function textOf({ headers, body }) {
  const text = JSON.stringify(body)
  const lines = Object.entries({ host: '127.0.0.1', ...headers, 'content-length': Buffer.byteLength(text) })
  return `POST /mcp HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${text}`
}

function deferred() {
  let resolve
  const promise = new Promise((settle) => (resolve = settle))
  return { promise, resolve }
}

async function connected(t, port) {
  const socket = connectSocket(port, '127.0.0.1')
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** A registry with a clock and a tool that waits until it is aborted; `running` counts its calls. */
function waiting() {
  const registry = createTestRegistry()
  const calls = { running: 0 }
  const execute = (_, { signal }) =>
    new Promise((resolve) => {
      calls.running++
      signal.addEventListener('abort', () => resolve(calls.running--))
    })
  registry.register(tool({ name: 'wait', execute }))
  const running = async (count) => {
    while (calls.running !== count) await new Promise(setImmediate)
  }
  return { registry, calls, running }
}

for (const [era, message] of Object.entries(ERAS))
  test(`${era}: a client that goes aborts all calls that it has pipelined`, { timeout: 20_000 }, async (t) => {
    const { registry, running } = waiting()
    const { port } = await served(t, registry)
    const socket = await connected(t, port)
    for (let id = 1; id <= 20; id++) socket.write(textOf(message('tools/call', { name: 'wait' }, { id })))
    await running(20)
    socket.destroy()
    await running(0)
  })

test('a client that goes ends all streams that it has pipelined', { timeout: 20_000 }, async (t) => {
  const { port, url } = await served(t, createTestRegistry(), { wireLimits: { streams: 10 } })
  const ask = overHttp(url)
  const socket = await connected(t, port)
  for (let id = 1; id <= 10; id++) socket.write(textOf(listen(id)))
  let probe
  do {
    probe?.close?.()
    probe = await ask(listen())
  } while (probe.json === undefined)
  socket.destroy()
  const opened = []
  while (opened.length < 10) {
    const next = await ask(listen(opened.length))
    if (next.json === undefined) opened.push(next)
  }
})

test('a pipelined call that was answered in its turn leaves its connection open for more', async (t) => {
  const { registry } = waiting()
  registry.register(tool())
  const { port } = await served(t, registry)
  const socket = await connected(t, port)
  let text = ''
  socket.on('data', (chunk) => (text += chunk))
  const echo = (id) => textOf(modern('tools/call', { name: 'echo', arguments: {} }, { id }))
  socket.write(echo(1) + echo(2) + echo(3))
  while (!text.includes('"id":3')) await once(socket, 'data')
  socket.write(echo(4))
  while (!text.includes('"id":4')) await once(socket, 'data')
  assert.equal(text.match(/HTTP\/1\.1 200 /g).length, 4)
})

/** The requests of a client that is in a session. */
const REQUESTS = {
  call: () => modern('tools/call', { name: 'wait' }),
  'legacy call': (session) => legacy('tools/call', { name: 'wait' }, { session }),
  listen: () => listen(),
  stream: (session) => ({ method: 'GET', headers: { accept: 'text/event-stream', 'mcp-session-id': session } }),
  initialize: () => legacy('initialize', { protocolVersion: '2025-11-25', capabilities: {} }),
}

for (const [name, request] of Object.entries(REQUESTS))
  for (const how of ['server', 'registry'])
    test(`fetch: ${name} whose caller is known only after the end of the ${how} is 503`, async (t) => {
      const { registry, calls } = waiting()
      const holding = deferred()
      const asked = deferred()
      let isHeld = false
      const context = async () => {
        if (!isHeld) return {}
        asked.resolve()
        return holding.promise
      }
      const { ask, server } = await served(t, registry, { carrier: 'fetch', context })
      const session = await openSession(ask)
      isHeld = true
      const answer = ask(request(session))
      await asked.promise
      if (how === 'registry') registry.close()
      const closed = server.close()
      await registry.clock.advance(5_000)
      await closed
      holding.resolve({})
      assert.equal((await answer).status, 503)
      assert.equal(calls.running, 0)
    })

for (const [era, message] of Object.entries(ERAS)) {
  test(`${era}: a call whose body ends after the server has closed is 503`, async (t) => {
    const { registry, calls } = waiting()
    const asked = deferred()
    const server = createMcpServer(registry, { context: () => void asked.resolve() })
    const http = createServer(server.handler).listen(0, '127.0.0.1')
    t.after(() => http.close())
    await once(http, 'listening')
    const socket = await connected(t, http.address().port)
    const text = textOf(message('tools/call', { name: 'wait' }))
    socket.write(text.slice(0, -1))
    await asked.promise
    const closed = server.close()
    await registry.clock.advance(5_000)
    await closed
    socket.write(text.slice(-1))
    assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1\.1 503 /)
    assert.equal(calls.running, 0)
  })

  test(`${era}: a call whose tools are loaded only after the server has closed is not made`, async (t) => {
    const { registry, calls } = waiting()
    const ready = deferred()
    const { ask, server } = await served(t, registry, { carrier: 'fetch', ready: ready.promise })
    const answer = ask(message('tools/call', { name: 'wait' }))
    const closed = server.close()
    await registry.clock.advance(5_000)
    await closed
    ready.resolve()
    assert.equal((await answer).status, 503)
    assert.equal(calls.running, 0)
  })
}

test('a listener that starts while its server closes does not stay open', { timeout: 20_000 }, async () => {
  const { createServer: listenAt } = await import('node:net')
  // A port that is free is known by listening at it.
  const probe = listenAt().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  const server = createMcpServer(createTestRegistry())
  const listening = server.listen({ port })
  const [, { reason }] = await Promise.allSettled([server.close(), listening])
  assert.equal(reason?.code, 'CLOSED')
  await assert.rejects(connected({ after: () => {} }, port), { code: 'ECONNREFUSED' })
})

test('a server waits for a listener that somebody else is closing', async () => {
  const { registry, running } = waiting()
  const server = createMcpServer(registry)
  const { url, close } = await server.listen()
  const call = overHttp(url)(modern('tools/call', { name: 'wait' })).catch(() => {})
  await running(1)
  const ended = []
  const closed = Promise.all([
    close().then(() => ended.push('listener')),
    server.close().then(() => ended.push('server')),
  ])
  await new Promise(setImmediate)
  assert.deepEqual(ended, [])
  await registry.clock.advance(5_000)
  await Promise.all([closed, call])
  assert.equal(ended.length, 2)
})

test('fetch: a stream of a session that ends meanwhile ends too', async (t) => {
  const { ask } = await served(t, createTestRegistry(), { carrier: 'fetch', wireLimits: { streams: 1 } })
  for (let i = 0; i < 3; i++) {
    const session = await openSession(ask)
    const [stream] = await Promise.all([
      ask(REQUESTS.stream(session)),
      ask({ method: 'DELETE', headers: { 'mcp-session-id': session } }),
    ])
    assert.equal(stream.status, 200)
    await stream.events.ended()
  }
})

test('a call of a session that has ended while its rights were looked up is not made', async (t) => {
  const { registry, calls } = waiting()
  const ready = deferred()
  const auth = {
    resource: 'http://127.0.0.1/mcp',
    authorizationServers: ['https://issuer.example'],
    verify: () => ({ subject: 'ann', scopes: [] }),
    unscoped: 'tell',
  }
  const { ask } = await served(t, registry, { carrier: 'fetch', ready: ready.promise, auth })
  const headers = { authorization: 'Bearer token' }
  const session = await openSession(ask, { headers })
  const call = ask(legacy('tools/call', { name: 'wait' }, { session, headers }))
  await new Promise(setImmediate)
  assert.equal((await ask({ method: 'DELETE', headers: { 'mcp-session-id': session, ...headers } })).status, 204)
  ready.resolve()
  assert.deepEqual([(await call).text, calls.running], ['', 0])
})

for (const [name, text] of Object.entries({ nothing: '', 'half a head': 'POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\n' }))
  test(`a closing server does not wait for a client that has sent ${name}`, { timeout: 20_000 }, async () => {
    const server = createMcpServer(createTestRegistry())
    const { port } = await server.listen()
    const socket = await connected({ after: () => {} }, port)
    socket.on('error', () => {})
    socket.write(text)
    const ended = new Promise((resolve) => socket.once('close', resolve))
    // No clock moves: nothing waits for the grace of calls.
    await server.close()
    await ended
  })

test('a closing server sends all answers whole to a client that reads slowly', { timeout: 20_000 }, async (t) => {
  const registry = createTestRegistry()
  let made = 0
  const execute = () => {
    made++
    return 'x'.repeat(1 << 20)
  }
  registry.register(tool({ name: 'big', execute }))
  const { server, port } = await served(t, registry)
  const socket = await connected(t, port)
  for (let id = 1; id <= 16; id++) socket.write(textOf(modern('tools/call', { name: 'big' }, { id })))
  while (made < 16) await new Promise(setImmediate)
  const closed = server.close()
  await new Promise(setImmediate)
  let length = 0
  for await (const part of socket) length += part.length
  await closed
  assert.ok(length > 16 << 20, String(length))
})

test('a server and its listener that close at once both end with the last call', { timeout: 20_000 }, async () => {
  const registry = createTestRegistry()
  const [began, held] = [deferred(), deferred()]
  const execute = () => {
    began.resolve()
    return held.promise
  }
  registry.register(tool({ name: 'hold', execute }))
  const server = createMcpServer(registry)
  const { url, close } = await server.listen()
  const call = overHttp(url)(modern('tools/call', { name: 'hold' }))
  await began.promise
  const closed = Promise.all([server.close(), close(), close()])
  held.resolve('done')
  assert.equal((await call).json.result.content[0].text, 'done')
  await closed
})
