// Elicitation, sampling and roots of a server of McpLoader reach the caller of the tool: a program, or an MCP client.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { questionsOf } from 'toolrack'
import { ACCEPT, ALL_KINDS, LINKS, loaded } from './support/asking-chain.mjs'
import { NAME } from './support/asking-tools.mjs'
import { connect } from './support/mcp-client.mjs'
import { modern, served } from './support/mcp-http.mjs'
import { failure } from './support/scripted-upstream.mjs'

const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities'
const ALL = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} }

/** Answers by what is asked, as a program does. */
const ANSWERS = {
  greet: () => ACCEPT('Ann'),
  two: ({ message }) => ACCEPT(message.includes('First') ? 'Ann' : 'Bob'),
  both: ({ message }) => ACCEPT(message.includes('First') ? 'Ann' : 'Bob'),
  page: () => ({ action: 'accept' }),
  model: () => ({ role: 'assistant', content: { type: 'text', text: 'hello' }, model: 'm' }),
  folders: () => ({ roots: [{ uri: 'file:///home' }] }),
}
const RESULTS = {
  greet: 'accept Ann',
  two: 'Ann Bob',
  both: 'Ann Bob',
  page: 'accept',
  model: 'hello',
  folders: 'file:///home',
}

/** A modern client by hand: calls until there is a result; what it was asked. */
async function callModern(ask, name, { capabilities = ALL, answer = ANSWERS[name] } = {}) {
  const asked = []
  let more = {}
  for (let round = 0; round < 5; round++) {
    const params = { name, arguments: {}, _meta: { [CAPABILITIES]: capabilities }, ...more }
    const { json } = await ask(modern('tools/call', params))
    const { result } = json
    if (result?.resultType !== 'input_required') return { asked, ...json }
    const requests = Object.entries(result.inputRequests)
    asked.push(...requests.map(([, { params: given }]) => given.message))
    const inputResponses = Object.fromEntries(requests.map(([key, { params: given }]) => [key, answer(given)]))
    more = { inputResponses, requestState: result.requestState }
  }
  throw new Error('it asks on and on')
}

/** A legacy client over stdio: answers requests of the server while the call lasts. */
async function callLegacy(t, registry, name, { capabilities = ALL, answer = ANSWERS[name] } = {}) {
  const { client } = await connect(t, registry)
  await client.request('initialize', { protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 'c' } })
  const asked = []
  const call = client.request('tools/call', { name, arguments: {} }, 'call')
  for (;;) {
    const next = client.next(({ id, method }) => id !== undefined && method !== undefined)
    const question = await Promise.race([call, next])
    if (question.id === 'call') return { asked, result: question.result }
    asked.push(question.params.message)
    client.send({ id: question.id, result: answer(question.params) })
  }
}

