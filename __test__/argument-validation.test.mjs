// Arguments are judged by the tool's schema: one rule, whether a call starts on this thread or on one of Rust.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { callFromRust, refusal, registryOf, tool } from './support/tools.mjs'

const PARAMETERS = {
  id: { type: 'string', pattern: '^C[0-9]+$' },
  limit: { type: 'integer', default: 10, minimum: 1, maximum: 100 },
  kind: { enum: ['a', 'b'], required: false },
  where: {
    type: 'object',
    required: false,
    properties: { city: { type: 'string' }, zip: { type: 'string', default: '0' } },
  },
  tags: { type: 'array', items: { type: 'string' }, required: false },
}
const OWN = { userId: { type: 'integer' } }
const SAYS = {
  execute: (params, { userId, auditingId, metadata, toolName }) => ({ params, userId, auditingId, metadata, toolName }),
}
const ID = { id: 'C1' }
const CALLER = { userId: 'me' }

const CASES = [
  { what: 'the least that it may have', params: ID },
  { what: 'all of it', params: { ...ID, limit: 5, kind: 'b', where: { city: 'Oslo', zip: '1' }, tags: ['x', ''] } },
  { what: 'defaults inside what is there', params: { ...ID, where: { city: 'Oslo' } } },
  { what: 'nothing', params: {} },
  { what: 'null', params: null },
  { what: 'a list', params: [1] },
  { what: 'a text', params: 'C1' },
  {
    what: 'every fault at once',
    params: { id: 'X', limit: 0, kind: 'c', where: { zip: 1 }, tags: [1, 'ok', null], extra: true },
  },
  { what: 'null where a value is', params: { id: null, limit: null } },
  { what: 'a number that is no integer', params: { ...ID, limit: 1.5 } },
  { what: 'an integer written as a float', params: { ...ID, limit: 5.0 } },
  { what: 'identity among the arguments', params: { ...ID, userId: 7, auditingId: 'a', __metadata: { x: [1] } } },
  { what: 'identity in both places', params: { ...ID, userId: 7, auditingId: 'a' }, context: CALLER },
  { what: 'a context without anything', params: { ...ID, userId: 7 }, context: {} },
  { what: 'a tool that needs a user and has one', params: { ...ID, userId: 7 }, over: { requiresAuth: true } },
  {
    what: 'a tool that needs a user and has an empty one',
    params: { ...ID, userId: '' },
    over: { requiresAuth: true },
  },
  { what: 'a tool that needs a user and has zero', params: { ...ID, userId: 0 }, over: { requiresAuth: true } },
  { what: 'a tool that needs a user and has none, with wrong arguments too', params: {}, over: { requiresAuth: true } },
  {
    what: 'a tool that needs a user, the model naming one',
    params: { ...ID, userId: 7 },
    context: {},
    over: { requiresAuth: true },
  },
  { what: 'an argument named like a context key', params: { userId: 7 }, over: { parameters: OWN } },
  {
    what: 'an argument named like a context key, beside a context',
    params: { userId: 7, auditingId: 1 },
    context: CALLER,
    over: { parameters: OWN },
  },
  {
    what: 'an argument named like a context key, where a user is needed',
    params: { userId: 7 },
    over: { parameters: OWN, requiresAuth: true },
  },
  {
    what: 'metadata that holds a prototype',
    params: JSON.parse('{"id":"C1","__metadata":{"__proto__":{"admin":true}}}'),
  },
  {
    what: 'an argument named __proto__',
    params: JSON.parse('{"__proto__": "x"}'),
    over: { parameters: JSON.parse('{"__proto__": {"type": "string"}}') },
  },
  {
    what: 'an argument named constructor that has a default',
    params: {},
    over: { parameters: { constructor: { type: 'string', default: 'me' } } },
  },
  { what: 'a prototype that nobody declared', params: JSON.parse('{"id":"C1","__proto__": {"admin": true}}') },
  { what: 'a tool that is not there', params: {}, name: 'ehco' },
  { what: 'texts that say numbers', params: { ...ID, limit: '5' }, coerced: true },
  { what: 'texts in the depth', params: { ...ID, where: '{"city": "Oslo"}', tags: [1, 'x', true] }, coerced: true },
  { what: 'a text that says a number that is too large', params: { ...ID, limit: '500' } },
  { what: 'a text that says it in another way', params: { ...ID, limit: '5.0' } },
  { what: 'one text that can be read and one that cannot', params: { id: 7, limit: '5' } },
  {
    what: 'a name that a pointer escapes',
    params: { 'a/b~c': '7' },
    over: { parameters: { 'a/b~c': { type: 'integer' } } },
    coerced: true,
  },
  {
    what: 'a text under __proto__',
    params: JSON.parse('{"__proto__": 5}'),
    over: { parameters: JSON.parse('{"__proto__": {"type": "string"}}') },
    coerced: true,
  },
]

