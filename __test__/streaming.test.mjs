// Closures that answer piece by piece, and the callers that want it so or do not.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { outputOf } from './support/child.mjs'
import { codeOf, callFromRust, never, refusal, registryOf, tool } from './support/tools.mjs'

const all = async (stream) => {
  const pieces = []
  for await (const piece of stream) pieces.push(piece)
  return pieces
}

/** What a generator yields, what it returns, and what a caller gets who does not stream. */
const KINDS = [
  [
    'texts',
    async function* () {
      yield 'a'
      yield 'b'
    },
    ['a', 'b'],
    'ab',
  ],
  [
    'progress',
    async function* () {
      yield { done: 1 }
      yield { done: 2 }
    },
    [{ done: 1 }, { done: 2 }],
    { done: 2 },
  ],
  [
    'texts and a value of its own',
    async function* () {
      yield 'thinking'
      return 42
    },
    ['thinking'],
    42,
  ],
  [
    'null in the end',
    async function* () {
      yield 1
      return null
    },
    [1],
    null,
  ],
  [
    'bytes',
    async function* () {
      yield Buffer.from('a')
      yield new Uint8Array([98])
    },
    [Buffer.from('a'), new Uint8Array([98])],
    Buffer.from('ab'),
  ],
  [
    'texts and values',
    async function* () {
      yield 'a'
      yield 1
      yield 'c'
    },
    ['a', 1, 'c'],
    'c',
  ],
  ['nothing', async function* () {}, [], undefined],
  [
    'a promise of a generator',
    async () =>
      (async function* () {
        yield 'x'
      })(),
    ['x'],
    'x',
  ],
  ['a stream of Node', () => Readable.from(['p', 'q']), ['p', 'q'], 'pq'],
  [
    'a stream of the web',
    () =>
      new ReadableStream({
        start(controller) {
          controller.enqueue('w')
          controller.close()
        },
      }),
    ['w'],
    'w',
  ],
  ['a value', () => 7, [7], 7],
  ['a promise', async () => [1], [[1]], [1]],
]
for (const [what, execute, pieces, whole] of KINDS) {
  test(`${what}: piece by piece, and whole for those who do not stream`, async () => {
    const registry = registryOf({ execute })
    assert.deepEqual(await all(registry.stream('echo')), pieces)
    assert.deepEqual(await all(registry.snapshot().stream('echo')), pieces)
    assert.deepEqual(await registry.execute('echo'), whole)
    const { value } = await callFromRust(registry)
    assert.deepEqual(value, whole instanceof Buffer ? whole.toJSON() : (whole ?? null))
  })
}

test('pieces come as they are made, and no faster than they are asked for', async () => {
  const made = []
  const registry = registryOf({
    async *execute() {
      for (let i = 0; i < 5; i++) {
        made.push(i)
        yield i
      }
    },
  })
  const stream = registry.stream('echo')
  assert.deepEqual(made, [])
  assert.deepEqual(await stream.next(), { done: false, value: 0 })
  assert.deepEqual(made, [0])
  assert.deepEqual(await Promise.all([stream.next(), stream.next()]), [
    { done: false, value: 1 },
    { done: false, value: 2 },
  ])
})

test('whoever leaves the loop gives the call up: the closure hears of it and cleans up', async () => {
  const seen = []
  const registry = registryOf({
    async *execute(_, { signal }) {
      signal.addEventListener('abort', () => seen.push(signal.reason.code))
      try {
        for (;;) yield 'more'
      } finally {
        seen.push('cleaned up')
      }
    },
  })
  for await (const piece of registry.stream('echo')) {
    assert.equal(piece, 'more')
    break
  }
  await new Promise(setImmediate)
  assert.deepEqual(seen.sort(), ['CANCELLED', 'cleaned up'])
})

test('a piece that is waited for when the call is given up is the end', async () => {
  const seen = {}
  const registry = registryOf({
    async *execute(_, { signal }) {
      yield 1
      seen.aborted = once(signal, 'abort')
      await never()
    },
  })
  const stream = registry.stream('echo')
  await stream.next()
  const waited = stream.next()
  await new Promise(setImmediate)
  assert.deepEqual(await stream.return('over'), { done: true, value: 'over' })
  assert.deepEqual(await waited, { done: true, value: undefined })
  await seen.aborted
})

test('a stream that hangs between two pieces ends at its deadline', async () => {
  const seen = {}
  const registry = registryOf({
    async *execute(_, { signal }) {
      yield 1
      seen.aborted = once(signal, 'abort')
      await never()
    },
  })
  const stream = registry.stream('echo', {}, { timeoutMs: 10 })
  assert.equal((await stream.next()).value, 1)
  const error = await refusal(() => stream.next())
  assert.deepEqual([error.code, error.details], ['TIMEOUT', { tool: 'echo', timeoutMs: 10 }])
  await seen.aborted
  assert.deepEqual(await stream.next(), { done: true, value: undefined })
})

