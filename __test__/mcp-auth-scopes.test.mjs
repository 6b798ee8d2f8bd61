// Scopes of tools: who is listed them, who may call them, and what the others can tell.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolModules, ToolRegistry } from 'toolrack'
import { createMcpServer } from 'toolrack/mcp'
import { bearer, guarded, token } from './support/mcp-auth.mjs'
import { connect } from './support/mcp-client.mjs'
import { ERAS, modern } from './support/mcp-http.mjs'
import { codeOf, refusal, registryOf } from './support/tools.mjs'

const pay = { name: 'billing/pay', scopes: ['billing', 'write'], execute: () => 'paid' }
const WIRE = 'billing_pay'
const rack = () => registryOf({ name: 'help' }, pay)
const having = (...scopes) => bearer(token({ scope: ['tools', ...scopes].join(' ') }))

for (const carrier of ['http', 'fetch'])
  for (const [era, message] of Object.entries(ERAS)) {
    const over = (name, unscoped, fact) =>
      test(`${carrier}, ${era}: ${name}`, async (t) => {
        const { ask } = await guarded(t, rack(), { carrier, auth: { unscoped } })
        const send = (method, params, headers) => ask(message(method, params, { headers }))
        const names = async (headers) =>
          (await send('tools/list', {}, headers)).json.result.tools.map(({ name }) => name)
        await fact({ names, call: (name, headers) => send('tools/call', { name, arguments: {} }, headers) })
      })

    over(
      'hide: a tool without whose scopes a caller is, is unknown in every way',
      undefined,
      async ({ names, call }) => {
        for (const headers of [
          having(),
          having('billing'),
          having('write'),
          having('billing write x'.replaceAll(' ', '-')),
        ]) {
          assert.deepEqual(await names(headers), ['help'])
          const [hidden, missing] = [await call(WIRE, headers), await call('billing_pax', headers)]
          assert.deepEqual([hidden.status, hidden.json.error.code], [200, -32602])
          assert.deepEqual(hidden.json.error.message.replaceAll(WIRE, 'billing_pax'), missing.json.error.message)
          assert.doesNotMatch(missing.json.error.message, /billing_pay/, 'nearest names do not have it')
          assert.equal((await call('help', headers)).json.result.isError, undefined)
        }
        const headers = having('billing', 'write', 'other')
        assert.deepEqual(await names(headers), ['help', WIRE])
        assert.equal((await call(WIRE, headers)).json.result.content[0].text, 'paid')
      },
    )

    over('tell: it is listed, and a call is 403 with all scopes that it needs', 'tell', async ({ names, call }) => {
      assert.deepEqual(await names(having('billing')), ['help', WIRE])
      const answer = await call(WIRE, having('billing'))
      assert.equal(answer.status, 403)
      assert.match(
        answer.headers['www-authenticate'],
        /^Bearer error="insufficient_scope", .*scope="tools billing write"$/,
      )
      assert.equal((await call(WIRE, having('billing', 'write'))).json.result.content[0].text, 'paid')
      assert.equal((await call('billing_pax', having())).json.error.code, -32602)
    })
  }

test('tell: a tool that gets a scope while its call waits for the first load is not called', async (t) => {
  const registry = registryOf({ name: 'help' })
  let loaded
  const ready = new Promise((resolve) => (loaded = resolve))
  const { ask } = await guarded(t, registry, { ready, auth: { unscoped: 'tell' } })
  const call = ask(modern('tools/call', { name: 'late', arguments: {} }, { headers: having() }))
  while (registry.has('late') === false) {
    await new Promise(setImmediate)
    registry.register({ name: 'late', description: 'd', scopes: ['more'], execute: () => assert.fail('is called') })
  }
  loaded()
  assert.equal((await call).status, 403)
})

test('a scope that a token gets or loses counts at the next request of its session', async (t) => {
  const { ask } = await guarded(t, rack())
  const { openSession, legacy } = await import('./support/mcp-http.mjs')
  const session = await openSession(ask, { headers: having('billing', 'write') })
  const size = async (headers) => (await ask(legacy('tools/list', {}, { session, headers }))).json.result.tools.length
  assert.deepEqual([await size(having('billing', 'write')), await size(having())], [2, 1])
})

test('callers who see the same tools read one list, whatever else their tokens have', async (t) => {
  const { ask } = await guarded(t, rack())
  const list = async (...scopes) => (await ask(modern('tools/list', {}, { headers: having(...scopes) }))).text
  const texts = await Promise.all(Array.from({ length: 40 }, (_, i) => list(`own:${i}`, 'billing', 'write')))
  assert.equal(new Set(texts).size, 1)
})

test('stdio, and a server without auth, ask for no scopes', async (t) => {
  const { ask } = await connect(t, rack())
  assert.equal((await ask('tools/list', {})).result.tools.length, 2)
  const server = createMcpServer(rack())
  t.after(() => server.close())
  const { headers, body } = modern('tools/list')
  const request = new Request('http://localhost/mcp', { method: 'POST', headers, body: JSON.stringify(body) })
  assert.equal((await (await server.fetch(request)).json()).result.tools.length, 2)
})

