// MCP server: limits of resources and prompts: deadlines, cancellation, calls at once, sizes, pages, notifications.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { createMcpServer } from 'toolrack/mcp'
import { createTestRegistry } from 'toolrack/test'
import { connect } from './support/mcp-client.mjs'
import { WAYS, plain, serving, told } from './support/mcp-content.mjs'
import { legacy, modern, openSession, served } from './support/mcp-http.mjs'
import { codeOf, never, refusal } from './support/tools.mjs'

const resource = (uri, read = () => uri, more = {}) => ({ uri, name: uri, read, ...more })

/** Requests that run code of the program; each waits for `work`. */
const REQUESTS = {
  'resources/read': [(work) => ({ resources: [resource('a:1', (_, context) => work(context))] }), { uri: 'a:1' }],
  'prompts/get': [(work) => ({ prompts: [{ name: 'p', get: (_, context) => work(context) }] }), { name: 'p' }],
  'completion/complete': [
    (work) => ({
      prompts: [{ name: 'p', arguments: [{ name: 'a', complete: (_, context) => work(context) }], get: () => '' }],
    }),
    { ref: { type: 'ref/prompt', name: 'p' }, argument: { name: 'a', value: '' } },
  ],
}

for (const { way, era } of WAYS)
  for (const [method, [make, params]] of Object.entries(REQUESTS))
    test(`${way}, ${era}: ${method} ends at the deadline of the registry, and its signal aborts`, async (t) => {
      const registry = createTestRegistry({ timeoutMs: 5_000 })
      let [begin, signal] = []
      const begun = new Promise((resolve) => (begin = resolve))
      const work = (context) => {
        signal = context.signal
        begin()
        return never()
      }
      const { ask } = await serving(t, { way, era, registry, ...make(work) })
      const answer = ask(method, params)
      await begun
      await registry.clock.advance(5_000)
      const { error } = await answer
      assert.equal(error.code, -32603)
      assert.match(error.message, /did not answer within 5000 ms$/)
      assert.equal(signal.aborted, true)
    })

for (const [method, [make, params]] of Object.entries(REQUESTS)) {
  test(`stdio: ${method} that is cancelled aborts, has no answer, and frees its place`, async (t) => {
    let [aborted, begin] = []
    const begun = new Promise((resolve) => (begin = resolve))
    const work = ({ signal }) => {
      aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
      begin()
      return never()
    }
    const options = { era: 'legacy', wireLimits: { calls: 1 }, ...make(work) }
    const { client } = await connect(t, new ToolRegistry(), options)
    client.send({ id: 'x', method, params })
    await begun
    const { error } = await client.request(method, params)
    assert.deepEqual([error.code, error.data], [-32603, { retryAfterMs: 1_000 }])
    assert.match(error.message, /too many calls/)
    client.send({ method: 'notifications/cancelled', params: { requestId: 'x' } })
    await aborted
    client.send({ id: 'y', method, params })
    client.send({ method: 'notifications/cancelled', params: { requestId: 'y' } })
    await client.request('ping')
    assert.deepEqual(client.messages, [], 'neither is answered')
  })

  test(`http: ${method} aborts when its client goes`, async (t) => {
    let [aborted, begin] = []
    const begun = new Promise((resolve) => (begin = resolve))
    const work = ({ signal }) => {
      aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
      begin()
      return never()
    }
    const { url } = await served(t, new ToolRegistry(), make(work))
    const leaving = new AbortController()
    const { headers, body } = modern(method, params)
    const init = { method: 'POST', headers, body: JSON.stringify(body), signal: leaving.signal }
    const gone = fetch(url, init).catch(({ name }) => name)
    await begun
    leaving.abort()
    assert.equal(await gone, 'AbortError')
    await aborted
  })
}

