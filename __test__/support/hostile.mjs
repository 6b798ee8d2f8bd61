// What a closure may throw or answer that throws again at every look, and the doors that it may come through.
import { SpecLoader, ToolRegistry, ToolrackError } from 'toolrack'
import { document } from './documents.mjs'
import { callFromRust, tool } from './tools.mjs'

const thrower = () => {
  throw new TypeError('no look at me')
}
const traps = Object.fromEntries(
  ['get', 'has', 'getPrototypeOf', 'ownKeys', 'getOwnPropertyDescriptor', 'apply'].map((name) => [name, thrower]),
)
export const revoked = (target) => {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}
export const proxied = (target) => new Proxy(target, traps)
const over = (target, members) => Object.defineProperties(target, Object.getOwnPropertyDescriptors(members))
const circular = new Error('round')
circular.cause = circular
/** Lists in lists that share their parts: a text of it is never done. */
export const shared = (levels, make = (part) => [part, part]) => {
  let value = make(1)
  for (let i = 0; i < levels; i++) value = make(value)
  return value
}

/** What is thrown, and what its failure says. */
export const THROWN = {
  'a function whose text throws': () => over(() => {}, { toString: thrower, [Symbol.toPrimitive]: thrower }),
  'a proxy of a function': () => proxied(() => {}),
  'a revoked proxy of a function': () => revoked(() => {}),
  'a proxy of an error': () => proxied(new Error('x')),
  'a revoked proxy': () => revoked({}),
  'a class': () =>
    class Nothing {
      static get name() {
        return thrower()
      }
    },
  'an object that is no text': () => ({ [Symbol.toPrimitive]: thrower, toString: thrower }),
  'an error whose members throw': () =>
    over(new Error('x'), {
      get message() {
        return thrower()
      },
      get stack() {
        return thrower()
      },
      get cause() {
        return thrower()
      },
      get code() {
        return thrower()
      },
      get name() {
        return thrower()
      },
    }),
  'an error with a then': () => over(new Error('x'), { then: thrower }),
  'an error whose message is never done': () => over(new Error('x'), { message: shared(40), code: shared(40) }),
  'an error of 50 MB': () => over(new Error('x'.repeat(50e6)), { cause: 'y'.repeat(50e6) }),
  'a text of 50 MB': () => 'z'.repeat(50e6),
  'an error that is its own cause': () => circular,
  'an error of toolrack': () => new ToolrackError('CLOSED', 'made up'),
  'an object without a prototype': () => Object.create(null),
  'a symbol': () => Symbol('x'),
  'a BigInt': () => 1n,
  undefined: () => undefined,
  null: () => null,
}

/** How a closure fails with something. */
const WAYS = {
  throws: (make) => () => {
    throw make()
  },
  rejects: (make) => async () => {
    throw make()
  },
  'rejects as a thenable': (make) => () => ({ then: (_, fail) => fail(make()) }),
  'has a then that throws': (make) => () => ({
    then() {
      throw make()
    },
  }),
  'throws as a generator': (make) =>
    async function* () {
      yield 1
      throw make()
    },
  'has a next that throws': (make) => () => ({
    [Symbol.asyncIterator]: () => ({
      next() {
        throw make()
      },
    }),
  }),
}

const iterator = (members) => () => ({ [Symbol.asyncIterator]: () => members })
const pieces = async function* () {
  yield [proxied({})]
  return 'end'
}

