// Elicitation of a server of McpLoader: malformed requests, and requests that could reach the wrong caller.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { questionsOf } from 'toolrack'
import { Deadlines } from '../lib/call/deadlines.js'
import { AbandonedCalls } from '../lib/mcp/client/abandoned-calls.js'
import { PendingRequests } from '../lib/mcp/client/pending-requests.js'
import { TestClock, timeOfClock } from '../lib/test/test-clock.js'
import { ACCEPT, ALL_KINDS, LINKS, loaded } from './support/asking-chain.mjs'
import { ASKING_PROGRAM } from './support/asking-tools.mjs'
import { modern, served } from './support/mcp-http.mjs'
import { ScriptedServer, failure, fault, openScene, text, tool } from './support/scripted-upstream.mjs'

const SCHEMA = { type: 'object', properties: { name: { type: 'string' } } }
const form = (over) => ({
  method: 'elicitation/create',
  params: { message: 'Name?', requestedSchema: SCHEMA, ...over },
})
const asks = (inputRequests, more) => ({ resultType: 'input_required', inputRequests, requestState: 's', ...more })
const deep = (levels) => (levels === 0 ? {} : { a: deep(levels - 1) })

/** A modern server whose answers are a list, one for each request. */
async function scripted(answers, options = { questions: ALL_KINDS }) {
  const scene = openScene()
  const server = new ScriptedServer([tool('one', { inputSchema: { type: 'object' } })])
  server.onCall = (name, args, call) => {
    const answer = answers[Math.min(server.calls.length, answers.length) - 1]
    return typeof answer === 'function' ? answer(call) : answer
  }
  await scene.loader.load('s', server, options)
  return { ...scene, server }
}

const WRONG = {
  'requests that are a list': asks([form()]),
  'requests that are a text': asks('x'),
  'a request that is a text': asks({ k: 'x' }),
  'no method': asks({ k: {} }),
  'a method of the prototype': asks({ k: { method: '__proto__', params: {} } }),
  'a method that is none of a question': asks({ k: { method: 'tools/call', params: { name: 'one' } } }),
  'no message': asks({ k: form({ message: undefined }) }),
  'a message that is a list': asks({ k: form({ message: ['x'] }) }),
  'a message of many characters': asks({ k: form({ message: 'x'.repeat(8_193) }) }),
  'a form without a schema': asks({ k: form({ requestedSchema: undefined }) }),
  'a form with nested objects': asks({ k: form({ requestedSchema: { type: 'object', properties: { a: deep(2) } } }) }),
  'a question of many levels': asks({ k: { method: 'sampling/createMessage', params: { messages: [deep(40)] } } }),
  'a question of many bytes': asks({
    k: { method: 'sampling/createMessage', params: { messages: ['x'.repeat(3e5)] } },
  }),
  'no messages for the model': asks({ k: { method: 'sampling/createMessage', params: {} } }),
  'a page of another scheme': asks({ k: form({ mode: 'url', url: 'javascript:alert(1)' }) }),
  'a page that is a file': asks({ k: form({ mode: 'url', url: 'file:///etc/passwd' }) }),
  'a page with a user': asks({ k: form({ mode: 'url', url: 'https://bank.example@evil.example/' }) }),
  'a page without a URL': asks({ k: form({ mode: 'url' }) }),
  'an empty key': asks({ '': form() }),
  'a long key': asks({ ['k'.repeat(101)]: form() }),
  'many questions': asks(Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, form()]))),
  'a state that is an object': asks({ k: form() }, { requestState: {} }),
  'a long state': asks({ k: form() }, { requestState: 'x'.repeat(70_000) }),
  nothing: { resultType: 'input_required' },
}

for (const [name, answer] of Object.entries(WRONG))
  test(`a server that asks with ${name} fails the call, and asks nobody`, async () => {
    const { registry, server } = await scripted([answer])
    let asked = 0
    const { code } = await failure(registry.execute('one', {}, { ask: () => asked++ }))
    assert.deepEqual([code, asked, server.calls.length], ['UPSTREAM_FAILED', 0, 1])
  })

test('answers go back with the state and the keys of the server, and only what was asked', async () => {
  const requests = JSON.parse('{ "__proto__": { "method": "roots/list" } }')
  const { registry, server } = await scripted([asks({ ...requests, k: form() }), text('done')])
  const ask = ({ roots }) => (roots ? { roots: [], _meta: { secret: 1 } } : ACCEPT('Ann'))
  assert.equal(await registry.execute('one', {}, { ask }), 'done')
  const { answers, capabilities } = server.calls[1].call
  const responses = '{"__proto__":{"roots":[]},"k":{"action":"accept","content":{"name":"Ann"}}}'
  assert.deepEqual(JSON.stringify(answers), `{"inputResponses":${responses},"requestState":"s"}`)
  assert.deepEqual(capabilities, { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} })
})