for (const { way, era } of WAYS) {
  test(`${way}, ${era}: progress and log messages come before the answer`, async (t) => {
    const read = (_, { progress, log }) => {
      progress(1, 2, 'half')
      log('warning', { left: 3 }, 'disk')
      return 'read'
    }
    const options = { resources: [resource('a:1', read)] }
    if (way === 'stdio') {
      const { client } = await connect(t, new ToolRegistry(), { era, ...options })
      const _meta = { progressToken: 7, 'io.modelcontextprotocol/logLevel': 'info' }
      if (era === 'legacy') await client.request('logging/setLevel', { level: 'info' })
      const { result } = await client.call(era, 'resources/read', { uri: 'a:1', _meta })
      assert.equal(result.contents[0].text, 'read')
      const methods = client.messages.map(({ method }) => method)
      assert.deepEqual(methods.toSorted(), ['notifications/message', 'notifications/progress'])
      return
    }
    const { ask } = await served(t, new ToolRegistry(), options)
    const message = era === 'modern' ? modern : legacy
    const _meta = { progressToken: 7 }
    const more = era === 'modern' ? {} : { session: await openSession(ask) }
    const { events } = await ask(message('resources/read', { uri: 'a:1', _meta }, more))
    const [progress, answer] = await events.ended()
    assert.deepEqual(plain(progress.params), { progressToken: 7, progress: 1, total: 2, message: 'half' })
    assert.equal(answer.result.contents[0].text, 'read')
  })

  test(`${way}, ${era}: a result that is too large is an error, and the server goes on`, async (t) => {
    const large = resource('a:1', () => 'x'.repeat(9 << 20))
    const { ask } = await serving(t, { way, era, resources: [large, resource('a:2')] })
    const { error } = await ask('resources/read', { uri: 'a:1' })
    assert.deepEqual([error.code, error.message], [-32603, 'the result has more than 8323072 bytes'])
    assert.equal((await ask('resources/read', { uri: 'a:2' })).result.contents[0].text, 'a:2')
  })

  test(`${way}, ${era}: a long list has pages, and one walk is of one list`, async (t) => {
    const resources = Array.from({ length: 1_000 }, (_, index) => resource(`a:${index}`))
    const { ask, server } = await serving(t, { way, era, resources, page: { bytes: 4_096 } })
    const uris = []
    let [cursor, pages] = [undefined, 0]
    do {
      const { result } = await ask('resources/list', { cursor })
      assert.ok(JSON.stringify(result.resources).length <= 4_096)
      uris.push(...result.resources.map(({ uri }) => uri))
      cursor = result.nextCursor
      if (pages++ === 0) server.update({ resources: resources.slice(500) })
    } while (cursor !== undefined)
    assert.ok(pages > 5)
    assert.deepEqual(
      uris,
      resources.map(({ uri }) => uri),
    )
    assert.equal((await ask('resources/list')).result.resources[0].uri, 'a:500')
    for (const wrong of ['1.forged', '', 'x', 3, null, '99999.x']) {
      const { error } = await ask('resources/list', { cursor: wrong })
      assert.equal(error.code, -32602, String(wrong))
    }
  })
}

test('a cursor of a list that is older than 60 seconds is not known any more', async (t) => {
  const registry = createTestRegistry()
  const resources = Array.from({ length: 100 }, (_, index) => resource(`a:${index}`))
  const { ask, server } = await serving(t, { way: 'http', era: 'modern', registry, resources, page: { bytes: 1_024 } })
  const { nextCursor: cursor } = (await ask('resources/list')).result
  server.update({ resources: resources.slice(1) })
  await registry.clock.advance(59_000)
  assert.ok((await ask('resources/list', { cursor })).result)
  await registry.clock.advance(61_000)
  assert.equal((await ask('resources/list', { cursor })).error.code, -32602)
})

