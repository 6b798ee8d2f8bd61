// Schemas of the AI SDK as inputSchema: what `jsonSchema` and `zodSchema` of the real package return.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonSchema, zodSchema } from 'ai'
import { ToolRegistry } from 'toolrack'
import { z } from 'zod'
import { z as z3 } from 'zod3'
import { callFromRust, refusal, registryOf } from './support/tools.mjs'

const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const upper = ({ city }) => ({ success: true, value: { city: city.toUpperCase() } })
const no = () => ({ success: false, error: new Error('there is no such city') })

test('the JSON Schema is that of the tool, without $schema', () => {
  for (const inputSchema of [
    jsonSchema(city),
    jsonSchema(() => city),
    jsonSchema({ $schema: 'http://json-schema.org/draft-07/schema#', ...city }),
  ]) {
    const registry = registryOf({ inputSchema })
    assert.deepEqual(registry.get('echo').inputSchema, city)
    assert.deepEqual(registry.definitions('openai')[0].parameters, city)
  }
})

for (const [name, schema] of [
  ['Zod', z.object({ city: z.string() })],
  ['Zod 3', z3.object({ city: z3.string() })],
]) {
  test(`zodSchema of ${name} is one`, async () => {
    const registry = registryOf({ inputSchema: zodSchema(schema) })
    assert.deepEqual(registry.get('echo').inputSchema, { ...city, additionalProperties: false })
    assert.deepEqual(await registry.execute('echo', { city: 'x' }), { city: 'x' })
  })
}

test('arguments are checked by the JSON Schema', async () => {
  const { code, details } = await refusal(() =>
    registryOf({ inputSchema: jsonSchema(city) }).execute('echo', { city: 5 }),
  )
  assert.deepEqual([code, details.problems[0].pointer], ['INVALID_PARAMS', '/city'])
})

for (const [way, later] of [
  ['sync', (validate) => validate],
  ['async', (validate) => async (value) => validate(value)],
]) {
  test(`the value of a ${way} validate is what the closure gets`, async () => {
    const registry = registryOf({ inputSchema: jsonSchema(city, { validate: later(upper) }) })
    assert.deepEqual(await registry.execute('echo', { city: 'x' }), { city: 'X' })
    assert.deepEqual((await callFromRust(registry, { params: { city: 'x' } })).value, { city: 'X' })
  })

  test(`the error of a ${way} validate refuses the arguments with its message`, async () => {
    const registry = registryOf({ inputSchema: jsonSchema(city, { validate: later(no) }) })
    const { code, message, details } = await refusal(() => registry.execute('echo', { city: 'x' }))
    assert.deepEqual(
      [code, message, details.problems],
      [
        'INVALID_PARAMS',
        'arguments of "echo" are not valid: there is no such city',
        [{ pointer: '', message: 'there is no such city' }],
      ],
    )
  })

  for (const [what, validate, reason] of [
    ['nothing', () => undefined, 'it gave neither success: true nor success: false'],
    ['no success', () => ({ value: {} }), 'it gave neither success: true nor success: false'],
    ['a text', () => ({ success: true, value: 'x' }), 'its output must be an object of arguments, is string'],
    [
      'an exception',
      () => {
        throw new Error('down')
      },
      'down',
    ],
  ]) {
    test(`a ${way} validate with ${what} is a failure of the tool`, async () => {
      const registry = registryOf({ inputSchema: jsonSchema(city, { validate: later(validate) }) })
      const { code, message } = await refusal(() => registry.execute('echo', { city: 'x' }))
      assert.deepEqual(
        [code, message],
        ['TOOL_FAILED', `tool "echo" failed: validate of its inputSchema (AI SDK) failed: ${reason}`],
      )
    })
  }
}

test('an error without a message refuses as well', async () => {
  const validate = () => ({ success: false })
  const registry = registryOf({ inputSchema: jsonSchema(city, { validate }) })
  const { code, details } = await refusal(() => registry.execute('echo', { city: 'x' }))
  assert.deepEqual([code, details.problems], ['INVALID_PARAMS', [{ pointer: '', message: 'is not valid' }]])
})

test('the issues of a ZodError keep their places', async () => {
  const schema = z.object({ city: z.string().refine(() => false, 'is no city') })
  const registry = registryOf({ inputSchema: zodSchema(schema) })
  const { code, details } = await refusal(() => registry.execute('echo', { city: 'x' }))
  assert.deepEqual([code, details.problems], ['INVALID_PARAMS', [{ pointer: '/city', message: 'is no city' }]])
})

test('validate: false calls no validate', async () => {
  const registry = new ToolRegistry({ validateParams: false })
  registry.register({
    name: 'a',
    description: 'A',
    inputSchema: jsonSchema(city, { validate: no }),
    execute: (args) => args,
  })
  assert.deepEqual(await registry.execute('a', { city: 'x' }), { city: 'x' })
})
