// One MCP client in a process of its own: `node mcp-import-side.mjs SIDE ERA WORK TOOLS SERVER`. It prints what its
// processor has had for the work: an import of all tools, or one call. SERVER is an address, or a program as JSON.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { median } from './stats.mjs'
import { PARAMS, load, measuredFile } from './toolrack.mjs'

const packages = createRequire(new URL('../../__test__/mcp/package.json', import.meta.url))
const peer = (name) => import(pathToFileURL(packages.resolve(name)).href)
const [side, era, work, count, server] = process.argv.slice(2)
const isHttp = server.startsWith('http')
const INFO = { name: 'bench', version: '1.0.0' }
/** The compiler has seen its code after so many calls. */
const WARM_CALLS = 3_000
const ROUNDS = 5
const CALLS = 1_000

/** The makers of each client: `open` connects and reads the list, and gives what calls a tool. */
const SIDES = {
  async toolrack() {
    const { ToolRegistry } = load()
    const { McpLoader } = measuredFile('./lib/mcp/index.js')
    return async () => {
      const registry = new ToolRegistry()
      const { added } = await new McpLoader(registry).load('bench', isHttp ? { url: server } : JSON.parse(server))
      return { tools: added.length, call: () => registry.execute('weather_0', PARAMS) }
    }
  },
  async sdk2() {
    const { Client, StreamableHTTPClientTransport } = await peer('@modelcontextprotocol/client')
    const { StdioClientTransport } = await peer('@modelcontextprotocol/client/stdio')
    const mode = era === 'legacy' ? 'legacy' : { pin: '2026-07-28' }
    return async () => {
      const client = new Client(INFO, { versionNegotiation: { mode } })
      await client.connect(
        isHttp ? new StreamableHTTPClientTransport(new URL(server)) : new StdioClientTransport(JSON.parse(server)),
      )
      const { tools } = await client.listTools(undefined, { cacheMode: 'refresh' })
      return { tools: tools.length, call: async () => textOf(await client.callTool(CALL)) }
    }
  },
  async sdk1() {
    const { Client } = await peer('mcp-sdk1/client/index.js')
    const { StdioClientTransport } = await peer('mcp-sdk1/client/stdio.js')
    const { StreamableHTTPClientTransport } = await peer('mcp-sdk1/client/streamableHttp.js')
    return async () => {
      const client = new Client(INFO)
      await client.connect(
        isHttp ? new StreamableHTTPClientTransport(new URL(server)) : new StdioClientTransport(JSON.parse(server)),
      )
      const { tools } = await client.listTools()
      return { tools: tools.length, call: async () => textOf(await client.callTool(CALL)) }
    }
  },
}

const CALL = { name: 'weather_0', arguments: PARAMS }
const textOf = ({ content }) => content[0].text

/** Microseconds of the processor since the start. */
function usage() {
  const { user, system } = process.cpuUsage()
  return user + system
}

const open = await SIDES[side]()
const before = usage()
const { tools, call } = await open()
const imported = usage() - before
if (tools !== Number(count)) throw new Error(`${tools} of ${count} tools were read`)

async function calls(times) {
  const begun = usage()
  for (let turn = 0; turn < times; turn++) {
    const said = await call()
    if (said !== PARAMS.city) throw new Error(`a call was answered ${JSON.stringify(said)}`)
  }
  return (usage() - begun) / times
}

if (work === 'import') console.log(imported)
else {
  await calls(WARM_CALLS)
  const rounds = []
  for (let round = 0; round < ROUNDS; round++) rounds.push(await calls(CALLS))
  console.log(median(rounds))
}
process.exit()
