// What a module may export as a tool: each shape, how it is called, and what its name is.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
import { namespaceOf, recognise, recogniseValue, registryWith, seen, toolOf } from './support/shapes.mjs'
import { tool } from './support/tools.mjs'

const city = { type: 'object', properties: { city: { type: 'string', description: 'A city' } }, required: ['city'] }
const spec = (over) => ({ name: 'weather', description: 'Weather', inputSchema: city, ...over })
const textOf = (text) => ({ content: [{ type: 'text', text }] })

class Forecast {
  static toolSpec = spec()
  #place = 'in '
  execute({ city }, { userId }) {
    return `${this.#place}${city} for ${userId}`
  }
}
class FieldForecast {
  static toolSpec = spec({ inputSchema: { json: city } })
  place = 'in '
  execute = ({ city }, { userId }) => `${this.place}${city} for ${userId}`
}
class StaticForecast {
  static toolSpec = spec()
  static place = 'in '
  static execute({ city }, { userId }) {
    return `${this.place}${city} for ${userId}`
  }
}
const own = {
  ...spec(),
  place: undefined,
  execute({ city }, { userId }) {
    return `${this === own ? 'in ' : 'lost '}${city} for ${userId}`
  },
}
const saying = ({ city }, { userId }) => `in ${city} for ${userId}`
const handler = ({ city }, { context }) => textOf(`in ${city} for ${context.userId}`)
const { name: _, ...nameless } = spec()
const server = new McpServer({ name: 'crm', version: '1.0.0' })
const byShape = { inputSchema: { city: z.string().describe('A city') } }
const byObject = { inputSchema: z.object({ city: z.string().describe('A city') }) }

/** The shape, a module that has it, and the file's name where it counts. */
const SHAPES = [
  ['a definition (E1)', { weather: own }],
  ['a definition as default export (E1)', { default: own }],
  [
    'a definition without a name (E1)',
    {
      weather: {
        description: 'Weather',
        parameters: { city: { type: 'string', description: 'A city', required: true } },
        execute: saying,
      },
    },
  ],
  ['a spec and a function of its name (E2)', { toolSpec: spec(), weather: saying, other: () => 1 }],
  ['a spec in capitals and a function of the file (E2)', { TOOL_SPEC: spec(), crm: saying }],
  ['a spec and a default function (E2)', { toolSpec: spec({ inputSchema: { json: city } }), default: saying }],
  ['a spec without a name (E2)', { toolSpec: nameless, default: saying }, 'weather'],
  [
    'what registerTool of MCP returns (E10)',
    { weather: server.registerTool('a', { description: 'Weather', ...byShape }, handler) },
  ],
  [
    'what registerTool returns of a Zod object (E10)',
    { weather: server.registerTool('b', { description: 'Weather', ...byObject }, handler) },
  ],
  ['a registered tool of MCP, by hand (E10)', { weather: { ...nameless, handler, enabled: true, update() {} } }],
  ['a tool with a handler (E11)', { any: { ...spec(), handler } }],
  ['a class (E13)', { Forecast }],
  ['a class as default export (E13)', { default: FieldForecast }],
  ['a class with a static method (E13)', { StaticForecast }],
  [
    'a record (E14)',
    {
      tools: {
        weather: {
          ...own,
          execute: saying,
          name: undefined,
          parameters: { city: { type: 'string', description: 'A city', required: true } },
          inputSchema: undefined,
        },
      },
    },
  ],
  ['a list in a list (E14)', { tools: [[own]] }],
]

for (const [shape, exports, stem = 'crm'] of SHAPES) {
  test(`${shape} is a tool that is called with its arguments and its caller`, async () => {
    const found = await toolOf(exports, { stem })
    const registry = registryWith(found)
    const { name, description, inputSchema } = registry.get('weather')
    assert.deepEqual([name, description], ['weather', 'Weather'])
    assert.deepEqual([inputSchema.properties, inputSchema.required], [city.properties, city.required])
    const answer = await registry.execute('weather', { city: 'Oslo' }, { context: { userId: 7 } })
    assert.equal(answer, 'in Oslo for 7')
    assert.deepEqual(found.notes, [])
  })
}

