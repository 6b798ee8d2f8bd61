// McpLoader, connections of callers: calls share one only if their credentials are the same.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ScriptedServer, failure, fault, openScene, text } from './support/scripted-upstream.mjs'

/** A fault with a status of HTTP, as a connection makes it. */
const status = (kind, code) => Object.assign(fault(kind, `the server answered with HTTP ${code}`), { status: code })

const by = (userId, more) => ({ context: { userId, ...more } })

/** A scene whose server gives each user a credential, and answers with it. */
async function openCallers(options, credentialOf = ({ userId }) => `of ${userId}`) {
  const scene = openScene()
  const server = new ScriptedServer()
  server.credentialOf = credentialOf
  server.onCall = (name, args, call, key) => text(String(key))
  await scene.loader.load('s', server, options)
  const call = (userId, more) => scene.registry.execute('one', {}, { ...by(userId), ...more })
  const open = () => scene.loader.status()[0].callerConnections
  return { ...scene, server, call, open }
}

test('each caller has a connection, and the list is that of the loader', async () => {
  const { loader, server, call, open, registry } = await openCallers()
  assert.deepEqual([registry.list(), open(), server.opened], [['one', 'two'], 0, 1])
  for (const user of ['ann', 'bob', 'ann', 'ann', 'bob']) assert.equal(await call(user), `of ${user}`)
  assert.deepEqual([open(), server.opened, server.lists], [2, 3, 1])
  await loader.reload('s')
  assert.deepEqual([server.opened, server.lists], [3, 2])
  await loader.close()
  assert.equal(server.closed, 3)
})

test('the function gets the caller of the call, and nothing of a request of the loader', async () => {
  const asked = []
  const { loader, registry } = await openCallers({}, (caller, request) => (asked.push([caller, request]), 'same'))
  assert.deepEqual(asked, [])
  const context = { userId: 'ann', auditingId: 'a-1', metadata: { tenant: 't1' } }
  await registry.execute('one', {}, { context })
  const [[{ signal, callId, ...caller }, request]] = asked
  assert.deepEqual(caller, { ...context, toolName: 'one' })
  assert.equal(typeof callId, 'string')
  assert.equal(signal.aborted, false)
  assert.deepEqual(request, { isRefused: false })
  assert.ok(Object.isFrozen(asked[0][0]) && Object.isFrozen(request))
  await loader.close()
})

test('callers with the same credentials share one connection', async () => {
  const { loader, call, open, server } = await openCallers({}, ({ userId }) => `tenant of ${userId[0]}`)
  const users = Array.from({ length: 50 }, (_, i) => `${'ab'[i % 2]}${i}`)
  const results = await Promise.all(users.map((user) => call(user)))
  assert.deepEqual(
    results,
    users.map((user) => `tenant of ${user[0]}`),
  )
  assert.deepEqual([open(), server.opened], [2, 3])
  await loader.close()
})

test('a credential that changes opens another connection, and calls of the old one end there', async () => {
  let token = 'first'
  const { loader, call, open, server, clock } = await openCallers({}, () => token)
  const ends = []
  server.onCall = (name, args, sent, key) => new Promise((resolve) => ends.push(() => resolve(text(key))))
  const old = call('ann')
  await clock.advance(0)
  token = 'second'
  const young = call('ann')
  await clock.advance(0)
  assert.deepEqual([open(), server.closed], [2, 0])
  for (const end of ends) end()
  assert.deepEqual([await old, await young], ['first', 'second'])
  await loader.close()
})

test('a connection that no call uses ends after 5 minutes', async () => {
  const { loader, call, open, server, clock } = await openCallers()
  await call('ann')
  await clock.advance(200_000)
  await call('bob')
  await clock.advance(99_999)
  assert.equal(open(), 2)
  await clock.advance(1)
  assert.deepEqual([open(), server.closed], [1, 1])
  let end
  server.onCall = () => new Promise((resolve) => (end = () => resolve(text('late'))))
  const long = call('bob', { timeoutMs: 600_000 })
  await clock.advance(400_000)
  assert.equal(open(), 1)
  end()
  assert.equal(await long, 'late')
  await clock.advance(300_000)
  assert.deepEqual([open(), server.closed], [0, 2])
  await loader.close()
})

