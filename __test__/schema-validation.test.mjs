// A Standard Schema's own validation runs after the core's, and its output is what the closure gets.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import { ToolRegistry } from 'toolrack'
import * as v from 'valibot'
import { z } from 'zod'
import { z as z3 } from 'zod3'
import * as mini from 'zod/mini'
import { zodToJsonSchema } from 'zod-to-json-schema'
import { callFromRust, refusal, registryOf, tool } from './support/tools.mjs'

const JSON_SCHEMA = { type: 'object', properties: { n: { type: 'integer', default: 1 } } }
/** A Standard Schema with a validation of one's own. */
const standard = (validate, schema = JSON_SCHEMA) => ({
  '~standard': { version: 1, vendor: 'own', validate, jsonSchema: { input: () => schema } },
})
const guarded = (inputSchema, over) => registryOf({ inputSchema, ...over })
const isDate = (value) => value instanceof Date && value.toISOString()

const even = (n) => n % 2 === 0
const OUTPUTS = [
  ['a refinement that holds', z.object({ n: z.int().refine(even) }), { n: 2 }, { n: 2 }],
  ['a transform', z.object({ text: z.string().transform((text) => text.length) }), { text: 'four' }, { text: 4 }],
  ['a default', z.object({ n: z.int().default(5), kind: z.string().prefault('a') }), {}, { n: 5, kind: 'a' }],
  ['a brand', z.object({ id: z.string().brand('Id') }), { id: 'x' }, { id: 'x' }],
  ['a coercion', z.object({ n: z.coerce.number() }), { n: 5 }, { n: 5 }],
  ['keys that are stripped', z.object({ a: z.string() }), { a: 'x', b: 1 }, { a: 'x' }],
  ['an async refinement', z.object({ n: z.int().refine(async (n) => even(n)) }), { n: 2 }, { n: 2 }],
  ['an async transform', z.object({ n: z.int().transform(async (n) => n + 1) }), { n: 2 }, { n: 3 }],
  ['a transform of the whole', z.object({ a: z.int() }).transform(({ a }) => ({ b: a })), { a: 1 }, { b: 1 }],
  [
    'Valibot',
    toStandardJsonSchema(v.object({ n: v.pipe(v.string(), v.digits(), v.transform(Number)) })),
    { n: '7' },
    { n: 7 },
  ],
  ['ArkType', type({ n: 'string.integer.parse' }), { n: '7' }, { n: 7 }],
]
for (const [what, inputSchema, params, output] of OUTPUTS) {
  test(`the closure gets the output of its schema's validate: ${what}`, async () => {
    const registry = guarded(inputSchema)
    assert.deepEqual(await registry.execute('echo', params), output)
    assert.deepEqual((await registry.call('echo', params)).value, output)
    assert.deepEqual(await registry.stream('echo', params).next(), { done: false, value: output })
    assert.deepEqual((await callFromRust(registry, { params })).value, output)
    const answer = await registry.respond('ai-sdk', {
      type: 'tool-call',
      toolCallId: '1',
      toolName: 'echo',
      input: params,
    })
    assert.deepEqual(answer.output.value, output)
  })
}

