// The adapter of LlamaIndex in its own agent loop, with a scripted model.
import assert from 'node:assert/strict'
import { ToolCallLLM } from '@llamaindex/core/llms'
import { agent } from '@llamaindex/workflow'
import { llamaindexTools } from '../../lib/adapters/llamaindex.js'
import { testAdapter } from '../support/adapter-facts.mjs'

/** A model that makes the calls of one step after another, and then is done. */
class ScriptedLlm extends ToolCallLLM {
  requests = []
  supportToolCall = true
  metadata = { model: 'scripted', temperature: 0, topP: 1, contextWindow: 1e6, tokenizer: undefined }
  #steps

  constructor(steps) {
    super()
    this.#steps = [...steps]
  }

  async chat({ messages, tools }) {
    this.requests.push({ tools: tools.map(({ metadata }) => metadata.name), answers: answersIn(messages) })
    const step = this.#steps.shift()
    const calls = (typeof step === 'function' ? await step() : step) ?? []
    const toolCall = calls.map(({ id, name, args }) => ({ id, name, input: args }))
    return (async function* () {
      yield calls.length > 0 ? { delta: '', raw: null, options: { toolCall } } : { delta: 'Done', raw: null }
    })()
  }
}

function answersIn(messages) {
  return Object.fromEntries(
    messages
      .filter(({ options }) => options?.toolResult)
      .map(({ options: { toolResult } }) => [toolResult.id, { failed: toolResult.isError, text: toolResult.result }]),
  )
}

async function loop({ source, options, steps }) {
  const llm = new ScriptedLlm(steps)
  const workflow = agent({ llm, tools: llamaindexTools(source, options) })
  await workflow.run('Go')
  return { requests: llm.requests, pieces: [] }
}

testAdapter('llamaindex', {
  loop,
  // Not run: LlamaIndex rejects a promise that nobody holds, which ends the process.
  cannot: { nulls: true, follow: true, stream: true, cancel: true, unknown: null },
  image({ text }) {
    assert.match(text, /cat\.png: image\/png, 8 bytes/)
  },
})
