// Connections over stdio to servers of either era, and to servers that agree on nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectorOf } from '../lib/mcp/client/connect.js'
import { call, event, misbehaving, never, open } from './support/mcp-upstream.mjs'

/** Which era and revision a connection has, whatever era is tried first. */
const AGREEMENTS = {
  legacy: ['legacy', '2025-11-25'],
  modern: ['modern', '2026-07-28'],
  old: ['legacy', '2024-11-05'],
  ends_on_discover: ['legacy', '2025-11-25'],
  silent_on_discover: ['legacy', '2025-11-25'],
  discovers_nonsense: ['legacy', '2025-11-25'],
  refuses_discover_oddly: ['legacy', '2025-11-25'],
  discovers_legacy: ['legacy', '2025-11-25'],
  unsupported_legacy: ['legacy', '2025-11-25'],
  refuses_subscriptions: ['modern', '2026-07-28'],
}

for (const [name, [era, revision]] of Object.entries(AGREEMENTS))
  for (const eraFirst of ['modern', 'legacy'])
    test(`${name}_is_${era}_where_${eraFirst}_is_tried_first`, async (t) => {
      const connection = await open(t, { ...misbehaving(name), eraFirst, limits: { probeMs: 300 } })
      assert.equal(connection.era, era)
      assert.equal(connection.revision, revision)
      assert.equal(connection.server.name, 'misbehaving')
      const { content } = await call(connection, 'echo', { a: 1 })
      assert.equal(content[0].text, '{"a":1}')
    })

/** How a connection fails to open. */
const FAILURES = {
  from_the_future: { kind: 'protocol', message: /other revisions of MCP: 2031-01-01/ },
  agrees_on_nonsense: { kind: 'protocol', message: /"1999-12-31"/ },
  ends_on_initialize: { kind: 'down', message: /ended with exit code 3/ },
  answers_nothing: { kind: 'timeout', message: /did not answer within 1000 ms/ },
}

for (const [name, fault] of Object.entries(FAILURES))
  test(`a_server_that_${name}_is_a_fault`, async () => {
    const limits = { probeMs: 100, connectMs: name === 'answers_nothing' ? 1_000 : 20_000 }
    await assert.rejects(connectorOf({ ...misbehaving(name), limits })(never), fault)
  })

test('a_connection_that_nobody_waits_for_any_more_is_aborted', async () => {
  const stop = new AbortController()
  const opening = connectorOf(misbehaving('answers_nothing'))(stop.signal)
  setTimeout(() => stop.abort(), 100)
  await assert.rejects(opening, { kind: 'aborted' })
  await assert.rejects(connectorOf(misbehaving('modern'))(AbortSignal.abort()), { kind: 'aborted' })
})

test('a_legacy_server_is_told_what_its_revisions_say_and_no_more', async (t) => {
  const connection = await open(t, { ...misbehaving('tells'), eraFirst: 'legacy' })
  const { content } = await call(connection, 'echo', {}, { trace: { traceparent: '00-a-b-01', tracestate: 'x=y' } })
  const [initialize, initialized, called] = JSON.parse(content[0].text)
  const { clientInfo, ...params } = initialize.params
  assert.equal(clientInfo.name, 'toolrack')
  assert.deepEqual(params, { protocolVersion: '2025-11-25', capabilities: {} })
  assert.deepEqual(initialized, { jsonrpc: '2.0', method: 'notifications/initialized' })
  assert.deepEqual(called, {
    jsonrpc: '2.0',
    id: called.id,
    method: 'tools/call',
    params: { name: 'echo', arguments: {}, _meta: { traceparent: '00-a-b-01', tracestate: 'x=y' } },
  })
})

test('a_subscription_that_the_server_cancels_is_the_end_of_the_connection', async (t) => {
  const connection = await open(t, misbehaving('cancels_its_subscription'))
  const closed = event()
  connection.onClosed = closed.resolve
  assert.equal((await call(connection, 'echo')).content[0].text, '{}')
  const { kind, message } = await closed.promise
  assert.equal(kind, 'lost')
  assert.match(message, /ended the stream/)
})

test('a_subscription_that_the_server_ends_is_the_end_of_the_connection', async (t) => {
  const connection = await open(t, misbehaving('ends_its_subscription'))
  const closed = event()
  connection.onClosed = closed.resolve
  const { content } = await call(connection, 'echo')
  assert.equal(content[0].text, '{}')
  const { kind, message } = await closed.promise
  assert.equal(kind, 'lost')
  assert.match(message, /ended the stream of changes/)
  await connection.close()
  await assert.rejects(call(connection, 'echo'), { kind: 'down' })
})