test('the deadline is over all of a stream, however fast its pieces come', async () => {
  const registry = registryOf({
    async *execute() {
      for (;;) yield await new Promise((resolve) => setImmediate(resolve, 1))
    },
  })
  assert.equal(await codeOf(() => all(registry.stream('echo', {}, { timeoutMs: 10 }))), 'TIMEOUT')
  assert.equal(await codeOf(() => registry.execute('echo', {}, { timeoutMs: 10 })), 'TIMEOUT')
})

const ENDLESS = [
  [
    'a generator that yields for ever',
    async function* () {
      for (;;) yield 'x'
    },
  ],
  [
    'an iterator that never waits',
    () => ({ [Symbol.asyncIterator]: () => ({ next: () => ({ done: false, value: 1 }) }) }),
  ],
  [
    'an iterator that ignores its end',
    () => ({ [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: {} }), return: never }) }),
  ],
]
for (const [what, execute] of ENDLESS) {
  test(`${what} ends at its deadline, whoever called it`, async () => {
    const registry = registryOf({ execute })
    const options = { timeoutMs: 20 }
    assert.equal(await codeOf(() => registry.execute('echo', {}, options)), 'TIMEOUT')
    assert.equal(await codeOf(() => all(registry.stream('echo', {}, options))), 'TIMEOUT')
    const { content } = await registry.respond(
      'anthropic',
      { type: 'tool_use', id: '1', name: 'echo', input: {} },
      options,
    )
    assert.equal(JSON.parse(content).error.code, 'TIMEOUT')
    assert.equal((await callFromRust(registry, options)).error.code, 'TIMEOUT')
  })
}

test('a generator that never waits is stopped, and asked for nothing more, once its call is over', async () => {
  let [made, cleaned] = [0, false]
  const registry = registryOf({
    async *execute() {
      try {
        for (;;) yield ++made
      } finally {
        cleaned = true
      }
    },
  })
  assert.equal(await codeOf(() => registry.execute('echo', {}, { timeoutMs: 20 })), 'TIMEOUT')
  await new Promise(setImmediate)
  const atTheEnd = made
  for (let i = 0; i < 5; i++) await new Promise(setImmediate)
  assert.deepEqual([made, cleaned], [atTheEnd, true])
})

const LONG = [
  ['texts', 'x'.repeat(1 << 20), 65, /over the limit of 67108864 characters or bytes/],
  ['bytes', Buffer.alloc(1 << 20), 65, /over the limit of 67108864 characters or bytes/],
  ['small pieces', '', 1_000_001, /over the limit of 1000000/],
]
for (const [what, piece, count, says] of LONG) {
  test(`${what} without end are collected up to a bound`, async () => {
    let cleaned = 0
    const registry = registryOf({
      async *execute() {
        try {
          for (let i = 0; i < count; i++) yield piece
        } finally {
          cleaned++
        }
      },
    })
    const { code, message } = await refusal(() => registry.execute('echo'))
    assert.deepEqual([code, cleaned], ['TOOL_FAILED', 1])
    assert.match(message, says)
  })
}

test('what is too much to be collected can be streamed, and nothing of it piles up', async () => {
  const output = await outputOf(
    `
    const registry = registryOf({ async *execute() { for (let i = 0; i < 200_000; i++) yield '' } })
    let [pieces, before] = [0, 0]
    for await (const _ of registry.stream('echo')) {
      if (++pieces % 100_000 !== 0) continue
      gc()
      const { heapUsed } = process.memoryUsage()
      console.log(heapUsed - before < 8e6 || before === 0)
      before = heapUsed
    }
  `,
    { flags: ['--expose-gc'] },
  )
  assert.equal(output, 'true\ntrue\n')
})

test('a caller gives a stream up by its signal', async () => {
  const controller = new AbortController()
  const registry = registryOf({
    async *execute() {
      yield 1
      controller.abort()
      await never()
    },
  })
  assert.equal(await codeOf(() => all(registry.stream('echo', {}, { signal: controller.signal }))), 'CANCELLED')
})

test('what a generator throws is the cause, after the pieces that came before', async () => {
  const thrown = new Error('no more')
  const registry = registryOf({
    async *execute() {
      yield 'a'
      throw thrown
    },
  })
  const stream = registry.stream('echo')
  assert.equal((await stream.next()).value, 'a')
  const error = await refusal(() => stream.next())
  assert.deepEqual([error.code, error.cause], ['TOOL_FAILED', thrown])
  assert.equal((await refusal(() => registry.execute('echo'))).cause, thrown)
})

