// McpLoader, callers before servers: over HTTP with tokens and sessions, and programs with an environment of their own.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { ToolRegistry } from 'toolrack'
import { McpLoader, createMcpServer } from 'toolrack/mcp'
import { ERAS, json, plain, serve, stream } from './support/mcp-http-misbehaviour.mjs'
import { isAlive, until } from './support/mcp-upstream.mjs'
import { failure } from './support/scripted-upstream.mjs'

const { NAMES } = createRequire(import.meta.url)('../lib/observe/events.js')

/** A registry with a loader of one server, and a call by a user. */
async function open(t, spec, options) {
  const registry = new ToolRegistry()
  const loader = new McpLoader(registry)
  t.after(() => loader.close())
  await loader.load('up', spec, options)
  return { registry, loader, call: callBy(registry) }
}

const callBy =
  (registry) =>
  (userId, args = {}, name = 'echo') =>
    registry.execute(name, args, { context: { userId } })

const bearer = ({ userId = 'loader' }) => ({ authorization: `Bearer token-of-${userId}` })
const tokenOf = ({ headers }) => headers.authorization?.replace('Bearer token-of-', '')
const calls = ({ seen }) => seen.filter(({ method }) => method === 'tools/call')

test('over HTTP each call has the headers of its caller, and lists have those of the loader', async (t) => {
  const server = await serve(t, ERAS.modern)
  const { call, loader } = await open(t, { url: server.url, headers: bearer })
  const users = Array.from({ length: 200 }, (_, i) => `user-${i % 7}`)
  await Promise.all(users.map((user) => call(user, { user })))
  for (const request of calls(server)) assert.equal(tokenOf(request), request.body.params.arguments.user)
  assert.equal(calls(server).length, 200)
  const lists = server.seen.filter(({ method }) => method === 'tools/list' || method === 'subscriptions/listen')
  assert.deepEqual(new Set(lists.map(tokenOf)), new Set(['loader']))
  assert.equal(loader.status()[0].callerConnections, 7)
})

test('a session of a legacy server is that of one caller', async (t) => {
  let sessions = 0
  const owners = new Map()
  const initialize = (body, response, request) => {
    const id = `session-${++sessions}`
    owners.set(id, request.headers.authorization)
    return json({ result: INITIALIZED }, { headers: { 'mcp-session-id': id } })(body, response)
  }
  const server = await serve(t, { ...ERAS.legacy, initialize })
  const { call } = await open(t, { url: server.url, headers: bearer })
  await Promise.all(Array.from({ length: 60 }, (_, i) => call(`user-${i % 5}`)))
  assert.equal(sessions, 6)
  const named = server.seen.filter(({ headers }) => headers['mcp-session-id'] !== undefined)
  assert.ok(named.length > 60)
  for (const { headers } of named) assert.equal(owners.get(headers['mcp-session-id']), headers.authorization)
})

const INITIALIZED = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  serverInfo: { name: 'sessions', version: '1' },
}

test('a server that gives two callers one session gets it from each with their own headers', async (t) => {
  const server = await serve(t, ERAS.legacy)
  const fixed = ({ userId = 'loader' }) => ({ ...bearer({ userId }), 'Mcp-Session-Id': 'fixed-by-the-caller' })
  const { call } = await open(t, { url: server.url, headers: fixed })
  await Promise.all(['ann', 'bob', 'ann'].map((user) => call(user, { user })))
  for (const request of calls(server)) {
    assert.equal(tokenOf(request), request.body.params.arguments.user)
    assert.equal(request.headers['mcp-session-id'], 'session-1')
  }
})

test("an answer with the id of the request of another caller is nobody's", async (t) => {
  const waiting = new Map()
  const answer = (text) => ({ content: [{ type: 'text', text }] })
  const handlers = {
    ...ERAS.modern,
    'tools/call': stream((send, body, response) => {
      waiting.set(body.params.arguments.user, { send, id: body.id, response })
      const [ann, bob] = [waiting.get('ann'), waiting.get('bob')]
      if (ann === undefined || bob === undefined) return
      // What belongs to bob, in the stream of ann, with each id that bob's request may have.
      for (let id = bob.id + 1; id < bob.id + 9; id++) ann.send({ id, result: answer('of bob') })
      ann.response.end()
      bob.send({ id: bob.id, result: answer('of bob') })
      bob.response.end()
    }),
  }
  const server = await serve(t, handlers)
  const { call } = await open(t, { url: server.url, headers: bearer })
  const ann = failure(call('ann', { user: 'ann' }))
  assert.equal(await call('bob', { user: 'bob' }), 'of bob')
  const { code, details } = await ann
  assert.deepEqual([code, details.mayHaveRun], ['UPSTREAM_FAILED', true])
})

