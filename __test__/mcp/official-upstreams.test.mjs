// Connections to servers of the official SDKs, and through connected clients of theirs.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectorOf } from '../../lib/mcp/client/connect.js'
import { CLIENTS } from './official-clients.mjs'
import { PROGRAM, serveOfficial } from './official-servers.mjs'
import { itemsOf } from '../support/mcp-upstream.mjs'

const never = new AbortController().signal

/** How a server of each SDK is reached. */
const stdio = (name) => async () => ({ command: process.execPath, args: [PROGRAM, name] })
const http = (name) => async (t) => ({ url: await serveOfficial(t, name) })

/** A connected client of an SDK. It stays open until the test ends: the connection does not close it. */
const through = (kind, reach) => async (t) => {
  const { transports, make } = CLIENTS[kind]
  const { url, ...program } = await reach(t)
  const transport =
    url === undefined ? new transports.stdio({ ...program, stderr: 'inherit' }) : new transports.http(new URL(url))
  const client = make()
  await client.connect(transport)
  t.after(() => client.close())
  return { client }
}

/** Servers by how they are reached: the era, and what they cannot do. */
const UPSTREAMS = {
  sdk_1_over_stdio: { reach: stdio('sdk_1'), era: 'legacy' },
  sdk_1_over_http: { reach: http('sdk_1'), era: 'legacy' },
  sdk_1_over_stateless_http: { reach: http('sdk_1_stateless'), era: 'legacy', lacks: ['changes', 'progress'] },
  sdk_2_over_stdio: { reach: stdio('sdk_2'), era: 'modern' },
  sdk_2_over_stdio_modern_alone: { reach: stdio('sdk_2_modern'), era: 'modern' },
  sdk_2_over_stdio_legacy_first: { reach: stdio('sdk_2'), first: 'legacy', era: 'legacy' },
  sdk_2_over_stdio_modern_alone_legacy_first: { reach: stdio('sdk_2_modern'), first: 'legacy', era: 'modern' },
  sdk_2_over_http: { reach: http('sdk_2'), era: 'modern' },
  // It serves legacy clients without sessions.
  sdk_2_over_http_legacy_first: { reach: http('sdk_2'), first: 'legacy', era: 'legacy', lacks: ['changes'] },
  // Clients of the SDKs lose progress over stdio that comes in one chunk with the result.
  a_client_of_sdk_1_over_stdio: { reach: through('sdk_1', stdio('sdk_1')), era: 'legacy', lacks: ['progress'] },
  a_client_of_sdk_1_over_http: { reach: through('sdk_1', http('sdk_1')), era: 'legacy' },
  a_client_of_sdk_2_over_stdio: { reach: through('sdk_2_auto', stdio('sdk_2')), era: 'modern', lacks: ['progress'] },
  a_client_of_sdk_2_over_http: { reach: through('sdk_2_auto', http('sdk_2')), era: 'modern' },
  a_legacy_client_of_sdk_2_over_http: { reach: through('sdk_2_legacy', http('sdk_1')), era: 'legacy' },
}

/** What each of them owes. */
const FACTS = {
  async its_tools_are_listed({ connection, era }) {
    assert.equal(connection.era, era)
    assert.equal(connection.revision, era === 'modern' ? '2026-07-28' : '2025-11-25')
    assert.deepEqual(connection.server, { name: 'official-server', version: '1.0.0', title: 'Official' })
    const tools = itemsOf(await connection.listTools(never))
    assert.deepEqual(tools.map(({ name }) => name).toSorted(), ['add', 'fail', 'grow', 'steps', 'wait'])
  },
  async a_call_is_answered({ call }) {
    const { content, structuredContent } = await call('add', { a: 1, b: 2 })
    assert.deepEqual(structuredContent, { sum: 3 })
    assert.deepEqual(content, [{ type: 'text', text: '3' }])
  },
  async bad_arguments_and_failures_are_results({ call }) {
    for (const [name, args] of [
      ['add', { a: 'x' }],
      ['fail', {}],
    ])
      assert.equal((await call(name, args)).isError, true)
  },
  async progress_is_told({ call }) {
    const told = []
    await call('steps', {}, { onProgress: ({ progress, total }) => told.push([progress, total]) })
    assert.deepEqual(
      told,
      [1, 2, 3].map((progress) => [progress, 3]),
    )
  },
  async a_late_call_and_an_aborted_one_end({ call }) {
    await assert.rejects(call('wait', {}, { timeoutMs: 100 }), { kind: 'timeout' })
    const stop = new AbortController()
    const waiting = call('wait', {}, { signal: stop.signal })
    await call('add', { a: 1, b: 2 })
    stop.abort()
    await assert.rejects(waiting, { kind: 'aborted' })
  },
  async changes_are_told({ connection, call }) {
    const changed = new Promise((resolve, reject) => {
      connection.onListChanged = resolve
      setTimeout(() => reject(new Error('no change was told')), 10_000).unref()
    })
    await call('grow')
    await changed
  },
  async nothing_is_sent_after_close({ connection, call }) {
    await connection.close()
    await assert.rejects(call('add', { a: 1, b: 2 }), { kind: 'down' })
  },
}

for (const [name, { reach, era, first, lacks = [] }] of Object.entries(UPSTREAMS))
  test(name, async (t) => {
    const connection = await connectorOf({ ...(await reach(t)), eraFirst: first })(never)
    t.after(() => connection.close())
    const call = (tool, args = {}, options = {}) =>
      connection.callTool(args, {
        signal: never,
        timeoutMs: 10_000,
        maxTimeoutMs: 10_000,
        tool: { name: tool },
        ...options,
      })
    for (const [fact, check] of Object.entries(FACTS)) {
      const skip = lacks.some((one) => fact.startsWith(one))
      await t.test(fact, { skip }, () => check({ connection, call, era }))
    }
  })

test('a_client_stays_connected_when_its_connection_is_closed', async (t) => {
  const { client } = await through('sdk_1', http('sdk_1'))(t)
  const before = client.transport.onmessage
  const connection = await connectorOf({ client })(never)
  await connection.close()
  assert.equal(client.transport.onmessage, before)
  assert.equal((await client.listTools()).tools.length, 5)
})

test('the_end_of_a_client_is_the_end_of_its_connection', async (t) => {
  const { client } = await through('sdk_2_auto', stdio('sdk_2'))(t)
  const connection = await connectorOf({ client })(never)
  const closed = new Promise((resolve) => (connection.onClosed = resolve))
  const tool = { name: 'wait' }
  const waiting = connection.callTool({}, { signal: never, timeoutMs: 10_000, maxTimeoutMs: 10_000, tool })
  await client.close()
  await assert.rejects(waiting, { kind: 'lost' })
  assert.equal((await closed).kind, 'lost')
})

test('what_is_no_connected_client_is_a_fault', async () => {
  const { make } = CLIENTS.sdk_1
  await assert.rejects(connectorOf({ client: make() })(never), { kind: 'down' })
  await assert.rejects(connectorOf({ client: {} })(never), { kind: 'protocol' })
})