const REFUSALS = [
  ['a refinement', z.object({ n: z.int().refine(even, 'must be even') }), { n: 1 }, [['/n', 'must be even']]],
  [
    'an async refinement',
    z.object({ n: z.int().refine(async (n) => even(n), 'must be even') }),
    { n: 1 },
    [['/n', 'must be even']],
  ],
  [
    'a refinement of the whole',
    z.object({ a: z.int(), b: z.int() }).refine(({ a, b }) => a < b, 'b comes after a'),
    { a: 2, b: 1 },
    [['', 'b comes after a']],
  ],
  [
    'every issue at once',
    z.object({
      'a/b~c': z.object({ list: z.array(z.string().refine((text) => text !== 'x', 'no x')) }),
      n: z.int().refine(even, 'odd'),
    }),
    { 'a/b~c': { list: ['a', 'x', 'x'] }, n: 1 },
    [
      ['/a~1b~0c/list/1', 'no x'],
      ['/a~1b~0c/list/2', 'no x'],
      ['/n', 'odd'],
    ],
  ],
  [
    'Valibot',
    toStandardJsonSchema(
      v.object({
        list: v.array(
          v.pipe(
            v.string(),
            v.check((text) => text !== 'x', 'no x'),
          ),
        ),
      }),
    ),
    { list: ['x'] },
    [['/list/0', 'no x']],
  ],
  [
    'ArkType',
    type({ n: type('number').narrow((n, context) => even(n) || context.mustBe('even')) }),
    { n: 1 },
    [['/n', 'n must be even (was 1)']],
  ],
  [
    'segments with keys, and no words',
    standard(() => ({ issues: [{ path: [{ key: 'a' }, 0, { key: 'b' }] }, { message: 'whole' }] })),
    {},
    [
      ['/a/0/b', 'is not valid'],
      ['', 'whole'],
    ],
  ],
  [
    'a symbol in a path',
    standard(() => ({ issues: [{ path: [Symbol('s')], message: 'no' }] })),
    {},
    [['/Symbol(s)', 'no']],
  ],
  ['issues without an issue', standard(() => ({ issues: [] })), {}, [['', 'are refused by the schema of the tool']]],
]
for (const [what, inputSchema, params, problems] of REFUSALS) {
  test(`what validate refuses is INVALID_PARAMS, and the closure is not called: ${what}`, async () => {
    let calls = 0
    const registry = guarded(inputSchema, { execute: () => calls++ })
    const doors = [
      () => registry.execute('echo', params),
      () => registry.call('echo', params),
      () => registry.stream('echo', params).next(),
      () => registry.execute('echo', params, { idempotencyKey: 'k' }),
    ]
    const errors = [(await callFromRust(registry, { params })).error]
    for (const door of doors) errors.push(await refusal(door))
    for (const { code, message, details } of errors) {
      assert.deepEqual(
        [code, details.tool, details.problems.map(({ pointer, message }) => [pointer, message])],
        ['INVALID_PARAMS', 'echo', problems],
      )
      assert.match(message, /^arguments of "echo" are not valid: /)
    }
    assert.equal(calls, 0)
  })
}

test('the details of a refusal have the first thousand problems, however many there are', async () => {
  const endless = {
    *[Symbol.iterator]() {
      for (;;) yield { message: 'no' }
    },
  }
  const { message, details } = await refusal(() => guarded(standard(() => ({ issues: endless }))).execute('echo'))
  assert.deepEqual(
    [details.problems.length, message],
    [1000, `arguments of "echo" are not valid: ${'no; '.repeat(5)}and 995 more`],
  )
})

test('the core judges first, and validate sees what it read as another type, without its defaults', async () => {
  const seen = []
  const schema = { type: 'object', properties: { n: { type: 'integer', default: 7 }, m: { type: 'integer' } } }
  const registry = new ToolRegistry({ coerce: true })
  registry.register(tool({ inputSchema: standard((value) => (seen.push(value), { value }), schema) }))
  await registry.execute('echo', { m: '5', userId: 'me' })
  assert.deepEqual(seen, [{ m: 5 }])
  assert.equal((await refusal(() => registry.execute('echo', { m: 'x' }))).code, 'INVALID_PARAMS')
  assert.equal(seen.length, 1)
})

const boom = new Error('no schema today')
const hostile = {
  get issues() {
    throw boom
  },
}
const FAILURES = [
  [
    'it throws',
    () => {
      throw boom
    },
    /no schema today/,
  ],
  [
    'it rejects',
    async () => {
      throw boom
    },
    /no schema today/,
  ],
  ['its result throws', () => hostile, /no schema today/],
  ['its result throws later', async () => hostile, /no schema today/],
  [
    'its then throws',
    () => ({
      get then() {
        throw boom
      },
    }),
    /no schema today/,
  ],
  ['it says nothing', () => undefined, /neither a value nor issues/],
  ['it says neither', async () => ({}), /neither a value nor issues/],
  ['its output is a text', () => ({ value: 'x' }), /must be an object of arguments, is string/],
  ['its output is null', async () => ({ value: null }), /must be an object of arguments, is null/],
  ['its output is a list', () => ({ value: [] }), /must be an object of arguments, is a list/],
]
for (const [what, validate, says] of FAILURES) {
  test(`a validate that gives no answer is the tool's failure: ${what}`, async () => {
    const registry = guarded(standard(validate), { execute: () => assert.fail('is called') })
    const errors = [(await callFromRust(registry)).error]
    for (const door of [
      () => registry.execute('echo'),
      () => registry.stream('echo').next(),
      () => registry.execute('echo', {}, { idempotencyKey: what }),
    ])
      errors.push(await refusal(door))
    for (const { code, message } of errors) {
      assert.equal(code, 'TOOL_FAILED')
      assert.match(message, /^tool "echo" failed: validate of its inputSchema \(own\) failed: /)
      assert.match(message, says)
    }
    if (String(says).includes('today')) assert.equal(errors[1].cause, boom)
  })
}

