// Connections over HTTP: headers, sessions of legacy servers, and what is sent again.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectorOf } from '../lib/mcp/client/connect.js'
import { ERAS, json, plain, serve, stream } from './support/mcp-http-misbehaviour.mjs'
import { call, event, itemsOf, never, open, until } from './support/mcp-upstream.mjs'

const { legacy, modern } = ERAS
const methodsOf = (seen) => seen.map(({ method }) => method)
const only = (seen, method) => seen.filter((request) => request.method === method)

/** The headers of a request that are the protocol's, and those that a test gave. */
const protocolHeaders = ({ headers }) =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => !['host', 'connection', 'content-length'].includes(name)),
  )

test('a_modern_request_says_in_headers_what_its_body_says', async (t) => {
  const { url, seen } = await serve(t, modern)
  const connection = await open(t, { url })
  const trace = { traceparent: '00-a-b-01', tracestate: 'x=y' }
  const tool = {
    name: 'née',
    inputSchema: { properties: { a: { type: 'integer', 'x-mcp-header': 'First' }, b: { type: 'string' } } },
  }
  await call(connection, tool, { a: 7, b: 'x' }, { trace, onProgress: () => {} })
  const [called] = only(seen, 'tools/call')
  assert.deepEqual(protocolHeaders(called), {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': '=?base64?bsOpZQ==?=',
    'mcp-param-first': '7',
    ...trace,
  })
  const { progressToken, 'io.modelcontextprotocol/clientInfo': info, ...meta } = called.body.params._meta
  assert.equal(progressToken, called.body.id)
  assert.equal(info.name, 'toolrack')
  assert.deepEqual(meta, {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    ...trace,
  })
})

test('a_trace_that_is_no_header_stands_in_the_message_alone', async (t) => {
  const { url, seen } = await serve(t, modern)
  const connection = await open(t, { url })
  await call(connection, 'echo', {}, { trace: { traceparent: 'a\r\nx-evil: 1', tracestate: undefined } })
  const [{ headers, body }] = only(seen, 'tools/call')
  assert.deepEqual([headers.traceparent, headers.tracestate, headers['x-evil']], [undefined, undefined, undefined])
  assert.equal(body.params._meta.traceparent, 'a\r\nx-evil: 1')
})

test('a_legacy_request_names_its_session_and_revision', async (t) => {
  const { url, seen } = await serve(t, legacy)
  const connection = await open(t, { url })
  await call(connection, 'echo')
  await connection.close()
  const [initialize] = only(seen, 'initialize')
  assert.deepEqual(protocolHeaders(initialize), {
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
  })
  for (const method of ['notifications/initialized', 'tools/call', 'GET', 'DELETE']) {
    const [{ headers }] = only(seen, method)
    assert.equal(headers['mcp-session-id'], 'session-1', method)
    assert.equal(headers['mcp-protocol-version'], '2025-11-25', method)
    assert.equal(headers['mcp-method'], undefined, method)
  }
})

test('configured_headers_are_made_for_each_request_and_never_replace_those_of_the_protocol', async (t) => {
  const { url, seen } = await serve(t, modern)
  let made = 0
  const headers = async () => ({
    Authorization: `Bearer ${++made}`,
    'Mcp-Method': 'evil',
    Host: 'evil.example',
    'Content-Length': '1',
  })
  const connection = await open(t, { url, headers })
  await call(connection, 'echo')
  const tokens = seen.map((request) => request.headers.authorization)
  assert.equal(new Set(tokens).size, tokens.length)
  for (const { headers, method } of seen) {
    assert.equal(headers['mcp-method'], method)
    assert.equal(headers.host, new URL(url).host)
  }
})

test('a_server_that_repeats_a_header_in_its_error_does_not_tell_it', async (t) => {
  const error = { code: -32000, message: 'wrong key: s3cret-key, wrong token: s3cret-token' }
  for (const status of [200, 400]) {
    const { url } = await serve(t, { ...modern, 'tools/call': json({ error }, { status }) })
    const headers = { Authorization: 'Bearer s3cret-token', 'X-Key': 's3cret-key' }
    const connection = await open(t, { url, headers })
    await assert.rejects(call(connection, 'echo'), {
      code: -32000,
      message: /wrong key: \[redacted\], wrong token: \[redacted\]$/,
    })
  }
})

test('a_connection_is_closed_though_its_headers_never_come', async (t) => {
  const { url } = await serve(t, legacy)
  let headers = () => ({})
  const connection = await open(t, { url, headers: () => headers(), limits: { termMs: 100 } })
  headers = () => new Promise(() => {})
  const waiting = assert.rejects(call(connection, 'echo', {}, { timeoutMs: 100 }), { kind: 'timeout' })
  await waiting
  await connection.close()
})

