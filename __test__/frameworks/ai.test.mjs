// The adapter of the AI SDK in the loops of its versions 6 and 7, with a scripted model.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as ai7 from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import * as ai6 from 'ai6'
import { MockLanguageModelV3 } from 'ai6/test'
import { liveAiTools } from '../../lib/adapters/ai.js'
import { ToolRegistry } from '../../lib/index.js'
import { guardedRegistry, refund, testAdapter } from '../support/adapter-facts.mjs'

/** The parts of a model's stream that makes calls, or is done. */
function partsOf(calls) {
  const text = [
    { type: 'text-start', id: 't' },
    { type: 'text-delta', id: 't', delta: 'Done' },
    { type: 'text-end', id: 't' },
  ]
  const parts = calls.map(({ id, name, args }) => ({
    type: 'tool-call',
    toolCallId: id,
    toolName: name,
    input: JSON.stringify(args),
  }))
  const unified = calls.length > 0 ? 'tool-calls' : 'stop'
  const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } }
  const finish = { type: 'finish', finishReason: { unified, raw: unified }, usage }
  return [{ type: 'stream-start', warnings: [] }, ...(calls.length > 0 ? parts : text), finish]
}

function answersIn(prompt) {
  const results = prompt.filter(({ role }) => role === 'tool').flatMap(({ content }) => content)
  return Object.fromEntries(
    results
      .filter(({ type }) => type === 'tool-result')
      .map(({ toolCallId, output }) => [
        toolCallId,
        { failed: output.type.startsWith('error'), text: JSON.stringify(output.value), output },
      ]),
  )
}

/** A loop of one version of the SDK. */
const loopOf =
  ({ streamText, stepCountIs, isStepCount = stepCountIs }, Model, contextKey) =>
  async ({ source, options, steps, run, signal }) => {
    const requests = []
    const left = [...steps]
    const model = new Model({
      async doStream({ tools, prompt }) {
        requests.push({ tools: (tools ?? []).map(({ name }) => name), answers: answersIn(prompt) })
        const step = left.shift()
        const calls = (typeof step === 'function' ? await step() : step) ?? []
        return { stream: ReadableStream.from(partsOf(calls)) }
      },
    })
    const { tools, prepareStep } = liveAiTools(source, options)
    const contexts =
      contextKey === 'toolsContext' ? Object.fromEntries(Object.keys(tools).map((name) => [name, run])) : run
    const { fullStream } = streamText({
      model,
      prompt: 'Go',
      tools,
      prepareStep,
      abortSignal: signal,
      stopWhen: isStepCount(10),
      onError() {},
      ...(run && { [contextKey]: contexts }),
    })
    const pieces = []
    for await (const part of fullStream) if (part.type === 'tool-result' && part.preliminary) pieces.push(part.output)
    return { requests, pieces }
  }

/** Asks for a refund, answers the request for approval, and returns what the model reads then. */
async function askedRefund({ streamText, stepCountIs, isStepCount = stepCountIs }, Model, approved, amount, meanwhile) {
  const { registry, refunded } = guardedRegistry()
  const { tools } = liveAiTools(registry)
  const prompts = []
  const steps = [[refund('a', amount)]]
  const model = new Model({
    async doStream({ prompt }) {
      prompts.push(prompt)
      return { stream: ReadableStream.from(partsOf(steps.shift() ?? [])) }
    },
  })
  const run = (messages) => streamText({ model, messages, tools, stopWhen: isStepCount(5), onError() {} })
  const messages = [{ role: 'user', content: 'Go' }]
  const first = run(messages)
  const asked = (await first.content).filter(({ type }) => type === 'tool-approval-request')
  messages.push(...(await first.response).messages)
  if (asked.length > 0) {
    const answers = asked.map(({ approvalId }) => ({ type: 'tool-approval-response', approvalId, approved }))
    messages.push({ role: 'tool', content: answers })
    meanwhile?.(registry)
    await run(messages).text
  }
  return { asked: asked.length, refunded, output: answersIn(prompts.at(-1)).a?.output }
}