test('an async validate stands within the deadline of its call, and nothing begins after it', async () => {
  let go
  const registry = guarded(
    standard(() => new Promise((resolve) => (go = () => resolve({ value: {} })))),
    { execute: () => assert.fail('is called') },
  )
  const { code, details } = await refusal(() => registry.execute('echo', {}, { timeoutMs: 5 }))
  assert.deepEqual([code, details], ['TIMEOUT', { tool: 'echo', timeoutMs: 5 }])
  go()
  assert.equal((await refusal(() => registry.stream('echo', {}, { timeoutMs: 5 }).next())).code, 'TIMEOUT')
  go()
  assert.equal(
    (await refusal(() => registry.execute('echo', {}, { timeoutMs: 5, idempotencyKey: 'k' }))).code,
    'TIMEOUT',
  )
  go()
  const controller = new AbortController()
  const call = refusal(() => registry.execute('echo', {}, { signal: controller.signal }))
  controller.abort()
  assert.equal((await call).code, 'CANCELLED')
  go()
  assert.equal((await callFromRust(registry, { timeoutMs: 5 })).error.code, 'TIMEOUT')
  go()
  await new Promise(setImmediate)
  assert.equal(registry.lateResults, 0)
})

for (const later of [false, true]) {
  const how = later ? 'async' : 'sync'
  const picky = standard((value) => {
    const result =
      value.n === 1 ? { issues: [{ message: 'not one' }] } : { value: { ...value, at: new Date(0), userId: 'forged' } }
    return later ? Promise.resolve(result) : result
  })

  test(`what validate refuses does not count against a rate limit: ${how}`, async () => {
    const registry = new ToolRegistry({ enforceRateLimits: true })
    registry.register(tool({ inputSchema: picky, rateLimit: 1 }))
    for (let i = 0; i < 3; i++)
      assert.equal((await refusal(() => registry.execute('echo', { n: 1 }))).code, 'INVALID_PARAMS')
    assert.equal((await registry.execute('echo', { n: 2 })).n, 2)
    assert.equal((await refusal(() => registry.execute('echo', { n: 2 }))).code, 'RATE_LIMITED')
  })

  test(`an idempotency key is over the arguments as the core judged them: ${how}`, async () => {
    let calls = 0
    const registry = guarded(picky, { execute: ({ at }) => ({ calls: ++calls, at: isDate(at) }) })
    const key = { idempotencyKey: 'k' }
    const first = { calls: 1, at: '1970-01-01T00:00:00.000Z' }
    assert.deepEqual(
      [await registry.execute('echo', { n: 2 }, key), await registry.execute('echo', { n: 2 }, key)],
      [first, first],
    )
    assert.equal((await refusal(() => registry.execute('echo', { n: 3 }, key))).code, 'IDEMPOTENCY_MISMATCH')
  })

  test(`a userId that validate adds is an argument and never identity: ${how}`, async () => {
    const registry = guarded(picky, { execute: (params, { userId }) => [params.userId, userId] })
    assert.deepEqual(await registry.execute('echo', { n: 2 }, { context: { userId: 'me' } }), ['forged', 'me'])
    assert.deepEqual(await registry.execute('echo', { n: 2, userId: 'me' }), ['forged', 'me'])
  })

  test(`a call with limits gives its seat back, whatever its closure does: ${how}`, async () => {
    const registry = guarded(picky, {
      execute: ({ n }) => {
        if (n === 3) throw boom
        return n
      },
      callLimits: { concurrency: 1, queue: 0 },
    })
    for (const n of [2, 3, 1, 3, 2]) await registry.execute('echo', { n }).catch(() => {})
    const { code, message, cause } = await refusal(() => registry.execute('echo', { n: 3 }))
    assert.deepEqual([code, message, cause], ['TOOL_FAILED', 'tool "echo" failed: no schema today', boom])
    assert.equal(await registry.execute('echo', { n: 2 }), 2)
  })

  test(`a call outlives its revision while it is validated: ${how}`, async () => {
    const registry = guarded(picky, { callLimits: { concurrency: 1 } })
    const calls = [
      registry.execute('echo', { n: 2 }),
      registry.execute('echo', { n: 2 }, { idempotencyKey: 'k' }),
      registry.stream('echo', { n: 2 }).next(),
    ]
    registry.replace(tool({ execute: () => 'another' }))
    for (const call of await Promise.all(calls)) assert.equal((call.value ?? call).n, 2)
  })
}

