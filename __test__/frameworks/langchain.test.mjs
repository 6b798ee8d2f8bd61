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
import { guardedRegistry, refund, testAdapter } from '../support/adapter-facts.mjs'

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
]
for (const [resume, expected] of DECISIONS) {
  test(`LangGraph: a call that needs approval interrupts, and ${JSON.stringify(resume)} resumes it`, async () => {
    const { registry, refunded } = guardedRegistry()
    const model = new ScriptedModel([[refund('a', 500)]])
    const checkpointer = new MemorySaver()
    const agent = createAgent({ model, checkpointer, tools: langchainTools(registry) })
    const config = { configurable: { thread_id: '1' } }
    const { __interrupt__ } = await agent.invoke({ messages: [{ role: 'user', content: 'Go' }] }, config)
    const action = { name: 'shop_refund', args: { amount: 500 }, description: 'Refunds an order' }
    assert.deepEqual(__interrupt__[0].value.actionRequests, [action])
    assert.deepEqual(refunded, [])
    await agent.invoke(new Command({ resume }), config)
    const { text, failed } = model.requests.at(-1).answers.a
    assert.match(text, expected instanceof RegExp ? expected : new RegExp(expected))
    assert.deepEqual([refunded, failed], expected === 'refunded 500' ? [[[500, true]], false] : [[], true])
  })
}

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
