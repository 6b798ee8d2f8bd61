// Exposure of many tools by an MCP server: `search_tools`, `call_tool` and pinned tools stand for all.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { createMcpServer } from 'toolrack/mcp'
import { connect } from './support/mcp-client.mjs'
import { registryOf, tool } from './support/tools.mjs'

const OWN = ['search_tools', 'call_tool']
const namesOf = ({ result }) => result.tools.map(({ name }) => name)

/** A registry of a shop: `count` tools, of which the first ones are told apart by their words. */
function shop(count = 30) {
  const named = [
    { name: 'refund', description: 'Returns money to a customer', category: 'billing' },
    { name: 'invoice.list', description: 'Lists invoices', category: 'billing' },
    { name: 'ping', description: 'Says hello' },
  ]
  const others = Array.from({ length: count - named.length }, (_, i) => ({
    name: `t${i}`,
    description: 'Does nothing',
  }))
  return registryOf(...named, ...others)
}

/** Calls a tool through `call_tool`. */
const through = (ask, name, args) => ask('tools/call', { name: 'call_tool', arguments: { name, arguments: args } })
const search = async (ask, args) => {
  const { result } = await ask('tools/call', { name: 'search_tools', arguments: args })
  return result.isError ? result : JSON.parse(result.content[0].text)
}

for (const era of ['modern', 'legacy']) {
  test(`${era}: two tools and those that are pinned stand for all`, async (t) => {
    const { ask } = await connect(t, shop(), { era, expose: 'search', pinned: ['ping', 'nobody'] })
    assert.deepEqual(namesOf(await ask('tools/list')), [...OWN, 'ping'])
  })

  test(`${era}: what a search finds is called through call_tool, with the reply of the tool itself`, async (t) => {
    const { ask } = await connect(t, shop(), { era, expose: 'search' })
    const { tools, total } = await search(ask, { query: 'give money back' })
    assert.deepEqual([tools.length, total, tools[0].name, tools[0].inputSchema.type], [1, 1, 'refund', 'object'])
    const args = { amount: 7 }
    const { result } = await through(ask, 'refund', args)
    assert.deepEqual(result, (await ask('tools/call', { name: 'refund', arguments: args })).result)
    assert.deepEqual(result.structuredContent, args)
  })

  test(`${era}: a tool that is unknown or hidden is the same error through call_tool and by its name`, async (t) => {
    const { ask } = await connect(t, shop(), {
      era,
      expose: 'search',
      filter: { predicate: ({ name }) => name !== 'refund' },
    })
    for (const name of [
      'refund',
      'refunt',
      'invoice.list',
      'call_tool',
      'search_tools',
      '__proto__',
      'constructor',
      '',
    ]) {
      const { error, result } = await through(ask, name, {})
      assert.equal(result, undefined, name)
      assert.equal(error.code, -32602, name)
      assert.ok(!error.message.includes('refund"') || name === 'refund', error.message)
      if (!OWN.includes(name)) assert.deepEqual(error, (await ask('tools/call', { name, arguments: {} })).error)
    }
  })
}

test('names are those of the wire, in results and in calls', async (t) => {
  const { ask } = await connect(t, shop(), { expose: 'search' })
  const { tools } = await search(ask, { query: 'invoices' })
  assert.equal(tools[0].name, 'invoice_list')
  assert.equal((await through(ask, 'invoice_list', {})).result.isError, undefined)
})

test('the description of search_tools says what is behind it, in 1,000 characters at most', async (t) => {
  const registry = shop()
  const describe = async (ask) => (await ask('tools/list')).result.tools[0].description
  const { ask } = await connect(t, registry, { expose: 'search' })
  assert.match(
    await describe(ask),
    /30 tools .* Sources: code \(30\)\. Categories: uncategorized \(28\), billing \(2\)\./,
  )
  for (let i = 0; i < 60; i++)
    registry.register(tool({ name: `wide_${i}`, category: `c\u202E\u0007\n${i} ${'🎫'.repeat(40)}` }))
  const description = await describe(ask)
  assert.ok(description.length <= 1_000 && description.isWellFormed())
  assert.doesNotMatch(description, /[\p{C}\n]/u)
  const empty = await connect(t, new ToolRegistry(), { expose: 'search' })
  assert.match(await describe(empty.ask), /0 tools/)
  assert.deepEqual(namesOf(await empty.ask('tools/list')), OWN)
})

