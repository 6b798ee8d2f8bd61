// Credentials as a caller gives them: functions that know who calls, the environment, and token servers that really are
// some.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { outputOf } from './support/child.mjs'
import { folder } from './support/documents.mjs'
import { serve } from './support/server.mjs'
import { tokenServer } from './support/oauth.mjs'
import { codeOf, never, refusal, registryOf } from './support/tools.mjs'

/** A document of the operation `get`, which asks for the scheme `s`. */
const document = (scheme, { scopes = [], server } = {}) => ({
  openapi: '3.1.0',
  info: { title: 'Safe', version: '1.0.0' },
  ...(server && { servers: [{ url: server }] }),
  paths: { '/things': { get: { operationId: 'get', security: [{ s: scopes }] } } },
  components: { securitySchemes: { s: scheme } },
})
const BEARER = { type: 'http', scheme: 'bearer' }

/** The tool `get` of an API that writes down what it is shown and answers by `answer`. */
async function safe(t, scheme, auth, { answer = () => ({ ok: true }), options, ...more } = {}) {
  const server = await serve(t, answer)
  const registry = new ToolRegistry(options)
  const loader = new SpecLoader(registry)
  t.after(() => registry.close())
  await loader.load(document(scheme, more), { name: 'safe', baseUrl: server.url, auth: { s: auth } })
  return { registry, loader, ...server, shown: () => server.requests.map(({ headers }) => headers.authorization) }
}

test('a function is told who calls and what for, and nobody can change that', async (t) => {
  const asked = []
  const metadata = { tenant: 'acme', roles: ['a'] }
  const { registry, url, shown } = await safe(
    t,
    { type: 'oauth2', flows: {} },
    (context, request) => (asked.push([context, request]), `token-of-${context.userId}`),
    { scopes: ['write', 'read'] },
  )
  await registry.execute('get', {}, { context: { userId: 'ada', auditingId: 7, metadata } })
  await registry.execute('get', { userId: 'bob' })
  assert.deepEqual(shown(), ['Bearer token-of-ada', 'Bearer token-of-bob'])
  const [[context, request]] = asked
  assert.deepEqual(
    [context.userId, context.auditingId, context.metadata, context.toolName],
    ['ada', 7, metadata, 'get'],
  )
  assert.notEqual(context.metadata, metadata)
  assert.ok(context.signal instanceof AbortSignal)
  assert.deepEqual(request, { scheme: 's', type: 'oauth2', scopes: ['read', 'write'], origin: url, isRefused: false })
  for (const one of [context, context.metadata, context.metadata.roles, request, request.scopes])
    assert.ok(Object.isFrozen(one))
})

test('a credential function is cached only with an expiry, and only for its user', async (t) => {
  let asked = 0
  const { registry, shown } = await safe(t, BEARER, ({ userId, metadata }) => ({
    token: `${userId}-${metadata?.tenant}-${++asked}`,
    expiresAt: new Date(Date.now() + 60_000),
  }))
  for (const [userId, tenant] of [
    ['ada', 'x'],
    ['ada', 'x'],
    ['ada', 'y'],
    ['bob', 'x'],
    ['ada', 'x'],
  ])
    await registry.execute('get', {}, { context: { userId, auditingId: asked, metadata: { tenant } } })
  assert.deepEqual(
    shown(),
    ['ada-x-1', 'ada-x-1', 'ada-y-2', 'bob-x-3', 'ada-x-1'].map((token) => `Bearer ${token}`),
  )
  const each = await safe(t, BEARER, () => `t-${++asked}`)
  await each.registry.execute('get')
  await each.registry.execute('get')
  assert.deepEqual(each.shown(), ['Bearer t-4', 'Bearer t-5'])
})

test('users that differ by half of a surrogate pair never share credentials', async (t) => {
  const asked = []
  const { registry, requests } = await safe(
    t,
    BEARER,
    ({ userId }) => (asked.push(userId), { token: `token-of-${userId}`, expiresAt: Date.now() + 1e6 }),
  )
  for (const userId of ['\ud800', '\ud801'])
    assert.equal(await codeOf(() => registry.execute('get', {}, { context: { userId } })), 'INVALID_OPTIONS')
  assert.deepEqual([asked, requests], [[], []])
  await registry.execute('get', {}, { context: { userId: '\u{1f600}' } })
  assert.equal(requests.length, 1)
})

