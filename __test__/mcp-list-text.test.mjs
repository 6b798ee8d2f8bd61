// Lists of MCP servers as text: Rust reads them as they arrived, and whatever a server writes, no tool is another one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from '../lib/index.js'
import { readServerMessage } from '../lib/mcp/client/server-message.js'
import { McpLoader } from '../lib/mcp/index.js'
import { ERAS, plain, serve } from './support/mcp-http-misbehaviour.mjs'
import { ScriptedServer, openScene, tool } from './support/scripted-upstream.mjs'

/** Loads a list whose items are this text of JSON; `head` stands before it in the result. */
async function load(t, items, { head = '', era = 'legacy', options } = {}) {
  const list = ({ id }, response) => {
    const body = `{"jsonrpc":"2.0","id":${id},"result":{${head}"tools":${items}}}`
    plain(200, body, { 'content-type': 'application/json' })({}, response)
  }
  const { url } = await serve(t, { ...ERAS[era], 'tools/list': list })
  const registry = new ToolRegistry()
  const loader = new McpLoader(registry)
  t.after(() => loader.close())
  return { registry, loader, report: await loader.load('s', { url }, options) }
}

const item = (name, more = '') => `{"name":"${name}","inputSchema":{"type":"object"}${more}}`

test('integers beyond 2^53 in a schema are numbers', async (t) => {
  const schema = '{"type":"object","properties":{"id":{"type":"integer","maximum":9223372036854775807}}}'
  const { registry, report } = await load(t, `[{"name":"a","inputSchema":${schema}}]`)
  assert.deepEqual(report.added, ['a'])
  assert.equal(await registry.execute('a', { id: 5 }), '{"id":5}')
  await assert.rejects(registry.execute('a', { id: 1e19 }), { code: 'INVALID_PARAMS' })
})

test('characters of any length before and within a list move no tool', async (t) => {
  for (const era of ['legacy', 'modern']) {
    const items = `[ ${item('ä😀')} , ${item('b', ',"description":"größe 😀 \\"[{"')}\n,${item('c')}]`
    const { registry, report } = await load(t, items, { head: '"note":"größe 😀\\\\","_meta":{"tools":[1]},', era })
    assert.deepEqual(report.added, ['__', 'b', 'c'])
    assert.equal(registry.get('b').description, 'größe 😀 "[{')
  }
})

test('half a surrogate pair becomes the replacement character, as in all text', async (t) => {
  const { registry, report } = await load(t, `[${item('a', ',"description":"half \\ud800."')}]`)
  assert.deepEqual(report.added, ['a'])
  assert.equal(registry.get('a').description, 'half \ufffd.')
})

test('a whole pair that is written as escapes is one character', async (t) => {
  const { registry } = await load(t, `[${item('a', ',"description":"\\ud83d\\ude00 \\u00e4"')}]`)
  assert.equal(registry.get('a').description, '😀 ä')
})

test('the last of members with one name counts, and a bad item costs no other', async (t) => {
  const deep = '{"items":'.repeat(110) + '{}' + '}'.repeat(110)
  const items = [
    '{"name":"first","name":"last","inputSchema":{"type":"object"}}',
    '{"name":"huge","inputSchema":{"type":"object","properties":{"a":{"maximum":1e999}}}}',
    `{"name":"deep","inputSchema":{"type":"object","properties":{"a":${deep}}}}`,
    '{"name":"__proto__","inputSchema":{"type":"object","properties":{"__proto__":{"type":"string"}}}}',
    '{"name":"untyped","inputSchema":{"properties":{"a":{"type":"integer"}}}}',
  ]
  const { registry, report } = await load(t, `[${items}]`)
  assert.deepEqual(report.added, ['last', 'deep', '__proto__', 'untyped'])
  assert.deepEqual(
    report.skipped.map(({ path, code }) => [path, code]),
    [['item 1', 'INVALID_DEFINITION']],
  )
  await assert.rejects(registry.execute('untyped', { a: 'x' }), { code: 'INVALID_PARAMS' })
})

test('an answer that is no plain list is judged as any answer', async (t) => {
  for (const [items, message] of [
    ['{}', /no list of tools/],
    [`[${'['.repeat(200)}${']'.repeat(200)}]`, /levels/],
    ['[]', undefined],
  ]) {
    const outcome = await load(t, items).catch((error) => error)
    if (message === undefined) assert.deepEqual(outcome.report.added, [])
    else assert.match(outcome.message, message)
  }
})

test('the answer to another request is read as it was sent, whatever it looks like', () => {
  const text = '{"jsonrpc":"2.0","id":2,"result":{"content":[],"tools":[1],"more":true}}'
  const read = (id) => readServerMessage(text, 120, (answered) => answered === id).result
  assert.deepEqual(read(1), { content: [], tools: [1], more: true })
  assert.equal(read(2).tools.text, '[1]')
})

test('names and functions choose tools by what the server says, and overrides find them by its names', async (t) => {
  const items = `[${item('a.one')},${item('a.two', ',"annotations":{"readOnlyHint":true}')},${item('b')}]`
  const options = { include: ['a.*'], overrides: { 'a.one': { description: 'Ours' }, gone: { category: 'x' } } }
  const { registry, report } = await load(t, items, { options })
  assert.deepEqual([report.added, report.excluded.unselected], [['a_one', 'a_two'], 1])
  assert.equal(registry.get('a_one').description, 'Ours')
  assert.deepEqual(
    report.notes.map(({ code }) => code),
    ['OVERRIDE_UNUSED'],
  )
  const read = await load(t, items, { options: { include: ({ annotations }) => annotations?.readOnlyHint === true } })
  assert.deepEqual(read.report.added, ['a_two'])
})

test('a list that is the newest one changes nothing and makes no closures, and a changed one is read', async () => {
  const { registry, loader } = openScene()
  const server = new ScriptedServer([tool('a'), tool('b')])
  await loader.load('s', server)
  const { revision } = registry
  assert.deepEqual((await loader.reload('s')).unchanged, ['a', 'b'])
  assert.equal(registry.revision, revision)
  // What no tool is made of changes none, though the text is another one.
  server.tools = [tool('a', { _meta: { at: 1 } }), tool('b')]
  const report = await loader.reload('s')
  assert.deepEqual([report.unchanged, registry.revision], [['a', 'b'], revision])
  server.tools = [tool('a', { description: 'New words' }), tool('b')]
  assert.deepEqual((await loader.reload('s')).updated, ['a'])
  await loader.close()
})

test('a call follows the list that is in use again after another one was refused', async () => {
  const { registry, loader } = openScene()
  const properties = { a: { type: 'string', 'x-mcp-header': 'A' } }
  const first = [tool('one', { inputSchema: { type: 'object', properties } }), tool('two')]
  const server = new ScriptedServer(first)
  await loader.load('s', server, { gates: 'production' })
  server.tools = [tool('two')]
  await assert.rejects(loader.reload('s'), { code: 'GATE_REFUSED' })
  server.tools = first
  assert.deepEqual((await loader.reload('s')).unchanged, ['one', 'two'])
  await registry.execute('one', {})
  assert.deepEqual(server.calls.at(-1).call.tool.inputSchema.properties, properties)
  await loader.close()
})
