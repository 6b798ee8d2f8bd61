// The input schema of a module's tool, however late and by whichever library it is said.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { jsonSchema, zodSchema } from 'ai'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'
import * as mini from 'zod/mini'
import { z as z3 } from 'zod3'
import { recognise, registryWith, toolOf } from './support/shapes.mjs'
import { refusal, tool } from './support/tools.mjs'

const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const upper = (text) => text.toUpperCase()
const zod = z.object({ city: z.string().transform(upper) })
const ark = type({ city: type('string').pipe(upper) })
const valibot = toStandardJsonSchema(v.object({ city: v.pipe(v.string(), v.transform(upper)) }), {
  errorMode: 'ignore',
})
const ai = jsonSchema(city, { validate: ({ city }) => ({ success: true, value: { city: upper(city) } }) })
const server = new McpServer({ name: 'crm', version: '1.0.0' })
const ofMcp = (inputSchema, name) =>
  server.registerTool(name, { description: 'A', inputSchema }, ({ city }) => ({
    content: [{ type: 'text', text: city }],
  }))

/** The schema, and what it makes of a text. */
const SCHEMAS = [
  ['a JSON Schema', city, 'oslo'],
  ['a Zod schema', zod, 'OSLO'],
  ['a Zod mini object of Zod members', mini.object({ city: z.string().transform(upper) }), 'OSLO'],
  ['an ArkType schema, which is a function', ark, 'OSLO'],
  ['a Valibot schema', valibot, 'OSLO'],
  ['a schema of the AI SDK', ai, 'OSLO'],
  ['a schema of the AI SDK whose JSON Schema is a promise', jsonSchema(Promise.resolve(city)), 'oslo'],
  ['zodSchema of the AI SDK', zodSchema(zod), 'OSLO'],
  ['zodSchema of Zod 3', zodSchema(z3.object({ city: z3.string().transform(upper) })), 'OSLO'],
  ['a promise of a JSON Schema', Promise.resolve(city), 'oslo'],
  ['a promise of a Zod schema', Promise.resolve(zod), 'OSLO'],
  ['a function that gives a JSON Schema', () => city, 'oslo'],
  ['an async function that gives an ArkType schema', async () => ark, 'OSLO'],
  ['a function that gives a function', () => async () => () => zod, 'OSLO'],
]

for (const [what, inputSchema, answer] of SCHEMAS) {
  test(`${what} says the arguments, and what it makes of them is called`, async () => {
    const registry = registryWith(await toolOf({ a: tool({ inputSchema, execute: ({ city }) => city }) }))
    const { properties, required } = registry.get('echo').inputSchema
    assert.deepEqual([properties, required], [city.properties, city.required])
    assert.equal(await registry.execute('echo', { city: 'oslo' }), answer)
    const { code, details } = await refusal(() => registry.execute('echo', { city: 5 }))
    assert.deepEqual([code, details.problems[0].pointer], ['INVALID_PARAMS', '/city'])
  })
}

test('a validation runs once, after the own one', async () => {
  const seen = []
  const inputSchema = z.object({ city: z.string().refine((text) => seen.push(text)) })
  for (const schema of [inputSchema, async () => inputSchema]) {
    const registry = registryWith(await toolOf({ a: tool({ inputSchema: schema }) }))
    await registry.execute('echo', { city: 'oslo' })
    await refusal(() => registry.execute('echo', { city: 5 }))
    assert.deepEqual(seen.splice(0), ['oslo'])
  }
})

test('a library is asked for draft 2020-12 once', async () => {
  const asked = []
  const input = ({ target }) => (asked.push(target), { $schema: 'x', ...city })
  const inputSchema = {
    '~standard': { version: 1, vendor: 'own', validate: (value) => ({ value }), jsonSchema: { input } },
  }
  registryWith(await toolOf({ a: tool({ inputSchema }) }))
  assert.deepEqual(asked, ['draft-2020-12'])
})

const category = z.object({
  name: z.string(),
  get inner() {
    return z.array(category).optional()
  },
})

/** Members that an MCP server is given, and the JSON Schema as Zod writes it of an object, but for defaults. */
const SHAPES = [
  ['no members', {}],
  [
    'defaults and optional members',
    { a: z.number().default(3), b: z.string().optional(), c: z.coerce.number(), d: z.string().nullish() },
  ],
  ['a description', { city: z.string().min(1).describe('A city') }],
  ['an object that is closed', { a: z.strictObject({ b: z.enum(['x', 'y']) }) }],
  ['a name with a slash', { 'a/b~c': z.string() }],
  ['data with a $ref', { a: z.any().meta({ examples: [{ $ref: '#/x' }] }) }],
]

