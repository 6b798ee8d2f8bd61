// MCP servers as sources, as users write them.
import type { ToolRegistry } from 'toolrack'
import { McpLoader } from 'toolrack/mcp'
import type { McpLoadOptions, McpUpstreamSpec } from 'toolrack/mcp'

const options: McpLoadOptions = {
  namespace: 'gh',
  include: ['repo.*'],
  exclude: ({ name }) => name === 'x',
  approve: 'first',
}
const program: McpUpstreamSpec = { command: 'npx', args: ['-y', 'server'], env: { TOKEN: 'x' }, stderr: console.error }
const address: McpUpstreamSpec = { url: new URL('https://mcp.example'), headers: async () => ({ authorization: 'x' }) }
const callers: McpUpstreamSpec = {
  url: 'https://mcp.example',
  headers: ({ userId, toolName }, { isRefused }) => ({ authorization: `${userId} ${toolName} ${isRefused}` }),
}
const programs: McpUpstreamSpec = {
  command: 'npx',
  env: async ({ metadata, signal }) => ({ T: `${metadata} ${signal}` }),
}
// @ts-expect-error Headers are texts.
const numbers: McpUpstreamSpec = { url: 'https://mcp.example', headers: () => ({ a: 1 }) }
// @ts-expect-error A server is reached in one way.
const nothing: McpUpstreamSpec = {}
// @ts-expect-error There is one way to approve a server.
const approve: McpLoadOptions = { approve: 'all' }
// @ts-expect-error Servers say themselves that their tools have changed.
const watch: McpLoadOptions = { watch: true }

export async function load(registry: ToolRegistry<{ context: { userId: string } }>) {
  const mcp = new McpLoader(registry, { state: './state' })
  const { added } = await mcp.load('github', program, options)
  const { decision } = await mcp.check('github')
  await mcp.check('far', address, { output: 'strict', whenDown: 'hide' })
  const [state] = mcp.status()
  if (state?.state === 'down') console.log(state.since satisfies number | undefined)
  // @ts-expect-error A server has a name.
  await mcp.load(program)
  return [added, decision, await mcp.unload('github')]
}