test('the connection that was used least lately makes place, and one that is in use never does', async () => {
  const { loader, call, open, server, clock } = await openCallers({ maxConnections: 2 })
  await call('ann')
  await call('bob')
  await call('ann')
  await call('cyd')
  assert.deepEqual([open(), server.closed], [2, 1])
  await call('ann')
  assert.equal(server.opened, 4)
  server.onCall = () => new Promise(() => {})
  const busy = [failure(call('ann')), failure(call('cyd'))]
  await clock.advance(0)
  const refused = await failure(call('bob'))
  assert.deepEqual([refused.code, refused.details], ['BUSY', { tool: 'one', upstream: 's', limit: 2 }])
  assert.match(refused.message, /all 2 connections of callers to MCP server "s" are in use/)
  await loader.close()
  await clock.advance(600_000)
  for (const { code } of await Promise.all(busy)) assert.equal(code, 'TIMEOUT')
})

const REFUSALS = [
  ['at a call', 401, (server) => (server.onCall = (_, __, ___, key) => judge(key, 401, 'refused'))],
  ['at a call', 403, (server) => (server.onCall = (_, __, ___, key) => judge(key, 403, 'refused'))],
  ['while connecting', 401, (server) => (server.onConnect = (_, key) => judge(key, 401, 'down'))],
  ['while connecting', 403, (server) => (server.onConnect = (_, key) => judge(key, 403, 'down'))],
]
const judge = (key, code, kind) =>
  key === 'of bad' ? Promise.reject(status(kind, code)) : Promise.resolve(text(String(key)))

for (const [when, code, refuse] of REFUSALS)
  test(`a token that is refused with ${code} ${when} costs others nothing`, async () => {
    const { loader, call, server, named, clock } = await openCallers()
    refuse(server)
    for (let i = 0; i < 3; i++) {
      const error = await failure(call('bad'))
      assert.equal(error.code, 'AUTH_FAILED')
      const { reason, ...details } = error.details
      assert.deepEqual(details, { tool: 'one', upstream: 's', status: code })
      assert.match(reason, new RegExp(`HTTP ${code}`))
      assert.doesNotMatch(JSON.stringify(error) + error.stack, /of bad/)
    }
    assert.equal(await call('ann'), 'of ann')
    assert.equal(loader.status()[0].state, 'up')
    await clock.advance(120_000)
    assert.deepEqual(
      named('upstream').map(({ state }) => state),
      ['up'],
    )
    await loader.close()
  })

test('a refused token is asked for once more, and another one is sent', async () => {
  const asked = []
  let token = 'old'
  const credentialOf = (_, { isRefused }) => (asked.push(isRefused), isRefused ? (token = 'new') : token)
  const { loader, call, server } = await openCallers({}, credentialOf)
  server.onCall = (_, __, ___, key) => (key === 'old' ? Promise.reject(status('refused', 401)) : text(key))
  assert.equal(await call('ann'), 'new')
  assert.deepEqual([asked, server.calls.length], [[false, true], 2])
  server.onCall = () => Promise.reject(status('refused', 401))
  assert.equal((await failure(call('ann'))).code, 'AUTH_FAILED')
  assert.deepEqual([asked.slice(2), server.calls.length], [[false, true], 3])
  await loader.close()
})

const FAILURES = [
  ['throws', () => assert.fail('nobody knows you'), /nobody knows you/],
  ['rejects', () => Promise.reject(new Error('no token')), /no token/],
  ['rejects with nothing', () => Promise.reject(undefined), /undefined/],
  ['throws what cannot be read', () => Promise.reject(new Proxy({}, { get: () => assert.fail('trap') })), /./],
]
for (const [name, credentialOf, reason] of FAILURES)
  test(`a function that ${name} fails the call, and nothing is sent`, async () => {
    const { loader, call, server, open } = await openCallers({}, credentialOf)
    const error = await failure(call('ann'))
    assert.deepEqual([error.code, error.details.tool, error.details.upstream], ['AUTH_FAILED', 'one', 's'])
    assert.match(error.details.reason, reason)
    assert.deepEqual([server.calls.length, server.opened, open()], [0, 1, 0])
    await loader.close()
  })

