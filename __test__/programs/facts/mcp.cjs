// The MCP server: requests of the Fetch API, a listener, and streams that end with the server.
const { request } = require('node:http')
const { maker, same } = require('./support.cjs')

const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}

/** A modern request. */
function modern(method, params) {
  const named = params.name === undefined ? {} : { 'mcp-name': params.name }
  const headers = { 'content-type': 'application/json', 'mcp-protocol-version': '2026-07-28', 'mcp-method': method }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: modernMeta } })
  return { method: 'POST', headers: { ...headers, ...named }, body }
}

/** Sends a request over a socket; the response, whose text is still to come. */
const send = (url, { body, ...options }) =>
  new Promise((resolve, reject) => {
    const sent = request(url, { ...options, agent: false }, resolve)
    sent.on('error', reject)
    sent.end(body)
  })

/** Reads a response up to a text, or to its end. */
const readTo = (response, end) =>
  new Promise((resolve, reject) => {
    let text = ''
    response.on('data', (chunk) => {
      text += chunk
      if (end !== undefined && text.includes(end)) resolve(text)
    })
    response.on('end', () => resolve(text))
    response.on('error', reject)
  })

const CALL = modern('tools/call', { name: 'echo', arguments: { n: 1 } })

module.exports = ({ ToolRegistry }, registryOf = maker(ToolRegistry)) => ({
  async 'an MCP server answers a request of the Fetch API'() {
    // A DOM in JavaScript has none.
    if (typeof Request === 'undefined') return
    const { createMcpServer } = require('toolrack/mcp')
    const server = createMcpServer(registryOf({}))
    const response = await server.fetch(new Request('http://localhost/mcp', CALL))
    same([response.status, (await response.json()).result.structuredContent], [200, { n: 1 }])
    await server.close()
  },
  async 'an MCP server listens, and its streams end with it'() {
    const { createMcpServer } = require('toolrack/mcp')
    const server = createMcpServer(registryOf({}))
    const { url } = await server.listen()
    same(JSON.parse(await readTo(await send(url, CALL))).result.structuredContent, { n: 1 })
    const stream = await send(url, modern('subscriptions/listen', { notifications: { toolsListChanged: true } }))
    await readTo(stream, 'acknowledged')
    const rest = readTo(stream)
    await server.close()
    same((await rest).includes('"resultType":"complete"'), true)
  },
})
