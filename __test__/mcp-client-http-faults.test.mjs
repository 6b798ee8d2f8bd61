// Servers over HTTP that misbehave: what their calls end with, and that other calls go on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectorOf } from '../lib/mcp/client/connect.js'
import { ERAS, json, message, plain, serve, stream } from './support/mcp-http-misbehaviour.mjs'
import { call, event, itemsOf, never, open, until } from './support/mcp-upstream.mjs'

const HTML = [200, '<!DOCTYPE html><h1>Login</h1>', { 'content-type': 'text/html' }]
const JSON_TYPE = { 'content-type': 'application/json' }
const EVENTS = { 'content-type': 'text/event-stream' }
const LIMITS = { messageBytes: 65_536 }
const long = 'x'.repeat(70_000)

/** What a call is answered with, and the fault that it ends with. */
const CALLS = {
  an_html_page: [plain(...HTML), { kind: 'protocol', message: /"text\/html"/ }],
  no_content_type: [plain(200, 'ok'), { kind: 'protocol' }],
  status_202_without_an_answer: [plain(202), { kind: 'protocol', message: /HTTP 202/ }],
  json_that_is_cut: [plain(200, '{"jsonrpc":', JSON_TYPE), { kind: 'protocol', message: /not JSON/ }],
  an_empty_body: [plain(200, '', JSON_TYPE), { kind: 'protocol' }],
  a_batch: [plain(200, '[]', JSON_TYPE), { kind: 'protocol' }],
  a_result_of_another_id: [plain(200, message({ id: 99, result: {} }), JSON_TYPE), { kind: 'lost' }],
  a_body_over_the_limit: [plain(200, long, JSON_TYPE), { kind: 'protocol', message: /more than 65536 bytes/ }],
  an_event_over_the_limit: [plain(200, `data: ${long}\n\n`, EVENTS), { kind: 'protocol', message: /more than 65536/ }],
  a_stream_that_ends_without_an_answer: [plain(200, ': hello\n\n', EVENTS), { kind: 'lost' }],
  an_event_that_is_no_message: [plain(200, 'data: {\n\n', EVENTS), { kind: 'protocol' }],
  a_compressed_body: [plain(200, 'x', { ...JSON_TYPE, 'content-encoding': 'gzip' }), { kind: 'protocol' }],
  an_error_of_json_rpc: [
    json({ error: { code: -32000, message: 'no', data: [1] } }),
    { kind: 'refused', code: -32000, data: [1] },
  ],
  an_error_with_a_status: [
    json({ error: { code: -32020, message: 'no' } }, { status: 400 }),
    { kind: 'refused', code: -32020, status: 400 },
  ],
  an_error_without_an_id: [
    plain(400, message({ error: { code: -32700, message: 'no' } }), JSON_TYPE),
    { kind: 'refused', code: -32700 },
  ],
  status_401: [plain(401, 'secret', HTML[2]), { kind: 'refused', status: 401, message: /credentials/ }],
  status_403: [plain(403), { kind: 'refused', status: 403 }],
  status_429: [plain(429), { kind: 'refused', status: 429 }],
  status_500: [plain(500, long, HTML[2]), { kind: 'lost', status: 500 }],
  status_502: [plain(502), { kind: 'lost', status: 502 }],
  a_redirect_to_another_origin: [
    plain(307, '', { location: 'http://127.0.0.1:9/mcp' }),
    { kind: 'refused', status: 307 },
  ],
  a_redirect_that_changes_the_method: [plain(302, '', { location: '/other' }), { kind: 'refused', status: 302 }],
  redirects_without_an_end: [plain(307, '', { location: '/mcp' }), { kind: 'refused', message: /more than 3 times/ }],
  a_connection_that_breaks_before_the_answer: [
    (_, response) => response.destroy(),
    { kind: 'lost', message: /may have/ },
  ],
  a_connection_that_breaks_in_the_answer: [
    (_, response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': 1_000 })
      response.write('{"jsonrpc"', () => response.destroy())
    },
    { kind: 'lost' },
  ],
  garbage_in_chunks: [
    (_, response) =>
      response.socket.end(
        'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nZZZ\r\nx',
      ),
    { kind: 'lost' },
  ],
  garbage_instead_of_http: [(_, response) => response.socket.end('\0\0\0 hello\r\n\r\n'), { kind: 'lost' }],
  headers_without_an_end: [
    (_, response) => response.socket.end(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(200_000)}`),
    { kind: 'lost' },
  ],
  nothing: [() => {}, { kind: 'timeout' }],
  half_a_stream: [stream(() => {}), { kind: 'timeout' }],
}

for (const era of ['modern', 'legacy'])
  for (const [name, [handler, fault]] of Object.entries(CALLS))
    test(`${era}: a_call_that_is_answered_with_${name}_fails_alone`, async (t) => {
      const { url } = await serve(t, { ...ERAS[era], 'tools/call': handler })
      const connection = await open(t, { url, eraFirst: era, limits: LIMITS })
      await assert.rejects(call(connection, 'echo', { secret: 's3cret' }, { timeoutMs: 400 }), (thrown) => {
        for (const [key, value] of Object.entries(fault))
          if (key === 'message') assert.match(thrown.message, value)
          else assert.deepEqual(thrown[key], value, key)
        assert.doesNotMatch(thrown.message, /s3cret|secret/)
        return true
      })
      assert.equal(itemsOf(await connection.listTools(never)).length, 1)
    })

/** What an opening is answered with, and its fault. Both eras are tried where the answer says nothing of one. */
const OPENINGS = {
  an_html_page: [plain(...HTML), { kind: 'protocol' }],
  status_401: [plain(401), { kind: 'down', status: 401 }],
  status_403: [plain(403), { kind: 'down', status: 403 }],
  status_404: [plain(404), { kind: 'down', status: 404 }],
  status_503: [plain(503), { kind: 'down', status: 503 }],
  a_connection_that_breaks: [(_, response) => response.destroy(), { kind: 'down' }],
  nothing: [() => {}, { kind: 'timeout' }],
  a_session_that_is_malformed: [json({ result: {} }, { headers: { 'mcp-session-id': 'a b' } }), { kind: 'protocol' }],
}

for (const [name, [handler, fault]] of Object.entries(OPENINGS))
  test(`an_opening_that_is_answered_with_${name}_fails`, async (t) => {
    const { url, sockets } = await serve(t, { 'server/discover': handler, initialize: handler })
    const limits = { connectMs: name === 'nothing' ? 300 : 20_000 }
    await assert.rejects(connectorOf({ url, limits })(never), fault)
    await until(() => sockets.size === 0)
  })

test('a_server_that_is_not_there_is_down', async (t) => {
  const { url, server } = await serve(t, {})
  server.close()
  await assert.rejects(connectorOf({ url })(never), { kind: 'down', message: /ECONNREFUSED/ })
})

test('a_call_that_cannot_be_sent_is_down', async (t) => {
  const { url, server } = await serve(t, ERAS.modern)
  const connection = await open(t, { url })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await until(() =>
    call(connection, 'echo').then(
      () => false,
      ({ kind }) => kind === 'down',
    ),
  )
})

test('a_redirect_on_the_same_origin_keeps_method_and_headers', async (t) => {
  const { url, seen } = await serve(t, {
    ...ERAS.modern,
    'tools/call': (body, response, request) =>
      (request.url === '/mcp' ? plain(308, '', { location: '/other' }) : ERAS.modern['tools/call'])(body, response),
  })
  const connection = await open(t, { url, headers: { Authorization: 'Bearer a' } })
  assert.equal((await call(connection, 'echo', { a: 1 })).content[0].text, '{"a":1}')
  const [, last] = seen.filter(({ method }) => method === 'tools/call')
  assert.equal(last.path, '/other')
  assert.equal(last.headers.authorization, 'Bearer a')
  assert.equal(last.headers['mcp-name'], 'echo')
})

test('a_stream_that_stays_open_after_its_answer_is_left', async (t) => {
  const left = event()
  const { url } = await serve(t, {
    ...ERAS.modern,
    'tools/call': stream((send, { id }, response) => {
      response.on('close', left.resolve)
      send({ id, result: { content: [] } })
    }),
  })
  const connection = await open(t, { url })
  assert.deepEqual((await call(connection, 'echo')).content, [])
  await left.promise
})

test('an_aborted_call_ends_its_response', async (t) => {
  const [arrived, left] = [event(), event()]
  const { url } = await serve(t, {
    ...ERAS.modern,
    'tools/call'(_, response) {
      response.on('close', left.resolve)
      arrived.resolve()
    },
  })
  const connection = await open(t, { url })
  const stop = new AbortController()
  const waiting = call(connection, 'echo', {}, { signal: stop.signal })
  await arrived.promise
  stop.abort()
  await assert.rejects(waiting, { kind: 'aborted' })
  await left.promise
})

test('closing_ends_every_response', async (t) => {
  const { url, sockets } = await serve(t, { ...ERAS.modern, 'tools/call': () => {} })
  const connection = await open(t, { url })
  const calls = Array.from({ length: 5 }, () => assert.rejects(call(connection, 'echo'), { kind: 'lost' }))
  await until(() => sockets.size >= 6)
  await connection.close()
  await Promise.all(calls)
  await until(() => sockets.size === 0)
})

test('a_server_that_cannot_tell_changes_is_connected_all_the_same', async (t) => {
  for (const refusal of [plain(405), plain(500), plain(200, 'x'), json({ error: { code: -32603, message: 'no' } })]) {
    const { url, seen } = await serve(t, { ...ERAS.modern, 'subscriptions/listen': refusal })
    const connection = await open(t, { url })
    let told = 0
    connection.onClosed = () => told++
    await until(() => seen.some(({ method }) => method === 'subscriptions/listen'))
    for (let at = 0; at < 5; at++) await call(connection, 'echo')
    assert.equal(told, 0)
  }
})

test('a_stream_of_changes_that_breaks_is_the_end_of_the_connection', async (t) => {
  const { url } = await serve(t, {
    ...ERAS.modern,
    'subscriptions/listen': stream((_, __, response) => setTimeout(() => response.destroy(), 50)),
  })
  const closed = event()
  const connection = await open(t, { url })
  connection.onClosed = closed.resolve
  assert.equal((await closed.promise).kind, 'lost')
})
