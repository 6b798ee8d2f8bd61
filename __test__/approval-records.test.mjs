// Approval of calls of APIs and in records: who is asked about what, and what the audit log, events and spans say.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { audited, data, place } from './support/audit-logs.mjs'
import { callFromRust, codeOf, tool } from './support/tools.mjs'

const operation = {
  operationId: 'drop',
  parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
  requestBody: {
    content: { 'application/json': { schema: { type: 'object', properties: { reason: { type: 'string' } } } } },
  },
}
const api = { openapi: '3.1.0', servers: [{ url: 'https://a.example' }], paths: { '/a/{id}': { delete: operation } } }

/** An operation that needs approval, and the requests that were made. */
async function droppingApi(t, document = api) {
  const requests = []
  const registry = new ToolRegistry()
  const loader = new SpecLoader(registry, { fetch: (url) => Response.json(requests.push(url)) })
  await loader.load(document, { name: 'api', overrides: { drop: { requiresApproval: true } } })
  t.after(() => loader.close())
  return { registry, requests }
}

/** Arguments of an operation, and whether a request can be made of them. */
const ARGUMENTS = [
  [{ id: '1' }, true],
  [{ id: '1', reason: 'old' }, true],
  [{ id: '1', other: 1 }, false],
  [{ id: '1', reason: 'old', other: 1 }, false],
  [{ id: '1', body: { reason: 'old' } }, false],
  [{ id: '' }, false],
  [{ id: '..' }, false],
]
for (const [args, isMade] of ARGUMENTS)
  test(`a person is asked about ${JSON.stringify(args)} only if the call would be made`, async (t) => {
    const { registry, requests } = await droppingApi(t)
    const sent = { name: 'drop', arguments: args }
    assert.equal(await registry.needsApproval('plain', sent), isMade)
    const code = isMade ? 'APPROVAL_REQUIRED' : 'INVALID_PARAMS'
    assert.equal((await registry.respond('plain', sent)).error.code, code)
    assert.equal(await codeOf(() => registry.execute('drop', args)), code)
    assert.equal((await callFromRust(registry, { name: 'drop', params: args })).error.code, code)
    assert.equal(requests.length, 0)
    assert.equal((await registry.respond('plain', sent, { approved: true })).ok, isMade)
    assert.equal(requests.length, isMade ? 1 : 0)
  })

test('a person is not asked about an operation whose document names no server', async (t) => {
  const { registry } = await droppingApi(t, { ...api, servers: [] })
  const sent = { name: 'drop', arguments: { id: '1' } }
  assert.equal(await registry.needsApproval('plain', sent), false)
  assert.equal(await codeOf(() => registry.execute('drop', { id: '1' })), 'INVALID_OPTIONS')
})

test('the audit log and the event of a call have that a person approved it', async (t) => {
  const path = await place(t)
  const registry = audited(t, { path, calls: true })
  const events = []
  registry.on('call', ({ approved, outcome }) => events.push([approved, outcome]))
  registry.register(tool({ name: 'pay', requiresApproval: true, execute: () => 1 }))
  const sent = { name: 'pay', arguments: {} }
  const expected = [
    [undefined, 'APPROVAL_REQUIRED'],
    [true, 'ok'],
    [undefined, 'APPROVAL_REQUIRED'],
    [true, 'ok'],
  ]
  await codeOf(() => registry.execute('pay'))
  await registry.execute('pay', {}, { approved: true })
  await registry.respond('plain', sent, { approved: false })
  await registry.respond('plain', sent, { approved: true })
  assert.deepEqual(events, expected)
  await callFromRust(registry, { name: 'pay', approved: true })
  registry.close()
  const records = (await data(path, 'call')).map(({ approved, outcome }) => [approved, outcome])
  assert.deepEqual(records, [...expected, [true, 'ok']])
})
