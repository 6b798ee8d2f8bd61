// What tools cost a model: one rule, told for each tool, for all of them, and where it is more than the caller wants.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { members } from './support/declarations.mjs'
import { document } from './support/documents.mjs'
import { codeOf, registryOf } from './support/tools.mjs'

const TARGETS = members('TargetDefinitions')
const rule = (definition) => Math.ceil(Buffer.byteLength(JSON.stringify(definition)) / 4)

/** What a target is sent for each tool. */
const sent = (registry, target, filter) => {
  const definitions = registry.definitions(target, filter)
  return target.startsWith('gemini') ? (definitions[0]?.functionDeclarations ?? []) : definitions
}

/** A registry with the tools of a document, and the report of its load. */
async function loaded(ids, over, options) {
  const registry = new ToolRegistry()
  const report = await new SpecLoader(registry).load(document(ids, over), { name: 'pets', ...options })
  return { registry, report }
}

test('a tool costs a token for each four bytes of what its target is sent', () => {
  const registry = registryOf(
    { name: 'a/b', description: 'Zürich ☂ "x"' },
    { name: 'plain', tags: ['t'], inputSchema: { type: 'object', properties: { n: { const: 1 } } } },
  )
  for (const target of TARGETS) {
    for (const filter of [undefined, { tags: 't' }, { tags: 'none' }]) {
      const expected = sent(registry, target, filter).map(rule)
      const { target: named, rule: told, total, tools } = registry.tokens(target, filter)
      assert.deepEqual(
        tools.map(({ tokens }) => tokens),
        expected,
      )
      assert.deepEqual(
        tools.map(({ name }) => name),
        registry.list(filter),
      )
      assert.deepEqual(
        [named, told, total],
        [target === 'openai-responses' ? 'openai' : target, 'bytes/4', expected.reduce((sum, one) => sum + one, 0)],
      )
    }
  }
})

test('what tools cost is frozen, read once, and true of its revision', () => {
  const registry = registryOf({ name: 'a' })
  const turn = registry.snapshot()
  const cost = turn.tokens('openai')
  assert.ok(Object.isFrozen(cost) && Object.isFrozen(cost.tools) && Object.isFrozen(cost.tools[0]))
  assert.equal(turn.tokens('openai'), cost)
  registry.unregister('a')
  assert.equal(registry.tokens('openai').total, 0)
  assert.equal(turn.tokens('openai'), cost)
})

test('a target that does not exist has no price', async () => {
  const registry = registryOf()
  for (const target of ['bedrocks', '', 5]) assert.equal(await codeOf(() => registry.tokens(target)), 'INVALID_OPTIONS')
  assert.equal(await codeOf(() => registry.tokens('openai', { tag: 'a' })), 'INVALID_OPTIONS')
})

test('a load says what its tools cost where a budget is given, and nothing where none is', async () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f']
  const over = { d: { description: 'd'.repeat(400) }, f: { description: 'f'.repeat(800) } }
  assert.ok(!('tokens' in (await loaded(ids, over)).report))
  const { registry, report } = await loaded(ids, over, { limits: { tokens: {} } })
  const { total, tools } = registry.tokens('openai')
  const largest = ['f', 'd', 'a', 'b', 'c'].map((name) => tools.find((tool) => tool.name === name))
  assert.deepEqual(report.tokens, { target: 'openai', total, largest })
  assert.deepEqual(report.notes, [])
})

test('a tool that costs more than its budget is told, and so is a document; all tools stay', async () => {
  const over = { b: { description: 'b'.repeat(400) } }
  const { registry, report } = await loaded(['a', 'b'], over, {
    limits: { tokens: { target: 'anthropic', tool: 60, document: 100 } },
  })
  const { total, tools } = registry.tokens('anthropic')
  assert.deepEqual(registry.list(), ['a', 'b'])
  assert.deepEqual(report.notes, [
    {
      code: 'TOKENS_OVER_BUDGET',
      effect: 'SAME',
      pointer: '/paths/~1b/get',
      message: `"b" costs anthropic about ${tools[1].tokens} tokens; the budget is 60`,
      tools: ['b'],
    },
    {
      code: 'TOKENS_OVER_BUDGET',
      effect: 'SAME',
      pointer: '',
      message: `all tools cost anthropic about ${total} tokens; the budget is 100`,
      tools: [],
    },
  ])
})

test('a cost that is just the budget is none too many', async () => {
  const [{ tokens }] = (await loaded(['a'], {})).registry.tokens('openai').tools
  assert.deepEqual(
    (await loaded(['a'], {}, { limits: { tokens: { tool: tokens, document: tokens } } })).report.notes,
    [],
  )
  assert.equal(
    (await loaded(['a'], {}, { limits: { tokens: { tool: tokens - 1, document: tokens - 1 } } })).report.notes.length,
    2,
  )
})

test('a budget that cannot be is refused', async () => {
  for (const tokens of [
    5,
    'many',
    [],
    { target: 'bedrocks' },
    { tool: -1 },
    { tool: 1.5 },
    { tool: '5' },
    { tools: 5 },
  ]) {
    assert.equal(
      await codeOf(() => loaded(['a'], {}, { limits: { tokens } })),
      'INVALID_OPTIONS',
      JSON.stringify(tokens),
    )
  }
})
