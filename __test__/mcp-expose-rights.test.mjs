// `search_tools` and `call_tool` give nobody more than a call by name: scopes, headers, and numbers of 64 bits.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { bearer, guarded, token } from './support/mcp-auth.mjs'
import { connect } from './support/mcp-client.mjs'
import { ERAS, modern } from './support/mcp-http.mjs'
import { registryOf } from './support/tools.mjs'

const having = (...scopes) => bearer(token({ scope: ['tools', ...scopes].join(' ') }))
const rack = () =>
  registryOf(
    { name: 'help', description: 'Says how to pay' },
    { name: 'billing/pay', description: 'Pays at once', scopes: ['billing'], execute: () => 'paid' },
    { name: 'search_tools', description: 'Finds customers', scopes: ['billing'], execute: () => 'theirs' },
  )

for (const [era, message] of Object.entries(ERAS)) {
  const open = async (t, unscoped) => {
    const { ask } = await guarded(t, rack(), { auth: { unscoped }, expose: 'search' })
    const call = (name, args, headers) => ask(message('tools/call', { name, arguments: args }, { headers }))
    return {
      list: async (headers) => (await ask(message('tools/list', {}, { headers }))).json.result.tools,
      find: async (query, headers) => {
        const { json } = await call('search_tools', { query, detail: 'names' }, headers)
        return JSON.parse(json.result.content[0].text)
      },
      call: (name, headers) => call('call_tool', { name, arguments: {} }, headers),
      direct: (name, headers) => call(name, {}, headers),
    }
  }

  test(`${era}, hide: a tool without whose scopes a caller is, leaves no trace`, async (t) => {
    const { list, find, call, direct } = await open(t, undefined)
    assert.match((await list(having()))[0].description, /1 tool of this server/)
    assert.match((await list(having('billing')))[0].description, /3 tools of this server/)
    const { tools, total } = await find('pay rockets', having())
    assert.deepEqual([tools, total], [[{ name: 'help', description: 'Says how to pay', missing: ['rockets'] }], 1])
    assert.equal((await find('billing_pay', having('billing'))).tools[0].name, 'billing_pay')
    const [hidden, missing] = [await call('billing_pay', having()), await call('billing_pax', having())]
    assert.deepEqual([hidden.status, hidden.json.error.code], [200, -32602])
    assert.equal(hidden.json.error.message.replaceAll('billing_pay', 'billing_pax'), missing.json.error.message)
    assert.doesNotMatch(missing.json.error.message, /billing_pay/)
    assert.equal((await direct('billing_pay', having())).json.error.code, -32602)
    assert.equal((await call('billing_pay', having('billing'))).json.result.content[0].text, 'paid')
  })

  test(`${era}, tell: a call through call_tool is 403 with the scopes of the tool that it is for`, async (t) => {
    const { find, call, direct } = await open(t, 'tell')
    assert.equal((await find('billing_pay', having())).tools[0].name, 'billing_pay')
    for (const name of ['billing_pay', 'search_tools']) {
      const { status, headers } = await call(name, having())
      assert.equal(status, 403, name)
      assert.match(headers['www-authenticate'], /insufficient_scope.*scope="tools billing"/)
    }
    assert.equal((await call('billing_pay', having('billing'))).json.result.content[0].text, 'paid')
    assert.equal((await call('search_tools', having('billing'))).json.result.content[0].text, 'theirs')
    // The server's own tools need no scopes, whatever a registered tool of the name needs.
    assert.equal((await direct('search_tools', having())).json.result.isError, true)
  })
}

