// Authorization of an MCP server: challenges, metadata, who the caller is, sessions and streams, and the options.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestRegistry } from 'toolrack/test'
import { createMcpServer } from 'toolrack/mcp'
import { ISSUER, RESOURCE, authOf, bearer, guarded, token } from './support/mcp-auth.mjs'
import { connect } from './support/mcp-client.mjs'
import { ERAS, legacy, modern, openSession } from './support/mcp-http.mjs'
import { codeOf, registryOf, tool } from './support/tools.mjs'

const METADATA = 'http://127.0.0.1/.well-known/oauth-protected-resource/mcp'
const DOCUMENT = {
  resource: RESOURCE,
  authorization_servers: [ISSUER],
  scopes_supported: ['tools'],
  bearer_methods_supported: ['header'],
}
const whoami = { name: 'whoami', execute: (args, { userId, metadata }) => ({ args, userId, metadata }) }
const WHOAMI = { name: 'whoami', arguments: { userId: 'bob', __metadata: { admin: true } } }

for (const carrier of ['http', 'fetch'])
  for (const [era, message] of Object.entries(ERAS)) {
    const over = (name, fact) =>
      test(`${carrier}, ${era}: ${name}`, (t) =>
        fact(t, (method, params, headers) => message(method, params, { headers })))

    over('no, expired or foreign token', async (t, ask) => {
      const server = await guarded(t, registryOf({}), { carrier })
      for (const [headers, challenge] of [
        [{}, `Bearer resource_metadata="${METADATA}", scope="tools"`],
        [bearer(token({ exp: 1 })), `Bearer error="invalid_token", resource_metadata="${METADATA}", scope="tools"`],
        [bearer(token({ aud: 'x' })), `Bearer error="invalid_token", resource_metadata="${METADATA}", scope="tools"`],
      ]) {
        const answer = await server.ask(ask('tools/list', {}, headers))
        assert.equal(answer.status, 401)
        assert.equal(answer.headers['www-authenticate'], challenge)
        assert.equal(answer.json.error.code, -32000)
      }
    })

    over('scope missing for the whole server', async (t, ask) => {
      const server = await guarded(t, registryOf({}), { carrier, auth: { scopes: ['tools', 'more'] } })
      const answer = await server.ask(ask('tools/list', {}, bearer(token())))
      assert.equal(answer.status, 403)
      assert.equal(
        answer.headers['www-authenticate'],
        `Bearer error="insufficient_scope", resource_metadata="${METADATA}", scope="tools more"`,
      )
    })

    over('token in the query', async (t, ask) => {
      const server = await guarded(t, registryOf({}), { carrier })
      const answer = await server.ask({ ...ask('tools/list', {}), path: `/mcp?access_token=${token()}` })
      assert.equal(answer.status, 401)
    })

    over('the user of a call is that of its token, whatever arguments and headers say', async (t, ask) => {
      const server = await guarded(t, registryOf({ ...whoami, inputSchema: { type: 'object' } }), { carrier })
      const headers = { ...bearer(token({ tenant: 't1' })), 'x-user-id': 'bob', 'mcp-user': 'bob' }
      const { json } = await server.ask(ask('tools/call', WHOAMI, headers))
      const { args, userId, metadata } = json.result.structuredContent
      assert.deepEqual(args, {})
      assert.equal(userId, 'ann')
      assert.deepEqual([metadata.sub, metadata.tenant, metadata.admin], ['ann', 't1', undefined])
    })
  }

test('no part of the token reaches functions of the options, the tool or an error', async (t) => {
  const sent = token()
  const seen = []
  const see = (value) => void seen.push(JSON.stringify(value))
  const registry = registryOf({ name: 'see', execute: (_args, context) => see(context) })
  const { ask } = await guarded(t, registry, {
    context: (request) => see(request) ?? { userId: request.identity.subject },
    filter: (caller) => see(caller),
    onError: (error) => see({ ...error, message: error.message, cause: error.cause, stack: error.stack }),
    auth: {
      verify: (given, request) => {
        see(request)
        if (seen.length > 4) throw new TypeError(`cannot read ${given}`, { cause: given })
        return { subject: 'ann', scopes: ['tools'] }
      },
    },
  })
  await ask(modern('tools/call', { name: 'see', arguments: {} }, { headers: bearer(sent) }))
  const { status, text, headers } = await ask(modern('tools/list', {}, { headers: bearer(sent) }))
  assert.deepEqual([status, headers['retry-after']], [503, '5'])
  seen.push(text)
  assert.ok(seen.length > 6)
  for (const one of seen) assert.ok(!one.includes(sent) && !one.includes(sent.split('.')[2]), one)
})

