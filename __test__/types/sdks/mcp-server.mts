// The handlers of an MCP server are those that servers take, with no cast.
import { createServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import fastify from 'fastify'
import { Hono } from 'hono'
import { ToolRegistry } from 'toolrack'
import { createMcpServer } from 'toolrack/mcp'
import type { McpListening, McpServer, McpServerOptions } from 'toolrack/mcp'

const options: McpServerOptions = {
  hosts: ['mcp.example.com'],
  origins: ['https://app.example.com'],
  sessions: false,
  insecure: true,
  wireLimits: { sessions: 10, idleMs: 60_000, receiveMs: 1_000 },
  context: ({ headers }) => ({ userId: headers['x-user'] }),
}
const mcp: McpServer = createMcpServer(new ToolRegistry(), options)

createServer(mcp.handler)
createHttp2Server(mcp.handler)
fastify().all('/mcp', (request, reply) => {
  reply.hijack()
  return mcp.handler(request.raw, reply.raw, request.body)
})
new Hono().all('/mcp', (c) => mcp.fetch(c.req.raw))
export const { fetch: GET, fetch: POST } = mcp
export const routes: { POST(request: Request): Promise<Response> } = { POST: mcp.fetch }
export const listening: Promise<McpListening> = mcp.listen({ port: 0, host: '127.0.0.1', path: '/mcp' })

// @ts-expect-error -- hosts are a list
createMcpServer(new ToolRegistry(), { hosts: 'mcp.example.com' })
// @ts-expect-error -- a port is a number
void mcp.listen({ port: '80' })
