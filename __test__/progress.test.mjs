// Progress of calls: what a closure reports reaches readers of streams and listeners to pieces, and nobody else.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequire } from 'node:module'
import { CallProgress, ToolRegistry } from 'toolrack'
import { ScriptedServer, openScene, text, tool } from './support/scripted-upstream.mjs'
import { codeOf } from './support/tools.mjs'

const { NewestPiece } = createRequire(import.meta.url)('../lib/adapters/newest-piece.js')
const write = (name, execute) => ({ name, description: name, execute })

/** Lets what is waiting for the event loop go on. */
const turn = () => new Promise(setImmediate)

/** A registry with one tool. */
function registryWith(execute) {
  const registry = new ToolRegistry()
  registry.register(write('work', execute))
  return registry
}

/** What a reader of a stream gets: pieces as they are, and progress as its members. */
async function read(source, name = 'work') {
  const read = []
  for await (const piece of source.stream(name)) read.push(piece instanceof CallProgress ? { ...piece } : piece)
  return read
}

const REPORTS = {
  'of a call that is over with its result': [
    async (_, { progress }) => {
      progress(1, 2, 'half')
      await turn()
      progress(2, 2)
      return 'whole'
    },
    [{ done: 1, total: 2, message: 'half' }, { done: 2, total: 2 }, 'whole'],
  ],
  'between the pieces of a generator': [
    async function* (_, context) {
      context.progress(1)
      yield 'a'
      context.progress(2)
      await turn()
      yield 'b'
      context.progress(3)
    },
    [{ done: 1 }, 'a', { done: 2 }, 'b', { done: 3 }],
  ],
  'that does not grow is left out': [
    async (_, { progress }) => {
      for (const done of [1, 1, 0.5, 2]) {
        progress(done)
        await turn()
      }
      return 'whole'
    },
    [{ done: 1 }, { done: 2 }, 'whole'],
  ],
  'that nobody has read yet is replaced by the newest': [
    (_, { progress }) => {
      for (let done = 0; done <= 100_000; done++) progress(done, 100_000)
      return 'whole'
    },
    [{ done: 100_000, total: 100_000 }, 'whole'],
  ],
}

for (const [name, [execute, expected]] of Object.entries(REPORTS))
  test(`progress ${name}`, async () => {
    const registry = registryWith(execute)
    for (const source of [registry, registry.snapshot(), registry.snapshot({ filter: { names: ['work'] } })])
      assert.deepEqual(await read(source), expected)
  })

test('progress of a call that fails is read before the error', async () => {
  const stream = registryWith(async (_, { progress }) => {
    progress(1)
    throw new Error('broken')
  }).stream('work')
  assert.deepEqual({ ...(await stream.next()).value }, { done: 1 })
  await assert.rejects(stream.next(), { code: 'TOOL_FAILED' })
  assert.deepEqual(await stream.next(), { done: true, value: undefined })
})

test('a reader that leaves at a report cancels the call, and gets nothing more', async () => {
  let report, aborted
  const stream = registryWith((_, { progress, signal }) => {
    report = progress
    progress(1)
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve((aborted = true))))
  }).stream('work')
  for await (const piece of stream) {
    assert.ok(piece instanceof CallProgress)
    break
  }
  assert.equal(aborted, true)
  report(2)
  assert.deepEqual(await stream.next(), { done: true, value: undefined })
})

test('reads that wait together get progress and pieces in order', async () => {
  const stream = registryWith(async (_, { progress }) => {
    await turn()
    progress(1)
    await turn()
    return 'whole'
  }).stream('work')
  const [first, second, third] = await Promise.all([stream.next(), stream.next(), stream.next()])
  assert.deepEqual([{ ...first.value }, second.value, third.done], [{ done: 1 }, 'whole', true])
})

test('execute, call and respond ignore progress', async () => {
  const registry = registryWith((_, context) => {
    context.progress(1, 2)
    return 'whole'
  })
  assert.equal(await registry.execute('work'), 'whole')
  assert.equal((await registry.call('work')).value, 'whole')
  assert.deepEqual(await registry.respond('plain', { name: 'work' }), { ok: true, value: 'whole' })
})

test('onPiece gets progress while the call lasts, and not after it', async () => {
  let report
  const registry = registryWith(async (_, { progress }) => {
    report = progress
    progress(1)
    await turn()
    progress(2)
    return 'whole'
  })
  const pieces = []
  const onPiece = (piece, { toolName }) => pieces.push([piece instanceof CallProgress, piece.done, toolName])
  const answer = await registry.respond('plain', { name: 'work' }, { onPiece })
  report(3)
  assert.deepEqual(answer, { ok: true, value: 'whole' })
  assert.deepEqual(pieces, [
    [true, 1, 'work'],
    [true, 2, 'work'],
  ])
})

test('a listener that throws at progress changes nothing', async () => {
  const registry = registryWith((_, { progress }) => {
    progress(1)
    return 'whole'
  })
  const onPiece = () => {
    throw new Error('of the listener')
  }
  assert.deepEqual(await registry.respond('plain', { name: 'work' }, { onPiece }), { ok: true, value: 'whole' })
})

const WRONG = {
  'no number': ['1'],
  nothing: [],
  'below zero': [-1],
  'not a number': [NaN],
  'without end': [Infinity],
  'a bigint': [1n],
  'a total that is a text': [1, '2'],
  'a total that is null': [1, null],
  'a total without end': [1, Infinity],
  'a message that is an object': [1, 2, { toString: () => 'x' }],
}

for (const [name, report] of Object.entries(WRONG))
  test(`a report of ${name} throws INVALID_OPTIONS in the closure, with or without a listener`, async () => {
    const registry = registryWith((_, { progress }) => codeOf(() => progress(...report)))
    assert.equal(await registry.execute('work'), 'INVALID_OPTIONS')
    assert.deepEqual(await read(registry), ['INVALID_OPTIONS'])
  })

test('progress is frozen, is JSON, and has a message of 1,000 characters at most', async () => {
  const registry = registryWith((_, { progress }) => progress(0, undefined, 'x'.repeat(5_000)))
  const { value } = await registry.stream('work').next()
  assert.ok(Object.isFrozen(value))
  assert.deepEqual(JSON.parse(JSON.stringify(value)), { done: 0, message: `${'x'.repeat(1_000)}…` })
})

test('what is no progress is no instance of its class', () => {
  const strange = new Proxy({}, { get: () => assert.fail('strange') })
  for (const value of [{ done: 1 }, null, undefined, 'x', strange]) assert.equal(value instanceof CallProgress, false)
})

test('a framework that shows the newest piece shows progress until there is a piece', async () => {
  const registry = registryWith(async function* (_, { progress }) {
    progress(1, 2)
    yield 'a'
    progress(2, 2)
    yield 'b'
  })
  const pieces = new NewestPiece((value) => value)
  const shown = []
  const onPiece = (piece) => {
    pieces.add(piece)
    shown.push(...pieces.take())
  }
  await registry.respond('plain', { name: 'work' }, { onPiece })
  assert.deepEqual(shown, [{ done: 1, total: 2 }, 'a', 'ab'])
})

test('progress of a tool of another MCP server is that of the call', async () => {
  const { registry, loader } = openScene()
  const server = new ScriptedServer([tool('work')])
  server.onCall = async (_name, _args, { onProgress }) => {
    onProgress({ progress: 1, total: 2, message: 'half' })
    await turn()
    return text('over')
  }
  await loader.load('s', server)
  assert.deepEqual(await read(registry), [{ done: 1, total: 2, message: 'half' }, 'over'])
  await loader.close()
})