test('many changes are one notification of each kind, and the last one arrives', async (t) => {
  const registry = createTestRegistry()
  const { client, server } = await connect(t, registry, {
    era: 'legacy',
    resources: [resource('a:0')],
    prompts: [],
    notifyMs: 1_000,
  })
  await client.request('resources/subscribe', { uri: 'a:0' })
  const change = (count) => {
    for (let index = 0; index < count; index++) {
      server.update({ resources: [resource('a:0'), resource(`a:${index + count}`)] })
      server.update({ prompts: [{ name: `p${index + count}`, get: () => '' }] })
      server.resourceUpdated('a:0')
    }
  }
  const round = async () => {
    await client.request('ping')
    return client.messages.splice(0).map(told)
  }
  const all = ['resources/list_changed', 'prompts/list_changed', 'resources/updated a:0']
  const expected = all.map((name) => `notifications/${name}`)
  change(50)
  await registry.clock.advance(10)
  assert.deepEqual(await round(), expected)
  change(60)
  await registry.clock.advance(500)
  assert.deepEqual(await round(), [], 'not more often than notifyMs')
  await registry.clock.advance(500)
  assert.deepEqual(await round(), expected)
})

test('legacy: what has changed while a session had no stream is told by the next one', async (t) => {
  const { ask, server } = await served(t, new ToolRegistry(), { resources: [resource('a:1')], notifyMs: 1 })
  const session = await openSession(ask)
  await ask(legacy('resources/subscribe', { uri: 'a:1' }, { session }))
  server.resourceUpdated('a:1')
  server.update({ resources: [resource('a:1'), resource('a:2')] })
  const { events } = await ask({ method: 'GET', headers: legacy('', undefined, { session }).headers })
  const messages = [await events.next(), await events.next()].map(told)
  assert.deepEqual(messages, ['notifications/resources/list_changed', 'notifications/resources/updated a:1'])
})

test('a client has at most 1,000 subscriptions', async (t) => {
  const resourceTemplates = [{ uriTemplate: 'a:{id}', name: 'a', read: () => '' }]
  const { ask } = await serving(t, { way: 'stdio', era: 'legacy', resourceTemplates })
  for (let index = 0; index < 1_000; index++)
    assert.deepEqual((await ask('resources/subscribe', { uri: `a:${index}` })).result, {})
  assert.equal((await ask('resources/subscribe', { uri: 'a:1000' })).error.code, -32602)
  assert.deepEqual((await ask('resources/subscribe', { uri: 'a:7' })).result, {})
  await ask('resources/unsubscribe', { uri: 'a:0' })
  assert.deepEqual((await ask('resources/subscribe', { uri: 'a:1000' })).result, {})
  const { ask: listen } = await serving(t, { way: 'stdio', era: 'modern', resourceTemplates })
  for (const uris of [Array.from({ length: 1_001 }, () => 'a:1'), 'a:1', [1], null]) {
    const { error } = await listen('subscriptions/listen', { notifications: { resourceSubscriptions: uris } })
    assert.equal(error.code, -32602)
  }
})

test('update is all or nothing, and a closed server has none', async (t) => {
  const server = createMcpServer(new ToolRegistry(), { resources: [], prompts: [] })
  t.after(() => server.close())
  const wrong = { prompts: [{ name: 'p', get: () => '' }], resources: [{}] }
  for (const lists of [wrong, { resourceTemplates: [] }, { resource: [] }, { resources: {} }, 7, null])
    assert.equal(await codeOf(() => server.update(lists)), 'INVALID_OPTIONS')
  const { message } = await refusal(() => server.update({ resourceTemplates: [] }))
  assert.match(message, /give createMcpServer a list, such as \{ resourceTemplates: \[\] \}/)
  const none = createMcpServer(new ToolRegistry())
  assert.equal(await codeOf(() => none.update({ prompts: [] })), 'INVALID_OPTIONS')
  none.resourceUpdated('a:1')
  assert.equal(await codeOf(() => server.resourceUpdated(7)), 'INVALID_OPTIONS')
  await Promise.all([server.close(), none.close()])
  assert.equal(await codeOf(() => server.update({ prompts: [] })), 'CLOSED')
  assert.equal(await codeOf(() => server.resourceUpdated('a:1')), 'CLOSED')
})
