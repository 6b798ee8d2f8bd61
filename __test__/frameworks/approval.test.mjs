// Approval of tools of the packages of agent frameworks: a person is asked about the arguments that a tool gets.
import assert from 'node:assert/strict'
import { test } from 'node:test'
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
