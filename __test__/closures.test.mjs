// What comes out of a closure: its result as it is, or its failure with the thrown thing as the cause.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callFromRust, holdOpen, refusal, registryOf } from './support/tools.mjs'

const shared = { at: new Date(0), log: () => 'logged', big: 1n, map: new Map([[1, 2]]) }

const RESULTS = [
  ['a value', () => 'now', 'now'],
  ['a promise', async () => 'later', 'later'],
  ['a thenable', () => ({ then: (done) => done('sometime') }), 'sometime'],
  ['a thenable of a promise', () => ({ then: (done) => done(Promise.resolve('in the end')) }), 'in the end'],
  ['undefined', () => undefined, undefined],
  ['a promise of undefined', async () => {}, undefined],
  ['null', () => null, null],
  ['a BigInt', () => 9007199254740993n, 9007199254740993n],
  ['NaN', () => NaN, NaN],
  ['an object with dates, functions and maps', () => shared, shared],
  ['a promise of that object', async () => shared, shared],
  ['a function', () => shared.log, shared.log],
]
for (const [what, execute, expected] of RESULTS) {
  test(`a closure may return ${what}, and the caller gets the very same`, async () => {
    const result = await registryOf({ execute }).execute('echo')
    assert.ok(Object.is(result, expected), `${String(result)} is not it`)
  })
}

class NoStock extends Error {
  name = 'NoStock'
  code = 'E_STOCK'
}
const secret = new Proxy(
  {},
  {
    get: () => {
      throw new Error('not readable')
    },
  },
)
const noStock = new NoStock('none left')
const FAILURES = [
  ['an error', new Error('no wires'), { name: 'Error', message: 'no wires' }],
  [
    'an error of a subclass with a code',
    noStock,
    { name: 'NoStock', message: 'none left', code: 'E_STOCK', stack: noStock.stack },
  ],
  ['a string', 'just words', { name: 'Error', message: 'just words' }],
  ['undefined', undefined, { name: 'Error', message: 'undefined' }],
  ['null', null, { name: 'Error', message: 'null' }],
  ['a symbol', Symbol('x'), { name: 'Error', message: 'Symbol(x)' }],
  ['a frozen object', Object.freeze({ message: 'cold', code: 7 }), { name: 'Error', message: 'cold', code: '7' }],
  [
    'an object without a prototype',
    Object.assign(Object.create(null), { message: 'bare' }),
    { name: 'Error', message: 'bare' },
  ],
  ['an error whose getters throw', secret, { name: 'Error', message: 'failed without a message' }],
]
for (const [what, thrown, said] of FAILURES) {
  test(`a closure may throw or reject with ${what}, which is the cause and is told in the details`, async () => {
    const closures = [
      () => {
        throw thrown
      },
      async () => {
        throw thrown
      },
      () => ({ then: (_, fail) => fail(thrown) }),
    ]
    for (const execute of closures) {
      const { code, cause, message, details, door } = await refusal(() => registryOf({ execute }).execute('echo'))
      assert.deepEqual([code, door], ['TOOL_FAILED', 'rejects'])
      assert.ok(Object.is(cause, thrown))
      assert.equal(message, `tool "echo" failed: ${said.message}`)
      const { stack, ...rest } = details
      assert.deepEqual({ ...rest, ...('stack' in said && { stack }) }, { tool: 'echo', ...said })
      if (thrown instanceof Error) assert.equal(stack, thrown.stack)
    }
  })
}

test('what a failure says is bounded, and the cause is the very same', async () => {
  const long = Object.assign(new Error('m'.repeat(50e6)), { code: 'c'.repeat(50e6), name: 'n'.repeat(50e6) })
  const thrown = Object.assign(new Error('outer 👍', { cause: long }), {
    name: { toString: () => assert.fail('converted') },
  })
  const registry = registryOf(
    {
      execute: () => {
        throw long
      },
    },
    {
      name: 'outer',
      execute: () => {
        throw thrown
      },
    },
  )
  const { message, details, cause } = await refusal(() => registry.execute('echo'))
  assert.equal(cause, long)
  assert.equal(message, `tool "echo" failed: ${'m'.repeat(8_192)}…`)
  assert.deepEqual([details.name.length, details.code.length, details.message.length], [257, 257, 8_193])
  assert.ok(details.stack.length <= 16_385)
  const { error } = await callFromRust(registry, { name: 'outer' })
  assert.deepEqual([error.details.name, error.details.cause.message.length], ['Error', 8_193])
})

test('a text that is cut is cut between characters', async () => {
  const { details } = await refusal(() =>
    registryOf({
      execute: () => {
        throw `${'x'.repeat(8_191)}👍`
      },
    }).execute('echo'),
  )
  assert.equal(details.message, `${'x'.repeat(8_191)}…`)
})

const THENABLES = [
  [
    'then throws',
    (fault) => ({
      then: () => {
        throw fault
      },
    }),
  ],
  [
    'then cannot be read',
    (fault) => ({
      get then() {
        throw fault
      },
    }),
  ],
  ['result is a promise that rejects', (fault) => ({ then: (done) => done(Promise.reject(fault)) })],
]
for (const [what, result] of THENABLES) {
  test(`a thenable whose ${what} fails the tool, as a throw does`, async () => {
    const fault = new Error('not today')
    const { code, cause } = await refusal(() => registryOf({ execute: () => result(fault) }).execute('echo'))
    assert.deepEqual([code, cause], ['TOOL_FAILED', fault])
  })
}

test('a promise of a function that is a thenable is followed, and is left at the deadline of the call', async (t) => {
  holdOpen(t)
  const promiseOf = (then) => {
    const result = Promise.resolve()
    return Object.assign(result, { then: (done) => done(Object.assign(() => 1, { then })) })
  }
  const call = (then) => registryOf({ execute: () => promiseOf(then) }).execute('echo', {}, { timeoutMs: 50 })
  assert.equal(await call((done) => done('in the end')), 'in the end')
  assert.equal((await refusal(() => call(() => {}))).code, 'TIMEOUT')
})

test('`this` of a closure is its definition', async () => {
  const definition = {
    name: 'counter',
    description: 'Counts',
    count: undefined,
    execute() {
      return this
    },
  }
  delete definition.count
  const registry = registryOf()
  registry.register(definition)
  assert.equal(await registry.execute('counter'), definition)
})

test('a closure may call its own registry, and end its own tool', async () => {
  const registry = registryOf({ name: 'inner', execute: () => 'inside' })
  registry.register({
    name: 'outer',
    description: 'Calls the other one and ends itself',
    execute: async () => {
      registry.unregister('outer')
      return registry.execute('inner')
    },
  })
  assert.equal(await registry.execute('outer'), 'inside')
  assert.deepEqual(registry.list(), ['inner'])
})

test('arguments reach a closure as they are', async () => {
  const registry = registryOf({})
  const params = { date: new Date(0), call: () => 1, map: new Map(), nested: { deep: [1] }, gone: undefined }
  const got = await registry.execute('echo', params)
  assert.notEqual(got, params)
  for (const key of Object.keys(params)) assert.equal(got[key], params[key], key)
})

test('no arguments at all are a map without members', async () => {
  for (const params of [undefined, null, {}]) assert.deepEqual(await registryOf({}).execute('echo', params), {})
})
