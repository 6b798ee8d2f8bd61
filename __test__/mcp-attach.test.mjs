// The tools of a registry on a server of the official SDK: theirs stay, ours stand beside them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { attachMcp } from 'toolrack/mcp'
import { createTestRegistry } from 'toolrack/test'
import { z } from 'zod'
import { connectClient } from './support/mcp-sdk-client.mjs'
import { refusal, registryOf, tool } from './support/tools.mjs'

const INFO = { name: 'theirs', version: '1' }
const text = (result) => result.content[0].text

/** A server of the SDK with a tool of its own: of the high level, or of the low one. */
const SERVERS = {
  McpServer: () => {
    const server = new McpServer(INFO)
    const theirs = ({ x }) => ({ content: [{ type: 'text', text: `theirs ${x}` }] })
    server.registerTool('theirs', { description: 'Theirs', inputSchema: { x: z.string() } }, theirs)
    return server
  },
  Server: () => {
    const server = new Server(INFO, { capabilities: { tools: { listChanged: true } } })
    const tools = [{ name: 'theirs', description: 'Theirs', inputSchema: { type: 'object' } }]
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }))
    server.setRequestHandler(CallToolRequestSchema, ({ params }) => ({
      content: [{ type: 'text', text: `theirs ${params.arguments?.x}` }],
    }))
    return server
  },
}

async function connected(t, server) {
  const client = await connectClient(t, server)
  const names = async () => (await client.listTools()).tools.map(({ name }) => name)
  return { client, names }
}

for (const [kind, make] of Object.entries(SERVERS)) {
  test(`${kind}: its own tools stay, and win over those with their names`, async (t) => {
    const server = make()
    attachMcp(registryOf({ name: 'ours', execute: () => 'ours' }, { name: 'theirs', execute: () => 'wrong' }), server)
    const { client, names } = await connected(t, server)
    assert.deepEqual(await names(), ['theirs', 'ours'])
    assert.equal(text(await client.callTool({ name: 'theirs', arguments: { x: 'x' } })), 'theirs x')
    assert.equal(text(await client.callTool({ name: 'ours' })), 'ours')
  })

  test(`${kind}: a call that needs approval is refused, or waits for the listeners of the registry`, async (t) => {
    const server = make()
    const registry = registryOf({ name: 'ours', requiresApproval: true, execute: (_, { approved }) => `${approved}` })
    attachMcp(registry, server)
    const { client } = await connected(t, server)
    assert.match(text(await client.callTool({ name: 'ours' })), /APPROVAL_REQUIRED/)
    const off = registry.on('approval', ({ approve }) => approve())
    assert.equal(text(await client.callTool({ name: 'ours' })), 'true')
    off()
    const waiting = new Promise((resolve) => registry.on('approval', resolve))
    const settled = new Promise((resolve) => registry.on('approvalSettled', resolve))
    const leaving = new AbortController()
    const call = client.callTool({ name: 'ours' }, undefined, { signal: leaving.signal }).catch(() => 'left')
    await waiting
    leaving.abort()
    assert.deepEqual([await call, (await settled).outcome], ['left', 'cancelled'])
  })

  test(`${kind}: progress of our tools reaches a client that asks for it`, async (t) => {
    const server = make()
    const execute = async (_, { progress }) => {
      progress(1, 2, 'half')
      await new Promise(setImmediate)
      return 'whole'
    }
    attachMcp(registryOf({ name: 'ours', execute }), server)
    const { client } = await connected(t, server)
    const told = []
    const options = { onprogress: (progress) => told.push(progress) }
    assert.equal(text(await client.callTool({ name: 'ours' }, undefined, options)), 'whole')
    assert.deepEqual(told, [{ progress: 1, total: 2, message: 'half' }])
    assert.equal(text(await client.callTool({ name: 'ours' })), 'whole')
  })

  test(`${kind}: the caller comes from the context, and never from arguments`, async (t) => {
    const server = make()
    const execute = (params, { userId }) => ({ userId, params })
    const context = ({ requestId }) => ({ userId: `user of ${typeof requestId}` })
    attachMcp(registryOf({ name: 'who', inputSchema: { type: 'object' }, execute }), server, { context })
    const { client } = await connected(t, server)
    const { structuredContent } = await client.callTool({ name: 'who', arguments: { userId: 'mallory', a: 1 } })
    assert.deepEqual(structuredContent, { userId: 'user of number', params: { a: 1 } })
  })

  test(`${kind}: a filter bounds what is listed and called`, async (t) => {
    const server = make()
    attachMcp(registryOf({ name: 'a', tags: ['shown'] }, { name: 'b' }), server, { filter: { tags: ['shown'] } })
    const { client, names } = await connected(t, server)
    assert.deepEqual(await names(), ['theirs', 'a'])
    const answered = await client.callTool({ name: 'b' }).then(text, ({ code }) => code)
    assert.ok(answered === -32602 || /b not found|theirs/.test(answered), String(answered))
  })

  test(`${kind}: a cancelled request aborts the call`, async (t) => {
    const server = make()
    const abort = new AbortController()
    let reason
    const aborted = new Promise((resolve) => (reason = resolve))
    const execute = (_, { signal }) =>
      new Promise(() => {
        signal.addEventListener('abort', () => reason('aborted'))
        abort.abort()
      })
    attachMcp(registryOf({ name: 'wait', execute }), server)
    const { client } = await connected(t, server)
    await assert.rejects(client.callTool({ name: 'wait' }, undefined, { signal: abort.signal }))
    assert.equal(await aborted, 'aborted')
  })

  test(`${kind}: pages follow the tools of the server`, async (t) => {
    const server = make()
    attachMcp(registryOf(...'abcdef'.split('').map((name) => ({ name }))), server, { page: { bytes: 150 } })
    const { client } = await connected(t, server)
    const names = []
    for (let cursor; ;) {
      const { tools, nextCursor } = await client.listTools({ cursor })
      names.push(...tools.map(({ name }) => name))
      if (nextCursor === undefined) break
      cursor = nextCursor
    }
    assert.deepEqual(names, ['theirs', 'a', 'b', 'c', 'd', 'e', 'f'])
    await assert.rejects(client.listTools({ cursor: 'toolrack:1.forged' }), { code: -32602 })
  })

  test(`${kind}: clients are told of changes`, async (t) => {
    const registry = createTestRegistry()
    const server = make()
    attachMcp(registry, server)
    const { client } = await connected(t, server)
    const told = new Promise((resolve) => client.setNotificationHandler(ToolListChangedNotificationSchema, resolve))
    await registry.clock.advance(10)
    registry.register(tool())
    await registry.clock.advance(10)
    await told
  })

  test(`${kind}: a closed registry, and one that is detached, leave the server as it was`, async (t) => {
    for (const end of [(registry) => registry.close(), (_, detach) => detach()]) {
      const [server, registry] = [make(), registryOf({})]
      const detach = attachMcp(registry, server)
      const { client, names } = await connected(t, server)
      assert.deepEqual(await names(), ['theirs', 'echo'])
      end(registry, detach)
      assert.deepEqual(await names(), ['theirs'])
      assert.equal(text(await client.callTool({ name: 'theirs', arguments: { x: 'x' } })), 'theirs x')
      detach()
    }
  })
}

