// MCP server: progress of a call as `notifications/progress`, in both eras, over stdio, HTTP and `fetch`.
import assert from 'node:assert/strict'
import { connect as connectSocket } from 'node:net'
import { once } from 'node:events'
import { test } from 'node:test'
import { createTestRegistry } from 'toolrack/test'
import { connect } from './support/mcp-client.mjs'
import { CARRIERS, ERAS, legacy, modern, openSession, served } from './support/mcp-http.mjs'
import { registryOf, tool } from './support/tools.mjs'

const PROGRESS = 'notifications/progress'
const CALL = { name: 'work', arguments: {}, _meta: { progressToken: 'p1' } }
const notice = (progress, more = {}) => ({
  jsonrpc: '2.0',
  method: PROGRESS,
  params: { progressToken: 'p1', progress, ...more },
})
const turn = () => new Promise(setImmediate)

/** A registry with a clock and a tool that hands its context to the test, and ends when the test says so. */
function working() {
  const registry = createTestRegistry()
  const work = {}
  work.begun = new Promise((begin) => {
    registry.register(
      tool({
        name: 'work',
        execute: (_, context) =>
          new Promise((resolve) => {
            Object.assign(work, { report: context.progress, signal: context.signal, end: () => resolve('over') })
            begin()
          }),
      }),
    )
  })
  return { registry, work }
}

const isNotice = ({ method }) => method === PROGRESS
const isAnswer = ({ id }) => id !== undefined

/** A call over each carrier: its next notice, its answer, and the messages that nobody has taken. */
const LINKS = {
  async stdio(t, registry, era) {
    const { client, ask } = await connect(t, registry, { era })
    return (params) => {
      const answer = ask('tools/call', params)
      return { answer, next: () => client.next(isNotice), rest: () => client.messages }
    }
  },
  http: overCarrier('http'),
  fetch: overCarrier('fetch'),
}

function overCarrier(carrier) {
  return async (t, registry, era) => {
    const { ask } = await served(t, registry, { carrier })
    return (params) => {
      const response = ask(ERAS[era]('tools/call', params))
      const find = async (accepts) => {
        const { events, json } = await response
        if (json !== undefined) return json
        for (;;) {
          const index = events.messages.findIndex(accepts)
          if (index >= 0) return events.messages.splice(index, 1)[0]
          assert.equal(events.isEnded, false)
          await turn()
        }
      }
      const rest = async () => (await response).events?.ended() ?? []
      return { response, answer: find(isAnswer), next: () => find(isNotice), rest }
    }
  }
}

for (const era of Object.keys(ERAS))
  for (const carrier of Object.keys(LINKS)) {
    const fact = (name, run) =>
      test(`${era} over ${carrier}: ${name}`, async (t) => {
        const { registry, work } = working()
        return run({ registry, work, call: await LINKS[carrier](t, registry, era) })
      })

    fact('progress arrives while the call lasts, and then the answer', async ({ registry, work, call }) => {
      const { next, answer } = call(CALL)
      await work.begun
      work.report(1, 4, 'reading')
      assert.deepEqual(await next(), notice(1, { total: 4, message: 'reading' }))
      await registry.clock.advance(100)
      work.report(2.5)
      assert.deepEqual(await next(), notice(2.5))
      work.end()
      assert.equal((await answer).result.content[0].text, 'over')
    })

    fact('there are ten notices a second, and the last comes before the answer', async ({ registry, work, call }) => {
      const { next, answer, rest } = call(CALL)
      await work.begun
      for (let done = 0; done < 100; done++) {
        work.report(done)
        await registry.clock.advance(10)
      }
      work.report(100)
      work.end()
      const found = []
      while (found.at(-1) !== 100) found.push((await next()).params.progress)
      assert.deepEqual(found, [0, 9, 19, 29, 39, 49, 59, 69, 79, 89, 99, 100])
      assert.equal((await answer).result.content[0].text, 'over')
      work.report(101)
      await registry.clock.advance(1_000)
      assert.deepEqual(await rest(), [])
    })

    fact('a report that is not above the one before is dropped', async ({ registry, work, call }) => {
      const { next, answer, rest } = call(CALL)
      await work.begun
      for (const done of [5, 5, 4]) {
        work.report(done)
        await registry.clock.advance(100)
      }
      work.end()
      assert.deepEqual(await next(), notice(5))
      await answer
      assert.deepEqual(await rest(), [])
    })

    for (const [name, meta] of Object.entries({
      'no token': undefined,
      'a token that is null': { progressToken: null },
      'a token that is an object': { progressToken: {} },
      'a token that is no whole number': { progressToken: 1.5 },
    }))
      fact(`${name} is no progress`, async ({ work, call }) => {
        const { response, answer, rest } = call({ ...CALL, _meta: meta })
        await work.begun
        work.report(1)
        work.end()
        assert.equal((await answer).result.content[0].text, 'over')
        assert.deepEqual(await rest(), [])
        if (response !== undefined) assert.equal((await response).headers['content-type'], 'application/json')
      })

    fact('a token may be a number', async ({ work, call }) => {
      const { next, answer } = call({ ...CALL, _meta: { progressToken: 0 } })
      await work.begun
      work.report(1)
      assert.equal((await next()).params.progressToken, 0)
      work.end()
      await answer
    })
  }

