// toolrack/test: everything that a registry measures by time follows the clock of a test, and nothing waits.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { createTestRegistry } from 'toolrack/test'
import { document } from './support/documents.mjs'
import { codeOf, never, refusal, tool } from './support/tools.mjs'
import { SECRET, post, served, standard, BODY } from './support/webhooks.mjs'

/** A registry with tools. */
function registryOf(options, ...tools) {
  const registry = createTestRegistry(options)
  for (const one of tools) registry.register(tool(one))
  return registry
}

/** A loaded document whose API is a function. */
async function apiOf(fetch, options, loadOptions, source = document(['get'])) {
  const registry = createTestRegistry(options)
  const loader = new SpecLoader(registry, { fetch })
  const base = { name: 'api', baseUrl: 'https://api.example' }
  await loader.load(source, { ...base, ...loadOptions })
  return { registry, loader, clock: registry.clock }
}

/** An API that answers with these statuses, one after the other, then with 200. */
const statuses =
  (...list) =>
  () =>
    Response.json({ fine: true }, { status: list.shift() ?? 200 })

test('a test registry is a ToolRegistry with all options', async () => {
  const registry = registryOf({ onConflict: 'replace', now: new Date(5_000) }, {}, {})
  assert.ok(registry instanceof ToolRegistry)
  assert.deepEqual([registry.size, registry.clock.now, registry.get('echo').registeredAt], [1, 5_000, 5_000])
  assert.equal(await codeOf(() => createTestRegistry({ onConflict: 'maybe' })), 'INVALID_OPTIONS')
  assert.equal(await codeOf(() => createTestRegistry({ clocks: 1 })), 'INVALID_OPTIONS')
  registry.close()
})

test('the clock begins at the present, and stands still', async () => {
  const before = Date.now()
  const { clock } = createTestRegistry()
  assert.ok(clock.now >= before && clock.now <= Date.now())
  const at = clock.now
  await new Promise((resolve) => setTimeout(resolve, 2))
  assert.equal(clock.now, at)
  await clock.advance(0.5)
  assert.equal(clock.now, at + 0.5)
})

test('a rate limit is free again when the clock says so', async () => {
  const registry = registryOf({ enforceRateLimits: true }, { rateLimit: 2, callLimits: { burst: 1 } })
  await registry.execute('echo')
  assert.equal((await refusal(() => registry.execute('echo'))).details.retryAfterMs, 30_000)
  await registry.clock.advance(29_999)
  assert.equal((await refusal(() => registry.execute('echo'))).details.retryAfterMs, 1)
  await registry.clock.advance(1)
  await registry.execute('echo')
})

test('an advance while nothing runs is there at once', async () => {
  const registry = registryOf({ enforceRateLimits: true }, { rateLimit: 1, execute: () => 'now' })
  await registry.execute('echo')
  registry.clock.advance(60_000)
  assert.equal(await registry.execute('echo'), 'now')
})

test('the timeout of a closure, and that of one which waits for its turn', async () => {
  const registry = registryOf({ timeoutMs: 5_000 }, { execute: never, callLimits: { concurrency: 1 } })
  let aborted
  registry.register(
    tool({ name: 'own', execute: (_, { signal }) => ((signal.onabort = () => (aborted = true)), never()) }),
  )
  const calls = [
    refusal(() => registry.execute('echo')),
    refusal(() => registry.execute('echo', {}, { timeoutMs: 1_000 })),
    refusal(() => registry.execute('own', {}, { timeoutMs: 3_000 })),
  ]
  const over = []
  calls.forEach((call, i) => call.then(({ code }) => over.push([i, code, registry.clock.now])))
  const start = registry.clock.now
  await registry.clock.advance(4_999)
  assert.deepEqual(over, [
    [1, 'TIMEOUT', start + 1_000],
    [2, 'TIMEOUT', start + 3_000],
  ])
  assert.ok(aborted)
  await registry.clock.advance(1)
  assert.deepEqual(over[2], [0, 'TIMEOUT', start + 5_000])
})

test('retries have their pauses by the clock, and Retry-After its date', async () => {
  const { registry, clock } = await apiOf(statuses(503, 503))
  const call = registry.execute('get')
  await clock.advance(200 + 400)
  assert.deepEqual(await call, { fine: true })

  const now = Date.UTC(2030, 0, 1)
  const answers = [
    new Response(null, { status: 429, headers: { 'retry-after': new Date(now + 30_000).toUTCString() } }),
  ]
  const dated = await apiOf(() => answers.shift() ?? Response.json(1), { now })
  const later = dated.registry.execute('get')
  let isDone = false
  later.then(() => (isDone = true))
  await dated.clock.advance(29_999)
  assert.equal(isDone, false)
  await dated.clock.advance(1)
  assert.equal(await later, 1)
})

