// Approval of tools of agent frameworks: what a tool says in its framework's words is `requiresApproval` here.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolModules, ToolRegistry } from 'toolrack'
import { z } from 'zod'
import { FRAMEWORKS } from './support/framework-tools.mjs'
import { codeOf, refusal } from './support/tools.mjs'

const aiSdk = FRAMEWORKS['the AI SDK (E12)']
const mastra = FRAMEWORKS['Mastra (E3)']
const adk = FRAMEWORKS['Google ADK (E4)']
const openai = FRAMEWORKS['OpenAI Agents (E8)']
const context = { userId: 7 }
const [oslo, rome] = [{ city: 'Oslo' }, { city: 'Rome' }]
const run = ({ city }) => city

/** The function of OpenAI Agents around a constant, as its `tool` makes it. */
const constant = (options) => async () => (typeof options.needsApproval === 'boolean' ? options.needsApproval : false)

/** A tool whose calls all need approval. */
const ALWAYS = [
  ['the AI SDK', aiSdk(run, { needsApproval: true })],
  ['Mastra', mastra(run, { requireApproval: true })],
  ['Google ADK', adk(run, { requireConfirmation: true })],
  ['OpenAI Agents', openai(run, { needsApproval: constant({ needsApproval: true }) })],
]

/** A tool whose calls for Rome need approval, asked as its framework asks. */
const SOMETIMES = [
  ['the AI SDK', aiSdk(run, { needsApproval: ({ city }, { context: { userId } }) => city === 'Rome' && userId === 7 })],
  [
    'the AI SDK, later',
    aiSdk(run, { needsApproval: async ({ city }, { toolCallId }) => city === 'Rome' && toolCallId }),
  ],
  [
    'Mastra',
    mastra(run, { requireApproval: async ({ city }, { requestContext }) => city === 'Rome' && requestContext.userId }),
  ],
  ['Mastra, by its function', mastra(run, { needsApprovalFn: async ({ city }) => city === 'Rome' })],
  ['Google ADK', adk(run, { requireConfirmation: ({ city }, toolContext) => city === 'Rome' && toolContext.userId })],
  [
    'OpenAI Agents',
    openai(run, {
      needsApproval: async (runContext, { city }, id) => city === 'Rome' && runContext.context.userId && id,
    }),
  ],
]

const NEVER = [
  ['the AI SDK', aiSdk(run, { needsApproval: false })],
  ['Mastra', mastra(run, { requireApproval: false })],
  ['Google ADK', adk(run, { requireConfirmation: false })],
  ['OpenAI Agents', openai(run, { needsApproval: constant({}) })],
]

/** A tool that says neither yes nor no. */
const UNCLEAR = [
  ['the AI SDK', '/needsApproval', aiSdk(run, { needsApproval: 'always' })],
  ['Mastra', '/requireApproval', mastra(run, { requireApproval: 1 })],
  ['Mastra, by its function', '/needsApprovalFn', mastra(run, { needsApprovalFn: 'always' })],
  ['Google ADK', '/requireConfirmation', adk(run, { requireConfirmation: { when: 'always' } })],
  ['OpenAI Agents', '/needsApproval', openai(run, { needsApproval: 'always' })],
]

for (const [framework, pointer, given] of UNCLEAR) {
  test(`a tool of ${framework} whose approval is neither a boolean nor a function is refused`, async () => {
    const { code, details } = await refusal(() => new ToolRegistry().register(given, { name: 'weather' }))
    assert.deepEqual([code, details.problems[0].pointer], ['INVALID_DEFINITION', pointer])
    assert.match(details.problems[0].message, /give true, false or a function$/)
  })
}

const always = (...words) => Object.fromEntries(words.map((word) => [word, true]))
const genkit = FRAMEWORKS['Genkit (E7)']
const llamaindex = FRAMEWORKS['LlamaIndex (E9)']
const strands = FRAMEWORKS['Strands (E6)']
const toolSpec = { name: 'weather', description: 'Weather', inputSchema: {} }
/** A tool with words for approval that are not those of its framework. */
const FOREIGN = [
  ['MCP', { ...toolSpec, handler: run, ...always('needsApproval', 'requireApproval') }],
  [
    'a spec of a class',
    class {
      static toolSpec = { ...toolSpec, needsApproval: () => true }
      execute() {}
    },
  ],
  ['LangChain', FRAMEWORKS['LangChain (E5)'](run, { needsApproval: async () => true })],
  ['Strands', strands(run, always('requireConfirmation'))],
  ['Strands, in its spec', strands(run, { toolSpec: { ...toolSpec, needsApproval: 'always' } })],
  ['Genkit', genkit(run, always('needsApproval'))],
  ['Genkit, on its function', Object.assign(genkit(run), always('requiresApproval'))],
  ['LlamaIndex', llamaindex(run, always('needsApproval'))],
  ['LlamaIndex, in toolrack’s word', llamaindex(run, always('requiresApproval'))],
  ['Mastra', mastra(run, always('needsApproval'))],
  ['Google ADK', adk(run, always('needsApproval'))],
  ['OpenAI Agents', openai(run, always('requireApproval'))],
  ['the AI SDK', aiSdk(run, always('requireApproval'))],
]