for (const carrier of Object.keys(CARRIERS))
  for (const [era, message] of Object.entries(ERAS)) {
    const fact = (name, run) =>
      test(`${era} over ${carrier}: ${name}`, async (t) => {
        const { registry, work } = working()
        return run({ t, registry, work, ...(await served(t, registry, { carrier })) })
      })

    fact('a response is JSON until there is progress', async ({ work, ask }) => {
      const response = ask(message('tools/call', CALL))
      await work.begun
      work.end()
      const { headers, json } = await response
      assert.deepEqual([headers['content-type'], json.result.content[0].text], ['application/json', 'over'])
    })

    fact('a client that takes no events gets no progress', async ({ work, ask }) => {
      const response = ask(message('tools/call', CALL, { headers: { accept: 'application/json' } }))
      await work.begun
      work.report(1)
      work.end()
      assert.equal((await response).json.result.content[0].text, 'over')
    })

    fact('a stream of progress has the headers of a stream, and comments', async ({ registry, work, ask }) => {
      const response = ask(message('tools/call', CALL))
      await work.begun
      work.report(1)
      const { status, headers, events } = await response
      assert.deepEqual(
        [status, headers['content-type'], headers['x-accel-buffering']],
        [200, 'text/event-stream', 'no'],
      )
      await registry.clock.advance(15_000)
      await events.comment(1)
      work.end()
      assert.equal((await events.ended()).at(-1).result.content[0].text, 'over')
    })

    fact('a client that leaves its stream aborts the call', async ({ work, ask }) => {
      const response = ask(message('tools/call', CALL))
      await work.begun
      work.report(1)
      const { events, close } = await response
      await events.next()
      const aborted = once(work.signal, 'abort')
      close()
      await aborted
    })

    fact('a closing server waits for the answer of a stream', async ({ work, ask, server }) => {
      const response = ask(message('tools/call', CALL))
      await work.begun
      work.report(1)
      const { events } = await response
      await events.next()
      const closed = server.close()
      work.end()
      assert.equal((await events.ended())[0].result.content[0].text, 'over')
      await closed
    })

    fact('a closed server ends the stream of a call that takes longer', async ({ registry, work, ask, server }) => {
      const response = ask(message('tools/call', CALL))
      await work.begun
      work.report(1)
      const { events } = await response
      await events.next()
      const closed = server.close()
      await registry.clock.advance(5_000)
      assert.deepEqual(await events.ended(), [])
      assert.equal(work.signal.aborted, true)
      await closed
    })
  }

test('a call that its client cancels by a message sends nothing more', async (t) => {
  const { registry, work } = working()
  const { client } = await connect(t, registry, { era: 'legacy' })
  client.send({ id: 'c', method: 'tools/call', params: CALL })
  await work.begun
  work.report(1)
  await client.next(({ method }) => method === PROGRESS)
  work.report(2)
  const aborted = once(work.signal, 'abort')
  client.send({ method: 'notifications/cancelled', params: { requestId: 'c' } })
  await aborted
  work.report(3)
  work.end()
  await registry.clock.advance(1_000)
  await client.request('ping')
  assert.deepEqual(client.messages, [])
})

test('in a session a call that is cancelled by a message ends its stream without an answer', async (t) => {
  const { registry, work } = working()
  const { ask } = await served(t, registry)
  const session = await openSession(ask)
  const response = ask(legacy('tools/call', CALL, { id: 7, session }))
  await work.begun
  work.report(1)
  const { events } = await response
  await events.next()
  const cancel = legacy('notifications/cancelled', { requestId: 7 }, { session })
  delete cancel.body.id
  await ask(cancel)
  assert.deepEqual(await events.ended(), [])
})

test('a client that does not read gets one notice more, whatever is reported', async (t) => {
  const { registry, work } = working()
  const { port } = await served(t, registry)
  const socket = connectSocket(port, '127.0.0.1')
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  const { headers, body } = modern('tools/call', { ...CALL, _meta: { progressToken: 'p'.repeat(1 << 20) } })
  const text = JSON.stringify(body)
  const lines = Object.entries({ host: '127.0.0.1', ...headers, 'content-length': Buffer.byteLength(text) })
  socket.write(`POST /mcp HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${text}`)
  await work.begun
  const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed
  for (let done = 0; done < 200; done++) {
    work.report(done)
    await registry.clock.advance(100)
    await turn()
  }
  const grown = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before
  assert.ok(grown < 60 << 20, `${grown >> 20} MiB wait for a reader`)
  work.end()
})

test('a report returns nothing to its closure', async (t) => {
  const { ask } = await connect(t, registryOf({ execute: (_, { progress }) => String(progress(1)) }))
  const { result } = await ask('tools/call', { name: 'echo', _meta: { progressToken: 1 } })
  assert.equal(result.content[0].text, 'undefined')
})
