// Three servers of ours in a row, each with tokens of its own: every user reaches the last one as themself.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { McpLoader, createMcpServer } from 'toolrack/mcp'
import { modern, overHttp } from './support/mcp-http.mjs'

const USERS = ['ann', 'bob']
const CALLS = 1_000
/** Calls of one user at once: a server takes sixteen. */
const AT_ONCE = 8

const RESOURCE = { resource: 'http://127.0.0.1/mcp', authorizationServers: ['https://login.example'] }

/** A door: its tokens are its own, and `verify` exchanges each for that of the next door. */
function door(name) {
  const exchanged = new Map()
  const seen = []
  const verify = (token) => {
    seen.push(token)
    const [at, user] = token.split('.')
    if (at !== name || !USERS.includes(user)) return undefined
    exchanged.set(user, user)
    return { subject: user }
  }
  return { auth: { ...RESOURCE, verify }, seen, exchanged, tokenOf: (user) => `${name}.${user}.secret-of-${name}` }
}

/** The headers for the next door: none for a user whose token was not exchanged. The loader itself is a user there. */
const headersFor = (here, next) => (caller) => {
  const user = caller.userId === undefined && caller.toolName === undefined ? 'ann' : here.exchanged.get(caller.userId)
  if (user === undefined) throw new Error('no token was exchanged for this user')
  return { authorization: `Bearer ${next.tokenOf(user)}` }
}

const PROGRAM = `
  import { createMcpServer } from 'toolrack/mcp'
  import { ToolRegistry } from 'toolrack'
  const registry = new ToolRegistry()
  const inputSchema = { type: 'object', properties: { id: { type: 'string' } } }
  const execute = async ({ id }) => (await new Promise(setImmediate), process.env.USER_OF + ' ' + id)
  registry.register({ name: 'who', description: 'd', inputSchema, execute })
  await createMcpServer(registry).stdio()`

/** Opens the row: client → A → B → C over HTTP, and a program beside C. */
async function openRow(t) {
  const [a, b, c] = ['a', 'b', 'c'].map(door)
  const inputSchema = { type: 'object', properties: { id: { type: 'string' } } }
  const execute = async ({ id }, { userId }) => (await new Promise(setImmediate), `${userId} ${id}`)
  const [last, middle, first] = [new ToolRegistry(), new ToolRegistry(), new ToolRegistry()]
  last.register({ name: 'who', description: 'd', inputSchema, execute })
  const servers = [
    [last, c],
    [middle, b],
    [first, a],
  ].map(([registry, { auth }]) => createMcpServer(registry, { auth }))
  const urls = []
  const [ofMiddle, ofFirst] = [new McpLoader(middle), new McpLoader(first)]
  t.after(async () => {
    for (const one of [ofFirst, ofMiddle, ...servers.toReversed()]) await one.close()
  })
  urls.push((await servers[0].listen()).url)
  await ofMiddle.load('c', { url: urls[0], headers: headersFor(b, c) }, { namespace: 'http' })
  const program = { command: process.execPath, args: ['--input-type=module', '-e', PROGRAM], cwd: ROOT }
  const env = ({ userId = 'nobody' }) => ({ USER_OF: userId })
  await ofMiddle.load('program', { ...program, env }, { namespace: 'stdio' })
  urls.push((await servers[1].listen()).url)
  await ofFirst.load('b', { url: urls[1], headers: headersFor(a, b) })
  urls.push((await servers[2].listen()).url)
  return { ask: overHttp(urls[2]), doors: { a, b, c }, first, ofFirst, ofMiddle }
}

const ROOT = new URL('..', import.meta.url).pathname

test(`${CALLS} interleaved calls of two users through three servers each reach the last one as themself`, async (t) => {
  const { ask, doors, first, ofFirst, ofMiddle } = await openRow(t)
  assert.deepEqual(first.list(), ['http_who', 'stdio_who'])
  let sent = 0
  const call = async (user, id, name) => {
    const headers = { authorization: `Bearer ${doors.a.tokenOf(user)}` }
    const { json } = await ask(modern('tools/call', { name, arguments: { id } }, { id: sent + 1, headers }))
    return json.result?.content?.[0]?.text ?? JSON.stringify(json)
  }
  const worker = async (user) => {
    while (sent < CALLS) {
      const id = `call-${++sent}`
      assert.equal(await call(user, id, sent % 3 === 0 ? 'stdio_who' : 'http_who'), `${user} ${id}`)
    }
  }
  await Promise.all(USERS.flatMap((user) => Array.from({ length: AT_ONCE }, () => worker(user))))
  // Each door has seen its own tokens alone.
  for (const [name, { seen }] of Object.entries(doors))
    assert.deepEqual(new Set(seen), new Set(USERS.map((user) => doors[name].tokenOf(user))))
  const connections = [ofFirst, ofMiddle].flatMap((loader) => loader.status().map((one) => one.callerConnections))
  assert.deepEqual(connections, [2, 2, 2])
})

test('a user whose token was not exchanged reaches nothing behind the first door', async (t) => {
  const { first, doors } = await openRow(t)
  const before = doors.b.seen.length
  for (const userId of ['eve', undefined]) {
    const error = await first.execute('http_who', { id: '1' }, { context: { userId } }).catch((thrown) => thrown)
    assert.deepEqual([error.code, error.details.upstream], ['AUTH_FAILED', 'b'])
    assert.match(error.details.reason, /no token was exchanged/)
  }
  assert.equal(doors.b.seen.length, before)
})
