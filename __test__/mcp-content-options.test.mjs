// MCP server: what is no resource, template or prompt is refused before anything is served; URI templates; scopes.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { createMcpServer } from 'toolrack/mcp'
import { bearer, guarded, token } from './support/mcp-auth.mjs'
import { ERAS, modern } from './support/mcp-http.mjs'
import { refusal } from './support/tools.mjs'

const require = createRequire(import.meta.url)
const { UriTemplate } = require('../lib/mcp/resources/uri-template.js')

const read = () => 'x'
const resource = { uri: 'a:1', name: 'a', read }
const template = { uriTemplate: 'a:{id}', name: 'a', read }
const prompt = { name: 'p', get: () => 'x' }
const resources = (over) => ({ resources: [{ ...resource, ...over }] })
const templates = (over) => ({ resourceTemplates: [{ ...template, ...over }] })
const prompts = (over) => ({ prompts: [{ ...prompt, ...over }] })
const throwing = Object.defineProperty({ ...resource }, 'title', {
  enumerable: true,
  get() {
    throw new Error('no')
  },
})
const revoked = Proxy.revocable({}, {})
revoked.revoke()
const circle = {}
circle.self = circle

const WRONG = [
  [{ resources: {} }, /resources.*must be a list/],
  [{ resources: null }, /resources.*must be a list/],
  [{ resources: 'a' }, /must be a list/],
  [{ resources: [undefined] }, /resources\[0\].*must be an object/],
  [{ resources: [null] }, /resources\[0\]/],
  [{ resources: [7] }, /resources\[0\]/],
  [{ resources: [resource, { ...resource, name: 'b' }] }, /resources\[1\].*second one of "a:1"/],
  [{ resources: [throwing] }, /resources\[0\].*cannot be read/],
  [{ resources: [revoked.proxy] }, /cannot be read/],
  [resources({ uri: undefined }), /uri.*must be a text/],
  [resources({ uri: 'no scheme' }), /must be a URI/],
  [resources({ uri: 'a: b' }), /must be a URI/],
  [resources({ uri: `a:${'x'.repeat(9_000)}` }), /must be a URI/],
  [resources({ name: '' }), /name.*not empty/],
  [resources({ title: 1 }), /title/],
  [resources({ size: -1 }), /size/],
  [resources({ size: 1.5 }), /size/],
  [resources({ annotations: [] }), /annotations/],
  [resources({ _meta: circle }), /_meta/],
  [resources({ icons: [{}] }), /icons.*src/],
  [resources({ icons: { src: 'x' } }), /icons/],
  [resources({ scopes: 'a' }), /scopes/],
  [resources({ read: 'x' }), /read.*function/],
  [resources({ read: undefined }), /read.*function/],
  [resources({ raed: read }), /"raed".*nearest: read/],
  [resources({ description: 'x'.repeat(70_000) }), /more than 65536/],
  [templates({ uriTemplate: 'a:' }), /has no variable/],
  [templates({ uriTemplate: 'a:{id' }), /"\{\}"|\{id/],
  [templates({ uriTemplate: 'a:id}' }), /"\}" without/],
  [templates({ uriTemplate: 'a:{?q}' }), /\{\?q\}/],
  [templates({ uriTemplate: 'a:{a,b}' }), /\{a,b\}/],
  [templates({ uriTemplate: 'a:{id}{name}' }), /right behind/],
  [templates({ uriTemplate: 'a:{id}/{id}' }), /twice/],
  [templates({ uriTemplate: Array.from({ length: 17 }, (_, i) => `{v${i}}`).join('/') }), /more than 16/],
  [templates({ uriTemplate: `a:{id}${'x'.repeat(3_000)}` }), /more than 2048/],
  [templates({ complete: { other: read } }), /"other".*is none of id/],
  [templates({ complete: { id: 'x' } }), /complete\.id.*function/],
  [templates({ size: 1 }), /"size"/],
  [prompts({ get: 1 }), /get.*function/],
  [prompts({ arguments: {} }), /arguments.*list/],
  [prompts({ arguments: [{}] }), /arguments\[0\]\.name/],
  [prompts({ arguments: ['a'] }), /arguments\[0\]/],
  [prompts({ arguments: [{ name: 'a' }, { name: 'a' }] }), /second one of "a"/],
  [prompts({ arguments: [{ name: 'a', required: 'yes' }] }), /required/],
  [prompts({ arguments: [{ name: 'a', complete: [] }] }), /complete/],
  [{ passThrough: {} }, /must be a McpLoader/],
  [{ passThrough: null }, /must be a McpLoader/],
  [{ passThrough: true }, /must be a McpLoader/],
]

test('what is no resource, template or prompt is refused, and its server is no part of its registry', async () => {
  const registry = new ToolRegistry()
  for (const [options, message] of WRONG) {
    const error = await refusal(() => createMcpServer(registry, options))
    assert.equal(error.code, 'INVALID_OPTIONS', String(message))
    assert.match(error.message, message)
  }
  createMcpServer(registry, { ...resources({}), ...templates({}), ...prompts({}) })
  registry.close()
})

test('a list is read once: what its owner changes later is not served', async (t) => {
  const mine = { ...resource }
  const list = [mine]
  const server = createMcpServer(new ToolRegistry(), { resources: list })
  t.after(() => server.close())
  mine.uri = 'b:1'
  list.length = 0
  const request = new Request('http://localhost/mcp', {
    method: 'POST',
    headers: { 'content-type': 'application/json', host: 'localhost' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'resources/list' }),
  })
  const { result } = await (await server.fetch(request)).json()
  assert.deepEqual(result.resources, [{ name: 'a', uri: 'a:1' }])
})