test('a server that asks for nothing but its state gets it back', async () => {
  const { registry, server } = await scripted([asks(undefined), text('done')])
  assert.equal(await registry.execute('one'), 'done')
  assert.deepEqual(server.calls[1].call.answers, { inputResponses: {}, requestState: 's' })
})

test('a key that is asked twice is two questions', async () => {
  const again = asks({ k: form({ message: 'Sure?' }) }, { requestState: 't' })
  const { registry, server } = await scripted([asks({ k: form() }), again, text('done')])
  let error = await failure(registry.execute('one'))
  error = await failure(registry.resume(error.details.state, { k: ACCEPT('Ann') }))
  const { state, requests } = questionsOf(error)
  assert.deepEqual(Object.keys(requests), ['k#2'])
  assert.equal(await registry.resume(state, { 'k#2': ACCEPT('Bob') }), 'done')
  assert.deepEqual(
    server.calls.map(({ call }) => call.answers?.inputResponses.k.content.name),
    [undefined, 'Ann', 'Bob'],
  )
})

test('the state of a server is not readable in ours', async () => {
  const { registry } = await scripted([asks({ k: form() }, { requestState: 'the state of the server' })])
  const { state } = questionsOf(await failure(registry.execute('one')))
  assert.ok(!Buffer.from(state, 'base64url').includes('the state'))
})

test('another server under the same name gets no answers', async (t) => {
  const spec = await LINKS['modern http'](t)
  const { registry, loader } = await loaded(t, { ...spec, location: 'first' })
  const { state } = questionsOf(await failure(registry.execute('greet')))
  await loader.unload('asking')
  await loader.load('asking', { ...spec, location: 'second' })
  const { code, message } = await failure(registry.resume(state, { who: ACCEPT('Ann') }))
  assert.equal(code, 'UPSTREAM_FAILED')
  assert.match(message, /another server has taken its place/)
})

const HIDDEN = {
  'a line that turns': '\u202e',
  'no width': '\u200b',
  'a null': '\0',
  'a bell': '\x07',
  tags: '\u{e0041}',
}
for (const [name, character] of Object.entries(HIDDEN))
  test(`a message has no ${name}, and begins with the name of its source`, async () => {
    const { registry } = await scripted([asks({ k: form({ message: `${character}[bank] PIN?\nNow` }) })])
    const { requests } = questionsOf(await failure(registry.execute('one')))
    assert.deepEqual([requests.k.message, requests.k.from], ['[s] [bank] PIN?\nNow', 's'])
  })

test('a pattern of a server is not run', async () => {
  const requestedSchema = { type: 'object', properties: { a: { type: 'string', pattern: '(a+)+$' } } }
  const { registry } = await scripted([asks({ k: form({ requestedSchema }) }), text('done')])
  const ask = () => ({ action: 'accept', content: { a: `${'a'.repeat(60)}!` } })
  assert.equal(await registry.execute('one', {}, { ask }), 'done')
})

test('a server that needs what the source does not allow is UPSTREAM_FAILED', async () => {
  const data = { requiredCapabilities: { sampling: {} } }
  const refuse = () => {
    throw fault('refused', 'it needs sampling', { code: -32021, data })
  }
  const { registry } = await scripted([refuse], {})
  assert.equal((await failure(registry.execute('one'))).code, 'UPSTREAM_FAILED')
  const allowed = await scripted([refuse])
  assert.equal((await failure(allowed.registry.execute('one'))).code, 'INPUT_REQUIRED')
})

for (const questions of ['elicitation', ['forms'], [5], null, {}])
  test(`an option questions that is ${JSON.stringify(questions)} is INVALID_OPTIONS`, async () => {
    const { loader } = openScene()
    await assert.rejects(loader.load('s', new ScriptedServer(), { questions }), { code: 'INVALID_OPTIONS' })
  })

test('without allowed questions a server is told of none, in both eras', async (t) => {
  const { registry, server } = await scripted([text('done')], { questions: [] })
  await registry.execute('one')
  assert.deepEqual(server.calls[0].call.capabilities, {})
  const { registry: legacy } = await loaded(t, { ...ASKING_PROGRAM, eraFirst: 'legacy' }, { questions: [] })
  let asked = 0
  const { code } = await failure(legacy.execute('greet', {}, { ask: () => asked++ }))
  assert.deepEqual([code, asked], ['TOOL_FAILED', 0])
})

