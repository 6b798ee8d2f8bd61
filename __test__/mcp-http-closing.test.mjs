// MCP over HTTP: clients that go without a word, and servers that close while something is under way.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { test } from 'node:test'
import { createTestRegistry } from 'toolrack/test'
import { ERAS, modern, overHttp, served } from './support/mcp-http.mjs'
import { tool } from './support/tools.mjs'

const listen = (id = 'sub') => modern('subscriptions/listen', { notifications: { toolsListChanged: true } }, { id })

/** A message as a client sends it over a socket. */
function textOf({ headers, body }) {
  const text = JSON.stringify(body)
  const lines = Object.entries({ host: '127.0.0.1', ...headers, 'content-length': Buffer.byteLength(text) })
  return `POST /mcp HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${text}`
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
  return { registry, running }
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
