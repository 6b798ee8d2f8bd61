// respond hands on the pieces of a streamed result as they arrive, and answers with the collected result all the same.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { codeOf } from './support/tools.mjs'
import { TARGET_NAMES } from './support/targets.mjs'

const write = (name, execute) => ({ name, description: name, parameters: {}, execute })

const registry = new ToolRegistry()
registry.register(
  write('words', async function* () {
    yield 'a'
    yield 'b'
  }),
)
registry.register(
  write('progress', async function* () {
    yield { done: 1 }
    yield { done: 2 }
    return 'over'
  }),
)
registry.register(write('later', async () => new Blob(['xy']).stream()))
registry.register(write('plain', () => 'whole'))
registry.register({ ...write('limited', words), callLimits: { concurrency: 1 } })
async function* words() {
  yield 'a'
  yield 'b'
}

/** The pieces of a call, and its answer. */
async function piecesOf(source, name, options = {}) {
  const pieces = []
  const answer = await source.respond(
    'plain',
    { id: 'x', name },
    { ...options, onPiece: (...piece) => pieces.push(piece) },
  )
  return { pieces, answer }
}

/** A tool, its pieces, and its answer. */
const TOOLS = [
  ['words', ['a', 'b'], 'ab'],
  ['progress', [{ done: 1 }, { done: 2 }], 'over'],
  ['later', [new Uint8Array([120, 121])], null],
  ['plain', [], 'whole'],
  ['limited', ['a', 'b'], 'ab'],
]

for (const [name, expected, value] of TOOLS) {
  test(`the pieces of ${name} arrive, in order`, async () => {
    for (const source of [registry, registry.snapshot(), registry.snapshot({ filter: { names: [name] } })]) {
      const { pieces, answer } = await piecesOf(source, name)
      assert.deepEqual(
        pieces.map(([piece]) => piece),
        expected,
      )
      for (const [, call] of pieces) assert.deepEqual(call, { toolName: name, id: 'x', index: 0 })
      assert.equal(answer.ok && (answer.value ?? null), value)
    }
  })
}

test('observed calls, and calls of an audited registry, have pieces', async (t) => {
  t.after(registry.on('call', () => {}))
  assert.equal((await piecesOf(registry, 'words')).pieces.length, 2)
})

test('a piece arrives before the next one is asked for', async () => {
  const order = []
  const own = new ToolRegistry()
  own.register(
    write('steps', async function* () {
      order.push('makes 1')
      yield 1
      order.push('makes 2')
      yield 2
    }),
  )
  await own.respond('plain', { name: 'steps' }, { onPiece: (piece) => order.push(`has ${piece}`) })
  assert.deepEqual(order, ['makes 1', 'has 1', 'makes 2', 'has 2'])
})

test('each piece of several calls says of which call it is', async () => {
  const pieces = []
  const calls = [{ id: 'first', name: 'words' }, { name: 'plain' }, { name: 'words' }]
  const answers = await registry.respond('plain', calls, {
    onPiece: (piece, { id, index }) => pieces.push(`${index} ${id} ${piece}`),
  })
  assert.deepEqual(pieces.sort(), ['0 first a', '0 first b', '2 undefined a', '2 undefined b'])
  assert.deepEqual(
    answers.map(({ value }) => value),
    ['ab', 'whole', 'ab'],
  )
})

test('every target has pieces', async () => {
  const call = {
    call_id: 'c',
    id: 'c',
    toolCallId: 'c',
    name: 'words',
    toolName: 'words',
    arguments: '{}',
    input: {},
    function: { name: 'words', arguments: '{}' },
  }
  for (const target of TARGET_NAMES) {
    const pieces = []
    const sent = target === 'bedrock' ? { toolUseId: 'c', name: 'words', input: {} } : call
    const own = target.startsWith('gemini') ? { id: 'c', name: 'words', args: {} } : sent
    await registry.respond(target, target === 'mcp' ? { name: 'words' } : own, {
      onPiece: (piece) => pieces.push(piece),
    })
    assert.deepEqual(pieces, ['a', 'b'], target)
  }
})

/** Listeners that do what they should not. */
const HOSTILE = {
  throws() {
    throw new Error('no')
  },
  'rejects later': async () => Promise.reject(new Error('no')),
  'throws nothing': () => {
    throw undefined
  },
  'returns a thenable that throws': () => ({
    get then() {
      throw new Error('no')
    },
  }),
}
for (const [what, onPiece] of Object.entries(HOSTILE)) {
  test(`a listener that ${what} changes nothing of the call`, async () => {
    assert.deepEqual(await registry.respond('plain', { name: 'words' }, { onPiece }), { ok: true, value: 'ab' })
  })
}

test('what is no function is refused', async () => {
  for (const onPiece of [1, 'f', {}, null])
    assert.equal(await codeOf(() => registry.respond('plain', { name: 'words' }, { onPiece })), 'INVALID_OPTIONS')
  for (const method of ['execute', 'call'])
    assert.equal(await codeOf(() => registry[method]('words', {}, { onPiece: () => {} })), 'INVALID_OPTIONS')
})

test('a call that is over has no more pieces', async () => {
  const own = new ToolRegistry()
  const controller = new AbortController()
  const seen = []
  own.register(
    write('endless', async function* () {
      for (let n = 0; ; n++) yield n
    }),
  )
  const onPiece = (piece) => {
    seen.push(piece)
    if (piece === 3) controller.abort()
  }
  const { error } = await own.respond('plain', { name: 'endless' }, { onPiece, signal: controller.signal })
  assert.equal(error.code, 'CANCELLED')
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(seen, [0, 1, 2, 3])
})

test('an idempotent call that is repeated has no pieces', async () => {
  const options = { idempotencyKey: 'k', context: { userId: 'ann' } }
  assert.equal((await piecesOf(registry, 'words', options)).pieces.length, 2)
  const { pieces, answer } = await piecesOf(registry, 'words', options)
  assert.deepEqual([pieces, answer.value], [[], 'ab'])
})
