// Computed defaults: defaults of a library's schema that are functions are applied by the library, at each call.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import { z } from 'zod'
import { registryOf } from './support/tools.mjs'

const guarded = (inputSchema) => registryOf({ inputSchema })
let made = 0
const count = () => `made ${++made}`

/** A schema with a default that is a function, in its member `a`. */
const COMPUTED = [
  ['Zod', z.object({ a: z.string().default(count) })],
  ['Zod, before the validation', z.object({ a: z.string().prefault(count) })],
  ['Zod, in an object', z.object({ a: z.object({ default: z.string().default(count) }).prefault({}) })],
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

/** A default that gives the present time, of which two readings at once may be alike. */
const TIMES = [
  ['milliseconds', z.number().default(Date.now)],
  ['seconds', z.number().default(() => Math.floor(Date.now() / 1_000))],
  ['a text', z.string().default(() => new Date().toISOString())],
  ['a day', z.string().default(() => new Date().toISOString().slice(0, 10))],
  ['a member', z.object({ at: z.number() }).default(() => ({ at: Date.now() }))],
]
for (const [how, member] of TIMES) {
  test(`a default that is the present time as ${how} is left to the library`, async () => {
    const registry = guarded(z.object({ a: member }))
    assert.equal('default' in registry.get('echo').inputSchema.properties.a, false)
    assert.equal('a' in (await registry.execute('echo', {})), true)
  })
}

test('a default that is a constant stays in the schema', () => {
  const schema = z.object({ default: z.int().default(5), list: z.tuple([z.string().default(() => 'a')]).optional() })
  const { properties } = guarded(schema).get('echo').inputSchema
  assert.deepEqual([properties.default.default, properties.list.prefixItems[0].default], [5, 'a'])
})