for (const { what, params, context, over, name = 'echo', coerced, coerce } of CASES.flatMap((one) => [
  { ...one, coerce: false },
  { ...one, coerce: true },
])) {
  test(`JavaScript and Rust judge alike: ${what}${coerce ? ', read as what it says' : ''}`, async () => {
    const registry = new ToolRegistry({ coerce })
    registry.register(tool({ ...SAYS, inputSchema: undefined, parameters: PARAMETERS, ...over }))
    const here = await registry.execute(name, params, context && { context }).then(
      (value) => ({ value }),
      ({ code, message, details }) => ({ code, message, details }),
    )
    const { value, error } = await callFromRust(registry, { name, params, context })
    const there = error ?? { value }
    // What was given in place of a map is told by Rust alone, and in words of its own: a model wrote it.
    const isMap = !Array.isArray(params) && typeof params === 'object'
    for (const one of [here, there]) {
      if (!isMap) delete one.message
      for (const problem of one.details?.problems ?? []) {
        if (problem.pointer === '') delete problem.got
        if (!isMap) delete problem.message
      }
    }
    assert.equal(JSON.stringify(here, undefined, 1), JSON.stringify(there, undefined, 1))
    if (coerced) assert.equal(here.code, coerce ? undefined : 'INVALID_PARAMS')
  })
}

test('an argument that is read as another type is told, and everything beside it stays the very same', async () => {
  const registry = new ToolRegistry({ coerce: true })
  registry.register(tool({ inputSchema: undefined, parameters: PARAMETERS }))
  const params = Object.freeze({ id: 'C1', limit: '5', where: Object.freeze({ city: 7 }), tags: Object.freeze(['x']) })
  const { value, coerced } = await registry.call('echo', params)
  assert.deepEqual(value, { id: 'C1', limit: 5, where: { city: '7', zip: '0' }, tags: ['x'] })
  assert.equal(value.tags, params.tags)
  assert.deepEqual(coerced, [
    { pointer: '/limit', to: 'integer' },
    { pointer: '/where/city', to: 'string' },
  ])
  assert.deepEqual(params, { id: 'C1', limit: '5', where: { city: 7 }, tags: ['x'] })
})

test('every problem is told at once, each with its pointer and what would have been right', async () => {
  const registry = registryOf({ inputSchema: undefined, parameters: PARAMETERS })
  const { code, details, message } = await refusal(() =>
    registry.execute('echo', { limit: 0, kind: 'c', where: { zip: 1 }, tags: [1], extra: 1 }),
  )
  assert.equal(code, 'INVALID_PARAMS')
  const pointers = ['', '/id', '/kind', '/limit', '/tags/0', '/where/city', '/where/zip']
  assert.deepEqual(details.problems.map(({ pointer }) => pointer).sort(), pointers)
  const kind = details.problems.find(({ pointer }) => pointer === '/kind')
  assert.deepEqual(kind, {
    pointer: '/kind',
    message: 'must be one of a, b, got "c"',
    expected: '["a","b"]',
    got: '"c"',
  })
  assert.match(message, /^arguments of "echo" are not valid: .*; and 2 more$/)
})

