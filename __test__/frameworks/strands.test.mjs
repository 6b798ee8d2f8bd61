// The adapter of Strands in its own agent loop, with a scripted model.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Agent, BeforeModelCallEvent, Model } from '@strands-agents/sdk'
import { ToolRegistry } from '../../lib/index.js'
import { strandsTools } from '../../lib/adapters/strands.js'
import { testAdapter, testApproval, testDecline } from '../support/adapter-facts.mjs'

/** A model that makes the calls of one step after another, and then is done. */
class ScriptedModel extends Model {
  requests = []
  #steps

  constructor(steps) {
    super()
    this.#steps = [...steps]
  }

  getConfig() {
    return { modelId: 'scripted' }
  }

  updateConfig() {}

  async *stream(messages, { toolSpecs }) {
    this.requests.push({ tools: toolSpecs.map(({ name }) => name), answers: answersIn(messages.at(-1)) })
    const step = this.#steps.shift()
    const calls = (typeof step === 'function' ? await step() : step) ?? []
    yield { type: 'modelMessageStartEvent', role: 'assistant' }
    for (const { id, name, args } of calls) {
      yield { type: 'modelContentBlockStartEvent', start: { type: 'toolUseStart', name, toolUseId: id } }
      const delta = { type: 'toolUseInputDelta', input: JSON.stringify(args) }
      yield { type: 'modelContentBlockDeltaEvent', delta }
      yield { type: 'modelContentBlockStopEvent' }
    }
    if (calls.length === 0) {
      yield { type: 'modelContentBlockStartEvent' }
      yield { type: 'modelContentBlockDeltaEvent', delta: { type: 'textDelta', text: 'Done' } }
      yield { type: 'modelContentBlockStopEvent' }
    }
    yield { type: 'modelMessageStopEvent', stopReason: calls.length > 0 ? 'toolUse' : 'endTurn' }
  }
}

function answersIn({ content }) {
  const results = content.filter(({ type }) => type === 'toolResultBlock')
  return Object.fromEntries(
    results.map(({ toolUseId, status, content: parts }) => [
      toolUseId,
      { failed: status === 'error', text: JSON.stringify(parts), parts },
    ]),
  )
}

async function loop({ source, options, steps, run, signal }) {
  const model = new ScriptedModel(steps)
  const agent = new Agent({ model, printer: false })
  agent.addHook(BeforeModelCallEvent, ({ agent: { toolRegistry } }) => {
    toolRegistry.clear()
    toolRegistry.add(strandsTools(source, options))
  })
  const pieces = []
  for await (const event of agent.stream('Go', { cancelSignal: signal, invocationState: run }))
    if (event.type === 'toolStreamUpdateEvent') pieces.push(event.event.data)
  return { requests: model.requests, pieces }
}

testAdapter('strands', {
  loop,
  cannot: { nulls: true },
  contextOf: ({ invocationState }) => ({ userId: invocationState.user }),
  image({ parts }) {
    assert.deepEqual(
      parts.map(({ type, format }) => [type, format]),
      [['imageBlock', 'png']],
    )
  },
})

async function decide({ source, steps, decision, onAsked = () => {} }) {
  const model = new ScriptedModel(steps)
  const agent = new Agent({ model, tools: strandsTools(source), printer: false })
  const { stopReason, interrupts } = await agent.invoke('Go')
  assert.equal(stopReason, 'interrupt')
  onAsked()
  agent.toolRegistry.clear()
  agent.toolRegistry.add(strandsTools(source))
  await agent.invoke(interrupts.map(({ id }) => ({ interruptResponse: { interruptId: id, response: decision } })))
  return { requests: model.requests, asked: interrupts.map(({ reason }) => reason.tool) }
}

testApproval('strands', decide)
testDecline('strands', decide)

test('strands: an_approval_is_not_that_of_another_call_with_the_same_id', async () => {
  const made = []
  const registry = new ToolRegistry()
  const parameters = { amount: { type: 'number' } }
  const execute = ({ amount }) => made.push(amount)
  registry.register({ name: 'refund', description: 'Pays back', parameters, requiresApproval: true, execute })
  const refund = (amount) => ({ id: 'call_0', name: 'refund', args: { amount } })
  const model = new ScriptedModel([[refund(5), refund(9_999)]])
  const agent = new Agent({ model, tools: strandsTools(registry), printer: false })
  for (let result = await agent.invoke('Go'); result.stopReason === 'interrupt';) {
    const [{ id, reason }] = result.interrupts
    result = await agent.invoke([{ interruptResponse: { interruptId: id, response: reason.input.amount === 5 } }])
  }
  assert.deepEqual(made, [5])
})