for (const [what, shape] of SHAPES) {
  test(`a tool of an MCP server with ${what} has the schema that Zod writes`, async () => {
    const { definition } = await toolOf({ a: ofMcp(shape, what.replaceAll(/\W/g, '_')) })
    const { $schema: _, ...written } = z.object(shape)['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
    for (const property of Object.values(written.properties)) delete property.default
    assert.deepEqual(definition.inputSchema['~standard'].jsonSchema.input(), written)
  })
}

test('a closed object of zod/mini takes no other arguments', async () => {
  const { definition } = await toolOf({ a: ofMcp(mini.strictObject({ city: z.string() }), 'closed') })
  assert.equal(definition.inputSchema['~standard'].jsonSchema.input().additionalProperties, false)
})

test('references of a recursive member of an MCP tool lead to it', async () => {
  const registry = registryWith(await toolOf({ a: ofMcp({ city: z.string(), 'a b': category }, 'recursive') }))
  const wrong = { city: 'x', 'a b': { name: 'x', inner: [{ name: 'y', inner: [{ name: 5 }] }] } }
  const { details } = await refusal(() => registry.execute('a', wrong))
  assert.equal(details.problems[0].pointer, '/a b/inner/0/inner/0/name')
})

const nonsense = { '~standard': { version: 1, vendor: 'own', jsonSchema: { input: () => ({ type: 'string' }) } } }
const thrower = () => {
  throw new Error('down')
}

/** What is no schema of arguments, and what the error says. */
const FAULTS = [
  ['Valibot without its converter', v.object({}), 'wrap it in toStandardJsonSchema of @valibot/to-json-schema'],
  ['Zod 3', z3.object({}), 'use zod 4.2 or later, or give zodToJsonSchema(schema) of zod-to-json-schema'],
  [
    'Zod mini with members of Zod mini',
    mini.object({ a: mini.string() }),
    '/inputSchema/properties/a is a schema of zod/mini',
  ],
  ['a Zod schema of a Date', z.object({ at: z.date() }), '/inputSchema/properties/at is a Date'],
  ['a schema of a text', z.string(), '/inputSchema/type must be "object": arguments are named'],
  ['an answer that is no object schema', nonsense, '/inputSchema/type must be "object"'],
  ['a JSON Schema without a type', { properties: {} }, '/inputSchema/type must be "object"'],
  ['a list', [], '/inputSchema is a list: give a JSON Schema'],
  ['a text', 'object', '/inputSchema is a string: give a JSON Schema'],
  ['a constructor', String, '/inputSchema is a string: give a JSON Schema'],
  ['a function that throws', thrower, '/inputSchema is a function that gives no schema: down'],
  ['a promise that rejects', () => Promise.reject(new Error('down')), '/inputSchema is a promise of no schema: down'],
  ['a then that throws', { then: thrower }, '/inputSchema is a promise of no schema: down'],
  [
    'functions without end',
    function more() {
      return more
    },
    '/inputSchema is no schema after 8 promises and functions',
  ],
  [
    'an AI SDK schema whose promise rejects',
    jsonSchema(() => Promise.reject(new Error('down'))),
    'cannot say its JSON Schema: down',
  ],
  [
    'a type that throws',
    {
      get type() {
        return thrower()
      },
    },
    'cannot be read: down',
  ],
]

for (const [what, inputSchema, says] of FAULTS) {
  test(`${what} as inputSchema is an error with its place`, async () => {
    const { tools, failed } = await recognise({ bad: tool({ inputSchema }), good: tool({ name: 'good' }) })
    assert.deepEqual([tools.length, failed.length, failed[0].export], [1, 1, 'bad'])
    const { code, message, details } = failed[0].error
    assert.deepEqual([code, details.tool], ['INVALID_DEFINITION', 'echo'])
    assert.ok(message.startsWith('export "bad" of ./crm.js ') && message.includes(says), message)
  })
}

test('a schema that rejects while another one is awaited ends no process', async (t) => {
  const unhandled = []
  const listen = (reason) => unhandled.push(reason)
  process.on('unhandledRejection', listen)
  t.after(() => process.off('unhandledRejection', listen))
  const late = new Promise((resolve) => setImmediate(() => setImmediate(() => resolve(city))))
  const recognised = recognise({
    a: tool({ inputSchema: late }),
    b: tool({ inputSchema: Promise.reject(new Error('down')) }),
  })
  const { tools, failed } = await recognised
  assert.deepEqual([tools.length, failed.length, unhandled], [1, 1, []])
})

const written = (properties) => ({ type: 'object', properties, required: [] })
const text = (over) => ({ type: 'string', description: 'Property a', ...over })

/** The input schema of a spec, what it becomes, and the pointers that are noted. */
const SPECS = [
  ['nothing', undefined, written({}), []],
  ['an empty object', {}, written({}), []],
  ['only properties', { properties: { a: { type: 'number' } } }, written({ a: text({ type: 'number' }) }), []],
  ['a property without a type', { json: { properties: { a: {} } } }, written({ a: text() }), ['a']],
  [
    'a property that is described',
    { properties: { a: { description: 'An a' } } },
    written({ a: text({ description: 'An a' }) }),
    ['a'],
  ],
  ['a property that is a text', { properties: { a: 'number' } }, written({ a: text() }), ['a']],
  [
    'a property with a slash',
    { properties: { 'x/y': {} } },
    written({ 'x/y': { type: 'string', description: 'Property x/y' } }),
    ['x~1y'],
  ],
  ['a boolean schema', { properties: { a: true } }, written({ a: true }), []],
  ...['anyOf', 'oneOf', 'allOf', 'enum'].map((key) => [
    key,
    { properties: { a: { [key]: [{}] } } },
    written({ a: { [key]: [{}], description: 'Property a' } }),
    [],
  ]),
  [
    'a reference',
    { $defs: { b: {} }, properties: { a: { $ref: '#/$defs/b' } } },
    { ...written({ a: { $ref: '#/$defs/b', description: 'Property a' } }), $defs: { b: {} } },
    [],
  ],
  ['a type beside json', { type: 'object', json: {} }, { ...written({}), json: {} }, []],
  [
    'a property json',
    { type: 'object', properties: { json: { type: 'string', description: 'J' } } },
    written({ json: { type: 'string', description: 'J' } }),
    [],
  ],
]

for (const [what, inputSchema, complete, noted] of SPECS) {
  test(`the schema of a spec with ${what} is completed on a copy`, async () => {
    const before = JSON.stringify(inputSchema)
    const toolSpec = { name: 'a', description: 'A', ...(inputSchema && { inputSchema }) }
    const { definition, notes } = await toolOf({ toolSpec, a: () => 1 })
    assert.deepEqual(definition.inputSchema, complete)
    assert.equal(JSON.stringify(inputSchema), before)
    const pointers = noted.map((name) => ['TYPE_FILLED_IN', 'NARROWER', `/inputSchema/properties/${name}`])
    assert.deepEqual(
      notes.map(({ code, effect, pointer }) => [code, effect, pointer]),
      pointers,
    )
  })
}

test('a spec may have a schema of a library, which is not completed', async () => {
  const toolSpec = { name: 'a', description: 'A', inputSchema: zod }
  const registry = registryWith(await toolOf({ toolSpec, a: ({ city }) => city }))
  assert.equal(await registry.execute('a', { city: 'oslo' }), 'OSLO')
})

/** Output schemas of a tool of MCP that returns `{ n: 1, more: 2 }`, and what a call of it gives. */
const OUTPUTS = [
  ['a JSON Schema', { type: 'object', required: ['n'] }, { n: 1, more: 2 }],
  ['a JSON Schema that refuses the result', { type: 'object', required: ['x'] }, 'OUTPUT_INVALID'],
  ['Zod', z.object({ n: z.number() }), { n: 1 }],
  ['Zod that refuses the result', z.object({ n: z.string() }), 'OUTPUT_INVALID'],
  ['an object of zod/mini, as registerTool makes it', mini.object({ n: z.number() }), { n: 1 }],
]

for (const [what, outputSchema, expected] of OUTPUTS) {
  test(`an output schema of MCP judges results: ${what}`, async () => {
    const handler = () => ({ content: [], structuredContent: { n: 1, more: 2 } })
    const found = await toolOf({ a: { name: 'a', description: 'A', outputSchema, handler } })
    assert.deepEqual(found.notes, [])
    const registry = registryWith(found)
    assert.equal(typeof registry.get('a').outputSchema, 'object')
    const result = await registry.execute('a').catch(({ code }) => code)
    assert.deepEqual(result, expected)
  })
}

test('an output schema of MCP that says no JSON Schema is not used, and is noted', async () => {
  const outputSchema = z3.object({ n: z3.number() })
  const { notes } = await toolOf({ a: { name: 'a', description: 'A', outputSchema, handler: () => 1 } })
  assert.deepEqual(
    notes.map(({ code, effect }) => [code, effect]),
    [['OUTPUT_SCHEMA_UNUSED', 'WIDER']],
  )
  assert.match(notes[0].message, /zod 3/)
})
