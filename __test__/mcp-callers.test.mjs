// MCP over HTTP: callers that the function `context` tells apart: sessions and limits are theirs alone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestRegistry } from 'toolrack/test'
import { CARRIERS, ERAS, legacy, openSession, served } from './support/mcp-http.mjs'
import { registryOf, tool } from './support/tools.mjs'

/** Who a header names. */
const CALLERS = {
  ann: { userId: 'ann' },
  'ann once more': { userId: 'ann', auditingId: 'of another request', metadata: { trace: 1 } },
  bob: { userId: 'bob' },
  'ann of t1': { userId: 'ann', metadata: { tenant: 't1' } },
  'ann of t2': { userId: 'ann', metadata: { tenant: 't2' } },
  'ann, as of t1': { userId: 'ann\n"t1"' },
  'number 7': { userId: 7 },
  'text 7': { userId: '7' },
  'bigint 7': { userId: 7n },
  'half of a surrogate pair': { userId: '\ud800' },
  'another half': { userId: '\ud801' },
  'a prototype': { userId: '__proto__' },
  'nobody of t1': { metadata: { tenant: 't1' } },
  nobody: {},
  'nothing at all': undefined,
  'an empty id': { userId: ' \u200b' },
  zero: { userId: 0 },
  'an object': { userId: { id: 7 } },
}
/** Those who are one caller. */
const SAME = { 'ann once more': 'ann' }
for (const name of ['nothing at all', 'an empty id', 'zero', 'an object']) SAME[name] = 'nobody'
const callerOf = (name) => SAME[name] ?? name

const context = ({ headers }) => CALLERS[headers['x-caller']]
const as = (name, more) => ({ headers: { 'x-caller': name, ...more } })

function over(name, fact) {
  for (const carrier of Object.keys(CARRIERS)) test(`${carrier}: ${name}`, (t) => fact(t, carrier))
}

over('a session serves the caller that has opened it, and is unknown to others', async (t, carrier) => {
  const { ask } = await served(t, registryOf({}), { carrier, context })
  for (const owner of Object.keys(CALLERS)) {
    const session = await openSession(ask, as(owner))
    for (const other of Object.keys(CALLERS)) {
      const { status } = await ask(legacy('tools/list', {}, { session, ...as(other) }))
      assert.equal(status, callerOf(owner) === callerOf(other) ? 200 : 404, `${other} in the session of ${owner}`)
    }
  }
})

over('nobody else cancels a call of a session, reads its stream or ends it', async (t, carrier) => {
  const registry = createTestRegistry()
  let began, aborted
  const hasBegun = new Promise((resolve) => (began = resolve))
  const isAborted = new Promise((resolve) => (aborted = resolve))
  const execute = (_, { signal }) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(aborted()))
      began(signal)
    })
  registry.register(tool({ name: 'wait', execute }))
  const { ask } = await served(t, registry, { carrier, context })
  const session = await openSession(ask, as('ann'))
  const call = ask(legacy('tools/call', { name: 'wait' }, { id: 7, session, ...as('ann') }))
  const signal = await hasBegun
  const cancel = (name) => {
    const message = legacy('notifications/cancelled', { requestId: 7 }, { session, ...as(name) })
    delete message.body.id
    return ask(message)
  }
  assert.equal((await cancel('bob')).status, 404)
  for (const method of ['GET', 'DELETE']) {
    const { headers } = as('bob', { 'mcp-session-id': session, accept: 'text/event-stream' })
    assert.equal((await ask({ method, headers })).status, 404)
  }
  assert.equal(signal.aborted, false)
  assert.equal((await cancel('ann')).status, 202)
  await isAborted
  await call
})

for (const [era, message] of Object.entries(ERAS))
  over(`${era}: a caller at its limit leaves the calls of others alone`, async (t, carrier) => {
    const registry = createTestRegistry()
    const began = []
    const execute = () => new Promise((resolve) => began.push(resolve))
    registry.register(tool({ name: 'hold', execute }))
    const { ask } = await served(t, registry, { carrier, context, wireLimits: { callsEach: 1 } })
    const call = async (name) => (await ask(message('tools/call', { name: 'hold' }, as(name)))).json.result
    const names = ['ann', 'bob', 'ann of t1', 'ann of t2', 'number 7', 'text 7', 'nobody of t1', 'nobody', 'nobody']
    const calls = names.map((name) => call(name))
    while (began.length < names.length) await new Promise(setImmediate)
    for (const name of ['ann', 'ann once more', 'number 7', 'nobody of t1'])
      assert.match((await call(name)).content[0].text, /RATE_LIMITED/, name)
    for (const resolve of began) resolve('free')
    for (const { isError } of await Promise.all(calls)) assert.equal(isError, undefined)
  })

over('whom a gateway with a token asks for has sessions of its own', async (t, carrier) => {
  const verify = (token) => ({ subject: token, scopes: [] })
  const auth = { resource: 'http://127.0.0.1/mcp', authorizationServers: ['https://issuer.example'], verify }
  const { ask } = await served(t, registryOf({}), { carrier, context, auth })
  const by = (token, name) => as(name, { authorization: `Bearer ${token}` })
  const session = await openSession(ask, by('gateway', 'ann'))
  const statusOf = async (over) => (await ask(legacy('tools/list', {}, { session, ...over }))).status
  assert.equal(await statusOf(by('gateway', 'ann once more')), 200)
  assert.equal(await statusOf(by('gateway', 'bob')), 404)
  assert.equal(await statusOf(by('other', 'ann')), 404)
  assert.equal(await statusOf(by('gateway', 'nobody')), 404)
})
