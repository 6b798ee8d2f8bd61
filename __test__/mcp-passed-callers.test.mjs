// Resources and prompts of upstreams with credentials of each caller: whose connection a request goes over.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMcpServer } from 'toolrack/mcp'
import { overFetch } from './support/mcp-http.mjs'
import { ScriptedServer, fault, openScene } from './support/scripted-upstream.mjs'

const list =
  (...items) =>
  async () => ({ items })

/** A server of ours whose users are those of a header, before an upstream that answers with a request's credentials. */
async function passing(t, { credentialOf, readResource } = {}) {
  const { registry, loader } = openScene()
  const upstream = new ScriptedServer()
  const asked = []
  upstream.credentialOf = (caller, request) => {
    asked.push([caller, request])
    return credentialOf === undefined ? `of ${caller.userId}` : credentialOf(caller, request)
  }
  const answer = (key) => readResource?.(key) ?? { contents: [{ uri: 'a:1', text: String(key) }] }
  upstream.content = (key) => ({
    listResources: list({ uri: 'a:1', name: String(key) }),
    listTemplates: list(),
    listPrompts: list({ name: 'p' }),
    readResource: async () => answer(key),
    getPrompt: async () => ({ messages: [{ role: 'user', content: { type: 'text', text: String(key) } }] }),
    complete: async () => ({ completion: { values: [String(key)] } }),
  })
  await loader.load('s', upstream)
  const context = ({ headers }) => ({ userId: headers['x-user'] })
  const server = createMcpServer(registry, { passThrough: loader, context })
  t.after(async () => {
    await server.close()
    await loader.close()
  })
  const send = overFetch(server)
  const ask = async (user, method, params) => {
    const headers = { 'content-type': 'application/json', host: 'localhost', 'x-user': user }
    return (await send({ headers, body: { jsonrpc: '2.0', id: 1, method, params } })).json
  }
  return { ask, asked, loader, upstream }
}

const REQUESTS = {
  'resources/read': [{ uri: 'a:1' }, ({ contents }) => contents[0].text],
  'prompts/get': [{ name: 'p' }, ({ messages }) => messages[0].content.text],
  'completion/complete': [
    { ref: { type: 'ref/prompt', name: 'p' }, argument: { name: 'a', value: '' } },
    ({ completion }) => completion.values[0],
  ],
}

for (const [method, [params, read]] of Object.entries(REQUESTS))
  test(`${method} has the credentials of its caller, and lists have those of the loader`, async (t) => {
    const { ask, asked, loader } = await passing(t)
    assert.equal((await ask('ann', 'resources/list')).result.resources[0].name, 'undefined')
    assert.equal(asked.length, 0)
    for (const user of ['ann', 'bob', 'ann']) assert.equal(read((await ask(user, method, params)).result), `of ${user}`)
    const [[{ signal, ...caller }, request]] = asked
    assert.deepEqual([caller.userId, caller.toolName, request], ['ann', undefined, { isRefused: false }])
    assert.equal(signal.aborted, false)
    assert.equal(loader.status()[0].callerConnections, 2)
  })

test('credentials that the server refuses are asked for once more', async (t) => {
  let reads = 0
  const readResource = (key) => {
    reads++
    if (key === 'old') throw Object.assign(fault('refused', 'the server answered with HTTP 401'), { status: 401 })
    return undefined
  }
  const credentialOf = (_, { isRefused }) => (isRefused ? 'new' : 'old')
  const { ask } = await passing(t, { credentialOf, readResource })
  assert.equal((await ask('ann', 'resources/read', { uri: 'a:1' })).result.contents[0].text, 'new')
  assert.equal(reads, 2)
  const { ask: again } = await passing(t, { credentialOf: () => 'old', readResource })
  const { error } = await again('ann', 'resources/read', { uri: 'a:1' })
  assert.equal(error.code, -32603)
  assert.equal(reads, 3, 'the same credentials are not sent twice')
})

test('a caller whose credentials cannot be given gets an error, and no request is sent', async (t) => {
  let reads = 0
  const credentialOf = ({ userId }) => {
    if (userId === 'eve') throw new Error('no such user')
    return userId
  }
  const { ask } = await passing(t, { credentialOf, readResource: () => void reads++ })
  const { error } = await ask('eve', 'resources/read', { uri: 'a:1' })
  assert.deepEqual([error.code, reads], [-32603, 0])
  assert.equal((await ask('ann', 'resources/read', { uri: 'a:1' })).result.contents[0].text, 'ann')
})
