// A finder in the AI SDK: what `finderTools` refuses, and tools of the caller beside it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateText, stepCountIs } from 'ai'
import { createTestRegistry, scriptedModel } from 'toolrack/test'
import { finderTools } from 'toolrack/ai'
import { codeOf, registryOf, tool } from './support/tools.mjs'

const found = { name: 'close', description: 'Closes a ticket' }

test('a run goes from a search to the call of what it found', async () => {
  const registry = createTestRegistry()
  registry.register(tool(found))
  const finder = registry.snapshot().finder('ai-sdk')
  const { tools, prepareStep } = finderTools(finder)
  let heard
  const model = scriptedModel('ai-sdk', [
    { calls: [['search_tools', { queries: ['close a ticket'] }]] },
    ({ tools, results }) => {
      assert.deepEqual(tools, ['search_tools', 'close'])
      assert.equal(results[0].value.tools[0].name, 'close')
      return { calls: [['close', { n: 1 }]] }
    },
    ({ results }) => ((heard = results), 'Done'),
  ])
  const { text } = await generateText({
    model: model.languageModel,
    prompt: 'Go',
    tools,
    prepareStep,
    stopWhen: stepCountIs(5),
  })
  assert.equal(text, 'Done')
  assert.deepEqual(heard[0].value, { n: 1 })
  model.done()
})

test('tools of the caller stay beside those of the finder', async () => {
  const own = { description: 'Own', inputSchema: {}, execute: () => 'own' }
  const finder = registryOf(found)
    .snapshot()
    .finder('ai-sdk', { always: ['close'] })
  const { tools, prepareStep } = finderTools(finder, { tools: { own } })
  assert.deepEqual(Object.keys(tools), ['own', 'close', 'search_tools'])
  assert.equal(tools.own, own)
  assert.deepEqual(prepareStep(), { activeTools: ['own', 'close', 'search_tools'] })
  const run = { toolCallId: 'c', messages: [] }
  assert.deepEqual(await tools.close.execute({ n: 1 }, run), { type: 'json', value: { n: 1 } })
  await assert.rejects(() => tools.search_tools.execute({ queries: 7 }, run), { code: 'INVALID_PARAMS' })
})

test('a finder of another target, what is none, and wrong options are refused', async () => {
  const snapshot = registryOf(found).snapshot()
  const finder = snapshot.finder('ai-sdk')
  for (const other of [undefined, {}, snapshot, snapshot.finder('openai'), new Proxy(finder, {})])
    assert.equal(await codeOf(() => finderTools(other)), 'INVALID_OPTIONS')
  for (const options of [null, { filter: {} }, { timeoutMs: 0 }, { tools: [] }, { toolSearch: true }])
    assert.equal(await codeOf(() => finderTools(finder, options)), 'INVALID_OPTIONS')
})