for (const [what, given] of FOREIGN) {
  test(`a tool that asks for approval in a word that is not read is refused: ${what}`, async () => {
    const { code, details } = await refusal(() => new ToolModules(new ToolRegistry()).add({ weather: given }))
    assert.equal(code, 'INVALID_DEFINITION')
    for (const { pointer, message } of details.problems) {
      assert.match(pointer, /^\/(needs|requires?)(Approval|Confirmation)$/)
      assert.match(message, /^is not read of this tool: write /)
    }
  })
}

test('a word that is not read and says no is no fault', async () => {
  const registry = new ToolRegistry()
  registry.register(mastra(run, { needsApproval: false, requireConfirmation: null, needsApprovalFn: undefined }))
  assert.equal(await registry.execute('weather', oslo), 'Oslo')
})

const DOORS = {
  register: async (registry, given) => registry.register(given, { name: 'weather' }),
  'ToolModules.add': (registry, given) => new ToolModules(registry).add({ weather: given }),
}

for (const [door, add] of Object.entries(DOORS)) {
  for (const [framework, given] of ALWAYS) {
    test(`a call of a tool of ${framework} waits for approval, by ${door}`, async () => {
      const registry = new ToolRegistry()
      await add(registry, given)
      assert.equal(registry.get('weather').requiresApproval, true)
      assert.equal(await codeOf(() => registry.execute('weather', oslo)), 'APPROVAL_REQUIRED')
      assert.equal(await registry.execute('weather', oslo, { approved: true }), 'Oslo')
    })
  }

  for (const [framework, given] of SOMETIMES) {
    test(`a tool of ${framework} decides for each call, by ${door}`, async () => {
      const registry = new ToolRegistry()
      await add(registry, given)
      assert.equal(await registry.execute('weather', oslo, { context }), 'Oslo')
      assert.equal(await codeOf(() => registry.execute('weather', rome, { context })), 'APPROVAL_REQUIRED')
      assert.equal(await registry.execute('weather', rome, { context, approved: true }), 'Rome')
    })
  }

  for (const [framework, given] of NEVER) {
    test(`a tool of ${framework} that needs no approval is one that never does, by ${door}`, async () => {
      const registry = new ToolRegistry()
      await add(registry, given)
      assert.equal(registry.get('weather').requiresApproval, false)
      assert.equal(await registry.execute('weather', oslo), 'Oslo')
    })
  }
}

const seen = []
const lower = z.object({ city: z.string().trim().toLowerCase() })
const isRome = ({ city }) => city === 'rome'
const keep = (params) => seen.push(params.city)

/** A tool that validates by itself, and the options beside it: calls for Rome need approval, however it is written. */
const SPELLINGS = [
  ['Mastra', mastra(keep, { inputSchema: lower, requireApproval: isRome })],
  ['Mastra, by the option', mastra(keep, { inputSchema: lower }), { requiresApproval: isRome }],
  ['Google ADK', adk(keep, { parameters: lower, requireConfirmation: isRome })],
  ['LangChain, by the option', FRAMEWORKS['LangChain (E5)'](keep, { schema: lower }), { requiresApproval: isRome }],
  ['Strands, by the option', FRAMEWORKS['Strands (E6)'](keep, { _inputSchema: lower }), { requiresApproval: isRome }],
  [
    'Mastra, with a schema that takes time',
    mastra(keep, { inputSchema: lower.refine(() => Promise.resolve(true)), requireApproval: isRome }),
  ],
]