test('an HTTP operation times out, and so does one whose API hangs between retries', async () => {
  const { registry, clock } = await apiOf(never)
  const call = refusal(() => registry.execute('get', {}, { timeoutMs: 20_000 }))
  await clock.advance(20_000)
  const { code, details } = await call
  assert.deepEqual([code, details.timeoutMs], ['TIMEOUT', 20_000])
})

test('a circuit breaker opens and closes by the clock', async () => {
  const callLimits = { retries: 0, breaker: { failures: 2, windowMs: 10_000, openMs: 30_000 } }
  const { registry, clock } = await apiOf(statuses(503, 503, 200, 503, 503, 503), {}, { callLimits })
  const codes = async (count) => {
    const list = []
    for (let i = 0; i < count; i++)
      list.push(
        await registry.execute('get').then(
          () => 'ok',
          ({ code }) => code,
        ),
      )
    return list
  }
  assert.deepEqual(await codes(3), ['HTTP_FAILED', 'HTTP_FAILED', 'CIRCUIT_OPEN'])
  await clock.advance(30_000)
  assert.deepEqual(await codes(2), ['ok', 'HTTP_FAILED'])
  await clock.advance(10_001)
  assert.deepEqual(await codes(1), ['HTTP_FAILED'], 'the failure before counts no more')
})

test('an idempotency key is forgotten after its time', async () => {
  let made = 0
  const registry = registryOf({ callLimits: { idempotencyMs: 3_600_000 } }, { execute: () => ++made })
  const pay = () => registry.execute('echo', {}, { idempotencyKey: 'a' })
  assert.deepEqual([await pay(), await pay()], [1, 1])
  await registry.clock.advance(3_599_999)
  assert.equal(await pay(), 1)
  await registry.clock.advance(1)
  assert.equal(await pay(), 2)
})

test('a token of a credential function lives as long as the clock says', async () => {
  const sent = []
  const source = document(['get'], {
    get: { security: [{ bearer: [] }] },
  })
  source.components = { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } }
  const fetch = (_, { headers }) => (sent.push(headers.authorization), Response.json(1))
  let given = 0
  let clock
  const bearer = () => ({ token: `token-${++given}`, expiresAt: clock.now + 600_000 })
  const made = await apiOf(fetch, {}, { auth: { bearer } }, source)
  clock = made.clock
  await made.registry.execute('get')
  await clock.advance(500_000)
  await made.registry.execute('get')
  await clock.advance(100_000)
  await made.registry.execute('get')
  assert.deepEqual(sent, ['Bearer token-1', 'Bearer token-1', 'Bearer token-2'])
})

test('a token of a token endpoint is requested again when it has expired by the clock', async () => {
  const requests = []
  const source = document(['get'], { get: { security: [{ oauth: [] }] } })
  const flows = { clientCredentials: { tokenUrl: 'https://api.example/token', scopes: {} } }
  source.components = { securitySchemes: { oauth: { type: 'oauth2', flows } } }
  const fetch = (url, { headers }) => {
    if (url.endsWith('/token')) return Response.json({ access_token: `t${requests.length}`, expires_in: 3_600 })
    requests.push(headers.authorization)
    return Response.json(1)
  }
  const auth = { oauth: { clientId: 'me', clientSecret: 'hush' } }
  const { registry, clock } = await apiOf(fetch, {}, { auth }, source)
  for (const ms of [0, 3_000_000, 600_000]) {
    await clock.advance(ms)
    await registry.execute('get')
  }
  assert.deepEqual(requests, ['Bearer t0', 'Bearer t0', 'Bearer t2'])
})

test('a version fallback counts the failures in its window by the clock', async () => {
  const registry = createTestRegistry()
  const hosts = []
  const statuses = [500, 200, 200, 500, 500]
  const fetch = (url) => (hosts.push(new URL(url).host), Response.json(1, { status: statuses.shift() ?? 200 }))
  const loader = new SpecLoader(registry, { fetch })
  for (const version of ['1', '2'])
    await loader.load(document(['get']), { name: `api@${version}`, baseUrl: `https://v${version}.example` })
  registry.route('api', { use: '2', fallback: { failureRate: 0.4, windowMs: 60_000, minCalls: 3 } })
  const call = () => registry.execute('get').catch(() => undefined)
  await call()
  await registry.clock.advance(61_000)
  // The second failure would be half of the calls, did the first one still count.
  for (let i = 0; i < 5; i++) await call()
  assert.deepEqual(hosts, [...Array(5).fill('v2.example'), 'v1.example'])
})

