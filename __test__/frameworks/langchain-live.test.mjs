// Tools of LangChain while something changes: an agent that is made again, a run that is cancelled.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Command, MemorySaver } from '@langchain/langgraph'
import { createAgent } from 'langchain'
import { ToolRegistry } from '../../lib/index.js'
import { testDecline } from '../support/adapter-facts.mjs'
import { ScriptedModel, langchainTools, liveLangchainTools } from './langchain-model.mjs'

const go = { messages: [{ role: 'user', content: 'Go' }] }

const MAKERS = {
  'LangGraph, tools': (source) => ({ tools: langchainTools(source) }),
  'LangGraph, middleware': (source) => ({ middleware: [liveLangchainTools(source).middleware] }),
}
for (const [what, make] of Object.entries(MAKERS))
  testDecline(what, async ({ source, steps, decision, onAsked }) => {
    // The middleware asks about all calls of a message as long as a tool requires approval.
    source.register({ name: 'other', description: 'Other', requiresApproval: true, execute: () => 'made' })
    const model = new ScriptedModel(steps)
    const config = { configurable: { thread_id: '1' } }
    const checkpointer = new MemorySaver()
    // Another request, or another process, makes the agent again.
    const agentOf = () => createAgent({ model, checkpointer, ...make(source) })
    await agentOf().invoke(go, config)
    onAsked()
    await agentOf().invoke(new Command({ resume: decision }), config)
    return { requests: model.requests }
  })

test('LangChain: a cancelled run reaches the predicate that decides about approval', { timeout: 10_000 }, async () => {
  const controller = new AbortController()
  const registry = new ToolRegistry()
  const { promise, resolve } = Promise.withResolvers()
  const requiresApproval = (_, { signal }) =>
    new Promise(() => {
      signal.addEventListener('abort', () => resolve('told'))
      controller.abort()
    })
  registry.register({ name: 'drop', description: 'Drops', requiresApproval, execute: () => assert.fail('made') })
  const [tool] = langchainTools(registry)
  const call = { type: 'tool_call', id: 'a', name: 'drop', args: {} }
  await assert.rejects(tool.invoke(call, { signal: controller.signal }))
  assert.equal(await promise, 'told')
})

test('LangChain: an agent has the tools of two registries, by two names of the middleware', async () => {
  const live = (tool, options) => {
    const registry = new ToolRegistry()
    registry.register({ name: tool, description: 'Says its name', execute: () => tool })
    return liveLangchainTools(registry, options).middleware
  }
  const model = new ScriptedModel([['x', 'y'].map((name) => ({ id: name, name, args: {} }))])
  const agent = createAgent({ model, middleware: [live('x'), live('y', { name: 'other' })] })
  await agent.invoke(go)
  const [first, last] = model.requests
  assert.deepEqual(first.tools.sort(), ['x', 'y'])
  assert.deepEqual([last.answers.x.text, last.answers.y.text], ['x', 'y'])
})

test('LangChain: a name of the middleware is a text', () => {
  for (const name of ['', 5, null])
    assert.throws(() => liveLangchainTools(new ToolRegistry(), { name }), { code: 'INVALID_OPTIONS' })
})
