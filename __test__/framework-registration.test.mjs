// Registration of tools of agent frameworks: options beside a tool, what is kept of it, and what is refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolModules, ToolRegistry, registerDynamicTool } from 'toolrack'
import { FRAMEWORKS, city } from './support/framework-tools.mjs'
import { proxied, revoked } from './support/hostile.mjs'
import { refusal, tool } from './support/tools.mjs'

const aiSdk = FRAMEWORKS['the AI SDK (E12)']
const langchain = FRAMEWORKS['LangChain (E5)']
const run = ({ city }) => city
const thrower = () => {
  throw new Error('no look at me')
}

test('register, replace, registerDynamicTool and update take a tool of a framework with options', async () => {
  const registry = new ToolRegistry()
  const handle = registry.register(aiSdk(run), { name: 'a', category: 'external', tags: ['geo'], rateLimit: 5 })
  const { category, tags, rateLimit } = registry.get('a')
  assert.deepEqual([category, tags, rateLimit], ['external', ['geo'], 5])
  assert.equal(await handle.execute({ city: 'x' }), 'x')
  registry.replace(
    langchain(() => 'replaced'),
    { name: 'a' },
  )
  assert.equal(await registry.execute('a', { city: 'x' }), 'replaced')
  assert.equal(registerDynamicTool(registry, aiSdk(run), { name: 'b' }), undefined)
  const other = registry.register(langchain(run))
  other.update(
    aiSdk(() => 'updated'),
    { name: 'c', description: 'Updated' },
  )
  assert.deepEqual([registry.list(), registry.get('c').description], [['a', 'b', 'c'], 'Updated'])
  assert.equal(await other.execute({ city: 'x' }), 'updated')
})

test('options win over what a tool says, and the tool is not changed', () => {
  const registry = new ToolRegistry()
  for (const given of [Object.freeze(langchain(run)), Object.freeze(tool({ name: 'weather' }))]) {
    const { name } = registry.register(given, { name: `${given.lc_runnable}`, title: 'W', description: 'D' })
    assert.deepEqual([registry.get(name).title, registry.get(name).description], ['W', 'D'])
    assert.equal(given.name, 'weather')
  }
})

test('this of a definition is the definition, also with options', async () => {
  const own = tool({ execute: () => 1 })
  own.execute = function () {
    return this === own
  }
  assert.equal(await new ToolRegistry().register(own, { tags: ['a'] }).execute(), true)
})

test('a definition of a class takes options, and this is its instance', async () => {
  class Weather {
    name = 'weather'
    description = 'Weather'
    parameters = {}
    #city = 'Oslo'
    execute() {
      return this.#city
    }
  }
  const registry = new ToolRegistry()
  assert.equal(await registry.register(new Weather(), { tags: ['a'] }).execute(), 'Oslo')
  assert.deepEqual(registry.get('weather').tags, ['a'])
})

/** A definition that cannot be read. */
const UNREADABLE = [
  ['a getter that throws', () => Object.defineProperty(tool(), 'tags', { get: thrower, enumerable: true })],
  ['an execute that throws', () => Object.defineProperty(tool(), 'execute', { get: thrower, enumerable: true })],
  ['a proxy that throws', () => proxied({})],
  ['a revoked proxy', () => revoked({})],
]
for (const [what, make] of UNREADABLE) {
  test(`${what} is INVALID_DEFINITION, also with options`, async () => {
    for (const options of [undefined, {}, { tags: [] }, { name: 'a' }]) {
      const { code } = await refusal(() => new ToolRegistry().register(make(), options))
      assert.equal(code, 'INVALID_DEFINITION')
    }
  })
}

test('register takes tools of MCP, whose results are unwrapped', async () => {
  const handler = async ({ city }) => ({ content: [{ type: 'text', text: city }] })
  const plain = { name: 'weather', description: 'Weather', inputSchema: city, handler }
  const registered = { description: 'Weather', inputSchema: city, handler, enabled: true, update() {} }
  for (const given of [plain, registered]) {
    const registry = new ToolRegistry()
    registry.register(given, { name: 'weather' })
    assert.equal(await registry.execute('weather', { city: 'x' }), 'x')
  }
})

const annotated = { title: 'W', readOnlyHint: true, other: 1 }

/** A tool, and what a registry has of it. */
const KEPT = [
  ['the title of the AI SDK', aiSdk(run, { title: 'W' }), { title: 'W' }],
  [
    'annotations of Strands',
    FRAMEWORKS['Strands (E6)'](run, {
      toolSpec: { name: 'weather', description: 'W', inputSchema: city, annotations: annotated },
    }),
    { title: 'W', annotations: { readOnlyHint: true } },
  ],
  [
    'annotations of Mastra',
    FRAMEWORKS['Mastra (E3)'](run, { mcp: { annotations: annotated } }),
    { annotations: { readOnlyHint: true } },
  ],
  ['tags of LangChain', langchain(run, { tags: ['a'] }), { tags: ['a'] }],
  ['a description that is a function', aiSdk(run, { description: () => 'W' }), { description: 'W' }],
]

for (const [what, given, members] of KEPT) {
  test(`${what} is kept`, () => {
    const registry = new ToolRegistry()
    registry.register(given, { name: 'weather' })
    const kept = registry.get('weather')
    assert.deepEqual(Object.fromEntries(Object.keys(members).map((key) => [key, kept[key]])), members)
  })
}

