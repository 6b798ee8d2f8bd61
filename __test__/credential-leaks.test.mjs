// Credentials in every form, each of them one that is found wherever it is: in what anybody gets to see there is none.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { folder } from './support/documents.mjs'
import { serve } from './support/server.mjs'
import { tokenServer } from './support/oauth.mjs'

const { NAMES } = createRequire(import.meta.url)('../lib/observe/events.js')

/** What no sink may have. Each has characters that are written differently in each form. */
const CANARIES = Object.fromEntries(
  [
    'header',
    'query',
    'cookie',
    'password',
    'bearer',
    'person',
    'clientSecret',
    'machineToken',
    'refresh',
    'userToken',
    'loadHeader',
    'wrong',
    'expired',
  ].map((name, i) => [name, `Canary-${name}~${i}+/4ever=`]),
)

/** All forms in which a text may show. */
const formsOf = (text) => {
  const of = (bytes) => [Buffer.from(bytes).toString('base64'), Buffer.from(bytes).toString('base64url')]
  // Within a longer text base64 begins at any of three places; what its neighbours decide is cut off.
  const within = [0, 1, 2].flatMap((before) =>
    of(' '.repeat(before) + text).map((form) =>
      form.slice([0, 2, 3][before], Math.floor(((before + text.length) * 8) / 6)),
    ),
  )
  return [
    text,
    encodeURIComponent(text),
    encodeURIComponent(text).toLowerCase(),
    new URLSearchParams({ '': text }).toString().slice(1),
    JSON.stringify(text).slice(1, -1),
    ...within,
  ]
}
const found = (said) =>
  Object.entries(CANARIES)
    .filter(([, canary]) => formsOf(canary).some((form) => said.toLowerCase().includes(form.toLowerCase())))
    .map(([name]) => name)

const SCHEMES = {
  header: { type: 'apiKey', in: 'header', name: 'X-Key' },
  query: { type: 'apiKey', in: 'query', name: 'key' },
  cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
  login: { type: 'http', scheme: 'basic' },
  bearer: { type: 'http', scheme: 'bearer' },
  person: { type: 'http', scheme: 'bearer' },
  machine: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: 'http://127.0.0.1:9/token', scopes: {} } } },
  user: {
    type: 'oauth2',
    flows: {
      authorizationCode: { authorizationUrl: 'http://127.0.0.1:9/a', tokenUrl: 'http://127.0.0.1:9/token', scopes: {} },
    },
  },
}
const PLACES = ['ok', 'unauthorized', 'broken', 'silent', 'elsewhere', 'text', 'cut']

/** An operation for each scheme and each way in which a call can end. */
const document = (server) => ({
  openapi: '3.1.0',
  info: { title: 'Canaries', version: '1.0.0' },
  servers: [{ url: server }],
  paths: Object.fromEntries(
    Object.keys(SCHEMES).flatMap((scheme) =>
      PLACES.map((place) => [
        `/${place}/${scheme}`,
        {
          post: {
            operationId: `${place}_${scheme}`,
            summary: 'Sings',
            security: [{ [scheme]: [] }],
            parameters: [{ name: 'pin', in: 'query', schema: { type: 'string' } }],
          },
        },
      ]),
    ),
  ),
  components: { securitySchemes: SCHEMES },
})