test('scopes are told of a registered tool, and are no part of its hash or of what a model sees', () => {
  const [without, having] = [registryOf({ name: 'a' }), registryOf({ name: 'a', scopes: ['x', 'y', 'x'] })]
  assert.deepEqual(having.get('a').scopes, ['x', 'y'])
  assert.equal('scopes' in without.get('a'), false)
  assert.equal(having.get('a').schemaHash, without.get('a').schemaHash)
  for (const target of ['openai', 'mcp', 'plain'])
    assert.deepEqual(having.definitions(target), without.definitions(target))
})

test('grantedScopes selects tools whose scopes are all among them', () => {
  const registry = registryOf({ name: 'free' }, { name: 'one', scopes: ['x'] }, { name: 'both', scopes: ['x', 'y'] })
  for (const [grantedScopes, names] of [
    [[], ['free']],
    [['x'], ['free', 'one']],
    [['y', 'z'], ['free']],
    [
      ['y', 'x'],
      ['free', 'one', 'both'],
    ],
  ])
    assert.deepEqual(registry.list({ grantedScopes }), names)
  assert.deepEqual(registry.snapshot({ filter: { grantedScopes: [] } }).list(), ['free'])
})

for (const [name, scopes, place] of [
  ['a text', 'x', '/scopes'],
  ['a scope with a space', ['x y'], '/scopes/0'],
  ['an empty scope', ['x', ''], '/scopes/1'],
  ['a number', [5], '/scopes/0'],
])
  test(`scopes of a definition: ${name} is INVALID_DEFINITION at ${place}`, async () => {
    const error = await refusal(() => registryOf({ scopes }))
    assert.deepEqual(
      [error.code, error.details.problems.map(({ pointer }) => pointer)],
      ['INVALID_DEFINITION', [place]],
    )
  })

const DOCUMENT = {
  openapi: '3.1.0',
  info: { title: 'a', version: '1' },
  servers: [{ url: 'https://api.example' }],
  paths: {
    '/a': { get: { operationId: 'a', 'x-toolrack': { scopes: [] } } },
    '/b': { get: { operationId: 'b' } },
  },
}

test('a load gives scopes to all tools, an override more to one, and a document none', async (t) => {
  const registry = new ToolRegistry()
  t.after(() => registry.close())
  const loader = new SpecLoader(registry)
  const report = await loader.load(DOCUMENT, {
    name: 'api',
    scopes: ['api'],
    overrides: { b: { scopes: ['b', 'api'] } },
  })
  assert.deepEqual([registry.get('a').scopes, registry.get('b').scopes], [['api'], ['b', 'api']])
  assert.match(JSON.stringify(report.notes), /scopes/)
  await loader.load(DOCUMENT, { name: 'api', scopes: ['other'] })
  assert.deepEqual(registry.get('a').scopes, ['other'])
  assert.equal(await codeOf(() => loader.load(DOCUMENT, { name: 'x', scopes: ['a b'] })), 'INVALID_OPTIONS')
})

test('tools of a module have their own scopes and those of the source; an override replaces theirs', async (t) => {
  const registry = new ToolRegistry()
  t.after(() => registry.close())
  const modules = new ToolModules(registry)
  const one = { ...pay, name: 'one', description: 'd' }
  const two = { ...pay, name: 'two', description: 'd' }
  await modules.add({ one, two }, { name: 'm', scopes: ['all'], overrides: { two: { scopes: [] } } })
  assert.deepEqual(registry.get('one').scopes, ['billing', 'write', 'all'])
  assert.deepEqual(registry.get('two').scopes, ['all'])
})

test('more sets of scopes than snapshots are kept: each caller lists and calls its own tools', async (t) => {
  const count = 40
  const own = Array.from({ length: count }, (_, i) => ({ name: `t${i}`, scopes: [`s${i}`], execute: async () => i }))
  const { ask } = await guarded(t, registryOf(...own))
  const visit = async (i) => {
    const headers = having(`s${i}`)
    const list = ask(modern('tools/list', {}, { headers }))
    const call = ask(modern('tools/call', { name: `t${i}`, arguments: {} }, { headers }))
    const other = ask(modern('tools/call', { name: `t${(i + 1) % count}`, arguments: {} }, { headers }))
    assert.deepEqual(
      (await list).json.result.tools.map(({ name }) => name),
      [`t${i}`],
    )
    assert.equal((await call).json.result.content[0].text, String(i))
    assert.equal((await other).json.error.code, -32602)
  }
  await Promise.all(Array.from({ length: count }, (_, i) => visit(i)))
})

test('other scopes of a tool are a change of the class auth, which a gate holds', async (t) => {
  const registry = new ToolRegistry()
  t.after(() => registry.close())
  const loader = new SpecLoader(registry)
  await loader.load(DOCUMENT, { name: 'api', scopes: ['old'] })
  await loader.load(DOCUMENT, { name: 'api', scopes: ['new'], gates: { auth: 'hold' } })
  assert.deepEqual(registry.get('a').scopes, ['old'])
  const [held] = loader.held()
  assert.match(JSON.stringify(held), /SCOPES_CHANGED/)
  await loader.approve(held.id)
  assert.deepEqual(registry.get('a').scopes, ['new'])
})