test('a function context may say who the user is, and a filter sees the identity', async (t) => {
  const registry = registryOf(whoami, { name: 'secret' })
  const { ask } = await guarded(t, registry, {
    context: ({ identity }) =>
      identity.subject === 'ann' ? { userId: 7, metadata: identity.claims.tenant } : undefined,
    filter: ({ identity, context }) =>
      identity.subject === 'ann' && context.userId === 7 ? { names: ['whoami'] } : {},
  })
  const call = async (sub, name) =>
    (await ask(modern('tools/call', { name, arguments: {} }, { headers: bearer(token({ sub, tenant: 't1' })) }))).json
  assert.deepEqual((await call('ann', 'whoami')).result.structuredContent, { args: {}, userId: 7, metadata: 't1' })
  assert.equal((await call('ann', 'secret')).error.code, -32602)
  assert.equal((await call('bob', 'whoami')).result.structuredContent.userId, 'bob')
  assert.equal((await call('bob', 'secret')).error, undefined)
})

test('an object context does not replace the user of a token', async (t) => {
  const { ask } = await guarded(t, registryOf(whoami), { context: { userId: 'root', metadata: { admin: true } } })
  const { json } = await ask(modern('tools/call', { name: 'whoami', arguments: {} }, { headers: bearer(token()) }))
  assert.equal(json.result.structuredContent.userId, 'ann')
  assert.equal(json.result.structuredContent.metadata.admin, undefined)
})

test('claims named __proto__ and constructor change nothing', async (t) => {
  const claims = '"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}'
  const text = JSON.stringify({ iss: ISSUER, aud: RESOURCE, sub: 'ann', exp: 9e9, scope: 'tools' })
  const registry = registryOf({
    name: 'admin',
    execute: (_args, { metadata }) => [metadata.admin ?? 'none', {}.admin ?? 'none'],
  })
  const { ask } = await guarded(t, registry)
  const headers = bearer(token(text.replace('{', `{${claims},`)))
  const { json } = await ask(modern('tools/call', { name: 'admin', arguments: {} }, { headers }))
  assert.equal(json.result.content[0].text, '["none","none"]')
})

test('scopes that somebody has put on Object.prototype are no scopes of a token', async (t) => {
  const { ask } = await guarded(t, registryOf({}))
  Object.prototype.scope = 'tools'
  t.after(() => delete Object.prototype.scope)
  assert.equal((await ask(modern('tools/list', {}, { headers: bearer(token({ scope: undefined })) }))).status, 403)
})

for (const carrier of ['http', 'fetch'])
  test(`${carrier}: metadata is for everybody, at both paths, also for pages of any origin`, async (t) => {
    const { ask } = await guarded(t, registryOf({}), { carrier })
    for (const path of ['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp']) {
      const headers = { origin: 'https://inspector.example' }
      const answer = await ask({ method: 'GET', path, headers })
      assert.deepEqual([answer.status, answer.json], [200, DOCUMENT])
      assert.equal(answer.headers['access-control-allow-origin'], '*')
      const asked = {
        ...headers,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'mcp-protocol-version',
      }
      const allowed = await ask({ method: 'OPTIONS', path, headers: asked })
      assert.deepEqual([allowed.status, allowed.headers['access-control-allow-headers']], [204, 'mcp-protocol-version'])
      assert.equal((await ask({ method: 'POST', path, headers, body: '{}' })).status, 405)
    }
    const missing = await ask({ method: 'GET', path: '/.well-known/oauth-protected-resource/other' })
    assert.deepEqual([missing.status, missing.headers['access-control-allow-origin']], [404, '*'])
    const rebound = { method: 'GET', path: '/.well-known/oauth-protected-resource', headers: { host: 'evil.example' } }
    if (carrier === 'http') assert.equal((await ask(rebound)).status, 403)
  })

test('a server without auth has no metadata', async (t) => {
  const { ask } = await guarded(t, registryOf({}), {})
  assert.equal((await ask({ method: 'GET', path: '/.well-known/oauth-protected-resource' })).status, 200)
  const open = createMcpServer(registryOf({}))
  t.after(() => open.close())
  const answer = await open.fetch(new Request('http://127.0.0.1/.well-known/oauth-protected-resource'))
  assert.equal(answer.status, 405)
})

test('a session serves the principal that has opened it, and no other one', async (t) => {
  const { ask } = await guarded(t, registryOf({}))
  const ann = { headers: bearer(token()) }
  const session = await openSession(ask, ann)
  const status = async (headers) => (await ask(legacy('tools/list', {}, { session, headers }))).status
  assert.equal(await status(bearer(token({ sub: 'bob' }))), 404)
  assert.equal(await status({}), 401)
  assert.equal(await status(bearer(token({ iat: 1 }))), 200, 'a renewed token')
  for (const method of ['GET', 'DELETE']) {
    const headers = { ...bearer(token({ sub: 'bob' })), 'mcp-session-id': session, accept: 'text/event-stream' }
    assert.equal((await ask({ method, headers })).status, 404)
  }
})