test('a login can come from a function', async (t) => {
  const { registry, shown } = await safe(t, { type: 'http', scheme: 'basic' }, async () => ({
    username: 'ada',
    password: 'pw',
  }))
  await registry.execute('get')
  assert.deepEqual(shown(), ['Basic YWRhOnB3'])
})

test('a function that throws, gives nothing or comes late sends nothing', async (t) => {
  for (const [give, reason] of [
    [
      () => {
        throw new TypeError('vault is sealed')
      },
      /failed: TypeError: vault is sealed; the credential is auth: \{ "s": … \} of the load$/,
    ],
    [async () => Promise.reject('no'), /^the credential function failed: Error: no; /],
    [() => undefined, /^the credential function returned nothing: return a string/],
    [() => ({ token: 'a', expires: 1 }), /^the credential function returned an object with other members/],
    [() => 5, /^the credential function returned neither a string nor an object/],
    [() => 'two\nlines', /cannot be sent in a header/],
  ]) {
    const { registry, requests } = await safe(t, BEARER, give)
    const error = await refusal(() => registry.execute('get'))
    assert.deepEqual([error.code, error.details.schemes, error.door], ['AUTH_FAILED', ['s'], 'rejects'])
    assert.match(error.details.reason, reason)
    assert.equal(requests.length, 0)
  }
  const late = await safe(t, BEARER, never, { options: { timeoutMs: 60 } })
  assert.match(await codeOf(() => late.registry.execute('get', {}, { timeoutMs: 30_000 })), /AUTH_FAILED/)
  let signal
  const slow = await safe(t, BEARER, (context) => ((signal = context.signal), never()))
  assert.equal(await codeOf(() => slow.registry.execute('get', {}, { timeoutMs: 60 })), 'TIMEOUT')
  if (!signal.aborted) await once(signal, 'abort')
  assert.equal(late.requests.length + slow.requests.length, 0)
})

test('metadata that is no plain data is refused where a function would be told of it, and nowhere else', async (t) => {
  const circle = {}
  circle.circle = circle
  const { registry, requests } = await safe(t, BEARER, () => 'token')
  const error = await refusal(async () => registry.execute('get', {}, { context: { userId: 'ada', metadata: circle } }))
  assert.deepEqual([error.code, error.details.option], ['INVALID_OPTIONS', 'context.metadata'])
  const plain = await safe(t, BEARER, 'token')
  await plain.registry.execute('get', {}, { context: { userId: 'ada', metadata: circle } })
  assert.deepEqual([requests.length, plain.requests.length], [0, 1])
})

test('the environment is that of the thread, as it is at the load', async (t) => {
  process.env.TOOLRACK_KEY = 'of-the-environment'
  t.after(() => delete process.env.TOOLRACK_KEY)
  const { registry, shown } = await safe(t, BEARER, { env: 'TOOLRACK_KEY' })
  process.env.TOOLRACK_KEY = 'later'
  await registry.execute('get')
  assert.deepEqual(shown(), ['Bearer of-the-environment'])
  const none = await safe(t, BEARER, { env: 'TOOLRACK_NO_SUCH_KEY' })
  assert.match((await refusal(() => none.registry.execute('get'))).details.reason, /"TOOLRACK_NO_SUCH_KEY" is not set/)
  const program = `
    const { ToolRegistry, SpecLoader } = require('toolrack')
    const registry = new ToolRegistry()
    const document = ${JSON.stringify(document(BEARER, { server: none.url }))}
    new SpecLoader(registry).load(document, { auth: { s: { env: 'TOOLRACK_KEY' } } })
      .then(() => registry.execute('get'))
      .catch((error) => require('node:worker_threads').parentPort.postMessage(error.code))`
  const worker = new Worker(program, { eval: true, env: {} })
  t.after(() => worker.terminate())
  assert.deepEqual([await once(worker, 'message'), none.requests.length], [['AUTH_FAILED'], 0])
})

