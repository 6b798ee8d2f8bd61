// The target `plain`: no provider's words.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registryOf } from './support/tools.mjs'

const registry = registryOf(
  {
    name: 'add',
    inputSchema: {
      type: 'object',
      properties: { a: { type: 'number' } },
      required: ['a'],
      additionalProperties: false,
    },
    execute: ({ a }) => ({ sum: a + 1 }),
  },
  { name: 'nothing', execute: () => undefined },
  {
    name: 'fails',
    execute: () => {
      throw new Error('no wires')
    },
  },
  {
    name: 'draws',
    execute: () => ({ note: 'see', image: { mediaType: 'image/png', name: 'a.png', data: new Uint8Array([1, 2, 3]) } }),
  },
)

test('definitions are name, description and schema', () => {
  const { inputSchema, ...rest } = registry.definitions('plain', { names: 'add' })[0]
  assert.deepEqual(rest, { name: 'add', description: 'Says what it was told' })
  assert.deepEqual(inputSchema.required, ['a'])
})

for (const call of [
  { name: 'add', arguments: { a: 1 } },
  { name: 'add', arguments: '{"a":1}' },
  { id: 'x', name: 'add', args: { a: 1 }, type: 'tool_call' },
  { name: 'add', input: { a: 1 } },
]) {
  test(`a call is read as ${JSON.stringify(call)}`, async () => {
    assert.deepEqual(await registry.respond('plain', call), { ok: true, value: { sum: 2 } })
  })
}

test('a tool that answers nothing has the value null', async () => {
  assert.deepEqual(await registry.respond('plain', { name: 'nothing' }), { ok: true, value: null })
})

test('files stand beside the value', async () => {
  assert.deepEqual(await registry.respond('plain', { name: 'draws' }), {
    ok: true,
    value: { note: 'see', image: '[file 1]' },
    files: [{ mediaType: 'image/png', name: 'a.png', data: 'AQID' }],
  })
})

test('a failure has code, message, what to do next and every problem', async () => {
  const { ok, error } = await registry.respond('plain', { name: 'add', arguments: { b: 1 } })
  assert.equal(ok, false)
  assert.equal(error.code, 'INVALID_PARAMS')
  assert.deepEqual(error.problems.map(({ pointer }) => pointer).sort(), ['', '/a'])
  assert.match(error.next, /^Correct the arguments/)
  const failed = await registry.respond('plain', { name: 'fails' })
  assert.deepEqual(
    [failed.ok, failed.error.code, failed.error.message],
    [false, 'TOOL_FAILED', 'tool "fails" failed: no wires'],
  )
  assert.equal((await registry.respond('plain', { name: 'ad' })).error.code, 'UNKNOWN_TOOL')
  await assert.rejects(registry.respond('plain', { arguments: {} }), { code: 'INVALID_OPTIONS' })
})
