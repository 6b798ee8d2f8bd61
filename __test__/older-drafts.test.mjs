// Older drafts: JSON Schema of draft 7, as frameworks and converters write it, is validated as what it means.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonSchema, zodSchema } from 'ai'
import { z } from 'zod'
import { z as z3 } from 'zod/v3'
import { ToolRegistry } from 'toolrack'
import { refusal } from './support/tools.mjs'

const DRAFT7 = 'http://json-schema.org/draft-07/schema#'
const text = { type: 'string' }

/** A registry with a tool as LangChain makes it, whose member `a` has a schema. */
function open(a, $schema = DRAFT7) {
  const schema = { type: 'object', properties: { a }, $schema }
  const registry = new ToolRegistry()
  registry.register({ lc_runnable: true, name: 'echo', description: 'x', schema, invoke: async (params) => params })
  return registry
}

/** A schema of draft 7, what it is in 2020-12, a value that it takes, and one that it refuses. */
const SCHEMAS = {
  'a tuple': [{ type: 'array', items: [text] }, { type: 'array', prefixItems: [text] }, ['x', 5], [5]],
  'a tuple and no more': [
    { type: 'array', items: [text], additionalItems: false },
    { type: 'array', prefixItems: [text], items: false },
    ['x'],
    ['x', 'y'],
  ],
  'a tuple with a rest': [
    { items: [text], additionalItems: { type: 'array', items: [text] } },
    { prefixItems: [text], items: { type: 'array', prefixItems: [text] } },
    ['x', ['y']],
    ['x', [5]],
  ],
  'a list': [{ type: 'array', items: text }, { type: 'array', items: text }, ['x'], [5]],
  'a text or null': [{ ...text, nullable: true }, { type: ['string', 'null'] }, null, 5],
  'an enum or null': [
    { ...text, enum: ['x'], nullable: true },
    { type: ['string', 'null'], enum: ['x', null] },
    null,
    'y',
  ],
  'a constant or null': [
    { ...text, const: 'x', nullable: true },
    { anyOf: [{ ...text, const: 'x' }, { type: 'null' }] },
    null,
    'y',
  ],
  'an exclusive limit of draft 4': [
    { type: 'number', minimum: 1, exclusiveMinimum: true, maximum: 3, exclusiveMaximum: false },
    { type: 'number', exclusiveMinimum: 1, maximum: 3 },
    3,
    1,
  ],
  'members that are called items and nullable': [
    { type: 'object', properties: { items: { const: [text] }, nullable: { const: true } } },
    { type: 'object', properties: { items: { const: [text] }, nullable: { const: true } } },
    { items: [text], nullable: true },
    { items: 5 },
  ],
}
for (const [what, [schema, expected, taken, refused]] of Object.entries(SCHEMAS))
  test(`a schema of draft 7 is read as what it means: ${what}`, async () => {
    const registry = open(schema)
    assert.deepEqual(registry.get('echo').inputSchema.properties.a, expected)
    assert.deepEqual(await registry.execute('echo', { a: taken }), { a: taken })
    assert.equal((await refusal(() => registry.execute('echo', { a: refused }))).code, 'INVALID_PARAMS')
  })

test('a schema of another draft stays as it is', async () => {
  const { code } = await refusal(async () => open({ items: [text] }, 'https://json-schema.org/draft/2020-12/schema'))
  assert.equal(code, 'INVALID_DEFINITION')
})

const tuple = {
  Zod: zodSchema(z.object({ a: z.tuple([z.string()]) })),
  'Zod 3': zodSchema(z3.object({ a: z3.tuple([z3.string()]) })),
}
const written = { type: 'object', properties: { a: { type: 'array', items: [text], maxItems: 1 } }, $schema: DRAFT7 }
for (const [library, inputSchema] of Object.entries({ ...tuple, 'JSON Schema': jsonSchema(written) }))
  test(`a schema of the AI SDK may have a tuple: ${library}`, async () => {
    const registry = new ToolRegistry()
    registry.register({ name: 'echo', description: 'x', inputSchema, execute: (params) => params })
    assert.deepEqual(await registry.execute('echo', { a: ['x'] }), { a: ['x'] })
    assert.equal((await refusal(() => registry.execute('echo', { a: [5] }))).code, 'INVALID_PARAMS')
  })
