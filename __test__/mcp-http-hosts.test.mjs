// MCP over HTTP: which hosts and origins are served (DNS rebinding), CORS, and where a server listens.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { test } from 'node:test'
import { createMcpServer } from 'toolrack/mcp'
import { CARRIERS, modern, overHttp, served } from './support/mcp-http.mjs'
import { refusal, registryOf } from './support/tools.mjs'

const CALL = { name: 'echo', arguments: {} }

const HOSTS = {
  served: [
    'localhost',
    'LOCALHOST:3000',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.9.9.9:80',
    '[::1]',
    '[::1]:3000',
    'a.localhost',
  ],
  refused: [
    'evil.example.com',
    'localhost.evil.example.com',
    '127.0.0.1.evil.example.com',
    'evil.example.com:3000',
    'localhost@evil.example.com',
    'localhost, evil.example.com',
    'localhost:x',
    'localhost:',
    'localhost/',
    '0.0.0.0',
    '[::ffff:8.8.8.8]',
    '10.0.0.1',
    'xlocalhost',
  ],
}

const ORIGINS = {
  served: [
    'http://localhost',
    'http://localhost:6274',
    'https://127.0.0.1:8443',
    'http://[::1]:3000',
    'HTTP://LOCALHOST',
  ],
  refused: [
    'null',
    'http://evil.example.com',
    'http://localhost.evil.example.com',
    'http://localhost:3000/path',
    'http://user@localhost',
    'file://localhost',
    'tauri://localhost',
    'chrome-extension://abcdef',
    'localhost',
    'http://',
    'http://localhost, http://evil.example.com',
  ],
}

for (const carrier of Object.keys(CARRIERS)) {
  for (const [header, cases] of Object.entries({ host: HOSTS, origin: ORIGINS }))
    for (const [verdict, values] of Object.entries(cases))
      test(`${carrier}: ${header}s that are ${verdict}`, async (t) => {
        const { ask } = await served(t, registryOf({}), { carrier })
        for (const value of values) {
          const { status, headers } = await ask(modern('tools/call', CALL, { headers: { [header]: value } }))
          assert.equal(status, verdict === 'served' ? 200 : 403, value)
          assert.equal(headers['access-control-allow-origin'], undefined)
        }
      })

  test(`${carrier}: hosts and origins of the options are served, and no others`, async (t) => {
    const options = { hosts: ['MCP.example.com', 'other.example.com:8443'], origins: ['https://app.example.com'] }
    const { ask } = await served(t, registryOf({}), { carrier, ...options })
    const status = async (headers) => (await ask(modern('tools/call', CALL, { headers }))).status
    assert.equal(await status({ host: 'mcp.example.com' }), 200)
    assert.equal(await status({ host: 'mcp.example.com:3000' }), 200)
    assert.equal(await status({ host: 'other.example.com:8443' }), 200)
    assert.equal(await status({ host: 'other.example.com' }), 403)
    assert.equal(await status({ host: 'x.mcp.example.com' }), 403)
    assert.equal(await status({ origin: 'https://app.example.com' }), 200)
    assert.equal(await status({ origin: 'http://app.example.com' }), 403)
    assert.equal(await status({ origin: 'https://app.example.com:8443' }), 403)
  })

  test(`${carrier}: an origin of the options gets CORS headers with every answer`, async (t) => {
    const { ask } = await served(t, registryOf({}), { carrier, origins: ['https://app.example.com'] })
    const origin = 'https://app.example.com'
    for (const sent of [
      modern('tools/call', CALL, { headers: { origin } }),
      modern('tools/call', CALL, { headers: { origin, 'content-type': 'text/plain' } }),
      { method: 'GET', headers: { origin } },
    ]) {
      const { headers } = await ask(sent)
      assert.equal(headers['access-control-allow-origin'], origin)
      assert.equal(headers.vary, 'Origin')
      assert.match(headers['access-control-expose-headers'], /Mcp-Session-Id/)
      assert.equal(headers['access-control-allow-credentials'], undefined)
    }
  })

  for (const origin of [
    'chrome-extension://ABCDEF',
    'tauri://localhost',
    'vscode-webview://a-1',
    'capacitor://localhost:80',
  ])
    test(`${carrier}: the origin ${origin} is served where the options name it`, async (t) => {
      const { ask } = await served(t, registryOf({}), { carrier, origins: [origin] })
      const { status, headers } = await ask(modern('tools/call', CALL, { headers: { origin } }))
      assert.deepEqual([status, headers['access-control-allow-origin']], [200, origin])
      const other = await ask(modern('tools/call', CALL, { headers: { origin: `${origin}x` } }))
      assert.equal(other.status, 403)
    })

  test(`${carrier}: a preflight is answered for origins of the options alone`, async (t) => {
    const { ask } = await served(t, registryOf({}), { carrier, origins: ['https://app.example.com'] })
    const asks = {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'mcp-method,content-type',
    }
    const preflight = (origin) => ask({ method: 'OPTIONS', headers: { origin, ...asks } })
    const { status, headers, text } = await preflight('https://app.example.com')
    assert.deepEqual([status, text], [204, ''])
    assert.equal(headers['access-control-allow-methods'], 'GET, POST, DELETE')
    assert.equal(headers['access-control-allow-headers'], 'mcp-method,content-type')
    const local = await preflight('http://localhost:3000')
    assert.deepEqual([local.status, local.headers['access-control-allow-origin']], [405, undefined])
    assert.equal((await preflight('https://evil.example.com')).status, 403)
  })
}

