// The lists that clients of an MCP server walk through, by what each of them sees.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { createMcpServer } from 'toolrack/mcp'
import { createTestRegistry } from 'toolrack/test'
import { connect } from './support/mcp-client.mjs'
import { tool } from './support/tools.mjs'

const require = createRequire(import.meta.url)
const { KeptListings } = require('../lib/mcp/tools/kept-listings.js')
const { ViewListings } = require('../lib/mcp/tools/view-listings.js')

/** A registry with more tools than a page of 500 bytes has. */
function registryOfMany() {
  const registry = createTestRegistry()
  for (let number = 0; number < 20; number++) registry.register(tool({ name: `tool_${number}` }))
  return registry
}

const PAGE = { bytes: 500 }
const accept = () => true

for (const [what, filter] of [
  ['no filter', undefined],
  ['conditions', { deprecated: false }],
  ['a predicate', { predicate: accept }],
  ['conditions with a predicate', { deprecated: false, predicate: accept }],
  ['a function', () => ({ deprecated: false })],
  ['a function of a predicate', () => ({ predicate: accept })],
])
  test(`a walk goes on after a change for 60 seconds, with ${what}`, async (t) => {
    const registry = registryOfMany()
    const { ask } = await connect(t, registry, { filter, page: PAGE })
    const list = async (cursor) => {
      const { result, error } = await ask('tools/list', { cursor })
      return error?.code ?? { names: result.tools.map(({ name }) => name), cursor: result.nextCursor }
    }
    const first = await list()
    const second = await list(first.cursor)
    registry.unregister('tool_0')
    assert.notDeepEqual((await list()).names, first.names)
    await registry.clock.advance(59_999)
    assert.deepEqual(await list(first.cursor), second)
    await registry.clock.advance(1)
    assert.equal(await list(first.cursor), -32602)
  })

test('callers whose predicates accept the same tools walk on their own, whoever comes first', async () => {
  const registry = registryOfMany()
  const predicates = { ann: () => true, bob: () => true }
  const server = createMcpServer(registry, {
    context: ({ headers }) => ({ userId: headers['x-user'] }),
    filter: ({ context }) => ({ predicate: predicates[context.userId] }),
    page: PAGE,
  })
  const list = async (user, cursor) => {
    const headers = { 'content-type': 'application/json', host: 'localhost', 'x-user': user }
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { cursor } })
    return (await server.fetch(new Request('http://localhost/mcp', { method: 'POST', headers, body }))).json()
  }
  const cursors = {}
  for (const user of ['ann', 'bob']) cursors[user] = (await list(user)).result.nextCursor
  registry.unregister('tool_0')
  for (const user of ['bob', 'ann']) await list(user)
  for (const user of ['bob', 'ann']) {
    const { result, error } = await list(user, cursors[user])
    assert.equal(error, undefined, user)
    assert.ok(result.tools.length > 0)
  }
  await server.close()
})

/** A list with one page of some bytes. */
const listing = (digest, bytes) => ({ digest, written: [new Uint8Array(bytes)] })
const MIB = 1 << 20

test('lists that are not the newest are forgotten when any view is used', () => {
  const kept = new KeptListings()
  const view = new ViewListings('snapshot 1', listing('a', 1))
  kept.add('idle', view)
  view.renew('snapshot 2', listing('b', 1), 0)
  kept.get('other', 59_999)
  assert.equal(view.all.length, 2)
  kept.get('other', 60_000)
  assert.equal(view.all.length, 1)
})

test('kept lists are bounded by bytes: former ones go first, and the view in use stays', () => {
  const kept = new KeptListings()
  const idle = new ViewListings('snapshot', listing('idle', 20 * MIB))
  kept.add('idle', idle)
  idle.renew('snapshot 2', listing('idle 2', 20 * MIB), 0)
  kept.add('used', new ViewListings('snapshot', listing('used', 30 * MIB)))
  assert.deepEqual(
    idle.all.map(({ digest }) => digest),
    ['idle 2'],
  )
  const large = new ViewListings('snapshot', listing('large', 100 * MIB))
  kept.add('large', large)
  assert.deepEqual(
    ['idle', 'used', 'large'].map((key) => kept.get(key, 0)?.newest.digest),
    [undefined, undefined, 'large'],
  )
})

test('a page that lists share is counted once', () => {
  const kept = new KeptListings()
  const written = [new Uint8Array(40 * MIB)]
  const view = new ViewListings('snapshot', { digest: 'a', written })
  kept.add('view', view)
  for (const digest of ['b', 'c', 'd']) view.renew('snapshot', { digest, written }, 0)
  kept.add('other', new ViewListings('snapshot', listing('other', 1)))
  assert.equal(view.all.length, 4)
})

test('over the limit of views the one that was used least recently goes, and its list is still known', () => {
  const kept = new KeptListings()
  const lists = Array.from({ length: 257 }, (_, number) => listing(`${number}`, 1))
  for (const [number, one] of lists.entries()) {
    kept.add(`view ${number}`, new ViewListings('snapshot', one))
    kept.get('view 0', 0)
  }
  assert.equal(kept.get('view 1', 0), undefined)
  assert.equal(kept.getForgotten('view 1'), lists[1])
  for (const number of [0, 2, 256]) assert.equal(kept.get(`view ${number}`, 0)?.newest, lists[number])
})