test('a function is let go with its document, and when a load of it fails', { timeout: 60_000 }, async () => {
  const program = `
    const gone = []
    const watch = new FinalizationRegistry((what) => gone.push(what))
    const auth = (what) => { const give = () => 'token'; watch.register(give, what); return { s: give } }
    const text = ${JSON.stringify(JSON.stringify(document(BEARER)))}
    const registry = new ToolRegistry()
    const loader = new SpecLoader(registry)
    await loader.load(text, { name: 'unloaded', namespace: 'u', baseUrl: 'http://127.0.0.1:9', auth: auth('unloaded') })
    await registry.execute('u_get').catch(() => {})
    loader.unload('unloaded')
    await loader.load('nothing', { name: 'failed', auth: auth('failed') }).catch(() => {})
    await loader.load(text, { name: 'refused', tags: 5, auth: auth('refused') }).catch(() => {})
    await loader.load(text, { name: 'kept', baseUrl: 'http://127.0.0.1:9', auth: auth('kept') })
    const outcome = await registry.execute('get').catch(({ code }) => code)
    for (const end = Date.now() + 20_000; gone.length < 3 && Date.now() < end;) {
      gc()
      await new Promise(setImmediate)
    }
    console.log(gone.sort().join(), outcome)`
  assert.equal((await outputOf(program, { flags: ['--expose-gc'] })).trim(), 'failed,refused,unloaded HTTP_FAILED')
})

test('a restored source is shown what the load says, where it was bound before', async (t) => {
  const home = await serve(t, () => ({ ok: true }))
  const other = await serve(t, () => ({ thanks: true }))
  const path = await folder(t)
  const [file, state] = [join(path, 'api.json'), join(path, 'state')]
  const live = async (auth) => {
    const registry = registryOf()
    const loader = new SpecLoader(registry, { state })
    const { restored } = await loader.load(file, { ...(auth && { auth: { s: auth } }) })
    return { registry, restored, end: async () => (await loader.save(), loader.close(), registry.close()) }
  }
  await writeFile(file, JSON.stringify(document(BEARER, { server: home.url })))
  await (await live('first-0123456789')).end()
  const again = await live('second-0123456789')
  assert.ok(again.restored)
  await again.registry.execute('get')
  assert.equal(home.requests.at(-1).headers.authorization, 'Bearer second-0123456789')
  await again.end()
  // It moved while nobody looked.
  await writeFile(file, JSON.stringify(document(BEARER, { server: other.url })))
  const moved = await live('third-0123456789')
  assert.equal(await codeOf(() => moved.registry.execute('get')), 'AUTH_FAILED')
  await moved.end()
  assert.equal(other.requests.length, 0)
})

test('a redirect and a document that moves take no credential to another origin', async (t) => {
  const other = await serve(t, () => ({ thanks: true }))
  const home = await serve(
    t,
    ({ url }, response) => void response.writeHead(302, { location: `${other.url}${url}` }).end(),
  )
  const file = join(await folder(t), 'api.json')
  await writeFile(file, JSON.stringify(document(BEARER, { server: home.url })))
  for (const options of [
    { auth: { s: 'token-0123456789' } },
    { headers: { authorization: 'Bearer token-0123456789' } },
  ]) {
    await writeFile(file, JSON.stringify(document(BEARER, { server: home.url })))
    const registry = registryOf()
    const loader = new SpecLoader(registry)
    await loader.load(file, options)
    assert.equal((await refusal(() => registry.execute('get'))).details.status, 302)
    await writeFile(file, JSON.stringify(document(BEARER, { server: other.url })))
    await loader.reload('api')
    const error = await refusal(() => registry.execute('get'))
    assert.equal(error.code, 'AUTH_FAILED')
    assert.ok(error.message.includes(home.url) && error.message.includes(other.url), error.message)
    assert.deepEqual([home.requests.splice(0).length, other.requests.length], [1, 0])
    // Whoever names it means it.
    await loader.load(file, { ...options, network: { authOrigins: [other.url] } })
    assert.deepEqual(await registry.execute('get'), { thanks: true })
    assert.deepEqual(
      other.requests.splice(0).map(({ headers }) => headers.authorization),
      ['Bearer token-0123456789'],
    )
  }
})