test('a listener that changes the registry does not disturb a call that is validated', async () => {
  for (const validate of [
    async (value) => ({ value }),
    async () => {
      throw boom
    },
  ]) {
    const registry = guarded(standard(validate), { callLimits: { concurrency: 1 } })
    registry.on('spoofAttempt', () => registry.replace(tool()))
    const told = await registry.execute('echo', { userId: 'eve' }, { context: {} }).catch(({ code }) => code)
    assert.deepEqual(told, validate.length === 1 ? {} : 'TOOL_FAILED')
  }
})

test('what waits for its turn and fails at once says so once', async () => {
  let finish
  const registry = registryOf({
    execute: ({ first }) => {
      if (first) return new Promise((resolve) => (finish = resolve))
      throw boom
    },
    callLimits: { concurrency: 1 },
  })
  const first = registry.execute('echo', { first: true })
  const second = refusal(() => registry.execute('echo'))
  finish()
  await first
  const { message, cause } = await second
  assert.deepEqual([message, cause], ['tool "echo" failed: no schema today', boom])
})

test('a registry that does not validate does not ask validate either', async () => {
  const registry = new ToolRegistry({ validateParams: false })
  registry.register(tool({ inputSchema: standard(() => assert.fail('is asked')) }))
  assert.deepEqual(await registry.execute('echo', { n: 'x' }), { n: 'x' })
  assert.deepEqual((await callFromRust(registry, { params: { n: 1 } })).value, { n: 1 })
})

test('a sync validate leaves a sync call without a promise of its own', async () => {
  const registry = guarded(standard((value) => ({ value })))
  const order = []
  registry.execute('echo').then(() => order.push('call'))
  Promise.resolve().then(() => order.push('tick'))
  await new Promise(setImmediate)
  assert.deepEqual(order, ['call', 'tick'])
})

test('what a caller does to the schema afterwards changes nothing', async () => {
  const inputSchema = standard(() => ({ value: { as: 'registered' } }))
  const registry = guarded(inputSchema)
  inputSchema['~standard'].validate = () => ({ value: { as: 'changed' } })
  assert.deepEqual(await registry.execute('echo'), { as: 'registered' })
})

