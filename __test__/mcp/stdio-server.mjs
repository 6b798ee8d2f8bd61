// A program that serves over stdio: `node stdio-server.mjs TOOLS`, with so many tools of `served-tools.mjs`.
import { createMcpServer } from '../../lib/mcp/index.js'
import { PAGE, servedRegistry } from './served-tools.mjs'

const server = createMcpServer(servedRegistry(Number(process.argv[2])), {
  name: 'served',
  version: '1.0.0',
  page: PAGE,
})
await server.stdio()
