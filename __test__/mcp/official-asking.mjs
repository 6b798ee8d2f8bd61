// Servers of the official SDKs whose tools ask, and servers with a registry that asks attached. Over HTTP by
// `serveAsking`, over stdio as `node official-asking.mjs NAME`.
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { McpServer as Server2, createMcpHandler, inputRequired } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { McpServer as Server1 } from 'mcp-sdk1/server/mcp.js'
import { StdioServerTransport } from 'mcp-sdk1/server/stdio.js'
import { StreamableHTTPServerTransport } from 'mcp-sdk1/server/streamableHttp.js'
import { ElicitResultSchema } from 'mcp-sdk1/types.js'
import { ToolRegistry } from '../../lib/index.js'
import { attachMcp } from '../../lib/mcp/index.js'
import { serveHandler } from './official-servers.mjs'

const INFO = { name: 'official-asking', version: '1.0.0' }
const SCHEMA = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] }
const FORM = { message: 'Your name?', requestedSchema: SCHEMA }
const shown = ({ action, content }) => `${action} ${content?.name ?? 'nobody'}`
const result = (words) => ({ content: [{ type: 'text', text: words }] })

/** SDK 1: on the stream of the session, and on that of the call. */
function asking1() {
  const server = new Server1(INFO)
  server.registerTool('greet', { description: 'Asks' }, async () =>
    result(shown(await server.server.elicitInput(FORM))),
  )
  server.registerTool('greet_on_call', { description: 'Asks' }, async ({ sendRequest }) =>
    result(shown(await sendRequest({ method: 'elicitation/create', params: FORM }, ElicitResultSchema))),
  )
  return server
}

/** SDK 2: in the result, which its own shim makes a request of for legacy clients. */
function asking2() {
  const server = new Server2(INFO)
  server.registerTool('greet', { description: 'Asks' }, async (context) => {
    const { inputResponses, requestState } = context.mcpReq
    if (inputResponses?.who === undefined)
      return inputRequired({ inputRequests: { who: inputRequired.elicit(FORM) }, requestState: 'of the server' })
    return result(`${shown(inputResponses.who)}${requestState() === 'of the server' ? '' : ', without its state'}`)
  })
  return server
}

function registry() {
  const tools = new ToolRegistry()
  tools.register({
    name: 'greet',
    description: 'Asks',
    async execute(_, { ask, log }) {
      log('warning', { asks: true }, 'greet')
      return shown(await ask('who', { message: FORM.message, schema: SCHEMA }))
    },
  })
  return tools
}

const ATTACHED = registry()
const capabilities = { logging: {}, tools: { listChanged: true } }

function attached(make) {
  return () => {
    const server = new make(INFO, { capabilities })
    attachMcp(ATTACHED, server)
    return server
  }
}

const MAKERS = { sdk_1: asking1, sdk_2: asking2, attached_1: attached(Server1), attached_2: attached(Server2) }
const isFirst = (name) => name.endsWith('1')

function handler1(make) {
  const sessions = new Map()
  return async (request, response) => {
    let transport = sessions.get(request.headers['mcp-session-id'])
    if (transport === undefined) {
      const onsessioninitialized = (id) => sessions.set(id, transport)
      transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID, onsessioninitialized })
      await make().connect(transport)
    }
    await transport.handleRequest(request, response)
  }
}

/** Serves over HTTP until the test ends; the address. */
export function serveAsking(t, name) {
  const make = MAKERS[name]
  return serveHandler(t, isFirst(name) ? handler1(make) : toNodeHandler(createMcpHandler(make)))
}

export const PROGRAM = fileURLToPath(import.meta.url)

if (process.argv[1] === PROGRAM) {
  const name = process.argv[2]
  if (isFirst(name)) await MAKERS[name]().connect(new StdioServerTransport())
  else await serveStdio(MAKERS[name])
}