for (const [version, sdk, Model] of [
  ['6', ai6, MockLanguageModelV3],
  ['7', ai7, MockLanguageModelV4],
]) {
  test(`AI SDK ${version}: a call that needs approval is made once a person has approved it`, async () => {
    assert.deepEqual(await askedRefund(sdk, Model, true, 500), {
      asked: 1,
      refunded: [[500, true]],
      output: { type: 'text', value: 'refunded 500' },
    })
    const denied = await askedRefund(sdk, Model, false, 500)
    assert.deepEqual([denied.asked, denied.refunded, denied.output.type], [1, [], 'execution-denied'])
    const small = await askedRefund(sdk, Model, true, 50)
    assert.deepEqual([small.asked, small.refunded], [0, [[50, false]]])
  })

  test(`AI SDK ${version}: a call that a person has approved is made by the newest revision`, async () => {
    const { refunded, output } = await askedRefund(sdk, Model, true, 500, (registry) => {
      const parameters = { amount: { type: 'number' } }
      const { name, description } = registry.get('shop/refund')
      registry.replace({ name, description, parameters, requiresApproval: true, execute: () => 'by the new one' })
    })
    assert.deepEqual([refunded, output.value], [[], 'by the new one'])
  })
}

for (const [version, { ToolLoopAgent }, Model] of [
  ['6', ai6, MockLanguageModelV3],
  ['7', ai7, MockLanguageModelV4],
]) {
  test(`AI SDK ${version}: runs of one agent at once follow the registry, each with its own caller`, async () => {
    const registry = new ToolRegistry()
    const register = (name) =>
      registry.register({ name, description: name, execute: (_, { userId }) => `${name} of ${userId}` })
    register('first')
    const offered = []
    const model = new Model({
      async doGenerate({ tools, prompt }) {
        offered.push(tools.map(({ name }) => name).join())
        const step = prompt.filter(({ role }) => role === 'tool').length
        if (step === 0) registry.has('second') || register('second')
        const call = { type: 'tool-call', toolCallId: `${step}`, toolName: ['first', 'second'][step], input: '{}' }
        const content = step < 2 ? [call] : [{ type: 'text', text: JSON.stringify(answersIn(prompt)) }]
        const unified = step < 2 ? 'tool-calls' : 'stop'
        const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } }
        return { content, finishReason: { unified, raw: unified }, usage, warnings: [] }
      },
    })
    const context = (run) => (run.context ?? run.experimental_context) && { userId: 'ann' }
    const agent = new ToolLoopAgent({ model, ...liveAiTools(registry, { context }) })
    const options = { prompt: 'Go', experimental_context: {}, toolsContext: { first: {}, second: {} } }
    const runs = await Promise.all([agent.generate(options), agent.generate(options)])
    for (const { text } of runs) assert.match(text, /first of ann.*second of ann/)
    assert.equal(offered[0], 'first')
    assert.ok(offered.slice(2).every((names) => names === 'first,second'))
  })
}

const facts = {
  contextOf: ({ context, experimental_context }) => ({ userId: (context ?? experimental_context).user }),
  shown(pieces) {
    assert.deepEqual(pieces.at(-1), { type: 'text', value: 'All about cats' })
    assert.ok(pieces.length > 1)
    for (const { value } of pieces) assert.ok('All about cats'.startsWith(value))
  },
  image({ output }) {
    assert.equal(output.type, 'content')
    assert.match(JSON.stringify(output.value), /image\/png/)
  },
}
testAdapter('AI SDK 6', { ...facts, loop: loopOf(ai6, MockLanguageModelV3, 'experimental_context') })
testAdapter('AI SDK 7', { ...facts, loop: loopOf(ai7, MockLanguageModelV4, 'toolsContext') })