test('pages of a search follow each other, and detail says how much of a tool is told', async (t) => {
  const { ask } = await connect(t, shop(60), { expose: 'search' })
  const first = await search(ask, { query: 'nothing', limit: 20, detail: 'names' })
  assert.deepEqual([first.tools.length, first.total, first.nextCursor], [20, 57, '20'])
  assert.deepEqual(first.tools[0], { name: 't0', description: 'Does nothing' })
  const second = await search(ask, { query: 'nothing', limit: 20, cursor: first.nextCursor })
  assert.deepEqual([second.tools[0].name, 'inputSchema' in second.tools[0], second.nextCursor], ['t20', true, '40'])
  const third = await search(ask, { query: 'nothing', limit: 20, cursor: second.nextCursor })
  assert.deepEqual([third.tools.length, third.nextCursor], [10, undefined])
  assert.match((await search(ask, { query: 'nothing', cursor: '60' })).hint, /no further tools/)
  assert.match((await search(ask, { query: 'rocket' })).hint, /no tool has these words: .*\. Sources: code$/)
})

test('wrong arguments of both are results that say what would be right', async (t) => {
  const { ask } = await connect(t, shop(), { expose: 'search' })
  const fault = async (name, args) => (await ask('tools/call', { name, arguments: args })).result
  const cases = [
    ['search_tools', {}, /query/],
    ['search_tools', { query: 7 }, /query/],
    ['search_tools', { query: 'x', limit: 21 }, /1 to 20/],
    ['search_tools', { query: 'x', limit: 1.5 }, /1 to 20/],
    ['search_tools', { query: 'x', cursor: '-1' }, /nextCursor/],
    ['search_tools', { query: 'x', cursor: 'constructor' }, /nextCursor/],
    ['search_tools', { query: 'x', detail: 'all' }, /schemas/],
    ['search_tools', { query: 'x', filter: {} }, /filter/],
    ['search_tools', { query: ['x'] }, /query/],
    ['search_tools', { query: 'x', source: ['code'] }, /source/],
    ['search_tools', { query: 'x', source: null }, /source/],
    ['search_tools', { query: 'x'.repeat(501) }, /500/],
    ['call_tool', {}, /name/],
    ['call_tool', { name: 7 }, /name/],
    ['call_tool', { name: 'ping', arguments: '{}' }, /arguments/],
    ['call_tool', { name: 'ping', arguments: [] }, /arguments/],
    ['call_tool', { name: 'ping', amount: 7 }, /belongs into arguments/],
  ]
  for (const [name, args, told] of cases) {
    const { isError, content, structuredContent } = await fault(name, args)
    assert.deepEqual([isError, structuredContent], [true, undefined], JSON.stringify(args))
    assert.match(content[0].text, told)
  }
  for (const name of OWN) assert.equal((await ask('tools/call', { name, arguments: [] })).error.code, -32602)
})

test('members of Object.prototype are neither arguments nor tools', async (t) => {
  const seen = []
  const registry = registryOf({ name: 'take', execute: (params) => void seen.push(params) })
  const { client } = await connect(t, registry, { era: 'legacy', expose: 'search' })
  const send = async (id, text) => {
    client.write(
      `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"call_tool","arguments":${text}}}\n`,
    )
    return client.next((message) => message.id === id)
  }
  const inherited = await send(71, '{"__proto__":{"name":"take"}}')
  assert.equal(inherited.result.isError, true)
  await send(72, '{"name":"take","arguments":{"__proto__":{"polluted":1},"a":1}}')
  assert.equal(seen.length, 1)
  assert.equal({}.polluted, undefined)
  assert.deepEqual(Object.keys(seen[0]).includes('a'), true)
  assert.equal(seen[0].polluted, undefined)
})

test('what the caller of a tool is, and its rights, come with the call', async (t) => {
  const records = []
  const registry = registryOf({
    name: 'who',
    rateLimit: 1,
    parameters: { id: { type: 'integer' } },
    inputSchema: undefined,
    execute: (_, { userId }) => userId,
  })
  registry.on('call', ({ toolName, tool: name }) => records.push(toolName ?? name))
  const { ask } = await connect(t, registry, { expose: 'search', context: { userId: 'ann' } })
  const { result } = await through(ask, 'who', { id: 1, userId: 'bob' })
  assert.equal(result.content[0].text, 'ann')
  const invalid = (await through(ask, 'who', { id: 'x' })).result
  assert.equal(invalid.isError, true)
  assert.match(invalid.content[0].text, /INVALID_PARAMS/)
  assert.deepEqual(records, ['who', 'who'])
})