/** Templates, URIs and the values; nothing where the URI is none of the template. */
const MATCHES = [
  ['a:{id}', 'a:1', { id: '1' }],
  ['a:{id}', 'a:', undefined],
  ['a:{id}', 'b:1', undefined],
  ['a:{id}', 'a:1/2', undefined],
  ['a:{id}', 'a:1?x', undefined],
  ['a:{id}', 'a:%2F%2e%2e', { id: '/..' }],
  ['a:{id}', 'a:%', undefined],
  ['a:{+id}', 'a:1/2?x#y', { id: '1/2?x#y' }],
  ['a:{id}/x', 'a:1/x', { id: '1' }],
  ['a:{id}/x', 'a:1/xy', undefined],
  ['a:{one}-{two}', 'a:1-2-3', { one: '1-2', two: '3' }],
  ['a:{+one}/{two}', 'a:1/2/3', { one: '1/2', two: '3' }],
  ['{+all}', 'any:thing', { all: 'any:thing' }],
  ['{one}/x', '/x', undefined],
  ['a:{__proto__}', 'a:1', JSON.parse('{"__proto__":"1"}')],
  ['a:{id}', 'a:é😀', { id: 'é😀' }],
]
for (const [text, uri, values] of MATCHES)
  test(`template ${text} and ${uri}: ${values === undefined ? 'no match' : JSON.stringify(values)}`, () => {
    const matched = UriTemplate.read(text).match(uri)
    assert.deepEqual(matched && Object.fromEntries(matched), values)
  })

test('a long URI is compared in a time that grows with its length', () => {
  const template = UriTemplate.read('a:{+a}a{+b}a{+c}a{+d}a{+e}a{+f}a{+g}a{+h}b')
  const uri = `a:${'a'.repeat(8_000)}`
  // A matcher that goes back takes years.
  for (let round = 0; round < 20; round++) assert.equal(template.match(uri), undefined)
  assert.equal(template.match(`a:${'a'.repeat(9_000)}b`), undefined, 'over the limit')
})

const having = (...scopes) => bearer(token({ scope: ['tools', ...scopes].join(' ') }))
const OPTIONS = {
  resources: [resource, { uri: 'pay:1', name: 'pay', scopes: ['billing'], read }],
  resourceTemplates: [{ uriTemplate: 'bill:{id}', name: 'bill', scopes: ['billing', 'read'], read }],
  prompts: [{ name: 'refund', scopes: ['billing'], get: () => 'x' }],
}
/** Requests that need scopes, and all that they need. */
const NEEDING = [
  ['resources/read', { uri: 'pay:1' }, 'tools billing'],
  ['resources/read', { uri: 'bill:7' }, 'tools billing read'],
  ['prompts/get', { name: 'refund' }, 'tools billing'],
]

for (const carrier of ['http', 'fetch'])
  for (const [era, message] of Object.entries(ERAS)) {
    test(`${carrier}, ${era}: hide: what needs scopes is unknown without them`, async (t) => {
      const { ask } = await guarded(t, new ToolRegistry(), { carrier, ...OPTIONS })
      const send = async (method, params, headers) => (await ask(message(method, params, { headers }))).json
      const keys = async (headers) => {
        const lists = ['resources', 'resources/templates', 'prompts'].map((kind) => send(`${kind}/list`, {}, headers))
        return (await Promise.all(lists)).map(({ result }) => Object.values(result).find(Array.isArray).length)
      }
      assert.deepEqual(await keys(having()), [1, 0, 0])
      assert.deepEqual(await keys(having('billing')), [2, 0, 1])
      assert.deepEqual(await keys(having('billing', 'read')), [2, 1, 1])
      for (const [method, params] of NEEDING) {
        const { error } = await send(method, params, having())
        assert.ok([-32602, -32002].includes(error.code))
        assert.doesNotMatch(error.message, /nearest.*(pay|bill|refund)/)
        assert.ok((await send(method, params, having('billing', 'read'))).result, method)
      }
    })

    test(`${carrier}, ${era}: tell: it is listed, and a request is 403 with all scopes that it needs`, async (t) => {
      const { ask } = await guarded(t, new ToolRegistry(), { carrier, auth: { unscoped: 'tell' }, ...OPTIONS })
      const send = (method, params, headers) => ask(message(method, params, { headers }))
      assert.equal((await send('resources/list', {}, having())).json.result.resources.length, 2)
      for (const [method, params, scopes] of NEEDING) {
        const { status, headers } = await send(method, params, having())
        assert.equal(status, 403)
        assert.match(headers['www-authenticate'], /error="insufficient_scope"/)
        assert.ok(headers['www-authenticate'].includes(`scope="${scopes}"`), headers['www-authenticate'])
        assert.ok((await send(method, params, having('billing', 'read'))).json.result, method)
      }
      assert.equal((await send('resources/read', { uri: 'a:2' }, having())).status, 200, 'unknown is not forbidden')
    })
  }

test('a stream is told of nothing that its caller may not see', async (t) => {
  const { ask, server } = await guarded(t, new ToolRegistry(), { ...OPTIONS, notifyMs: 1 })
  const notifications = { resourcesListChanged: true, resourceSubscriptions: ['a:1', 'pay:1', 'bill:7'] }
  const { events } = await ask(modern('subscriptions/listen', { notifications }, { headers: having() }))
  const { params } = await events.next()
  assert.deepEqual(params.notifications, { resourcesListChanged: true, resourceSubscriptions: ['a:1'] })
  server.update({ resources: [resource, { ...OPTIONS.resources[1], title: 'other' }] })
  for (const uri of ['pay:1', 'bill:7', 'a:1']) server.resourceUpdated(uri)
  assert.equal((await events.next()).params.uri, 'a:1')
})