test('a server without tools has those of the registry, and may have its own later', async (t) => {
  const [low, high] = [new Server(INFO, { capabilities: {} }), new McpServer(INFO)]
  for (const server of [low, high]) attachMcp(registryOf({}), server)
  high.registerTool('later', { description: 'Later' }, () => ({ content: [] }))
  assert.deepEqual(await (await connected(t, low)).names(), ['echo'])
  assert.deepEqual(await (await connected(t, high)).names(), ['later', 'echo'])
})

test('a server that is connected and has said that it has no tools is refused', async (t) => {
  const server = new Server(INFO, { capabilities: {} })
  await connected(t, server)
  const { code, details } = await refusal(() => attachMcp(registryOf({}), server))
  assert.deepEqual([code, details.option], ['INVALID_OPTIONS', 'server'])
  assert.match(details.reason, /before it connects/)
})

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

for (const [what, server] of [
  ['nothing', undefined],
  ['null', null],
  ['a text', 'server'],
  ['an object', {}],
  ['a server of node:http', { on: () => {} }],
  ['handlers that are no map', { _requestHandlers: {}, registerCapabilities() {}, sendToolListChanged() {} }],
  ['a revoked proxy', revoked()],
  [
    'a getter that throws',
    {
      get server() {
        throw 'no'
      },
    },
  ],
])
  test(`${what} is no server`, async () => {
    const { code, message } = await refusal(() => attachMcp(registryOf({}), server))
    assert.equal(code, 'INVALID_OPTIONS')
    assert.match(message, /@modelcontextprotocol\/sdk 1/)
  })
