// A thousand seeded rounds of faults over HTTP: calls are sent once, other servers answer, and nothing is left.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectorOf } from '../../lib/mcp/client/connect.js'
import { ERAS, json, message, plain, serve, stream } from '../support/mcp-http-misbehaviour.mjs'
import { call, misbehaving, never, open, until } from '../support/mcp-upstream.mjs'

const ROUNDS = 1_000
const SEED = Number(process.env.TOOLRACK_SEED ?? 20_260_728)
const KINDS = ['down', 'lost', 'refused', 'timeout', 'aborted', 'protocol']

/** A generator of numbers below a limit, the same for a seed. */
function numbers(seed) {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Everything that a server may do instead of an answer. */
const misdeeds = (next) => [
  () => {},
  (_, response) => response.destroy(),
  plain([301, 307, 400, 401, 403, 404, 429, 500, 502, 503][next(10)], 'x'.repeat(next(200_000))),
  plain(200, '<html>', { 'content-type': 'text/html' }),
  plain(200, '{"jsonrpc":"2.0","id":', { 'content-type': 'application/json' }),
  plain(200, 'x'.repeat(2_000_000), { 'content-type': 'application/json' }),
  plain(200, `data: ${'x'.repeat(2_000_000)}`, { 'content-type': 'text/event-stream' }),
  plain(200, message({ id: next(50), result: {} }), { 'content-type': 'application/json' }),
  json({ error: { code: -32000 - next(100), message: 'no' } }, { status: next(2) === 0 ? 200 : 400 }),
  stream((send, { id }) => {
    for (let at = 0; at < next(100); at++) send({ method: 'notifications/tools/list_changed' })
    send({ id: id + 1, result: {} })
  }),
  stream((_, __, response) => setTimeout(() => response.destroy(), next(10))),
  (_, response) => response.socket?.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ'),
]

/** Handlers of an era, some of which misbehave. */
function handlersOf(next) {
  const handlers = { ...ERAS[next(2) === 0 ? 'modern' : 'legacy'] }
  const methods = Object.keys(handlers)
  for (let count = next(3); count >= 0; count--) {
    const all = misdeeds(next)
    handlers[methods[next(methods.length)]] = all[next(all.length)]
  }
  return handlers
}

const outcomeOf = (work) =>
  work.then(
    () => 'done',
    ({ kind }) => kind,
  )

test('a_thousand_rounds_of_faults_leave_nothing', async (t) => {
  const next = numbers(SEED)
  const good = await open(t, { url: (await serve(t, ERAS.modern)).url })
  const program = await open(t, misbehaving('legacy'))
  const seen = new Map()
  let before
  for (let round = 0; round < ROUNDS; round++) {
    const ending = []
    const bad = await serve({ after: (end) => ending.push(end) }, handlersOf(next))
    const limits = { messageBytes: 1 << 20, connectMs: 60, pageMs: 60 }
    const opening = connectorOf({ url: bad.url, limits, eraFirst: next(2) === 0 ? 'modern' : 'legacy' })(never)
    const connection = await opening.catch(({ kind }) => assert.ok(KINDS.includes(kind), `round ${round}: ${kind}`))
    if (connection !== undefined) {
      const calls = Array.from({ length: 3 }, (_, at) => call(connection, 'echo', { at }, { timeoutMs: 60 }))
      const outcomes = await Promise.all([...calls, connection.listTools(never)].map(outcomeOf))
      for (const outcome of outcomes) {
        assert.ok(outcome === 'done' || KINDS.includes(outcome), `round ${round}: ${outcome}`)
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1)
      }
      // Whatever happened, no call came twice; redirects are the same request.
      const sent = bad.seen.filter(({ method, path }) => method === 'tools/call' && path === '/mcp')
      assert.ok(sent.length <= 3, `round ${round}: ${sent.length} calls`)
      await connection.close()
    }
    if (round % 20 === 0)
      for (const one of [good, program])
        assert.equal((await call(one, 'echo', { round })).content[0].text, `{"round":${round}}`)
    await until(() => bad.sockets.size === 0)
    for (const end of ending) end()
    if (round === 200) before = memory()
  }
  assert.ok(seen.size >= 5, JSON.stringify([...seen]))
  const grown = memory() - before
  assert.ok(grown < 32 << 20, `${grown >> 20} MiB more`)
})

/** The bytes in use. Collected where the test runs with `--expose-gc`. */
function memory() {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
