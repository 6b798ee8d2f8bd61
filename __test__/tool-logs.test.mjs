// Log messages of closures: the event `toolLog` of their registry, for calls of every kind.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { codeOf } from './support/tools.mjs'

/** A registry with one tool. */
function registryWith(execute) {
  const registry = new ToolRegistry()
  registry.register({ name: 'work', description: 'Works', execute })
  return registry
}

const LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency']

const CALLS = {
  execute: (source, options) => source.execute('work', {}, options),
  call: (source, options) => source.call('work', {}, options),
  respond: (source, options) => source.respond('plain', { name: 'work' }, options),
  async stream(source, options) {
    for await (const piece of source.stream('work', {}, options)) assert.equal(piece, 'over')
  },
}

for (const [kind, call] of Object.entries(CALLS))
  test(`a message of a tool that ${kind} calls is an event with its call`, async () => {
    const data = { rows: 3 }
    let callId
    const registry = registryWith((_, context) => {
      callId = context.callId
      context.log('info', data, 'db')
      context.log('error', 'full')
      return 'over'
    })
    const events = []
    registry.on('toolLog', (event) => events.push(event))
    await call(registry, { context: { userId: 'ann', auditingId: 4 } })
    const same = { toolName: 'work', callId, revision: registry.revision, userId: 'ann', auditingId: 4 }
    assert.deepEqual(events, [
      { ...same, level: 'info', data: { rows: 3 }, logger: 'db' },
      { ...same, level: 'error', data: 'full' },
    ])
    assert.equal(events[0].data, data)
    assert.ok(events.every((event) => Object.isFrozen(event)))
  })

test('a message that nobody listens to is not read', async () => {
  const data = { toJSON: () => assert.fail('was read') }
  const registry = registryWith((_, { log }) => log('info', data) ?? 'over')
  assert.equal(await registry.execute('work'), 'over')
})

test('all levels of syslog are levels, and nothing else is', async () => {
  const wrong = ['warn', 'INFO', '', 1, null, undefined, {}, ['info'], 'constructor']
  const registry = registryWith((_, { log }) => {
    for (const level of LEVELS) log(level, level)
    return Promise.all(wrong.map((level) => codeOf(() => log(level, 'x'))))
  })
  const levels = []
  registry.on('toolLog', ({ level }) => levels.push(level))
  assert.deepEqual(
    await registry.execute('work'),
    wrong.map(() => 'INVALID_OPTIONS'),
  )
  assert.deepEqual(levels, LEVELS)
})

test('a logger that is no string throws INVALID_OPTIONS in the closure', async () => {
  const registry = registryWith((_, { log }) =>
    Promise.all([null, 1, {}].map((logger) => codeOf(() => log('info', 'x', logger)))),
  )
  assert.deepEqual(await registry.execute('work'), ['INVALID_OPTIONS', 'INVALID_OPTIONS', 'INVALID_OPTIONS'])
})

test('the error of a wrong level names the nearest one', async () => {
  const registry = registryWith((_, { log }) => log('warn', 'x'))
  await assert.rejects(registry.execute('work'), ({ code, cause }) => {
    assert.deepEqual([code, cause.code], ['TOOL_FAILED', 'INVALID_OPTIONS'])
    assert.match(cause.message, /"warn".*nearest: warning/)
    return true
  })
})

test('a listener that throws does not fail the tool', async () => {
  const registry = registryWith((_, { log }) => log('info', 'x') ?? 'over')
  const failed = []
  registry.on('toolLog', () => {
    throw new Error('of the listener')
  })
  registry.on('listenerFailed', ({ event }) => failed.push(event))
  assert.equal(await registry.execute('work'), 'over')
  assert.deepEqual(failed, ['toolLog'])
})

test('a call that is over may still write, as its clean-up does', async () => {
  let write
  const registry = registryWith((_, { log }) => {
    write = log
    return 'over'
  })
  const events = []
  registry.on('toolLog', ({ data }) => events.push(data))
  await registry.execute('work')
  write('debug', 'closed')
  assert.deepEqual(events, ['closed'])
})