test('calls at once ask a strict token server once, and a token that is refused is renewed', async (t) => {
  const tokens = await tokenServer(t, { clientId: 'a b', clientSecret: 's+e/c r:t', tokens: ['first', 'second'] })
  const good = { token: 'first' }
  const answer = ({ headers }, response) =>
    headers.authorization === `Bearer ${good.token}` ? { ok: true } : void response.writeHead(401).end()
  const { registry } = await safe(
    t,
    { type: 'oauth2', flows: {} },
    { clientId: 'a b', clientSecret: 's+e/c r:t', tokenUrl: tokens.tokenUrl },
    { answer },
  )
  await Promise.all(Array.from({ length: 50 }, () => registry.execute('get')))
  assert.deepEqual(tokens.given, ['first'])
  good.token = 'second'
  assert.deepEqual(await registry.execute('get'), { ok: true })
  assert.deepEqual(tokens.given, ['first', 'second'])
  const refused = await safe(
    t,
    { type: 'oauth2', flows: {} },
    { clientId: 'a b', clientSecret: 'another-secret', tokenUrl: tokens.tokenUrl },
    { answer },
  )
  const { details } = await refusal(() => refused.registry.execute('get'))
  assert.match(details.reason, /responded with status 401: invalid_client/)
  assert.equal(refused.requests.length, 0)
})

/** An API behind a certified OpenID Connect provider, on one origin. Some tokens are forgotten. */
async function provided(t) {
  // It speaks of its development defaults.
  for (const door of ['warn', 'info']) t.mock.method(console, door, () => {})
  let answer
  const forgotten = new Set()
  const shown = []
  const { default: Provider } = await import('oidc-provider')
  const server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => (server.closeAllConnections(), server.close()))
  const url = `http://127.0.0.1:${server.address().port}`
  const client = {
    client_id: 'a b',
    client_secret: 's+e/c r:t',
    grant_types: ['client_credentials', 'refresh_token', 'authorization_code'],
    redirect_uris: ['https://app.example/'],
    response_types: ['code'],
  }
  const provider = new Provider(url, {
    clients: [client, { ...client, client_id: 'poster', token_endpoint_auth_method: 'client_secret_post' }],
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    scopes: ['openid', 'offline_access', 'read'],
    ttl: { ClientCredentials: 600, AccessToken: 600, RefreshToken: 600, Grant: 600, IdToken: 600 },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  })
  const oidc = provider.callback()
  answer = async (request, response) => {
    if (request.url !== '/things') return oidc(request, response)
    const token = (request.headers.authorization ?? '').replace('Bearer ', '')
    shown.push(token)
    const known = forgotten.has(token)
      ? undefined
      : ((await provider.ClientCredentials.find(token)) ?? (await provider.AccessToken.find(token)))
    response
      .writeHead(known ? 200 : 401, { 'content-type': 'application/json' })
      .end(JSON.stringify({ client: known?.clientId, scope: known?.scope }))
  }
  const load = async (auth, scopes = ['read']) => {
    const registry = registryOf()
    await new SpecLoader(registry).load(
      document(
        { type: 'openIdConnect', openIdConnectUrl: `${url}/.well-known/openid-configuration` },
        { scopes, server: url },
      ),
      { auth: { s: auth } },
    )
    return registry
  }
  return { provider, load, shown, forgotten }
}

test('a certified provider gives tokens to a client that it finds by discovery', async (t) => {
  const { load, shown } = await provided(t)
  for (const auth of [{ clientId: 'a b' }, { clientId: 'poster', clientAuth: 'body' }]) {
    const registry = await load({ clientSecret: 's+e/c r:t', ...auth })
    assert.deepEqual(await registry.execute('get'), { client: auth.clientId, scope: 'read' })
  }
  assert.equal(shown.length, 2)
  const wrong = await load({ clientId: 'a b', clientSecret: 'another-secret' })
  assert.match((await refusal(() => wrong.execute('get'))).details.reason, /responded with status 401: invalid_client/)
})

test('a certified provider that gives each refresh token out once is asked with the next one', async (t) => {
  const { provider, load, shown, forgotten } = await provided(t)
  const grant = new provider.Grant({ accountId: 'ada', clientId: 'a b' })
  grant.addOIDCScope('openid offline_access')
  const client = await provider.Client.find('a b')
  const token = new provider.RefreshToken({
    accountId: 'ada',
    client,
    grantId: await grant.save(),
    scope: 'openid offline_access',
    gty: 'authorization_code',
  })
  const registry = await load({ refreshToken: await token.save(), clientId: 'a b', clientSecret: 's+e/c r:t' }, [])
  for (let i = 0; i < 3; i++) {
    assert.equal((await registry.execute('get')).client, 'a b')
    forgotten.add(shown.at(-1))
  }
  assert.equal(new Set(shown).size, 3)
})
