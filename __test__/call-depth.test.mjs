// Tools that call themselves and each other: how many calls may stand in one another, and what ends those that would
// not end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { refusal, tool } from './support/tools.mjs'

/**
 * A registry whose tool calls itself by `again` until that is refused; how deep it came, and what it was told at the
 * end.
 */
function selfish(again, { over, options } = {}) {
  const registry = new ToolRegistry(options)
  const seen = { deepest: 0, error: undefined }
  let depth = 0
  registry.register(
    tool({
      execute: () => {
        seen.deepest = Math.max(seen.deepest, ++depth)
        try {
          return Promise.resolve(again(registry)).catch((error) => {
            seen.error ??= error
            throw error
          })
        } finally {
          depth--
        }
      },
      ...over,
    }),
  )
  return { registry, seen }
}

const DOORS = [
  ['execute', (registry) => registry.execute('echo')],
  ['execute under a key', (registry) => registry.execute('echo', {}, { idempotencyKey: String(Math.random()) })],
  ['call', (registry) => registry.call('echo')],
  ['a snapshot', (registry) => registry.snapshot().execute('echo')],
]
for (const [what, again] of DOORS) {
  test(`a tool that calls itself synchronously through ${what} is refused at depth 64`, async () => {
    const { registry, seen } = selfish(again)
    const failed = await refusal(() => again(registry))
    assert.equal(failed.code, 'TOOL_FAILED', 'the outermost call failed as its tool did')
    assert.deepEqual(
      [seen.deepest, seen.error.code, seen.error.details],
      [64, 'LIMIT_EXCEEDED', { what: 'call depth', limit: 64, tool: 'echo' }],
    )
    assert.match(seen.error.message, /"echo".*callLimits\.depth/)
    assert.equal(
      (await refusal(() => again(registry))).code,
      'TOOL_FAILED',
      'and the next call has the whole depth again',
    )
    assert.equal(seen.deepest, 64)
  })
}

test('a tool that calls itself through respond is refused at depth 64, and the model reads it', async () => {
  const call = { type: 'tool_use', id: '1', name: 'echo', input: {} }
  const answers = []
  const { registry, seen } = selfish(async (registry) => {
    answers.push(await registry.respond('anthropic', call))
  })
  assert.equal((await registry.respond('anthropic', call)).is_error, undefined)
  assert.deepEqual([seen.deepest, answers.length, answers[0].is_error], [64, 64, true])
  assert.match(answers[0].content, /LIMIT_EXCEEDED.*call depth/)
})

test('a generator that calls its tool again is refused at a depth of 64', async () => {
  const registry = new ToolRegistry()
  let last
  registry.register(
    tool({
      async *execute() {
        yield await registry.execute('echo').catch((error) => {
          last ??= error
          throw error
        })
      },
    }),
  )
  assert.equal((await refusal(() => registry.execute('echo'))).code, 'TOOL_FAILED')
  assert.deepEqual([last.code, last.details.limit], ['LIMIT_EXCEEDED', 64])
})

test('two registries whose tools call each other share one stack', async () => {
  const registries = [new ToolRegistry(), new ToolRegistry()]
  let calls = 0
  let last
  for (const [i, registry] of registries.entries()) {
    registry.register(
      tool({
        execute: () => {
          calls++
          return registries[1 - i].execute('echo').catch((error) => {
            last ??= error
            throw error
          })
        },
      }),
    )
  }
  assert.equal((await refusal(() => registries[0].execute('echo'))).code, 'TOOL_FAILED')
  assert.deepEqual([calls, last.code], [64, 'LIMIT_EXCEEDED'])
})

test('the nearest word about depth counts: the tool, then the registry', async () => {
  const again = (registry) => registry.execute('echo')
  for (const [deepest, options, over] of [
    [3, { callLimits: { depth: 3 } }, {}],
    [5, { callLimits: { depth: 3 } }, { callLimits: { depth: 5 } }],
    [1, undefined, { callLimits: { depth: 1 } }],
    [200, { callLimits: { depth: 200 } }, {}],
  ]) {
    const { registry, seen } = selfish(again, { options, over })
    await refusal(() => again(registry))
    assert.equal(seen.deepest, deepest)
  }
  for (const depth of [0, 1_001, 1.5, '8']) {
    assert.deepEqual(
      (await refusal(() => new ToolRegistry({ callLimits: { depth } }))).details.problems[0].pointer,
      '/depth',
    )
  }
})

test('a call that is over does not count, whether it threw, rejected or is still under way', async () => {
  const registry = new ToolRegistry({ callLimits: { depth: 2 } })
  registry.register(
    tool({
      execute: () => {
        throw new Error('no')
      },
    }),
  )
  registry.register(tool({ name: 'hangs', execute: () => new Promise(() => {}) }))
  for (let i = 0; i < 10; i++) {
    assert.equal((await refusal(() => registry.execute('echo'))).code, 'TOOL_FAILED')
    registry.execute('hangs').catch(() => {})
  }
  registry.register(tool({ name: 'outer', execute: () => registry.execute('echo') }))
  assert.equal((await refusal(() => registry.execute('outer'))).details.cause?.code ?? 'TOOL_FAILED', 'TOOL_FAILED')
})