for (const [what, next] of [
  [
    'throws',
    () => {
      throw new Error('no next')
    },
  ],
  ['gives nothing', () => undefined],
  ['gives a number', async () => 5],
  ['is no promise', () => ({ done: false, value: 1 })],
]) {
  test(`an iterator whose next ${what}`, async () => {
    const registry = registryOf({ execute: () => ({ [Symbol.asyncIterator]: () => ({ next }) }) })
    const first = registry.stream('echo').next()
    if (what === 'is no promise') assert.deepEqual(await first, { done: false, value: 1 })
    else assert.equal(await codeOf(() => first), 'TOOL_FAILED')
  })
}

test('what is wrong with a call is told before anything runs', async () => {
  let ran = false
  const registry = registryOf({
    parameters: { q: { type: 'integer' } },
    inputSchema: undefined,
    async *execute() {
      ran = true
    },
  })
  assert.equal(await codeOf(() => registry.stream('nobody')), 'UNKNOWN_TOOL')
  assert.equal(await codeOf(() => all(registry.stream('echo', { q: 'x' }))), 'INVALID_PARAMS')
  assert.equal(await codeOf(() => all(registry.stream('echo', { q: 1 }, { oops: 1 }))), 'INVALID_OPTIONS')
  registry.close()
  assert.equal(await codeOf(() => registry.stream('echo')), 'CLOSED')
  assert.equal(ran, false)
})

test('a stream reads the revision that it was made on', async () => {
  const registry = registryOf({
    async *execute() {
      yield 'old'
    },
  })
  const stream = registry.snapshot().stream('echo')
  registry.replace(
    tool({
      async *execute() {
        yield 'new'
      },
    }),
  )
  assert.deepEqual(await all(stream), ['old'])
  assert.deepEqual(await all(registry.stream('echo')), ['new'])
})

test('a stream whose revision is released before it begins is that of its revision all the same', async () => {
  const registry = registryOf({
    parameters: { q: { type: 'integer', default: 7 } },
    inputSchema: undefined,
    async *execute({ q }) {
      yield q
    },
  })
  const [replaced, released] = [registry.stream('echo'), registry.snapshot()]
  const stream = released.stream('echo', { q: 1 })
  released.release()
  registry.replace(
    tool({
      async *execute() {
        yield 'new'
      },
    }),
  )
  registry.execute('echo', {}).catch(() => {})
  assert.deepEqual([await all(replaced), await all(stream)], [[7], [1]])
})

test('a model gets the whole of a stream as its answer', async () => {
  const registry = registryOf({
    async *execute() {
      yield 'a'
      yield 'b'
    },
  })
  const { content } = await registry.respond('anthropic', { type: 'tool_use', id: 't', name: 'echo', input: {} })
  assert.deepEqual(content, 'ab')
})

test('a closure called from Rust hears that nobody waits any more, and its late result is counted', async () => {
  let settle
  const reasons = []
  const registry = registryOf({
    execute: (_, { signal }) => {
      signal.addEventListener('abort', () => reasons.push(signal.reason.code))
      return new Promise((resolve) => {
        settle = resolve
      })
    },
  })
  // Long enough for the closure to be started on a loaded machine.
  const { error } = await callFromRust(registry, { timeoutMs: 300 })
  assert.equal(error.code, 'TIMEOUT')
  for (const end = Date.now() + 5_000; reasons.length === 0 && Date.now() < end;) await new Promise(setImmediate)
  assert.deepEqual(reasons, ['TIMEOUT'])
  settle('too late')
  await new Promise(setImmediate)
  assert.equal(registry.lateResults, 1)
})

test('a result that comes after its call was over is counted and goes to nobody', async () => {
  let settle
  const registry = registryOf({
    execute: () =>
      new Promise((resolve) => {
        settle = resolve
      }),
  })
  assert.equal(await codeOf(() => registry.execute('echo', {}, { timeoutMs: 5 })), 'TIMEOUT')
  assert.equal(registry.lateResults, 0)
  settle('too late')
  await new Promise(setImmediate)
  assert.equal(registry.lateResults, 1)
})

for (const [what, keys, pieces] of [
  ['none at first', [undefined, 'k'], ['now']],
  ['one at first', ['k', undefined], 'INVALID_OPTIONS'],
]) {
  test(`a stream reads the idempotency key once, and a getter has ${what}`, async () => {
    const registry = registryOf({ execute: () => 'now' })
    for (const reading of [registry, registry.snapshot()]) {
      let reads = 0
      const options = {
        get idempotencyKey() {
          return keys[reads++]
        },
      }
      const read = () => all(reading.stream('echo', {}, options))
      if (typeof pieces === 'string') assert.equal(await codeOf(read), pieces)
      else assert.deepEqual(await read(), pieces)
      assert.equal(reads, 1)
    }
  })
}
