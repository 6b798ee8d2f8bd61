// Objects that share their parts: 40 levels of two are a few objects, and 2^40 values as JSON. Each door counts while
// it writes.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { document, text } from './support/documents.mjs'
import { shared } from './support/hostile.mjs'
import { callFromRust, refusal, registryOf, tool } from './support/tools.mjs'

const { jsonText } = createRequire(import.meta.url)('../lib/border/json.js')
const MOST = 1_000_000
const map = (part) => ({ a: part, b: part })
const parts = shared(40, map)
const registry = registryOf({ execute: () => 'reached' }, { name: 'same', execute: (params) => params })
const loader = new SpecLoader(registry)
const schema = {
  type: 'object',
  properties: { a: shared(40, (part) => ({ type: 'object', properties: { a: part, b: part } })) },
}
await loader.load(document(['api']), { name: 'api', baseUrl: 'http://127.0.0.1:9' })
const asked = new ToolRegistry()
const secured = {
  ...document(['asked']),
  security: [{ key: [] }],
  components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
}
await new SpecLoader(asked).load(secured, { baseUrl: 'http://127.0.0.1:9', auth: { key: () => 'k' } })
const CALL = { type: 'tool_use', id: '1', name: 'echo', input: {} }

const DOORS = [
  ['a document', 'the document', 3_000_000, () => loader.load({ ...document(['a']), 'x-parts': parts })],
  [
    'a document with a limit of its own',
    'the document',
    5_000,
    () => loader.load({ ...document(['a']), 'x-parts': parts }, { limits: { nodes: 5_000 } }),
  ],
  [
    'a document that is looked at',
    'the document',
    3_000_000,
    () => loader.check({ ...document(['a']), 'x-parts': parts }),
  ],
  [
    'an overlay',
    'the document',
    3_000_000,
    () => loader.load(text(['a']), { document: { overlays: [{ overlay: '1.0.0', actions: [parts] }] } }),
  ],
  ['options of a load', 'option "options"', MOST, () => loader.load(text(['a']), { overrides: parts })],
  ['credentials', 'option "options"', MOST, () => loader.load(text(['a']), { auth: { key: parts } })],
  ['gates', 'option "options"', MOST, () => loader.load(text(['a']), { gates: parts })],
  [
    'a definition',
    'the definition of "deep"',
    MOST,
    () => registry.register(tool({ name: 'deep', inputSchema: schema })),
  ],
  [
    'a definition that replaces one',
    'the definition of "echo"',
    MOST,
    () => registry.replace(tool({ inputSchema: schema })),
  ],
  [
    'a definition to be validated',
    'option "definition"',
    MOST,
    () => registry.validate({ name: 'a', input_schema: schema }, 'anthropic'),
  ],
  ['a filter', 'option "filter"', MOST, () => registry.list(parts)],
  ['a catalog', 'option "catalog"', MOST, () => registry.catalog({ filter: parts })],
  ['a route', 'option "route"', MOST, () => registry.route('api', parts)],
  ['arguments of a closure', 'the arguments of "echo"', MOST, () => registry.execute('echo', { parts })],
  [
    'arguments of a closure with a key',
    'the arguments of "echo"',
    MOST,
    () => registry.execute('echo', { parts }, { idempotencyKey: 'k' }),
  ],
  ['arguments of a stream', 'the arguments of "echo"', MOST, () => registry.stream('echo', { parts }).next()],
  ['arguments of an operation', 'the arguments of "api"', MOST, () => registry.execute('api', { parts })],
  ["a model's call", 'option "call"', MOST, () => registry.respond('anthropic', { ...CALL, input: { parts } })],
  [
    'metadata that a function of auth is told',
    'option "context.metadata"',
    MOST,
    () => asked.execute('asked', {}, { context: { metadata: parts } }),
  ],
]
for (const [what, where, limit, act] of DOORS) {
  test(`${what} that shares its parts is over the limit, and does not hang`, async () => {
    const { code, message, details } = await refusal(act)
    const counted = `number of values in ${where}`
    assert.deepEqual(
      [code, details, message],
      ['LIMIT_EXCEEDED', { what: counted, limit }, `${counted} is over the limit of ${limit}`],
    )
  })
}

test('a result with shared parts reaches its caller as it is, and is over the limit as JSON', async () => {
  const own = registryOf({ execute: () => parts })
  assert.equal(await own.execute('echo'), parts)
  const { is_error, content } = await own.respond('anthropic', CALL)
  assert.deepEqual([is_error, JSON.parse(content).error.code], [true, 'LIMIT_EXCEEDED'])
  const { error } = await callFromRust(own)
  assert.deepEqual([error.code, error.details.code], ['TOOL_FAILED', 'LIMIT_EXCEEDED'])
})

test('metadata that shares its parts shares them in its frozen copy', async () => {
  const own = registryOf({ execute: (_, { metadata }) => metadata })
  const metadata = await own.execute('echo', {}, { context: { metadata: parts } })
  assert.equal(metadata.a, metadata.b)
  assert.ok(Object.isFrozen(metadata.a.b))
})

const lazy = () => {
  let looks = 0
  return {
    get parts() {
      return ++looks > 1 ? parts : 1
    },
  }
}
const endless = () => ({
  get next() {
    return endless()
  },
})
const UNUSUAL = [
  ['a getter that shows its parts at the second look', { inner: lazy() }, 'ok'],
  ['a proxy that shows its parts at the second look', { inner: new Proxy(lazy(), {}) }, 'ok'],
  ['a toJSON that gives its parts', { inner: { toJSON: () => parts } }, 'LIMIT_EXCEEDED'],
  ['a list with a long way to nothing', { list: Object.assign([], { length: 5_000_000 }) }, 'LIMIT_EXCEEDED'],
  ['a getter that always has another one', { inner: endless() }, 'INVALID_PARAMS'],
  [
    'a circle beside its parts',
    (() => {
      const circle = { parts }
      circle.self = circle
      return { circle }
    })(),
    'LIMIT_EXCEEDED',
  ],
  [
    'what is nested deeper than the stack',
    (() => {
      let deep = []
      for (let i = 0; i < 200_000; i++) deep = [deep]
      return { deep }
    })(),
    'INVALID_PARAMS',
  ],
  ['ten thousand small objects', { list: Array.from({ length: 10_000 }, (_, i) => ({ i })) }, 'ok'],
  ['five million bytes', { bytes: Buffer.alloc(5_000_000) }, 'ok'],
]
for (const [what, params, expected] of UNUSUAL) {
  test(`${what} among arguments: ${expected}`, async () => {
    const outcome = await registry.execute('echo', params).then(
      () => 'ok',
      ({ code, message }) => (/stack/.test(message) ? message : code),
    )
    assert.equal(outcome, expected)
  })
}

test('small arguments are written as JSON writes them', async () => {
  const written = [
    {
      a: [undefined, () => 1, Symbol('s'), NaN],
      b: undefined,
      c: -0,
      d: { toJSON: () => 'own' },
      e: new Date(0),
      f: Object(1),
    },
    JSON.parse('{"__proto__":{"a":[1,{"b":2}]},"constructor":{}}'),
    Object.assign([1, [2]], { extra: 1 }),
    { list: Object.assign([1], { toJSON: () => 'list' }), sparse: [, 1] },
  ]
  for (const value of written) assert.equal(jsonText(value), JSON.stringify(value))
})