test('no credential is in anything that anybody gets to see', async (t) => {
  const said = []
  const note = (...values) =>
    values.forEach((value) =>
      said.push(
        inspect(value, { depth: 12, showHidden: true }),
        typeof value === 'string' ? value : (JSON.stringify(value) ?? ''),
      ),
    )
  const noteError = (error) => note(error, error.message, error.stack, error.details, error.cause, error.code)

  const exporter = new InMemorySpanExporter()
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }))
  t.after(() => (trace.disable(), context.disable()))

  const evil = await serve(t, () => ({ thanks: true }))
  const api = await serve(t, ({ method, url, headers, body, request }, response) => {
    const echo = { method, url, headers, body, raw: request.rawHeaders }
    const place = url.split('/')[1]
    response.setHeader('x-request-id', `${headers.authorization} ${headers['x-key']}`)
    response.setHeader('link', `<${url}>; rel="next"`)
    response.setHeader('retry-after', '1')
    if (place === 'elsewhere') response.writeHead(307, { location: `${evil.url}${url}` }).end(JSON.stringify(echo))
    else if (place === 'unauthorized')
      response
        .writeHead(401, {
          'content-type': 'application/json',
          'www-authenticate': `Bearer was="${headers.authorization}"`,
        })
        .end(JSON.stringify(echo))
    else if (place === 'broken') response.writeHead(500, { 'content-type': 'text/plain' }).end(JSON.stringify(echo))
    else if (place === 'text')
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<p>${url} ${headers.authorization} ${headers.cookie}</p>`)
    else if (place === 'cut')
      response.writeHead(200, { 'content-length': '9999' }).write(JSON.stringify(echo), () => response.destroy())
    else if (place !== 'silent') return echo
  })
  const machine = await tokenServer(t, {
    clientId: 'machine',
    clientSecret: CANARIES.clientSecret,
    tokens: [CANARIES.expired, CANARIES.machineToken],
  })
  const user = await tokenServer(t, {
    clientId: 'user',
    clientSecret: CANARIES.clientSecret,
    refreshToken: CANARIES.refresh,
    tokens: [CANARIES.userToken],
  })

  process.env.TOOLRACK_CANARY = CANARIES.query
  t.after(() => delete process.env.TOOLRACK_CANARY)
  const home = await folder(t)
  const [file, audit, state] = ['api.json', 'audit.jsonl', 'state'].map((name) => join(home, name))
  await writeFile(file, JSON.stringify(document(api.url)))
  const registry = new ToolRegistry({ audit: { path: audit, calls: true }, telemetry: { content: true } })
  const loader = new SpecLoader(registry, { state })
  t.after(() => (loader.close(), registry.close()))
  for (const name of NAMES) registry.on(name, (event) => note(name, event))

  const options = {
    name: 'api',
    headers: { 'x-load': CANARIES.loadHeader },
    overrides: { ok_bearer: { parameters: { pin: { value: 'plain' } } } },
    auth: {
      header: CANARIES.header,
      query: { env: 'TOOLRACK_CANARY' },
      cookie: CANARIES.cookie,
      login: { username: 'ada', password: CANARIES.password },
      bearer: CANARIES.bearer,
      person: ({ userId }) => (userId === 'ada' ? CANARIES.person : Promise.reject(new Error('nobody knows them'))),
      machine: { clientId: 'machine', clientSecret: CANARIES.clientSecret, tokenUrl: machine.tokenUrl },
      user: {
        clientId: 'user',
        clientSecret: CANARIES.clientSecret,
        refreshToken: CANARIES.refresh,
        tokenUrl: user.tokenUrl,
      },
    },
  }
  note(await loader.load(file, options))

  // Every door, every end.
  const ada = { context: { userId: 'ada', auditingId: 'a1', metadata: { team: 'x' } } }
  const codes = new Set()
  for (const scheme of Object.keys(SCHEMES)) {
    for (const place of PLACES) {
      const name = `${place}_${scheme}`
      const limits = place === 'silent' ? { ...ada, timeoutMs: 150 } : ada
      note(await registry.execute(name, {}, limits).catch((error) => (codes.add(error.code), noteError(error))))
    }
    note(await registry.call(`ok_${scheme}`, {}, ada), await registry.call(`text_${scheme}`, {}, ada))
    note(
      await registry.respond(
        'openai-chat',
        { id: 'c', type: 'function', function: { name: `ok_${scheme}`, arguments: '{}' } },
        ada,
      ),
    )
    note(
      await registry.respond(
        'anthropic',
        { type: 'tool_use', id: 'c', name: `unauthorized_${scheme}`, input: {} },
        ada,
      ),
    )
    for await (const piece of registry.stream(`ok_${scheme}`, {}, ada)) note(piece)
    note(registry.get(`ok_${scheme}`), registry.explain(`ok_${scheme}`, 'openai'), registry.history(`ok_${scheme}`))
  }
  assert.deepEqual([...codes].sort(), ['HTTP_FAILED', 'TIMEOUT'])
  await registry
    .execute('ok_person', {}, { context: { userId: 'mallory' } })
    .catch((error) => (codes.add(error.code), noteError(error)))

  // Whoever should get it did: without this nothing of the rest means anything.
  const got =
    JSON.stringify(api.requests) +
    api.requests.map(({ headers }) => Buffer.from((headers.authorization ?? '').replace('Basic ', ''), 'base64')).join()
  for (const [name, canary] of Object.entries(CANARIES)) {
    if (['clientSecret', 'refresh', 'wrong', 'expired'].includes(name)) continue
    assert.ok(found(got).includes(name), `${name} never reached its API`)
    assert.ok(canary)
  }
  assert.deepEqual(
    found(got).filter((name) => ['clientSecret', 'refresh'].includes(name)),
    [],
    'an API gets what it asks for and nothing else',
  )
  assert.deepEqual([machine.given[0], user.given.length > 0], [CANARIES.expired, true])
  // Each token endpoint got what is its own.
  assert.deepEqual(
    found(
      JSON.stringify(user.requests) +
        user.requests.map(({ headers }) => Buffer.from(headers.authorization.slice(6), 'base64')).join(),
    ),
    ['clientSecret', 'refresh'],
  )

  // A token endpoint that says no, and repeats what it heard.
  const wrong = { ...options.auth, machine: { ...options.auth.machine, clientId: 'stranger' } }
  note(await loader.load(file, { ...options, name: 'strange', namespace: 'strange', auth: wrong }))
  const refused = await registry.execute('strange_ok_machine').catch((error) => (noteError(error), error))
  assert.match(refused.message, /responded with status 401: invalid_client/)

  // The document moves to somebody else, and a redirect led there before.
  await writeFile(file, JSON.stringify(document(evil.url)))
  note(await loader.check('api'), await loader.reload('api'))
  for (const scheme of Object.keys(SCHEMES)) {
    await registry.execute(`ok_${scheme}`, {}, ada).then(
      () => assert.fail(`${scheme} went to another origin`),
      (error) => (codes.add(error.code), noteError(error)),
    )
  }
  assert.ok(codes.has('AUTH_FAILED'))
  assert.equal(evil.requests.length, 0)

  // What does not load says so without them.
  for (const wrong of [
    { auth: { header: { username: CANARIES.header } } },
    { auth: { header: { ...options.auth.machine, more: CANARIES.wrong } } },
    { headers: { 'x-load': `${CANARIES.loadHeader}\n` } },
    { auth: CANARIES.header },
    { ...options, baseUrl: 'nowhere' },
    {
      ...options,
      include: () => {
        throw new Error('no')
      },
    },
  ]) {
    await loader.load(file, { name: 'other', ...wrong }).then(() => assert.fail('is wrong'), noteError)
  }
  await writeFile(file, 'no document')
  await loader.reload('api').catch(noteError)

  await loader.save()
  note(
    loader,
    registry,
    registry.snapshot(),
    loader.sources(),
    registry.sources(),
    loader.history('api'),
    loader.held(),
    registry.list(),
    registry.tools(),
    registry.summary?.(),
    registry.names(),
    registry.definitions('openai'),
    registry.catalog(),
  )
  note(
    exporter.getFinishedSpans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
  )
  note(await readFile(audit, 'utf8'), (await readFile(state)).toString('latin1'))
  assert.ok(exporter.getFinishedSpans().length > 50 && said.length > 500)
  for (const text of said) assert.deepEqual(found(text), [], text.slice(0, 2_000))
  assert.ok(said.some((text) => text.includes('[redacted]')))
})

test('a form that nobody seeks would be found', () => {
  const { password } = CANARIES
  for (const leak of [
    password,
    encodeURIComponent(password),
    Buffer.from(`ada:${password}`).toString('base64'),
    Buffer.from(`me:${password}`).toString('base64url'),
    JSON.stringify({ a: password }),
  ]) {
    assert.deepEqual(found(`… ${leak} …`), ['password'], leak)
  }
})
