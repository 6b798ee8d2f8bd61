// MCP server: log messages of closures as `notifications/message`, for clients that ask for a level.
import assert from 'node:assert/strict'
import { connect as connectSocket } from 'node:net'
import { once } from 'node:events'
import { test } from 'node:test'
import { createTestRegistry } from 'toolrack/test'
import { connect, modernMeta } from './support/mcp-client.mjs'
import { CARRIERS, legacy, modern, openSession, served } from './support/mcp-http.mjs'
import { tool } from './support/tools.mjs'

const MESSAGE = 'notifications/message'
const LEVEL = 'io.modelcontextprotocol/logLevel'
const CALL = { name: 'work', arguments: {} }
const wanting = (level) => ({ ...CALL, _meta: { [LEVEL]: level } })

/** A registry with a clock and a tool. */
function registryWith(execute) {
  const registry = createTestRegistry()
  registry.register(tool({ name: 'work', execute }))
  return registry
}

/** A tool that writes one message of each level. */
const everyLevel = (_, { log }) => {
  for (const level of ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'])
    log(level, `of ${level}`)
  return 'over'
}

/** The params of the messages before the answer of a call, whichever carries it. */
const CLIENTS = {
  'modern over stdio': async (t, registry) => {
    const { client } = await connect(t, registry)
    return async (level) => {
      const params = { ...CALL, _meta: modernMeta(level && { [LEVEL]: level }) }
      assert.equal((await client.request('tools/call', params)).result.content[0].text, 'over')
      return client.messages.splice(0).map(({ params }) => params)
    }
  },
  'legacy over stdio': async (t, registry) => {
    const { client } = await connect(t, registry, { era: 'legacy' })
    return async (level) => {
      if (level !== undefined) assert.deepEqual((await client.request('logging/setLevel', { level })).result, {})
      assert.equal((await client.request('tools/call', CALL)).result.content[0].text, 'over')
      return client.messages.splice(0).map(({ params }) => params)
    }
  },
  'modern over http': overCarrier('http'),
  'modern over fetch': overCarrier('fetch'),
  'a session over http': inSession('http'),
  'a session over fetch': inSession('fetch'),
}

/** The params of the messages of a response, whose last one is the answer. */
async function messagesOf({ events, json }) {
  if (json !== undefined) return (assert.equal(json.result.content[0].text, 'over'), [])
  const messages = await events.ended()
  assert.equal(messages.pop().result.content[0].text, 'over')
  assert.ok(messages.every(({ method }) => method === MESSAGE))
  return messages.map(({ params }) => params)
}

function overCarrier(carrier) {
  return async (t, registry) => {
    const { ask } = await served(t, registry, { carrier })
    return async (level) => messagesOf(await ask(modern('tools/call', level === undefined ? CALL : wanting(level))))
  }
}

function inSession(carrier) {
  return async (t, registry) => {
    const { ask } = await served(t, registry, { carrier })
    const session = await openSession(ask)
    return async (level) => {
      if (level !== undefined)
        assert.deepEqual((await ask(legacy('logging/setLevel', { level }, { session }))).json.result, {})
      return messagesOf(await ask(legacy('tools/call', CALL, { session })))
    }
  }
}

for (const [kind, open] of Object.entries(CLIENTS)) {
  const fact = (name, execute, run) =>
    test(`${kind}: ${name}`, async (t) => {
      const registry = registryWith(execute)
      return run(await open(t, registry), registry)
    })

  fact('a client that asks for no level gets no message', everyLevel, async (call) => {
    assert.deepEqual(await call(), [])
  })

  fact('messages of the level and above it arrive before the answer, in order', everyLevel, async (call) => {
    const levels = (messages) => messages.map(({ level }) => level)
    assert.deepEqual(levels(await call('error')), ['error', 'critical', 'alert', 'emergency'])
    assert.equal((await call('debug')).length, 8)
    assert.deepEqual(await call('emergency'), [{ level: 'emergency', data: 'of emergency' }])
  })

  const DATA = [{ rows: 3, nested: [1, null] }, 'text', 0, null, undefined, 1n, Symbol('s'), () => {}]
  fact(
    'data is JSON, and what is none is a text that fails no tool',
    (_, { log }) => {
      const circle = {}
      circle.self = circle
      const strange = {
        get x() {
          throw new Error('of the getter')
        },
      }
      for (const data of [...DATA, circle, strange]) log('info', data, 'part')
      return 'over'
    },
    async (call) => {
      const messages = await call('info')
      assert.deepEqual(
        messages.slice(0, 5).map(({ data }) => data),
        [{ rows: 3, nested: [1, null] }, 'text', 0, null, null],
      )
      assert.ok(messages.every(({ logger }) => logger === 'part'))
      assert.equal(messages.length, 10)
      assert.match(messages.at(-2).data, /^data that is no JSON: /)
      assert.match(messages.at(-1).data, /of the getter/)
    },
  )

  fact(
    'data that is too long is cut',
    (_, { log }) => log('info', 'x'.repeat(1 << 20), 'y'.repeat(1 << 20)) ?? 'over',
    async (call) => {
      const [{ data, logger }] = await call('info')
      assert.deepEqual([data.length, data.at(-1), logger.length], [(64 << 10) + 1, '…', 256])
    },
  )

  fact(
    'messages above the rate are counted, and the count is told',
    (_, { log }) => {
      for (let i = 0; i < 100_000; i++) log('info', i)
      return 'over'
    },
    async (call) => {
      const messages = await call('info')
      assert.ok(messages.length <= 101, `${messages.length} messages`)
      const { level, logger, data } = messages.at(-1)
      assert.deepEqual([level, logger], ['warning', 'toolrack'])
      const told = messages.length - 1
      assert.match(data, new RegExp(`^${100_000 - told} log messages were left out`))
    },
  )
}

test('a tool that waits gets its rate back', async (t) => {
  const registry = registryWith(async (_, { log }) => {
    for (let i = 0; i < 150; i++) log('info', i)
    await registry.clock.advance(1_000)
    for (let i = 0; i < 60; i++) log('info', i)
    return 'over'
  })
  const { client } = await connect(t, registry)
  await client.request('tools/call', { ...CALL, _meta: modernMeta({ [LEVEL]: 'debug' }) })
  const warnings = client.messages.filter(({ params }) => params.logger === 'toolrack')
  assert.deepEqual(
    warnings.map(({ params }) => Number.parseInt(params.data, 10)),
    [50, 10],
  )
  assert.equal(client.messages.length, 100 + 1 + 50 + 1)
})

test('a client that does not read has no queue of messages', async (t) => {
  const registry = registryWith(async (_, { log }) => {
    for (let i = 0; i < 2_000; i++) {
      log('info', 'x'.repeat(60_000))
      await registry.clock.advance(100)
      await new Promise(setImmediate)
    }
    return 'over'
  })
  const { port } = await served(t, registry)
  const socket = connectSocket(port, '127.0.0.1')
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  const { headers, body } = modern('tools/call', wanting('info'))
  const text = JSON.stringify(body)
  const lines = Object.entries({ host: '127.0.0.1', ...headers, 'content-length': Buffer.byteLength(text) })
  const ended = new Promise((resolve) => registry.on('call', resolve))
  socket.pause()
  const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed
  socket.write(`POST /mcp HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${text}`)
  await ended
  const grown = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before
  assert.ok(grown < 40 << 20, `${grown >> 20} MiB wait for a reader`)
})

for (const level of ['warn', 'DEBUG', '', 5, null, undefined, {}, ['info'], '__proto__'])
  test(`the level ${JSON.stringify(level)} is refused, and is no level in a modern call`, async (t) => {
    const registry = registryWith(everyLevel)
    const old = await connect(t, registry, { era: 'legacy' })
    assert.equal((await old.ask('logging/setLevel', { level })).error.code, -32602)
    const { client } = await connect(t, registry)
    const params = { ...CALL, _meta: modernMeta({ [LEVEL]: level }) }
    assert.equal((await client.request('tools/call', params)).result.content[0].text, 'over')
    assert.deepEqual(client.messages, [])
  })

test('the level of a legacy client is not that of a modern call of the same process', async (t) => {
  const { client } = await connect(t, registryWith(everyLevel), { era: 'legacy' })
  await client.request('logging/setLevel', { level: 'debug' })
  await client.request('tools/call', { ...CALL, _meta: modernMeta() })
  assert.deepEqual(client.messages, [])
})

test('a legacy client may change its level while a call lasts', async (t) => {
  let context, end, begin
  const begun = new Promise((resolve) => (begin = resolve))
  const registry = registryWith((_, given) => {
    context = given
    begin()
    return new Promise((resolve) => (end = resolve))
  })
  const { client } = await connect(t, registry, { era: 'legacy' })
  await client.request('logging/setLevel', { level: 'error' })
  const answer = client.request('tools/call', CALL)
  await begun
  context.log('info', 'before')
  await client.request('logging/setLevel', { level: 'info' })
  context.log('info', 'after')
  end('over')
  await answer
  context.log('info', 'late')
  await client.request('ping')
  assert.deepEqual(
    client.messages.map(({ params }) => params),
    [{ level: 'info', data: 'after' }],
  )
})

test('logging is declared where a level can be set', async (t) => {
  const registry = registryWith(everyLevel)
  const discovered = await (await connect(t, registry)).ask('server/discover', {})
  assert.deepEqual(discovered.result.capabilities.logging, {})
  const opening = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } }
  for (const sessions of [true, false]) {
    const { ask } = await served(t, registry, { sessions })
    const { json } = await ask(legacy('initialize', opening))
    assert.equal('logging' in json.result.capabilities, sessions)
    if (sessions) continue
    const { json: refused } = await ask(legacy('logging/setLevel', { level: 'info' }))
    assert.equal(refused.error.code, -32601)
  }
})

for (const carrier of Object.keys(CARRIERS))
  test(`${carrier}: progress and messages of one call come in one stream, before its answer`, async (t) => {
    const registry = registryWith((_, { log, progress }) => {
      progress(1)
      log('info', 'x')
      return 'over'
    })
    const { ask } = await served(t, registry, { carrier })
    const params = { ...CALL, _meta: { [LEVEL]: 'info', progressToken: 7 } }
    const { events } = await ask(modern('tools/call', params))
    const methods = (await events.ended()).map(({ method, result }) => method ?? result.content[0].text)
    assert.deepEqual(methods, ['notifications/progress', MESSAGE, 'over'])
  })
