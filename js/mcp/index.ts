// Entry of `toolrack/mcp`.

import { McpServer } from './server'

export { attachMcp } from './attach/attach-mcp'
export { McpLoader } from './loader/mcp-loader'
export { jwtVerifier } from './auth/jwt-verifier'

export function createMcpServer(registry: unknown, options?: unknown): McpServer {
  return new McpServer(registry, options)
}