test('the list does not change because somebody searched', async (t) => {
  const { ask } = await connect(t, shop(), { expose: 'search', pinned: { category: 'billing' } })
  const before = await ask('tools/list')
  assert.deepEqual(namesOf(before), [...OWN, 'refund', 'invoice_list'])
  await search(ask, { query: 'hello' })
  await through(ask, 'ping', {})
  assert.deepEqual((await ask('tools/list')).result, before.result)
})

test('auto decides for each revision and for what each caller sees', async (t) => {
  const registry = shop(40)
  const { ask, server } = await connect(t, registry, { expose: 'auto', tokenBudget: 500 })
  const { tokens, exposes } = server.judgement()
  assert.deepEqual([exposes, tokens], ['search', registry.tokens('mcp').total])
  assert.deepEqual(namesOf(await ask('tools/list')), OWN)
  for (const name of registry.list().slice(5)) registry.unregister(name)
  assert.equal(server.judgement().exposes, 'all')
  assert.deepEqual(namesOf(await ask('tools/list')), ['refund', 'invoice_list', 'ping', 't0', 't1'])
  // A client that has read the list before goes on.
  assert.equal((await through(ask, 'ping', {})).result.isError, undefined)
  assert.equal((await search(ask, { query: 'hello' })).total, 1)
  const few = await connect(t, shop(40), { expose: 'auto', tokenBudget: 500, filter: { category: 'billing' } })
  assert.equal(few.server.judgement().exposes, 'all')
})

test('a registered tool with one of the two names is called through call_tool, and told', async (t) => {
  const registry = registryOf({ name: 'call_tool', execute: () => 'theirs' }, { name: 'ping' })
  const { ask, server } = await connect(t, registry, { expose: 'auto', pinned: ['call_tool', 'ping'] })
  assert.deepEqual(namesOf(await ask('tools/list')), [...OWN, 'ping'])
  assert.equal((await through(ask, 'call_tool', {})).result.content[0].text, 'theirs')
  const { refused, exposes } = server.judgement()
  assert.equal(exposes, 'search')
  assert.deepEqual(
    refused.map(({ name, findings }) => [name, findings[0].code]),
    [['call_tool', 'MCP_NAME_TAKEN']],
  )
  const all = await connect(t, registry, {})
  assert.deepEqual(namesOf(await all.ask('tools/list')), ['call_tool', 'ping'])
  assert.equal((await all.ask('tools/call', { name: 'call_tool', arguments: {} })).result.content[0].text, 'theirs')
  assert.deepEqual(all.server.judgement().refused, [])
})

test('a list of all tools above the budget is told', async (t) => {
  const codes = ({ findings }) => findings.map(({ code }) => code)
  const { server } = await connect(t, shop(), { tokenBudget: 100 })
  assert.deepEqual(codes(server.judgement()), ['MCP_LIST_OVER_BUDGET'])
  const enough = await connect(t, shop(), {})
  assert.deepEqual(codes(enough.server.judgement()), [])
})

test('a change that the list does not show is no notification, and one that it shows is', async (t) => {
  const registry = shop()
  const { client } = await connect(t, registry, { era: 'legacy', expose: 'search', notifyMs: 1 })
  const list = () => client.call('legacy', 'tools/list')
  const before = await list()
  const changed = client.next(({ method }) => method === 'notifications/tools/list_changed')
  registry.register(tool({ name: 'later' }))
  await changed
  assert.notEqual((await list()).result.tools[0].description, before.result.tools[0].description)
})

test('options of exposure are checked', () => {
  for (const options of [
    { expose: 'some' },
    { expose: true },
    { expose: null },
    { tokenBudget: '5' },
    { tokenBudget: -1 },
    { tokenBudget: NaN },
    { pinned: 'ping' },
    { pinned: [7] },
    { pinned: null },
    { pinned: () => [] },
    { pinned: { predicate: 7 } },
    { pinned: { colour: 'red' } },
  ])
    assert.throws(() => createMcpServer(shop(), options), { code: 'INVALID_OPTIONS' }, JSON.stringify(options))
})