test('a function has the timeout of the load, and ends with its call', async () => {
  const signals = []
  const credentialOf = ({ signal }) => (signals.push(signal), new Promise(() => {}))
  const { loader, call, server, clock } = await openCallers({ timeoutMs: 1_000 }, credentialOf)
  const late = failure(call('ann'))
  await clock.advance(1_000)
  assert.deepEqual([(await late).code, (await late).details.reason.includes('1000 ms')], ['AUTH_FAILED', true])
  const short = failure(call('ann', { timeoutMs: 100 }))
  await clock.advance(100)
  assert.equal((await short).code, 'TIMEOUT')
  const controller = new AbortController()
  const cancelled = failure(call('ann', { signal: controller.signal }))
  await clock.advance(0)
  controller.abort()
  assert.equal((await cancelled).code, 'CANCELLED')
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false, true, true],
  )
  assert.equal(server.calls.length, 0)
  await loader.close()
})

test('a caller whose connection cannot be opened is told so, and others are served', async () => {
  const { loader, call, server, named } = await openCallers()
  server.onConnect = (_, key) => (key === 'of ann' ? Promise.reject(fault('down', 'no process')) : Promise.resolve())
  const error = await failure(call('ann'))
  assert.deepEqual([error.code, error.details.reason], ['UPSTREAM_DOWN', 'no process'])
  assert.equal(await call('bob'), 'of bob')
  assert.deepEqual([loader.status()[0].state, named('upstream').length], ['up', 1])
  await loader.close()
})

test('a server that is gone is seen by the loader after a call of a caller', async () => {
  const { loader, call, server, clock } = await openCallers({ whenDown: 'hide' })
  await call('ann')
  await clock.advance(10_000)
  const gone = () => Promise.reject(fault('down', 'connection refused'))
  Object.assign(server, { onCall: gone, onConnect: gone, tools: gone })
  assert.equal((await failure(call('ann'))).code, 'UPSTREAM_DOWN')
  await clock.advance(250)
  assert.equal(loader.status()[0].state, 'down')
  await loader.close()
})

test('a thousand calls of a caller are one attempt to connect', async () => {
  const { loader, call, server } = await openCallers()
  server.onConnect = (_, key) => key && Promise.reject(fault('down'))
  const errors = await Promise.all(Array.from({ length: 1_000 }, () => failure(call('ann'))))
  assert.deepEqual(new Set(errors.map(({ code }) => code)), new Set(['UPSTREAM_DOWN']))
  assert.equal(server.connected, 2)
  await loader.close()
})

test('an unload ends the connections of callers, and a reload of another spec too', async () => {
  const { loader, call, server } = await openCallers()
  await call('ann')
  await call('bob')
  const next = new ScriptedServer()
  next.credentialOf = server.credentialOf
  await loader.load('s', next)
  assert.deepEqual([server.opened, server.closed], [3, 3])
  await call('ann')
  await loader.unload('s')
  assert.deepEqual([next.opened, next.closed], [2, 2])
  await loader.close()
})

test('an idempotency key is free where credentials were refused', async () => {
  const { loader, call, server } = await openCallers({}, ({ userId }) => userId)
  server.onCall = () => Promise.reject(status('refused', 401))
  const keyed = { idempotencyKey: 'k' }
  assert.equal((await failure(call('ann', keyed))).code, 'AUTH_FAILED')
  server.onCall = () => text('ran')
  assert.equal(await call('ann', keyed), 'ran')
  await loader.close()
})

for (const maxConnections of [0, -1, 1.5, NaN, '5', null, Infinity])
  test(`maxConnections ${maxConnections} is refused`, async () => {
    const { loader } = openScene()
    assert.equal((await failure(loader.load('s', new ScriptedServer(), { maxConnections }))).code, 'INVALID_OPTIONS')
    await loader.close()
  })