/** A server whose tokens end in a minute, by the clock of its registry. */
async function ending(t) {
  const registry = createTestRegistry()
  const { clock } = registry
  registry.register(tool({}))
  t.after(() => registry.close())
  const verify = () => ({ subject: 'ann', scopes: ['tools'], expiresAt: clock.now + 60_000 })
  return { clock, registry, ...(await guarded(t, registry, { auth: { verify } })) }
}

test('a stream of notifications ends with its token, with its last message', async (t) => {
  const { ask, clock } = await ending(t)
  const listen = modern('subscriptions/listen', { notifications: { toolsListChanged: true } }, { headers: bearer('a') })
  const { events } = await ask(listen)
  assert.equal((await events.next()).method, 'notifications/subscriptions/acknowledged')
  await clock.advance(59_999)
  assert.equal(events.isEnded, false)
  await clock.advance(1)
  const [last] = await events.ended()
  assert.equal(last.result.resultType, 'complete')
})

test('the stream of a session ends with its token, and the session goes on', async (t) => {
  const { ask, clock } = await ending(t)
  const session = await openSession(ask, { headers: bearer('a') })
  const headers = { ...bearer('a'), 'mcp-session-id': session, accept: 'text/event-stream' }
  const { events } = await ask({ method: 'GET', headers })
  await clock.advance(60_000)
  assert.deepEqual(await events.ended(), [])
  assert.equal((await ask(legacy('ping', undefined, { session, headers: bearer('a') }))).status, 200)
})

const identities = {
  'an identity that has ended': [401, { subject: 'ann', scopes: ['tools'], expiresAt: 1 }],
  nothing: [401, undefined],
  null: [401, null],
  true: [503, true],
  'no subject': [503, { scopes: ['tools'] }],
  'an empty subject': [503, { subject: ' ', scopes: ['tools'] }],
  'scopes as one text': [503, { subject: 'ann', scopes: 'tools' }],
  'an end that is no number': [503, { subject: 'ann', scopes: ['tools'], expiresAt: NaN }],
  'claims that are a list': [503, { subject: 'ann', scopes: ['tools'], claims: [] }],
  'a getter that throws': [
    503,
    {
      get subject() {
        throw new Error('no')
      },
    },
  ],
  'an inherited scope': [403, { subject: 'ann' }],
}
for (const [name, [status, given]] of Object.entries(identities))
  test(`verify returns ${name}: ${status}`, async (t) => {
    const errors = []
    const auth = { verify: () => given }
    const { ask } = await guarded(t, registryOf({}), { auth, onError: (error) => void errors.push(error.code) })
    assert.equal((await ask(modern('tools/list', {}, { headers: bearer('a') }))).status, status)
    assert.deepEqual(errors, status === 503 ? ['AUTH_FAILED'] : [])
  })

test('lists of callers with a token are private', async (t) => {
  const { ask } = await guarded(t, registryOf({}))
  const { json } = await ask(modern('tools/list', {}, { headers: bearer(token()) }))
  assert.equal(json.result.cacheScope, 'private')
})

test('stdio asks for no token: credentials come from the environment', async (t) => {
  const { ask } = await connect(t, registryOf(whoami), { auth: authOf(), context: { userId: 'root' } })
  const { result } = await ask('tools/call', { name: 'whoami', arguments: {} })
  assert.equal(result.structuredContent.userId, 'root')
})

test('a server with auth listens on any address, and is served by the name of its resource', async (t) => {
  const auth = { resource: 'https://mcp.example.com/mcp' }
  const { server, ask } = await guarded(t, registryOf({}), { auth })
  const headers = { ...bearer(token()), host: 'mcp.example.com' }
  assert.equal((await ask(modern('tools/list', {}, { headers }))).status, 200)
  const open = await server.listen({ host: '0.0.0.0' })
  await open.close()
})

for (const [name, auth, message] of [
  ['no resource', { resource: undefined }, /auth.resource/],
  ['a resource over http', { resource: 'http://mcp.example.com' }, /auth.resource.*https/],
  ['a resource with a fragment', { resource: `${RESOURCE}#a` }, /auth.resource/],
  ['no issuer', { authorizationServers: [] }, /auth.authorizationServers/],
  ['an issuer that is no address', { authorizationServers: ['issuer'] }, /auth.authorizationServers/],
  ['a scope with a space', { scopes: ['a b'] }, /auth.scopes/],
  ['a scope with a quote', { scopes: ['a"'] }, /auth.scopes/],
  ['no verify', { verify: undefined }, /auth.verify/],
  ['an unknown word for unscoped', { unscoped: 'show' }, /auth.unscoped/],
  ['an unknown option', { audience: 'a' }, /audience/],
])
  test(`options: ${name} is INVALID_OPTIONS`, async () => {
    const make = () => createMcpServer(registryOf({}), { auth: authOf(auth) })
    assert.equal(await codeOf(make), 'INVALID_OPTIONS')
    assert.throws(make, message)
  })
