// Schemas of other libraries on the whole way: from an object or a file, through `add`, to a call.
import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from './support/child.mjs'
import { modulesOf } from './support/module-tools.mjs'
import { refusal } from './support/tools.mjs'

const V = `import * as v from 'valibot'`
const AI = `import { jsonSchema, tool, zodSchema } from 'ai'\nimport { lazySchema } from '@ai-sdk/provider-utils'`
const CITY = `{ type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }`

/** Imports, the schema that they make, and what a call with `oslo` answers. */
const SCHEMAS = {
  'Zod 4': [`import { z } from 'zod'`, `z.object({ city: z.string().toUpperCase() })`, 'OSLO'],
  'zod/v4': [`import { z } from 'zod/v4'`, `z.object({ city: z.string().toUpperCase() })`, 'OSLO'],
  'Valibot in toStandardJsonSchema': [
    `${V}\nimport { toStandardJsonSchema } from '@valibot/to-json-schema'`,
    `toStandardJsonSchema(v.object({ city: v.pipe(v.string(), v.toUpperCase()) }), { errorMode: 'ignore' })`,
    'OSLO',
  ],
  'ArkType, which is a function': [
    `import { type } from 'arktype'`,
    `type({ city: type('string').pipe((text) => text.toUpperCase()) })`,
    'OSLO',
  ],
  'a schema of the AI SDK': [AI, `jsonSchema(${CITY})`, 'oslo'],
  'a promise in a schema of the AI SDK': [AI, `jsonSchema(Promise.resolve(${CITY}))`, 'oslo'],
  'a late function in a schema of the AI SDK': [AI, `jsonSchema(async () => (${CITY}))`, 'oslo'],
  'lazySchema of the AI SDK': [AI, `lazySchema(() => jsonSchema(${CITY}))`, 'oslo'],
  'Zod 3 in zodSchema of the AI SDK': [
    `${AI}\nimport { z } from 'zod3'`,
    `zodSchema(z.object({ city: z.string().toUpperCase() }))`,
    'OSLO',
  ],
  'toJSONSchema of zod/v4 of Zod 3': [
    `import { z } from 'zod3/v4'`,
    `z.toJSONSchema(z.object({ city: z.string() }))`,
    'oslo',
  ],
  'a promise of a JSON Schema': ['', `Promise.resolve(${CITY})`, 'oslo'],
  'a function that gives ArkType': [`import { type } from 'arktype'`, `() => type({ city: 'string' })`, 'oslo'],
}

/** Schemas that cannot say their JSON Schema, and the way out. */
const FAULTS = {
  'plain Valibot': [V, `v.object({ city: v.string() })`, 'wrap it in toStandardJsonSchema of @valibot/to-json-schema'],
  'Zod 3': [
    `import { z } from 'zod3'`,
    `z.object({ city: z.string() })`,
    'use zod 4.2 or later, or give zodToJsonSchema(schema) of zod-to-json-schema',
  ],
  'zod/v4 of Zod 3': [`import { z } from 'zod3/v4'`, `z.object({ city: z.string() })`, 'give z.toJSONSchema(schema)'],
  'zod/v3 of Zod 4': [`import { z } from 'zod/v3'`, `z.object({ city: z.string() })`, 'use zod 4.2 or later'],
  'a promise that rejects': ['', `Promise.reject(new Error('down'))`, 'is a promise of no schema: down'],
}

/** How a module has a schema. */
const MODULES = {
  'a definition': (schema) =>
    `export const a = { name: 'crm', description: 'x', inputSchema: ${schema}, execute: ({ city }) => city }`,
  'a spec': (schema) =>
    `export const toolSpec = { name: 'crm', description: 'x', inputSchema: ${schema} }
    export default ({ city }) => city`,
}

/** Adds a module as a file, and as the object that it exports. */
async function* added(t, text) {
  const house = modulesOf(t, { 'crm.mjs': text })
  symlinkSync(join(root, 'node_modules'), house.at('node_modules'))
  yield [house, () => house.modules.add('./crm.mjs')]
  const other = modulesOf(t)
  yield [other, async () => other.modules.add(await import(house.at('crm.mjs')), { name: 'crm' })]
}

for (const [what, [imports, schema, answer]] of Object.entries(SCHEMAS))
  for (const [shape, textOf] of Object.entries(MODULES))
    test(`M24: ${what} is the schema of ${shape}`, async (t) => {
      for await (const [{ registry }, add] of added(t, `${imports}\n${textOf(schema)}`)) {
        const { names } = await add()
        assert.deepEqual(names, ['crm'])
        const { properties, required } = registry.get('crm').inputSchema
        assert.deepEqual([properties.city.type, required], ['string', ['city']])
        assert.equal(await registry.execute('crm', { city: 'oslo' }), answer)
        const { code, details } = await refusal(() => registry.execute('crm', { city: 5 }))
        assert.deepEqual([code, details.problems[0].pointer], ['INVALID_PARAMS', '/city'])
      }
    })

for (const [what, [imports, schema, wayOut]] of Object.entries(FAULTS))
  for (const [shape, textOf] of Object.entries(MODULES))
    test(`M24: ${what} as the schema of ${shape} is an error that says the way out`, async (t) => {
      for await (const [{ registry }, add] of added(t, `${imports}\n${textOf(schema)}`)) {
        const { code, message } = await refusal(add)
        assert.equal(code, 'INVALID_DEFINITION')
        assert.ok(message.includes(wayOut), message)
        assert.equal(registry.size, 0)
      }
    })
