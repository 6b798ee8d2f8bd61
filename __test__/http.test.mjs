// Calls of an API: what reaches a server, and what becomes of its answers.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { SpecLoader } from 'toolrack'
import { serve } from './support/server.mjs'
import { codeOf, never, refusal, registryOf } from './support/tools.mjs'

const parameter = (name, place, type = 'string') => ({ name, in: place, required: place === 'path', schema: { type } })
const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'Shop', version: '1.0.0' },
  servers: [{ url: 'http://127.0.0.1:9/never' }],
  paths: {
    '/orders/{id}': {
      put: {
        operationId: 'putOrder',
        parameters: [
          parameter('id', 'path'),
          parameter('dry', 'query', 'boolean'),
          parameter('tags', 'query', 'array'),
          parameter('X-Tenant', 'header'),
          parameter('session', 'cookie'),
        ],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: { count: { type: 'integer' }, note: { type: ['string', 'null'] } },
                required: ['count'],
              },
            },
          },
        },
      },
      get: { operationId: 'getOrder', parameters: [parameter('id', 'path')] },
    },
    '/users/{userId}/orders': {
      get: { operationId: 'ordersOf', parameters: [parameter('userId', 'path', 'integer')] },
    },
    '/lists': {
      post: {
        operationId: 'postList',
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { type: 'array', items: { type: 'integer' } } } },
        },
      },
    },
  },
}

/** A registry with the shop's tools, and its server, which answers by `answer`. */
async function shop(t, answer = () => ({ ok: true }), { path = '', ...options } = {}) {
  const server = await serve(t, answer)
  const registry = registryOf()
  const report = await new SpecLoader(registry).load(DOCUMENT, { baseUrl: server.url + path, ...options })
  return { registry, report, ...server }
}

test('each argument goes where its document says', async (t) => {
  const { registry, requests } = await shop(t)
  const params = {
    id: 'a b/ä?#%',
    dry: true,
    tags: ['x&y', 'z'],
    'X-Tenant': 'acme',
    session: 's1',
    count: 3,
    note: null,
  }
  assert.deepEqual(await registry.execute('putOrder', params), { ok: true })
  const [{ method, url, headers, body }] = requests
  assert.deepEqual(
    [method, url, JSON.parse(body)],
    ['PUT', '/orders/a%20b%2F%C3%A4%3F%23%25?dry=true&tags=x%26y&tags=z', { count: 3, note: null }],
  )
  assert.deepEqual(
    [headers['x-tenant'], headers.cookie, headers['content-type']],
    ['acme', 'session=s1', 'application/json'],
  )
  assert.match(headers['user-agent'], /^toolrack\/\d/)
  assert.match(headers.accept, /application\/json/)
})

test('what is not given is not sent', async (t) => {
  const { registry, requests } = await shop(t)
  await registry.execute('putOrder', { id: '1', count: 3 })
  await registry.execute('getOrder', { id: '1' })
  assert.deepEqual(
    requests.map(({ method, url, body, headers }) => [method, url, body, headers['x-tenant'], headers.cookie]),
    [
      ['PUT', '/orders/1', '{"count":3}', undefined, undefined],
      ['GET', '/orders/1', '', undefined, undefined],
    ],
  )
})

test('a body that is no map is one argument', async (t) => {
  const { registry, requests } = await shop(t)
  await registry.execute('postList', { body: [1, 2] })
  assert.equal(requests[0].body, '[1,2]')
})

test('a base address keeps its path, and headers of the options go with every call', async (t) => {
  const { registry, requests, report } = await shop(t, undefined, {
    path: '/v2/',
    headers: { authorization: 'Bearer secret', 'X-Tenant': 'fixed' },
  })
  await registry.execute('putOrder', { id: '1', count: 3, 'X-Tenant': 'acme' })
  assert.equal(requests[0].url, '/v2/orders/1')
  assert.deepEqual([requests[0].headers.authorization, requests[0].headers['x-tenant']], ['Bearer secret', 'fixed'])
  assert.doesNotMatch(JSON.stringify([report, registry.tools(), registry.catalog()]), /secret/)
})

test('identity never reaches an API, unless the API asks for it as an argument', async (t) => {
  const { registry, requests, report } = await shop(t)
  await registry.execute('getOrder', { id: '1', userId: 7, auditingId: 8, __metadata: { x: 1 } })
  await registry.execute('ordersOf', { userId: 5 }, { context: { userId: 7 } })
  assert.deepEqual(
    requests.map(({ url, body }) => url + body),
    ['/orders/1', '/users/5/orders'],
  )
  assert.deepEqual(
    report.notes.map(({ tools, code }) => [...tools, code]),
    [['ordersOf', 'CONTEXT_KEY_IS_ARGUMENT']],
  )
})

test('arguments that lead out of their path are refused, and nothing is sent', async (t) => {
  const { registry, requests } = await shop(t)
  for (const id of ['..', '.', '', '%2e%2e', '../../admin', '..\\..']) {
    const outcome = await registry.execute('getOrder', { id }).then(
      () => 'sent',
      ({ code }) => code,
    )
    if (outcome !== 'INVALID_PARAMS') assert.match(requests.at(-1).url, /^\/orders\/[^/\\]+$/, id)
  }
  assert.ok(requests.every(({ url }) => url.startsWith('/orders/') && !/\/\.{1,2}(\/|$)/.test(url)))
  for (const id of ['..', '.', ''])
    assert.equal(await codeOf(() => registry.execute('getOrder', { id })), 'INVALID_PARAMS')
})