test('a held change expires by the clock', async () => {
  const gates = { widening: 'hold', holdMs: 86_400_000 }
  const { registry, loader, clock } = await apiOf(statuses(), {}, { gates })
  const settled = []
  registry.on('settled', ({ outcome }) => settled.push([outcome, clock.now]))
  await loader.load(document(['get', 'more']), { name: 'api', baseUrl: 'https://api.example', gates })
  const [{ heldAt, expiresAt }] = loader.held()
  assert.deepEqual([heldAt, expiresAt], [clock.now, clock.now + 86_400_000])
  await clock.advance(86_400_000 - 1)
  assert.deepEqual(settled, [])
  await clock.advance(2)
  assert.equal(settled.length, 1)
  assert.deepEqual(loader.held(), [])
})

test('a custom gate that does not answer holds the change when its time is over', async () => {
  const { loader, clock } = await apiOf(statuses())
  const loading = loader.load(document(['other']), { name: 'other', gates: { custom: never, timeoutMs: 60_000 } })
  await clock.advance(60_000)
  const { held, holdId } = await loading
  assert.deepEqual([held, typeof holdId], [['other'], 'string'])
})

test('the deliveries of a webhook are timely by the clock', async (t) => {
  const { loader, clock } = await apiOf(statuses(), { now: Date.UTC(2030, 0, 1) })
  const url = await served(t, loader.webhook({ secrets: [SECRET], source: 'api', respond: 'immediately' }))
  const deliver = async (at) => (await post(url, BODY, standard(BODY, { id: `msg_${at}`, at }))).status
  assert.equal(await deliver(clock.now), 202)
  assert.equal(await deliver(Date.now()), 401)
})

test('durations of calls are those of the clock', async () => {
  const registry = createTestRegistry()
  registry.register(tool({ execute: () => registry.clock.advance(250) }))
  assert.equal((await registry.call('echo')).durationMs, 250)
})

test('two registries of one clock move together', async () => {
  const first = registryOf({}, { execute: never })
  const second = registryOf({ clock: first.clock }, { execute: never })
  const calls = [first, second].map((registry) => codeOf(() => registry.execute('echo', {}, { timeoutMs: 1_000 })))
  assert.equal(second.clock, first.clock)
  await second.clock.advance(1_000)
  assert.deepEqual(await Promise.all(calls), ['TIMEOUT', 'TIMEOUT'])
})

test('advance(0) waits for a call that its caller has not made yet', async () => {
  const registry = registryOf({}, { execute: never })
  const agent = async () => {
    for (let i = 0; i < 4; i++) await Promise.resolve()
    return codeOf(() => registry.execute('echo', {}, { timeoutMs: 50 }))
  }
  const call = agent()
  await registry.clock.advance(0)
  await registry.clock.advance(50)
  assert.equal(registry.calls()[0].outcome, 'TIMEOUT')
  assert.equal(await call, 'TIMEOUT')
})

test('advances follow each other, in the order in which they were asked for', async () => {
  const registry = registryOf({}, { execute: never })
  const call = codeOf(() => registry.execute('echo', {}, { timeoutMs: 300 }))
  const start = registry.clock.now
  const moves = [100, 100, 100].map((ms) => registry.clock.advance(ms))
  await Promise.all(moves)
  assert.deepEqual([await call, registry.clock.now], ['TIMEOUT', start + 300])
})

test('fake timers of a test runner do not stop the clock', async (t) => {
  t.mock.timers.enable()
  const registry = registryOf({}, { execute: never })
  const call = codeOf(() => registry.execute('echo', {}, { timeoutMs: 300 }))
  await registry.clock.advance(300)
  assert.equal(await call, 'TIMEOUT')
})

test('what is no time and no clock is refused', async () => {
  const { clock } = createTestRegistry()
  for (const ms of [-1, NaN, Infinity, '5', undefined, null, 5n, {}])
    assert.equal(await codeOf(() => clock.advance(ms)), 'INVALID_OPTIONS', String(ms))
  for (const now of [-1, NaN, '2030', {}, new Date(NaN), null])
    assert.equal(await codeOf(() => createTestRegistry({ now })), 'INVALID_OPTIONS', String(now))
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  for (const given of [{}, { now: 5, advance() {} }, 5, null, proxy, new Proxy(clock, {})])
    assert.equal(await codeOf(() => createTestRegistry({ clock: given })), 'INVALID_OPTIONS')
  assert.equal(await codeOf(() => createTestRegistry({ clock, now: 5 })), 'INVALID_OPTIONS')
  assert.equal(await codeOf(() => createTestRegistry(proxy)), 'INVALID_OPTIONS')
})

test('a registry takes no clock by its own options, nor by a second argument', async () => {
  const { clock } = createTestRegistry()
  assert.equal(await codeOf(() => new ToolRegistry({ clock })), 'INVALID_OPTIONS')
  const registry = new ToolRegistry({ enforceRateLimits: true }, { clock })
  registry.register(tool({ rateLimit: 1 }))
  await registry.execute('echo')
  await clock.advance(60_000)
  assert.equal(await codeOf(() => registry.execute('echo')), 'RATE_LIMITED')
})
