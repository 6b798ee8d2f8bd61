// MCP over HTTP in the servers that people have: each with a whole session of the official clients.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { serve as serveHono } from '@hono/node-server'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import express from 'express'
import express4 from 'express4'
import fastify from 'fastify'
import { Hono } from 'hono'
import { createMcpServer } from 'toolrack/mcp'
import { refusal, registryOf, tool } from './support/tools.mjs'

async function onNode(t, listener) {
  const http = createServer(listener).listen(0, '127.0.0.1')
  await once(http, 'listening')
  t.after(() => {
    http.closeAllConnections()
    http.close()
  })
  return `http://127.0.0.1:${http.address().port}/mcp`
}

const APPS = {
  'node:http': (t, server) => onNode(t, server.handler),
  'Express 5': (t, server) => onNode(t, express().all('/mcp', server.handler)),
  'Express 4': (t, server) => onNode(t, express4().all('/mcp', server.handler)),
  'Express 5 behind express.json': (t, server) => onNode(t, express().use(express.json()).use('/mcp', server.handler)),
  'Express 4 behind express.json': (t, server) =>
    onNode(t, express4().use(express4.json()).use('/mcp', server.handler)),
  'Express 5 behind express.raw': (t, server) =>
    onNode(
      t,
      express()
        .use(express.raw({ type: '*/*' }))
        .all('/mcp', (request, response) => server.handler(request, response, request.body)),
    ),
  'Express 5 behind express.text': (t, server) =>
    onNode(
      t,
      express()
        .use(express.text({ type: '*/*' }))
        .all('/mcp', server.handler),
    ),
  async Fastify(t, server) {
    const app = fastify()
    app.all('/mcp', (request, reply) => {
      reply.hijack()
      return server.handler(request.raw, reply.raw, request.body)
    })
    t.after(() => app.server.closeAllConnections() ?? app.close())
    await app.listen({ port: 0, host: '127.0.0.1' })
    return `http://127.0.0.1:${app.server.address().port}/mcp`
  },
  async Hono(t, server) {
    const app = new Hono().all('/mcp', (c) => server.fetch(c.req.raw))
    const http = serveHono({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
    await once(http, 'listening')
    t.after(() => {
      http.closeAllConnections()
      http.close()
    })
    return `http://127.0.0.1:${http.address().port}/mcp`
  },
}

/** A registry with a tool that waits until it is aborted. */
function scene(t) {
  const calls = {}
  const [began, aborted] = ['begin', 'abort'].map((name) => new Promise((resolve) => (calls[name] = resolve)))
  const execute = (_, { signal }) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(calls.abort('aborted')))
      calls.begin()
    })
  const registry = registryOf({}, { name: 'wait', execute })
  const server = createMcpServer(registry, { name: 'demo', version: '1.0.0' })
  t.after(() => server.close())
  return { registry, server, began, aborted }
}

const sdk2 = await loadSdk2()

/** SDK 2 is installed with the packages of the frameworks. */
async function loadSdk2() {
  try {
    const { resolve } = createRequire(new URL('frameworks/package.json', import.meta.url))
    return await import(pathToFileURL(resolve('@modelcontextprotocol/client')))
  } catch {
    return undefined
  }
}

/** Each client: how it connects, and what tells it of a changed list. */
const CLIENTS = {
  async 'SDK 1'(url) {
    const client = new Client({ name: 'c', version: '1' })
    const changed = new Promise((resolve) => client.setNotificationHandler(ToolListChangedNotificationSchema, resolve))
    const transport = new StreamableHTTPClientTransport(new URL(url))
    await client.connect(transport)
    assert.match(transport.sessionId, /^[\w-]{22}$/)
    const call = (params, options) => client.callTool(params, undefined, options)
    return { client, changed, call, end: () => transport.terminateSession() }
  },
  ...(sdk2 && {
    async 'SDK 2'(url) {
      let told
      const changed = new Promise((resolve) => (told = resolve))
      const options = { versionNegotiation: { mode: 'auto' }, listChanged: { tools: { onChanged: told } } }
      const client = new sdk2.Client({ name: 'c', version: '1' }, options)
      await client.connect(new sdk2.StreamableHTTPClientTransport(new URL(url)))
      assert.equal(client.getNegotiatedProtocolVersion(), '2026-07-28')
      return { client, changed, call: client.callTool.bind(client), end: async () => {} }
    },
  }),
}

for (const [name, app] of Object.entries(APPS))
  for (const [which, connect] of Object.entries(CLIENTS))
    test(`${name} serves ${which}`, async (t) => {
      const { registry, server, began, aborted } = scene(t)
      const { client, changed, call, end } = await connect(await app(t, server))
      t.after(() => client.close())
      assert.equal(client.getServerVersion().name, 'demo')
      assert.deepEqual(
        (await client.listTools()).tools.map((one) => one.name),
        ['echo', 'wait'],
      )
      const { structuredContent } = await client.callTool({ name: 'echo', arguments: { a: 'Zürich' } })
      assert.deepEqual(structuredContent, { a: 'Zürich' })
      await assert.rejects(client.callTool({ name: 'nothing', arguments: {} }), { code: -32602 })
      const stop = new AbortController()
      const waits = call({ name: 'wait', arguments: {} }, { signal: stop.signal })
      waits.catch(() => {})
      await began
      stop.abort(new Error('enough'))
      await assert.rejects(waits)
      assert.equal(await aborted, 'aborted')
      registry.register(tool({ name: 'more' }))
      await changed
      await end()
    })

