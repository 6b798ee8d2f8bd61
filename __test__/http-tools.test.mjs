// HTTP tools: one endpoint without a document, from the arguments of a model to the request and back.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { ToolRegistry, registerHttpTool, registerHttpTools } from 'toolrack'
import { connect } from './support/mcp-client.mjs'
import { calls } from './support/model.mjs'
import { serve } from './support/server.mjs'
import { TARGETS } from './support/targets.mjs'
import { codeOf, refusal } from './support/tools.mjs'

const Ajv2020 = createRequire(import.meta.url)('ajv/dist/2020').default
const CALLER = { context: { userId: 'ada', auditingId: 42, metadata: { tenant: 'acme', level: 2 } } }

/** An API that answers by `answer`, and a function that registers a tool of it. */
async function api(t, answer = () => ({ ok: true })) {
  const server = await serve(t, answer)
  const registry = new ToolRegistry()
  t.after(() => registry.close())
  const network = { hosts: [new URL(server.url).host] }
  const define = (path, definition, options) =>
    registerHttpTool(
      registry,
      { name: 'call', description: 'Calls', ...definition, endpoint: server.url + path },
      { network, ...options },
    )
  return { ...server, registry, network, define }
}

/** The request of one call: method, URL, and the headers and body that a test is about. */
async function sent({ registry, requests }, args = {}, options = CALLER) {
  await registry.execute('call', args, options)
  return requests.at(-1)
}

/** The tools of the CRM of this product's first users. */
const crm = (url) => [
  {
    name: 'crm-lookup',
    description: 'Look up a customer',
    category: 'external',
    tags: ['client'],
    parameters: { customerId: { type: 'string', description: 'Customer ID', pattern: '^C[0-9]+$' } },
    endpoint: `${url}/customers/{customerId}`,
    headers: { 'X-User-Id': '{context.userId}' },
    response: ['id', 'name'],
  },
  {
    name: 'ticket-create',
    description: 'Create a ticket',
    parameters: { customerId: { type: 'string' }, subject: { type: 'string' } },
    endpoint: `${url}/tickets`,
    method: 'POST',
    body: { channel: 'agent', createdBy: '{context.userId}' },
  },
]

test('a CRM lookup and a ticket are two definitions', async (t) => {
  const { registry, requests, url, network } = await api(t, ({ method }) =>
    method === 'GET' ? { id: 'C1', name: 'Ada', creditCard: '4111' } : { ticket: 7 },
  )
  for (const definition of crm(url)) assert.equal(registerHttpTool(registry, definition, { network }), undefined)
  assert.deepEqual(await registry.execute('crm-lookup', { customerId: 'C1' }, CALLER), { id: 'C1', name: 'Ada' })
  assert.deepEqual(await registry.execute('ticket-create', { customerId: 'C1', subject: 'a' }, CALLER), { ticket: 7 })
  const [lookup, ticket] = requests
  assert.deepEqual([lookup.method, lookup.url, lookup.headers['x-user-id']], ['GET', '/customers/C1', 'ada'])
  assert.deepEqual(
    [ticket.method, ticket.url, ticket.headers['content-type']],
    ['POST', '/tickets', 'application/json'],
  )
  assert.deepEqual(JSON.parse(ticket.body), { customerId: 'C1', subject: 'a', channel: 'agent', createdBy: 'ada' })
  assert.equal(await codeOf(() => registry.execute('crm-lookup', { customerId: 'x' }, CALLER)), 'INVALID_PARAMS')
  const { requiresAuth, category, tags, source, annotations } = registry.get('crm-lookup')
  assert.deepEqual([requiresAuth, category, tags, source], [true, 'external', ['client'], 'code'])
  assert.deepEqual([annotations.readOnlyHint, registry.get('ticket-create').annotations.readOnlyHint], [true, false])
})

test('each target offers them and each model can call them', async (t) => {
  const { registry, url, network } = await api(t, () => ({ id: 'C1', name: 'Ada' }))
  for (const definition of crm(url)) registerHttpTool(registry, definition, { network })
  for (const target of TARGETS) {
    assert.match(JSON.stringify(registry.definitions(target)), /customerId/, target)
    assert.doesNotMatch(JSON.stringify(registry.definitions(target)), /X-User-Id|createdBy|127\.0\.0\.1/, target)
    const answer = await registry.respond(target, calls[target]('crm-lookup', { customerId: 'C1' }), CALLER)
    assert.match(JSON.stringify(answer), /Ada/, target)
  }
  const ajv = new Ajv2020()
  for (const { inputSchema } of registry.definitions('mcp')) assert.ok(ajv.compile(inputSchema))
})

