// Schemas of tools of agent frameworks: Zod 3, schemas of GenAI, lazy and promised ones, and who validates.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolModules, ToolRegistry } from 'toolrack'
import { z } from 'zod'
import { z as z3 } from 'zod3'
import { FRAMEWORKS } from './support/framework-tools.mjs'
import { refusal } from './support/tools.mjs'

const langchain = FRAMEWORKS['LangChain (E5)']
const aiSdk = FRAMEWORKS['the AI SDK (E12)']
const adk = FRAMEWORKS['Google ADK (E4)']

function open(tool) {
  const registry = new ToolRegistry()
  registry.register(tool, { name: 'weather' })
  return registry
}
const properties = (schema) => open(langchain(() => 1, { schema })).get('weather').inputSchema.properties
const Colour = { red: 'r', green: 'g' }
const Size = { 0: 'small', 1: 'large', small: 0, large: 1 }
const node = z3.object({ name: z3.string(), children: z3.lazy(() => node.array()) })

/** A type of Zod 3, its JSON Schema, and whether it may be missing. */
const TYPES = [
  ['a string', z3.string(), { type: 'string' }],
  ['limits of a string', z3.string().min(1).max(3), { type: 'string', minLength: 1, maxLength: 3 }],
  ['a length', z3.string().length(2), { type: 'string', minLength: 2, maxLength: 2 }],
  ['a format', z3.string().email(), { type: 'string', format: 'email' }],
  ['a date as text', z3.string().datetime(), { type: 'string', format: 'date-time' }],
  ['a pattern', z3.string().regex(/^a+$/), { type: 'string', pattern: '^a+$' }],
  ['a pattern with flags', z3.string().regex(/^a+$/i), { type: 'string' }],
  [
    'a start and an end',
    z3.string().startsWith('a.').endsWith('b'),
    { type: 'string', pattern: String.raw`^a\.`, allOf: [{ pattern: 'b$' }] },
  ],
  ['limits behind a change', z3.string().trim().min(1).max(3).regex(/^a/), { type: 'string', minLength: 1 }],
  ['limits before a change', z3.string().max(3).toLowerCase(), { type: 'string', maxLength: 3 }],
  ['a number', z3.number(), { type: 'number' }],
  ['a number from text', z3.coerce.number().int().min(1), { type: ['integer', 'string'], minimum: 1 }],
  ['a text from a number', z3.coerce.string(), { type: ['string', 'number'] }],
  ['a preparation', z3.preprocess((value) => value ?? 5, z3.number()), { type: 'number' }, true],
  ['limits of a number', z3.number().int().min(1).max(9), { type: 'integer', minimum: 1, maximum: 9 }],
  [
    'exclusive limits',
    z3.number().gt(1).lt(9).multipleOf(2),
    { type: 'number', exclusiveMinimum: 1, exclusiveMaximum: 9, multipleOf: 2 },
  ],
  ['a boolean', z3.boolean(), { type: 'boolean' }],
  ['null', z3.null(), { type: 'null' }],
  ['anything', z3.any(), {}, true],
  ['a literal', z3.literal('a'), { const: 'a' }],
  ['an enum', z3.enum(['a', 'b']), { type: 'string', enum: ['a', 'b'] }],
  ['an enum of TypeScript', z3.nativeEnum(Colour), { enum: ['r', 'g'] }],
  ['an enum of numbers', z3.nativeEnum(Size), { enum: [0, 1] }],
  ['an optional', z3.string().optional(), { type: 'string' }, true],
  ['a nullable', z3.string().nullable(), { type: ['string', 'null'] }],
  ['a nullable enum', z3.enum(['a']).nullable(), { anyOf: [{ type: 'string', enum: ['a'] }, { type: 'null' }] }],
  ['a default', z3.number().default(3), { type: 'number' }, true],
  ['a description', z3.string().describe('A'), { type: 'string', description: 'A' }],
  ['a transform', z3.string().transform(Number), { type: 'string' }],
  ['a pipe', z3.string().pipe(z3.coerce.number()), { type: 'string' }],
  ['a brand', z3.string().brand('x'), { type: 'string' }],
  ['a date from text', z3.coerce.date(), { type: 'string', format: 'date-time' }],
  ['a list', z3.string().array().min(1).max(2), { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 2 }],
  [
    'a tuple',
    z3.tuple([z3.string()]).rest(z3.number()),
    { type: 'array', prefixItems: [{ type: 'string' }], minItems: 1, items: { type: 'number' } },
  ],
  ['a record', z3.record(z3.number()), { type: 'object', additionalProperties: { type: 'number' } }],
  ['a union', z3.union([z3.string(), z3.number()]), { anyOf: [{ type: 'string' }, { type: 'number' }] }],
  ['an intersection', z3.string().and(z3.any()), { allOf: [{ type: 'string' }, {}] }],
  ['a strict object', z3.object({}).strict(), { type: 'object', properties: {}, additionalProperties: false }],
  [
    'an object with others',
    z3.object({}).catchall(z3.number()),
    { type: 'object', properties: {}, additionalProperties: { type: 'number' } },
  ],
]