for (const [link, specOf] of Object.entries(LINKS)) {
  const fact = (name, run, options = { questions: ALL_KINDS }) =>
    test(`${link}: ${name}`, async (t) => {
      const scene = await loaded(t, await specOf(t), options)
      return run(scene, t)
    })

  for (const name of Object.keys(ANSWERS)) {
    fact(`${name}: the option ask of a program answers`, async ({ registry }) => {
      const asked = []
      const ask = (question) => {
        asked.push(question)
        return ANSWERS[name](question)
      }
      assert.equal(await registry.execute(name, {}, { ask }), RESULTS[name])
      assert.ok(asked.length > 0)
      for (const { from, toolName, message = '[asking]' } of asked)
        assert.deepEqual([from, toolName, message.startsWith('[asking]')], ['asking', name, true])
    })

    fact(`${name}: a call of a program is continued with answers`, async ({ registry }) => {
      let thrown = await failure(registry.execute(name))
      for (let round = 0; round < 3; round++) {
        assert.equal(thrown.code, 'INPUT_REQUIRED')
        const { state, requests } = questionsOf(thrown)
        const answers = Object.entries(requests).map(([key, question]) => [key, ANSWERS[name](question)])
        const outcome = await registry.resume(state, Object.fromEntries(answers)).catch((error) => error)
        if (typeof outcome === 'string') return assert.equal(outcome, RESULTS[name])
        thrown = outcome
      }
      assert.fail('it asks on and on')
    })

    fact(`${name}: a modern client answers`, async ({ registry }, t) => {
      const { ask } = await served(t, registry)
      const { result, asked } = await callModern(ask, name)
      assert.equal(result.content[0].text, RESULTS[name])
      assert.ok(asked.every((message) => message === undefined || message.startsWith('[asking] ')))
    })

    fact(`${name}: a legacy client answers`, async ({ registry }, t) => {
      const { result, asked } = await callLegacy(t, registry, name)
      assert.equal(result.content[0].text, RESULTS[name])
      assert.ok(asked.length > 0)
    })
  }

  fact('a person may decline', async ({ registry }) => {
    const ask = () => ({ action: 'decline' })
    assert.equal(await registry.execute('greet', {}, { ask }), 'decline nobody')
  })

  fact('a form is handed on with its schema', async ({ registry }) => {
    const { requests } = questionsOf(await failure(registry.execute('greet')))
    const [question] = Object.values(requests)
    assert.deepEqual([question.message, question.schema], ['[asking] Your name?', NAME])
  })

  for (const [name, kind] of Object.entries({ model: 'sampling', folders: 'roots' }))
    fact(
      `by default a server asks for no ${kind}`,
      async ({ registry }) => {
        let asked = 0
        const { code } = await failure(registry.execute(name, {}, { ask: () => asked++ }))
        assert.ok(['UPSTREAM_FAILED', 'TOOL_FAILED'].includes(code), code)
        assert.equal(asked, 0)
      },
      {},
    )

  fact('a client that can answer nothing gets INPUT_REQUIRED, and no fault of the server', async ({ registry }, t) => {
    const { ask } = await served(t, registry)
    const { error } = await callModern(ask, 'greet', { capabilities: {} })
    assert.deepEqual([error.code, error.data], [-32021, { requiredCapabilities: { elicitation: {} } }])
    const { result } = await callLegacy(t, registry, 'greet', { capabilities: {} })
    assert.equal(result.isError, true)
    assert.match(result.content[0].text, /INPUT_REQUIRED/)
  })

  fact('a program that throws fails the call, and the next call works', async ({ registry }) => {
    const ask = () => {
      throw new Error('the window is closed')
    }
    const { code, message } = await failure(registry.execute('greet', {}, { ask }))
    assert.equal(code, 'TOOL_FAILED')
    assert.match(message, /the window is closed/)
    assert.equal(await registry.execute('greet', {}, { ask: ANSWERS.greet }), 'accept Ann')
  })

  fact('a server that asks for ever is ended', async ({ registry }) => {
    let asked = 0
    const ask = () => (asked++, ACCEPT('Ann'))
    const { code, message } = await failure(registry.execute('forever', {}, { ask }))
    assert.equal(code, 'UPSTREAM_FAILED')
    assert.match(message, /asked more than (10 times|32 questions)/)
    assert.ok(asked <= 32)
  })

  fact('a message of a MiB is not handed on', async ({ registry }) => {
    let asked = 0
    const { code, message } = await failure(registry.execute('large', {}, { ask: () => asked++ }))
    assert.deepEqual([code, asked], ['UPSTREAM_FAILED', 0])
    assert.match(message, /more than \d+ characters/)
  })
}

for (const first of ['modern', 'legacy'])
  for (const second of ['modern', 'legacy']) {
    /** The registry of the first of three servers: the last one asks. */
    const chained = async (t) => {
      const last = await LINKS[`${second} http`](t)
      const middle = await loaded(t, last, { questions: ALL_KINDS })
      const { url } = await served(t, middle.registry)
      return (await loaded(t, { url, eraFirst: first }, { questions: ALL_KINDS })).registry
    }

    test(`${first}, then ${second}: what the last of three servers asks reaches the caller of the first`, async (t) => {
      const registry = await chained(t)
      const asked = []
      for (const name of Object.keys(ANSWERS)) {
        const ask = (question) => {
          asked.push(question.message)
          return ANSWERS[name](question)
        }
        assert.equal(await registry.execute(name, {}, { ask }), RESULTS[name])
      }
      assert.equal(asked[0], '[asking] [asking] Your name?')
    })

    test(`${first}, then ${second}: a call through three servers is continued later`, async (t) => {
      const registry = await chained(t)
      let outcome = await failure(registry.execute('two'))
      for (let round = 0; round < 3 && outcome.code === 'INPUT_REQUIRED'; round++) {
        const { state, requests } = questionsOf(outcome)
        const answers = Object.entries(requests).map(([key, question]) => [key, ANSWERS.two(question)])
        outcome = await registry.resume(state, Object.fromEntries(answers)).catch((error) => error)
      }
      assert.equal(outcome, RESULTS.two)
    })
  }
