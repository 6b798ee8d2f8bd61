// What a tool takes, said in each of the three ways.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'

const execute = (params) => params
const schema = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}
const standard = (jsonSchema) => ({
  '~standard': { version: 1, vendor: 'zod', validate: (value) => ({ value }), jsonSchema },
})

for (const [way, said] of [
  ['parameters', { parameters: { city: { type: 'string' } } }],
  ['a JSON Schema', { inputSchema: schema }],
  [
    'a Standard Schema',
    { inputSchema: standard({ input: ({ target }) => ({ $schema: `dialect ${target}`, ...schema }) }) },
  ],
]) {
  test(`a tool that says what it takes by ${way} refuses the rest`, async () => {
    const registry = new ToolRegistry()
    registry.register({ name: 'weather', description: 'Weather', execute, ...said })
    assert.deepEqual(registry.get('weather').inputSchema, schema)
    assert.deepEqual(await registry.execute('weather', { city: 'Oslo' }), { city: 'Oslo' })
    await assert.rejects(registry.execute('weather', { town: 'Oslo' }), ({ code, details }) => {
      assert.equal(code, 'INVALID_PARAMS')
      assert.deepEqual(details.problems.map(({ pointer }) => pointer).sort(), ['', '/city'])
      return true
    })
  })
}

test('a Standard Schema that cannot say its JSON Schema is refused by name', () => {
  const define = () =>
    new ToolRegistry().register({ name: 'weather', description: 'Weather', execute, inputSchema: standard(undefined) })
  assert.throws(
    define,
    ({ code, details }) => code === 'INVALID_DEFINITION' && details.problems[0].pointer === '/inputSchema',
  )
})