for (const [what, schema, json, isOptional = false] of TYPES) {
  test(`${what} of Zod 3 is said as JSON Schema`, () => {
    const { inputSchema } = open(langchain(() => 1, { schema: z3.object({ a: schema }) })).get('weather')
    assert.deepEqual([inputSchema.properties.a, inputSchema.required], [json, isOptional ? undefined : ['a']])
  })
}

test('an optional of Zod 3 that is lazy may be missing', () => {
  const lazy = z3.lazy(() => z3.string().optional())
  const { inputSchema } = open(langchain(() => 1, { schema: z3.object({ a: lazy, node: z3.lazy(() => node) }) })).get(
    'weather',
  )
  assert.deepEqual(inputSchema.required, ['node'])
})

test('a lazy schema of Zod 3 that never ends is refused or read, and ends no process', () => {
  const endless = () => z3.lazy(endless)
  assert.deepEqual(properties(z3.object({ a: z3.lazy(endless) })), { a: { $ref: '#/$defs/lazy1' } })
})

test('what Zod 3 takes gets to it: text to trim, a number as text, what is filled in', async () => {
  const schema = z3.object({
    text: z3.string().trim().max(3),
    n: z3.coerce.number(),
    filled: z3.preprocess((value) => value ?? 5, z3.number()),
  })
  const registry = open(aiSdk((params) => params, { inputSchema: schema }))
  assert.deepEqual(await registry.execute('weather', { text: '  abc ', n: '7' }), { text: 'abc', n: 7, filled: 5 })
  assert.equal((await refusal(() => registry.execute('weather', { text: 'abcd', n: 7 }))).code, 'INVALID_PARAMS')
})

test('a default of Zod 3 that is a function is called for each call', async () => {
  let made = 0
  const schema = z3.object({ key: z3.string().default(() => `made ${++made}`), at: z3.number().default(Date.now) })
  const registry = open(aiSdk(({ key }) => key, { inputSchema: schema }))
  assert.deepEqual(registry.get('weather').inputSchema.properties, { key: { type: 'string' }, at: { type: 'number' } })
  assert.notEqual(await registry.execute('weather', {}), await registry.execute('weather', {}))
})

test('a recursive schema of Zod 3 refers to itself', () => {
  const { inputSchema } = open(langchain(() => 1, { schema: node })).get('weather')
  const { $ref } = inputSchema.properties.children
  assert.equal($ref, '#/$defs/lazy1')
  assert.deepEqual(inputSchema.$defs.lazy1.items.properties.children, { $ref })
})

test('a type of Zod 3 that JSON Schema lacks is a problem with its place', async () => {
  const schema = z3.object({ when: z3.date(), list: z3.bigint().array() })
  const { code, details } = await refusal(() => open(langchain(() => 1, { schema })))
  assert.equal(code, 'INVALID_DEFINITION')
  assert.deepEqual(
    details.problems.map(({ pointer }) => pointer),
    ['/inputSchema/properties/when', '/inputSchema/properties/list/items'],
  )
  assert.match(details.problems[0].message, /is a Date, which JSON Schema cannot say: use z\.coerce\.date\(\)/)
})

test('a text tool of LangChain takes its text by name', () => {
  const schema = z3.object({ input: z3.string().optional() }).transform(({ input }) => input)
  assert.deepEqual(properties(schema), { input: { type: 'string' } })
})

/** A schema of GenAI, and its JSON Schema. */
const GENAI = [
  [
    'types in capitals',
    { type: 'OBJECT', properties: { n: { type: 'INTEGER' } } },
    { type: 'object', properties: { n: { type: 'integer' } } },
  ],
  [
    'limits as text',
    { type: 'OBJECT', properties: { l: { type: 'ARRAY', minItems: '1', items: { type: 'STRING' } } } },
    { type: 'object', properties: { l: { type: 'array', minItems: 1, items: { type: 'string' } } } },
  ],
  [
    'nullable',
    { type: 'OBJECT', properties: { s: { type: 'STRING', nullable: true, enum: ['a'] } } },
    { type: 'object', properties: { s: { type: ['string', 'null'], enum: ['a', null] } } },
  ],
  [
    'an example and an order',
    { type: 'OBJECT', propertyOrdering: ['s'], properties: { s: { anyOf: [{ type: 'STRING' }], example: 'x' } } },
    { type: 'object', properties: { s: { anyOf: [{ type: 'string' }], examples: ['x'] } } },
  ],
  [
    'a property type',
    { type: 'OBJECT', properties: { type: { type: 'STRING' } } },
    { type: 'object', properties: { type: { type: 'string' } } },
  ],
]

