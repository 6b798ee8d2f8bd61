// Approval in LangGraph: which calls are made of those that wait, with an interrupt for each call or for a message.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deserialize, serialize } from 'node:v8'
import { AIMessage } from '@langchain/core/messages'
import { Command, MemorySaver, MessagesAnnotation, StateGraph } from '@langchain/langgraph'
import { ToolNode, toolsCondition } from '@langchain/langgraph/prebuilt'
import { createAgent } from 'langchain'
import { z } from 'zod'
import { ToolRegistry } from '../../lib/index.js'
import { guardedRegistry, refund } from '../support/adapter-facts.mjs'
import { ScriptedModel, langchainTools, liveLangchainTools } from './langchain-model.mjs'

const config = { configurable: { thread_id: '1' } }
const go = { messages: [{ role: 'user', content: 'Go' }] }

/** How an agent has the tools of a registry: with one interrupt for each call, or with one for a message. */
const byCall = (registry) => ({ tools: langchainTools(registry) })
const byMessage = (registry, options) => ({ middleware: [liveLangchainTools(registry, options).middleware] })

/** Runs an agent whose model makes calls, and resumes it. */
async function resumedAgent(way, { registry, refunded = [] }, calls, ...resumes) {
  const model = new ScriptedModel([calls])
  const agent = createAgent({ model, checkpointer: new MemorySaver(), ...way(registry) })
  let { __interrupt__: waiting } = await agent.invoke(go, config)
  for (const resume of resumes)
    waiting = (await agent.invoke(new Command({ resume: resume(waiting) }), config)).__interrupt__
  const waits = waiting?.flatMap(({ value }) => value.actionRequests.map(({ id }) => id))
  return { made: refunded.map(([amount]) => amount), waits, answers: model.requests.at(-1).answers }
}

/** A registry with a tool that needs approval as a function says. */
function droppingRegistry(requiresApproval) {
  const dropped = []
  const registry = new ToolRegistry()
  const parameters = { table: { type: 'string' } }
  const execute = ({ table }) => dropped.push(table)
  registry.register({ name: 'drop', description: 'Drops a table', parameters, requiresApproval, execute })
  return { registry, dropped }
}
const drop = (table) => ({ id: table, name: 'drop', args: { table } })

const approveA = { type: 'approve', id: 'a' }
const rejectB = { type: 'reject', id: 'b', message: 'Not today' }
const edited = (amount, name = 'shop_refund') => ({ type: 'edit', editedAction: { name, args: { amount } } })
const both = [{ type: 'approve' }, { type: 'approve' }]

/** How a person answers where the calls a and b wait, what is refunded then, and which calls still wait. */
const ANSWERS = [
  [byCall, 'true', () => true, []],
  [byCall, 'one decision', () => ({ decisions: [{ type: 'approve' }] }), []],
  [byCall, 'decisions that name no call', () => ({ decisions: both }), []],
  [byCall, 'decisions that name the calls', () => ({ decisions: [rejectB, approveA] }), [500]],
  [byCall, 'a decision that names one', () => ({ type: 'approve', id: 'b' }), [900], ['a']],
  [byCall, 'the id of an interrupt', ([{ id }]) => ({ [id]: true }), [500], ['b']],
  [byCall, 'both ids', ([a, b]) => ({ [a.id]: true, [b.id]: { decisions: [{ type: 'reject' }] } }), [500]],
  [byMessage, 'true', () => true, []],
  [byMessage, 'one decision', () => ({ decisions: [{ type: 'approve' }] }), []],
  [byMessage, 'what is no list', () => ({ decisions: 5 }), []],
  [byMessage, 'no decisions', () => ({ decisions: [] }), []],
  [byMessage, 'too many decisions', () => ({ decisions: [...both, { type: 'approve' }] }), []],
  [byMessage, 'decisions in their order', () => ({ decisions: both }), [500, 900]],
  [byMessage, 'a yes and a no', () => ({ decisions: [{ type: 'approve' }, { type: 'reject' }] }), [500]],
  [byMessage, 'decisions by the id of the interrupt', ([{ id }]) => ({ [id]: { decisions: both } }), [500, 900]],
  [byMessage, 'decisions that name the calls', () => ({ decisions: [rejectB, approveA] }), [500]],
  [byMessage, 'two decisions about one call', () => ({ decisions: [approveA, approveA] }), [], ['b']],
  [byMessage, 'a decision that names one', () => ({ type: 'approve', id: 'b' }), [900], ['a']],
  [byMessage, 'one that is edited', () => ({ decisions: [edited(600), { type: 'reject' }] }), [600]],
  [byMessage, 'one that is edited by id', () => ({ decisions: [rejectB, { ...edited(7), id: 'a' }] }), [7]],
  [byMessage, 'an edit without a call', () => ({ decisions: [{ type: 'edit' }, { type: 'approve' }] }), [900]],
  [byMessage, 'an edit to no tool', () => ({ decisions: [edited(1, 'other'), { type: 'approve' }] }), [900]],
]
for (const [way, what, resume, expected, waiting] of ANSWERS) {
  test(`${way.name}: of two calls that wait, only those are made that ${what} approves`, async () => {
    const { made, waits } = await resumedAgent(way, guardedRegistry(), [refund('a', 500), refund('b', 900)], resume)
    assert.deepEqual([made.sort(), waits], [expected, waiting])
  })
}

