// Asking chain: a registry whose tools are those of another MCP server that asks, over each transport and era.
import { createMcpServer } from 'toolrack/mcp'
import { createTestRegistry } from 'toolrack/test'
import { connectorOf } from '../../lib/mcp/client/connect.js'
import { McpLoader } from '../../lib/mcp/loader/mcp-loader.js'
import { ASKING_PROGRAM, askingRegistry } from './asking-tools.mjs'

export const ACCEPT = (name) => ({ action: 'accept', content: { name } })

async function httpSpec(t) {
  const server = createMcpServer(askingRegistry())
  t.after(() => server.close())
  return { url: (await server.listen()).url }
}

/** How the registry is connected to the server that asks. */
export const LINKS = {
  'modern http': async (t) => ({ ...(await httpSpec(t)), eraFirst: 'modern' }),
  'legacy http': async (t) => ({ ...(await httpSpec(t)), eraFirst: 'legacy' }),
  'modern stdio': async () => ({ ...ASKING_PROGRAM, eraFirst: 'modern' }),
  'legacy stdio': async () => ({ ...ASKING_PROGRAM, eraFirst: 'legacy' }),
}

export const ALL_KINDS = ['elicitation', 'sampling', 'roots']

/** Loads a server, by a spec with an era, into a registry with a clock. */
export async function loaded(t, spec, options) {
  const registry = createTestRegistry()
  const readSpec = ({ location = 'MCP server asking', ...given }) => ({ location, connector: connectorOf(given) })
  const loader = new McpLoader(registry, undefined, { readSpec })
  t.after(() => loader.close())
  await loader.load('asking', spec, options)
  return { registry, loader }
}
