// toolrack/test: the calls of a test registry, with their arguments, their callers and what came of them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolError } from 'toolrack'
import { callOf, createTestRegistry } from 'toolrack/test'
import { document } from './support/documents.mjs'
import { never, refusal, tool } from './support/tools.mjs'
import { TARGET_NAMES } from './support/targets.mjs'

function registryOf(...tools) {
  const registry = createTestRegistry()
  for (const one of tools) registry.register(tool(one))
  return registry
}

test('a call is recorded with what its tool got and gave', async () => {
  const registry = registryOf({
    inputSchema: { type: 'object', properties: { a: { type: 'integer' }, b: { default: 'x' } } },
    execute: (params) => Object.assign(params, { sum: 1 }),
  })
  const context = { userId: 'ann', auditingId: 7, metadata: { tenant: 't' } }
  const { callId } = await registry.call('echo', { a: 5 }, { context })
  const [call, ...others] = registry.calls()
  assert.deepEqual(others, [])
  const params = { a: 5, b: 'x' }
  assert.deepEqual(call, { callId, toolName: 'echo', params, context, outcome: 'ok', value: { ...params, sum: 1 } })
})

test('identity among the arguments is the context of the call', async () => {
  const registry = registryOf({})
  await registry.execute('echo', { a: 1, userId: 'ann', auditingId: 3 })
  const [{ params, context }] = registry.calls()
  assert.deepEqual([params, context], [{ a: 1 }, { userId: 'ann', auditingId: 3 }])
})

for (const target of TARGET_NAMES)
  test(`a model's call by ${target} is recorded with its target`, async () => {
    const registry = registryOf({})
    await registry.respond(target, callOf(target, 'echo', { a: [1] }), { context: { userId: 5 } })
    const [call] = registry.calls()
    assert.deepEqual(call, {
      callId: call.callId,
      toolName: 'echo',
      params: { a: [1] },
      context: { userId: 5 },
      target,
      outcome: 'ok',
      value: { a: [1] },
    })
  })

test('refused and failed calls have their error', async () => {
  const registry = registryOf(
    { inputSchema: { type: 'object', required: ['a'] } },
    { name: 'fails', execute: () => Promise.reject(new ToolError('not today')) },
    { name: 'guarded', requiresAuth: true },
  )
  await refusal(() => registry.execute('echo', { b: 1 }))
  await refusal(() => registry.execute('fails'))
  await refusal(() => registry.execute('guarded'))
  await refusal(() => registry.execute('nobody', { c: 1 }))
  const calls = registry.calls()
  assert.deepEqual(
    calls.map(({ toolName, outcome }) => [toolName, outcome]),
    [
      ['echo', 'INVALID_PARAMS'],
      ['fails', 'TOOL_FAILED'],
      ['guarded', 'MISSING_CONTEXT'],
      ['nobody', 'UNKNOWN_TOOL'],
    ],
  )
  assert.deepEqual(calls[0].params, { b: 1 })
  assert.equal(calls[1].error.details.message, 'not today')
  assert.equal('value' in calls[1], false)
})

test('a call of a model that has no tool, or arguments that cannot be read, is recorded too', async () => {
  const registry = registryOf({})
  const turn = registry.snapshot()
  await turn.respond('anthropic', callOf('anthropic', 'nobody', { b: 1 }))
  await turn.respond('openai', { ...callOf('openai', 'echo'), arguments: '{"a":' })
  assert.deepEqual(
    registry
      .calls()
      .map(({ toolName, target, params, outcome, error }) => [toolName, target, params, outcome, error.code]),
    [
      ['nobody', 'anthropic', {}, 'UNKNOWN_TOOL', 'UNKNOWN_TOOL'],
      ['echo', 'openai', {}, 'INVALID_PARAMS', 'INVALID_PARAMS'],
    ],
  )
})

test('calls stand in the order of their start, and those that run are pending', async () => {
  const ends = []
  const registry = registryOf({ execute: () => new Promise((resolve) => ends.push(resolve)) }, { name: 'other' })
  const first = registry.execute('echo', { n: 1 })
  await registry.execute('other', { n: 2 })
  assert.deepEqual(
    registry.calls().map(({ params, outcome }) => [params.n, outcome]),
    [
      [1, 'pending'],
      [2, 'ok'],
    ],
  )
  assert.deepEqual(
    registry.calls('other').map(({ params }) => params.n),
    [2],
  )
  ends[0]('done')
  await first
  assert.equal(registry.calls('echo')[0].value, 'done')
  registry.calls().pop()
  assert.equal(registry.calls().length, 2, 'the list is the own one of who asks')
  registry.clearCalls()
  assert.deepEqual(registry.calls(), [])
})