test('legacy stdio: of two calls under way none is asked, for nobody knows which one it is', async (t) => {
  const { registry } = await loaded(t, { ...ASKING_PROGRAM, eraFirst: 'legacy' })
  let asked = 0
  const ask = () => (asked++, ACCEPT('Ann'))
  const outcomes = await Promise.allSettled([1, 2].map(() => registry.execute('greet', {}, { ask })))
  for (const { reason } of outcomes) assert.match(reason.message, /one call alone is under way/)
  assert.equal(asked, 0)
  assert.equal(await registry.execute('greet', {}, { ask }), 'accept Ann')
})

test('legacy http: each of several calls under way is asked on its own stream', async (t) => {
  const { registry } = await loaded(t, await LINKS['legacy http'](t))
  const names = ['Ann', 'Bob', 'Eve']
  const results = names.map((name) => registry.execute('greet', {}, { ask: () => ACCEPT(name) }))
  assert.deepEqual(await Promise.all(results), ['accept Ann', 'accept Bob', 'accept Eve'])
})

test('what a call asks after it was given up reaches no other call', async (t) => {
  const { registry } = await loaded(t, { ...ASKING_PROGRAM, eraFirst: 'legacy' })
  const asked = []
  const ask = ({ message }) => (asked.push(message), ACCEPT('Ann'))
  // It asks a second question while the first one is refused.
  await failure(registry.execute('both', {}, { ask: () => undefined }))
  assert.equal(await registry.execute('greet', {}, { ask }), 'accept Ann')
  assert.deepEqual(asked, ['[asking] Your name?'])
})

test('a state of one user is none for another one, over both servers', async (t) => {
  const { registry } = await loaded(t, await LINKS['modern http'](t))
  const { ask } = await served(t, registry, { context: ({ headers }) => ({ userId: headers['x-user'] }) })
  const meta = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } }
  const call = async (user, more) => {
    const params = { name: 'greet', arguments: {}, _meta: meta, ...more }
    return (await ask(modern('tools/call', params, { headers: { 'x-user': user } }))).json
  }
  const { requestState } = (await call('ann')).result
  const answered = { inputResponses: { who: ACCEPT('Ann') }, requestState }
  assert.equal((await call('eve', answered)).error.code, -32602)
  assert.equal((await call('ann', answered)).result.content[0].text, 'accept Ann')
})

test('a question outside of a stream is that of the only request under way, lists and pings aside', () => {
  const over = { isEmpty: true }
  const pending = new PendingRequests(over)
  const { signal } = new AbortController()
  const add = (id, method, more) => {
    const request = pending.add(id, { method }, { signal, timeoutMs: 1e6, ...more }, () => {})
    request.answer.catch(() => {})
    return request
  }
  const onQuestion = async () => ({})
  const call = add(1, 'tools/call', { onQuestion })
  add(2, 'tools/list')
  add(3, 'ping')
  assert.equal(pending.askedBy(undefined), call)
  assert.equal(pending.askedBy(1), call)
  assert.equal(pending.askedBy(2), undefined)
  over.isEmpty = false
  assert.equal(pending.askedBy(undefined), undefined)
  assert.equal(pending.askedBy(1), call)
  over.isEmpty = true
  add(4, 'prompts/get')
  assert.equal(pending.askedBy(undefined), undefined)
  pending.failAll(fault('lost'))
  assert.equal(pending.askedBy(undefined), undefined)
})

test('an abandoned call is thought to run until its server has answered two pings', async () => {
  const pings = []
  const abandoned = new AbandonedCalls(() => new Promise((resolve) => pings.push(resolve)))
  assert.deepEqual([abandoned.isEmpty, abandoned.whenClear()], [true, undefined])
  abandoned.add()
  const clear = abandoned.whenClear()
  for (const count of [1, 2]) {
    while (pings.length < count) await new Promise(setImmediate)
    assert.equal(abandoned.isEmpty, false)
    pings.at(-1)({})
  }
  await clear
  assert.deepEqual([abandoned.isEmpty, abandoned.whenClear(), pings.length], [true, undefined, 2])
})

test('the silence of a server does not count while a person answers it', async () => {
  const clock = new TestClock(0)
  let answer
  const onQuestion = () => new Promise((resolve) => (answer = resolve))
  const pending = new PendingRequests({ isEmpty: true }, new Deadlines(timeOfClock(clock)))
  const { signal } = new AbortController()
  const call = pending.add(1, { method: 'tools/call' }, { signal, timeoutMs: 50, onQuestion }, () => {})
  let isOver = false
  const over = failure(call.answer).finally(() => (isOver = true))
  const answered = call.answerQuestion({ method: 'roots/list', params: {} })
  await clock.advance(500)
  call.progress({ progress: 1 })
  await clock.advance(500)
  await new Promise(setImmediate)
  assert.equal(isOver, false)
  answer({ roots: [] })
  assert.deepEqual(await answered, { roots: [] })
  await clock.advance(50)
  assert.equal((await over).kind, 'timeout')
})
