// Output schemas: the core judges what a tool returns before anybody gets it.
import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { ToolRegistry } from 'toolrack'
import { createTestRegistry } from 'toolrack/test'
import { callFromRust, codeOf, refusal, registryOf, tool } from './support/tools.mjs'

const CUSTOMER = { type: 'object', properties: { id: { type: 'string' }, n: { type: 'integer' } }, required: ['id'] }
const returning = (value, over) => registryOf({ outputSchema: CUSTOMER, execute: () => value, ...over })
const pointers = ({ details }) => details.problems.map(({ pointer }) => pointer).toSorted()
const call = { params: { name: 'echo', arguments: {} } }

test('a result that fits is the same object, from every kind of closure', async () => {
  const result = { id: 'C1', at: new Date(0), extra: undefined }
  for (const execute of [() => result, async () => result, () => ({ then: (take) => take(result) })]) {
    const registry = returning(undefined, { execute })
    assert.equal(await registry.execute('echo'), result)
    assert.equal((await registry.call('echo')).value, result)
  }
  const limited = returning(result, { callLimits: { concurrency: 1 } })
  assert.equal(await limited.execute('echo'), result)
})

test('a result that does not fit is OUTPUT_INVALID with every problem, from every door', async () => {
  const registry = returning({ n: 'x' })
  for (const door of [
    () => registry.execute('echo'),
    () => registry.call('echo'),
    () => registry.snapshot().execute('echo'),
    () => registry.stream('echo').next(),
    () => registry.execute('echo', {}, { idempotencyKey: 'k' }),
  ]) {
    const error = await refusal(door)
    assert.equal(error.code, 'OUTPUT_INVALID')
    assert.deepEqual(pointers(error), ['/id', '/n'])
    assert.equal(error.details.tool, 'echo')
    assert.match(error.message, /^result of "echo" does not match its outputSchema: .*\/id is required.*; correct what/)
  }
})

/** Results that JSON would lose, and where. */
const LOST = {
  undefined: [undefined, ''],
  'a function': [() => 1, ''],
  'a symbol': [Symbol('x'), ''],
  NaN: [NaN, ''],
  'NaN, deep': [{ id: 'a', b: { c: [1, NaN] } }, '/b/c/1'],
  'undefined in a list': [[undefined], '/0'],
  'a Map': [new Map([['id', 'a']]), ''],
  'a Set below': [{ id: 'a', set: new Set([1]) }, '/set'],
  'a bigint': [{ id: 5n }, '/id'],
  'an invalid date': [new Date(NaN), ''],
  'an instance with private fields': [new EventEmitter().once, ''],
}

for (const [what, [value, pointer]] of Object.entries(LOST)) {
  test(`a result that JSON would lose is OUTPUT_INVALID: ${what}`, async () => {
    const registry = returning(value, { outputSchema: {} })
    assert.deepEqual(pointers(await refusal(() => registry.execute('echo'))), [pointer])
    const answer = await registry.respond('mcp', call)
    assert.deepEqual([answer.isError, Object.hasOwn(answer, 'structuredContent')], [true, false])
  })
}

test('hostile results end their call and no more', async () => {
  const circle = { id: 'a' }
  circle.self = circle
  const revoked = Proxy.revocable({}, {})
  revoked.revoke()
  const deep = JSON.parse(`${'['.repeat(400)}${']'.repeat(400)}`)
  const throwing = {
    id: 'a',
    get n() {
      throw new Error('no')
    },
  }
  const odd = {
    id: 'a',
    toJSON() {
      throw null
    },
  }
  for (const value of [circle, revoked.proxy, deep, throwing, odd]) {
    const registry = returning(undefined, { execute: () => value, outputSchema: {} })
    assert.match(await codeOf(() => registry.execute('echo')), /^(OUTPUT_INVALID|TOOL_FAILED)$/)
    assert.equal((await registry.respond('mcp', call)).isError, true)
  }
  const many = returning(Array(1_000_001).fill(0), { outputSchema: {} })
  assert.equal(await codeOf(() => many.execute('echo')), 'LIMIT_EXCEEDED')
  const proto = returning(JSON.parse('{"id":"a","__proto__":{"n":"x"}}'))
  assert.deepEqual((await proto.respond('mcp', call)).structuredContent, JSON.parse('{"id":"a","__proto__":{"n":"x"}}'))
  const foreign = runInNewContext('({ id: "a", list: [1, new Date(0)] })')
  assert.equal(await returning(foreign).execute('echo'), foreign)
  const closed = { type: 'object', properties: { id: {} }, additionalProperties: false }
  const problems = pointers(
    await refusal(() => returning({ constructor: 1 }, { outputSchema: closed }).execute('echo')),
  )
  assert.deepEqual(problems, [''])
})

test('a getter that answers differently later gives the model what was validated', async () => {
  let reads = 0
  const lying = {
    get id() {
      return reads++ === 0 ? 'C1' : 5
    },
  }
  const answer = await returning(lying).respond('mcp', call)
  assert.deepEqual(answer.structuredContent, { id: 'C1' })
  assert.equal(answer.content[0].text, '{"id":"C1"}')
})

