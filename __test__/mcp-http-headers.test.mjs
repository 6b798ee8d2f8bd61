// MCP over HTTP: the headers of a modern request say what its body says (header smuggling).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { CARRIERS, legacy, modern, served } from './support/mcp-http.mjs'
import { registryOf, tool } from './support/tools.mjs'

const base64 = (text) => `=?base64?${Buffer.from(text).toString('base64')}?=`

const TOOL = {
  name: 'query',
  inputSchema: {
    type: 'object',
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      limit: { type: 'integer', 'x-mcp-header': 'Limit' },
      dry: { type: 'boolean', 'x-mcp-header': 'Dry' },
      where: { type: 'object', properties: { city: { type: 'string', 'x-mcp-header': 'City' } } },
      ['__proto__']: { type: 'string' },
    },
  },
}

const call = (args, headers) => modern('tools/call', { name: 'query', arguments: args }, { headers })
const list = (headers) => modern('tools/list', {}, { headers })

/** Requests whose headers equal their bodies. */
const EQUAL = {
  'spaces around a value': list({ 'mcp-method': '  tools/list  ' }),
  'a name as base64': modern('tools/call', { name: 'query' }, { headers: { 'mcp-name': base64('query') } }),
  'a text': call({ region: 'eu' }, { 'mcp-param-region': 'eu' }),
  'a text with spaces and tabs within': call({ region: 'a \t b' }, { 'mcp-param-region': 'a \t b' }),
  'a text of other letters': call({ region: 'Zürich 東京' }, { 'mcp-param-region': base64('Zürich 東京') }),
  'an empty text': call({ region: '' }, { 'mcp-param-region': base64('') }),
  'a text that looks like base64': call({ region: base64('eu') }, { 'mcp-param-region': base64(base64('eu')) }),
  'a text with a byte order mark': call({ region: '\ufeffeu' }, { 'mcp-param-region': base64('\ufeffeu') }),
  'an integer': call({ limit: 42 }, { 'mcp-param-limit': '42' }),
  'an integer with a fraction of zero': call({ limit: 42 }, { 'mcp-param-limit': '42.0' }),
  'a negative integer': call({ limit: -1 }, { 'mcp-param-limit': '-1' }),
  'a boolean': call({ dry: false }, { 'mcp-param-dry': 'false' }),
  'an argument within an object': call({ where: { city: 'Bern' } }, { 'mcp-param-city': 'Bern' }),
  'no argument': call({}),
  'an argument that is null': call({ region: null }),
  'a header of no argument': call({}, { 'mcp-param-other': 'x' }),
}

/** Requests whose headers do not. */
const UNEQUAL = {
  'no revision': list({ 'mcp-protocol-version': undefined }),
  'another revision': list({ 'mcp-protocol-version': '2025-11-25' }),
  'two revisions': list({ 'mcp-protocol-version': ['2026-07-28', '2026-07-28'] }),
  'no method': list({ 'mcp-method': undefined }),
  'another method': list({ 'mcp-method': 'tools/call' }),
  'a method in upper case': list({ 'mcp-method': 'TOOLS/LIST' }),
  'two methods': list({ 'mcp-method': ['tools/list', 'tools/call'] }),
  'no name': modern('tools/call', { name: 'query' }, { headers: { 'mcp-name': undefined } }),
  'another name': modern('tools/call', { name: 'query' }, { headers: { 'mcp-name': 'echo' } }),
  'an empty name': modern('tools/call', { name: 'query' }, { headers: { 'mcp-name': '' } }),
  'a name in bytes': modern('tools/call', { name: 'nöpe' }, { headers: { 'mcp-name': 'nöpe' } }),
  'base64 without padding': call({ region: 'e' }, { 'mcp-param-region': '=?base64?ZQ?=' }),
  'base64 with other characters': call({ region: 'e' }, { 'mcp-param-region': '=?base64?Z_==?=' }),
  'base64 that is no UTF-8': call({ region: '\ufffd' }, { 'mcp-param-region': '=?base64?/w==?=' }),
  'base64 without an end': call({ region: 'e' }, { 'mcp-param-region': '=?base64?ZQ==' }),
  'a prefix that is its own end': call({ region: '' }, { 'mcp-param-region': '=?base64?=' }),
  'an argument without its header': call({ region: 'eu' }),
  'an empty argument with an empty header': call({ region: 'eu' }, { 'mcp-param-region': '' }),
  'a header without its argument': call({}, { 'mcp-param-region': 'eu' }),
  'a header of an argument that is null': call({ region: null }, { 'mcp-param-region': 'null' }),
  'another argument': call({ region: 'eu' }, { 'mcp-param-region': 'us' }),
  'another case': call({ region: 'eu' }, { 'mcp-param-region': 'EU' }),
  'an integer in hex': call({ limit: 26 }, { 'mcp-param-limit': '0x1a' }),
  'an integer with an exponent': call({ limit: 1000 }, { 'mcp-param-limit': '1e3' }),
  'an integer as text': call({ limit: 42 }, { 'mcp-param-limit': 'forty-two' }),
  'a boolean as a number': call({ dry: true }, { 'mcp-param-dry': '1' }),
  'an argument of another object': call({ where: { city: 'Bern' } }, { 'mcp-param-city': 'Basel' }),
  'an argument of the prototype': call(JSON.parse('{"__proto__":{"region":"eu"}}'), { 'mcp-param-region': 'eu' }),
}