test('defaults are filled without touching what the caller gave', async () => {
  const registry = registryOf({ inputSchema: undefined, parameters: PARAMETERS })
  const params = Object.freeze({
    id: 'C1',
    limit: undefined,
    where: Object.freeze({ city: 'Oslo' }),
    tags: Object.freeze(['x']),
  })
  const got = await registry.execute('echo', params)
  assert.deepEqual(got, { id: 'C1', limit: 10, where: { city: 'Oslo', zip: '0' }, tags: ['x'] })
  assert.deepEqual(params, { id: 'C1', limit: undefined, where: { city: 'Oslo' }, tags: ['x'] })
  assert.equal(got.tags, params.tags)
})

test('defaults are filled into a map without a prototype too', async () => {
  const registry = registryOf({ inputSchema: undefined, parameters: { where: PARAMETERS.where } })
  assert.deepEqual(await registry.execute('echo', { where: Object.assign(Object.create(null), { city: 'Oslo' }) }), {
    where: { city: 'Oslo', zip: '0' },
  })
})

test("a default that is a map is nobody else's", async () => {
  const registry = registryOf({
    inputSchema: undefined,
    parameters: { where: { type: 'object', default: { list: [] } } },
  })
  const first = await registry.execute('echo')
  first.where.list.push('mine')
  assert.deepEqual(await registry.execute('echo'), { where: { list: [] } })
})

const circular = { id: 'C1' }
circular.self = circular
for (const [what, params] of [
  ['a BigInt', { id: 1n }],
  ['a circle', circular],
  [
    'a toJSON that throws',
    {
      toJSON() {
        throw new Error('no')
      },
    },
  ],
  ['a toJSON that says nothing', { toJSON() {} }],
]) {
  test(`arguments that no JSON can say are refused with INVALID_PARAMS: ${what}`, async () => {
    const { code, details } = await refusal(() => registryOf({}).execute('echo', params))
    assert.deepEqual([code, details.tool, details.problems.length], ['INVALID_PARAMS', 'echo', 1])
    assert.match(details.problems[0].message, /^cannot be JSON: /)
  })
}

test('half of an emoji is a text like another, for the judge and for the closure', async () => {
  const half = '\ud83d\ude00'.slice(0, 1)
  const registry = registryOf({
    inputSchema: undefined,
    parameters: { text: { type: 'string' }, n: { type: 'integer', default: 1 } },
  })
  assert.deepEqual(await registry.execute('echo', { text: half }), { text: half, n: 1 })
  const { details } = await refusal(() => registry.execute('echo', { text: half, [`a\\${half}`]: 1 }))
  assert.equal(details.problems[0].message, 'has no "a\\\ufffd"')
})

test('arguments that are no map are refused with INVALID_PARAMS', async () => {
  for (const params of ['text', 5, true, [], 1n, Symbol('x'), () => 1]) {
    assert.equal((await refusal(() => registryOf({}).execute('echo', params))).code, 'INVALID_PARAMS')
  }
})

test('a registry that does not validate hands arguments on as they are', async () => {
  const registry = new ToolRegistry({ validateParams: false })
  registry.register(tool({ inputSchema: undefined, parameters: PARAMETERS, requiresAuth: true }))
  const params = { id: 1n, userId: 7 }
  assert.deepEqual(await registry.execute('echo', params), { id: 1n })
  assert.equal((await refusal(() => registry.execute('echo', { id: 1n }))).code, 'MISSING_CONTEXT')
})

test('a Standard Schema object gives the schema that arguments are judged by', async () => {
  const input = ({ target }) => ({
    $schema: target,
    type: 'object',
    properties: { n: { type: 'integer' } },
    required: ['n'],
  })
  const registry = registryOf({ inputSchema: { '~standard': { version: 1, vendor: 'test', jsonSchema: { input } } } })
  assert.deepEqual(registry.get('echo').inputSchema, {
    type: 'object',
    properties: { n: { type: 'integer' } },
    required: ['n'],
  })
  assert.equal((await refusal(() => registry.execute('echo', { n: 'x' }))).code, 'INVALID_PARAMS')
})
