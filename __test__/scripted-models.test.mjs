// toolrack/test: a model that answers by a script, in the format of each provider, as its SDK reads it.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { Mistral } from '@mistralai/mistralai'
import { HTTPClient } from '@mistralai/mistralai/lib/http.js'
import * as sdk6 from 'ai'
import { CohereClientV2 } from 'cohere-ai'
import OpenAI from 'openai'
import { callOf, createTestRegistry, scriptedModel } from 'toolrack/test'
import { TARGET_NAMES } from './support/targets.mjs'
import { codeOf, refusal, tool } from './support/tools.mjs'

function registryOf() {
  const registry = createTestRegistry()
  registry.register(
    tool({
      name: 'add',
      parameters: { a: { type: 'integer' } },
      inputSchema: undefined,
      execute: ({ a }) => ({ sum: a + 1 }),
    }),
  )
  registry.register(tool({ name: 'say', execute: () => 'hello' }))
  return registry
}

const SCRIPT = [
  { text: 'I look', calls: [['add', { a: 1 }], ['say']] },
  ({ results, tools }) => `${JSON.stringify(results.map(({ value }) => value))} of ${tools.sort()}`,
]
const LAST = '[{"sum":2},"hello"] of add,say'

/** How each SDK is asked: with the turns so far it gives the calls of the model, its text, and the next turns. */
const SDKS = {
  openai: async ({ fetch }, tools, turn) => {
    const client = new OpenAI({ apiKey: 'key', fetch })
    const { output, output_text } = await client.responses.create({ model: 'm', input: turn.input ?? 'Hi', tools })
    return {
      text: output_text,
      calls: output.filter(({ type }) => type === 'function_call'),
      next: (answers) => ({ input: [...output, ...answers] }),
    }
  },
  'openai-chat': async ({ fetch }, tools, { messages = [{ role: 'user', content: 'Hi' }] }) => {
    const client = new OpenAI({ apiKey: 'key', fetch })
    const { choices } = await client.chat.completions.create({ model: 'm', messages, tools })
    const [{ message }] = choices
    return {
      text: message.content,
      calls: message.tool_calls ?? [],
      next: (answers) => ({ messages: [...messages, message, ...answers] }),
    }
  },
  anthropic: async ({ fetch }, tools, { messages = [{ role: 'user', content: 'Hi' }] }) => {
    const client = new Anthropic({ apiKey: 'key', fetch })
    const { content } = await client.messages.create({ model: 'm', max_tokens: 9, messages, tools })
    return {
      text: content.find(({ type }) => type === 'text')?.text,
      calls: content.filter(({ type }) => type === 'tool_use'),
      next: (answers) => ({
        messages: [...messages, { role: 'assistant', content }, { role: 'user', content: answers }],
      }),
    }
  },
  gemini: async ({ fetch }, tools, { contents = [{ role: 'user', parts: [{ text: 'Hi' }] }] }) => {
    const client = new GoogleGenAI({ apiKey: 'key', httpOptions: { fetch } })
    const response = await client.models.generateContent({ model: 'm', contents, config: { tools } })
    const { content } = response.candidates[0]
    return {
      text: content.parts.find(({ text }) => text)?.text,
      calls: response.functionCalls ?? [],
      next: (answers) => ({ contents: [...contents, content, { role: 'user', parts: answers }] }),
    }
  },
  bedrock: async (model, tools, { messages = [{ role: 'user', content: [{ text: 'Hi' }] }] }) => {
    const { output, stopReason } = await model.respond({ modelId: 'm', messages, toolConfig: { tools } })
    const { content } = output.message
    const calls = content.filter(({ toolUse }) => toolUse)
    assert.equal(stopReason, calls.length > 0 ? 'tool_use' : 'end_turn')
    return {
      text: content.find(({ text }) => text)?.text,
      calls,
      next: (answers) => ({ messages: [...messages, output.message, { role: 'user', content: answers }] }),
    }
  },
  mistral: async ({ fetch }, tools, { messages = [{ role: 'user', content: 'Hi' }] }) => {
    const client = new Mistral({ apiKey: 'key', httpClient: new HTTPClient({ fetcher: fetch }) })
    const { choices } = await client.chat.complete({ model: 'm', messages, tools })
    const [{ message }] = choices
    return {
      text: message.content,
      calls: message.toolCalls ?? [],
      next: (answers) => ({ messages: [...messages, message, ...answers] }),
    }
  },
  cohere: async ({ fetch }, tools, { messages = [{ role: 'user', content: 'Hi' }] }) => {
    const client = new CohereClientV2({ token: 'key', fetch })
    const { message } = await client.chat({ model: 'm', messages, tools })
    return {
      text: message.content?.[0].text,
      calls: message.toolCalls ?? [],
      next: (answers) => ({ messages: [...messages, message, ...answers] }),
    }
  },
  plain: async (model, tools, { results }) => {
    const { text, calls } = await model.respond({ tools, results })
    return {
      text,
      calls,
      next: (answers) => ({ results: answers.map(({ ok, value, error }) => (ok ? value : error)) }),
    }
  },
}

