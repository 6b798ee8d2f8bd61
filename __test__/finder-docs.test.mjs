// Runs the loops of docs/finder.md with the SDKs of the providers; a scripted model answers them.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import OpenAI from 'openai'
import { createTestRegistry, scriptedModel } from 'toolrack/test'
import { codeBlocks, compileExamples, exampleProject } from './support/examples.mjs'
import { read } from './support/markdown.mjs'
import { SDKS } from './support/sdks.mjs'
import { tool } from './support/tools.mjs'

/** The function `run` of the block under a heading. */
async function loopOf(t, heading) {
  const path = await exampleProject(t)
  const block = codeBlocks(read('docs/finder.md'), ['ts']).find((one) => one.heading === heading)
  await compileExamples(path, [{ ...block, code: `${block.code}\nexport { run }`, name: 'loop' }])
  await writeFile(join(path, 'package.json'), '{}')
  return (await import(pathToFileURL(join(path, 'loop.mjs')))).run
}

function desk() {
  const registry = createTestRegistry()
  const execute = ({ n }, { userId }) => ({ n, for: userId })
  registry.register(tool({ name: 'close', description: 'Closes a ticket', execute }))
  registry.register(tool({ name: 'refund', description: 'Returns money' }))
  return registry
}
const madeBy = (registry) => registry.calls().map(({ toolName, outcome }) => [toolName, outcome])

test('the loop for OpenAI answers its tool search, and calls what was found', async (t) => {
  const run = await loopOf(t, 'OpenAI')
  const registry = desk()
  const search = {
    type: 'tool_search_call',
    id: 'tsc_1',
    call_id: 'call_1',
    execution: 'client',
    status: 'completed',
    arguments: { queries: ['close a ticket'] },
  }
  const message = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed' }
  const outputs = [
    [search],
    SDKS.openai.reply([{ id: 'call_2', name: 'close', args: { n: 1 } }]).output,
    [{ ...message, content: [{ type: 'output_text', text: 'Done', annotations: [] }] }],
  ]
  const bodies = []
  const fetch = async (url, { body }) => {
    bodies.push(JSON.parse(body))
    const { length } = bodies
    return Response.json({ ...SDKS.openai.reply([]), id: `resp_${length}`, output: outputs[length - 1] })
  }
  const client = new OpenAI({ apiKey: 'key', fetch })
  assert.equal(await run(client, registry, 'ada', 'Close it'), 'Done')
  assert.deepEqual(madeBy(registry), [['close', 'ok']])
  const [first, second, third] = bodies
  assert.deepEqual([second.tools, third.tools], [first.tools, first.tools])
  const [found] = second.input
  assert.deepEqual([found.type, found.call_id, found.tools[0].name], ['tool_search_output', 'call_1', 'close'])
  assert.deepEqual(
    [third.previous_response_id, third.input],
    ['resp_2', [{ type: 'function_call_output', call_id: 'call_2', output: '{"n":1,"for":"ada"}' }]],
  )
})

test('the loop for the AI SDK calls in one step what the step before has found', async (t) => {
  const run = await loopOf(t, 'AI SDK')
  const registry = desk()
  let heard
  const model = scriptedModel('ai-sdk', [
    { calls: [['search_tools', { queries: ['close a ticket'] }]] },
    { calls: [['close', { n: 1 }]] },
    ({ results }) => ((heard = results), 'Done'),
  ])
  assert.equal(await run(model.languageModel, registry, 'ada', 'Close it'), 'Done')
  assert.deepEqual(heard[0].value, { n: 1, for: 'ada' })
  assert.deepEqual(madeBy(registry), [['close', 'ok']])
  model.done()
})
