// The adapter of Mastra in its own agent loop, with a scripted model.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Agent } from '@mastra/core/agent'
import { Mastra } from '@mastra/core/mastra'
import { RequestContext } from '@mastra/core/request-context'
import { InMemoryStore } from '@mastra/core/storage'
import { MockLanguageModelV3 } from 'ai6/test'
import { mastraTools } from '../../lib/adapters/mastra.js'
import { ToolRegistry } from '../../lib/index.js'
import { testAdapter, testApproval } from '../support/adapter-facts.mjs'

/** A model that makes the calls of one step after another, and then is done. */
function scriptedModel(steps, requests) {
  const left = [...steps]
  return new MockLanguageModelV3({
    async doStream({ tools, prompt }) {
      requests.push({ tools: (tools ?? []).map(({ name }) => name), answers: answersIn(prompt) })
      const step = left.shift()
      const calls = (typeof step === 'function' ? await step() : step) ?? []
      return { stream: streamOf(calls) }
    },
  })
}

function streamOf(calls) {
  const parts = [{ type: 'stream-start', warnings: [] }]
  for (const { id, name, args } of calls)
    parts.push({ type: 'tool-call', toolCallId: id, toolName: name, input: JSON.stringify(args) })
  if (calls.length === 0)
    parts.push(
      { type: 'text-start', id: 't' },
      { type: 'text-delta', id: 't', delta: 'Done' },
      { type: 'text-end', id: 't' },
    )
  const unified = calls.length > 0 ? 'tool-calls' : 'stop'
  const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } }
  parts.push({ type: 'finish', finishReason: { unified, raw: unified }, usage })
  return ReadableStream.from(parts)
}

function answersIn(prompt) {
  const results = prompt.filter(({ role }) => role === 'tool').flatMap(({ content }) => content)
  return Object.fromEntries(
    results.map(({ toolCallId, output }) => [
      toolCallId,
      { failed: output.type.startsWith('error'), text: JSON.stringify(output.value), output },
    ]),
  )
}

async function loop({ source, options, steps, run = {}, signal }) {
  const requests = []
  const model = scriptedModel(steps, requests)
  const agent = new Agent({ id: 'a', name: 'a', instructions: 'Help', model })
  const prepareStep = () => ({ tools: mastraTools(source, options) })
  const requestContext = new RequestContext(Object.entries(run))
  const result = await agent.stream('Go', { requestContext, abortSignal: signal, maxSteps: 10, prepareStep })
  const pieces = []
  for await (const { type, payload } of result.fullStream) if (type === 'tool-output') pieces.push(payload.output)
  return { requests, pieces }
}

testAdapter('mastra', {
  loop,
  contextOf: ({ requestContext }) => ({ userId: requestContext.get('user') }),
  image({ output }) {
    assert.equal(output.type, 'content')
    assert.match(JSON.stringify(output.value), /image\/png/)
  },
})

async function decide({ source, tools = mastraTools(source), steps, decision }) {
  const requests = []
  const model = scriptedModel(steps, requests)
  const helper = new Agent({ id: 'a', name: 'a', instructions: 'Help', model, tools })
  const agent = new Mastra({ agents: { helper }, storage: new InMemoryStore(), logger: false }).getAgent('helper')
  const asked = []
  const read = async ({ fullStream }) => {
    for await (const { type, payload } of fullStream) if (type === 'tool-call-approval') asked.push(payload)
  }
  const first = await agent.stream('Go', { maxSteps: 10 })
  await read(first)
  const answer = { runId: first.runId, toolCallId: asked[0].toolCallId }
  await read(await (decision ? agent.approveToolCall(answer) : agent.declineToolCall(answer)))
  return { requests, asked: asked.map(({ toolName }) => toolName) }
}

testApproval('mastra', decide, { cannot: { tell: true } })

/** A model of the AI SDK 4, which calls a tool once. */
function legacyModel(toolName, args) {
  const usage = { promptTokens: 1, completionTokens: 1 }
  const end = { usage, rawCall: { rawPrompt: null, rawSettings: {} } }
  const call = { toolCallType: 'function', toolCallId: 'l', toolName, args: JSON.stringify(args) }
  const answers = [
    { ...end, toolCalls: [call], finishReason: 'tool-calls' },
    { ...end, text: 'Done', finishReason: 'stop' },
  ]
  const name = { provider: 'scripted', modelId: 'legacy', defaultObjectGenerationMode: undefined }
  return { ...name, specificationVersion: 'v1', doGenerate: async () => answers.shift() }
}

for (const decision of [true, false])
  test(`mastra: a_call_that_a_person_${decision ? 'approved' : 'declined'}_lets_no_legacy_call_through`, async () => {
    const registry = new ToolRegistry()
    const made = []
    const parameters = { amount: { type: 'number' } }
    const execute = ({ amount }) => made.push(amount)
    registry.register({ name: 'refund', description: 'Pays back', parameters, requiresApproval: true, execute })
    const tools = mastraTools(registry)
    const args = { amount: 5 }
    await decide({ tools, steps: [[{ id: 'a', name: 'refund', args }]], decision })
    const model = legacyModel('refund', args)
    const agent = new Agent({ id: 'l', name: 'l', instructions: 'Help', model, tools })
    new Mastra({ agents: { agent }, logger: false })
    await assert.rejects(agent.generateLegacy('Go', { maxSteps: 3 }), /APPROVAL_REQUIRED/)
    assert.deepEqual(made, decision ? [5] : [])
  })
