// Approval of tools of the packages of agent frameworks: a person is asked about the arguments that a tool gets.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DynamicTool, StructuredTool, tool as langchainTool } from '@langchain/core/tools'
import { tool as llamaTool } from '@llamaindex/core/tools'
import { genkit, z as genkitZod } from 'genkit/beta'
import { z } from 'zod'
import { ToolRegistry } from '../../lib/index.js'
import { refusal } from '../support/tools.mjs'

const text = { name: 'read', description: 'Reads a file' }
const ai = genkit({})
const stem = (path) => path.trim().split('/').pop()
const read = async ({ path }) => `read ${path}`
const genkitInput = genkitZod.object({ path: genkitZod.string().transform(stem) })
const input = z.object({ path: z.string().overwrite(stem) })
const asks = { requiresApproval: ({ path }) => path.includes('/') || path === 'shadow' }
const outputSchema = genkitZod.string()

/** A tool, and what it makes of `/etc/passwd` once a person approved. */
const TOOLS = [
  [
    'Genkit, which transforms nothing',
    ai.dynamicTool({ ...text, inputSchema: genkitInput, outputSchema }, read),
    '/etc/passwd',
  ],
  ['Genkit, defined', ai.defineTool({ ...text, inputSchema: genkitInput, outputSchema }, read), '/etc/passwd'],
  ['LlamaIndex, with Zod', llamaTool({ ...text, parameters: input, execute: read }), 'passwd'],
  [
    'LlamaIndex, with what Zod wrote',
    llamaTool({ ...text, parameters: z.toJSONSchema(input), execute: read }),
    '/etc/passwd',
  ],
]

for (const [what, given, path] of TOOLS) {
  test(`a person is asked about a path before a tool gets it: ${what}`, async () => {
    const registry = new ToolRegistry()
    registry.register(given, asks)
    const call = (sent, options) => registry.execute('read', { path: sent }, options)
    assert.equal((await refusal(() => call('/etc/passwd'))).code, 'APPROVAL_REQUIRED')
    assert.equal(await call('/etc/passwd', { approved: true }), `read ${path}`)
    assert.equal(await call('notes'), 'read notes')
  })
}

test('a tool of LlamaIndex that parses another spelling is put to a person too', async () => {
  const registry = new ToolRegistry()
  registry.register(llamaTool({ ...text, parameters: input, execute: read }), asks)
  assert.equal((await refusal(() => registry.execute('read', { path: ' shadow ' }))).code, 'APPROVAL_REQUIRED')
})

/** A text tool whose schema changes the text. */
class Trimmed extends StructuredTool {
  name = 'read'
  description = 'Reads a file'
  schema = z.object({ input: z.string() }).transform(({ input: path }) => stem(path))
  _call = async (path) => `read ${path}`
}

/** A text tool of LangChain, and what it makes of ` shadow `. */
const TEXT_TOOLS = [
  ['DynamicTool', new DynamicTool({ ...text, func: async (path) => `read ${path}` }), ' shadow '],
  ['tool with z.string()', langchainTool(async (path) => `read ${path}`, { ...text, schema: z.string() }), ' shadow '],
  ['a class whose schema changes the text', new Trimmed(), 'shadow'],
]

for (const [what, given, path] of TEXT_TOOLS) {
  test(`a text tool of LangChain puts its text to the approval function: ${what}`, async () => {
    const registry = new ToolRegistry()
    const seen = []
    const requiresApproval = async ({ input: sent }) => seen.push(sent) && sent === path
    registry.register(given, { requiresApproval })
    assert.equal(await registry.execute('read', { input: 'notes' }), 'read notes')
    assert.equal((await refusal(() => registry.execute('read', { input: ' shadow ' }))).code, 'APPROVAL_REQUIRED')
    assert.deepEqual(seen, ['notes', path])
    assert.equal(await registry.execute('read', { input: ' shadow ' }, { approved: true }), `read ${path}`)
  })
}

test('a text tool of LangChain without a text puts none to the approval function', async () => {
  const registry = new ToolRegistry()
  const seen = []
  const requiresApproval = ({ input: sent }) => seen.push(sent) === 0
  registry.register(new DynamicTool({ ...text, func: async (path) => `read ${path}` }), { requiresApproval })
  await registry.execute('read', {})
  assert.deepEqual(seen, [undefined])
})

test('a text that is made of other arguments is not decided on, and the call fails', async () => {
  class Joined extends Trimmed {
    schema = z.object({ folder: z.string(), file: z.string() }).transform(({ folder, file }) => `${folder}/${file}`)
  }
  const registry = new ToolRegistry()
  registry.register(new Joined(), { requiresApproval: () => assert.fail() })
  const { code, message } = await refusal(() => registry.execute('read', { folder: 'a', file: 'b' }))
  assert.deepEqual(
    [code, message.includes('its output must be an object of arguments, is string')],
    ['TOOL_FAILED', true],
  )
})
