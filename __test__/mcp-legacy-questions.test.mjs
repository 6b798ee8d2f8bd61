// MCP server: questions of closures to legacy clients, which are requests on the stream of the call.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestRegistry } from 'toolrack/test'
import { connect } from './support/mcp-client.mjs'
import { legacy, served } from './support/mcp-http.mjs'
import { tool } from './support/tools.mjs'

const ALL = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} }
const SCHEMA = { type: 'object', properties: { name: { type: 'string' } } }
const FORM = { message: 'Your name?', schema: SCHEMA }
const CALL = { name: 'work', arguments: {} }
const opening = (capabilities) => ({
  protocolVersion: '2025-11-25',
  capabilities,
  clientInfo: { name: 'c', version: '1' },
})

const greet = async (_, { ask }) => {
  const { action, content } = await ask('who', FORM)
  return `${action} ${content?.name ?? 'nobody'}`
}

function registryWith(execute) {
  const registry = createTestRegistry()
  registry.register(tool({ name: 'work', execute }))
  return registry
}

/** A client with capabilities: its call, the next question of it, and how it answers. */
const LINKS = {
  async stdio(t, registry, capabilities = ALL) {
    const { client } = await connect(t, registry)
    await client.request('initialize', opening(capabilities))
    return {
      call: async () => client.request('tools/call', CALL),
      question: () => client.next(({ id, method }) => id !== undefined && method !== undefined),
      answer: (message) => client.send(message),
      notice: (method) => client.next((message) => message.method === method),
    }
  },
  http: inSession('http'),
  fetch: inSession('fetch'),
}

function inSession(carrier) {
  return async (t, registry, capabilities = ALL) => {
    const { ask } = await served(t, registry, { carrier })
    const { headers } = await ask(legacy('initialize', opening(capabilities)))
    const session = headers['mcp-session-id']
    let response
    const find = async (accepts) => {
      const { events, json } = await response
      if (json !== undefined) return json
      for (;;) {
        const index = events.messages.findIndex(accepts)
        if (index >= 0) return events.messages.splice(index, 1)[0]
        assert.equal(events.isEnded, false)
        await new Promise(setImmediate)
      }
    }
    return {
      call() {
        response = ask(legacy('tools/call', CALL, { session, id: 'call' }))
        return find(({ id }) => id === 'call')
      },
      question: () => find(({ id, method }) => id !== undefined && method !== undefined),
      async answer(message) {
        const sent = legacy('', undefined, { session })
        const { status } = await ask({ ...sent, body: { jsonrpc: '2.0', ...message } })
        assert.equal(status, 202)
      },
      notice: (method) => find((message) => message.method === method),
    }
  }
}

for (const [carrier, open] of Object.entries(LINKS)) {
  const fact = (name, execute, run, capabilities) =>
    test(`${carrier}: ${name}`, async (t) => {
      const registry = registryWith(execute)
      return run(await open(t, registry, capabilities), registry)
    })

  fact('a question is a request on the stream of the call, and the call waits for its answer', greet, async (link) => {
    const result = link.call()
    const { id, method, params } = await link.question()
    assert.deepEqual([method, params], ['elicitation/create', { message: 'Your name?', requestedSchema: SCHEMA }])
    await link.answer({ id, result: { action: 'accept', content: { name: 'Ann' } } })
    assert.equal((await result).result.content[0].text, 'accept Ann')
  })

  fact(
    'questions have ids of their own, and are answered in any order',
    async (_, { ask }) => {
      const [{ content }, { roots }] = await Promise.all([ask('who', FORM), ask('folders', { roots: true })])
      return `${content.name} ${roots.length}`
    },
    async (link) => {
      const result = link.call()
      const [first, second] = [await link.question(), await link.question()]
      assert.notEqual(first.id, second.id)
      assert.equal(second.method, 'roots/list')
      await link.answer({ id: second.id, result: { roots: [] } })
      await link.answer({ id: first.id, result: { action: 'accept', content: { name: 'Ann' } } })
      assert.equal((await result).result.content[0].text, 'Ann 0')
    },
  )

  for (const [name, response] of Object.entries({
    'an error': { error: { code: -1, message: 'no window' } },
    'an error that is a text': { error: 'no window' },
    'what is no answer': { result: { action: 'yes' } },
    nothing: { result: null },
  }))
    fact(`a client that answers with ${name} fails the tool`, greet, async (link) => {
      const result = link.call()
      const { id } = await link.question()
      await link.answer({ id, ...response })
      const { isError, content } = (await result).result
      assert.equal(isError, true)
      assert.match(content[0].text, /TOOL_FAILED/)
    })

  fact(
    'a client that has declared nothing gets an error result',
    greet,
    async (link) => {
      const { isError, content } = (await link.call()).result
      assert.equal(isError, true)
      assert.match(content[0].text, /INPUT_REQUIRED/)
    },
    {},
  )

  fact('answers to what was not asked are ignored', greet, async (link) => {
    const result = link.call()
    const { id } = await link.question()
    await link.answer({ id: 'toolrack-99', result: { action: 'accept', content: { name: 'Eve' } } })
    await link.answer({ id, result: { action: 'accept', content: { name: 'Ann' } } })
    await link.answer({ id, result: { action: 'accept', content: { name: 'Eve' } } })
    assert.equal((await result).result.content[0].text, 'accept Ann')
  })

  fact('a call that is over asks no more', greet, async (link, registry) => {
    const result = link.call()
    const { id } = await link.question()
    await registry.clock.advance(600_000)
    assert.equal((await link.notice('notifications/cancelled')).params.requestId, id)
    const { isError, content } = (await result).result
    assert.equal(isError, true)
    assert.match(content[0].text, /TIMEOUT/)
  })
}

test('a session does not answer the questions of another one', async (t) => {
  const registry = registryWith(greet)
  const { ask } = await served(t, registry)
  const open = async () => (await ask(legacy('initialize', opening(ALL)))).headers['mcp-session-id']
  const [ann, eve] = [await open(), await open()]
  const { events } = await ask(legacy('tools/call', CALL, { session: ann }))
  const { id } = await events.next()
  const answer = (session, name) => {
    const result = { action: 'accept', content: { name } }
    return ask({ ...legacy('', undefined, { session }), body: { jsonrpc: '2.0', id, result } })
  }
  await answer(eve, 'Eve')
  await answer(ann, 'Ann')
  assert.equal((await events.next()).result.content[0].text, 'accept Ann')
})

test('without a session a legacy client over HTTP is asked nothing', async (t) => {
  const { ask } = await served(t, registryWith(greet), { sessions: false })
  await ask(legacy('initialize', opening(ALL)))
  const { json } = await ask(legacy('tools/call', CALL))
  assert.match(json.result.content[0].text, /INPUT_REQUIRED/)
})