test('arguments of an API are judged, also where those of closures are not', async (t) => {
  const { registry, requests } = await shop(t)
  const { details } = await refusal(() => registry.execute('putOrder', { dry: 'yes', count: 'x' }))
  assert.deepEqual(details.problems.map(({ pointer }) => pointer).sort(), ['/count', '/dry', '/id'])
  assert.equal(
    await codeOf(() => registry.execute('putOrder', { id: '1', count: 3, 'X-Tenant': 'a\r\nx: y' })),
    'INVALID_PARAMS',
  )
  assert.equal(requests.length, 0)
})

const ANSWERS = [
  ['JSON', 200, 'application/json; charset=utf-8', '{"a":[1,"ä"]}', { a: [1, 'ä'] }],
  ['JSON of a kind of its own', 201, 'application/vnd.shop+json', '{"a":1}', { a: 1 }],
  ['text', 200, 'text/plain', 'just words', 'just words'],
  ['text that looks like JSON', 200, 'text/plain', '{"a":1}', '{"a":1}'],
  ['JSON that is none', 200, 'application/json', '{"a":', '{"a":'],
  ['nothing', 200, undefined, '', null],
  ['no content', 204, undefined, '', null],
  [
    'JSON with a key like a prototype',
    200,
    'application/json',
    '{"__proto__":{"admin":true}}',
    JSON.parse('{"__proto__":{"admin":true}}'),
  ],
]
for (const [what, status, type, body, expected] of ANSWERS) {
  test(`an answer of ${what} is a result`, async (t) => {
    const { registry } = await shop(
      t,
      (_, response) => void response.writeHead(status, type && { 'content-type': type }).end(body),
    )
    const result = await registry.execute('getOrder', { id: '1' })
    assert.deepEqual(result, expected)
    assert.equal(result?.admin, undefined)
  })
}

const FAULTS = [
  [404, 'application/json', '{"message":"no order 1"}', { message: 'no order 1' }],
  [500, 'text/html', '<h1>Broken</h1>', '<h1>Broken</h1>'],
  [302, 'text/plain', '', null, /: it redirects to http:\/\/127\.0\.0\.1:\d+, which is not followed$/],
  [501, 'text/plain', 'x'.repeat(20_000), `${'x'.repeat(16_384)}…`],
]
for (const [status, type, text, body, why = /$/] of FAULTS) {
  test(`an answer of ${status} is HTTP_FAILED with its status, its headers and its body`, async (t) => {
    const { registry, requests } = await shop(
      t,
      (_, response) => void response.writeHead(status, { 'content-type': type, location: '/elsewhere' }).end(text),
    )
    const { code, message, details } = await refusal(() => registry.execute('getOrder', { id: '1' }))
    const headers = { 'content-type': type, location: '/elsewhere' }
    assert.deepEqual(
      [code, message.replace(why, ''), details],
      [
        'HTTP_FAILED',
        `tool "getOrder" failed: the API responded with status ${status}`,
        { tool: 'getOrder', status, headers, body },
      ],
    )
    assert.match(message, why)
    assert.equal(requests.length, 1, 'neither followed nor tried again')
  })
}

test('an answer that is neither JSON nor text is a file', async (t) => {
  const data = Buffer.from([0x89, 0xff, 0xfe])
  const { registry } = await shop(
    t,
    (_, response) => void response.writeHead(200, { 'content-type': 'image/png' }).end(data),
  )
  assert.deepEqual(await registry.execute('getOrder', { id: '1' }), { mediaType: 'image/png', data })
})

test('a server that is gone, or breaks off, is HTTP_FAILED with the reason', async (t) => {
  const { registry, close } = await shop(t, (_, response) => void response.socket.destroy())
  const broken = await refusal(() => registry.execute('getOrder', { id: '1' }))
  await close()
  const gone = await refusal(() => registry.execute('getOrder', { id: '1' }))
  for (const { code, details } of [broken, gone]) {
    assert.equal(code, 'HTTP_FAILED')
    assert.match(details.reason, /127\.0\.0\.1/)
    assert.equal(details.status, undefined)
  }
  assert.match(gone.details.reason, /connect/)
})

const ENDS = [
  ['takes too long', 'TIMEOUT', () => ({ timeoutMs: 50 })],
  [
    'is given up',
    'CANCELLED',
    (reached) => {
      const controller = new AbortController()
      reached.then(() => controller.abort())
      return { signal: controller.signal }
    },
  ],
]
for (const [what, code, options] of ENDS) {
  test(`a call that ${what} is ${code}, and its connection is closed`, async (t) => {
    let arrived
    const reached = new Promise((resolve) => (arrived = resolve))
    const { registry } = await shop(t, ({ request }) => (arrived(request.socket), never()))
    const refused = codeOf(() => registry.execute('getOrder', { id: '1' }, options(reached)))
    const socket = await reached
    const closed = once(socket, 'close')
    assert.equal(await refused, code)
    await closed
  })
}

test('a document that names no server, and an address that is not given, are told', async () => {
  const registry = registryOf()
  await new SpecLoader(registry).load({ ...DOCUMENT, servers: undefined })
  const { code, details } = await refusal(() => registry.execute('getOrder', { id: '1' }))
  assert.deepEqual([code, details.option], ['INVALID_OPTIONS', 'baseUrl'])
})

test('many calls at once each get their own answer', async (t) => {
  const { registry } = await shop(t, ({ url }) => ({ url }))
  const ids = [...Array(100).keys()].map(String)
  const answers = await Promise.all(ids.map((id) => registry.execute('getOrder', { id })))
  assert.deepEqual(
    answers.map(({ url }) => url),
    ids.map((id) => `/orders/${id}`),
  )
})