for (const [what, parameters, json] of GENAI) {
  test(`a schema of GenAI with ${what} becomes JSON Schema, on a copy`, () => {
    const before = JSON.stringify(parameters)
    const tool = adk(() => 1, { parameters, _getDeclaration: () => ({ parameters }) })
    assert.deepEqual(open(tool).get('weather').inputSchema, json)
    assert.equal(JSON.stringify(parameters), before)
  })
}

const strict = {
  type: 'object',
  properties: { a: { type: ['string', 'null'] } },
  required: ['a'],
  additionalProperties: false,
}

test('a strict schema of OpenAI Agents stays as it is, without its dialect', () => {
  const parameters = { $schema: 'http://json-schema.org/draft-07/schema#', ...strict }
  const tool = FRAMEWORKS['OpenAI Agents (E8)'](() => 1, { parameters })
  assert.deepEqual(open(tool).definitions('openai', undefined, { strict: true })[0].parameters, strict)
})

const later = z.object({ city: z.string() })
const mark = Symbol.for('vercel.ai.schema')

/** A schema of the AI SDK that is known late. */
const LATE = [
  ['a promise', () => Promise.resolve(later)],
  ['a function that gives a promise', () => async () => later],
  ['a schema with a promise', () => ({ [mark]: true, jsonSchema: Promise.resolve({ type: 'object' }) })],
]

for (const [what, make] of LATE) {
  test(`${what} is awaited by ToolModules, and refused by register`, async () => {
    const registry = new ToolRegistry()
    await new ToolModules(registry).add({ weather: aiSdk(({ city }) => city, { inputSchema: make() }) })
    assert.equal(await registry.execute('weather', { city: 'x' }), 'x')
    const { code, details } = await refusal(() => open(aiSdk(() => 1, { inputSchema: make() })))
    assert.equal(code, 'INVALID_DEFINITION')
    assert.match(details.problems[0].message, /known by a promise.* await modules\.add\(tool\) of ToolModules/)
  })
}

test('a promise of a schema that fails ends no process when register refuses it', async () => {
  await refusal(() => open(aiSdk(() => 1, { inputSchema: Promise.reject(new Error('no schema')) })))
  await new Promise((resolve) => setImmediate(resolve))
})

test('a lazy schema of the AI SDK is read by register', async () => {
  const registry = open(aiSdk(({ city }) => city, { inputSchema: () => later }))
  assert.equal(await registry.execute('weather', { city: 'x' }), 'x')
})

const counted = (library) => {
  const seen = []
  return { seen, schema: library.object({ city: library.string().refine((city) => seen.push(city)) }) }
}

for (const [name, library] of [
  ['Zod 4', z],
  ['Zod 3', z3],
]) {
  test(`the AI SDK validates no arguments itself: a schema of ${name} does, once`, async () => {
    const { seen, schema } = counted(library)
    await open(aiSdk(() => 1, { inputSchema: schema })).execute('weather', { city: 'x' })
    assert.deepEqual(seen, ['x'])
  })

  test(`LangChain validates arguments itself: a schema of ${name} is not asked before`, async () => {
    const { seen, schema } = counted(library)
    await open(langchain(() => 1, { schema })).execute('weather', { city: 'x' })
    assert.deepEqual(seen, [])
  })

  test(`what a schema of ${name} refuses of the AI SDK are invalid arguments`, async () => {
    const inputSchema = library.object({ city: library.string().refine(() => false, 'no such city') })
    const { code, details } = await refusal(() =>
      open(aiSdk(() => 1, { inputSchema })).execute('weather', { city: 'x' }),
    )
    assert.deepEqual([code, details.problems], ['INVALID_PARAMS', [{ pointer: '/city', message: 'no such city' }]])
  })
}

test('frozen schemas are not written into', () => {
  const schema = Object.freeze({
    type: 'object',
    properties: Object.freeze({ city: Object.freeze({ type: 'string' }) }),
  })
  for (const tool of [
    aiSdk(() => 1, { inputSchema: schema }),
    langchain(() => 1, { schema }),
    FRAMEWORKS['LlamaIndex (E9)'](() => 1, {
      metadata: Object.freeze({ name: 'a', description: 'A', parameters: schema }),
    }),
  ])
    assert.deepEqual(open(Object.freeze(tool)).get('weather').inputSchema, schema)
})
