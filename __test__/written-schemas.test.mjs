// JSON Schemas that Zod writes: what somebody changes in them counts, although the schema of Zod is hidden in them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { z } from 'zod'
import { FRAMEWORKS } from './support/framework-tools.mjs'
import { callFromRust, codeOf } from './support/tools.mjs'

const source = z.object({ who: z.string().trim().toLowerCase(), secret: z.string().optional() })
const echo = (params) => params

/** The JSON Schema of Zod, without the member `secret`, and with words for `who`. */
function edited() {
  const json = z.toJSONSchema(source)
  delete json.properties.secret
  json.properties.who.description = 'Who'
  json.properties.who.enum = ['ada', 'bob']
  return json
}

const text = { name: 'weather', description: 'Weather' }
const parametersJsonSchema = edited()
/** A tool with an edited schema by the way that it is given. */
const EDITED = [
  ['a definition', { ...text, inputSchema: edited(), execute: echo }],
  ['MCP', { ...text, inputSchema: edited(), handler: echo }],
  ['Mastra', FRAMEWORKS['Mastra (E3)'](echo, { inputSchema: edited() })],
  ['Google ADK', FRAMEWORKS['Google ADK (E4)'](echo, { _getDeclaration: () => ({ ...text, parametersJsonSchema }) })],
  ['LangChain', FRAMEWORKS['LangChain (E5)'](echo, { schema: edited() })],
  ['Strands', FRAMEWORKS['Strands (E6)'](echo, { toolSpec: { ...text, inputSchema: edited() } })],
  ['Genkit', FRAMEWORKS['Genkit (E7)'](echo, { inputJsonSchema: edited() })],
  ['OpenAI Agents', FRAMEWORKS['OpenAI Agents (E8)'](echo, { parameters: edited() })],
  ['LlamaIndex', FRAMEWORKS['LlamaIndex (E9)'](echo, { metadata: { ...text, parameters: edited() } })],
  ['the AI SDK', FRAMEWORKS['the AI SDK (E12)'](echo, { inputSchema: edited() })],
]

for (const [what, given] of EDITED) {
  test(`edits in a JSON Schema that Zod wrote count, for a tool of ${what}`, async () => {
    const registry = new ToolRegistry()
    registry.register(given, { name: 'weather' })
    const [{ input_schema: shown }] = registry.definitions('anthropic')
    assert.deepEqual(shown.properties, { who: { type: 'string', description: 'Who', enum: ['ada', 'bob'] } })
    for (const params of [{ who: 'ada', secret: 's' }, { who: 'zoe' }])
      assert.equal(await codeOf(() => registry.execute('weather', params)), 'INVALID_PARAMS')
    assert.deepEqual(await registry.execute('weather', { who: 'ada' }), { who: 'ada' })
  })
}

test('an enumerable Standard Schema beside a type stays a Standard Schema', async () => {
  const registry = new ToolRegistry()
  const standard = { type: 'object', '~standard': z.object({ who: z.string().toLowerCase() })['~standard'] }
  registry.register({ ...text, inputSchema: standard, execute: echo })
  assert.deepEqual(await registry.execute('weather', { who: 'ADA' }), { who: 'ada' })
})

/** What becomes of arguments in a tool that validates by the hidden schema, or does not. */
const asks = { requiresApproval: ({ who }) => who === 'admin' || who.includes('/') }
const path = z.object({ who: z.string().overwrite((given) => given.trim().split('/').pop().toLowerCase()) })
const written = () => z.toJSONSchema(path)
const parse = (params) => path.parse(params).who
const keep = ({ who }) => who
const WRITTEN = [
  ['a definition', { ...text, inputSchema: written(), execute: keep }, true, false],
  ['LangChain', FRAMEWORKS['LangChain (E5)'](keep, { schema: written() }), true, true],
  ['Strands', FRAMEWORKS['Strands (E6)'](keep, { toolSpec: { ...text, inputSchema: written() } }), true, true],
  [
    'LlamaIndex that parses',
    FRAMEWORKS['LlamaIndex (E9)'](parse, { metadata: { ...text, parameters: written() } }),
    true,
    true,
  ],
  ['Mastra, which parses', FRAMEWORKS['Mastra (E3)'](parse, { inputSchema: written() }), false, true],
]

for (const [what, given, isSent, isParsed] of WRITTEN) {
  test(`a person is asked about the arguments that the tool may get: ${what}`, async () => {
    const registry = new ToolRegistry()
    registry.register(given, { name: 'weather', ...asks })
    assert.equal(
      await codeOf(() => registry.execute('weather', { who: isSent ? '../etc/passwd' : ' ADMIN ' })),
      'APPROVAL_REQUIRED',
    )
    const asked = (who) => registry.needsApproval('plain', { id: 'c', name: 'weather', arguments: { who } })
    assert.deepEqual(
      [await asked('../etc/passwd'), await asked(' ADMIN '), await asked('ada')],
      [isSent, isParsed, false],
    )
  })
}

test('an async predicate is asked about both, and one that throws or gives no boolean fails the call', async () => {
  const decide = { later: async (params) => asks.requiresApproval(params), word: async () => 'yes' }
  decide.thrower = ({ who }) => {
    if (who === 'admin') throw new Error('no policy')
    return false
  }
  const codes = {}
  for (const [name, requiresApproval] of Object.entries(decide)) {
    const registry = new ToolRegistry()
    const metadata = { ...text, name, parameters: written() }
    registry.register(FRAMEWORKS['LlamaIndex (E9)'](parse, { metadata }), { requiresApproval })
    codes[name] = [await codeOf(() => registry.execute(name, { who: ' ADMIN ' }))]
    const call = { id: 'c', name, arguments: { who: ' ADMIN ' } }
    codes[name].push(await registry.needsApproval('plain', call))
  }
  assert.deepEqual(codes, {
    later: ['APPROVAL_REQUIRED', true],
    word: ['TOOL_FAILED', false],
    thrower: ['TOOL_FAILED', false],
  })
})

test('a call from a Rust thread asks about both too', async () => {
  const registry = new ToolRegistry()
  registry.register(FRAMEWORKS['LlamaIndex (E9)'](parse, { metadata: { ...text, parameters: written() } }), asks)
  const outcome = async (who) => (await callFromRust(registry, { name: 'weather', params: { who } })).error?.code
  assert.deepEqual(
    [await outcome(' ADMIN '), await outcome('../etc/passwd'), await outcome('ada')],
    ['APPROVAL_REQUIRED', 'APPROVAL_REQUIRED', undefined],
  )
})
