// MCP: results that would make a message over 8 MiB, at which clients over stdio end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { attachMcp } from 'toolrack/mcp'
import { ERAS, connect } from './support/mcp-client.mjs'
import { served, modern } from './support/mcp-http.mjs'
import { registryOf } from './support/tools.mjs'

const MOST = 8 * 2 ** 20 - 64 * 2 ** 10
/** The size of a file in the largest result: base64, with what is around it. */
const FITTING = Math.floor(((MOST - 200) / 4) * 3)

const MAKERS = {
  'bytes of a closure': async (size) => registryOf({ name: 'get', execute: () => Buffer.alloc(size) }),
  'several files': async (size) =>
    registryOf({ name: 'get', execute: () => ({ a: Buffer.alloc(size >> 1), b: Buffer.alloc(size >> 1) }) }),
  'a file of an API': async (size) => {
    const registry = new ToolRegistry()
    const file = () => new Response(Buffer.alloc(size), { headers: { 'content-type': 'image/png' } })
    const responses = { 200: { description: 'The file', content: { 'image/png': {} } } }
    const document = {
      openapi: '3.1.0',
      info: { title: 'files', version: '1' },
      servers: [{ url: 'https://files.example.com' }],
      paths: { '/get': { get: { operationId: 'get', responses } } },
    }
    await new SpecLoader(registry, { fetch: file }).load(document)
    return registry
  },
}

/** The error of a result. */
function errorOf({ isError, content }) {
  assert.equal(isError, true)
  return JSON.parse(content[0].text).error
}

for (const [what, make] of Object.entries(MAKERS)) {
  for (const era of Object.keys(ERAS))
    test(`stdio, ${era}: ${what} over the limit: an error that names the sizes`, async (t) => {
      const { ask, client } = await connect(t, await make(FITTING + 3_000), { era })
      const [{ name }] = (await ask('tools/list')).result.tools
      const answer = await ask('tools/call', { name, arguments: {} })
      const { code, message } = errorOf(answer.result)
      assert.equal(code, 'LIMIT_EXCEEDED')
      assert.match(message, /has 83\d{5} bytes as a message, over the limit of 8323072: ask for less/)
      assert.equal((await ask('tools/list')).result.tools.length, 1)
      assert.equal(client.messages.length, 0)
    })

  test(`${what} up to the limit: a result`, async (t) => {
    const { ask } = await served(t, await make(FITTING - 500))
    const [{ name }] = (await ask(modern('tools/list'))).json.result.tools
    const { json, text } = await ask(modern('tools/call', { name, arguments: {} }))
    assert.equal(json.result.isError, undefined)
    assert.ok(text.length > MOST - 4_000 && text.length < 8 * 2 ** 20, `${text.length}`)
  })
}

test('characters count as bytes of UTF-8', async (t) => {
  const execute = () => '東'.repeat(3e6)
  const registry = registryOf({ name: 'get', execute, callLimits: { maxResultBytes: 2 ** 30 } })
  const { ask } = await connect(t, registry)
  assert.equal(errorOf((await ask('tools/call', { name: 'get' })).result).code, 'LIMIT_EXCEEDED')
})

test('a server that a registry is attached to answers the same', async (t) => {
  const server = new Server({ name: 'theirs', version: '1' }, { capabilities: { tools: { listChanged: true } } })
  attachMcp(await MAKERS['bytes of a closure'](FITTING + 3_000), server)
  const [mine, yours] = InMemoryTransport.createLinkedPair()
  const client = new Client({ name: 'client', version: '1' })
  await server.connect(mine)
  await client.connect(yours)
  t.after(() => client.close())
  assert.equal(errorOf(await client.callTool({ name: 'get' })).code, 'LIMIT_EXCEEDED')
})