/** Headers that cannot be sent. Nothing is sent, and nothing of them is told. */
const HEADERS = {
  a_function_that_throws() {
    throw new Error('s3cret')
  },
  a_function_that_rejects: async () => Promise.reject(new Error('s3cret')),
  a_function_that_gives_nothing: () => null,
  a_getter_that_throws: {
    get key() {
      throw new Error('s3cret')
    },
  },
  a_list: [['x-key', 's3cret']],
  a_line_break: { 'x-key': 's3cret\r\nx-evil: 1' },
  a_wrong_name: { 'x key': 's3cret' },
  a_number: { 'x-key': 7 },
}

for (const [name, headers] of Object.entries(HEADERS))
  test(`${name}_as_headers_is_a_fault_without_a_request`, async (t) => {
    const { url, seen } = await serve(t, modern)
    await assert.rejects(connectorOf({ url, headers })(never), ({ kind, message }) => {
      assert.equal(kind, 'down')
      assert.doesNotMatch(message, /s3cret/)
      return true
    })
    assert.deepEqual(seen, [])
  })

test('a_session_that_the_server_has_forgotten_is_opened_anew_for_a_list', async (t) => {
  let sessions = 0
  const known = (handler) => (body, response, request) =>
    (request.headers['mcp-session-id'] === `session-${sessions}` ? handler : plain(404))(body, response, request)
  const { url, seen } = await serve(t, {
    ...legacy,
    initialize: (body, response) => {
      const headers = { 'mcp-session-id': `session-${++sessions}` }
      json({ result: { protocolVersion: '2025-06-18', capabilities: {} } }, { headers })(body, response)
    },
    'tools/list': known(legacy['tools/list']),
    'tools/call': known(legacy['tools/call']),
  })
  const connection = await open(t, { url, eraFirst: 'legacy' })
  sessions = 50
  const lists = await Promise.all([1, 2, 3].map(() => connection.listTools(never)))
  assert.deepEqual(
    lists.map((list) => itemsOf(list).length),
    [1, 1, 1],
  )
  assert.equal(only(seen, 'initialize').length, 2)

  sessions = 90
  await assert.rejects(call(connection, 'echo', { at: 1 }), { kind: 'refused', status: 404 })
  assert.equal((await call(connection, 'echo', { at: 2 })).content[0].text, '{"at":2}')
  const sent = only(seen, 'tools/call').map(({ body }) => body.params.arguments.at)
  assert.deepEqual(sent, [1, 2])
  await connection.close()
  assert.equal(only(seen, 'DELETE')[0].headers['mcp-session-id'], 'session-91')
})

test('a_legacy_server_tells_changes_on_its_stream', async (t) => {
  let write
  const { url } = await serve(t, { ...legacy, GET: stream((send) => (write = send)) })
  const connection = await open(t, { url })
  const [changed, closed] = [event(), event()]
  connection.onListChanged = changed.resolve
  connection.onClosed = closed.resolve
  await until(() => write !== undefined)
  write({ method: 'notifications/tools/list_changed' })
  await changed.promise
})

test('a_legacy_call_that_is_given_up_is_cancelled', async (t) => {
  const cancelled = event()
  const { url } = await serve(t, {
    ...legacy,
    'tools/call': stream(() => {}),
    'notifications/cancelled': ({ params }, response) => {
      cancelled.resolve(params.requestId)
      plain(202)({}, response)
    },
  })
  const connection = await open(t, { url })
  const calling = call(connection, 'echo', {}, { timeoutMs: 100 })
  await assert.rejects(calling, { kind: 'timeout' })
  assert.equal(typeof (await cancelled.promise), 'number')
})

test('progress_and_requests_come_on_the_stream_of_a_call', async (t) => {
  const answered = event()
  const { url } = await serve(t, {
    ...legacy,
    'tools/call': stream(async (send, { id, params }) => {
      send({ method: 'notifications/progress', params: { progressToken: params._meta.progressToken, progress: 1 } })
      send({ id: 'a', method: 'sampling/createMessage', params: {} })
      send({ id: 77, result: { content: 'foreign' } })
      await answered.promise
      send({ id, result: { content: [] } })
    }),
    answer: (body, response) => {
      answered.resolve(body)
      plain(202)({}, response)
    },
  })
  const connection = await open(t, { url })
  const told = []
  const result = await call(connection, 'echo', {}, { onProgress: (progress) => told.push(progress) })
  assert.deepEqual(result, { content: [] })
  assert.deepEqual(told, [{ progress: 1 }])
  assert.deepEqual((await answered.promise).error.code, -32601)
})

