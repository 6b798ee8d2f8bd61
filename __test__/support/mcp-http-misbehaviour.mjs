// A server over HTTP that does what a test says: handlers by the method of JSON-RPC, or of HTTP where there is no body.
import { once } from 'node:events'
import { createServer } from 'node:http'

const INFO = { name: 'misbehaving', version: '1' }
const CAPABILITIES = { tools: { listChanged: true } }
const TOOL = { name: 'echo', inputSchema: { type: 'object' } }

export const message = (members) => JSON.stringify({ jsonrpc: '2.0', ...members })

/** Answers with JSON. */
export const json = (members, { status = 200, headers } = {}) => {
  return ({ id }, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(message({ id, ...members }))
  }
}

/** Answers with a stream of events; `write` gets the function that sends a message. */
export const stream = (write) => (request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.flushHeaders()
  return write((members) => response.write(`data: ${message(members)}\n\n`), request, response)
}

/** Answers with any body. */
export const plain =
  (status, body = '', headers = {}) =>
  (_, response) => {
    response.writeHead(status, headers)
    response.end(body)
  }

const echo = ({ id, params }, response) =>
  json({ result: { content: [{ type: 'text', text: JSON.stringify(params.arguments) }] } })({ id }, response)

/** A server that behaves, of each era. */
export const ERAS = {
  modern: {
    'server/discover': json({
      result: {
        supportedVersions: ['2026-07-28'],
        capabilities: CAPABILITIES,
        resultType: 'complete',
        _meta: { 'io.modelcontextprotocol/serverInfo': INFO },
      },
    }),
    initialize: json({ error: { code: -32601, message: 'no' } }, { status: 404 }),
    'tools/list': json({ result: { tools: [TOOL] } }),
    'tools/call': echo,
    'subscriptions/listen': stream(() => {}),
  },
  legacy: {
    'server/discover': plain(400, 'Bad Request: no session', { 'content-type': 'text/plain' }),
    initialize: json(
      { result: { protocolVersion: '2025-11-25', capabilities: CAPABILITIES, serverInfo: INFO } },
      { headers: { 'mcp-session-id': 'session-1' } },
    ),
    'notifications/initialized': plain(202),
    'notifications/cancelled': plain(202),
    'tools/list': json({ result: { tools: [TOOL] } }),
    'tools/call': echo,
    GET: plain(405),
    DELETE: plain(204),
  },
}

/** Serves until the test ends. `seen` has each request: its method, its headers, its message. */
export async function serve(t, handlers) {
  const seen = []
  const sockets = new Set()
  const server = createServer(async (request, response) => {
    const chunks = []
    try {
      for await (const chunk of request) chunks.push(chunk)
    } catch {
      return
    }
    const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks))
    const method = body.method ?? (body.id === undefined ? request.method : 'answer')
    seen.push({ method, headers: request.headers, body, path: request.url })
    await (handlers[method] ?? plain(500))(body, response, request)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${server.address().port}/mcp`, seen, sockets, server }
}