for (const era of ['modern', 'legacy']) {
  test(`an MCP server serves them to its caller: ${era}`, async (t) => {
    const { registry, requests, url, network } = await api(t, () => ({ id: 'C1', name: 'Ada', creditCard: '4111' }))
    for (const definition of crm(url)) registerHttpTool(registry, definition, { network })
    const { ask } = await connect(t, registry, { era, context: { userId: 'ada' } })
    const { result } = await ask('tools/list')
    assert.deepEqual(
      result.tools.map(({ name }) => name),
      ['crm-lookup', 'ticket-create'],
    )
    const answer = await ask('tools/call', { name: 'crm-lookup', arguments: { customerId: 'C1', userId: 'bob' } })
    assert.deepEqual(JSON.parse(answer.result.content[0].text), { id: 'C1', name: 'Ada' })
    assert.equal(requests[0].headers['x-user-id'], 'ada')
  })
}

const text = { type: 'string' }
const list = { type: 'array', items: text }
for (const [name, definition, path, args, expected] of [
  [
    'of a GET to the query',
    { parameters: { q: text, tag: list } },
    '/s?v=1',
    { q: 'a b', tag: ['x', 'y'] },
    { url: '/s?v=1&q=a%20b&tag=x&tag=y' },
  ],
  [
    'of a DELETE to the query',
    { method: 'DELETE', parameters: { q: text } },
    '/s',
    { q: 'a' },
    { url: '/s?q=a', body: '' },
  ],
  [
    'of an object to one parameter for each member',
    { parameters: { page: { type: 'object' } } },
    '/s',
    { page: { n: 1, size: 2 } },
    { url: '/s?n=1&size=2' },
  ],
  [
    'of a POST to the body',
    { method: 'POST', parameters: { q: text, tag: list } },
    '/s',
    { q: 'a', tag: ['x'] },
    { url: '/s', body: '{"q":"a","tag":["x"]}' },
  ],
  [
    'to the body, which makes the method POST',
    { parameters: { q: text, id: text }, in: { q: 'body' } },
    '/s/{id}',
    { q: 'a', id: '1' },
    { method: 'POST', url: '/s/1', body: '{"q":"a"}' },
  ],
  [
    'to a form',
    { contentType: 'application/x-www-form-urlencoded', parameters: { q: text, tag: list } },
    '/s',
    { q: 'a b', tag: ['x', 'y'] },
    { method: 'POST', body: 'q=a+b&tag=x&tag=y' },
  ],
  [
    'to a body of text',
    { contentType: 'text/plain', parameters: { note: text } },
    '/s',
    { note: 'hello' },
    { method: 'POST', body: 'hello' },
  ],
  [
    'to a header and a cookie of other names',
    {
      parameters: { org: text, session: text },
      in: { org: { in: 'header', name: 'X-Org' }, session: { in: 'cookie', name: 'sid' } },
    },
    '/s',
    { org: 'o', session: 's' },
    { url: '/s', headers: { 'x-org': 'o', cookie: 'sid=s' } },
  ],
  [
    'to a query parameter of another name',
    { parameters: { size: { type: 'integer' } }, in: { size: { in: 'query', name: 'page[size]' } } },
    '/s',
    { size: 5 },
    { url: '/s?page%5Bsize%5D=5' },
  ],
  [
    'to a variable of another name',
    { parameters: { customer: text }, in: { customer: { in: 'path', name: 'id' } } },
    '/s/{id}',
    { customer: 'a/b' },
    { url: '/s/a%2Fb' },
  ],
  [
    'to a variable of the query',
    { parameters: { q: text } },
    '/s?search={q}',
    { q: 'a&b' },
    { url: '/s?search=a%26b' },
  ],
  ['that is optional, left out', { parameters: { q: { ...text, required: false } } }, '/s', {}, { url: '/s' }],
  ['with its default', { parameters: { n: { type: 'integer', default: 3 } } }, '/s/{n}', {}, { url: '/s/3' }],
  [
    'beside fixed members',
    { query: { v: 2, tag: ['a', 'b'] }, headers: { 'X-Client': 'agent' }, parameters: { q: text } },
    '/s',
    { q: 'a' },
    { url: '/s?v=2&tag=a&tag=b&q=a', headers: { 'x-client': 'agent' } },
  ],
  [
    'beside fixed members of the body',
    { body: { source: { name: 'agent', n: null } }, parameters: { q: text } },
    '/s',
    { q: 'a' },
    { method: 'POST', body: '{"q":"a","source":{"name":"agent","n":null}}' },
  ],
  ['of a tool without parameters', {}, '', {}, { method: 'GET', url: '/', body: '' }],
]) {
  test(`parameters go to their place: ${name}`, async (t) => {
    const one = await api(t)
    one.define(path, definition)
    const { url, ...request } = await sent(one, args)
    const { headers, ...others } = expected
    if (others.url !== undefined && name.includes('fixed members')) {
      const members = (at) => [...new URL(at, 'http://h').searchParams].map(String).sort()
      assert.deepEqual(members(url), members(others.url))
    } else assert.equal(url, others.url ?? url)
    for (const key of ['method', 'body']) if (others[key] !== undefined) assert.equal(request[key], others[key], key)
    for (const [key, value] of Object.entries(headers ?? {})) assert.equal(request.headers[key], value, key)
  })
}

