// A definition that is none is refused with all that is wrong with it, and nothing has changed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { refusal, tool } from './support/tools.mjs'

const without = (key, over) => {
  const { [key]: _, ...rest } = tool(over)
  return rest
}
const circular = tool()
circular.annotations = { circular }

const CASES = [
  ['null', null, ['']],
  ['undefined', undefined, ['']],
  ['a string', 'echo', ['']],
  ['a number', 5, ['']],
  ['a function', () => 1, ['']],
  ['an array', [], ['']],
  ['no name', without('name'), ['/name']],
  ['an empty name', tool({ name: '' }), ['/name']],
  ['a name that is no text', tool({ name: 5 }), ['/name']],
  ['a name with a space', tool({ name: 'a b' }), ['/name']],
  ['a name with a letter that only looks like one', tool({ name: 'p\u0430y' }), ['/name']],
  ['a name of 129', tool({ name: 'x'.repeat(129) }), ['/name']],
  ['no description', without('description'), ['/description']],
  ['an empty description', tool({ description: ' \n' }), ['/description']],
  ['no execute', without('execute'), ['/execute']],
  ['execute that is a text', tool({ execute: 'code' }), ['/execute']],
  ['execute that is null', tool({ execute: null }), ['/execute']],
  ['execute that is a bare object', tool({ execute: Object.create(null) }), ['/execute']],
  ['parameters that are a list', without('inputSchema', { parameters: [] }), ['/parameters']],
  ['a parameter that is a text', without('inputSchema', { parameters: { 'a/b': 'string' } }), ['/parameters/a~1b']],
  ['a parameter of no type', without('inputSchema', { parameters: { a: { type: 'strin' } } }), ['/parameters/a/type']],
  [
    'a parameter with a word that is none',
    without('inputSchema', { parameters: { a: { type: 'string', optional: true } } }),
    ['/parameters/a/optional'],
  ],
  [
    'a parameter with a pattern that is none',
    without('inputSchema', { parameters: { a: { pattern: '((' } } }),
    ['/parameters'],
  ],
  ['a schema that is a text', tool({ inputSchema: 'object' }), ['/inputSchema']],
  ["a schema that is no object's", tool({ inputSchema: { type: 'string' } }), ['/inputSchema/type']],
  ['a schema without a type', tool({ inputSchema: {} }), ['/inputSchema/type']],
  [
    'a schema with a wrong keyword',
    tool({ inputSchema: { type: 'object', properties: { a: { minimum: '1' } } } }),
    ['/inputSchema/properties/a/minimum'],
  ],
  [
    'a schema that a library cannot say',
    tool({ inputSchema: { '~standard': { version: 1, vendor: 'test' } } }),
    ['/inputSchema'],
  ],
  ['both parameters and inputSchema', tool({ parameters: {} }), ['/inputSchema']],
  ['an unknown key', tool({ paramters: {} }), ['/paramters']],
  ['tags that are no texts', tool({ tags: ['a', 1, null] }), ['/tags/1', '/tags/2']],
  ['a rate limit of zero', tool({ rateLimit: 0 }), ['/rateLimit']],
  ['requiresAuth that is a text', tool({ requiresAuth: 'yes' }), ['/requiresAuth']],
  ['requiresApproval that is a text', tool({ requiresApproval: 'predicate' }), ['/requiresApproval']],
  ['requiresApproval that is an object', tool({ requiresApproval: {} }), ['/requiresApproval']],
  ['requiresApproval that is a promise', tool({ requiresApproval: Promise.resolve(true) }), ['/requiresApproval']],
  ['annotations that are none', tool({ annotations: { readOnly: true } }), ['/annotations']],
  ['a circle', circular, ['']],
  ['a BigInt', tool({ version: 1n }), ['/version']],
  [
    'everything wrong at once',
    { name: 'a b', description: '', tags: 5, deprecated: 'no', execute: 5, categry: 'x' },
    ['/name', '/description', '/tags', '/deprecated', '/execute', '/categry'],
  ],
]

for (const [what, definition, pointers] of CASES) {
  test(`a definition is refused, and nothing changes: ${what}`, async () => {
    const registry = new ToolRegistry()
    const handle = registry.register(tool())
    const doors = [
      () => registry.register(definition),
      () => registry.replace(definition),
      () => handle.update(definition),
    ]
    for (const door of doors) {
      const { code, door: way, details } = await refusal(door)
      assert.deepEqual([code, way], ['INVALID_DEFINITION', 'throws'])
      const found = details.problems.map(({ pointer }) => pointer)
      assert.deepEqual(what.includes('pattern') ? found.map((at) => at.slice(0, pointers[0].length)) : found, pointers)
      assert.ok(details.problems.every(({ message }) => message.length > 0))
      assert.equal(typeof details.tool, 'string')
    }
    assert.deepEqual([registry.revision, registry.list(), handle.name], [1, ['echo'], 'echo'])
    assert.deepEqual(await registry.execute('echo', { q: 1 }), { q: 1 })
  })
}

test('the message names the tool and the nearest word', async () => {
  const { message, details } = await refusal(() => new ToolRegistry().register(tool({ name: 'crm', categry: 'x' })))
  assert.equal(
    message,
    'tool definition "crm" is not valid: /categry is no key of a tool definition, nearest: category',
  )
  assert.equal(details.tool, 'crm')
})

test('what is undefined counts as not given', () => {
  const registry = new ToolRegistry()
  registry.register(tool({ parameters: undefined, tags: undefined, version: undefined }))
  assert.equal(registry.get('echo').version, undefined)
})

test('a definition may be an instance whose execute is a method', async () => {
  class Echo {
    name = 'echo'
    description = 'Says its own name'
    execute() {
      return this.name
    }
  }
  const registry = new ToolRegistry()
  registry.register(new Echo())
  assert.equal(await registry.execute('echo'), 'echo')
})

test('what a user does to a definition afterwards changes no tool', async () => {
  const definition = tool({
    inputSchema: undefined,
    parameters: { a: { type: 'string' } },
    execute: () => 'as registered',
  })
  const registry = new ToolRegistry()
  registry.register(definition)
  definition.name = 'other'
  definition.parameters.a.type = 'number'
  definition.execute = () => 'changed'
  assert.equal(registry.get('echo').inputSchema.properties.a.type, 'string')
  assert.equal(await registry.execute('echo', { a: 'x' }), 'as registered')
})