test('one_interrupt_asks_about_all_calls_of_a_message_in_the_form_of_LangChain', async () => {
  const { registry, refunded } = guardedRegistry()
  const model = new ScriptedModel([[refund('a', 500), refund('b', 50), refund('c', 900)]])
  const agent = createAgent({ model, checkpointer: new MemorySaver(), ...byMessage(registry) })
  const { __interrupt__ } = await agent.invoke(go, config)
  const action = (id, amount) => ({ id, name: 'shop_refund', args: { amount }, description: 'Refunds an order' })
  const review = { actionName: 'shop_refund', allowedDecisions: ['approve', 'edit', 'reject'] }
  assert.deepEqual(
    __interrupt__.map(({ value }) => value),
    [{ actionRequests: [action('a', 500), action('c', 900)], reviewConfigs: [review, review] }],
  )
  assert.deepEqual(refunded, [], 'no call of the message is made before')
})

test('another_process_resumes_with_a_yes_a_no_and_an_edited_call', async () => {
  const calls = [refund('a', 500), refund('b', 900), refund('c', 700)]
  const first = new MemorySaver()
  const asking = createAgent({
    model: new ScriptedModel([calls]),
    checkpointer: first,
    ...byMessage(guardedRegistry().registry),
  })
  await asking.invoke(go, config)
  const { registry, refunded } = guardedRegistry()
  const checkpointer = Object.assign(
    new MemorySaver(),
    deserialize(serialize({ storage: first.storage, writes: first.writes })),
  )
  const model = new ScriptedModel([])
  const agent = createAgent({ model, checkpointer, ...byMessage(registry) })
  const decisions = [{ type: 'approve' }, { type: 'reject', message: 'Not today' }, edited(600)]
  const { messages } = await agent.invoke(new Command({ resume: { decisions } }), config)
  assert.deepEqual(refunded.sort(), [
    [500, true],
    [600, true],
  ])
  const { a, b, c } = model.requests.at(-1).answers
  assert.deepEqual([a.text, b.text, b.failed, c.text], ['refunded 500', 'Not today', true, 'refunded 600'])
  // The model sees the call that was made.
  const { tool_calls } = messages.find((message) => AIMessage.isInstance(message) && message.tool_calls.length > 0)
  assert.deepEqual(
    tool_calls.map(({ args }) => args.amount),
    [500, 900, 600],
  )
})

test('an_approval_is_for_one_run_of_its_call', async () => {
  const { registry, refunded } = guardedRegistry()
  const model = new ScriptedModel([[refund('a', 500)], [refund('a', 500)]])
  const agent = createAgent({ model, checkpointer: new MemorySaver(), ...byMessage(registry) })
  await agent.invoke(go, config)
  const { __interrupt__ } = await agent.invoke(new Command({ resume: true }), config)
  assert.deepEqual([refunded.length, __interrupt__.length], [1, 1])
})

test('a_person_decides_about_what_was_shown_where_less_needs_approval_by_then', async () => {
  const { registry, dropped } = droppingRegistry(
    (() => {
      let runs = 0
      return ({ table }) => table === 'b' || runs++ === 0
    })(),
  )
  const decisions = [{ type: 'reject', message: 'Never' }, { type: 'approve' }]
  const { answers } = await resumedAgent(byMessage, { registry }, [drop('a'), drop('b')], () => ({ decisions }))
  assert.deepEqual([dropped, answers.a.text], [['b'], 'Never'])
})

test('a_call_that_was_changed_after_it_was_shown_is_not_approved', async () => {
  const { registry, refunded } = guardedRegistry()
  const model = new ScriptedModel([[refund('a', 500)]])
  const agent = createAgent({ model, checkpointer: new MemorySaver(), ...byMessage(registry) })
  const { messages } = await agent.invoke(go, config)
  const { id } = messages.at(-1)
  const tool_calls = [{ type: 'tool_call', ...refund('a', 9_000) }]
  await agent.graph.updateState(config, { messages: [new AIMessage({ id, content: '', tool_calls })] }, 'model_request')
  await agent.invoke(new Command({ resume: { decisions: [{ type: 'approve' }] } }), config)
  assert.deepEqual(refunded, [])
})

test('a_message_that_says_it_was_approved_is_asked_about', async () => {
  const { registry, refunded } = guardedRegistry()
  const agent = createAgent({
    model: new ScriptedModel([[{ ...refund('a', 500), approved: true }]]),
    checkpointer: new MemorySaver(),
    ...byMessage(registry),
  })
  assert.equal((await agent.invoke(go, config)).__interrupt__.length, 1)
  assert.deepEqual(refunded, [])
})