for (const [name, app] of Object.entries(APPS).filter(([known]) => known.includes('behind')))
  test(`${name}: a compressed body that the parser has inflated is served`, async (t) => {
    const { server } = scene(t)
    const url = await app(t, server)
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo', arguments: { a: 1 } } }
    const response = await fetch(url, { method: 'POST', headers, body: gzipSync(JSON.stringify(call)) })
    assert.equal(response.status, 200)
    assert.deepEqual((await response.json()).result.structuredContent, { a: 1 })
  })

test('a body parser that has left nothing is named', async (t) => {
  const { server } = scene(t)
  const url = await onNode(t, async (request, response) => {
    await request.toArray()
    await server.handler(request, response)
  })
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
  const response = await fetch(url, init)
  assert.equal(response.status, 500)
  assert.match((await response.json()).error.message, /body parser/)
})

for (const [what, body] of Object.entries({
  'a circle': Object.assign(
    {},
    {
      get self() {
        return this
      },
    },
  ),
  'a getter that throws': {
    get method() {
      throw new Error('no')
    },
  },
  'a revoked proxy': (() => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  })(),
  'a bigint': { id: 1n },
  'a symbol': Symbol('body'),
}))
  test(`a body that is ${what} is -32700`, async (t) => {
    const { server } = scene(t)
    const url = await onNode(t, (request, response) => server.handler(request, response, body))
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
    assert.deepEqual([response.status, (await response.json()).error.code], [400, -32700])
  })

test('a handler that answers a response which is answered does nothing', async (t) => {
  const { server } = scene(t)
  const url = await onNode(t, async (request, response) => {
    response.writeHead(204).end()
    await server.handler(request, response)
  })
  assert.equal((await fetch(url)).status, 204)
})

test('it answers over HTTP/2', async (t) => {
  const { server } = scene(t)
  const http = createHttp2Server(server.handler).listen(0, '127.0.0.1')
  await once(http, 'listening')
  const client = connectHttp2(`http://127.0.0.1:${http.address().port}`)
  t.after(() => {
    client.destroy()
    http.close()
  })
  const ask = async (headers, body) => {
    const stream = client.request({
      ':method': 'POST',
      ':path': '/mcp',
      'content-type': 'application/json',
      ...headers,
    })
    stream.end(body)
    const [answered] = await once(stream, 'response')
    return [answered[':status'], JSON.parse(Buffer.concat(await stream.toArray()))]
  }
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo', arguments: { a: 1 } } }
  const [status, { result }] = await ask({}, JSON.stringify(message))
  assert.deepEqual([status, result.structuredContent], [200, { a: 1 }])
  assert.equal((await ask({ ':authority': 'evil.example.com' }, '{}'))[0], 403)
})

const NOTHING = Proxy.revocable({}, {})
NOTHING.revoke()
for (const [what, values] of Object.entries({
  nothing: [],
  null: [null, null],
  'a Request': [new Request('http://localhost/mcp')],
  'a request alone': [{ on() {}, headers: {} }],
  'a revoked proxy': [NOTHING.proxy, NOTHING.proxy],
}))
  test(`handler refuses ${what}, and names fetch`, async (t) => {
    const { server } = scene(t)
    const { code, message } = await refusal(() => server.handler(...values))
    assert.equal(code, 'INVALID_OPTIONS')
    if (what !== 'a revoked proxy') assert.match(message, /server\.fetch/)
  })

for (const [what, value] of [
  ['nothing', undefined],
  ['null', null],
  ['a request of node:http', { method: 'POST', headers: {}, on() {} }],
  ['an address', 'http://localhost/mcp'],
  ['a revoked proxy', NOTHING.proxy],
])
  test(`fetch refuses ${what}, and names handler`, async (t) => {
    const { server } = scene(t)
    const { code, message } = await refusal(() => server.fetch(value))
    assert.equal(code, 'INVALID_OPTIONS')
    if (what !== 'a revoked proxy') assert.match(message, /server\.handler/)
  })

test('a response that a framework ends aborts its call, and frees its stream', async (t) => {
  const { server, began, aborted } = scene(t)
  const responses = []
  const url = await onNode(t, (request, response) => {
    responses.push(response)
    return server.handler(request, response)
  })
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'wait' } }
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(message) }
  const answer = fetch(url, init)
  await began
  responses[0].writeHead(504).end()
  assert.equal((await answer).status, 504)
  assert.equal(await aborted, 'aborted')
})

test('node:http is loaded by listen alone', () => {
  const loaded = Object.keys(createRequire(import.meta.url).cache).map((path) => path.replaceAll('\\', '/'))
  assert.ok(loaded.some((path) => path.endsWith('/lib/mcp/http/fetch-handler.js')))
  assert.ok(!loaded.some((path) => path.endsWith('/lib/mcp/http/listener.js')))
})
