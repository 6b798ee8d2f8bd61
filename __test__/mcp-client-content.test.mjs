// Resources and prompts of a server, as a connection reads them: pages, limits, broken results, subscriptions.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CLIENT_LIMITS } from '../lib/mcp/client/client-limits.js'
import { ContentClient } from '../lib/mcp/client/content-client.js'
import { UpstreamFault } from '../lib/mcp/client/upstream-connection.js'

const never = new AbortController().signal
const patience = { signal: never }
const ALL = { resources: { subscribe: true }, prompts: {} }

/** A client of a server that answers by a function: `(method, params)`. */
function clientOf(answer, { isModern = false, capabilities = ALL, limits = {} } = {}) {
  const [sent, streams] = [[], []]
  const client = new ContentClient({
    capabilities,
    isModern,
    limits: { ...CLIENT_LIMITS, ...limits },
    async send({ method, params, headers }, { onSize }) {
      sent.push([method, params, headers])
      onSize?.(1_000)
      return answer(method, params)
    },
    stream: (uris, signal, onEnd) => streams.push({ uris, signal, onEnd }),
  })
  return { client, sent, streams }
}

const LISTS = { listResources: 'resources', listTemplates: 'resourceTemplates', listPrompts: 'prompts' }

for (const [method, kind] of Object.entries(LISTS)) {
  test(`${method} reads all pages of one walk`, async () => {
    const pages = [
      { [kind]: [1, 2], nextCursor: 'a', ttlMs: 500 },
      { [kind]: [], nextCursor: 'b', ttlMs: 100 },
      { [kind]: [3] },
    ]
    const { client, sent } = clientOf(() => pages.shift())
    assert.deepEqual(await client[method](never), { items: [1, 2, 3], ttlMs: 100 })
    assert.deepEqual(
      sent.map(([, params]) => params),
      [{}, { cursor: 'a' }, { cursor: 'b' }],
    )
  })

  test(`${method} of a server that does not serve it is an empty list`, async () => {
    const { client, sent } = clientOf(() => assert.fail('it is not asked'), { capabilities: {} })
    assert.deepEqual(await client[method](never), { items: [], ttlMs: undefined })
    assert.equal(sent.length, 0)
    const unknown = () => {
      throw new UpstreamFault('refused', 'no such method', { code: -32601 })
    }
    assert.deepEqual((await clientOf(unknown).client[method](never)).items, [])
  })

  let cursor = 0
  const broken = {
    'is no list': [() => ({ [kind]: 'x' }), /has no list/],
    'names a cursor twice': [() => ({ [kind]: [], nextCursor: 'same' }), /cursor twice/],
    'never ends': [() => ({ [kind]: [], nextCursor: `c${cursor++}` }), /more than 3 pages/],
    'has too many items': [() => ({ [kind]: [1, 2, 3, 4, 5, 6] }), /more than 5 items/],
    'has too many bytes': [() => ({ [kind]: [1], nextCursor: `c${cursor++}` }), /more than 1500 bytes/, 1_500],
  }
  for (const [what, [answer, message, listBytes = 64 << 20]] of Object.entries(broken))
    test(`${method}: a list that ${what} is refused`, async () => {
      const { client } = clientOf(answer, { limits: { pages: 3, tools: 5, listBytes } })
      await assert.rejects(client[method](never), (fault) => fault.kind === 'protocol' && message.test(fault.message))
    })
}

const REQUESTS = {
  readResource: [(client) => client.readResource('a:\u00e9', patience), { contents: [] }, '=?base64?YTrDqQ==?='],
  getPrompt: [(client) => client.getPrompt('p', {}, patience), { messages: [] }, 'p'],
  complete: [(client) => client.complete({}, patience), { completion: { values: [] } }, undefined],
}
for (const [name, [request, result, header]] of Object.entries(REQUESTS))
  test(`${name}: a result as the revisions have it is passed on, and no other`, async () => {
    const { client, sent } = clientOf(() => result, { isModern: true })
    assert.deepEqual(await request(client), result)
    assert.equal(sent[0][2]['mcp-name'], header)
    const [member] = Object.keys(result)
    const wrong = [{}, { [member]: null }, { [member]: 'x' }, { [member]: {} }, { ...result, resultType: 'other' }]
    for (const one of wrong) await assert.rejects(request(clientOf(() => one).client), { kind: 'protocol' })
    const asking = { ...result, resultType: 'input_required' }
    await assert.rejects(request(clientOf(() => asking).client), { kind: 'refused' })
  })

test('legacy: only what has changed is subscribed to, and nothing where the server does not tell updates', async () => {
  const { client, sent } = clientOf(() => ({}))
  await client.subscribe(new Set(['a', 'b']), patience)
  await client.subscribe(new Set(['b', 'a']), patience)
  await client.subscribe(new Set(['b', 'c']), patience)
  assert.deepEqual(
    sent.map(([method, { uri }]) => `${method} ${uri}`),
    ['resources/subscribe a', 'resources/subscribe b', 'resources/unsubscribe a', 'resources/subscribe c'],
  )
  let renewed = 0
  client.onStreamEnd = () => renewed++
  client.renewed()
  await client.subscribe(new Set(['b']), patience)
  assert.deepEqual([renewed, sent.at(-1)[1]], [1, { uri: 'b' }], 'a new session knows of no subscription')
  const silent = clientOf(() => assert.fail('it is not asked'), { capabilities: { resources: {} } })
  await silent.client.subscribe(new Set(['a']), patience)
})

test('modern: a stream has all resources, and the one before ends after it was opened', async () => {
  const { client, streams } = clientOf(() => ({}), { isModern: true })
  let ended = 0
  client.onStreamEnd = () => ended++
  await client.subscribe(new Set(['a']), patience)
  await client.subscribe(new Set(['a', 'b']), patience)
  assert.deepEqual(
    streams.map(({ uris, signal }) => [uris, signal.aborted]),
    [
      [['a'], true],
      [['a', 'b'], false],
    ],
  )
  streams[0].onEnd()
  assert.equal(ended, 0, 'its end was wanted')
  streams[1].onEnd()
  assert.equal(ended, 1)
  await client.subscribe(new Set(['a', 'b']), patience)
  assert.equal(streams.length, 3, 'the same resources, after the stream has ended by itself')
  client.close()
  assert.equal(streams[2].signal.aborted, true)
})
