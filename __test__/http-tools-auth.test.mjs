// Credentials of HTTP tools: the words of a load's auth, without a document that says where they go.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry, registerHttpTool, registerHttpTools } from 'toolrack'
import { tokenServer } from './support/oauth.mjs'
import { serve } from './support/server.mjs'
import { codeOf, refusal } from './support/tools.mjs'

const KEY = 'key-0123456789'
const basic = `Basic ${Buffer.from('ada:correct horse').toString('base64')}`

/** An API that echoes what it is shown, and a function that registers a tool of it. */
async function safe(t, answer = ({ url, headers }) => ({ url, ...headers })) {
  const server = await serve(t, answer)
  const registry = new ToolRegistry()
  t.after(() => registry.close())
  const options = { network: { hosts: [new URL(server.url).host] } }
  const definition = (over) => ({ name: 'call', description: 'Calls', endpoint: server.url, ...over })
  return {
    ...server,
    registry,
    options,
    definition,
    define: (over) => registerHttpTool(registry, definition(over), options),
  }
}

for (const [name, definition, shown] of [
  ['a text is a bearer token', { auth: KEY }, { authorization: `Bearer ${KEY}` }],
  ['a login is HTTP Basic', { auth: { username: 'ada', password: 'correct horse' } }, { authorization: basic }],
  [
    'an API key goes to its header',
    { auth: KEY, authScheme: { in: 'header', name: 'X-Api-Key' } },
    { 'x-api-key': KEY },
  ],
  [
    'an API key goes to the query',
    { auth: KEY, authScheme: { in: 'query', name: 'api key' } },
    { url: `/?api%20key=${KEY}` },
  ],
  ['an API key goes to a cookie', { auth: KEY, authScheme: { in: 'cookie', name: 'sid' } }, { cookie: `sid=${KEY}` }],
  [
    'a key without a scheme word',
    { auth: KEY, authScheme: { in: 'header', name: 'Authorization' } },
    { authorization: KEY },
  ],
]) {
  test(`${name}, and the answer has none of it`, async (t) => {
    const { define, registry, requests } = await safe(t)
    define(definition)
    const answer = await registry.execute('call')
    const [{ url, headers }] = requests
    for (const [key, value] of Object.entries(shown)) assert.equal({ url, ...headers }[key], value)
    assert.doesNotMatch(JSON.stringify(answer), /key-0123456789|correct horse/)
  })
}

test('an environment variable is read at the registration; one that is not set fails the call alone', async (t) => {
  const { define, registry, requests } = await safe(t)
  process.env.HTTP_TOOLS_KEY = KEY
  t.after(() => delete process.env.HTTP_TOOLS_KEY)
  define({ auth: { env: 'HTTP_TOOLS_KEY' } })
  define({ name: 'unset', auth: { env: 'HTTP_TOOLS_NONE' } })
  await registry.execute('call')
  assert.equal(requests[0].headers.authorization, `Bearer ${KEY}`)
  const error = await refusal(() => registry.execute('unset'))
  assert.deepEqual([error.code, error.details.schemes], ['AUTH_FAILED', ['bearer']])
  assert.match(error.message, /HTTP_TOOLS_NONE.*register the tool again/)
  assert.doesNotMatch(error.message, /document/)
  assert.equal(requests.length, 1)
})

test('a credential function is told who calls', async (t) => {
  const { define, registry, requests } = await safe(t)
  const asked = []
  define({ auth: (context, request) => (asked.push([context.userId, request.type]), `token-of-${context.userId}`) })
  await registry.execute('call', {}, { context: { userId: 'ada' } })
  assert.deepEqual([asked, requests[0].headers.authorization], [[['ada', 'bearer']], 'Bearer token-of-ada'])
  define({ name: 'fails', auth: () => Promise.reject(new Error('no token today')) })
  const error = await refusal(() => registry.execute('fails'))
  assert.match(`${error.code} ${error.message}`, /AUTH_FAILED.*no token today.*auth of the definition/)
})

test('tools of one client share its tokens, and a refused token is renewed', async (t) => {
  const client = { clientId: 'id', clientSecret: 'secret-0123456789' }
  const tokens = await tokenServer(t, { ...client, tokens: ['first-token', 'second-token'] })
  const refused = new Set()
  const { definition, options, registry, requests } = await safe(t, ({ headers }, response) =>
    refused.has(headers.authorization) ? void response.writeHead(401).end() : { ok: true },
  )
  const auth = { ...client, tokenUrl: tokens.tokenUrl }
  const both = ['a', 'b'].map((name) => definition({ name, auth, headers: { 'X-User-Id': '{context.userId}' } }))
  registerHttpTools(registry, both, { source: 'crm', ...options })
  const context = { userId: 'ada' }
  for (const name of ['a', 'b']) assert.deepEqual(await registry.execute(name, {}, { context }), { ok: true })
  assert.deepEqual(tokens.given, ['first-token'])
  refused.add('Bearer first-token')
  assert.deepEqual(await registry.execute('b', {}, { context }), { ok: true })
  assert.deepEqual(tokens.given, ['first-token', 'second-token'])
  assert.equal(requests.at(-1).headers.authorization, 'Bearer second-token')
})

test('a credential that does not fit its scheme is refused at the registration', async (t) => {
  const { definition, registry } = await safe(t)
  const endpoint = 'https://api.example.com'
  const grant = { clientId: 'id', clientSecret: 'secret' }
  for (const [over, place, told] of [
    [{ auth: grant }, '/auth', /set tokenUrl in auth/],
    [{ auth: KEY, authScheme: 'basic' }, '/auth', /username, password/],
    [{ auth: { username: 'a', password: 'b' }, authScheme: 'bearer' }, '/auth', /no user name/],
    [{ auth: {} }, '/auth', /must be a string, \{ env \}/],
    [{ auth: { username: 'a:b', password: 'c' } }, '/auth/username', /":"/],
    [{ auth: 5 }, '/auth', /must be a string/],
    [{ authScheme: 'basic' }, '/authScheme', /add auth/],
    [{ auth: KEY, authScheme: 'baerer' }, '/authScheme', /nearest: bearer/],
    [{ auth: KEY, authScheme: { in: 'body', name: 'k' } }, '/authScheme/in', /header, query, cookie/],
    [{ auth: KEY, authScheme: { in: 'header', name: 'Host' } }, '/authScheme/name', /no header/],
    [{ auth: KEY, authScheme: { in: 'query' } }, '/authScheme/name', /must be the name/],
    [{ auth: KEY, headers: { authorization: 'x' } }, '/headers/authorization', /the credential of auth/],
    [{ auth: KEY, authScheme: { in: 'query', name: 'k' }, query: { k: 1 } }, '/query/k', /the credential of auth/],
  ]) {
    const error = await refusal(() => registerHttpTool(registry, definition({ endpoint, ...over })))
    const { pointer, message } = error.details.problems[0]
    assert.deepEqual(
      [error.code, error.details.problems.length, pointer],
      ['INVALID_DEFINITION', 1, place],
      error.message,
    )
    assert.match(message, told)
    assert.doesNotMatch(error.message, /key-0123456789|document/)
  }
  assert.equal(
    await codeOf(() => registerHttpTool(registry, definition({ auth: () => KEY, authScheme: 'x' }))),
    'INVALID_DEFINITION',
  )
})
