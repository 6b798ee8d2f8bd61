// Runs the loops of docs/agent-loops.md, and that of docs/frameworks.md, with the SDKs of the providers; a scripted
// model answers them.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import OpenAI from 'openai'
import { createTestRegistry, scriptedModel } from 'toolrack/test'
import { codeBlocks, compileExamples, exampleProject } from './support/examples.mjs'
import { read } from './support/markdown.mjs'
import { tool } from './support/tools.mjs'

const CALLS = [
  ['weather', { city: 'Oslo' }],
  ['weather', { city: 'Oslo', userId: 'eve' }],
  ['purge', {}],
]

/** Of each loop: its heading, its page, the client of its SDK, and the text that it returns. */
const LOOPS = {
  openai: {
    heading: 'OpenAI Responses',
    client: (fetch) => new OpenAI({ apiKey: 'key', fetch }),
    textOf: (answer) => answer,
  },
  anthropic: {
    heading: 'Anthropic Messages',
    client: (fetch) => new Anthropic({ apiKey: 'key', fetch }),
    textOf: ([{ text }]) => text,
  },
  'anthropic by its adapter': {
    target: 'anthropic',
    page: 'docs/frameworks.md',
    heading: 'Loops without a framework',
    client: (fetch) => new Anthropic({ apiKey: 'key', fetch }),
    textOf: ([{ text }]) => text,
  },
  gemini: {
    heading: 'Gemini',
    client: (fetch) => new GoogleGenAI({ apiKey: 'key', httpOptions: { fetch } }),
    textOf: (answer) => answer,
  },
}

/** The function `run` of the block under a heading. */
async function loopOf(t, page, heading) {
  const path = await exampleProject(t)
  const block = codeBlocks(read(page), ['ts']).find((one) => one.heading === heading)
  await compileExamples(path, [{ ...block, code: `${block.code}\nexport { run }`, name: 'loop' }])
  await writeFile(join(path, 'package.json'), '{}')
  return (await import(pathToFileURL(join(path, 'loop.mjs')))).run
}

for (const [name, { target = name, page = 'docs/agent-loops.md', heading, client, textOf }] of Object.entries(LOOPS))
  test(`the loop for ${name} executes a model's calls for the user of the session until it answers`, async (t) => {
    const run = await loopOf(t, page, heading)
    const registry = createTestRegistry()
    const weather = ({ city }, { userId }) => ({ sunny: city, for: userId })
    const parameters = { city: { type: 'string' } }
    registry.register(
      tool({ name: 'weather', category: 'external', inputSchema: undefined, parameters, execute: weather }),
    )
    registry.register(tool({ name: 'purge', category: 'internal' }))
    let sent
    const model = scriptedModel(target, [{ calls: CALLS, offered: false }, ({ results }) => ((sent = results), 'Done')])
    const answer = await run(client(model.fetch), registry, 'ada', 'How is the weather in Oslo?')
    assert.equal(textOf(answer), 'Done')
    model.done()
    const [first, second, third] = sent.map(({ value }) => value)
    assert.deepEqual([first, second], Array(2).fill({ sunny: 'Oslo', for: 'ada' }))
    assert.equal(third.error.code, 'UNKNOWN_TOOL')
    assert.deepEqual(
      registry.calls().map(({ toolName, outcome }) => [toolName, outcome]),
      [
        ['weather', 'ok'],
        ['weather', 'ok'],
        ['purge', 'UNKNOWN_TOOL'],
      ],
    )
  })