test('arguments in headers are compared where a tool is called by its name, and call_tool has none', async (t) => {
  const inputSchema = {
    type: 'object',
    properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
  }
  const registry = registryOf({ name: 'query', inputSchema })
  const { ask } = await guarded(t, registry, { expose: 'search' })
  const send = (name, args, more) => {
    const headers = { ...having(), ...more }
    return ask(modern('tools/call', { name, arguments: args }, { headers }))
  }
  const args = { region: 'eu' }
  assert.equal((await send('query', args, {})).json.error.code, -32020)
  assert.equal((await send('query', args, { 'mcp-param-region': 'us' })).json.error.code, -32020)
  assert.deepEqual((await send('query', args, { 'mcp-param-region': 'eu' })).json.result.structuredContent, args)
  assert.deepEqual((await send('call_tool', { name: 'query', arguments: args })).json.result.structuredContent, args)
})

/** An API that says what it was asked for, behind `call_tool`. */
async function served(t) {
  const asked = []
  const api = createServer(({ url }, response) => {
    asked.push(url)
    response.setHeader('content-type', 'application/json').end('{"id":9007199254740993}')
  }).listen(0, '127.0.0.1')
  t.after(() => api.close())
  await once(api, 'listening')
  const registry = new ToolRegistry()
  const id = { name: 'id', in: 'path', required: true, schema: { type: 'integer', format: 'int64' } }
  const paths = { '/users/{id}': { delete: { operationId: 'deleteUser', parameters: [id] } } }
  const servers = [{ url: `http://127.0.0.1:${api.address().port}` }]
  await new SpecLoader(registry).load({ openapi: '3.1.0', info: { title: 'P', version: '1' }, servers, paths })
  registry.register({ name: 'closure', description: 'd', inputSchema: { type: 'object' }, execute: () => 'called' })
  const { client } = await connect(t, registry, { era: 'legacy', expose: 'search' })
  let number = 100
  const send = (args) => {
    const id = number++
    client.write(
      `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"call_tool","arguments":${args}}}\n`,
    )
    return client.next((message) => message.id === id)
  }
  return { asked, send }
}

for (const [what, args, path] of [
  [
    'the largest number of 64 bits',
    '{"name":"deleteUser","arguments":{"id":18446744073709551615}}',
    '18446744073709551615',
  ],
  ['a number beyond 2^53', '{ "arguments" : {"id" : 9007199254740993} , "name":"deleteUser"}', '9007199254740993'],
  [
    'the last one of a name',
    '{"arguments":{"id":5},"name":"closure","name":"deleteUser","argument\\u0073":{"id":9007199254740993}}',
    '9007199254740993',
  ],
])
  test(`an operation gets ${what} through call_tool`, async (t) => {
    const { asked, send } = await served(t)
    const { result } = await send(args)
    assert.equal(result.content[0].text, '{"id":9007199254740993}')
    assert.deepEqual(asked, [`/users/${path}`])
  })

test('through call_tool, a closure gets no other number, and nothing gets one beyond 64 bits', async (t) => {
  const { asked, send } = await served(t)
  const { result } = await send('{"name":"closure","arguments":{"a":[9007199254740993]}}')
  assert.equal(result.isError, true)
  assert.match(result.content[0].text, /INVALID_PARAMS.*9007199254740993/)
  const { error } = await send('{"name":"deleteUser","arguments":{"id":1e400}}')
  assert.equal(error.code, -32602)
  assert.deepEqual(asked, [])
})

test('a call that is behind call_tool is limited, cancelled and admitted as by its name', async (t) => {
  let signal
  const registry = registryOf({
    name: 'wait',
    execute: (_, context) =>
      new Promise((_resolve, reject) => {
        signal = context.signal
        signal.addEventListener('abort', () => reject(new Error('aborted')))
      }),
  })
  const { client, ask } = await connect(t, registry, { era: 'legacy', expose: 'search', wireLimits: { calls: 1 } })
  const call = { name: 'call_tool', arguments: { name: 'wait' } }
  client.send({ id: 90, method: 'tools/call', params: call })
  const { result } = await ask('tools/call', call)
  assert.match(result.content[0].text, /RATE_LIMITED/)
  const aborted = once(signal, 'abort')
  client.send({ method: 'notifications/cancelled', params: { requestId: 90 } })
  await aborted
})