for (const [framework, over] of [
  ['the AI SDK (E12)', { outputSchema: city }],
  ['OpenAI Agents (E8)', { outputSchema: city }],
  ['Strands (E6)', { toolSpec: { name: 'weather', description: 'W', inputSchema: city, outputSchema: city } }],
]) {
  test(`an output schema of ${framework} is noted`, async () => {
    const { reports } = await new ToolModules(new ToolRegistry()).add({ weather: FRAMEWORKS[framework](run, over) })
    assert.deepEqual(
      reports[0].notes.map(({ code }) => code),
      ['OUTPUT_SCHEMA_UNUSED'],
    )
  })
}

const schema = { type: 'object' }
const adk = { [Symbol.for('google.adk.baseTool')]: true, name: 'google_search', description: 'S', runAsync: run }

/** What cannot be called here, and what the error says. */
const REFUSED = [
  [
    'a tool that a provider runs',
    { type: 'provider', id: 'openai.web_search', args: {}, inputSchema: schema },
    'is the tool "openai.web_search" of a provider',
  ],
  [
    'a hosted tool of OpenAI',
    { type: 'hosted_tool', name: 'web_search', providerData: {} },
    'is the hosted tool "web_search" of OpenAI Agents',
  ],
  [
    'a tool that Gemini runs',
    { ...adk, _getDeclaration: () => undefined },
    'is the tool "google_search" of Google ADK, which declares no function',
  ],
  [
    'a tool of Mastra without execute',
    FRAMEWORKS['Mastra (E3)'](run, { execute: undefined }),
    'is a tool of Mastra without an execute',
  ],
  [
    'a headless tool of LangChain',
    langchain(run, { metadata: { headlessTool: true } }),
    'is a headless tool of LangChain',
  ],
  ['a runnable of LangChain', langchain(run, { schema: undefined }), 'is a Runnable of LangChain and no tool'],
  [
    'a description that fails',
    aiSdk(run, { description: ({ context }) => context.a.b }),
    '/description is a function that fails',
  ],
  [
    'a description that is promised',
    aiSdk(run, { description: () => Promise.reject(new Error('no text')) }),
    '/description must be a string',
  ],
  [
    'a context schema that is none',
    aiSdk(run, { contextSchema: async () => thrower() }),
    '/contextSchema is no schema',
  ],
  [
    'a declaration that is promised',
    { ...adk, _getDeclaration: async () => thrower() },
    'declares its function by a promise',
  ],
  ['a schema that is no object', langchain(run, { schema: { type: 'string' } }), '/inputSchema/type must be "object"'],
  [
    'a schema that throws',
    Object.defineProperty(langchain(run), 'schema', {
      get: () => {
        throw new Error('no look at me')
      },
    }),
    'cannot be read: no look at me',
  ],
]

for (const [what, given, says] of REFUSED) {
  test(`${what} is refused with what was seen, by register and by ToolModules.add`, async () => {
    const registry = new ToolRegistry()
    for (const add of [
      () => registry.register(given, { name: 'weather' }),
      () => new ToolModules(registry).add({ weather: given }),
    ]) {
      const { code, message, details } = await refusal(add)
      assert.equal(code, 'INVALID_DEFINITION')
      assert.ok(message.includes(says), message)
      assert.ok(details.problems.length > 0)
    }
    assert.equal(registry.size, 0)
  })
}

/** What register refuses as before. */
const MISTAKES = [
  ['a tool of the AI SDK without a name', () => aiSdk(run), '/name is required'],
  ['a function', () => run, 'takes one object { name, description, execute }, got a function'],
  ['a proxy', () => proxied({}), 'no look at me'],
  ['a revoked proxy', () => revoked({}), 'has been revoked'],
]

for (const [what, make, says] of MISTAKES) {
  test(`register refuses ${what}`, async () => {
    const { code, message } = await refusal(() => new ToolRegistry().register(make()))
    assert.equal(code, 'INVALID_DEFINITION')
    assert.ok(message.includes(says), message)
  })
}

test('a list of tools is registered by forEach, which hands over an index and the list', async () => {
  const registry = new ToolRegistry()
  const tools = ['a', 'b'].map((name) => tool({ name }))
  tools.forEach(registry.register, registry)
  assert.deepEqual(registry.list(), ['a', 'b'])
  assert.equal((await refusal(() => registry.register(tool({ name: 'c' }), 'x'))).code, 'INVALID_OPTIONS')
})

test('an unknown option beside a tool is refused with the nearest one', async () => {
  const registry = new ToolRegistry()
  for (const given of [aiSdk(run), tool()]) {
    const { code, message } = await refusal(() => registry.register(given, { catgory: 'a' }))
    assert.equal(code, 'INVALID_OPTIONS')
    assert.match(message, /nearest: category/)
  }
})

test('a proxy of a tool of a framework is that tool', async () => {
  const registry = new ToolRegistry()
  registry.register(new Proxy(langchain(run), {}))
  assert.equal(await registry.execute('weather', { city: 'x' }), 'x')
})

test('a module exports tools of frameworks, which names and lists give their names', async () => {
  const registry = new ToolRegistry()
  const tools = Object.entries(FRAMEWORKS).map(([framework, make]) => [framework.replace(/\W+/g, '_'), make(run)])
  const { failed } = await new ToolModules(registry).add(
    tools.map(([name, given]) => ({ [name]: given.name === 'weather' ? { ...given, name } : given })).slice(-1),
  )
  assert.deepEqual([failed, registry.list()], [[], ['the_AI_SDK_E12_']])
})
