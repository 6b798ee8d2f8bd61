// The official clients against a server that lists `search_tools` and `call_tool`: they list, search and call.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMcpServer } from '../../lib/mcp/index.js'
import { serveHttp } from './http-server.mjs'
import { CLIENTS, connect, overHttp } from './official-clients.mjs'
import { servedRegistry } from './served-tools.mjs'

for (const [name, kind] of Object.entries(CLIENTS))
  test(`${name}: a tool is found among a thousand, and called`, async (t) => {
    const server = createMcpServer(servedRegistry(1_000), { name: 'served', expose: 'auto', pinned: ['wait'] })
    t.after(() => server.close())
    const { url } = await serveHttp(t, server)
    const { list, call } = await connect(t, kind, overHttp(url, fetch))
    const listed = await list()
    assert.deepEqual(
      listed.map((tool) => tool.name),
      ['search_tools', 'call_tool', 'wait'],
    )
    const { content: found } = await call('search_tools', { query: 'add numbers' })
    const [tool] = JSON.parse(found[0].text).tools
    assert.equal(tool.name, 'add')
    const { content, structuredContent } = await call('call_tool', { name: tool.name, arguments: { a: 1, b: 2 } })
    assert.deepEqual([content, structuredContent], [[{ type: 'text', text: '{"sum":3}' }], { sum: 3 }])
    assert.deepEqual((await call('add', { a: 1, b: 2 })).structuredContent, { sum: 3 })
    const failed = await call('call_tool', { name: 'add', arguments: { a: 'one' } })
    assert.equal(failed.isError, true)
    assert.match(failed.content[0].text, /INVALID_PARAMS.*\/a/s)
    await assert.rejects(call('call_tool', { name: 'nothing_of_this_name' }), { code: -32602 })
    await assert.rejects(call('call_tool', { name: 'call_tool', arguments: { name: 'add' } }), { code: -32602 })
  })
