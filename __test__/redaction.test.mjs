// A credential that an API echoes in its heads reaches nobody, by whichever door.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { serve } from './support/server.mjs'

const SECRET = 'k-0123456789abcdef'
const document = {
  openapi: '3.1.0',
  info: { title: 'a', version: '1' },
  paths: { '/a': { get: { operationId: 'get', security: [{ s: [] }] } } },
  components: { securitySchemes: { s: { type: 'http', scheme: 'bearer' } } },
}

/** All that a value says, symbols and errors included. */
const seen = (value) =>
  JSON.stringify(value, (_, one) => (one instanceof Error ? { message: one.message, ...one } : one)) ?? ''

for (const [row, status, headers, body] of [
  ['a media type', 200, { 'content-type': `image/png; key=${SECRET}` }, 'x'],
  ['a media type that is nothing else', 200, { 'content-type': `image/${SECRET}` }, 'x'],
  ['the media type of JSON', 200, { 'content-type': `application/json; key=${SECRET}` }, '{}'],
  [
    'the name of a file',
    200,
    { 'content-type': 'image/png', 'content-disposition': `attachment; filename="a/${SECRET}"` },
    'x',
  ],
  ['a link', 200, { 'content-type': 'application/json', link: `<https://h.example/${SECRET}>` }, '{}'],
  ['the name of a header', 200, { 'content-type': 'application/json', [`x-ratelimit-${SECRET}`]: '1' }, '{}'],
  ['an encoding', 200, { 'content-type': 'application/json', 'content-encoding': SECRET }, '{}'],
  ['the media type of a failure', 500, { 'content-type': `text/plain; key=${SECRET}` }, 'x'],
  ['the body of a failure', 500, { 'content-type': 'text/plain' }, SECRET],
]) {
  test(`a credential echoed in ${row} is masked at every door`, async (t) => {
    const { url, requests } = await serve(t, (_, response) => void response.writeHead(status, headers).end(body))
    const registry = new ToolRegistry()
    const loader = new SpecLoader(registry)
    t.after(() => registry.close())
    await loader.load(document, { name: 'api', baseUrl: url, auth: { s: SECRET }, callLimits: { retries: 0 } })
    const turn = registry.snapshot()
    const streamed = async () => {
      const pieces = []
      for await (const piece of registry.stream('get')) pieces.push(piece)
      return pieces
    }
    const doors = [
      () => registry.execute('get'),
      () => registry.call('get'),
      streamed,
      () => turn.respond('anthropic', { type: 'tool_use', id: '1', name: 'get', input: {} }),
    ]
    for (const door of doors) {
      const outcome = await Promise.resolve()
        .then(door)
        .catch((error) => error)
      assert.doesNotMatch(seen(outcome), new RegExp(SECRET), `${door}`)
    }
    assert.equal(requests[0].headers.authorization, `Bearer ${SECRET}`)
    assert.equal(requests.length, doors.length)
  })
}

test('a credential in JSON that only JavaScript reads is masked', async (t) => {
  const key = 's3cretcredential/abc'
  const bodies = [
    ['{"n":1e999,"t":"s3\\u0063retcredential/abc"}', { n: Infinity, t: '[redacted]' }],
    ['{"h":"\\ud800","t":["s3cretcredential\\/abc"]}', { h: '\ud800', t: ['[redacted]'] }],
    ['{"h":"\\udc00","s3\\u0063retcredential\\u002fabc":-0}', { h: '\udc00', '[redacted]': -0 }],
  ]
  const waiting = bodies.map(([body]) => body)
  const { url } = await serve(
    t,
    (_, response) => void response.setHeader('content-type', 'application/json').end(waiting.shift()),
  )
  const registry = new ToolRegistry()
  t.after(() => registry.close())
  await new SpecLoader(registry).load(document, { name: 'api', baseUrl: url, auth: { s: key } })
  for (const [body, expected] of bodies) assert.deepEqual(await registry.execute('get'), expected, body)
})