test('the context of the caller is sent, and an argument never becomes it', async (t) => {
  const one = await api(t)
  one.define('/u/{context.userId}/s', {
    parameters: { userId: text },
    query: { tenant: '{context.metadata.tenant}' },
    headers: { 'X-Trace': 'call-{context.auditingId}', 'X-User-Id': '{context.userId}' },
    body: { level: '{context.metadata.level}', by: 'user {context.userId}' },
  })
  const { url, headers, body } = await sent(one, { userId: 'bob' })
  assert.deepEqual([url, headers['x-trace'], headers['x-user-id']], ['/u/ada/s?tenant=acme', 'call-42', 'ada'])
  assert.deepEqual(JSON.parse(body), { userId: 'bob', level: 2, by: 'user ada' })
  for (const [context, key] of [
    [undefined, 'userId'],
    [{ userId: 0, auditingId: 1, metadata: { tenant: 'a', level: 1 } }, 'userId'],
    [{ userId: 'ada', metadata: { tenant: 'a', level: 1 } }, 'auditingId'],
    [{ userId: 'ada', auditingId: 1 }, 'metadata.level'],
    [{ userId: 'ada', auditingId: 1, metadata: { tenant: ['a'], level: 1 } }, 'metadata.tenant'],
  ]) {
    const error = await refusal(() => one.registry.execute('call', { userId: 'bob' }, { context }))
    assert.equal(error.code, 'MISSING_CONTEXT')
    assert.ok([key, 'metadata.tenant'].includes(error.details.key), `${error.details.key} for ${key}`)
  }
  assert.equal(one.requests.length, 1)
})

test('a value of the context adds no header and no path segment', async (t) => {
  const one = await api(t)
  one.define('/u/{context.userId}', { headers: { 'X-User-Id': '{context.userId}' } })
  for (const userId of ['a\r\nX-Evil: 1', 'a\nb', 'a\0b'])
    assert.equal(await codeOf(() => one.registry.execute('call', {}, { context: { userId } })), 'INVALID_OPTIONS')
  for (const userId of ['..', '.', '../admin']) {
    const error = await refusal(() => one.registry.execute('call', {}, { context: { userId } }))
    assert.deepEqual([error.code, error.details.option], ['INVALID_OPTIONS', 'context.userId'])
  }
  assert.equal(one.requests.length, 0)
  const { url } = await sent(one, {}, { context: { userId: 'a/b?x=1#y' } })
  assert.equal(url, '/u/a%2Fb%3Fx%3D1%23y')
})

test('a token of the context is redacted in the answer, a user id is not', async (t) => {
  const { registry, define } = await api(t, ({ headers }) => ({
    said: headers.authorization,
    user: headers['x-user-id'],
  }))
  define('/', { headers: { Authorization: 'Bearer {context.metadata.token}', 'X-User-Id': '{context.userId}' } })
  const context = { userId: 'ada@example.com', metadata: { token: 'token-0123456789' } }
  assert.deepEqual(await registry.execute('call', {}, { context }), { said: '[redacted]', user: 'ada@example.com' })
})

