// A finder in the loops of the AI SDK 6 and 7, with a scripted model: also behind the tool search of version 7.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MockLanguageModelV4 } from 'ai/test'
import * as ai6 from 'ai6'
import { MockLanguageModelV3 } from 'ai6/test'
import { finderTools } from '../../lib/adapters/ai.js'
import { ToolRegistry } from '../../lib/index.js'

// The `ai` of this folder, which the root, where files are linted, has in an older version.
const ai7 = await import('ai')

/** A help desk, in which a call that pays needs the approval of a person. */
function desk() {
  const registry = new ToolRegistry()
  const inputSchema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
  const register = (name, description, more) =>
    registry.register({ name, description, inputSchema, execute: ({ n }, { userId }) => ({ n, userId }), ...more })
  register('whoami', 'Says who is logged in', { inputSchema: { type: 'object' } })
  register('desk/ticket.create', 'Creates a support ticket')
  register('pay', 'Pays an invoice', { requiresApproval: true })
  for (let i = 0; i < 50; i++) register(`other_${i}`, `Measures sensor ${i}`)
  return registry
}

/** Runs the steps of a model; returns what it was offered and what it heard. */
async function run({ generateText, stepCountIs, isStepCount = stepCountIs }, Model, options, steps) {
  const requests = []
  const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } }
  const model = new Model({
    async doGenerate({ tools, prompt }) {
      requests.push({ tools: (tools ?? []).map((one) => JSON.stringify(one)), heard: prompt.at(-1) })
      const calls = steps[requests.length - 1] ?? []
      const content = calls.map(([toolName, input], i) => ({
        type: 'tool-call',
        toolCallId: `call_${requests.length}_${i}`,
        toolName,
        input: JSON.stringify(input),
      }))
      const reason = calls.length > 0 ? 'tool-calls' : 'stop'
      const finishReason = { unified: reason, raw: reason }
      return {
        content: content.length > 0 ? content : [{ type: 'text', text: 'Done' }],
        finishReason,
        usage,
        warnings: [],
      }
    },
  })
  const finder = desk()
    .snapshot()
    .finder('ai-sdk', { always: ['whoami'], limit: 1, ...options.finder })
  const offered = finderTools(finder, { context: { userId: 'ada' }, ...options.tools })
  const { tools, prepareStep } = offered
  const { content } = await generateText({ model, prompt: 'Go', tools, prepareStep, stopWhen: isStepCount(9) })
  return { requests, content, offered }
}

const namesIn = ({ tools }) => tools.map((one) => JSON.parse(one).name)
const heardIn = ({ heard }) => heard.content.map(({ output }) => output.value)

for (const [version, sdk, Model] of [
  ['6', ai6, MockLanguageModelV3],
  ['7', ai7, MockLanguageModelV4],
]) {
  test(`AI SDK ${version}: what a step finds is called in the next one, and the tools before it stay`, async () => {
    const steps = [
      [['search_tools', { queries: ['create support ticket'] }]],
      [['desk_ticket_create', { n: 1 }]],
      [['search_tools', { queries: ['pay an invoice'] }]],
    ]
    const { requests, offered } = await run(sdk, Model, {}, steps)
    assert.deepEqual(requests.map(namesIn), [
      ['whoami', 'search_tools'],
      ['whoami', 'search_tools', 'desk_ticket_create'],
      ['whoami', 'search_tools', 'desk_ticket_create'],
      ['whoami', 'search_tools', 'desk_ticket_create', 'pay'],
    ])
    assert.deepEqual(requests[1].tools.slice(0, 2), requests[0].tools)
    assert.equal(heardIn(requests[1])[0].tools[0].name, 'desk_ticket_create')
    assert.deepEqual(heardIn(requests[2]), [{ n: 1, userId: 'ada' }])
    assert.deepEqual(
      offered.finder.state.loaded.map(({ name }) => name),
      ['desk/ticket.create', 'pay'],
    )
  })

  test(`AI SDK ${version}: a found tool that needs approval is not executed before`, async () => {
    const steps = [[['search_tools', { queries: ['pay an invoice'] }]], [['pay', { n: 5 }]]]
    const { content } = await run(sdk, Model, {}, steps)
    assert.ok(content.some(({ type }) => type === 'tool-approval-request'))
    assert.ok(!content.some(({ type, toolName }) => type === 'tool-result' && toolName === 'pay'))
  })
}

test('AI SDK 7: its tool search defers the tools, and the finder is what searches them', async () => {
  const steps = [
    [['search_tools', { query: 'create support ticket' }]],
    [['desk_ticket_create', { n: 1 }]],
    [['desk_ticket_create', {}]],
  ]
  const options = { tools: { toolSearch: ai7.toolSearch } }
  const { requests, offered } = await run(ai7, MockLanguageModelV4, options, steps)
  assert.deepEqual(requests.map(namesIn), [
    ['whoami', 'search_tools'],
    ['whoami', 'search_tools', 'desk_ticket_create'],
    ['whoami', 'search_tools', 'desk_ticket_create'],
    ['whoami', 'search_tools', 'desk_ticket_create'],
  ])
  assert.deepEqual(requests[1].tools.slice(0, 2), requests[0].tools)
  assert.deepEqual(
    heardIn(requests[1])[0].tools.map(({ name }) => name),
    ['desk_ticket_create'],
  )
  assert.deepEqual(heardIn(requests[2]), [{ n: 1, userId: 'ada' }])
  assert.match(JSON.stringify(requests[3].heard), /INVALID_PARAMS/)
  assert.deepEqual(
    offered.finder.state.loaded.map(({ name }) => name),
    ['desk/ticket.create'],
  )
})
