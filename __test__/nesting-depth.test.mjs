// Values that are nested deeper than the core reads (127 levels): a clear refusal at every door, never a fault of
// toolrack.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callFromRust, refusal, registryOf } from './support/tools.mjs'

/** A map in a map in a map. */
const nested = (levels) => {
  let value = {}
  for (let i = 0; i < levels; i++) value = { a: value }
  return value
}

test('what is nested a hundred levels deep goes through every door', async () => {
  const deep = nested(100)
  const registry = registryOf({})
  assert.deepEqual(await registry.execute('echo', deep), deep)
  assert.equal(
    (await registry.respond('anthropic', { id: '1', name: 'echo', input: deep })).content,
    JSON.stringify(deep),
  )
  assert.deepEqual((await callFromRust(registry, { params: deep })).value, deep)
})

test('arguments that are nested too deep are refused with INVALID_PARAMS', async () => {
  assert.equal((await refusal(() => registryOf({}).execute('echo', nested(200)))).code, 'INVALID_PARAMS')
})

test('a model whose arguments are nested too deep is answered so, and its caller hears no fault', async () => {
  const registry = registryOf({})
  for (const [target, call] of [
    ['anthropic', { id: '1', name: 'echo', input: nested(200) }],
    ['gemini', { name: 'echo', args: nested(200) }],
  ]) {
    assert.match(JSON.stringify(await registry.respond(target, call)), /INVALID_PARAMS/)
  }
})

test('a model of OpenAI, whose arguments are a text, is answered so', async () => {
  const { output } = await registryOf({}).respond('openai', {
    call_id: '1',
    name: 'echo',
    arguments: JSON.stringify(nested(200)),
  })
  assert.equal(JSON.parse(output).error.code, 'INVALID_PARAMS')
})

test('a result that is nested too deep is a failure of its tool, for a model', async () => {
  const registry = registryOf({ execute: () => nested(200) })
  const { is_error, content } = await registry.respond('anthropic', { id: '1', name: 'echo', input: {} })
  assert.deepEqual([is_error, JSON.parse(content).error.code], [true, 'TOOL_FAILED'])
})

test('a definition that is nested too deep is refused with INVALID_DEFINITION', async () => {
  let schema = { type: 'object' }
  for (let i = 0; i < 100; i++) schema = { type: 'object', properties: { a: schema } }
  assert.equal((await refusal(() => registryOf({ inputSchema: schema }))).code, 'INVALID_DEFINITION')
})
