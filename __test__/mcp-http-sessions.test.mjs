// MCP over HTTP: sessions of clients that open with `initialize`.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { createTestRegistry } from 'toolrack/test'
import { CARRIERS, legacy, modern, openSession, served } from './support/mcp-http.mjs'
import { registryOf, tool } from './support/tools.mjs'

const { Sessions } = createRequire(import.meta.url)('../lib/mcp/http/sessions.js')

const CHANGED = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' }
const MINUTE = 60_000

/** A registry with a clock and a tool that waits until it is released or aborted. */
function waiting() {
  const registry = createTestRegistry({ timeoutMs: 60 * MINUTE })
  const calls = []
  registry.register(tool())
  registry.register(
    tool({
      name: 'wait',
      execute: (_, { signal }) =>
        new Promise((resolve) => {
          const call = { release: resolve, isAborted: false }
          signal.addEventListener('abort', () => {
            call.isAborted = true
            resolve()
          })
          calls.push(call)
        }),
    }),
  )
  const begun = async (count) => {
    while (calls.length < count) await new Promise(setImmediate)
  }
  const aborted = async (index) => {
    while (!calls[index].isAborted) await new Promise(setImmediate)
  }
  return { registry, calls, begun, aborted }
}

const get = (session, headers) => ({
  method: 'GET',
  headers: { accept: 'text/event-stream', 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25', ...headers },
})
const end = (session) => ({ method: 'DELETE', headers: { 'mcp-session-id': session } })
const list = (session) => legacy('tools/list', undefined, { id: 'list', session })

function over(name, fact) {
  for (const carrier of Object.keys(CARRIERS)) test(`${carrier}: ${name}`, (t) => fact(t, carrier))
}

over('initialize opens a session with an id of 128 bits', async (t, carrier) => {
  const { ask } = await served(t, registryOf({}), { carrier })
  const ids = await Promise.all([1, 2, 3].map(() => openSession(ask)))
  for (const id of ids) assert.match(id, /^[\w-]{22}$/)
  assert.equal(new Set(ids).size, 3)
  assert.equal((await ask(list(ids[0]))).status, 200)
})

over('the revision of a session is that of its opening, whatever its headers say', async (t, carrier) => {
  const { ask } = await served(t, registryOf({ title: 'Echo' }), { carrier })
  const opening = legacy('initialize', { protocolVersion: '2024-11-05', capabilities: {} })
  const { headers, json } = await ask(opening)
  assert.equal(json.result.protocolVersion, '2024-11-05')
  const { status } = await ask(list(headers['mcp-session-id']))
  assert.equal(status, 200)
})

over('a session that is not known is 404', async (t, carrier) => {
  const { ask } = await served(t, registryOf({}), { carrier })
  const session = await openSession(ask)
  for (const forged of ['x', '__proto__', session.toLowerCase(), `${session}, ${session}`, session.slice(1)]) {
    const ready = legacy('notifications/initialized', undefined, { session: forged })
    delete ready.body.id
    for (const sent of [list(forged), get(forged), end(forged), ready]) assert.equal((await ask(sent)).status, 404)
  }
})

test('a session serves the principal that opened it, and no other one', () => {
  const registry = { closures: { clock: { now: () => 0 } } }
  const sessions = new Sessions({ registry }, { most: 10, idleMs: 1_000 })
  const [ann, bob] = ['ann', 'bob'].map((key) => ({ key }))
  const session = sessions.make(ann)
  sessions.add(session)
  assert.equal(sessions.use(session.id, bob), undefined)
  assert.equal(sessions.use(session.id, { key: '' }), undefined)
  assert.equal(sessions.use(session.id, ann), session)
})

over('DELETE ends a session: its calls abort, its stream ends, its id is 404', async (t, carrier) => {
  const { registry, begun, aborted } = waiting()
  const { ask } = await served(t, registry, { carrier })
  const session = await openSession(ask)
  const { events } = await ask(get(session))
  const call = ask(legacy('tools/call', { name: 'wait' }, { session }))
  await begun(1)
  assert.deepEqual(pick(await ask(end(session))), [204, ''])
  await aborted(0)
  assert.deepEqual(await events.ended(), [])
  assert.equal((await call).status, 200)
  assert.equal((await ask(list(session))).status, 404)
  assert.equal((await ask(end(session))).status, 404)
})

const pick = ({ status, text }) => [status, text]

over('a changed list is told on the stream of a session', async (t, carrier) => {
  const { registry } = waiting()
  const { ask } = await served(t, registry, { carrier })
  const session = await openSession(ask)
  const { status, headers, events } = await ask(get(session))
  assert.deepEqual(
    [status, headers['content-type'], headers['cache-control'], headers['x-accel-buffering']],
    [200, 'text/event-stream', 'no-cache, no-transform', 'no'],
  )
  await events.comment(1)
  await registry.clock.advance(10)
  registry.register(tool({ name: 'more' }))
  await registry.clock.advance(10)
  assert.deepEqual(await events.next(), CHANGED)
})

over('a list that has changed while no stream was open is told at its opening', async (t, carrier) => {
  const { registry } = waiting()
  const { ask } = await served(t, registry, { carrier })
  const session = await openSession(ask)
  registry.register(tool({ name: 'before' }))
  const first = await ask(get(session))
  assert.deepEqual(await first.events.next(), CHANGED)
  first.close()
  await first.events.ended()
  await new Promise(setImmediate)
  registry.register(tool({ name: 'between' }))
  const second = await ask(get(session))
  assert.deepEqual(await second.events.next(), CHANGED)
})

over('a change that was read and undone while no stream was open is told at its opening', async (t, carrier) => {
  const { registry } = waiting()
  const { ask } = await served(t, registry, { carrier })
  const session = await openSession(ask)
  registry.register(tool({ name: 'between' }))
  await ask(legacy('tools/list', {}, { session }))
  registry.unregister('between')
  const { events } = await ask(get(session))
  assert.deepEqual(await events.next(), CHANGED)
})

over('a change that nobody has read, and was undone while no stream was open, is none', async (t, carrier) => {
  const { registry } = waiting()
  const { ask } = await served(t, registry, { carrier })
  const session = await openSession(ask)
  registry.register(tool({ name: 'between' }))
  registry.unregister('between')
  const { events, close } = await ask(get(session))
  await registry.clock.advance(2_000)
  await ask({ method: 'DELETE', headers: { 'mcp-session-id': session } })
  assert.deepEqual(await events.ended(), [])
  close()
})

over('a second stream replaces the first', async (t, carrier) => {
  const { registry } = waiting()
  const { ask } = await served(t, registry, { carrier })
  const session = await openSession(ask)
  const first = await ask(get(session))
  const second = await ask(get(session))
  assert.deepEqual(await first.events.ended(), [])
  await registry.clock.advance(10)
  registry.register(tool({ name: 'more' }))
  await registry.clock.advance(10)
  assert.deepEqual(await second.events.next(), CHANGED)
})

over('a stream that is no stream of events is 406', async (t, carrier) => {
  const { ask } = await served(t, registryOf({}), { carrier })
  const session = await openSession(ask)
  assert.equal((await ask(get(session, { accept: 'application/json' }))).status, 406)
})

over('a cancelled call ends without a message, and its tool aborts', async (t, carrier) => {
  const { registry, begun, aborted } = waiting()
  const { ask } = await served(t, registry, { carrier })
  const [session, other] = [await openSession(ask), await openSession(ask)]
  const call = ask(legacy('tools/call', { name: 'wait' }, { id: 9, session }))
  await begun(1)
  const cancel = (from) => {
    const sent = legacy('notifications/cancelled', { requestId: 9 }, { session: from })
    delete sent.body.id
    return ask(sent)
  }
  // Another session has no call of this id.
  assert.equal((await cancel(other)).status, 202)
  assert.equal((await cancel(session)).status, 202)
  await aborted(0)
  assert.deepEqual(pick(await call), [200, ''])
})

over('a session lasts 30 minutes without a request', async (t, carrier) => {
  const { registry } = waiting()
  const { ask } = await served(t, registry, { carrier })
  const session = await openSession(ask)
  await registry.clock.advance(30 * MINUTE)
  assert.equal((await ask(list(session))).status, 200)
  await registry.clock.advance(30 * MINUTE)
  assert.equal((await ask(list(session))).status, 200)
  await registry.clock.advance(30 * MINUTE + 1)
  assert.equal((await ask(list(session))).status, 404)
})

over('a session with a call or a stream is not idle', async (t, carrier) => {
  const { registry, begun, calls } = waiting()
  const { ask } = await served(t, registry, { carrier, wireLimits: { idleMs: 1_000 } })
  const [calling, streaming] = [await openSession(ask), await openSession(ask)]
  const call = ask(legacy('tools/call', { name: 'wait' }, { session: calling }))
  const { events } = await ask(get(streaming))
  await begun(1)
  await registry.clock.advance(2_000)
  assert.equal((await ask(list(calling))).status, 200)
  assert.equal((await ask(list(streaming))).status, 200)
  calls[0].release('done')
  assert.equal((await call).json.result.content[0].text, 'done')
  assert.equal(events.isEnded, false)
})

over('at the limit the session goes that is idle for the longest time', async (t, carrier) => {
  const { registry, begun } = waiting()
  const { ask } = await served(t, registry, { carrier, wireLimits: { sessions: 3 } })
  const [a, b, c] = [await openSession(ask), await openSession(ask), await openSession(ask)]
  void ask(legacy('tools/call', { name: 'wait' }, { session: a }))
  await begun(1)
  await ask(list(b))
  const d = await openSession(ask)
  const statuses = await Promise.all([a, b, c, d].map(async (id) => (await ask(list(id))).status))
  assert.deepEqual(statuses, [200, 200, 404, 200])
})

test('a session is idle from the end of its stream or its call on', async (t) => {
  const { registry, calls, begun } = waiting()
  const { ask } = await served(t, registry, { carrier: 'fetch', wireLimits: { sessions: 3, idleMs: 30 * MINUTE } })
  const streaming = await openSession(ask)
  const { events, close } = await ask(get(streaming))
  const calling = await openSession(ask)
  const call = ask(legacy('tools/call', { name: 'wait' }, { session: calling }))
  await begun(1)
  const idle = await openSession(ask)
  await registry.clock.advance(20 * MINUTE)
  close()
  await events.ended()
  calls[0].release()
  await call
  const another = await openSession(ask)
  assert.equal((await ask(list(idle))).status, 404)
  await registry.clock.advance(20 * MINUTE)
  for (const session of [streaming, calling, another]) assert.equal((await ask(list(session))).status, 200)
})

over('where all sessions are in use, a further one is 503', async (t, carrier) => {
  const { registry } = waiting()
  const { ask } = await served(t, registry, { carrier, wireLimits: { sessions: 1 } })
  const session = await openSession(ask)
  await ask(get(session))
  const { status, json, headers } = await ask(legacy('initialize', { protocolVersion: '2025-11-25' }))
  assert.deepEqual([status, json.error.code, headers['mcp-session-id']], [503, -32603, undefined])
  assert.equal((await ask(list(session))).status, 200)
})

over('more streams than the limit are 503', async (t, carrier) => {
  const { registry } = waiting()
  const { ask } = await served(t, registry, { carrier, wireLimits: { streams: 1 } })
  const [a, b] = [await openSession(ask), await openSession(ask)]
  const first = await ask(get(a))
  assert.equal((await ask(get(b))).status, 503)
  await ask(end(a))
  await first.events.ended()
  assert.equal((await ask(get(b))).status, 200)
})

over('with sessions: false there is no id, and GET and DELETE are 405', async (t, carrier) => {
  const { ask } = await served(t, registryOf({}), { carrier, sessions: false })
  const { headers, json } = await ask(legacy('initialize', { protocolVersion: '2025-11-25' }))
  assert.equal(headers['mcp-session-id'], undefined)
  assert.deepEqual(json.result.capabilities, { tools: {} })
  assert.equal((await ask(list('made-up'))).status, 200)
  for (const sent of [get('made-up'), end('made-up')]) {
    const { status, headers: answered } = await ask(sent)
    assert.deepEqual([status, answered.allow], [405, 'POST'])
  }
})

over('a modern request never sees a session', async (t, carrier) => {
  const { ask } = await served(t, registryOf({}), { carrier })
  const headers = { 'mcp-session-id': 'made-up' }
  const answer = await ask(modern('tools/call', { name: 'echo' }, { headers }))
  assert.deepEqual([answer.status, answer.headers['mcp-session-id']], [200, undefined])
  const initialize = await ask(modern('initialize'))
  assert.deepEqual([initialize.status, initialize.headers['mcp-session-id']], [404, undefined])
})

over('three calls at once in one session are answered each by its own', async (t, carrier) => {
  const { ask } = await served(t, registryOf({}), { carrier })
  const session = await openSession(ask)
  const answers = await Promise.all(
    [1, 2, 3].map((id) => ask(legacy('tools/call', { name: 'echo', arguments: { id } }, { id, session }))),
  )
  assert.deepEqual(
    answers.map(({ json }) => [json.id, json.result.structuredContent.id]),
    [1, 2, 3].map((id) => [id, id]),
  )
})
