// Attached registries beside the tools of a server and beside each other: whose name, whose page, whose fault it is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { attachMcp } from 'toolrack/mcp'
import { connectClient } from './support/mcp-sdk-client.mjs'
import { registryOf } from './support/tools.mjs'

const text = (result) => result.content[0].text

/** A server of the low level with a tool on each page, by name. */
function serverOf(...pages) {
  const server = new Server({ name: 'theirs', version: '1' }, { capabilities: { tools: { listChanged: true } } })
  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
    const page = Number(params?.cursor ?? 0)
    const tools = pages.slice(page, page + 1).map((name) => ({ name, inputSchema: { type: 'object' } }))
    return page + 1 < pages.length ? { tools, nextCursor: String(page + 1) } : { tools }
  })
  const answer = ({ params }) => ({ content: [{ type: 'text', text: `their ${params.name}` }] })
  server.setRequestHandler(CallToolRequestSchema, answer)
  return server
}

const ours = (...names) => registryOf(...names.map((name) => ({ name, execute: () => `our ${name}` })))

async function connected(t, server) {
  const client = await connectClient(t, server)
  const page = async (cursor) => {
    const { tools, nextCursor } = await client.listTools({ cursor })
    return { names: tools.map(({ name }) => name), nextCursor }
  }
  const call = async (name) => text(await client.callTool({ name, arguments: {} }))
  return { client, page, call }
}

test('a server that is made for each request calls its own tool before anybody has listed it', async (t) => {
  const registry = ours('p2', 'own')
  const make = () => {
    const server = serverOf('p1', 'p2')
    attachMcp(registry, server)
    return connected(t, server)
  }
  assert.equal(await (await make()).call('p2'), 'their p2')
  assert.equal(await (await make()).call('own'), 'our own')
})

test('a page of the registry on a fresh server leaves out the names of the server', async (t) => {
  const registry = ours('a', 'b', 'theirs')
  const make = () => {
    const server = serverOf('theirs')
    attachMcp(registry, server, { page: { bytes: 100 } })
    return connected(t, server)
  }
  const names = []
  let cursor
  do {
    const page = await (await make()).page(cursor)
    names.push(...page.names)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  assert.deepEqual(names, ['theirs', 'a', 'b'])
})

test('names of later pages stay theirs while another walk is at the first page', async (t) => {
  const server = serverOf('p1', 'p2', 'p3')
  attachMcp(ours('p2', 'p3'), server)
  const { page, call } = await connected(t, server)
  for (const cursor of [undefined, '1', '2', undefined]) await page(cursor)
  assert.equal(await call('p2'), 'their p2')
  await page(undefined)
  await page('2')
  assert.deepEqual([await call('p2'), await call('p3')], ['their p2', 'their p3'])
})

test('a tool that the server has taken away is that of the registry after the next list', async (t) => {
  const pages = ['theirs', 'gone']
  const server = serverOf()
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: pages.map((name) => ({ name, inputSchema: { type: 'object' } })),
  }))
  attachMcp(ours('gone'), server)
  const { page, call } = await connected(t, server)
  assert.equal(await call('gone'), 'their gone')
  pages.pop()
  assert.deepEqual((await page()).names, ['theirs', 'gone'])
  assert.equal(await call('gone'), 'our gone')
})

test('a list of the server without an end is not read for ever', async (t) => {
  const server = serverOf()
  let lists = 0
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [], nextCursor: String(++lists) }))
  attachMcp(ours('own'), server)
  const { call } = await connected(t, server)
  assert.equal(await call('own'), 'our own')
  assert.equal(lists, 1_000)
})

test('each of two registries goes when it is detached, in any order', async (t) => {
  for (const order of [
    ['a', 'b'],
    ['b', 'a'],
  ]) {
    const server = serverOf('theirs')
    const detach = { a: attachMcp(ours('a'), server), b: attachMcp(ours('b'), server) }
    const { page, call } = await connected(t, server)
    const [first, second] = order
    detach[first]()
    assert.deepEqual((await page()).names, ['theirs', second])
    assert.deepEqual([await call(first), await call(second)], [`their ${first}`, `our ${second}`])
    detach[second]()
    assert.deepEqual((await page()).names, ['theirs'])
    assert.equal(await call(second), `their ${second}`)
  }
})

test('a detached registry leaves a server without tools of its own empty', async (t) => {
  const server = new Server({ name: 'theirs', version: '1' }, { capabilities: {} })
  const [detach] = [attachMcp(ours('a'), server), attachMcp(ours('b'), server)]
  const { client, page } = await connected(t, server)
  detach()
  assert.deepEqual((await page()).names, ['b'])
  await assert.rejects(client.callTool({ name: 'a' }), { code: -32602 })
})

test('two registries with pages have cursors of their own', async (t) => {
  const server = serverOf('theirs')
  for (const prefix of ['a', 'b']) {
    const names = Array.from({ length: 4 }, (_, index) => `${prefix}${index}`)
    attachMcp(ours(...names), server, { page: { bytes: 150 } })
  }
  const { page } = await connected(t, server)
  const names = []
  let cursor
  do {
    const read = await page(cursor)
    names.push(...read.names)
    cursor = read.nextCursor
  } while (cursor !== undefined)
  assert.deepEqual(names, ['theirs', 'a0', 'a1', 'a2', 'a3', 'b0', 'b1', 'b2', 'b3'])
})

for (const [what, options] of [
  ['context', { context: () => Promise.reject(new Error('postgres://admin:hunter2@db')) }],
  ['filter', { filter: () => Promise.reject(new Error('postgres://admin:hunter2@db')) }],
  ['predicate', { filter: () => ({ predicate: () => 'postgres://admin:hunter2@db' }) }],
])
  test(`a fault of the option ${what} tells the client a code, and the server the rest`, async (t) => {
    const server = serverOf('theirs')
    const faults = []
    attachMcp(ours('own'), server, options)
    const { client } = await connected(t, server)
    server.onerror = (error) => {
      faults.push(error)
      return Promise.reject(new Error('the listener fails too'))
    }
    for (const asked of [client.listTools(), client.callTool({ name: 'own' })])
      await assert.rejects(asked, ({ code, message }) => {
        assert.equal(code, -32603)
        assert.match(message, /the server has failed \((INTERNAL|INVALID_OPTIONS)\)$/)
        return true
      })
    assert.equal(faults.length, 2)
  })
