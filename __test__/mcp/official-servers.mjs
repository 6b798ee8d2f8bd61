// Servers of the official SDKs, with the same tools: `node official-servers.mjs NAME` serves over stdio, and
// `serveOfficial` over HTTP.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { toNodeHandler } from '@modelcontextprotocol/node'
import {
  ResourceTemplate as Template2,
  McpServer as Server2,
  completable as completable2,
  createMcpHandler,
} from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { completable as completable1 } from 'mcp-sdk1/server/completable.js'
import { ResourceTemplate as Template1, McpServer as Server1 } from 'mcp-sdk1/server/mcp.js'
import { StdioServerTransport } from 'mcp-sdk1/server/stdio.js'
import { StreamableHTTPServerTransport } from 'mcp-sdk1/server/streamableHttp.js'
import { z } from 'zod'

const INFO = { name: 'official-server', version: '1.0.0', title: 'Official' }
const NUMBERS = { a: z.number(), b: z.number() }
const text = (words) => ({ content: [{ type: 'text', text: words }] })

/** The progress of a call, in the words of each SDK. */
const notifyOf = (extra) => (notification) =>
  extra.sendNotification === undefined ? extra.mcpReq.notify(notification) : extra.sendNotification(notification)

/** Registers the tools. `change` changes the list for `grow`. */
function withTools(server, { shape, change }) {
  server.registerTool('add', { description: 'Adds', inputSchema: shape(NUMBERS) }, async ({ a, b }) => ({
    ...text(String(a + b)),
    structuredContent: { sum: a + b },
  }))
  server.registerTool('fail', { description: 'Fails' }, async () => {
    throw new Error('the disk is full')
  })
  server.registerTool('steps', { description: 'Tells its progress', inputSchema: shape({}) }, async (_, extra) => {
    const progressToken = extra._meta?.progressToken ?? extra.mcpReq?._meta?.progressToken
    for (const progress of [1, 2, 3])
      await notifyOf(extra)({ method: 'notifications/progress', params: { progressToken, progress, total: 3 } })
    return text('done')
  })
  server.registerTool('wait', { description: 'Waits', inputSchema: shape({}) }, (_, extra) => {
    const signal = extra.signal ?? extra.mcpReq.signal
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(text('aborted'))))
  })
  server.registerTool('grow', { description: 'Changes the list', inputSchema: shape({}) }, async () => {
    change(server)
    return text('grown')
  })
  return server
}

/** Registers a resource, a template and a prompt. Reading `note://grow` changes the list by `change`. */
function withContent(server, { shape, Template, completable, change }) {
  const read = (words) => (uri) => ({ contents: [{ uri: uri.href, mimeType: 'text/plain', text: words }] })
  server.registerResource('one', 'note://one', { title: 'One', mimeType: 'text/plain' }, read('first'))
  server.registerResource('grow', 'note://grow', {}, (uri) => {
    change(server, read)
    return read('grown')(uri)
  })
  const complete = { id: (value) => ['7', '70'].filter((id) => id.startsWith(value)) }
  const template = new Template('item://{id}', { list: undefined, complete })
  server.registerResource('item', template, { description: 'An item' }, (uri, { id }) => read(`item ${id}`)(uri))
  const who = completable(z.string(), (value) => ['Ann', 'Anton'].filter((name) => name.startsWith(value)))
  server.registerPrompt('greet', { title: 'Greet', argsSchema: shape({ who }) }, ({ who: name }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Greet ${name}` } }],
  }))
  return server
}

const addResource = (server, read) => server.registerResource('new', `note://new${grown++}`, {}, read('new'))

let grown = 0
const addTool = (server) => server.registerTool(`grown_${grown++}`, { description: 'New' }, async () => text('new'))

const make1 = () => {
  const shape = (one) => one
  const server = withTools(new Server1(INFO), { shape, change: addTool })
  return withContent(server, { shape, Template: Template1, completable: completable1, change: addResource })
}
const make2 = (change, changeContent) => () => {
  const shape = (one) => z.object(one)
  const server = withTools(new Server2(INFO), { shape, change })
  return withContent(server, { shape, Template: Template2, completable: completable2, change: changeContent })
}

/** Serves over stdio. */
const STDIO = {
  sdk_1: () => make1().connect(new StdioServerTransport()),
  sdk_2: () => serveStdio(make2(addTool, addResource)),
  sdk_2_modern: () => serveStdio(make2(addTool, addResource), { legacy: 'reject' }),
}

function handler1() {
  const sessions = new Map()
  return async (request, response) => {
    let transport = sessions.get(request.headers['mcp-session-id'])
    if (transport === undefined) {
      transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (id) => sessions.set(id, transport),
      })
      await make1().connect(transport)
    }
    await transport.handleRequest(request, response)
  }
}

function stateless1() {
  return async (request, response) => {
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true })
    await make1().connect(transport)
    await transport.handleRequest(request, response)
  }
}

function handler2() {
  const handler = createMcpHandler(
    make2(
      () => handler.notify.toolsChanged(),
      () => handler.notify.resourcesChanged(),
    ),
  )
  return toNodeHandler(handler)
}

const HTTP = { sdk_1: handler1, sdk_1_stateless: stateless1, sdk_2: handler2 }

/** Serves over HTTP until the test ends; the address. */
export const serveOfficial = (t, name) => serveHandler(t, HTTP[name]())

/** Serves a handler of node:http until the test ends; the address. */
export async function serveHandler(t, handler) {
  const http = createServer(handler)
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  t.after(() => {
    http.closeAllConnections()
    http.close()
  })
  return `http://127.0.0.1:${http.address().port}/mcp`
}

export const PROGRAM = fileURLToPath(import.meta.url)

if (process.argv[1] === PROGRAM) await STDIO[process.argv[2]]()
