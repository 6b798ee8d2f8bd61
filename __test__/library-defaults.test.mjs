// Library defaults: what a schema of a library fills in at each call. The core fills in none of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { zodSchema } from 'ai'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'
import { z as z3 } from 'zod/v3'
import { ToolRegistry } from 'toolrack'
import { registryOf } from './support/tools.mjs'

const guarded = (inputSchema) => registryOf({ inputSchema })
let made = 0
const count = () => `made ${++made}`

/** A schema with a default that is a function, in its member `a`. */
const COMPUTED = [
  ['Zod', z.object({ a: z.string().default(count) })],
  ['Zod, before the validation', z.object({ a: z.string().prefault(count) })],
  ['Zod, in an object', z.object({ a: z.object({ default: z.string().default(count) }).prefault({}) })],
  ['Zod by the AI SDK', zodSchema(z.object({ a: z.string().default(count) }))],
  ['Zod 3 by the AI SDK', zodSchema(z3.object({ a: z3.string().default(count) }))],
  ['Valibot', toStandardJsonSchema(v.object({ a: v.optional(v.string(), count) }))],
]
for (const [library, inputSchema] of COMPUTED) {
  test(`a default of ${library} that is a function is called for each call`, async () => {
    const registry = guarded(inputSchema)
    const [first, second] = [await registry.execute('echo', {}), await registry.execute('echo', {})]
    assert.match(JSON.stringify(first), /made /)
    assert.notDeepEqual(first, second)
    assert.doesNotMatch(JSON.stringify(registry.get('echo').inputSchema), /made /)
  })
}

let region = 'eu'
const regionNow = () => region
/** A schema with a default that reads the state of the program. */
const STATE = [
  ['Zod', z.object({ a: z.string().default(regionNow) })],
  ['Zod by the AI SDK', zodSchema(z.object({ a: z.string().default(regionNow) }))],
  ['Valibot', toStandardJsonSchema(v.object({ a: v.optional(v.string(), regionNow) }))],
]
for (const [library, inputSchema] of STATE)
  test(`a default of ${library} that reads state is what the state is at the call`, async () => {
    region = 'eu'
    const registry = guarded(inputSchema)
    region = 'us'
    assert.deepEqual(await registry.execute('echo', {}), { a: 'us' })
  })

const map = new Map([[1, 2]])
/** Constants that the core cannot fill in: the library takes them without its validation, or JSON lacks them. */
const CONSTANTS = {
  'of the type after a transform': [
    z
      .string()
      .transform((text) => text.length)
      .default(0),
    0,
  ],
  'of the type after a pipe': [z.string().pipe(z.coerce.number()).default(5), 5],
  'shorter than an argument': [z.string().min(3).default(''), ''],
  'that stays as it is beside a transform': [z.string().toUpperCase().default('x'), 'x'],
  'that JSON lacks': [z.any().default(Infinity), Infinity],
  'that is a map': [z.any().default(map), map],
  'of catch': [z.string().catch('q'), 'q'],
  'of an ordinary member': [z.int().default(5), 5],
}
for (const [what, [member, expected]] of Object.entries(CONSTANTS))
  test(`a tool gets the default ${what}`, async () => {
    const got = []
    const registry = new ToolRegistry()
    const execute = ({ a }) => void got.push(a)
    registry.register({ name: 'echo', description: 'x', inputSchema: z.object({ a: member }), execute })
    await registry.execute('echo', {})
    assert.deepEqual(got, [expected])
    assert.equal(registry.get('echo').inputSchema.required, undefined)
  })

test('members that are called default or required, and data of that name, stay', () => {
  const schema = z.object({
    default: z.string(),
    required: z.int().default(5),
    list: z.tuple([z.string().default('a')]).optional(),
    data: z.literal('default').meta({ examples: [{ default: 1 }] }),
  })
  const { properties, required } = guarded(schema).get('echo').inputSchema
  assert.deepEqual(Object.keys(properties), ['default', 'required', 'list', 'data'])
  assert.deepEqual(required, ['default', 'data'])
  assert.deepEqual(properties.data.examples, [{ default: 1 }])
  assert.equal('default' in properties.list.prefixItems[0], false)
})

test('the core fills in the defaults of a JSON Schema, and of ArkType the library does', async () => {
  const json = { type: 'object', properties: { a: { type: 'integer', default: 5 } } }
  assert.deepEqual(await guarded(json).execute('echo', {}), { a: 5 })
  assert.deepEqual(await guarded(type({ a: 'number = 5' })).execute('echo', {}), { a: 5 })
})

test('a default of a result is always there, and its value is not said', () => {
  const outputSchema = z.object({ a: z.string().default(count) })
  const { outputSchema: written } = registryOf({ outputSchema, execute: () => ({}) }).get('echo')
  assert.deepEqual([written.properties.a, written.required], [{ type: 'string' }, ['a']])
})
