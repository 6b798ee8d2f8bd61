// When a call ends before its closure does: time is up, or its caller gave it up.
import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { createTestRegistry } from 'toolrack/test'
import { outputOf } from './support/child.mjs'
import { codeOf, holdOpen, never, refusal, registryOf, tool } from './support/tools.mjs'

/** A closure that never settles, and the context it was called with. */
function waiting(over) {
  const seen = {}
  const execute = (_, context) => {
    seen.context = context
    seen.aborted = new Promise((resolve) =>
      context.signal.addEventListener('abort', () => resolve(context.signal.reason), { once: true }),
    )
    return never()
  }
  return { registry: registryOf({ execute, ...over }), seen }
}

test('a call that takes too long is refused with TIMEOUT, and the closure hears of it', async () => {
  const { registry, seen } = waiting()
  const error = await refusal(() => registry.execute('echo', {}, { timeoutMs: 5 }))
  assert.deepEqual([error.code, error.details], ['TIMEOUT', { tool: 'echo', timeoutMs: 5 }])
  assert.equal(await seen.aborted, error)
})

test('a registry has a limit of its own, and a call may have another', async (t) => {
  holdOpen(t)
  const registry = new ToolRegistry({ timeoutMs: 5 })
  registry.register(tool({ execute: never }))
  registry.register(tool({ name: 'soon', execute: () => new Promise((resolve) => setImmediate(resolve, 'done')) }))
  assert.equal((await refusal(() => registry.execute('echo'))).details.timeoutMs, 5)
  assert.equal((await refusal(() => registry.execute('echo', {}, { timeoutMs: 6.5 }))).details.timeoutMs, 6.5)
  assert.equal(await registry.execute('soon', {}, { timeoutMs: Infinity }), 'done')
})

test('calls with one limit end each at its own time, in their order', async () => {
  const registry = createTestRegistry()
  registry.register(tool({ execute: never }))
  const ended = []
  const calls = [30, 10, 30, 20, 10].map((timeoutMs, i) =>
    refusal(() => registry.execute('echo', {}, { timeoutMs })).then(() => ended.push(i)),
  )
  await registry.clock.advance(30)
  await Promise.all(calls)
  assert.deepEqual(ended, [1, 4, 3, 0, 2])
})

test('a call that its caller gives up is refused with CANCELLED, and the closure hears of it', async () => {
  const { registry, seen } = waiting()
  const controller = new AbortController()
  const refused = refusal(() => registry.execute('echo', {}, { signal: controller.signal }))
  const reason = new Error('the user left')
  controller.abort(reason)
  const error = await refused
  assert.deepEqual([error.code, error.details], ['CANCELLED', { tool: 'echo' }])
  assert.equal(error.cause, reason)
  assert.equal(await seen.aborted, error)
})

test('a call whose signal has aborted already never reaches the closure', async () => {
  let reached = false
  const registry = registryOf({
    execute: () => {
      reached = true
    },
  })
  assert.equal(await codeOf(() => registry.execute('echo', {}, { signal: AbortSignal.abort() })), 'CANCELLED')
  assert.equal(reached, false)
})

test('a call that its own closure gives up is refused with CANCELLED', async () => {
  const controller = new AbortController()
  const registry = registryOf({ execute: () => (controller.abort(), never()) })
  assert.equal(
    await codeOf(() => registry.execute('echo', {}, { signal: controller.signal, timeoutMs: 5_000 })),
    'CANCELLED',
  )
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
})

test('a call that begins while another one expires has its own time', async () => {
  const registry = registryOf({ execute: never })
  let second
  registry.register(
    tool({
      name: 'first',
      execute: (_, { signal }) => {
        signal.addEventListener('abort', () => {
          second = codeOf(() => registry.execute('echo', {}, { timeoutMs: 20 }))
        })
        return never()
      },
    }),
  )
  const calls = ['first', 'echo', 'echo'].map((name) => codeOf(() => registry.execute(name, {}, { timeoutMs: 20 })))
  assert.deepEqual(await Promise.all(calls), ['TIMEOUT', 'TIMEOUT', 'TIMEOUT'])
  assert.equal(await second, 'TIMEOUT')
})

