// A client of the conformance suite: connects to the address that it is given, lists the tools, and calls each of them.
import { connectorOf } from '../../lib/mcp/client/connect.js'
import { itemsOf } from '../support/mcp-upstream.mjs'
import { judge } from '../support/scripted-upstream.mjs'

const never = new AbortController().signal
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}')

/** The arguments of a call: what the scenario names, or a value of each property's type. */
function argumentsOf({ name, inputSchema }) {
  const named = context.toolCalls?.find((one) => one.name === name)
  if (named !== undefined) return named.arguments
  // What it echoes is compared with the schema that was listed.
  if (name === 'json_schema_echo')
    return { schema: tools.find((one) => one.name === 'json_schema_2020_12_tool').inputSchema }
  const values = { string: 'text', number: 3, integer: 3, boolean: true, object: {}, array: [] }
  return Object.fromEntries(Object.entries(inputSchema.properties ?? {}).map(([key, { type }]) => [key, values[type]]))
}

const connection = await connectorOf({ url: process.argv.at(-1) })(never)
const list = await connection.listTools(never)
const { refused } = await judge(list)
for (const [name, reason] of Object.entries(refused)) console.error(`${name}: ${reason}`)
const tools = itemsOf(list).filter(({ name }) => refused[name] === undefined)
for (const tool of tools)
  await connection
    .callTool(argumentsOf(tool), { signal: never, timeoutMs: 5_000, maxTimeoutMs: 5_000, tool })
    .catch(({ kind, message }) => console.error(`${tool.name}: ${kind}: ${message}`))
await connection.close()