test('the collected result of a stream is validated, its pieces are not', async () => {
  const registry = registryOf(
    { name: 'text', outputSchema: { type: 'string', maxLength: 2 }, execute: () => pieces(['a', 'b']) },
    { name: 'long', outputSchema: { type: 'string', maxLength: 2 }, execute: () => pieces(['a', 'b', 'c']) },
    { name: 'ends', outputSchema: CUSTOMER, execute: () => pieces([{ done: 0.5 }], { id: 'C1' }) },
    { name: 'fails', outputSchema: CUSTOMER, execute: () => pieces([{ done: 0.5 }], { id: 1 }) },
  )
  assert.equal(await registry.execute('text'), 'ab')
  assert.equal(await codeOf(() => registry.execute('long')), 'OUTPUT_INVALID')
  assert.deepEqual(await registry.execute('ends'), { id: 'C1' })
  assert.equal(await codeOf(() => registry.execute('fails')), 'OUTPUT_INVALID')
  const read = []
  for await (const piece of registry.stream('long')) read.push(piece)
  assert.deepEqual(read, ['a', 'b', 'c'])
  const ends = registry.stream('ends')
  assert.deepEqual(
    [await ends.next(), await ends.next()].map(({ value }) => value),
    [{ done: 0.5 }, { id: 'C1' }],
  )
  const fails = registry.stream('fails')
  await fails.next()
  assert.equal(await codeOf(() => fails.next()), 'OUTPUT_INVALID')
})

async function* pieces(all, result) {
  yield* all
  return result
}

test('an idempotency key keeps the outcome, valid or not', async () => {
  let calls = 0
  const registry = registryOf({ outputSchema: CUSTOMER, execute: ({ id }) => ({ id, n: ++calls }) })
  const keyed = (id) => registry.execute('echo', { id }, { idempotencyKey: `key ${id}` })
  assert.deepEqual(
    [await keyed('a'), await keyed('a')],
    [
      { id: 'a', n: 1 },
      { id: 'a', n: 1 },
    ],
  )
  const errors = [await refusal(() => keyed(5)), await refusal(() => keyed(5))]
  for (const error of errors) assert.deepEqual([error.code, pointers(error)], ['OUTPUT_INVALID', ['/id']])
  assert.equal(calls, 2)
})

test('a call of a closure from a Rust thread is judged too', async () => {
  const valid = await callFromRust(returning({ id: 'C1' }))
  assert.deepEqual([valid.succeeded, valid.value], [1, { id: 'C1' }])
  for (const value of [{}, undefined, new Map()])
    assert.equal((await callFromRust(returning(value))).error.code, 'OUTPUT_INVALID')
})

test('audit log, events, telemetry and recorded calls have the outcome', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'toolrack-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const audit = join(folder, 'audit.log')
  const registry = new ToolRegistry({ audit: { path: audit, calls: true } })
  registry.register(tool({ outputSchema: CUSTOMER, execute: () => ({}) }))
  const outcomes = []
  registry.on('call', ({ outcome }) => outcomes.push(outcome))
  await refusal(() => registry.execute('echo'))
  await registry.respond('anthropic', { type: 'tool_use', id: '1', name: 'echo', input: {} })
  registry.close()
  assert.deepEqual(outcomes, ['OUTPUT_INVALID', 'OUTPUT_INVALID'])
  assert.equal(readFileSync(audit, 'utf8').match(/"outcome":"OUTPUT_INVALID"/g).length, 2)
  const recorded = createTestRegistry()
  recorded.register(tool({ outputSchema: CUSTOMER, execute: () => ({ id: 'C1' }) }))
  await recorded.respond('mcp', call)
  const [{ outcome, value }] = recorded.calls()
  assert.deepEqual([outcome, value], ['ok', { id: 'C1' }])
})

test('a model reads what to do about an invalid result', async () => {
  const answer = await returning({}).respond('plain', { name: 'echo', arguments: {} })
  assert.equal(answer.error.code, 'OUTPUT_INVALID')
  assert.match(answer.error.next, /^The tool did run, and is at fault/)
  assert.deepEqual(
    answer.error.problems.map(({ pointer }) => pointer),
    ['/id'],
  )
})

test('update and replace change the schema of later calls', async () => {
  const registry = registryOf()
  const handle = registry.register(tool({ outputSchema: CUSTOMER, execute: () => 5 }))
  const { schemaHash } = registry.get('echo')
  assert.deepEqual(registry.get('echo').outputSchema, CUSTOMER)
  assert.equal(await codeOf(() => handle.execute()), 'OUTPUT_INVALID')
  handle.update(tool({ outputSchema: { type: 'number' }, execute: () => 5 }))
  assert.notEqual(registry.get('echo').schemaHash, schemaHash)
  assert.equal(await handle.execute(), 5)
  registry.replace(tool({ execute: () => 'anything' }))
  assert.equal(Object.hasOwn(registry.get('echo'), 'outputSchema'), false)
  assert.equal(await registry.execute('echo'), 'anything')
})

test('a call keeps the schema of its revision', async () => {
  let finish
  const registry = registryOf()
  const handle = registry.register(
    tool({ outputSchema: CUSTOMER, execute: () => new Promise((end) => (finish = end)) }),
  )
  const running = handle.execute()
  handle.update(tool({ outputSchema: { type: 'number' }, execute: () => 5 }))
  for (let i = 0; i < 3; i++) await handle.execute()
  finish({ id: 'C1' })
  assert.deepEqual(await running, { id: 'C1' })
})