test('the_context_of_the_run_decides_what_a_person_is_asked_about', async () => {
  const registry = new ToolRegistry()
  const requiresApproval = (_, { userId }) => userId === 'ann'
  registry.register({ name: 'drop', description: 'Drops', parameters: {}, requiresApproval, execute: () => 'dropped' })
  const asked = async (user) => {
    const agent = createAgent({
      model: new ScriptedModel([[{ id: 'a', name: 'drop', args: {} }]]),
      checkpointer: new MemorySaver(),
      contextSchema: z.object({ user: z.string() }),
      ...byMessage(registry, { context: ({ context }) => ({ userId: context.user }) }),
    })
    const { __interrupt__ = [] } = await agent.invoke(go, { ...config, context: { user } })
    return __interrupt__.map(({ value }) => value.reviewConfigs[0].allowedDecisions.includes('edit'))
  }
  assert.deepEqual([await asked('ann'), await asked('bob')], [[true], []])
})

test('without_a_checkpointer_the_middleware_lets_a_call_say_that_it_needs_approval', async () => {
  const { registry, refunded } = guardedRegistry()
  const model = new ScriptedModel([[refund('a', 500), refund('b', 50)]])
  await createAgent({ model, ...byMessage(registry) }).invoke(go)
  const { a, b } = model.requests.at(-1).answers
  assert.match(a.text, /APPROVAL_REQUIRED/)
  assert.deepEqual([b.text, refunded], ['refunded 50', [[50, false]]])
})

for (const way of [byCall, byMessage])
  test(`${way.name}: calls of one id are not approved by that id`, async () => {
    const approve = () => ({ type: 'approve', id: 'a' })
    const { made } = await resumedAgent(way, guardedRegistry(), [refund('a', 500), refund('a', 900)], approve)
    assert.deepEqual(made, [])
  })

for (const way of [byCall, byMessage])
  test(`${way.name}: a call that a person rejected is not made, even if it needs no approval any more`, async () => {
    const needs = [true, false, false]
    const { registry, dropped } = droppingRegistry(() => needs.shift())
    const { answers } = await resumedAgent(way, { registry }, [drop('a')], () => ({ type: 'reject', message: 'Never' }))
    assert.deepEqual([dropped, answers.a.text], [[], 'Never'])
  })

for (const way of [byCall, byMessage])
  test(`${way.name}: an answer for all tasks approves none, even where one asks late`, async () => {
    const { registry, dropped } = droppingRegistry(async ({ table }) => {
      for (let i = 0; table === 'b' && i < 50; i++) await new Promise(setImmediate)
      return true
    })
    const { answers } = await resumedAgent(way, { registry }, [drop('a'), drop('b')], () => true)
    assert.deepEqual([dropped, answers.a.failed, answers.b.failed], [[], true, true])
  })

test('LangGraph: in a node with several calls, an answer is for the call that it names', async () => {
  const asked = { a: [] }
  let isFirst = true
  // The call a asks second in the first run, and first in the next ones.
  const { registry, dropped } = droppingRegistry(async ({ table }) => {
    if (table === 'b' && !isFirst) await new Promise(setImmediate)
    if (table === 'a' && isFirst) await new Promise((resolve) => asked.a.push(resolve))
    return true
  })
  const model = new ScriptedModel([[drop('a'), drop('b')]])
  const tools = langchainTools(registry)
  const graph = new StateGraph(MessagesAnnotation)
    .addNode('agent', async ({ messages }) => ({ messages: [await model.bindTools(tools).invoke(messages)] }))
    .addNode('tools', new ToolNode(tools))
    .addEdge('__start__', 'agent')
    .addConditionalEdges('agent', toolsCondition)
    .addEdge('tools', 'agent')
    .compile({ checkpointer: new MemorySaver() })
  const config = { configurable: { thread_id: '1' } }
  const shown = ({ __interrupt__ }) => __interrupt__?.[0].value.actionRequests[0].id
  assert.equal(shown(await graph.invoke({ messages: [{ role: 'user', content: 'Go' }] }, config)), 'b')
  isFirst = false
  const resume = (decision) => graph.invoke(new Command({ resume: decision }), config)
  assert.equal(shown(await resume({ type: 'approve', id: 'b' })), 'a')
  assert.ok(!dropped.includes('a'))
  assert.equal(shown(await resume({ type: 'reject', id: 'a' })), undefined)
  assert.ok(!dropped.includes('a') && dropped.includes('b'))
  for (const resolve of asked.a) resolve()
})

test('LangGraph: in a node with several calls, an answer that names none approves none', async () => {
  const { registry, refunded } = guardedRegistry()
  const agent = createAgent({
    model: new ScriptedModel([[refund('a', 500), refund('b', 50)]]),
    checkpointer: new MemorySaver(),
    tools: langchainTools(registry),
    version: 'v1',
  })
  const config = { configurable: { thread_id: '1' } }
  await agent.invoke({ messages: [{ role: 'user', content: 'Go' }] }, config)
  await agent.invoke(new Command({ resume: true }), config)
  assert.ok(refunded.every(([amount]) => amount === 50))
})
