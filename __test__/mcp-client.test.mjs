// Connections to a server of ours: both eras, over stdio, over HTTP and through a `fetch`.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMcpServer } from 'toolrack/mcp'
import { OWN_PROGRAM, call, event, itemsOf, never, open, toolsOf } from './support/mcp-upstream.mjs'
import { MANY, upstreamRegistry } from './support/mcp-upstream-tools.mjs'

const OPTIONS = { name: 'own', version: '1.2.3', instructions: 'Be kind', page: { bytes: 65_536 } }

function serverOf(t) {
  const server = createMcpServer(upstreamRegistry(), OPTIONS)
  t.after(() => server.close())
  return server
}

/** How a server is reached. */
const CARRIERS = {
  stdio: async () => OWN_PROGRAM,
  http: async (t) => ({ url: (await serverOf(t).listen()).url }),
  fetch: async (t) => {
    const server = serverOf(t)
    return { url: 'http://127.0.0.1/mcp', fetch: (url, init) => server.fetch(new Request(url, init)) }
  },
}

const REVISIONS = { modern: '2026-07-28', legacy: '2025-11-25' }

const FACTS = {
  async the_server_says_what_it_is(connection, { era }) {
    assert.equal(connection.era, era)
    assert.equal(connection.revision, REVISIONS[era])
    assert.deepEqual(connection.server, { name: 'own', version: '1.2.3' })
    assert.equal(connection.instructions, 'Be kind')
    assert.equal(connection.capabilities.tools.listChanged, true)
  },
  async all_pages_of_a_list_are_read(connection, { era }) {
    const list = await connection.listTools(never)
    const tools = itemsOf(list)
    assert.equal(tools.filter(({ name }) => name.startsWith('tool_')).length, MANY)
    assert.equal(new Set(tools.map(({ name }) => name)).size, tools.length)
    assert.equal(list.ttlMs, era === 'modern' ? 10_000 : undefined)
  },
  async a_call_resolves_with_the_result_as_it_was_sent(connection) {
    const result = await call(connection, 'add', { a: 1, b: 2 })
    assert.deepEqual(result.structuredContent, { sum: 3 })
    assert.deepEqual(result.content, [{ type: 'text', text: '{"sum":3}' }])
  },
  async a_failing_tool_is_a_result(connection) {
    const { isError, content } = await call(connection, 'fail')
    assert.equal(isError, true)
    assert.match(content[0].text, /the disk is full/)
  },
  async an_unknown_tool_is_refused_with_its_code(connection) {
    await assert.rejects(call(connection, 'nothing_of_this_name'), { kind: 'refused', code: -32602 })
  },
  async an_aborted_call_aborts_the_tool(connection) {
    const stop = new AbortController()
    const waiting = call(connection, 'wait', {}, { signal: stop.signal })
    await call(connection, 'add', { a: 1, b: 2 })
    stop.abort()
    await assert.rejects(waiting, { kind: 'aborted' })
    const { content } = await call(connection, 'aborted')
    assert.equal(content[0].text, 'aborted')
  },
  async a_call_that_is_late_is_a_timeout_and_aborts_the_tool(connection) {
    await assert.rejects(call(connection, 'wait', {}, { timeoutMs: 50 }), { kind: 'timeout' })
    const { content } = await call(connection, 'aborted')
    assert.equal(content[0].text, 'aborted')
  },
  async a_call_whose_signal_has_aborted_is_not_sent(connection) {
    await assert.rejects(call(connection, 'grow', {}, { signal: AbortSignal.abort() }), { kind: 'aborted' })
    assert.equal((await toolsOf(connection)).grown, undefined)
  },
  async a_changed_list_is_told(connection) {
    const changed = event()
    connection.onListChanged = changed.resolve
    // The stream of a legacy session opens beside the first requests.
    await toolsOf(connection)
    await call(connection, 'grow')
    await changed.promise
    assert.ok((await toolsOf(connection)).grown)
  },
  async integers_of_64_bits_are_their_texts(connection) {
    const { structuredContent } = await call(connection, 'large_numbers')
    assert.deepEqual(structuredContent, { id: '9007199254740993', list: ['18446744073709551615'], small: 7 })
  },
  async arguments_are_repeated_in_headers_where_the_tool_says_so(connection) {
    const { routed } = await toolsOf(connection)
    for (const args of [
      {},
      { region: 'eu', place: { floor: -3 }, isUrgent: false },
      { region: ' née\r\nX-Evil: 1', place: { floor: 0 } },
      { region: '=?base64?eA==?=', isUrgent: true },
      { region: '' },
    ])
      assert.deepEqual(JSON.parse((await call(connection, routed, args)).content[0].text), args)
  },
  async names_and_arguments_of_any_text_are_carried(connection) {
    for (const name of ['nöpe', ' padded ', 'line\nbreak', '__proto__', '\ud800', ''])
      await assert.rejects(call(connection, name), { kind: 'refused', code: -32602 })
  },
  async what_json_cannot_hold_is_not_sent(connection) {
    await assert.rejects(call(connection, 'add', { a: 1n }), { kind: 'protocol', message: /nothing was sent/ })
  },
  async twenty_calls_share_a_signal_without_a_warning(connection) {
    const warned = []
    const warn = (warning) => warned.push(warning.name)
    process.on('warning', warn)
    const { signal } = new AbortController()
    await Promise.all(Array.from({ length: 20 }, (_, a) => call(connection, 'add', { a, b: 0 }, { signal })))
    process.off('warning', warn)
    assert.deepEqual(warned, [])
  },
  async nothing_is_sent_after_close(connection) {
    const waiting = call(connection, 'wait')
    waiting.catch(() => {})
    await call(connection, 'add', { a: 1, b: 2 })
    let told = 0
    connection.onClosed = () => told++
    await connection.close()
    await assert.rejects(waiting, { kind: 'lost' })
    await assert.rejects(call(connection, 'add', { a: 1, b: 2 }), { kind: 'down' })
    await connection.close()
    assert.equal(told, 0)
  },
}

/** Facts after which a connection is another one than before. */
const LAST = new Set(['nothing_is_sent_after_close', 'a_changed_list_is_told'])

for (const [carrier, reach] of Object.entries(CARRIERS))
  for (const era of ['modern', 'legacy'])
    test(`${carrier}, ${era}`, async (t) => {
      const spec = await reach(t)
      const shared = await open(t, { ...spec, eraFirst: era })
      for (const [name, fact] of Object.entries(FACTS))
        await t.test(name, async (t) => {
          const connection = LAST.has(name) ? await open(t, { ...spec, eraFirst: era }) : shared
          await fact(connection, { era })
        })
    })
