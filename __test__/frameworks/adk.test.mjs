// The adapter of Google's ADK in its own agent loop, with a scripted model.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BaseLlm, InMemoryArtifactService, InMemorySessionService, LlmAgent, Runner } from '@google/adk'
import { adkToolset, adkTools } from '../../lib/adapters/adk.js'
import { testAdapter, testApproval } from '../support/adapter-facts.mjs'
import { registryOf } from '../support/tools.mjs'

/** A model that makes the calls of one step after another, and then is done. */
class ScriptedLlm extends BaseLlm {
  requests = []
  #steps

  constructor(steps) {
    super({ model: 'scripted' })
    this.#steps = [...steps]
  }

  async *generateContentAsync({ config, contents }) {
    const declarations = (config?.tools ?? []).flatMap(({ functionDeclarations }) => functionDeclarations ?? [])
    this.requests.push({ tools: declarations.map(({ name }) => name), answers: answersIn(contents), declarations })
    const step = this.#steps.shift()
    const calls = (typeof step === 'function' ? await step() : step) ?? []
    const parts = calls.map(({ id, name, args }) => ({ functionCall: { id, name, args } }))
    yield { content: { role: 'model', parts: parts.length > 0 ? parts : [{ text: 'Done' }] } }
  }
}

function answersIn(contents) {
  const parts = contents.flatMap(({ parts }) => parts ?? [])
  return Object.fromEntries(
    parts
      .filter(({ functionResponse }) => functionResponse)
      .map(({ functionResponse: { id, response } }) => [
        id,
        { failed: 'error' in response, text: JSON.stringify(response), response },
      ]),
  )
}

/** Runs an agent with these tools. */
export async function runAgent(tools, { steps, signal, user = 'me', artifacts }) {
  const model = new ScriptedLlm(steps)
  const agent = new LlmAgent({ name: 'helper', model, tools })
  const sessionService = new InMemorySessionService()
  const runner = new Runner({ appName: 'app', agent, sessionService, artifactService: artifacts })
  const { id: sessionId } = await sessionService.createSession({ appName: 'app', userId: user })
  const newMessage = { role: 'user', parts: [{ text: 'Go' }] }
  const events = []
  for await (const event of runner.runAsync({ userId: user, sessionId, newMessage, abortSignal: signal }))
    events.push(event)
  for (const event of events) if (event.errorMessage) throw new Error(event.errorMessage)
  return { requests: model.requests, pieces: [], events, runner, sessionId, user }
}

const FACTS = {
  contextOf: ({ userId }) => ({ userId }),
  image({ response }) {
    assert.deepEqual(response, { result: null, files: ['cat.png'] })
  },
}
const unknown = /purge is not found/

testAdapter('adk', {
  ...FACTS,
  loop: ({ source, options, run, ...rest }) =>
    runAgent(adkTools(source, options), { ...rest, user: run?.user, artifacts: new InMemoryArtifactService() }),
  cannot: { nulls: true, follow: true, stream: true, unknown },
})

testAdapter('adk toolset', {
  ...FACTS,
  loop: ({ source, options, run, ...rest }) =>
    runAgent([adkToolset(source, options)], { ...rest, user: run?.user, artifacts: new InMemoryArtifactService() }),
  cannot: { nulls: true, stream: true, unknown },
})

testApproval(
  'adk',
  async ({ source, steps, decision }) => {
    const { requests, events, runner, sessionId, user } = await runAgent([adkToolset(source)], { steps })
    const questions = events
      .flatMap(({ content }) => content?.parts ?? [])
      .filter(({ functionCall }) => functionCall?.name === 'adk_request_confirmation')
      .map(({ functionCall }) => functionCall)
    const parts = questions.map(({ id, name }) => ({
      functionResponse: { id, name, response: { confirmed: decision } },
    }))
    const newMessage = { role: 'user', parts }
    for await (const event of runner.runAsync({ userId: user, sessionId, newMessage })) events.push(event)
    return { requests, asked: questions.map(({ args }) => args.originalFunctionCall.name) }
  },
  { cannot: { pairs: true } },
)

test('adk: the model opens the file of each call by its name, also of two calls of one step', async () => {
  const execute = ({ city }) => new File([city], 'chart.png', { type: 'image/png' })
  const inputSchema = { type: 'object', properties: { city: { type: 'string' } } }
  const tools = adkTools(registryOf({ name: 'chart', inputSchema, execute }))
  const artifacts = new InMemoryArtifactService()
  const callOf = (city) => ({ id: city, name: 'chart', args: { city } })
  const steps = [[callOf('Rome'), callOf('Oslo')], [callOf('Bonn')]]
  const { requests, sessionId } = await runAgent(tools, { steps, artifacts })
  for (const [city, { response }] of Object.entries(requests.at(-1).answers)) {
    const [filename] = response.files
    const { inlineData } = await artifacts.loadArtifact({ appName: 'app', userId: 'me', sessionId, filename })
    assert.equal(Buffer.from(inlineData.data, 'base64').toString(), city)
  }
})
