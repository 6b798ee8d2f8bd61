// A server of ours over stdio, for connections to it.
import { createMcpServer } from 'toolrack/mcp'
import { upstreamRegistry } from './mcp-upstream-tools.mjs'

await createMcpServer(upstreamRegistry(), {
  name: 'own',
  version: '1.2.3',
  instructions: 'Be kind',
  page: { bytes: 65_536 },
}).stdio()