const SILENT = [
  ['Valibot', v.object({ a: v.string() }), /toStandardJsonSchema of @valibot\/to-json-schema/],
  [
    'Zod 3',
    z3.object({ a: z3.string() }),
    /zod 4\.2 or later, or give zodToJsonSchema\(schema\) of zod-to-json-schema/,
  ],
  ['a Zod before Standard Schema', { _def: { typeName: 'ZodObject' }, parse() {} }, /zod 4\.2 or later/],
  ['Zod Mini', mini.object({ a: mini.string() }), /zod 4\.2 or later, or give z\.toJSONSchema\(schema\)/],
  [
    'a library that nobody knows',
    { '~standard': { version: 1, vendor: 'new', validate() {} } },
    /a schema of new that says no JSON Schema \(StandardJSONSchemaV1/,
  ],
]
for (const [what, inputSchema, says] of SILENT) {
  test(`a schema that cannot say its JSON Schema is refused with what helps: ${what}`, async () => {
    const { code, details } = await refusal(() => guarded(inputSchema))
    assert.deepEqual([code, details.problems.map(({ pointer }) => pointer)], ['INVALID_DEFINITION', ['/inputSchema']])
    assert.match(details.problems[0].message, says)
  })
}

test('what those errors name does help', async () => {
  const helps = [
    toStandardJsonSchema(v.object({ a: v.string() })),
    zodToJsonSchema(z3.object({ a: z3.string() })),
    z.toJSONSchema(mini.object({ a: mini.string() })),
    z.object({ a: z.string() }),
  ]
  for (const inputSchema of helps) {
    const registry = guarded(inputSchema)
    assert.deepEqual(await registry.execute('echo', { a: 'x' }), { a: 'x' })
    assert.equal((await refusal(() => registry.execute('echo', { a: 1 }))).code, 'INVALID_PARAMS')
  }
})

const UNSAYABLE = [
  [
    'z.date()',
    z.object({ list: z.array(z.object({ when: z.date() })), born: z.coerce.date() }),
    ['/inputSchema/properties/list/items/properties/when', '/inputSchema/properties/born'],
    /is a Date, which JSON Schema cannot say: use z\.iso\.datetime\(\)/,
  ],
  [
    'z.bigint()',
    z.object({ n: z.bigint().optional() }),
    ['/inputSchema/properties/n'],
    /is a BigInt, which JSON Schema cannot say: use z\.int\(\), or z\.string\(\)/,
  ],
  [
    'z.map()',
    z.object({ m: z.map(z.string(), z.string()) }),
    ['/inputSchema/properties/m'],
    /is a Map, which JSON Schema cannot say: use z\.record\(\)/,
  ],
  [
    'z.symbol()',
    z.object({ s: z.symbol() }),
    ['/inputSchema/properties/s'],
    /is a symbol, which JSON Schema cannot say/,
  ],
  ['z.literal(1n)', z.object({ n: z.literal(1n) }), ['/inputSchema'], /cannot say its JSON Schema: BigInt literals/],
  [
    'v.date()',
    toStandardJsonSchema(v.object({ when: v.date() })),
    ['/inputSchema/properties/when'],
    /is a Date, which JSON Schema cannot say: use v\.pipe\(v\.string\(\), v\.isoTimestamp\(\)\)/,
  ],
  [
    'v.bigint()',
    toStandardJsonSchema(v.object({ n: v.bigint() })),
    ['/inputSchema/properties/n'],
    /use v\.pipe\(v\.number\(\), v\.integer\(\)\)/,
  ],
  [
    "ArkType's Date",
    type({ 'when?': 'Date[]' }),
    ['/inputSchema/properties/when/items'],
    /is a Date, which JSON Schema cannot say: use "string\.date\.iso\.parse"/,
  ],
  [
    "ArkType's bigint",
    type({ n: 'bigint', one: '1n' }),
    ['/inputSchema/properties/n', '/inputSchema/properties/one'],
    /is a BigInt, which JSON Schema cannot say: use "number\.integer"/,
  ],
]
for (const [what, inputSchema, pointers, says] of UNSAYABLE) {
  test(`a type that no JSON has is refused with its place and what to use: ${what}`, async () => {
    const { code, details } = await refusal(() => guarded(inputSchema))
    assert.deepEqual(
      [code, details.problems.map(({ pointer }) => pointer).sort()],
      ['INVALID_DEFINITION', pointers.sort()],
    )
    for (const { message } of details.problems) assert.match(message, says)
  })
}

test('what those errors say to use gives execute a Date and a BigInt', async () => {
  const at = '2020-01-01T00:00:00Z'
  const USE = [
    z.object({ when: z.iso.datetime().transform((text) => new Date(text)), n: z.string().transform(BigInt) }),
    toStandardJsonSchema(
      v.object({
        when: v.pipe(
          v.string(),
          v.isoTimestamp(),
          v.transform((text) => new Date(text)),
        ),
        n: v.pipe(v.string(), v.digits(), v.transform(BigInt)),
      }),
    ),
    type({ when: 'string.date.iso.parse', n: type('string.digits').pipe((text) => BigInt(text)) }),
  ]
  for (const inputSchema of USE) {
    const registry = guarded(inputSchema, { execute: ({ when, n }) => [isDate(when), typeof n] })
    assert.deepEqual(await registry.execute('echo', { when: at, n: '7' }), ['2020-01-01T00:00:00.000Z', 'bigint'])
  }
})