/** The module, and the names of its tools by their export. */
const NAMES = [
  ['the name of the tool, not of the export', { a: own }, { a: 'weather' }],
  [
    'the export of a tool without a name',
    { get_weather: { ...nameless, handler, enabled: true, update() {} } },
    { get_weather: 'get_weather' },
  ],
  [
    'the file of a default export without a name',
    { default: { ...own, name: undefined, inputSchema: undefined, parameters: {} } },
    { default: 'crm_v2' },
    'crm.v2',
  ],
  ['a portable form of an export', { 'a b': { description: 'A', parameters: {}, execute: saying } }, { 'a b': 'a_b' }],
  ['the key in a record', { tools: { a: { description: 'A', parameters: {}, execute: saying } } }, { 'tools/a': 'a' }],
  [
    'the key in a record of records',
    { default: { x: { y: { description: 'A', parameters: {}, execute: saying } } } },
    { 'x/y': 'y' },
  ],
  [
    'a key __proto__',
    JSON.parse('{"t": {"__proto__": 1}}', (key, value) =>
      value === 1 ? { description: 'A', parameters: {}, execute: saying } : value,
    ),
    { 't/__proto__': '__proto__' },
  ],
]

for (const [what, exports, tools, stem = 'crm'] of NAMES) {
  test(`the name of a tool is ${what}`, async () => {
    assert.deepEqual((await seen(recognise(exports, { stem }))).tools, tools)
  })
}

test('a class beside a spec is no function of it', async () => {
  const { failed } = await seen(recognise({ toolSpec: spec(), weather: class {}, crm: class {} }))
  assert.deepEqual(Object.keys(failed), ['toolSpec'])
})

/** A name, and the portable form of it, as the core makes it. */
const PORTABLE = [
  ['issues/create', 'issues_create'],
  ['9lives', '_9lives'],
  ['-a-', 'a'],
  ['é', '_'],
  ['a–b…c', 'a_b_c'],
  ['toString', 'toString'],
  ['x'.repeat(65), `${'x'.repeat(55)}_${createHash('sha256').update('x'.repeat(65)).digest('hex').slice(0, 8)}`],
]

for (const [stem, name] of PORTABLE) {
  test(`a file ${stem.slice(0, 20)} names its tool ${name}`, async () => {
    const { definition } = await toolOf({ default: { description: 'A', parameters: {}, execute: saying } }, { stem })
    assert.equal(definition.name, name)
  })
}

test('the exported object is not changed, and the definition is another one', async () => {
  const frozen = Object.freeze({ ...own, inputSchema: Object.freeze({ ...city }) })
  const { definition, self } = await toolOf({ frozen })
  assert.notEqual(definition, frozen)
  assert.equal(self, frozen)
})

test('what was read stays, whatever the exported object becomes', async () => {
  const changing = { ...own }
  const recognised = toolOf({ changing })
  Object.assign(changing, { name: 'other', execute: () => 'other' })
  const { definition } = await recognised
  assert.deepEqual([definition.name, definition.execute], ['weather', own.execute])
})

test('an instance is made once for each recognition', async () => {
  let made = 0
  class Counted {
    static toolSpec = spec()
    constructor() {
      made++
    }
    execute() {
      return made
    }
  }
  await toolOf({ Counted, default: Counted })
  assert.equal(made, 1)
})

const named = (name) => ({ ...own, name })

/** A value that is given by itself, its name where it has none, and the tools. */
const VALUES = [
  ['a tool', own, undefined, { '': 'weather' }],
  ['a tool without a name', { ...nameless, handler, enabled: true, update() {} }, 'get', { '': 'get' }],
  ['a list', [own, [named('b')]], undefined, { 0: 'weather', '1/0': 'b' }],
  ['a record', { a: named('a') }, undefined, { a: 'a' }],
  ['a namespace', namespaceOf({ a: named('a') }), undefined, { a: 'a' }],
]

for (const [what, value, name, tools] of VALUES) {
  test(`${what} is recognised by itself`, async () => {
    const recognition = recogniseValue(value, { specifier: 'add(spec)', ...(name && { name }) })
    assert.deepEqual(await seen(recognition), { tools, passedOver: 0, failed: {} })
  })
}

test('each member of an exported tool is read once', async () => {
  for (const members of [own, { ...spec(), handler }, { ...nameless, handler, enabled: true, update() {} }]) {
    const reads = {}
    const counted = {}
    for (const [key, value] of Object.entries(members))
      Object.defineProperty(counted, key, {
        enumerable: true,
        get: () => ((reads[key] = (reads[key] ?? 0) + 1), value),
      })
    for (const exports of [{ counted }, { default: counted }]) {
      await toolOf(exports)
      const twice = Object.entries(reads).filter(([, count]) => count > 1)
      assert.deepEqual(twice, [])
      for (const key of Object.keys(reads)) delete reads[key]
    }
  }
})

test('a tool of another realm is one', async () => {
  const weather = runInNewContext('({ name: "weather", description: "Weather", parameters: {}, execute: () => 5 })')
  assert.equal(await registryWith(await toolOf({ weather })).execute('weather'), 5)
})

test('a tool of the test support is one', async () => {
  assert.deepEqual((await seen(recognise({ echo: tool() }))).tools, { echo: 'echo' })
})
