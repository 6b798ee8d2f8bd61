// Runs the loops of docs/agent-loops.md with the SDKs of the providers; a server of the test stands for the model.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import OpenAI from 'openai'
import { codeBlocks, compileExamples, exampleProject } from './support/examples.mjs'
import { read } from './support/markdown.mjs'
import { serve } from './support/server.mjs'
import { registryOf } from './support/tools.mjs'

const CALLS = [
  { id: 'call_1', name: 'weather', args: { city: 'Oslo' } },
  { id: 'call_2', name: 'weather', args: { city: 'Oslo', userId: 'eve' } },
  { id: 'call_3', name: 'purge', args: {} },
]

/** Of each SDK: the heading of its loop, its client, what the model sends, and the text that the loop returns. */
const LOOPS = {
  openai: {
    heading: 'OpenAI Responses',
    client: (url) => new OpenAI({ apiKey: 'key', baseURL: url }),
    reply: (calls) => ({
      id: 'resp_1',
      object: 'response',
      output: calls
        ? calls.map(({ id, name, args }) => ({
            type: 'function_call',
            call_id: id,
            name,
            arguments: JSON.stringify(args),
          }))
        : [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Done', annotations: [] }] }],
    }),
    results: ({ input }) =>
      input.filter(({ type }) => type === 'function_call_output').map(({ output }) => JSON.parse(output)),
    textOf: (answer) => answer,
  },
  anthropic: {
    heading: 'Anthropic Messages',
    client: (url) => new Anthropic({ apiKey: 'key', baseURL: url }),
    reply: (calls) => ({
      role: 'assistant',
      stop_reason: calls ? 'tool_use' : 'end_turn',
      content: calls
        ? calls.map(({ id, name, args }) => ({ type: 'tool_use', id, name, input: args }))
        : [{ type: 'text', text: 'Done' }],
    }),
    results: ({ messages }) => messages.at(-1).content.map(({ content }) => JSON.parse(content)),
    textOf: ([{ text }]) => text,
  },
  gemini: {
    heading: 'Gemini',
    client: (url) => new GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl: url } }),
    reply: (calls) => ({
      candidates: [
        {
          content: { role: 'model', parts: calls ? calls.map((call) => ({ functionCall: call })) : [{ text: 'Done' }] },
        },
      ],
    }),
    results: ({ contents }) =>
      contents.at(-1).parts.map(({ functionResponse: { response } }) => response.output ?? response),
    textOf: (answer) => answer,
  },
}

/** The function `run` of the block under a heading. */
async function loopOf(t, heading) {
  const path = await exampleProject(t)
  const block = codeBlocks(read('docs/agent-loops.md'), ['ts']).find((one) => one.heading === heading)
  await compileExamples(path, [{ ...block, code: `${block.code}\nexport { run }`, name: 'loop' }])
  await writeFile(join(path, 'package.json'), '{}')
  return (await import(pathToFileURL(join(path, 'loop.mjs')))).run
}

for (const [target, { heading, client, reply, results, textOf }] of Object.entries(LOOPS))
  test(`the loop for ${target} executes a model's calls for the user of the session until it answers`, async (t) => {
    const run = await loopOf(t, heading)
    const weather = ({ city }, { userId }) => ({ sunny: city, for: userId })
    const registry = registryOf(
      {
        name: 'weather',
        category: 'external',
        inputSchema: undefined,
        parameters: { city: { type: 'string' } },
        execute: weather,
      },
      { name: 'purge', category: 'internal' },
    )
    const { url, requests } = await serve(t, () => reply(requests.length === 1 ? CALLS : undefined))
    const answer = await run(client(url), registry, 'ada', 'How is the weather in Oslo?')
    assert.equal(textOf(answer), 'Done')
    assert.equal(requests.length, 2)
    const [first, second, third] = results(JSON.parse(requests[1].body))
    assert.deepEqual([first, second], Array(2).fill({ sunny: 'Oslo', for: 'ada' }))
    assert.equal(third.error.code, 'UNKNOWN_TOOL')
  })