for (const [target, ask] of Object.entries(SDKS))
  test(`a result of null is null, as a function of the script reads it of ${target}`, async () => {
    const registry = createTestRegistry()
    registry.register(tool({ name: 'none', execute: () => null }))
    const model = scriptedModel(target, [{ call: ['none'] }, ({ results }) => JSON.stringify(results[0].value)])
    const tools = registry.definitions(target)
    const first = await ask(model, tools, {})
    const answers = await registry.respond(target, first.calls)
    const last = await ask(model, tools, first.next(answers))
    assert.equal(last.text, 'null')
  })

for (const [target, ask] of Object.entries(SDKS))
  test(`a turn of two calls and one of text, as the SDK of ${target} reads them`, async () => {
    const registry = registryOf()
    const model = scriptedModel(target, SCRIPT)
    const tools = registry.definitions(target)
    const first = await ask(model, tools, {})
    assert.deepEqual([first.text, first.calls.length], ['I look', 2])
    const answers = await registry.respond(target, first.calls)
    const last = await ask(model, tools, first.next(answers))
    assert.equal(last.text, LAST)
    assert.deepEqual(last.calls, [])
    model.done()
    assert.equal(model.requests.length, 2)
    assert.deepEqual(
      registry.calls().map(({ toolName, params, target: by }) => [toolName, params, by]),
      [
        ['add', { a: 1 }, target],
        ['say', {}, target],
      ],
    )
  })

const require = createRequire(new URL('frameworks/package.json', import.meta.url))

/** The AI SDK 7, where the frameworks are installed. */
async function newestAiSdk() {
  try {
    return await import(pathToFileURL(require.resolve('ai')))
  } catch ({ code }) {
    assert.ok(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(code), code)
    return undefined
  }
}
const sdk7 = await newestAiSdk()

/** The tools of a registry for the AI SDK. */
const aiTools = (registry, { jsonSchema, tool: aiTool }) =>
  Object.fromEntries(
    registry.definitions('ai-sdk').map(({ name, description, inputSchema }) => [
      name,
      aiTool({
        description,
        inputSchema: jsonSchema(inputSchema),
        execute: (input) => registry.execute(name, input),
      }),
    ]),
  )

for (const [version, sdk] of Object.entries({ 6: sdk6, 7: sdk7 }))
  test(`a language model for generateText and streamText of the AI SDK ${version}`, { skip: !sdk }, async () => {
    const { generateText, streamText, stepCountIs, isStepCount = stepCountIs } = sdk
    const registry = registryOf()
    const options = { prompt: 'Hi', tools: aiTools(registry, sdk), stopWhen: isStepCount(5) }
    const model = scriptedModel('ai-sdk', SCRIPT)
    const { text, steps } = await generateText({ ...options, model: model.languageModel })
    assert.deepEqual([text, steps.length, steps[0].text], [LAST, 2, 'I look'])
    model.done()
    const streaming = scriptedModel('ai-sdk', SCRIPT)
    const pieces = []
    for await (const piece of streamText({ ...options, model: streaming.languageModel }).textStream) pieces.push(piece)
    assert.deepEqual(pieces, ['I look', LAST])
    streaming.done()
  })

test('a target beside ai-sdk has no language model', async () => {
  assert.equal(await codeOf(() => scriptedModel('openai', []).languageModel), 'INVALID_OPTIONS')
})

test('a call of a tool that was not offered is refused, unless the step says that it may be', async () => {
  const tools = registryOf().definitions('openai')
  const model = scriptedModel('openai', [{ call: ['ad', {}] }, { call: ['ad'], offered: false }])
  await assert.rejects(model.respond({ tools }), {
    message: 'the model calls "ad", which is none of add, say; nearest: add',
  })
  const { output } = await model.respond({ tools })
  assert.equal(output[0].name, 'ad')
  assert.throws(() => model.done(), /nearest: add/)
  const none = scriptedModel('anthropic', [{ call: ['ad'] }])
  await assert.rejects(none.respond({}), { message: 'the model calls "ad", but it was offered no tools' })
})