/** Tools that are in no list, and may be called all the same. */
const UNLISTED = {
  'one that is too large': { description: 'd'.repeat(8.5e6) },
  'one with a header that cannot be sent': {
    inputSchema: {
      type: 'object',
      properties: { ...TOOL.inputSchema.properties, all: { type: 'array', items: { 'x-mcp-header': 'All' } } },
    },
  },
}

/** The request without headers that are undefined; `fetch` has one header where a socket may have two. */
function sendable({ headers, body }, carrier) {
  const sent = Object.entries(headers).filter(([, value]) => value !== undefined)
  const joined = sent.map(([name, value]) => [name, carrier === 'fetch' ? [value].flat().join(', ') : value])
  return { headers: Object.fromEntries(joined), body }
}

for (const carrier of Object.keys(CARRIERS)) {
  for (const [what, request] of Object.entries(EQUAL))
    test(`${carrier}: ${what} is served`, async (t) => {
      const { ask } = await served(t, registryOf(TOOL), { carrier })
      const { status, json } = await ask(sendable(request, carrier))
      assert.deepEqual([status, json.error], [200, undefined])
    })

  for (const [what, request] of Object.entries(UNEQUAL))
    test(`${carrier}: ${what} is -32020`, async (t) => {
      const { ask } = await served(t, registryOf(TOOL), { carrier })
      const { status, json } = await ask(sendable(request, carrier))
      assert.deepEqual([status, json.error?.code, json.id], [400, -32020, 1])
    })

  test(`${carrier}: no closure runs for a request whose headers differ`, async (t) => {
    let runs = 0
    const { ask } = await served(t, registryOf({ execute: () => ++runs }), { carrier })
    await ask(modern('tools/call', { name: 'echo' }, { headers: { 'mcp-name': 'other' } }))
    assert.equal(runs, 0)
  })

  for (const [number, header, isEqual] of [
    ['9007199254740993', '9007199254740993', true],
    ['9007199254740993', '9007199254740992', false],
    ['9007199254740992', '9007199254740993', false],
    ['-9223372036854775808', '-9223372036854775808', true],
  ])
    test(`${carrier}: the header ${header} is ${isEqual ? '' : 'not '}the integer ${number}`, async (t) => {
      const { ask } = await served(t, registryOf(TOOL), { carrier })
      const { headers, body } = call({ limit: 'N' }, { 'mcp-param-limit': header })
      const { json } = await ask({ headers, body: JSON.stringify(body).replace('"N"', ` ${number} `) })
      assert.equal(json.error?.code, isEqual ? undefined : -32020)
    })

  test(`${carrier}: header equality comes before the revision`, async (t) => {
    const { ask } = await served(t, registryOf(TOOL), { carrier })
    const _meta = { 'io.modelcontextprotocol/protocolVersion': 'v999' }
    assert.equal((await ask(modern('tools/list', { _meta }))).json.error.code, -32020)
  })

  for (const args of ['{"region":"eu"}', '', [], null, 5])
    test(`${carrier}: arguments that are ${JSON.stringify(args)} are -32602, and no closure runs`, async (t) => {
      let runs = 0
      const { ask } = await served(t, registryOf({ ...TOOL, execute: () => ++runs }), { carrier })
      const { status, json } = await ask(sendable(call(args), carrier))
      assert.deepEqual([status, json.error?.code, runs], [200, -32602, 0])
    })

  for (const [what, over] of Object.entries(UNLISTED))
    test(`${carrier}: headers of a tool that is not listed are compared: ${what}`, async (t) => {
      const registry = new ToolRegistry({ limits: { definitionBytes: 10e6 } })
      const { ask, server } = await served(t, registry, { carrier })
      await ask(list())
      registry.register(tool({ ...TOOL, ...over }))
      const { tools, quarantined, refused } = server.judgement('2026-07-28')
      assert.deepEqual([tools, quarantined.length + refused.length], [0, 1])
      assert.equal((await ask(call({ region: 'eu' }, { 'mcp-param-region': 'us' }))).json.error?.code, -32020)
      assert.equal((await ask(call({ region: 'eu' }, { 'mcp-param-region': 'eu' }))).json.error, undefined)
    })

  test(`${carrier}: a notification needs no header`, async (t) => {
    const { ask } = await served(t, registryOf(TOOL), { carrier })
    const { body } = modern('notifications/cancelled', { requestId: 1 })
    delete body.id
    assert.equal((await ask({ headers: { 'content-type': 'application/json' }, body })).status, 202)
  })

  test(`${carrier}: legacy headers are not compared`, async (t) => {
    const { ask } = await served(t, registryOf(TOOL), { carrier })
    const headers = { 'mcp-method': 'other', 'mcp-name': 'other', 'mcp-param-region': 'us' }
    const { status } = await ask(legacy('tools/call', { name: 'query', arguments: { region: 'eu' } }, { headers }))
    assert.equal(status, 200)
  })

  test(`${carrier}: headers of a call that waits for the first load are compared`, async (t) => {
    const registry = registryOf()
    let load
    const ready = new Promise((resolve) => (load = resolve))
    const { ask } = await served(t, registry, { carrier, ready })
    const { headers, body } = call({ region: 'eu' }, { 'mcp-param-region': 'us' })
    const answer = ask({ headers, body })
    await ask(modern('server/discover'))
    registry.register(tool(TOOL))
    load()
    assert.equal((await answer).json.error.code, -32020)
  })
}