test('a redirect to another host gets no request of a caller', async (t) => {
  const other = await serve(t, ERAS.modern)
  const server = await serve(t, { ...ERAS.modern, 'tools/call': plain(307, '', { location: other.url }) })
  const { call } = await open(t, { url: server.url, headers: bearer })
  assert.equal((await failure(call('ann'))).code, 'UPSTREAM_FAILED')
  assert.deepEqual([other.seen.length, calls(server).length], [0, 1])
})

test('an object that a function changes and returns again holds for one call', async (t) => {
  const server = await serve(t, ERAS.modern)
  const shared = {}
  const { call } = await open(t, { url: server.url, headers: (caller) => Object.assign(shared, bearer(caller)) })
  const users = Array.from({ length: 100 }, (_, i) => `user-${i % 4}`)
  await Promise.all(users.map((user) => call(user, { user })))
  for (const request of calls(server)) assert.equal(tokenOf(request), request.body.params.arguments.user)
  assert.equal(calls(server).length, 100)
})

const WRONG = [
  ['nothing', undefined],
  ['null', null],
  ['a text', 'Bearer x'],
  ['a list', ['a']],
  ['a number as a header', { authorization: 1 }],
  ['two lines', { authorization: 'a\r\nx: y' }],
  ['no name', { '': 'a' }],
  ['what throws', new Proxy({}, { ownKeys: () => assert.fail('trap') })],
  ['what is revoked', revoked()],
]