test('a script that is over, or is not over, is told', async () => {
  const model = scriptedModel('openai', ['a', 'b'])
  assert.throws(() => model.done(), { message: "2 steps of the model's script are left: it was asked 0 times" })
  await model.respond({})
  assert.throws(() => model.done(), { message: "1 step of the model's script is left: it was asked 1 time" })
  await model.respond({})
  model.done()
  await assert.rejects(model.respond({}), {
    message: 'the script of the model is over: it has 2 steps, and this is request 3',
  })
  assert.throws(() => model.done(), /is over/)
})

test('an SDK does not retry a refusal, and its message has the reason', async () => {
  const model = scriptedModel('anthropic', [])
  const client = new Anthropic({ apiKey: 'key', fetch: model.fetch })
  const asked = client.messages.create({ model: 'm', max_tokens: 9, messages: [] })
  await assert.rejects(
    asked,
    ({ message, status }) => status === 400 && message.includes('the script of the model is over'),
  )
  assert.equal(model.requests.length, 1)
})

test('a request is kept as it was sent, whatever the agent does with its messages', async () => {
  const model = scriptedModel('anthropic', ['a', 'b'])
  const messages = [{ role: 'user', content: 'Hi' }]
  await model.respond({ messages })
  messages.push({ role: 'user', content: 'Again' })
  await model.respond({ messages })
  assert.deepEqual(
    model.requests.map((request) => request.messages.length),
    [1, 2],
  )
})

test('a step that throws refuses the request with its error', async () => {
  const model = scriptedModel('openai', [
    () => {
      throw new Error('the test is wrong')
    },
  ])
  await assert.rejects(model.respond({}), { message: 'the test is wrong' })
  assert.throws(() => model.done(), { message: 'the test is wrong' })
})

for (const target of TARGET_NAMES)
  test(`callOf makes a call that respond takes, by ${target}`, async () => {
    const registry = registryOf()
    const call = callOf(target, 'add', { a: 4 }, { id: 'own' })
    assert.ok(JSON.stringify(await registry.respond(target, call)).includes('sum'))
    if (target !== 'mcp') assert.ok(JSON.stringify(call).includes('"own"'))
    assert.deepEqual(registry.calls()[0].params, { a: 4 })
    assert.equal(await codeOf(() => callOf(target, 'add', [])), 'INVALID_OPTIONS')
  })

test('steps and calls that can be none are refused with their place', async () => {
  const { proxy, revoke } = Proxy.revocable([], {})
  revoke()
  const thrower = {
    get call() {
      throw new Error('no')
    },
  }
  const wrong = [
    undefined,
    'a',
    {},
    proxy,
    [5],
    [null],
    [{}],
    [[]],
    [{ call: 'a' }],
    [{ call: ['a', {}, 1] }],
    [{ call: [5] }],
    [{ call: ['a', []] }],
    [{ calls: {} }],
    [{ texts: 'a' }],
    [{ text: 5 }],
    [thrower],
  ]
  for (const steps of wrong) assert.equal(await codeOf(() => scriptedModel('openai', steps)), 'INVALID_OPTIONS')
  assert.match((await refusal(() => scriptedModel('openai', ['a', { txt: 'b' }]))).message, /steps\/1.*nearest: text/)
  for (const target of ['mcp', 'gpt', undefined, 5])
    assert.equal(await codeOf(() => scriptedModel(target, [])), 'INVALID_OPTIONS')
  for (const target of ['gpt', undefined, null])
    assert.equal(await codeOf(() => callOf(target, 'a')), 'INVALID_OPTIONS')
  assert.equal(await codeOf(() => callOf('openai', 5)), 'INVALID_OPTIONS')
  assert.equal(await codeOf(() => callOf('openai', 'a', {}, { ids: 'x' })), 'INVALID_OPTIONS')
  const late = scriptedModel('openai', [() => 5])
  assert.equal(await codeOf(() => late.respond({})), 'INVALID_OPTIONS')
})

test('arguments of a step are copied each time, and are a plain object', async () => {
  const args = { id: 1, deep: { a: 1 } }
  const model = scriptedModel('anthropic', [{ call: ['a', args] }, { call: ['a', args] }])
  args.id = 2
  const ask = async () => (await model.respond({ tools: [{ name: 'a' }] })).content[0].input
  const first = await ask()
  first.deep.a = 5
  assert.deepEqual(await ask(), { id: 1, deep: { a: 1 } })
  assert.equal(args.deep.a, 1)
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  for (const bad of [new Map([['a', 1]]), new Date(0), Promise.resolve({}), [], null, proxy]) {
    assert.equal(await codeOf(() => callOf('openai', 'a', bad)), 'INVALID_OPTIONS')
    assert.equal(await codeOf(() => scriptedModel('openai', [{ call: ['a', bad] }])), 'INVALID_OPTIONS')
  }
})