/** What a closure answers; what comes of it where its value is handed on, and where it is written as JSON. */
export const ANSWERS = [
  ['a proxy', () => proxied({}), 'TOOL_FAILED'],
  ['a promise of a proxy in a map', async () => ({ inner: proxied({}) }), 'ok', 'TOOL_FAILED'],
  ['a revoked proxy', () => revoked({}), 'TOOL_FAILED'],
  ['a list with a revoked proxy', async () => [revoked({}), revoked(() => {})], 'ok', 'TOOL_FAILED'],
  ['a revoked proxy of a function', () => revoked(() => {}), 'TOOL_FAILED'],
  [
    'a then that cannot be read',
    () => ({
      get then() {
        return thrower()
      },
    }),
    'TOOL_FAILED',
  ],
  [
    'a then that is there at the second look',
    () => {
      let looks = 0
      return {
        get then() {
          return ++looks > 1 ? thrower : undefined
        },
      }
    },
    'TOOL_FAILED',
    'TOOL_FAILED or ok',
  ],
  [
    'a then that calls back twice',
    () => ({
      then(done, fail) {
        done(1)
        done(2)
        fail(new Error('late'))
      },
    }),
    'ok',
  ],
  [
    'a then that throws after its answer',
    () => ({
      then(done) {
        done(1)
        thrower()
      },
    }),
    'ok',
  ],
  ['a then that never answers', () => ({ then() {} }), 'TIMEOUT'],
  [
    'a promise with a then of its own',
    () => over(Promise.resolve(1), { then: thrower, catch: thrower }),
    'TOOL_FAILED',
  ],
  [
    'a promise whose class throws',
    () =>
      over(Promise.resolve(1), {
        get constructor() {
          return thrower()
        },
      }),
    'TOOL_FAILED',
  ],
  [
    'an iterator that cannot be read',
    () => ({
      get [Symbol.asyncIterator]() {
        return thrower()
      },
    }),
    'TOOL_FAILED',
  ],
  [
    'a promise of an iterator that cannot be read',
    async () => ({
      get [Symbol.asyncIterator]() {
        return thrower()
      },
    }),
    'TOOL_FAILED',
  ],
  ['a promise of an iterator that throws', async () => ({ [Symbol.asyncIterator]: thrower }), 'TOOL_FAILED'],
  ['an iterator that is none', () => ({ [Symbol.asyncIterator]: () => undefined }), 'TOOL_FAILED'],
  ['an iterator whose next gives nothing', iterator({ next: async () => undefined }), 'TOOL_FAILED'],
  ['an iterator whose next gives a number', iterator({ next: async () => 5 }), 'TOOL_FAILED'],
  [
    'an iterator whose pieces cannot be read',
    iterator({
      next: async () => ({
        get done() {
          return thrower()
        },
      }),
    }),
    'TOOL_FAILED',
  ],
  ['an iterator whose pieces are proxies', pieces, 'ok'],
  [
    'an iterator that cannot be stopped',
    iterator({
      next: () => thrower(),
      get return() {
        return thrower()
      },
    }),
    'TOOL_FAILED',
  ],
  [
    'a generator that never ends',
    async function* () {
      for (;;) yield { done: 1 }
    },
    'TIMEOUT',
  ],
  [
    'a promise of a generator that never ends',
    async () =>
      (async function* () {
        for (;;) yield ''
      })(),
    'TIMEOUT',
  ],
  ['an iterator that never ends, and never waits', iterator({ next: () => ({ done: false, value: 1 }) }), 'TIMEOUT'],
  ['a toJSON that throws', () => ({ toJSON: thrower }), 'ok', 'TOOL_FAILED'],
  [
    'a toJSON that is never done',
    () => {
      const endless = { toJSON: () => [endless] }
      return endless
    },
    'ok',
    'TOOL_FAILED',
  ],
  ['parts that are shared', async () => ({ parts: shared(40) }), 'ok', 'LIMIT_EXCEEDED'],
  [
    'headers that never end',
    async () => ({
      [Symbol.toStringTag]: 'Headers',
      __proto__: {
        __proto__: {},
        *[Symbol.iterator]() {
          for (;;) yield ['a', 'b']
        },
      },
    }),
    'ok',
    'LIMIT_EXCEEDED',
  ],
  ['a circle', () => circular, 'ok'],
  [
    'a circle of maps',
    () => {
      const circle = {}
      circle.self = circle
      return circle
    },
    'ok',
    'TOOL_FAILED',
  ],
]

const CALL = { type: 'tool_use', id: '1', name: 'echo', input: {} }

/** The doors that a closure is called through, each with a limit in ms, which only what never ends is to meet. */
export const DOORS = {
  execute: (execute, limit) => registryWith(execute).execute('echo', {}, limit),
  call: (execute, limit) => registryWith(execute).call('echo', {}, limit),
  stream: (execute, limit) => drained(registryWith(execute).stream('echo', {}, limit)),
  watched: (execute, limit) => {
    const registry = registryWith(execute)
    registry.on('call', () => {})
    return registry.execute('echo', {}, limit)
  },
  keyed: (execute, limit) => registryWith(execute).execute('echo', {}, { ...limit, idempotencyKey: 'k' }),
  limited: (execute, limit) => registryWith(execute, { callLimits: { concurrency: 1 } }).execute('echo', {}, limit),
  waiting: async (execute, limit) => {
    let finish
    const turns = [() => new Promise((resolve) => (finish = resolve)), execute]
    const registry = registryWith((...args) => turns.shift()(...args), { callLimits: { concurrency: 1 } })
    const first = registry.execute('echo', {}, limit)
    const second = registry.execute('echo', {}, limit)
    finish()
    return (await Promise.allSettled([second, first]), second)
  },
}

/** Those behind which the value is written as JSON. */
export const WRITERS = {
  respond: async (execute, limit) => {
    const { is_error, content } = await registryWith(execute).respond('anthropic', CALL, limit)
    if (is_error) throw new ToolrackError(JSON.parse(content).error.code, content)
  },
  replayed: async (execute, limit) => {
    const registry = registryWith(execute)
    const call = () => registry.execute('echo', {}, { ...limit, idempotencyKey: 'k' })
    await call().catch(() => {})
    const { code, details } = await call().then(
      () => ({}),
      (error) => error,
    )
    if (code !== undefined)
      throw new ToolrackError(details.code === 'LIMIT_EXCEEDED' ? details.code : code, 'again', details)
  },
  thread: async (execute, limit) => {
    const { error } = await callFromRust(registryWith(execute), limit)
    if (error)
      throw new ToolrackError(
        error.details.code === 'LIMIT_EXCEEDED' ? 'LIMIT_EXCEEDED' : error.code,
        error.message,
        error.details,
      )
  },
}