test('a_modern_server_is_asked_for_changes_only_where_it_tells_them', async (t) => {
  const discovered = { supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, resultType: 'complete' }
  const { url, seen } = await serve(t, { ...modern, 'server/discover': json({ result: discovered }) })
  const connection = await open(t, { url })
  await connection.listTools(never)
  assert.deepEqual(methodsOf(seen), ['server/discover', 'tools/list'])
  assert.deepEqual(connection.server, { name: 'unknown' })
})

test('the_era_of_the_last_time_is_tried_first_and_the_other_one_after_it', async (t) => {
  for (const [era, first, expected] of [
    ['modern', 'modern', ['server/discover']],
    ['modern', 'legacy', ['initialize', 'server/discover']],
    ['legacy', 'modern', ['server/discover', 'initialize']],
    ['legacy', 'legacy', ['initialize']],
  ]) {
    const { url, seen } = await serve(t, ERAS[era])
    const connection = await open(t, { url, eraFirst: first })
    assert.equal(connection.era, era)
    const asked = methodsOf(seen).filter((method) => method === 'initialize' || method === 'server/discover')
    assert.deepEqual(asked, expected)
  }
})

/** What a server answers to a method of the other era, and which era it is then. */
const VERDICTS = {
  'HTTP 400 without a message': [plain(400), 'legacy'],
  'HTTP 404': [plain(404), 'legacy'],
  'HTTP 405': [plain(405), 'legacy'],
  'HTTP 500': [plain(500), 'legacy'],
  'an error that is not known': [
    json({ error: { code: -32000, message: 'Server not initialized' } }, { status: 400 }),
    'legacy',
  ],
  'an unknown method': [json({ error: { code: -32601, message: 'no' } }), 'legacy'],
  'another result': [json({ result: {} }), 'legacy'],
  'an unsupported revision, with a legacy one': [
    json({ error: { code: -32022, message: 'no', data: { supported: ['2025-06-18'] } } }, { status: 400 }),
    'legacy',
  ],
  'an unsupported revision, without a common one': [
    json({ error: { code: -32022, message: 'no', data: { supported: ['2031-01-01'] } } }, { status: 400 }),
    'protocol',
  ],
  'an unsupported revision that it names': [
    json({ error: { code: -32022, message: 'no', data: { supported: ['2026-07-28'] } } }, { status: 400 }),
    'protocol',
  ],
  'a wrong header': [json({ error: { code: -32020, message: 'no' } }, { status: 400 }), 'down'],
  'HTTP 429': [plain(429), 'down'],
}

for (const [name, [handler, verdict]] of Object.entries(VERDICTS))
  test(`a_server_that_answers_discovery_with_${name.replaceAll(/\W+/g, '_')}_is_${verdict}`, async (t) => {
    const { url } = await serve(t, { ...legacy, 'server/discover': handler })
    if (verdict === 'legacy') assert.equal((await open(t, { url })).era, 'legacy')
    else await assert.rejects(connectorOf({ url })(never), { kind: verdict })
  })

test('a_server_that_refuses_the_revision_that_it_names_is_asked_once_more', async (t) => {
  const refusal = json({ error: { code: -32022, message: 'no', data: { supported: ['2026-07-28'] } } }, { status: 400 })
  let asked = 0
  const { url } = await serve(t, {
    ...modern,
    'server/discover': (body, response) => (asked++ === 0 ? refusal : modern['server/discover'])(body, response),
  })
  assert.equal((await open(t, { url })).era, 'modern')
  assert.equal(asked, 2)
})

/** Addresses that are none of a server. */
const ADDRESSES = ['', 'x', 'file:///etc/passwd', 'ftp://example.com', 'http://ada:s3cret@127.0.0.1/mcp']

for (const url of ADDRESSES)
  test(`the_address_"${url}"_is_refused`, async () => {
    await assert.rejects(connectorOf({ url })(never), ({ kind, message }) => {
      assert.equal(kind, 'down')
      assert.doesNotMatch(message, /s3cret/)
      return true
    })
  })

test('a_fetch_that_fails_says_whether_it_sent_something', async () => {
  const failing = (cause) => async () => {
    throw new TypeError('fetch failed: s3cret', { cause })
  }
  const url = 'http://127.0.0.1/mcp'
  for (const fetch of [failing({ code: 'ECONNREFUSED' }), failing({ code: 'ECONNRESET' }), failing(), async () => 'x'])
    await assert.rejects(connectorOf({ url, fetch })(never), ({ kind, message }) => {
      assert.equal(kind, 'down')
      assert.doesNotMatch(message, /s3cret/)
      return true
    })
})
