// MCP servers that are compared: the same tools and closures, by toolrack and by the official SDKs. Each is made in a
// process of its own, by `mcp-server.mjs`. The packages are those of the tests, in __test__/mcp.
import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { measuredFile, registryOf, tool } from './toolrack.mjs'

const packages = createRequire(new URL('../../__test__/mcp/package.json', import.meta.url))
const load = (name) => import(pathToFileURL(packages.resolve(name)).href)
const INFO = { name: 'bench', version: '1.0.0' }
const closure = async ({ city }) => city
const answer = async (params) => ({ content: [{ type: 'text', text: await closure(params) }] })

/** The members of a tool that `registerTool` takes, with a schema of Zod that is made once. */
async function zodTools(count) {
  const { z } = await load('zod')
  const inputSchema = z.object({
    city: z.string().min(1).describe('The city'),
    days: z.number().int().min(1).max(14).describe('How many days'),
    units: z.enum(['metric', 'imperial']).describe('Which units'),
  })
  return Array.from({ length: count }, (_, index) => {
    const { name, description } = tool(index)
    return [name, { description, inputSchema }]
  })
}

/** An SDK 2 server without validation: the list is given as it stands, and calls are dispatched by a map. */
async function lowLevel(count) {
  const { Server } = await load('@modelcontextprotocol/server')
  const tools = registryOf(count).snapshot().definitions('mcp', undefined, { revision: '2026-07-28' })
  const names = new Set(tools.map(({ name }) => name))
  return () => {
    const server = new Server(INFO, { capabilities: { tools: { listChanged: true } } })
    server.setRequestHandler('tools/list', async () => ({ tools }))
    server.setRequestHandler('tools/call', async ({ params }) => {
      if (!names.has(params.name)) throw new Error(`unknown tool: ${params.name}`)
      return answer(params.arguments)
    })
    return server
  }
}

/** A server as the guides of SDK 2 write it: its tools are registered in the factory. */
async function registered(count) {
  const { McpServer } = await load('@modelcontextprotocol/server')
  const tools = await zodTools(count)
  return () => {
    const server = new McpServer(INFO)
    for (const [name, members] of tools) server.registerTool(name, members, answer)
    return server
  }
}

/** The way to serve a factory of SDK 2. What the other carrier needs is not loaded: it would make the start longer. */
async function bySdk2(factory, carrier) {
  if (carrier === 'stdio') {
    const { serveStdio } = await load('@modelcontextprotocol/server/stdio')
    return { stdio: () => serveStdio(factory) }
  }
  const { createMcpHandler } = await load('@modelcontextprotocol/server')
  const { toNodeHandler } = await load('@modelcontextprotocol/node')
  const handler = createMcpHandler(factory)
  return { handler: toNodeHandler(handler), change: () => handler.notify.toolsChanged() }
}

/** The way to serve by SDK 1: one server over stdio, and one for each session over HTTP. */
async function bySdk1(count, carrier) {
  const { McpServer } = await load('mcp-sdk1/server/mcp.js')
  const tools = await zodTools(count)
  const make = () => {
    const server = new McpServer(INFO)
    for (const [name, members] of tools) server.registerTool(name, members, answer)
    return server
  }
  if (carrier === 'stdio') {
    const { StdioServerTransport } = await load('mcp-sdk1/server/stdio.js')
    const served = make()
    return {
      stdio: () => served.connect(new StdioServerTransport()),
      registerMore(more) {
        for (let index = 0; index < more; index++) served.registerTool(`more_${index}`, {}, answer)
      },
    }
  }
  const { StreamableHTTPServerTransport } = await load('mcp-sdk1/server/streamableHttp.js')
  const sessions = new Map()
  const open = async () => {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      enableJsonResponse: true,
      onsessioninitialized: (id) => sessions.set(id, transport),
    })
    await make().connect(transport)
    return transport
  }
  return {
    handler: async (request, response) => {
      const transport = sessions.get(request.headers['mcp-session-id']) ?? (await open())
      await transport.handleRequest(request, response)
    },
  }
}

async function byToolrack(count) {
  const { createMcpServer } = measuredFile('./lib/mcp/index.js')
  const registry = registryOf(count)
  const server = createMcpServer(registry, {
    ...INFO,
    wireLimits: { streamsEach: 2_000, streams: 2_000, callsEach: 64 },
  })
  let round = 0
  return {
    handler: (request, response) => server.handler(request, response),
    stdio: () => server.stdio(),
    change: () => registry.replace({ ...tool(count >> 1), description: `The weather, in words number ${round++}` }),
    registerMore(more) {
      for (let index = 0; index < more; index++) registry.register({ ...tool(index), name: `more_${index}` })
    },
  }
}

export const TOOLRACK = 'toolrack'
export const SDK_1 = 'SDK 1'
export const SDK_2 = 'SDK 2, Server'
export const SDK_2_REGISTERED = 'SDK 2, registerTool'

/** A maker of each server, for a carrier. It gives how the server is reached, and how its list is changed. */
export const SIDES = {
  [TOOLRACK]: byToolrack,
  [SDK_1]: bySdk1,
  [SDK_2]: async (count, carrier) => bySdk2(await lowLevel(count), carrier),
  [SDK_2_REGISTERED]: async (count, carrier) => bySdk2(await registered(count), carrier),
}
