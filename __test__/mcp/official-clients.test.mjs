// The official clients against a server of toolrack/mcp: every mode, over stdio, HTTP and `fetch`, with a short list of
// tools and one of many pages.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createMcpServer } from '../../lib/mcp/index.js'
import { serveHttp } from './http-server.mjs'
import { CLIENTS, connect, overHttp, overStdio } from './official-clients.mjs'
import { PAGE, servedNames, servedRegistry } from './served-tools.mjs'

const PROGRAM = fileURLToPath(new URL('stdio-server.mjs', import.meta.url))
const servers = new Map()

/** The server of `count` tools that all clients over HTTP share: to register 10,000 takes seconds. */
function shared(count) {
  if (!servers.has(count))
    servers.set(count, createMcpServer(servedRegistry(count), { name: 'served', version: '1.0.0', page: PAGE }))
  return servers.get(count)
}
after(() => Promise.all([...servers.values()].map((server) => server.close())))

/** How a server of `count` tools is reached. */
const TRANSPORTS = {
  stdio: async (t, count) => overStdio(PROGRAM, String(count)),
  http: async (t, count) => overHttp((await serveHttp(t, shared(count))).url, fetch),
  fetch: async (t, count) =>
    overHttp('http://127.0.0.1/mcp', (url, init) => shared(count).fetch(new Request(url, init))),
}

/** What each client finds, whatever carries its messages. */
const FACTS = {
  async each_tool_is_listed_once_and_in_one_order({ list }, count) {
    const names = (await list()).map(({ name }) => name)
    const expected = servedNames(count)
    assert.deepEqual(names.filter((name) => !name.startsWith('grown')).toSorted(), expected.toSorted())
    const again = (await list()).map(({ name }) => name)
    assert.deepEqual(again, names)
  },
  async a_call_is_answered_with_text_and_structured_content({ call }) {
    const { content, structuredContent } = await call('add', { a: 1, b: 2 })
    assert.deepEqual(structuredContent, { sum: 3 })
    assert.deepEqual(content, [{ type: 'text', text: '{"sum":3}' }])
  },
  async bad_arguments_are_an_error_result_that_names_them({ call }) {
    const { content, isError } = await call('add', { a: 'one' })
    assert.equal(isError, true)
    assert.match(content[0].text, /INVALID_PARAMS.*\/a/s)
  },
  async a_failing_tool_is_an_error_result({ call }) {
    const { content, isError } = await call('fail')
    assert.equal(isError, true)
    assert.match(content[0].text, /the disk is full/)
  },
  async an_unknown_tool_is_an_error_of_the_protocol({ call }) {
    await assert.rejects(call('nothing_of_this_name'), { code: -32602 })
  },
  async an_aborted_call_aborts_the_tool({ call }) {
    const stop = new AbortController()
    const waiting = call('wait', {}, { signal: stop.signal })
    // Requests are answered in any order; this one is behind the call on every transport.
    await call('add', { a: 1, b: 2 })
    stop.abort(new Error('enough'))
    await assert.rejects(waiting, /enough/)
    const { content } = await call('aborted')
    assert.equal(content[0].text, 'aborted')
  },
  async progress_is_told_while_a_call_lasts({ call }) {
    const told = []
    const { content } = await call('report', {}, { onprogress: (progress) => told.push(progress) })
    const expected = [1, 2, 3].map((progress) => ({ progress, total: 3, message: `step ${progress}` }))
    assert.deepEqual(told, expected)
    assert.equal(content[0].text, 'reported')
  },
  async a_changed_list_is_told_and_listed({ list, call, nextChange }) {
    const before = (await list()).map(({ name }) => name)
    const { changed } = await nextChange()
    const { content } = await call('grow')
    await changed
    const names = (await list()).map(({ name }) => name)
    assert.equal(names.length, before.length + 1)
    assert.ok(names.includes(content[0].text))
  },
}

for (const count of [10, 10_000])
  for (const [carrier, reach] of Object.entries(TRANSPORTS))
    for (const [name, kind] of Object.entries(CLIENTS))
      test(`${name}_over_${carrier}_with_${count}_tools`, async (t) => {
        const link = await connect(t, kind, await reach(t, count))
        assert.equal(link.era, kind.era ?? 'legacy')
        for (const [fact, check] of Object.entries(FACTS)) await t.test(fact, () => check(link, count))
      })

test('a_long_list_has_pages_that_a_client_reads_one_by_one', async (t) => {
  const { client } = await connect(t, CLIENTS.sdk_1, await TRANSPORTS.http(t, 10_000))
  const seen = new Set()
  let pages = 0
  for (let cursor; pages === 0 || cursor !== undefined; pages++) {
    const page = await client.listTools({ cursor })
    for (const { name } of page.tools) seen.add(name)
    cursor = page.nextCursor
  }
  assert.ok(seen.size >= 10_000)
  assert.ok(pages > 1 && pages <= 32, `${pages} pages`)
  await assert.rejects(client.listTools({ cursor: 'forged' }), { code: -32602 })
})
