// MCP: faults of the server itself, such as a filter that throws: told to the program, and survived.
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { createMcpServer } from 'toolrack/mcp'
import { createTestRegistry } from 'toolrack/test'
import { ERAS, LineClient } from './support/mcp-client.mjs'
import { CARRIERS, legacy, modern, openSession, served } from './support/mcp-http.mjs'
import { tool } from './support/tools.mjs'

const CHANGED = 'notifications/tools/list_changed'
const LISTEN = modern('subscriptions/listen', { notifications: { toolsListChanged: true } }, { id: 'sub' })

/** A registry with a clock, a filter that throws while it is broken, and what `onError` was told. */
function failing() {
  const registry = createTestRegistry()
  registry.register(tool({ name: 'first' }))
  const state = { isBroken: false, told: [] }
  const predicate = () => {
    if (state.isBroken) throw new Error('the database is down')
    return true
  }
  const onError = (error, method) => state.told.push([error.code, method])
  return { registry, state, options: { filter: { predicate }, onError } }
}

/** Changes the list while it cannot be made, and then once more. */
async function breakAndMend(registry, state) {
  await registry.clock.advance(10)
  state.isBroken = true
  registry.register(tool({ name: 'second' }))
  await registry.clock.advance(10)
  assert.deepEqual(state.told, [['INVALID_OPTIONS', CHANGED]])
  state.isBroken = false
  registry.register(tool({ name: 'third' }))
  await registry.clock.advance(10)
}

function over(name, fact) {
  for (const carrier of Object.keys(CARRIERS)) test(`${carrier}: ${name}`, (t) => fact(t, carrier))
}

over('a filter that throws at a change is told, and the next change is notified', async (t, carrier) => {
  const { registry, state, options } = failing()
  const { ask } = await served(t, registry, { carrier, ...options })
  const { events } = await ask(LISTEN)
  await events.next()
  await breakAndMend(registry, state)
  assert.equal((await events.next()).method, CHANGED)
})

over('a filter that throws at a change ends no stream of a session', async (t, carrier) => {
  const { registry, state, options } = failing()
  const { ask } = await served(t, registry, { carrier, ...options })
  const session = await openSession(ask)
  const { events } = await ask({ method: 'GET', headers: { accept: 'text/event-stream', 'mcp-session-id': session } })
  await breakAndMend(registry, state)
  assert.equal((await events.next()).method, CHANGED)
})

for (const era of Object.keys(ERAS))
  test(`stdio, ${era}: a filter that throws at a change is told, and the next change is notified`, async (t) => {
    const { registry, state, options } = failing()
    const [input, output] = [new PassThrough(), new PassThrough()]
    const server = createMcpServer(registry, options)
    const ended = server.stdio({ input, output })
    t.after(async () => {
      await server.close()
      await ended
    })
    const client = new LineClient(input, output)
    await ERAS[era].open(client)
    if (era === 'legacy') await client.call(era, 'ping')
    else {
      client.send({ id: 'sub', ...LISTEN.body })
      await client.next(({ method }) => method === 'notifications/subscriptions/acknowledged')
    }
    await breakAndMend(registry, state)
    await client.next(({ method }) => method === CHANGED)
  })

const AUTH = {
  resource: 'http://127.0.0.1/mcp',
  authorizationServers: ['https://issuer.example'],
  verify: (token) => {
    if (token === 'bad') throw new Error('no keys')
    return { subject: token, scopes: [] }
  },
}
const CALL = modern('tools/call', { name: 'first' }, { id: 'of a call' })
const withToken = (token) => ({ ...CALL, headers: { ...CALL.headers, authorization: `Bearer ${token}` } })
const thrower = () => {
  throw new RangeError('no caller')
}

/** Faults of a request: its status, the id of its answer, and the method that the program is told. */
const FAULTS = {
  'headers that cannot be compared': [CALL, {}, [200, 'of a call', 'tools/call']],
  'scopes that cannot be read': [
    withToken('ann'),
    { auth: { ...AUTH, unscoped: 'tell' } },
    [200, 'of a call', 'tools/call'],
  ],
  'a context that throws': [CALL, { context: thrower }, [500, undefined, 'POST']],
  'a filter that throws': [CALL, { filter: thrower }, [500, undefined, 'POST']],
  'a token that cannot be verified': [withToken('bad'), { auth: AUTH }, [503, undefined, 'POST']],
}

for (const [what, [request, more, [status, id, method]]] of Object.entries(FAULTS))
  over(`${what}: ${status} with a call id that the program is told`, async (t, carrier) => {
    const { registry, state, options } = failing()
    state.isBroken = true
    const told = []
    const onError = (error, ...all) => {
      told.push(all)
      throw error
    }
    const { ask } = await served(t, registry, { carrier, ...options, ...more, onError })
    const answer = await ask(request)
    const [[named, callId]] = told
    assert.deepEqual([answer.status, answer.json.id, named, told.length], [status, id, method, 1])
    assert.match(callId, /./)
    assert.ok(answer.json.error.message.includes(`call id ${callId}`), answer.json.error.message)
  })

over('a notification that fails is 500 with a call id, and its method is told', async (t, carrier) => {
  const { registry, state, options } = failing()
  const { ask } = await served(t, registry, { carrier, ...options })
  const session = await openSession(ask)
  registry.register(tool({ name: 'second' }))
  state.isBroken = true
  const ready = legacy('notifications/initialized', undefined, { session })
  delete ready.body.id
  const { status, json } = await ask(ready)
  assert.deepEqual([status, json.error.code, 'id' in json], [500, -32603, false])
  assert.deepEqual(state.told, [['INVALID_OPTIONS', 'notifications/initialized']])
})

over('a stream of a list that cannot be made is -32603 before the acknowledgement', async (t, carrier) => {
  const { registry, state, options } = failing()
  state.isBroken = true
  const { ask } = await served(t, registry, { carrier, ...options, wireLimits: { streams: 1 } })
  const { json } = await ask(LISTEN)
  assert.deepEqual([json.id, json.error.code], ['sub', -32603])
  assert.deepEqual(state.told, [['INVALID_OPTIONS', 'subscriptions/listen']])
  state.isBroken = false
  // It counts as no open stream.
  assert.ok((await ask(LISTEN)).events)
})

for (const [how, onError] of [
  ['throws', () => assert.fail('the logger is down')],
  ['rejects', () => Promise.reject(new Error('the logger is down'))],
])
  over(`a listener of faults that ${how} changes nothing`, async (t, carrier) => {
    const { registry, state, options } = failing()
    state.isBroken = true
    const { ask } = await served(t, registry, { carrier, ...options, onError })
    const { json } = await ask(modern('tools/list'))
    assert.equal(json.error.code, -32603)
    // A rejection that nobody handles is a failure of the test from the next turn on.
    await new Promise(setImmediate)
  })
