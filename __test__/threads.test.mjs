// Closures are called from any thread of Rust, and nothing that goes wrong there ends the process.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequire } from 'node:module'
import { binding, callFromRust, never, refusal, registryOf, tool } from './support/tools.mjs'

const { callNative, revive } = createRequire(import.meta.url)('../lib/border/error.js')

const RESULTS = [
  ['a value', () => 'now', 'now'],
  ['a promise', async () => ({ later: [1] }), { later: [1] }],
  ['a thenable', () => ({ then: (done) => done('sometime') }), 'sometime'],
  ['undefined', () => undefined, null],
  ['a promise of undefined', async () => {}, null],
  ['a function, which no JSON can say', () => () => 1, null],
  ['a date', () => new Date(0), '1970-01-01T00:00:00.000Z'],
  ['the largest safe integer', () => Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ['half of an emoji', () => 'a\ud83d', 'a\ufffd'],
  [
    'a text that looks like half of an emoji',
    () => '\\ud83d \\\\ud83d "\ud83d\ude00',
    '\\ud83d \\\\ud83d "\ud83d\ude00',
  ],
]
for (const [what, execute, expected] of RESULTS) {
  test(`a call from a Rust thread brings ${what} back`, async () => {
    const { succeeded, value, error } = await callFromRust(registryOf({ execute }))
    assert.deepEqual([succeeded, value, error], [1, expected, null])
  })
}

test('a call from a Rust thread has its arguments, its context and its `this`', async () => {
  const definition = tool({
    execute(params, context) {
      return { params, context, same: this === definition }
    },
  })
  const registry = registryOf()
  registry.register(definition)
  const { value } = await callFromRust(registry, {
    params: { q: 1, userId: 'model' },
    context: { userId: 7, auditingId: 'a', metadata: { x: [1] } },
  })
  const { callId, ...context } = value.context
  assert.deepEqual(
    [value.params, context, value.same],
    [
      { q: 1 },
      { userId: 7, auditingId: 'a', metadata: { x: [1] }, toolName: 'echo', revision: 1, approved: false },
      true,
    ],
  )
  assert.equal(typeof callId, 'string')
})

const coded = Object.assign(new RangeError('out of it'), { code: 'E_RANGE' })
const root = new TypeError('no wires')
const caused = new Error('no light', { cause: root })
const looped = new Error('again')
looped.cause = looped
const loop = (left) => ({
  name: 'Error',
  message: 'again',
  stack: looped.stack,
  ...(left > 0 && { cause: loop(left - 1) }),
})
const FAILURES = [
  [
    'an error with a cause',
    caused,
    {
      name: 'Error',
      message: 'no light',
      stack: caused.stack,
      cause: { name: 'TypeError', message: 'no wires', stack: root.stack },
    },
  ],
  ['an error that is its own cause', looped, loop(4)],
  ['an error with a code', coded, { name: 'RangeError', message: 'out of it', code: 'E_RANGE', stack: coded.stack }],
  ['a string', 'just words', { name: 'Error', message: 'just words' }],
  ['undefined', undefined, { name: 'Error', message: 'undefined' }],
  [
    'an error whose getters throw',
    new Proxy(
      {},
      {
        get: () => {
          throw 1
        },
      },
    ),
    { name: 'Error', message: 'failed without a message' },
  ],
]
for (const [what, thrown, said] of FAILURES) {
  test(`a closure that fails on a call from a Rust thread is told of with all it said: ${what}`, async () => {
    for (const execute of [
      () => {
        throw thrown
      },
      async () => {
        throw thrown
      },
    ]) {
      const { succeeded, error } = await callFromRust(registryOf({ execute }), { total: 3, inFlight: 3 })
      assert.equal(succeeded, 0)
      assert.deepEqual(error, {
        code: 'TOOL_FAILED',
        message: `tool "echo" failed: ${said.message}`,
        details: { tool: 'echo', ...said },
      })
    }
  })
}

const circle = {}
circle.self = circle
for (const [what, result, says] of [
  ['a circle', circle, /circular/],
  [
    'a toJSON that throws',
    {
      toJSON() {
        throw new Error('no JSON of me')
      },
    },
    /no JSON of me/,
  ],
  [
    'a then that throws',
    {
      then() {
        throw new Error('no then')
      },
    },
    /no then/,
  ],
]) {
  test(`a result that cannot cross to Rust is a failure that says why: ${what}`, async () => {
    const { error } = await callFromRust(registryOf({ execute: () => result }))
    assert.equal(error.code, 'TOOL_FAILED')
    assert.match(error.message, says)
  })
}

for (const way of ['sync', 'async']) {
  test(`a fault within a ${way} validation fails its call alone`, async (t) => {
    const validation = createRequire(import.meta.url)('../lib/definition/standard-validation.js')
    const { validateStandard } = validation
    t.after(() => (validation.validateStandard = validateStandard))
    validation.validateStandard = () => {
      if (way === 'sync') throw new RangeError('no stack is left')
      return { pending: Promise.reject(new RangeError('no stack is left')) }
    }
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'own',
        validate: (value) => ({ value }),
        jsonSchema: { input: () => ({ type: 'object' }) },
      },
    }
    const registry = registryOf({ inputSchema: schema }, { name: 'other' })
    const { error } = await callFromRust(registry)
    assert.deepEqual([error.code, error.message], ['TOOL_FAILED', 'tool "echo" failed: no stack is left'])
    assert.deepEqual((await callFromRust(registry, { name: 'other', params: { n: 1 } })).value, { n: 1 })
  })
}

