// The adapter of the OpenAI Agents SDK in the loop of its runner, with a scripted model.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Agent, Runner, Usage } from '@openai/agents'
import { followOpenaiAgentsTools, openaiAgentsTools } from '../../lib/adapters/openai-agents.js'
import { guardedRegistry, refund, testAdapter } from '../support/adapter-facts.mjs'

const done = {
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'Done' }],
}
const call = ({ id, name, args }) => ({
  type: 'function_call',
  callId: id,
  name,
  status: 'completed',
  arguments: JSON.stringify(args),
})

/** The outputs of calls. The SDK marks no failure: its text is JSON with an `error`. */
function answersIn(input) {
  const results = Array.isArray(input) ? input.filter(({ type }) => type === 'function_call_result') : []
  return Object.fromEntries(
    results.map(({ callId, output }) => {
      const text = output.text ?? JSON.stringify(output)
      return [callId, { failed: text.startsWith('{"error"'), text, output }]
    }),
  )
}

/** A model that makes the calls of one step after another, and then is done. */
const modelOf = (steps, requests) => ({
  async getResponse({ tools, input }) {
    requests.push({ tools: tools.map(({ name }) => name), answers: answersIn(input) })
    const step = steps.shift()
    const calls = (typeof step === 'function' ? await step() : step) ?? []
    return { usage: new Usage(), output: calls.length > 0 ? calls.map(call) : [done] }
  },
})
const runner = new Runner({ tracingDisabled: true })

async function loop({ source, options, steps, run, signal }) {
  const requests = []
  const agent = new Agent({ name: 'a', instructions: 'Help', model: modelOf([...steps], requests) })
  followOpenaiAgentsTools(agent, source, options)
  await runner.run(agent, 'Go', { context: run, signal, maxTurns: 10 })
  return { requests, pieces: [] }
}

test('OpenAI Agents: calls that need approval interrupt a run, and what a person decides resumes it', async () => {
  const { registry, refunded } = guardedRegistry()
  const requests = []
  const model = modelOf([[refund('a', 50), refund('b', 500), refund('c', 900)]], requests)
  const agent = new Agent({ name: 'a', instructions: 'Help', model, tools: openaiAgentsTools(registry) })
  const { state, interruptions } = await runner.run(agent, 'Go')
  const amountOf = ({ rawItem }) => JSON.parse(rawItem.arguments).amount
  assert.deepEqual(interruptions.map(amountOf), [500, 900])
  for (const item of interruptions)
    if (amountOf(item) === 500) state.approve(item)
    else state.reject(item)
  await runner.run(agent, state)
  assert.deepEqual(refunded, [
    [50, false],
    [500, true],
  ])
  assert.equal(requests.at(-1).answers.b.text, 'refunded 500')
})

test('OpenAI Agents: a clone of an agent follows the registry too', async () => {
  const { registry } = guardedRegistry()
  const requests = []
  const agent = new Agent({ name: 'a', instructions: 'Help', model: modelOf([], requests) })
  followOpenaiAgentsTools(agent, registry)
  const clone = agent.clone({ name: 'b' })
  registry.register({ name: 'later', description: 'New', execute: () => 'new' })
  await runner.run(clone, 'Go')
  assert.deepEqual(requests[0].tools, ['shop_refund', 'later'])
})

testAdapter('OpenAI Agents', {
  loop,
  cannot: { stream: true, unknown: /not found|purge/ },
  contextOf: ({ context }) => ({ userId: context.user }),
  image({ output }) {
    assert.deepEqual(
      output.map(({ type }) => type),
      ['input_image'],
    )
    assert.match(output[0].image, /^data:image\/png;base64,/)
  },
})
