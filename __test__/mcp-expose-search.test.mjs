// Answers of `search_tools`: which words a tool lacks, results without a good hit, and the tools of one source.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolModules, ToolRegistry } from 'toolrack'
import { connect } from './support/mcp-client.mjs'
import { tool } from './support/tools.mjs'

/** Two sources: code, and a module whose name a description cannot write as it is. */
async function sourced(t, name = 'crm') {
  const registry = new ToolRegistry()
  for (const own of ['createTicket', 'closeTicket', 'refund'])
    registry.register(tool({ name: own, description: 'Works' }))
  const modules = new ToolModules(registry)
  t.after(() => modules.close())
  await modules.add({ findTicket: tool({ name: 'findTicket', description: 'Works' }) }, { name })
  return registry
}

const asking = async (t, registry, options) => {
  const { ask } = await connect(t, registry, { expose: 'search', ...options })
  return async (args) => {
    const { result } = await ask('tools/call', { name: 'search_tools', arguments: { detail: 'names', ...args } })
    return JSON.parse(result.content[0].text)
  }
}
const names = ({ tools }) => tools.map(({ name }) => name)

for (const detail of ['names', 'schemas'])
  test(`${detail}: a tool has the words that it lacks, and none where it has all`, async (t) => {
    const search = await asking(t, await sourced(t))
    const { tools } = await search({ query: 'close ticket', detail })
    assert.equal(tools[0].name, 'closeTicket')
    assert.ok(!('missing' in tools[0]))
    const others = tools.slice(1)
    assert.ok(others.length > 0 && others.every(({ missing }) => missing.includes('close')), JSON.stringify(others))
    assert.equal('inputSchema' in tools[1], detail === 'schemas')
  })

test('a result without a good hit says so, and names the sources', async (t) => {
  const search = await asking(t, await sourced(t))
  const weak = await search({ query: 'ticket zeppelin balloon airship' })
  assert.ok(weak.tools.length > 0, 'weak hits are told all the same')
  assert.match(weak.hint, /^weak result, .*words of an API, such as "create pull request"\. Sources: code, crm$/)
  assert.equal('hint' in (await search({ query: 'close ticket' })), false)
  assert.match((await search({ query: 'zeppelin' })).hint, /^no tool has these words: .*Sources: code, crm$/)
})

test('a source narrows the search, and an unknown one is told which there are', async (t) => {
  const search = await asking(t, await sourced(t))
  assert.deepEqual(names(await search({ query: 'ticket', source: 'crm' })), ['findTicket'])
  assert.deepEqual(names(await search({ query: 'ticket', source: 'code', limit: 1 })).length, 1)
  assert.equal((await search({ query: 'ticket', source: 'code' })).total, 2)
  for (const source of ['CRM', '', '__proto__', 'constructor', 'x'.repeat(10_000)]) {
    const { tools, total, hint } = await search({ query: 'ticket', source })
    assert.deepEqual([tools, total, hint], [[], 0, 'no source has this name: Sources: code, crm'])
  }
})

test('a source is called as the description writes it', async (t) => {
  const long = `crm\u202E ${'x'.repeat(60)}`
  const registry = await sourced(t, long)
  const search = await asking(t, registry)
  const { hint } = await search({ query: 'zeppelin' })
  const shown = /Sources: code, (.*)$/.exec(hint)[1]
  assert.ok(shown.length <= 40 && shown !== long)
  for (const source of [shown, long]) assert.deepEqual(names(await search({ query: 'ticket', source })), ['findTicket'])
})

test('a source that the caller does not see is one that does not exist', async (t) => {
  const search = await asking(t, await sourced(t), { filter: { source: 'code' } })
  const [hidden, unknown] = [
    await search({ query: 'ticket', source: 'crm' }),
    await search({ query: 'ticket', source: 'erp' }),
  ]
  assert.deepEqual(hidden, unknown)
  assert.deepEqual(hidden, { tools: [], total: 0, hint: 'no source has this name: Sources: code' })
})

test('pages of a narrowed search have its tools alone', async (t) => {
  const search = await asking(t, await sourced(t))
  const first = await search({ query: 'ticket', source: 'code', limit: 1 })
  const second = await search({ query: 'ticket', source: 'code', limit: 1, cursor: first.nextCursor })
  assert.deepEqual([...names(first), ...names(second)].toSorted(), ['closeTicket', 'createTicket'])
  assert.equal(second.nextCursor, undefined)
})
