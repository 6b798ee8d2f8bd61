// The adapter of the OpenAI Agents SDK in the loop of its runner, with a scripted model.
import assert from 'node:assert/strict'
import { Agent, Runner, Usage } from '@openai/agents'
import { followOpenaiAgentsTools } from '../../lib/adapters/openai-agents.js'
import { testAdapter } from '../support/adapter-facts.mjs'

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

async function loop({ source, options, steps, run, signal }) {
  const requests = []
  const left = [...steps]
  const model = {
    async getResponse({ tools, input }) {
      requests.push({ tools: tools.map(({ name }) => name), answers: answersIn(input) })
      const step = left.shift()
      const calls = (typeof step === 'function' ? await step() : step) ?? []
      return { usage: new Usage(), output: calls.length > 0 ? calls.map(call) : [done] }
    },
  }
  const agent = new Agent({ name: 'a', instructions: 'Help', model })
  followOpenaiAgentsTools(agent, source, options)
  await new Runner({ tracingDisabled: true }).run(agent, 'Go', { context: run, signal, maxTurns: 10 })
  return { requests, pieces: [] }
}

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
