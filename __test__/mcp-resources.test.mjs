// MCP server: resources and resource templates, of both eras, over stdio and HTTP.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolError, ToolRegistry } from 'toolrack'
import { createMcpServer } from 'toolrack/mcp'
import { WAYS, plain, serving, told } from './support/mcp-content.mjs'
import { legacy, modern, overFetch } from './support/mcp-http.mjs'

const BYTES = Uint8Array.from([0, 255, 128])

const RESOURCES = [
  {
    uri: 'file:///a.txt',
    name: 'a',
    title: 'A',
    description: 'the first',
    mimeType: 'text/plain',
    size: 3,
    annotations: { audience: ['user'], priority: 0.5 },
    icons: [{ src: 'https://example.com/a.png' }],
    _meta: { 'example.com/x': 1 },
    read: (uri) => `text of ${uri}`,
  },
  { uri: 'file:///b', name: 'b', mimeType: 'image/png', read: async () => BYTES },
  { uri: 'file:///c', name: 'c', read: () => ({ text: '<p>', mimeType: 'text/html' }) },
  {
    uri: 'dir:///',
    name: 'd',
    read: () => [{ uri: 'dir:///1', text: 'one' }, { uri: 'dir:///2', blob: 'AP+A' }, 'own'],
  },
  { uri: 'gone:///', name: 'e', read: () => undefined },
  { uri: 'empty:///', name: 'f', read: () => [] },
]
const TEMPLATES = [
  { uriTemplate: 'db://{table}/{id}', name: 'row', mimeType: 'text/csv', read: (_, { table, id }) => `${table},${id}` },
  {
    uriTemplate: 'repo://{owner}/{+path}',
    name: 'file',
    read: (_, { owner, path }) => (path === 'none' ? null : `${owner}:${path}`),
  },
]

const READS = {
  'file:///a.txt': [{ uri: 'file:///a.txt', mimeType: 'text/plain', text: 'text of file:///a.txt' }],
  'file:///b': [{ uri: 'file:///b', mimeType: 'image/png', blob: 'AP+A' }],
  'file:///c': [{ uri: 'file:///c', mimeType: 'text/html', text: '<p>' }],
  'dir:///': [
    { uri: 'dir:///1', text: 'one' },
    { uri: 'dir:///2', blob: 'AP+A' },
    { uri: 'dir:///', text: 'own' },
  ],
  'db://users/a%20b': [{ uri: 'db://users/a%20b', mimeType: 'text/csv', text: 'users,a b' }],
  'repo://me/src/a.ts?raw#L1': [{ uri: 'repo://me/src/a.ts?raw#L1', text: 'me:src/a.ts?raw#L1' }],
}
/** URIs of no resource, with the nearest one that the message names. */
const UNKNOWN = {
  'file:///a.tx': /nearest: file:\/\/\/a\.txt/,
  'gone:///': /"gone:\/\/\/"$/,
  'empty:///': /"empty:\/\/\/"$/,
  'db://users': /db:\/\/users/,
  'db://users/1/2': /db/,
  'db://users/%E0%A4': /db/,
  'repo://me/none': /repo/,
  '': /URI ""/,
  __proto__x: /__proto__x/,
}

