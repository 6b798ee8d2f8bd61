// Scripted upstream: an MCP server in a test, whose connections, lists and calls the test decides.
import { createTestRegistry } from '../../lib/test/index.js'
import { UpstreamFault } from '../../lib/mcp/client/upstream-connection.js'
import { McpLoader } from '../../lib/mcp/loader/mcp-loader.js'

export const fault = (kind, message = kind, more) => new UpstreamFault(kind, message, more)

/** A tool as a server lists it. */
export const tool = (name, more = {}) => ({
  name,
  description: `Tool ${name}`,
  inputSchema: { type: 'object', properties: { a: { type: 'string' } } },
  ...more,
})

export const text = (said) => ({ content: [{ type: 'text', text: said }] })

/** A server whose members a test changes. */
export class ScriptedServer {
  /** What it lists. A function makes the list, or throws. */
  tools
  ttlMs
  /** Whether a wrong `x-mcp-header` refuses a tool, as over modern HTTP. */
  hasHeaders = false
  /** What a call gives: `(name, args, call)`. */
  onCall = (name, args) => text(`${name} ${JSON.stringify(args)}`)
  /** What connecting gives: throws, or waits. */
  onConnect = async () => {}
  /** Attempts to connect, and connections that came of them. */
  connected = 0
  opened = 0
  closed = 0
  lists = 0
  calls = []
  /** Its resources and prompts, or a function that gives those of a caller; a server without them has none. */
  content
  connection
  /** The newest connection of each caller. */
  connections = new Map()
  /** What a function gives for a caller: a text. Undefined: calls go over the connection of the loader. */
  credentialOf

  constructor(tools = [tool('one'), tool('two')]) {
    this.tools = tools
  }

  connector = (signal) => this.connect(undefined, signal)

  get askCredentials() {
    if (this.credentialOf === undefined) return undefined
    return async (caller, request) => {
      const key = await this.credentialOf(caller, request)
      return { key, connector: (signal) => this.connect(key, signal) }
    }
  }

  /** Opens a connection; `key` is that of a caller. */
  async connect(key, signal) {
    this.connected++
    await this.onConnect(signal, key)
    this.opened++
    const server = this
    const connection = {
      key,
      era: 'legacy',
      revision: '2025-11-25',
      server: { name: 'scripted', version: '1.0.0' },
      instructions: undefined,
      capabilities: {},
      content: typeof server.content === 'function' ? server.content(key) : server.content,
      onListChanged: undefined,
      onClosed: undefined,
      async listTools(signal) {
        server.lists++
        const tools = typeof server.tools === 'function' ? await server.tools(signal) : server.tools
        const { ttlMs, hasHeaders } = server
        return { pages: [JSON.stringify(tools)], hasHeaders, ...(ttlMs !== undefined && { ttlMs }) }
      },
      async callTool(args, call) {
        server.calls.push({ name: call.tool.name, args, call, connection })
        return server.onCall(call.tool.name, args, call, key)
      },
      async close() {
        if (this.isClosed) return
        this.isClosed = true
        server.closed++
      },
    }
    if (key === undefined) this.connection = connection
    else this.connections.set(key, connection)
    return connection
  }

  /** Breaks the connection. */
  break(reason = 'the server is gone') {
    const { connection } = this
    this.connection = undefined
    connection.onClosed(fault('lost', reason))
  }
}

/** A registry whose clock the test moves, and a loader of scripted servers: `load(name, server, options)`. */
export function openScene(registryOptions, loaderOptions) {
  const registry = createTestRegistry(registryOptions)
  const readSpec = ({ connector, askCredentials }) => ({ location: 'MCP server scripted', connector, askCredentials })
  const loader = new McpLoader(registry, loaderOptions, { readSpec, random: () => 0.5 })
  const events = []
  for (const name of ['reloaded', 'reloadFailed', 'upstream', 'held', 'outputMismatch', 'change'])
    registry.on(name, (event) => events.push([name, event]))
  const named = (wanted) => events.filter(([name]) => name === wanted).map(([, event]) => event)
  return { registry, loader, clock: registry.clock, named }
}

/** What a loader makes of a list: the names that enter, and why the others do not, by their names or places. */
export async function judge({ pages, hasHeaders }) {
  const { loader } = openScene()
  const server = new ScriptedServer()
  // A list without any tool is refused as a whole.
  const kept = { name: 'kept', inputSchema: { type: 'object' } }
  server.tools = [...pages.flatMap((page) => JSON.parse(page)), kept]
  server.hasHeaders = hasHeaders
  const { added, skipped } = await loader.load('judged', server)
  await loader.close()
  return {
    names: added.filter((name) => name !== kept.name),
    refused: Object.fromEntries(skipped.map(({ path, reason }) => [path, reason])),
  }
}

/** What a call fails with. */
export const failure = (promise) =>
  promise.then(
    () => assertNothing(),
    (error) => error,
  )

function assertNothing() {
  throw new Error('the call did not fail')
}