for (const [what, given, options] of SPELLINGS) {
  test(`approval is decided on what the schema makes of the arguments, for ${what}`, async () => {
    const registry = new ToolRegistry()
    registry.register(given, { name: 'weather', ...options })
    seen.length = 0
    const call = { id: 'c', name: 'weather', arguments: { city: ' ROME ' } }
    assert.equal(await registry.needsApproval('plain', call), true)
    assert.equal((await registry.respond('plain', call)).error.code, 'APPROVAL_REQUIRED')
    // The tool validates by itself, so that nothing is transformed twice.
    await registry.execute('weather', { city: ' OSLO ' })
    await registry.execute('weather', { city: ' ROME ' }, { approved: true })
    assert.deepEqual(seen, [' OSLO ', ' ROME '])
  })
}

test('arguments that a schema refuses are not put to an approval predicate', async () => {
  const registry = new ToolRegistry()
  const inputSchema = z.object({ city: z.string().refine(() => false, 'no such city') })
  registry.register(mastra(run, { inputSchema, requireApproval: () => assert.fail() }))
  const { code, details } = await refusal(() => registry.execute('weather', oslo))
  assert.deepEqual([code, details.problems], ['INVALID_PARAMS', [{ pointer: '/city', message: 'no such city' }]])
})

test('a policy of OpenAI Agents that is no constant is asked for each call', async () => {
  let isOpen = true
  const registry = new ToolRegistry()
  registry.register(openai(run, { needsApproval: async () => !isOpen }))
  assert.equal(await registry.execute('weather', oslo), 'Oslo')
  isOpen = false
  assert.equal(await codeOf(() => registry.execute('weather', oslo)), 'APPROVAL_REQUIRED')
})

const role = z.object({ role: z.string().default('guest'), tenant: z.string().toUpperCase() })
/** A schema of the context of a call, by how it is validated. */
const CONTEXT_SCHEMAS = [
  ['at once', role],
  ['later', role.refine(() => Promise.resolve(true))],
]

for (const [when, contextSchema] of CONTEXT_SCHEMAS) {
  test(`an approval function of the AI SDK gets the context as its contextSchema makes it, ${when}`, async () => {
    const registry = new ToolRegistry()
    const seen = []
    const needsApproval = (_, { context: { role: of, tenant }, experimental_context: same }) => {
      seen.push([of, tenant, same.role])
      return of === 'guest'
    }
    registry.register(aiSdk(run, { contextSchema, needsApproval }), { name: 'weather' })
    const call = (metadata) => registry.execute('weather', oslo, { context: { userId: 7, metadata } })
    assert.equal(await codeOf(() => call({ tenant: 'acme' })), 'APPROVAL_REQUIRED')
    assert.equal(await call({ tenant: 'acme', role: 'owner' }), 'Oslo')
    assert.deepEqual(seen, [
      ['guest', 'ACME', 'guest'],
      ['owner', 'ACME', 'owner'],
    ])
    const { code, message } = await refusal(() => call({ tenant: 5 }))
    assert.equal(code, 'TOOL_FAILED')
    assert.match(message, /the context of the call does not match the contextSchema of the tool/)
  })
}

test('a tool sees that its call was approved, in the words of its framework', async () => {
  const approved = { approved: true }
  const registry = new ToolRegistry()
  registry.register(adk((_, { toolContext }) => toolContext.toolConfirmation?.confirmed, { requireConfirmation: true }))
  assert.equal(await registry.execute('weather', oslo, approved), true)
  registry.replace(openai((_, { runContext }) => runContext.isToolApproved({})))
  assert.deepEqual(
    [await registry.execute('weather', oslo, approved), await registry.execute('weather', oslo)],
    [true, undefined],
  )
})

test('the option requiresApproval wins over what a tool says', async () => {
  const registry = new ToolRegistry()
  registry.register(aiSdk(run), { name: 'weather', requiresApproval: ({ city }) => city === 'Rome' })
  assert.equal(await codeOf(() => registry.execute('weather', rome)), 'APPROVAL_REQUIRED')
  registry.register(aiSdk(run, { needsApproval: true }), { name: 'free', requiresApproval: false })
  assert.equal(await registry.execute('free', rome), 'Rome')
})

test('a policy that throws fails the call, with what it threw', async () => {
  const thrown = new Error('no policy')
  const registry = new ToolRegistry()
  registry.register(aiSdk(run, { needsApproval: () => Promise.reject(thrown) }), { name: 'weather' })
  const { code, cause } = await refusal(() => registry.execute('weather', oslo))
  assert.deepEqual([code, cause], ['TOOL_FAILED', thrown])
})