test('calls under limits, idempotency keys and asynchronous schemas are recorded with what the tool got', async () => {
  const schema = {
    '~standard': {
      version: 1,
      vendor: 'own',
      validate: async (value) => ({ value: { ...value, added: true } }),
      jsonSchema: { input: () => ({ type: 'object' }), output: () => ({ type: 'object' }) },
    },
  }
  const registry = registryOf(
    { name: 'limited', callLimits: { concurrency: 1 } },
    { name: 'guarded', inputSchema: schema },
  )
  await registry.execute('limited', { a: 1 })
  await registry.execute('limited', { a: 2 }, { idempotencyKey: 'k' })
  await registry.execute('limited', { a: 2 }, { idempotencyKey: 'k' })
  await registry.execute('guarded', { a: 3 })
  assert.deepEqual(
    registry.calls().map(({ params, value }) => [params, value]),
    [
      [{ a: 1 }, { a: 1 }],
      [{ a: 2 }, { a: 2 }],
      [{ a: 2 }, { a: 2 }],
      [
        { a: 3, added: true },
        { a: 3, added: true },
      ],
    ],
  )
})

test('an operation is recorded with its value, also where its reply is written in Rust', async () => {
  const registry = createTestRegistry()
  const large = { text: 'x'.repeat(300_000) }
  const answers = [{ id: 12, name: 'Rex' }, large]
  const loader = new SpecLoader(registry, { fetch: () => Response.json(answers.shift()) })
  const parameters = [{ name: 'id', in: 'query', schema: { type: 'integer' } }]
  await loader.load(document(['get'], { get: { parameters } }))
  const call = callOf('anthropic', 'get', { id: 12 })
  const { content } = await registry.respond('anthropic', call)
  assert.equal(content, '{"id":12,"name":"Rex"}')
  await registry.respond('anthropic', call)
  const [first, second] = registry.calls('get')
  assert.deepEqual([first.params, first.value], [{ id: 12 }, { id: 12, name: 'Rex' }])
  assert.deepEqual(second.value, large, 'the whole of what a reply truncates')
})

test('a stream is recorded when it ends', async () => {
  const registry = registryOf({
    async *execute() {
      yield 1
      yield 2
    },
  })
  const pieces = []
  for await (const piece of registry.stream('echo', { a: 1 })) pieces.push(piece)
  const [{ params, outcome }] = registry.calls()
  assert.deepEqual([pieces, params, outcome], [[1, 2], { a: 1 }, 'ok'])
})

test('a call that is cancelled or late has that outcome', async () => {
  const registry = registryOf({ execute: never })
  const controller = new AbortController()
  const cancelled = refusal(() => registry.execute('echo', {}, { signal: controller.signal }))
  controller.abort()
  await cancelled
  const late = refusal(() => registry.execute('echo', {}, { timeoutMs: 50 }))
  await registry.clock.advance(50)
  await late
  assert.deepEqual(
    registry.calls().map(({ outcome }) => outcome),
    ['CANCELLED', 'TIMEOUT'],
  )
})

test('a result stays as it was, and the options of a registry may be inherited', async () => {
  const shared = { n: 1 }
  const options = Object.create({ validateParams: false, now: 5 })
  const registry = createTestRegistry(options)
  registry.register(
    tool({ inputSchema: { type: 'object', properties: { a: { type: 'integer' } } }, execute: () => shared }),
  )
  await registry.execute('echo', { a: 'no integer' })
  shared.n = 2
  assert.deepEqual([registry.calls()[0].value, registry.clock.now], [{ n: 1 }, 5])
})

test('arguments and results that are hostile are recorded as they are, and harm no call', async () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  const registry = createTestRegistry({ validateParams: false })
  registry.register(tool({ execute: () => proxy }))
  registry.register(tool({ name: 'kept', execute: ({ at, own }) => [at instanceof Date, own] }))
  const params = JSON.parse('{"__proto__":{"a":1},"deep":{}}')
  params.deep.self = params
  params.at = new Date(5)
  params.own = new (class Own {})()
  assert.deepEqual((await registry.execute('kept', params))[0], true)
  revoke()
  await registry.execute('echo', params).catch(() => undefined)
  const [kept] = registry.calls()
  assert.deepEqual(Object.keys(kept.params), ['__proto__', 'deep', 'at', 'own'])
  assert.equal(kept.params.deep.self.at, params.at)
  assert.equal(registry.calls().length, 2)
})

test('the record has no other door: no option, no event and no audit log has arguments', async () => {
  const registry = createTestRegistry()
  registry.register(tool())
  let heard
  registry.on('call', (event) => (heard = event))
  await registry.execute('echo', { secret: 'xyzzy' })
  assert.equal(JSON.stringify(heard).includes('xyzzy'), false)
  assert.throws(() => registry.calls(5), { code: 'INVALID_OPTIONS' })
})
