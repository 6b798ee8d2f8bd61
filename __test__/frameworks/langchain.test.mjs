// The adapter of LangChain in its agent and in a graph of LangGraph, with a scripted chat model.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BaseChatModel } from '@langchain/core/language_models/chat_models'
import { AIMessage, ToolMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { Command, MemorySaver, MessagesAnnotation, StateGraph } from '@langchain/langgraph'
import { ToolNode, toolsCondition } from '@langchain/langgraph/prebuilt'
import { createAgent } from 'langchain'
import { makeAdapter } from '../../lib/adapters/langchain-tools.js'
import { ToolRegistry } from '../../lib/index.js'
import { guardedRegistry, refund, testAdapter, testDecline } from '../support/adapter-facts.mjs'

const { langchainTools, liveLangchainTools } = makeAdapter({ tool, ToolMessage })

/** A chat model that makes the calls of one step after another, and then is done. */
class ScriptedModel extends BaseChatModel {
  requests = []
  #steps

  constructor(steps) {
    super({})
    this.#steps = [...steps]
  }

  _llmType() {
    return 'scripted'
  }

  bindTools(tools) {
    return this.withConfig({ tools })
  }

  async _generate(messages, { tools = [] }) {
    this.requests.push({ tools: tools.map(({ name }) => name), answers: answersIn(messages) })
    const step = this.#steps.shift()
    const calls = (typeof step === 'function' ? await step() : step) ?? []
    const tool_calls = calls.map(({ id, name, args }) => ({ type: 'tool_call', id, name, args }))
    const message = new AIMessage({ content: calls.length > 0 ? '' : 'Done', tool_calls })
    return { generations: [{ text: '', message }] }
  }
}

function answersIn(messages) {
  return Object.fromEntries(
    messages
      .filter((message) => ToolMessage.isInstance(message))
      .map(({ tool_call_id, status, content }) => [
        tool_call_id,
        { failed: status === 'error', text: typeof content === 'string' ? content : JSON.stringify(content), content },
      ]),
  )
}

/** Runs a graph, and returns the pieces of its tools. */
async function piecesOf(graph, { run, signal }) {
  const pieces = []
  const options = { streamMode: ['tools', 'values'], signal, configurable: run }
  const stream = await graph.stream({ messages: [{ role: 'user', content: 'Go' }] }, options)
  for await (const [mode, { event, data }] of stream)
    if (mode === 'tools' && event === 'on_tool_event') pieces.push(data)
  return pieces
}

/** A loop of `createAgent`, whose middleware follows the registry. */
async function agentLoop({ source, options, steps, ...rest }) {
  const model = new ScriptedModel(steps)
  const { middleware } = liveLangchainTools(source, options)
  return { pieces: await piecesOf(createAgent({ model, middleware: [middleware] }), rest), requests: model.requests }
}

/** A loop of a graph whose nodes take the newest tools. */
async function graphLoop({ source, options, steps, ...rest }) {
  const model = new ScriptedModel(steps)
  const { tools } = liveLangchainTools(source, options)
  const graph = new StateGraph(MessagesAnnotation)
    .addNode('agent', async ({ messages }) => ({ messages: [await model.bindTools(tools()).invoke(messages)] }))
    .addNode('tools', (state, config) => new ToolNode(tools()).invoke(state, config))
    .addEdge('__start__', 'agent')
    .addConditionalEdges('agent', toolsCondition)
    .addEdge('tools', 'agent')
    .compile()
  return { pieces: await piecesOf(graph, rest), requests: model.requests }
}

test('LangChain writes into the schemas of its tools, and each list of tools has its own', async () => {
  const { registry } = guardedRegistry()
  const [before] = langchainTools(registry)
  await before.invoke({ amount: 1 })
  const [after] = langchainTools(registry)
  const written = (value) =>
    value !== null &&
    typeof value === 'object' &&
    Object.getOwnPropertyNames(value).some((name) => name.startsWith('__') || written(value[name]))
  assert.deepEqual(
    [before, after].map(({ schema }) => written(schema)),
    [true, false],
  )
  assert.ok(!written(registry.get('shop/refund').inputSchema))
})

/** How a person resumes a graph, and what becomes of the call. */
const DECISIONS = [
  [true, 'refunded 500'],
  [{ decisions: [{ type: 'approve' }] }, 'refunded 500'],
  [{ type: 'reject', message: 'Not today' }, 'Not today'],
  [false, /a person declined this call/],
  [{ decisions: 5 }, /a person declined this call/],
  [{ decisions: [] }, /This call was not made/],
  [{ decisions: [{ type: 'approve' }, { type: 'approve' }] }, /This call was not made/],
  [{ type: 'approve', id: 'a' }, 'refunded 500'],
]
for (const [resume, expected] of DECISIONS) {
  test(`LangGraph: a call that needs approval interrupts, and ${JSON.stringify(resume)} resumes it`, async () => {
    const { registry, refunded } = guardedRegistry()
    const model = new ScriptedModel([[refund('a', 500)]])
    const checkpointer = new MemorySaver()
    const agent = createAgent({ model, checkpointer, tools: langchainTools(registry) })
    const config = { configurable: { thread_id: '1' } }
    const { __interrupt__ } = await agent.invoke({ messages: [{ role: 'user', content: 'Go' }] }, config)
    const action = { id: 'a', name: 'shop_refund', args: { amount: 500 }, description: 'Refunds an order' }
    assert.deepEqual(__interrupt__[0].value.actionRequests, [action])
    assert.deepEqual(refunded, [])
    await agent.invoke(new Command({ resume }), config)
    const { text, failed } = model.requests.at(-1).answers.a
    assert.match(text, expected instanceof RegExp ? expected : new RegExp(expected))
    assert.deepEqual([refunded, failed], expected === 'refunded 500' ? [[[500, true]], false] : [[], true])
  })
}

/** Runs an agent whose model asks for refunds, and resumes it. */
async function resumedAgent({ registry, refunded = [] }, calls, ...resumes) {
  const model = new ScriptedModel([calls])
  const { middleware } = liveLangchainTools(registry)
  const agent = createAgent({ model, checkpointer: new MemorySaver(), middleware: [middleware] })
  const config = { configurable: { thread_id: '1' } }
  let { __interrupt__: waiting } = await agent.invoke({ messages: [{ role: 'user', content: 'Go' }] }, config)
  for (const resume of resumes)
    waiting = (await agent.invoke(new Command({ resume: resume(waiting) }), config)).__interrupt__
  const waits = waiting?.map(({ value }) => value.actionRequests[0].id)
  return { made: refunded.map(([amount]) => amount), waits, answers: model.requests.at(-1).answers }
}

/** How a person answers where the calls a and b wait, what is refunded then, and which calls still wait. */
const ANSWERS = [
  ['true', () => true, []],
  ['one decision', () => ({ decisions: [{ type: 'approve' }] }), []],
  ['decisions that name no call', () => ({ decisions: [{ type: 'approve' }, { type: 'approve' }] }), []],
  [
    'decisions that name the calls',
    () => ({
      decisions: [
        { type: 'reject', id: 'a' },
        { type: 'approve', id: 'b' },
      ],
    }),
    [900],
  ],
  ['a decision that names one', () => ({ type: 'approve', id: 'b' }), [900], ['a']],
  ['the id of an interrupt', ([{ id }]) => ({ [id]: true }), [500], ['b']],
  ['both ids', ([a, b]) => ({ [a.id]: true, [b.id]: { decisions: [{ type: 'reject' }] } }), [500]],
]
for (const [what, resume, expected, waiting] of ANSWERS) {
  test(`LangGraph: of two calls that wait, only those are made that ${what} approves`, async () => {
    const { made, waits } = await resumedAgent(guardedRegistry(), [refund('a', 500), refund('b', 900)], resume)
    assert.deepEqual([made, waits], [expected, waiting])
  })
}

test('LangGraph: calls of one id are not approved by that id', async () => {
  const approve = () => ({ type: 'approve', id: 'a' })
  const { made } = await resumedAgent(guardedRegistry(), [refund('a', 500), refund('a', 900)], approve)
  assert.deepEqual(made, [])
})

const MAKERS = {
  'LangGraph, tools': (source) => ({ tools: langchainTools(source) }),
  'LangGraph, middleware': (source) => ({ middleware: [liveLangchainTools(source).middleware] }),
}
for (const [what, make] of Object.entries(MAKERS))
  testDecline(what, async ({ source, steps, decision, onAsked }) => {
    const model = new ScriptedModel(steps)
    const config = { configurable: { thread_id: '1' } }
    const checkpointer = new MemorySaver()
    // Another request, or another process, makes the agent again.
    const agentOf = () => createAgent({ model, checkpointer, ...make(source) })
    await agentOf().invoke({ messages: [{ role: 'user', content: 'Go' }] }, config)
    onAsked()
    await agentOf().invoke(new Command({ resume: decision }), config)
    return { requests: model.requests }
  })

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

test('LangGraph: a call that a person rejected is not made, even if it needs no approval any more', async () => {
  const needs = [true, false, false]
  const { registry, dropped } = droppingRegistry(() => needs.shift())
  const { answers } = await resumedAgent({ registry }, [drop('a')], () => ({ type: 'reject', message: 'Never' }))
  assert.deepEqual([dropped, answers.a.text], [[], 'Never'])
})

test('LangGraph: an answer for all tasks approves none, even where one asks when the other one is done', async () => {
  const { registry, dropped } = droppingRegistry(async ({ table }) => {
    for (let i = 0; table === 'b' && i < 50; i++) await new Promise(setImmediate)
    return true
  })
  const { answers } = await resumedAgent({ registry }, [drop('a'), drop('b')], () => true)
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

/** A registry whose tool is replaced, and a middleware that holds the calls of a run until they may go on. */
function swappedRegistry(requiresApproval) {
  const registry = new ToolRegistry()
  const swap = (version) =>
    registry.replace({ name: 'version', description: 'Says it', requiresApproval, execute: () => version })
  registry.register({ name: 'version', description: 'Says it', requiresApproval, execute: () => 'old' })
  const { promise, resolve: release } = Promise.withResolvers()
  const held = Promise.withResolvers()
  const slow = { name: 'slow', wrapToolCall: async (call, handler) => (held.resolve(), await promise, handler(call)) }
  return { registry, swap, slow, held: held.promise, release }
}
const versionCall = [{ id: 'call_0', name: 'version', args: {} }]
const go = { messages: [{ role: 'user', content: 'Go' }] }

test('LangChain: each run has the tools that its model was offered, also where ids of calls are equal', async () => {
  const { registry, swap, slow, held, release } = swappedRegistry(false)
  const { middleware } = liveLangchainTools(registry)
  const agentOf = (...more) =>
    createAgent({ model: new ScriptedModel([versionCall]), middleware: [...more, middleware] })
  const first = agentOf(slow).invoke(go)
  await held
  swap('new')
  const second = await agentOf().invoke(go)
  release()
  assert.deepEqual([(await first).messages.at(-2).content, second.messages.at(-2).content], ['old', 'new'])
})

test('LangChain: a call that was interrupted has the tool that its model was offered', async () => {
  const { registry, swap } = swappedRegistry(true)
  const { middleware } = liveLangchainTools(registry)
  const model = new ScriptedModel([versionCall])
  const agent = createAgent({ model, middleware: [middleware], checkpointer: new MemorySaver() })
  const config = { configurable: { thread_id: '1' } }
  await agent.invoke(go, config)
  swap('new')
  await agent.invoke(new Command({ resume: true }), config)
  assert.equal(model.requests.at(-1).answers.call_0.text, 'old')
})

test('LangGraph: without a checkpointer a call that needs approval says so', async () => {
  const { registry, refunded } = guardedRegistry()
  const model = new ScriptedModel([[refund('a', 500), refund('b', 50)]])
  await createAgent({ model, tools: langchainTools(registry) }).invoke({ messages: [{ role: 'user', content: 'Go' }] })
  const { a, b } = model.requests.at(-1).answers
  assert.match(a.text, /APPROVAL_REQUIRED/)
  assert.equal(b.text, 'refunded 50')
  assert.deepEqual(refunded, [[50, false]])
})

const facts = {
  cannot: { nulls: true },
  contextOf: ({ configurable }) => ({ userId: configurable.user }),
  image({ content }) {
    assert.deepEqual(
      content.map(({ type, mimeType, metadata }) => [type, mimeType, metadata]),
      [['image', 'image/png', { filename: 'cat.png' }]],
    )
  },
}
testAdapter('LangChain agent', { ...facts, loop: agentLoop })
testAdapter('LangGraph', { ...facts, loop: graphLoop })