function revoked() {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

for (const [name, given] of WRONG)
  for (const wait of ['now', 'later'])
    test(`headers that are ${name}, ${wait}, fail the call, and nothing is sent`, async (t) => {
      const server = await serve(t, ERAS.modern)
      const headers = ({ userId }) => (userId === undefined ? {} : wait === 'now' ? given : later(given))
      const { call } = await open(t, { url: server.url, headers })
      const before = server.seen.length
      const { code, details } = await failure(call('ann'))
      assert.deepEqual([code, details.upstream], ['AUTH_FAILED', 'up'])
      assert.equal(server.seen.length, before)
    })

const later = (value) => new Promise((resolve) => setImmediate(() => resolve(value)))

test('an own __proto__ among headers is one more header, which is refused or sent', async (t) => {
  const server = await serve(t, ERAS.modern)
  const headers = ({ userId }) => JSON.parse(userId === undefined ? '{}' : '{"__proto__":"x","a":"of ann"}')
  const { call } = await open(t, { url: server.url, headers })
  assert.equal(await call('ann', {}), '{}')
  assert.deepEqual([calls(server)[0].headers.a, {}.x], ['of ann', undefined])
})

const PROGRAM = `
  import { createMcpServer } from 'toolrack/mcp'
  import { ToolRegistry } from 'toolrack'
  const registry = new ToolRegistry()
  const execute = () => [process.env.TOKEN, process.pid].join(' ')
  registry.register({ name: 'whoami', description: 'd', execute })
  await createMcpServer(registry).stdio()`

const program = (env) => ({
  command: process.execPath,
  args: ['--input-type=module', '-e', PROGRAM],
  cwd: new URL('..', import.meta.url).pathname,
  env,
})

test('a program is a process for each environment, and none outlives the loader', async (t) => {
  const { loader, call } = await open(
    t,
    program(({ userId = 'loader' }) => ({ TOKEN: `token-of-${userId}` })),
  )
  const users = ['ann', 'bob', 'ann', 'bob', 'ann']
  const said = await Promise.all(users.map((user) => call(user, {}, 'whoami')))
  const pids = new Map()
  for (const [i, text] of said.entries()) {
    const [token, pid] = text.split(' ')
    assert.equal(token, `token-of-${users[i]}`)
    assert.equal(pids.get(token) ?? pid, pid)
    pids.set(token, pid)
  }
  assert.equal(new Set(pids.values()).size, 2)
  assert.equal(loader.status()[0].callerConnections, 2)
  const { code, details } = await failure(call('not\0valid', {}, 'whoami'))
  assert.deepEqual([code, details.upstream], ['UPSTREAM_DOWN', 'up'])
  await loader.close()
  for (const pid of pids.values()) await until(async () => !(await isAlive(Number(pid))))
})

const SECRET = 'Canary-7~b+/4ever='
const FORMS = [SECRET, encodeURIComponent(SECRET), Buffer.from(SECRET).toString('base64')]

test('a secret of a caller is in no error, event, status, report or result', async (t) => {
  const said = []
  const note = (...values) => said.push(...values.map((value) => inspect(value, { depth: 12 }) + JSON.stringify(value)))
  let status = 200
  const echo = ({ id }, response, { headers, url }) => {
    const words = JSON.stringify([headers, url, FORMS])
    if (status === 401) return plain(401, words, { 'www-authenticate': words })({ id }, response)
    if (status === 400)
      return json({ error: { code: -32000, message: words, data: words } }, { status })({ id }, response)
    if (status === 0) return response.destroy()
    const result = {
      content: [{ type: 'text', text: words }],
      isError: status === 500,
      structuredContent: { [words]: 1 },
    }
    return json({ result })({ id }, response)
  }
  const server = await serve(t, { ...ERAS.modern, 'tools/call': echo })
  const headers = ({ userId = 'loader' }) => ({ authorization: `Bearer ${userId}${SECRET}`, 'x-key': SECRET })
  const registry = new ToolRegistry({ telemetry: { content: true } })
  const loader = new McpLoader(registry)
  t.after(() => loader.close())
  for (const name of NAMES) registry.on(name, (event) => note(event))
  note(await loader.load('up', { url: server.url, headers }))
  const codes = []
  for (status of [200, 500, 400, 401, 0]) {
    note(await registry.call('echo', {}, { context: { userId: 'ann' } }).catch((error) => error))
    const error = await registry.execute('echo', {}, { context: { userId: 'ann' } }).catch((error) => error)
    codes.push(error.code)
    note(error, error.message, error.stack, error.cause, error.details)
    const use = { type: 'tool_use', id: '1', name: 'echo', input: {} }
    note(await registry.respond('anthropic', use, { context: { userId: 'ann' } }))
  }
  assert.deepEqual(codes, [undefined, 'TOOL_FAILED', 'UPSTREAM_FAILED', 'AUTH_FAILED', 'UPSTREAM_FAILED'])
  note(
    loader,
    registry,
    loader.status(),
    loader.sources(),
    registry.sources(),
    await loader.check('up'),
    loader.history('up'),
  )
  assert.ok(calls(server).every(({ headers }) => headers['x-key'] === SECRET))
  assert.ok(said.length > 20 && said.join().includes('[redacted]'))
  for (const text of said) for (const form of FORMS) assert.ok(!text.includes(form), text.slice(0, 2_000))
})

test('the token and the headers of a caller of ours reach no server', async (t) => {
  const server = await serve(t, ERAS.modern)
  const registry = new ToolRegistry()
  const loader = new McpLoader(registry)
  const asked = []
  const headers = (caller) => (asked.push(caller), bearer(caller))
  await loader.load('up', { url: server.url, headers })
  const verify = (token) => (token === 'token-at-the-door' ? { subject: 'ann', claims: { plan: 'pro' } } : undefined)
  const auth = { resource: 'http://127.0.0.1/mcp', authorizationServers: ['https://login.example'], verify }
  const own = createMcpServer(registry, { auth })
  const { url } = await own.listen()
  const front = new ToolRegistry()
  const next = new McpLoader(front)
  t.after(async () => {
    await next.close()
    await own.close()
    await loader.close()
  })
  await next.load('own', { url, headers: { authorization: 'Bearer token-at-the-door', 'x-own': 'door-header' } })
  assert.equal(await front.execute('echo', { a: 1 }), '{"a":1}')
  const [request] = calls(server)
  assert.equal(tokenOf(request), 'ann')
  assert.doesNotMatch(inspect([server.seen, asked], { depth: 9 }), /at-the-door|door-header/)
  assert.deepEqual([asked.at(-1).userId, asked.at(-1).metadata], ['ann', { plan: 'pro' }])
})
