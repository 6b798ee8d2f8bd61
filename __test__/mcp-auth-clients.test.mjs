// Authorization of an MCP server from end to end: a certified authorization server, and the official client.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { ClientCredentialsProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { createMcpServer, jwtVerifier } from 'toolrack/mcp'
import { root, runFile } from './support/child.mjs'
import { modern, overHttp } from './support/mcp-http.mjs'
import { registryOf } from './support/tools.mjs'

const BIN = join(root, 'bin', 'toolrack.js')
const SECRET = { clientId: 'agent', clientSecret: 's3cret', scope: 'tools' }

/** A port that was free a moment ago. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** An authorization server that signs access tokens with an algorithm; its keys are found by its metadata. */
async function authorizationServer(t, alg) {
  const { default: Provider } = await import('oidc-provider')
  let answer
  const server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => (server.closeAllConnections(), server.close()))
  const issuer = `http://127.0.0.1:${server.address().port}`
  const keys = [
    { alg: 'RS256', pair: generateKeyPairSync('rsa', { modulusLength: 2048 }) },
    { alg: 'ES256', pair: generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
  ]
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: SECRET.clientId,
        client_secret: SECRET.clientSecret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    jwks: { keys: keys.map((key) => ({ ...key.pair.privateKey.export({ format: 'jwk' }), alg: key.alg, use: 'sig' })) },
    scopes: ['openid', 'offline_access', 'tools', 'billing'],
    ttl: { ClientCredentials: 600 },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx, audience) => ({
          scope: 'tools billing',
          audience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg } },
        }),
      },
    },
  })
  answer = provider.callback()
  return issuer
}

/** Connects the official client, which finds everything by the challenge of the server. */
async function connected(t, url) {
  const authProvider = new ClientCredentialsProvider(SECRET)
  const client = new Client({ name: 'c', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider }))
  t.after(() => client.close())
  return { client, authProvider }
}

for (const alg of ['RS256', 'ES256'])
  test(`the official client gets a token of a certified server (${alg}), and is its subject`, async (t) => {
    const issuer = await authorizationServer(t, alg)
    const port = await freePort()
    const resource = `http://127.0.0.1:${port}/mcp`
    const registry = registryOf({
      name: 'whoami',
      execute: (_args, { userId, metadata }) => ({ userId, iss: metadata.iss }),
    })
    const auth = {
      resource,
      authorizationServers: [issuer],
      scopes: ['tools'],
      verify: jwtVerifier({ issuer, audience: resource }),
    }
    const server = createMcpServer(registry, { auth })
    t.after(() => server.close())
    const { url } = await server.listen({ port })
    assert.equal((await overHttp(url)(modern('tools/list'))).status, 401)
    const { client, authProvider } = await connected(t, url)
    assert.deepEqual(
      (await client.listTools()).tools.map(({ name }) => name),
      ['whoami'],
    )
    const { structuredContent } = await client.callTool({ name: 'whoami', arguments: {} })
    assert.deepEqual(structuredContent, { userId: SECRET.clientId, iss: issuer })
    // A token for this server is none for another one of the same issuer.
    const other = createMcpServer(registry, {
      auth: { ...auth, resource: `${resource}/other`, verify: jwtVerifier({ issuer, audience: `${resource}/other` }) },
    })
    t.after(() => other.close())
    const { access_token: token } = authProvider.tokens()
    const headers = { authorization: `Bearer ${token}` }
    const second = await other.listen()
    assert.equal((await overHttp(second.url)(modern('tools/list', {}, { headers }))).status, 401)
    assert.equal((await overHttp(url)(modern('tools/list', {}, { headers }))).status, 200)
  })

/** A folder with a document. */
async function place(t) {
  const folder = await mkdtemp(join(tmpdir(), 'toolrack-auth-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'pets.json')
  const document = {
    openapi: '3.1.0',
    info: { title: 'Pets', version: '1' },
    servers: [{ url: 'https://pets.example' }],
  }
  await writeFile(file, JSON.stringify({ ...document, paths: { '/pets': { get: { operationId: 'listPets' } } } }))
  return file
}

test('toolrack serve --auth takes tokens of the issuer alone, also on an address that others reach', async (t) => {
  const issuer = await authorizationServer(t, 'RS256')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/mcp`
  const args = ['serve', await place(t), '--http', `0.0.0.0:${port}`, '--auth', issuer, '--audience', url]
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  let log = ''
  await new Promise((resolve) => child.stderr.on('data', (chunk) => /MCP at/.test((log += chunk)) && resolve()))
  assert.equal((await overHttp(url)(modern('tools/list'))).status, 401)
  const { client } = await connected(t, url)
  assert.deepEqual(
    (await client.listTools()).tools.map(({ name }) => name),
    ['listPets'],
  )
})

for (const [args, message] of [
  [['--auth', 'https://a.example'], /--auth is for a server over HTTP/],
  [['--http', '3000', '--audience', 'https://a.example'], /--audience is for a server with authorization/],
  [['--http', '0', '--auth', 'https://a.example'], /--auth needs --audience/],
  [['--http', '0.0.0.0:3000', '--auth', 'https://a.example'], /--auth needs --audience/],
  [['--http', '3000', '--host', 'a.example', '--host', 'b.example', '--auth', 'https://a.example'], /--audience/],
  [['--http', '3000', '--auth', 'http://a.example'], /--auth, --audience: .*https/],
  [['--http', '3000', '--auth', 'https://a.example', '--audience', 'b'], /--auth, --audience: /],
])
  test(`toolrack serve ${args.join(' ')} is a mistake that says what is right`, async (t) => {
    const { code, stderr } = await runFile([BIN, 'serve', await place(t), ...args])
    assert.equal(code, 2)
    assert.match(stderr, message)
  })