test('a closure that first looks at its signal after the end sees it aborted', async () => {
  let context
  const registry = registryOf({
    execute: (_, given) => {
      context = given
      return never()
    },
  })
  await refusal(() => registry.execute('echo', {}, { timeoutMs: 1 }))
  assert.equal(context.signal.aborted, true)
  assert.equal(context.signal.reason.code, 'TIMEOUT')
})

test("a call leaves no listener on its caller's signal, however it ends", async () => {
  const registry = registryOf(
    { name: 'sync' },
    { name: 'late', execute: async () => 1 },
    {
      name: 'fails',
      execute: async () => {
        throw 1
      },
    },
    { name: 'hangs', execute: never },
  )
  const controller = new AbortController()
  const { signal } = controller
  for (const name of ['sync', 'late', 'fails', 'hangs']) {
    await registry.execute(name, {}, { signal, timeoutMs: 5 }).catch(() => {})
    assert.equal(getEventListeners(signal, 'abort').length, 0, name)
  }
  await Promise.all([...Array(20)].map(() => registry.execute('late', {}, { signal })))
  const calls = [...Array(3)].map(() => codeOf(() => registry.execute('hangs', {}, { signal })))
  assert.equal(getEventListeners(signal, 'abort').length, 1)
  controller.abort()
  assert.deepEqual(await Promise.all(calls), ['CANCELLED', 'CANCELLED', 'CANCELLED'])
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('any number of calls share one listener of a signal, and Node warns of no leak', async () => {
  const output = await outputOf(`
    const controller = new AbortController()
    const { signal } = controller
    const registries = [registryOf({ execute: never }), registryOf({ execute: never })]
    const call = (i) => registries[i % 2].execute('echo', {}, { signal, timeoutMs: 60_000 }).catch(({ code }) => code)
    const calls = Array.from({ length: 50 }, (_, i) => call(i))
    const loops = Array.from({ length: 50 }, () => registries[0].changes({ signal }).next())
    process.on('warning', ({ name }) => console.log(name))
    await new Promise(setImmediate)
    controller.abort()
    const done = (await Promise.all(loops)).filter(({ done }) => done).length
    console.log(JSON.stringify([new Set(await Promise.all(calls)).size, done]))
  `)
  assert.equal(output, '[1,50]\n')
})

test('a call that ends takes its part of a shared listener along, and no other', async () => {
  const registry = registryOf({ execute: never }, { name: 'late', execute: async () => 1 })
  const controller = new AbortController()
  const hangs = codeOf(() => registry.execute('echo', {}, { signal: controller.signal }))
  await registry.execute('late', {}, { signal: controller.signal })
  assert.equal(getEventListeners(controller.signal, 'abort').length, 1)
  controller.abort()
  assert.equal(await hangs, 'CANCELLED')
})

test('what a closure does after the end of its call changes nothing', async () => {
  for (const outcome of [(done) => done(1), (_, fail) => fail(new Error('too late'))]) {
    let settle
    const registry = registryOf({ execute: () => new Promise((done, fail) => (settle = () => outcome(done, fail))) })
    assert.equal(await codeOf(() => registry.execute('echo', {}, { timeoutMs: 1 })), 'TIMEOUT')
    settle()
    await new Promise(setImmediate)
  }
})

test('a limit or a signal that is none is refused', async () => {
  const { registry } = waiting()
  for (const timeoutMs of [0, -1, NaN, '5', null])
    assert.equal(await codeOf(() => registry.execute('echo', {}, { timeoutMs })), 'INVALID_OPTIONS')
  for (const signal of [{}, null, 'x', { aborted: true }])
    assert.equal(await codeOf(() => registry.execute('echo', {}, { signal })), 'INVALID_OPTIONS')
})