for (const [header, status] of [
  ['host', 403],
  ['origin', 403],
  ['content-type', 415],
  ['content-length', 400],
])
  test(`two headers ${header} are ${status}`, async (t) => {
    const { port } = await served(t, registryOf({}), {})
    const socket = connectSocket(port, '127.0.0.1')
    t.after(() => socket.destroy())
    const values = { host: 'localhost', origin: 'http://localhost', 'content-type': 'application/json' }
    const lines = Object.entries({ ...values, 'content-length': '2' })
    const other = `${header.toUpperCase()}: ${header === 'content-length' ? '3' : 'evil'}\r\n`
    socket.write(
      `POST /mcp HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}${other}\r\n{}`,
    )
    const [answer] = await once(socket, 'data')
    assert.equal(Number(String(answer).slice(9, 12)), status)
  })

test('a host that is refused is answered before the body is read', async (t) => {
  const { ask } = await served(t, registryOf({}), {})
  const headers = { host: 'evil.example.com', 'content-length': String(1 << 20) }
  const { status } = await new Promise((resolve, reject) => {
    // The body never comes.
    ask({ ...modern('tools/list', {}, { headers }), body: undefined }).then(resolve, reject)
  })
  assert.equal(status, 403)
})

test('it listens on 127.0.0.1 at /mcp, and nothing is served elsewhere', async (t) => {
  const { url, port, ask } = await served(t, registryOf({}), {})
  assert.equal(url, `http://127.0.0.1:${port}/mcp`)
  for (const path of ['/', '/mcp/', '/MCP', '/mcp2', '/.well-known/oauth-protected-resource'])
    assert.equal((await ask({ method: 'GET', path, headers: {} })).status, path.startsWith('/.well') ? 405 : 404, path)
  assert.equal((await ask({ ...modern('tools/call', CALL), path: '/mcp?x=1' })).status, 200)
})

for (const host of ['0.0.0.0', '::', '192.168.1.7', 'mcp.example.com', ''])
  test(`the address "${host}" needs auth, or insecure: true`, async (t) => {
    const server = createMcpServer(registryOf({}))
    t.after(() => server.close())
    const { code, details, message } = await refusal(() => server.listen({ host }))
    assert.deepEqual([code, details.option], ['INVALID_OPTIONS', 'host'])
    assert.match(message, /auth.*insecure: true/)
  })

test('with insecure: true it listens on any address, and still refuses other hosts', async (t) => {
  const server = createMcpServer(registryOf({}), { insecure: true })
  t.after(() => server.close())
  const { port, url } = await server.listen({ host: '0.0.0.0', path: '/tools' })
  assert.equal(url, `http://0.0.0.0:${port}/tools`)
  const ask = overHttp(`http://127.0.0.1:${port}/tools`)
  assert.equal((await ask(modern('tools/call', CALL))).status, 200)
  assert.equal((await ask(modern('tools/call', CALL, { headers: { host: '10.0.0.1' } }))).status, 403)
})

test('an address that is taken rejects with the error of Node', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.after(() => other.close())
  const server = createMcpServer(registryOf({}))
  t.after(() => server.close())
  await assert.rejects(server.listen({ port: other.address().port }), { code: 'EADDRINUSE' })
})

for (const [option, value] of [
  ['port', -1],
  ['port', 65_536],
  ['port', '80'],
  ['port', NaN],
  ['host', 7],
  ['path', 'mcp'],
  ['path', '/mcp?x'],
  ['path', null],
])
  test(`listen({ ${option}: ${String(value)} }) is INVALID_OPTIONS`, async (t) => {
    const server = createMcpServer(registryOf({}))
    t.after(() => server.close())
    const { code, details } = await refusal(() => server.listen({ [option]: value }))
    assert.deepEqual([code, details.option], ['INVALID_OPTIONS', option])
  })

for (const [option, value] of [
  ['hosts', 'mcp.example.com'],
  ['hosts', ['https://mcp.example.com']],
  ['hosts', ['*']],
  ['hosts', [7]],
  ['origins', ['app.example.com']],
  ['origins', ['*']],
  ['origins', ['https://app.example.com/']],
  ['origins', ['tauri://']],
  ['origins', ['null']],
  ['origins', ['://app.example.com']],
  ['origins', ['chrome-extension://*']],
  ['sessions', 1],
  ['insecure', 'yes'],
  ['wireLimits', { idleMs: 0 }],
  ['wireLimits', { sessions: 1.5 }],
])
  test(`${option}: ${JSON.stringify(value)} is INVALID_OPTIONS`, async () => {
    const { code, details } = await refusal(() => createMcpServer(registryOf({}), { [option]: value }))
    assert.equal(code, 'INVALID_OPTIONS')
    assert.match(details.option, new RegExp(`^${option}`))
  })
