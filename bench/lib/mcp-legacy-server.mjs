// A legacy MCP server that costs little, for the clients that are compared: `node mcp-legacy-server.mjs CARRIER TOOLS`.
// It is written by hand, over stdio or HTTP without a session.
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { registryOf } from './toolrack.mjs'

const [carrier, count] = process.argv.slice(2)
const REVISION = '2025-11-25'
const list = JSON.stringify({
  tools: registryOf(Number(count)).snapshot().definitions('mcp', undefined, { revision: REVISION }),
})
const OPENING = JSON.stringify({
  protocolVersion: REVISION,
  capabilities: { tools: {} },
  serverInfo: { name: 'bench', version: '1.0.0' },
})

/** The answer to a message as text; nothing for a notification. */
function answer(text) {
  const { id, method, params } = JSON.parse(text)
  if (id === undefined) return undefined
  const give = (result) => `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`
  switch (method) {
    case 'initialize':
      return give(OPENING)
    case 'tools/list':
      return give(list)
    case 'tools/call':
      return give(JSON.stringify({ content: [{ type: 'text', text: params.arguments.city }] }))
    default:
      return JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'not served' } })
  }
}

async function serve(request, response) {
  const pieces = []
  for await (const piece of request) pieces.push(piece)
  const text = request.method === 'POST' ? answer(Buffer.concat(pieces).toString()) : undefined
  if (text === undefined) return response.writeHead(request.method === 'POST' ? 202 : 405).end()
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text)
}

process.on('disconnect', () => process.exit())
if (carrier === 'stdio') {
  createInterface({ input: process.stdin }).on('line', (line) => {
    const text = answer(line)
    if (text !== undefined) process.stdout.write(`${text}\n`)
  })
} else {
  const http = createServer((request, response) => void serve(request, response))
  http.listen(0, '127.0.0.1', () => process.send?.({ ready: true, port: http.address().port }))
}
