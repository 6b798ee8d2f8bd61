// The adapter of Genkit in its own loop, with a scripted model.
import assert from 'node:assert/strict'
import { genkit } from 'genkit'
import { genkitTools } from '../../lib/adapters/genkit.js'
import { testAdapter, testApproval } from '../support/adapter-facts.mjs'

/** An AI whose model makes the calls of one step after another, and then is done. */
function scripted(steps) {
  const ai = genkit({})
  const requests = []
  const left = [...steps]
  ai.defineModel({ name: 'scripted', supports: { tools: true, multiturn: true } }, async ({ tools, messages }) => {
    requests.push({ tools: (tools ?? []).map(({ name }) => name), answers: answersIn(messages) })
    const step = left.shift()
    const calls = (typeof step === 'function' ? await step() : step) ?? []
    const content = calls.map(({ id, name, args }) => ({ toolRequest: { ref: id, name, input: args } }))
    return {
      message: { role: 'model', content: content.length > 0 ? content : [{ text: 'Done' }] },
      finishReason: 'stop',
    }
  })
  return { ai, requests }
}

function answersIn(messages) {
  const parts = messages.flatMap(({ content }) => content)
  return Object.fromEntries(
    parts
      .filter(({ toolResponse }) => toolResponse)
      .map(({ toolResponse: { ref, output, content } }) => [
        ref,
        { failed: output?.error !== undefined, text: JSON.stringify(output), content },
      ]),
  )
}

async function loop({ source, options, steps, run, signal }) {
  const { ai, requests } = scripted(steps)
  const tools = genkitTools(source, { ai, ...options })
  await ai.generate({ model: 'scripted', prompt: 'Go', tools, context: run, abortSignal: signal, maxTurns: 10 })
  return { requests, pieces: [] }
}

testAdapter('genkit', {
  loop,
  contextOf: ({ context }) => ({ userId: context.user }),
  cannot: { nulls: true, follow: true, stream: true, cancel: true, unknown: /Tool purge not found/ },
  image({ content }) {
    assert.match(content[0].media.url, /^data:image\/png;base64,/)
  },
})

testApproval('genkit', async ({ source, steps, decision }) => {
  const { ai, requests } = scripted(steps)
  const run = (more) => {
    const tools = genkitTools(source, { ai })
    return ai.generate({ model: 'scripted', tools, maxTurns: 10, ...more(tools) })
  }
  const { finishReason, interrupts, messages } = await run(() => ({ prompt: 'Go' }))
  assert.equal(finishReason, 'interrupted')
  await run((tools) => {
    const restart = interrupts.map((part) => tools[0].restart(part, { approved: decision }))
    return { messages, resume: { restart } }
  })
  return { requests, asked: interrupts.map(({ toolRequest }) => toolRequest.name) }
})