test('response selects before the output schema judges and before the result is truncated', async (t) => {
  const items = Array.from({ length: 500 }, (_, id) => ({ id, text: 'x'.repeat(100) }))
  const { registry, define } = await api(t, () => ({ items, next: 'n' }))
  const outputSchema = { type: 'array', items: { type: 'integer' } }
  define('/', { response: '$.items[*].id', outputSchema, callLimits: { maxResultBytes: 4_000 } })
  const ids = items.map(({ id }) => id)
  assert.deepEqual(await registry.execute('call'), ids)
  const { value } = await registry.respond('plain', calls.plain('call', {}))
  assert.deepEqual(value, ids)
  define('/', { response: '$.next', outputSchema }, { onConflict: 'replace' })
  assert.equal(await codeOf(() => registry.execute('call')), 'OUTPUT_INVALID')
})

test('an answer that is no JSON is not shown past a response', async (t) => {
  const { registry, define } = await api(
    t,
    (_, response) => void response.setHeader('content-type', 'text/html').end('<b>secret</b>'),
  )
  define('/', { response: ['id'] })
  const error = await refusal(() => registry.execute('call'))
  assert.equal(error.code, 'HTTP_FAILED')
  assert.doesNotMatch(error.message, /secret/)
})

test('a reply of an API that fails is an error that a model reads', async (t) => {
  const { registry, define } = await api(t, (_, response) => void response.writeHead(404).end())
  define('/', { response: ['id'] })
  const error = await refusal(() => registry.execute('call'))
  assert.deepEqual([error.code, error.details.status], ['HTTP_FAILED', 404])
})

test('approval, rate limits and timeouts are those of any tool', async (t) => {
  const never = () => new Promise(() => {})
  const { registry, define } = await api(t, never)
  define('/', { requiresApproval: true, callLimits: { timeoutMs: 50, retries: 0 } })
  assert.equal(await codeOf(() => registry.execute('call')), 'APPROVAL_REQUIRED')
  assert.equal(await codeOf(() => registry.execute('call', {}, { approved: true })), 'TIMEOUT')
})

test('an HTTP tool takes the place of another where its options allow it', async (t) => {
  const { registry, define } = await api(t)
  define('/a', {})
  assert.equal(await codeOf(() => define('/b', {})), 'NAME_TAKEN')
  define('/b', { description: 'Calls b' }, { onConflict: 'replace' })
  assert.deepEqual([registry.size, registry.get('call').description], [1, 'Calls b'])
  assert.equal(registry.unregister('call'), true)
  assert.equal(registry.size, 0)
})

test('many tools are one change of their source', async (t) => {
  const { registry, url, network } = await api(t)
  const changes = []
  registry.onChange((change) => changes.push(change))
  const options = { source: 'crm', network }
  const [lookup, ticket] = crm(url)
  const first = registerHttpTools(registry, [lookup, ticket], options)
  assert.deepEqual(first, {
    revision: 1,
    added: ['crm-lookup', 'ticket-create'],
    updated: [],
    removed: [],
    unchanged: [],
  })
  const again = registerHttpTools(registry, [lookup, ticket], options)
  assert.deepEqual(again, {
    revision: 1,
    added: [],
    updated: [],
    removed: [],
    unchanged: ['crm-lookup', 'ticket-create'],
  })
  const moved = { ...lookup, endpoint: `${url}/v2/customers/{customerId}` }
  const second = registerHttpTools(registry, [moved], options)
  assert.deepEqual([second.updated, second.removed, second.revision], [['crm-lookup'], ['ticket-create'], 2])
  assert.deepEqual(
    changes.map(({ source, revision }) => [source, revision]),
    [
      ['crm', 1],
      ['crm', 2],
    ],
  )
  for (const other of [{ response: ['id'] }, { headers: { 'X-User-Id': '{context.auditingId}' } }, { query: { a: 1 } }])
    assert.deepEqual(registerHttpTools(registry, [{ ...moved, ...other }], options).updated, ['crm-lookup'])
  assert.deepEqual(registerHttpTools(registry, [], options).removed, ['crm-lookup'])
  assert.equal(registry.size, 0)
})