for (const { way, era } of WAYS) {
  const named = (fact) => `${way}, ${era}: ${fact}`
  const open = (t, more) => serving(t, { way, era, resources: RESOURCES, resourceTemplates: TEMPLATES, ...more })

  test(named('lists have all that the options say, and no function'), async (t) => {
    const { ask } = await open(t)
    const { result } = await ask('resources/list')
    const { read: _, ...first } = RESOURCES[0]
    assert.deepEqual(result.resources[0], first)
    assert.deepEqual(
      result.resources.map(({ uri }) => uri),
      RESOURCES.map(({ uri }) => uri),
    )
    const templates = (await ask('resources/templates/list')).result
    assert.deepEqual(templates.resourceTemplates, [
      { name: 'row', uriTemplate: 'db://{table}/{id}', mimeType: 'text/csv' },
      { name: 'file', uriTemplate: 'repo://{owner}/{+path}' },
    ])
    const hints = era === 'modern' ? [10_000, 'public', 'complete'] : [undefined, undefined, undefined]
    for (const one of [result, templates]) assert.deepEqual([one.ttlMs, one.cacheScope, one.resultType], hints)
  })

  for (const [uri, contents] of Object.entries(READS))
    test(named(`${uri} is read`), async (t) => {
      const { ask } = await open(t)
      const { result } = await ask('resources/read', { uri })
      assert.deepEqual(plain(result), { contents })
      assert.deepEqual([result.ttlMs, result.cacheScope], era === 'modern' ? [0, 'public'] : [undefined, undefined])
    })

  test(named('a URI of no resource is an error with the code of the era, and the URI as data'), async (t) => {
    const { ask } = await open(t)
    for (const [uri, message] of Object.entries(UNKNOWN)) {
      const { error } = await ask('resources/read', { uri })
      assert.deepEqual([error.code, error.data], [era === 'modern' ? -32602 : -32002, { uri }], uri)
      assert.match(error.message, message)
    }
    for (const uri of [undefined, 1, null, {}, ['file:///a.txt']]) {
      const { error } = await ask('resources/read', { uri })
      assert.equal(error.code, -32602)
      assert.match(error.message, /params\/uri/)
    }
  })

  test(named('a client is told of updates of what it has subscribed to alone, and of changed lists'), async (t) => {
    const { ask, server, listen } = await open(t)
    const uris = ['file:///a.txt', 'db://users/1', 'file:///unknown']
    const { honoured, next } = await listen({ resourcesListChanged: true, resourceSubscriptions: uris })
    if (era === 'modern')
      assert.deepEqual(honoured, { resourcesListChanged: true, resourceSubscriptions: uris.slice(0, 2) })
    for (const uri of ['file:///b', 'file:///unknown', 'db://users/1']) server.resourceUpdated(uri)
    assert.equal(told(await next()), 'notifications/resources/updated db://users/1')
    server.update({ resources: RESOURCES })
    server.resourceUpdated('file:///a.txt')
    assert.equal(told(await next()), 'notifications/resources/updated file:///a.txt', 'the same list is no change')
    server.update({ resources: RESOURCES.slice(1) })
    assert.equal(told(await next()), 'notifications/resources/list_changed')
    assert.equal((await ask('resources/list')).result.resources.length, RESOURCES.length - 1)
    server.resourceUpdated('file:///a.txt')
    server.resourceUpdated('db://users/1')
    assert.equal(told(await next()), 'notifications/resources/updated db://users/1', 'what is not there is not told')
  })

  test(named('a server says that it has resources where it has them, and only then'), async (t) => {
    const method = era === 'modern' ? 'server/discover' : 'initialize'
    const params = era === 'modern' ? {} : { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: {} }
    const resources = { subscribe: true, listChanged: true }
    const capabilities = async (options) => {
      const { ask } = await serving(t, { way, era, ...options })
      return { ...(await ask(method, params)).result.capabilities, ask }
    }
    const { ask, ...none } = await capabilities({})
    assert.deepEqual([none.resources, none.prompts, none.completions], [undefined, undefined, undefined])
    assert.equal((await ask('resources/list')).error.code, -32601)
    assert.deepEqual((await capabilities({ resources: [] })).resources, resources)
    const templates = await capabilities({ resourceTemplates: TEMPLATES })
    assert.deepEqual([templates.resources, templates.prompts, templates.completions], [resources, undefined, {}])
    assert.equal((await templates.ask('prompts/list')).error.code, -32601)
  })

  test(named('what read throws is told to the program, and a ToolError to the client'), async (t) => {
    const faults = []
    const failing = (uri, read) => ({ uri, name: uri, read })
    const { ask } = await open(t, {
      onError: (error, method, callId) => faults.push([error.message, method, callId]),
      resources: [
        failing('x:1', () => {
          throw new Error('secret of the disk')
        }),
        failing('x:2', async () => Promise.reject(null)),
        failing('x:3', () => ({ text: 'a', blob: 'AAAA' })),
        failing('x:4', () => ({ blob: 'no base64' })),
        failing('x:5', () => 7),
        failing('x:6', () => Object.defineProperty({}, 'text', { get: () => assert.fail('secret'), enumerable: true })),
        failing('x:7', () => {
          throw new ToolError('log in first')
        }),
      ],
    })
    for (const index of [1, 2, 3, 4, 5, 6]) {
      const { error } = await ask('resources/read', { uri: `x:${index}` })
      assert.equal(error.code, -32603)
      assert.match(error.message, /^the server has failed \([A-Z_]+\), call id /)
      assert.deepEqual(faults.at(-1).slice(1), ['resources/read', error.data.callId])
    }
    assert.equal(faults.length, 6)
    assert.deepEqual(await ask('resources/read', { uri: 'x:7' }).then(({ error }) => [error.code, error.message]), [
      -32603,
      'log in first',
    ])
    assert.equal(faults.length, 6)
  })
}

test('legacy: a client that unsubscribes is told no more', async (t) => {
  const { ask, server, listen } = await serving(t, { way: 'stdio', era: 'legacy', resources: RESOURCES })
  const { next } = await listen({ resourceSubscriptions: ['file:///a.txt', 'file:///b'] })
  assert.deepEqual((await ask('resources/unsubscribe', { uri: 'file:///a.txt' })).result, {})
  assert.deepEqual((await ask('resources/unsubscribe', { uri: 'never' })).result, {})
  server.resourceUpdated('file:///a.txt')
  server.resourceUpdated('file:///b')
  assert.equal(told(await next()), 'notifications/resources/updated file:///b')
  for (const uri of ['file:///z', 'dir:///x']) {
    const { error } = await ask('resources/subscribe', { uri })
    assert.deepEqual([error.code, error.data], [-32002, { uri }])
  }
})

test('legacy: without a session there are no subscriptions', async (t) => {
  const server = createMcpServer(new ToolRegistry(), { resources: RESOURCES })
  t.after(() => server.close())
  const ask = overFetch(server)
  for (const method of ['resources/subscribe', 'resources/unsubscribe']) {
    const { json } = await ask(legacy(method, { uri: 'file:///a.txt' }))
    assert.deepEqual([json.error.code, json.error.message], [-32601, `method "${method}" is served in a session alone`])
  }
})

test('modern: a read whose header names another resource is refused', async (t) => {
  const server = createMcpServer(new ToolRegistry(), { resources: RESOURCES })
  t.after(() => server.close())
  const ask = overFetch(server)
  for (const headers of [{ 'mcp-name': 'file:///b' }, { 'mcp-name': undefined }]) {
    const message = modern('resources/read', { uri: 'file:///a.txt' })
    const sent = Object.fromEntries(Object.entries({ ...message.headers, ...headers }).filter(([, one]) => one))
    const { status, json } = await ask({ ...message, headers: sent })
    assert.deepEqual([status, json.error.code], [400, -32020])
  }
})
