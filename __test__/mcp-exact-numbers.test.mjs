// Numbers of 64 bits over MCP: an HTTP operation gets and gives them as they are, and nothing gets another number.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { connect } from './support/mcp-client.mjs'
import { tool } from './support/tools.mjs'

const USERS = {
  '/users/{id}': {
    delete: {
      operationId: 'deleteUser',
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: 'integer', format: 'int64' } },
        { name: 'note', in: 'query', schema: { type: 'string' } },
      ],
    },
  },
}

/** A server of an API that says what it was asked for, in more than one line, and of a closure. */
async function served(t, options) {
  const asked = []
  const api = createServer(({ url }, response) => {
    asked.push(url)
    response.setHeader('content-type', 'application/json').end('{\n  "id": 9007199254740993,\r\n  "ratio": 0.5\n}')
  }).listen(0, '127.0.0.1')
  t.after(() => api.close())
  await once(api, 'listening')
  const registry = new ToolRegistry(options)
  const servers = [{ url: `http://127.0.0.1:${api.address().port}` }]
  await new SpecLoader(registry).load({ openapi: '3.1.0', info: { title: 'P', version: '1' }, servers, paths: USERS })
  const got = []
  registry.register(tool({ name: 'closure', inputSchema: { type: 'object' }, execute: ({ id }) => got.push(id) }))
  const { client, output } = await connect(t, registry, { era: 'legacy' })
  const lines = []
  output.on('data', (chunk) => lines.push(String(chunk)))
  let id = 100
  const call = (name, args, before = '') => {
    id++
    const params = `"params":{${before}"name":"${name}","arguments":${args}}`
    client.write(`{"jsonrpc":"2.0","id":${id},"method":"tools/call",${params}}\n`)
    return client.next((message) => message.id === id)
  }
  return { call, asked, got, registry, raw: () => lines.join('') }
}

for (const [what, args, path] of [
  ['the largest number of 64 bits', '{"id":18446744073709551615}', '/users/18446744073709551615'],
  ['the smallest number of 64 bits', '{"id":-9223372036854775808}', '/users/-9223372036854775808'],
  ['a number beyond 2^53', '{ "id" : 9007199254740993 }', '/users/9007199254740993'],
  ['a number in front of a text', '{"id":9007199254740993,"note":"\\"},{[\\\\"}', undefined],
  ['the last one of a name', '{"id":1,"\\u0069d":9007199254740993}', '/users/9007199254740993'],
  ['a text of digits', '{"id":7,"note":"9007199254740993"}', '/users/7?note=9007199254740993'],
  ['a number that a double is', '{"id":9007199254740994}', '/users/9007199254740994'],
])
  test(`an operation gets ${what}`, async (t) => {
    const { call, asked } = await served(t)
    const { result } = await call('deleteUser', args, '"arguments":{"id":5},"_meta":{"a":[{"arguments":6}]},')
    assert.equal(result?.isError, undefined, JSON.stringify(result))
    if (path === undefined) assert.match(asked[0], /^\/users\/9007199254740993\?/)
    else assert.deepEqual(asked, [path])
  })

test('structuredContent has the numbers of the API, on one line', async (t) => {
  const { call, raw } = await served(t)
  const { result } = await call('deleteUser', '{"id":1}')
  const text = '{"id":9007199254740993,"ratio":0.5}'
  assert.equal(result.content[0].text, text)
  assert.ok(raw().trimEnd().endsWith(`"structuredContent":${text}}}`), raw())
})

for (const number of ['9007199254740993', '-9007199254740993', '[{"a":9007199254740993}]'])
  test(`a closure does not get ${number} as another number`, async (t) => {
    const { call, got } = await served(t, { validateParams: false })
    const { result } = await call('closure', `{"id":${number}}`)
    assert.equal(result.isError, true)
    assert.match(result.content[0].text, /INVALID_PARAMS.*9007199254740993/)
    assert.deepEqual(got, [])
  })

for (const number of ['18446744073709551617', '-9223372036854775809', '1e400', '9'.repeat(400), '9'.repeat(100_000)])
  test(`${number.slice(0, 20)} (${number.length} digits) is a number that nothing keeps: it is refused`, async (t) => {
    const { call, asked } = await served(t)
    const { error } = await call('deleteUser', `{"id":${number}}`)
    assert.equal(error.code, -32602)
    assert.match(error.message, /no number of 64 bits/)
    assert.ok(error.message.length < 200)
    assert.deepEqual(asked, [])
  })

test('numbers that JavaScript keeps reach a closure', async (t) => {
  const { call, got } = await served(t)
  for (const number of [
    '0.30000000000000004',
    '1e300',
    '9007199254740991',
    '9223372036854775808',
    '1000000000000000000000',
  ])
    await call('closure', `{"id":${number}}`)
  assert.deepEqual(got, [0.30000000000000004, 1e300, 9007199254740991, 2 ** 63, 1e21])
})

test('an operation that something observes does not get another number', async (t) => {
  const { call, asked, registry } = await served(t)
  registry.on('call', () => {})
  const { result } = await call('deleteUser', '{"id":9007199254740993}')
  assert.match(result.content[0].text, /INVALID_PARAMS.*9007199254740993/)
  assert.deepEqual(asked, [])
  assert.equal((await call('deleteUser', '{"id":7}')).result.isError, undefined)
})