/** Those of functions that are no tools, and what they make of a failure. */
export const FUNCTIONS = {
  'schema that validates': [
    ['TOOL_FAILED', 'TIMEOUT'],
    (validate, limit) =>
      registryWith(() => 'reached', {
        inputSchema: {
          '~standard': { version: 1, vendor: 'own', validate, jsonSchema: { input: () => ({ type: 'object' }) } },
        },
      }).execute('echo', {}, limit),
  ],
  'schema that validates on a thread': [
    ['TOOL_FAILED', 'TIMEOUT'],
    async (validate, limit) => {
      const { error } = await callFromRust(
        registryWith(() => 'reached', {
          inputSchema: {
            '~standard': { version: 1, vendor: 'own', validate, jsonSchema: { input: () => ({ type: 'object' }) } },
          },
        }),
        limit,
      )
      throw new ToolrackError(error.code, error.message, error.details)
    },
  ],
  predicate: [['INVALID_OPTIONS'], async (predicate) => registryWith(() => 1).list({ predicate })],
  toolErrors: [
    ['ok'],
    async (toolErrors, limit) => {
      const registry = new ToolRegistry({ toolErrors })
      registry.register(
        tool({
          execute: () => {
            throw new Error('x')
          },
        }),
      )
      const { content } = await registry.respond('anthropic', CALL, limit)
      if (JSON.parse(content).error.message !== 'the tool failed') throw new Error(content)
    },
  ],
  include: [['TOOL_FAILED', 'TIMEOUT'], (execute, limit) => load({ include: execute }, limit)],
  exclude: [['TOOL_FAILED', 'TIMEOUT'], (execute, limit) => load({ exclude: execute }, limit)],
  gate: [['ok'], (execute, limit) => load({ gates: { custom: execute, ...limit } }, limit)],
  auth: [
    ['AUTH_FAILED', 'HTTP_FAILED', 'TIMEOUT'],
    async (execute, limit) => (await load({ auth: { key: execute } }, limit)).execute('a', {}, limit),
  ],
  fetch: [
    ['HTTP_FAILED', 'TIMEOUT'],
    async (execute, limit) => (await load({ auth: { key: 'k' } }, limit, { fetch: execute })).execute('a', {}, limit),
  ],
}

function registryWith(execute, over) {
  const registry = new ToolRegistry()
  registry.register(tool({ execute, ...over }))
  return registry
}

async function load(options, limit, more) {
  const registry = new ToolRegistry(limit)
  const source = {
    ...document(['a']),
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
  }
  await new SpecLoader(registry, more).load(source, {
    baseUrl: 'http://127.0.0.1:9',
    callLimits: { retries: 0 },
    ...options,
  })
  return registry
}

async function drained(stream) {
  for await (const _ of stream);
}

/** All closures of the tables: what they do, what comes of it where the value is handed on, and where it is written. */
export const CLOSURES = [
  ...Object.entries(THROWN).flatMap(([what, make]) =>
    Object.entries(WAYS).map(([way, closure]) => [`${way}: ${what}`, closure(make), 'TOOL_FAILED']),
  ),
  ...ANSWERS.map(([what, ...rest]) => [`answers: ${what}`, ...rest]),
]

/** What became of a closure behind a door: the code of its error, `ok`, or what is wrong. */
export async function outcomeOf(door, execute, limit) {
  let timer
  const late = new Promise((resolve) => (timer = setTimeout(resolve, 60_000, 'never settled')))
  const told = Promise.resolve()
    .then(() => door(execute, limit))
    .then(
      () => 'ok',
      (error) => {
        if (!(error instanceof ToolrackError)) return 'no ToolrackError'
        return error.message.length > 20_000 ? 'a long message' : error.code
      },
    )
  return Promise.race([told, late]).finally(() => clearTimeout(timer))
}

/** The outcomes behind a door that are not as they should be. */
export async function surprises(name) {
  const found = []
  const [allowed, other] = FUNCTIONS[name] ?? []
  const door = DOORS[name] ?? WRITERS[name] ?? other
  for (const [what, execute, handed, written = handed] of CLOSURES) {
    const outcome = await outcomeOf(door, execute, { timeoutMs: handed === 'TIMEOUT' ? 100 : 60_000 })
    const expected = allowed ?? (name in WRITERS ? written : handed).split(' or ')
    if (!expected.includes(outcome)) found.push(`${what}: ${outcome} instead of ${expected}`)
  }
  return found
}
