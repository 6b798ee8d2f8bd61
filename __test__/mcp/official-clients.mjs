// The official MCP clients, each in its modes, with one interface for tests: list, call, and wait for a changed list.
import { Client as Client2, StreamableHTTPClientTransport as Http2 } from '@modelcontextprotocol/client'
import { StdioClientTransport as Stdio2 } from '@modelcontextprotocol/client/stdio'
import { Client as Client1 } from 'mcp-sdk1/client/index.js'
import { StdioClientTransport as Stdio1 } from 'mcp-sdk1/client/stdio.js'
import { StreamableHTTPClientTransport as Http1 } from 'mcp-sdk1/client/streamableHttp.js'
import {
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
  ToolListChangedNotificationSchema,
} from 'mcp-sdk1/types.js'

const INFO = { name: 'official-client', version: '1.0.0' }

/** The client of SDK 1, and its transports. */
const sdk1 = {
  transports: { stdio: Stdio1, http: Http1 },
  make: (options) => new Client1(INFO, options),
  async list(client) {
    const tools = []
    let cursor
    do {
      const page = await client.listTools({ cursor })
      tools.push(...page.tools)
      cursor = page.nextCursor
    } while (cursor !== undefined)
    return tools
  },
  call: (client, params, options) => client.callTool(params, undefined, options),
  async onChanged(client, listener) {
    client.setNotificationHandler(ToolListChangedNotificationSchema, listener)
  },
  onLogged: (client, listener) =>
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => listener(params)),
  onAsked: (client, answer) => client.setRequestHandler(ElicitRequestSchema, ({ params }) => answer(params)),
}

/** The client of SDK 2 in a mode of version negotiation, and its transports. */
const sdk2 = (mode, era) => ({
  era,
  transports: { stdio: Stdio2, http: Http2 },
  make: (options) => new Client2(INFO, { versionNegotiation: { mode }, ...options }),
  list: async (client) => (await client.listTools(undefined, { cacheMode: 'refresh' })).tools,
  call: (client, params, options) => client.callTool(params, options),
  async onChanged(client, listener) {
    client.setNotificationHandler('notifications/tools/list_changed', listener)
    if (era === 'modern') await client.listen({ toolsListChanged: true })
  },
  onLogged: (client, listener) =>
    client.setNotificationHandler('notifications/message', ({ params }) => listener(params)),
  onAsked: (client, answer) => client.setRequestHandler('elicitation/create', ({ params }) => answer(params)),
})

export const CLIENTS = {
  sdk_1: sdk1,
  sdk_2_legacy: sdk2('legacy', 'legacy'),
  sdk_2_auto: sdk2('auto', 'modern'),
  sdk_2_pinned: sdk2({ pin: '2026-07-28' }, 'modern'),
}

/** A connected client; it is closed when the test ends. `open` makes the transport of the classes of its SDK. */
export async function connect(t, { make, transports, era, list, call, onChanged }, open, options) {
  const client = make(options)
  const { transport, streaming } = open(transports)
  await client.connect(transport)
  t.after(() => client.close())
  return {
    client,
    era: client.getProtocolEra?.() ?? 'legacy',
    list: () => list(client),
    call: (name, args = {}, options = {}) => call(client, { name, arguments: args }, options),
    /** The next notification of a changed list. Resolves to its promise as soon as the client is sure to hear it. */
    async nextChange() {
      const changed = Promise.withResolvers()
      await onChanged(client, () => changed.resolve())
      if (era !== 'modern') await streaming
      return { changed: changed.promise }
    },
  }
}

/** Opens a transport over HTTP, by `fetch`. `streaming` resolves when the stream of a legacy session is open. */
export function overHttp(url, fetch) {
  return ({ http: Transport }) => {
    const stream = Promise.withResolvers()
    const watched = async (address, init) => {
      const response = await fetch(address, init)
      if (init?.method === 'GET') stream.resolve()
      return response
    }
    return { transport: new Transport(new URL(url), { fetch: watched }), streaming: stream.promise }
  }
}

/** Opens a transport to a program that this Node runs. */
export function overStdio(...args) {
  return ({ stdio: Transport }) => ({
    transport: new Transport({ command: process.execPath, args, stderr: 'inherit' }),
    streaming: Promise.resolve(),
  })
}