test('a closure that never settles ends in TIMEOUT, and harms no call beside it', async () => {
  const registry = registryOf({ execute: never }, { name: 'fine', execute: async () => 1 })
  const [hung, fine] = await Promise.all([
    callFromRust(registry, { total: 4, inFlight: 4, timeoutMs: 50 }),
    callFromRust(registry, { name: 'fine', total: 200, inFlight: 20 }),
  ])
  assert.deepEqual(
    [hung.succeeded, hung.error.code, hung.error.details],
    [0, 'TIMEOUT', { tool: 'echo', timeoutMs: 50 }],
  )
  assert.equal(fine.succeeded, 200)
})

test('a question of a closure that is called from a Rust thread is INPUT_REQUIRED', async () => {
  const { error } = await callFromRust(
    registryOf({ execute: (_, { ask }) => ask('page', { message: 'Open it', url: 'https://a.example' }) }),
  )
  assert.deepEqual([error.code, error.details.tool], ['INPUT_REQUIRED', 'echo'])
})

test('a thousand calls from many threads are each answered once', async () => {
  const seen = new Set()
  const registry = registryOf({
    execute: (_, { callId }) => (seen.add(callId), seen.size % 2 ? callId : Promise.resolve(callId)),
  })
  const { succeeded, error } = await callFromRust(registry, { total: 1000, inFlight: 64 })
  assert.deepEqual([succeeded, error, seen.size], [1000, null, 1000])
})

test('calls from Rust threads and from here run side by side, while the registry changes', async () => {
  const registry = registryOf({ execute: async () => 1 })
  const drilled = callFromRust(registry, { total: 500, inFlight: 16 })
  for (let i = 0; i < 200; i++) {
    const handle = registry.register(tool({ name: `more${i}` }))
    assert.equal(await registry.execute('echo'), 1)
    handle.remove()
  }
  assert.equal((await drilled).succeeded, 500)
})

test('a call that is under way keeps its closure, though its tool is gone', async () => {
  let settle
  let arrived
  const reached = new Promise((resolve) => (arrived = resolve))
  const registry = registryOf({
    execute: () =>
      new Promise((resolve) => {
        settle = resolve
        arrived()
      }),
  })
  const drilled = callFromRust(registry)
  await reached
  registry.unregister('echo')
  for (let i = 0; i < 10; i++)
    registry.register(tool({ name: `other${i}`, execute: () => assert.fail('another closure') }))
  settle('mine')
  assert.equal((await drilled).value, 'mine')
})

test('a panic of Rust is an error of the call behind both kinds of door, and the process lives', async () => {
  const thrown = await refusal(() => callNative(() => binding.testPanic('kaputt "quoted"')))
  assert.deepEqual([thrown.code, thrown.details], ['INTERNAL', { reason: 'kaputt "quoted"' }])
  const rejected = await refusal(() =>
    binding.testPanicAsync('later').catch((error) => {
      throw revive(error)
    }),
  )
  assert.deepEqual([rejected.code, rejected.details.reason], ['INTERNAL', 'later'])
  assert.equal((await callFromRust(registryOf({}), { total: 10 })).succeeded, 10)
})
