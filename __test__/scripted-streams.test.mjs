// toolrack/test: a scripted model streams server-sent events, as the SDK of each provider reads them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { Mistral } from '@mistralai/mistralai'
import { HTTPClient } from '@mistralai/mistralai/lib/http.js'
import { CohereClientV2 } from 'cohere-ai'
import OpenAI from 'openai'
import { createTestRegistry, scriptedModel } from 'toolrack/test'
import { tool } from './support/tools.mjs'

const TEXT = 'I look at  both'
const ARGS = { a: 1, note: 'é "quoted"' }
const SCRIPT = [{ text: TEXT, calls: [['add', ARGS], ['say']] }, 'Done']
const messages = [{ role: 'user', content: 'Hi' }]

/** The list of what an async iterable gives. */
async function all(pieces) {
  const list = []
  for await (const piece of pieces) list.push(piece)
  return list
}

/** What each SDK makes of a stream: the text, the number of its pieces, and the calls as `respond` takes them. */
const SDKS = {
  openai: async ({ fetch }, tools) => {
    const stream = new OpenAI({ apiKey: 'key', fetch }).responses.stream({ model: 'm', input: 'Hi', tools })
    const pieces = (await all(stream)).filter(({ type }) => type === 'response.output_text.delta')
    const { output, output_text } = await stream.finalResponse()
    return {
      text: output_text,
      pieces: pieces.length,
      calls: output.filter(({ type }) => type === 'function_call'),
    }
  },
  'openai-chat': async ({ fetch }, tools) => {
    const stream = new OpenAI({ apiKey: 'key', fetch }).chat.completions.stream({ model: 'm', messages, tools })
    const pieces = (await all(stream)).filter(({ choices }) => choices[0].delta.content)
    const { choices } = await stream.finalChatCompletion()
    const [{ message, finish_reason }] = choices
    assert.equal(finish_reason, message.tool_calls ? 'tool_calls' : 'stop')
    return { text: message.content, pieces: pieces.length, calls: message.tool_calls ?? [] }
  },
  anthropic: async ({ fetch }, tools) => {
    const stream = new Anthropic({ apiKey: 'key', fetch }).messages.stream({
      model: 'm',
      max_tokens: 9,
      messages,
      tools,
    })
    const pieces = (await all(stream)).filter(({ delta }) => delta?.type === 'text_delta')
    const { content, stop_reason } = await stream.finalMessage()
    const calls = content.filter(({ type }) => type === 'tool_use')
    assert.equal(stop_reason, calls.length > 0 ? 'tool_use' : 'end_turn')
    return { text: content[0].text, pieces: pieces.length, calls }
  },
  gemini: async ({ fetch }, tools) => {
    const client = new GoogleGenAI({ apiKey: 'key', httpOptions: { fetch } })
    const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }]
    const chunks = await all(await client.models.generateContentStream({ model: 'm', contents, config: { tools } }))
    const parts = chunks.flatMap(({ candidates }) => candidates[0].content.parts)
    return {
      text: parts.map(({ text = '' }) => text).join(''),
      pieces: chunks.length,
      calls: chunks.flatMap(({ functionCalls = [] }) => functionCalls),
    }
  },
  mistral: async ({ fetch }, tools) => {
    const client = new Mistral({ apiKey: 'key', httpClient: new HTTPClient({ fetcher: fetch }) })
    const chunks = (await all(await client.chat.stream({ model: 'm', messages, tools }))).map(
      ({ data }) => data.choices[0],
    )
    const texts = chunks.map(({ delta }) => delta.content).filter(Boolean)
    return { text: texts.join(''), pieces: texts.length, calls: chunks.flatMap(({ delta }) => delta.toolCalls ?? []) }
  },
  cohere: async ({ fetch }, tools) => {
    const client = new CohereClientV2({ token: 'key', fetch })
    const events = await all(await client.chatStream({ model: 'm', messages, tools }))
    const texts = events.filter(({ type }) => type === 'content-delta').map(({ delta }) => delta.message.content.text)
    const calls = []
    for (const { type, delta } of events) {
      const call = delta?.message?.toolCalls
      if (type === 'tool-call-start') calls.push(structuredClone(call))
      if (type === 'tool-call-delta') calls.at(-1).function.arguments += call.function.arguments
    }
    assert.equal(events.at(-1).delta.finishReason, calls.length > 0 ? 'TOOL_CALL' : 'COMPLETE')
    return { text: texts.join(''), pieces: texts.length, calls }
  },
}

for (const [target, ask] of Object.entries(SDKS))
  test(`a stream of text and calls, and one of text, as the SDK of ${target} reads them`, async () => {
    const registry = createTestRegistry()
    registry.register(tool({ name: 'add' }))
    registry.register(tool({ name: 'say' }))
    const model = scriptedModel(target, SCRIPT)
    const tools = registry.definitions(target)
    const { text, pieces, calls } = await ask(model, tools)
    assert.equal(text, TEXT)
    assert.equal(pieces, target === 'gemini' ? 1 : 4)
    await registry.respond(target, calls)
    assert.deepEqual(
      registry.calls().map(({ toolName, params }) => [toolName, params]),
      [
        ['add', ARGS],
        ['say', {}],
      ],
    )
    const last = await ask(model, tools)
    assert.deepEqual([last.text, last.calls], ['Done', []])
    model.done()
  })

test('a stream that is refused is a status 400, and one of a target without streams too', async () => {
  const client = new Anthropic({ apiKey: 'key', fetch: scriptedModel('anthropic', []).fetch })
  const stream = client.messages.stream({ model: 'm', max_tokens: 9, messages })
  await assert.rejects(stream.finalMessage(), ({ status, message }) => status === 400 && message.includes('script'))
  const model = scriptedModel('plain', ['a'])
  const response = await model.fetch('https://a.example/', { method: 'POST', body: '{"stream":true}' })
  assert.equal(response.status, 400)
  assert.throws(() => model.done(), { message: 'a scripted model of plain does not stream' })
})
