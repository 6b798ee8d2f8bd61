// The adapter of LangChain in its agent and in a graph of LangGraph, with a scripted chat model.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Command, MemorySaver, MessagesAnnotation, StateGraph } from '@langchain/langgraph'
import { ToolNode, toolsCondition } from '@langchain/langgraph/prebuilt'
import { createAgent } from 'langchain'
import { ToolRegistry } from '../../lib/index.js'
import { guardedRegistry, refund, testAdapter } from '../support/adapter-facts.mjs'
import { ScriptedModel, langchainTools, liveLangchainTools } from './langchain-model.mjs'

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
