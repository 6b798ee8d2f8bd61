// Questions of closures that a program answers, by the option ask of its call.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { questionsOf } from 'toolrack'
import { anthropicTurn } from 'toolrack/anthropic'
import { createTestRegistry } from 'toolrack/test'

const SCHEMA = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 5 } },
  required: ['name'],
}
const FORM = { message: 'Your name?', schema: SCHEMA }
const accept = (content) => ({ action: 'accept', content })
const greet = async (_, { ask }) => {
  const { action, content } = await ask('who', FORM)
  return `${action} ${content?.name ?? 'nobody'}`
}

function registryWith(execute, more) {
  const registry = createTestRegistry()
  registry.register({ name: 'work', description: 'Works', execute, ...more })
  return registry
}

/** Ways to call: each resolves with what the tool gives. */
const CALLS = {
  execute: (registry, options) => registry.execute('work', {}, options),
  call: async (registry, options) => (await registry.call('work', {}, options)).value,
  async stream(registry, options) {
    let last
    for await (const piece of registry.stream('work', {}, options)) last = piece
    return last
  },
  handle: (registry, options) => registry.snapshot().execute('work', {}, options),
  async respond(registry, options) {
    const { ok, value, error } = await registry.respond('plain', { name: 'work', arguments: {} }, options)
    if (ok) return value
    throw Object.assign(new Error(error.message), { code: error.code })
  },
  async 'respond of anthropic'(registry, options) {
    const call = { type: 'tool_use', id: 'a', name: 'work', input: {} }
    const { content, is_error } = await registry.respond('anthropic', call, options)
    const text = typeof content === 'string' ? content : content[0].text
    if (is_error) throw Object.assign(new Error(text), { code: JSON.parse(text).error?.code ?? JSON.parse(text).code })
    return text.replaceAll('"', '')
  },
  async 'respond of mcp'(registry, options) {
    const { content } = await registry.respond('mcp', { name: 'work', arguments: {} }, options)
    return content[0].text
  },
}

for (const [name, call] of Object.entries(CALLS)) {
  test(`${name}: ask answers in place`, async () => {
    assert.equal(await call(registryWith(greet), { ask: () => accept({ name: 'Ann' }) }), 'accept Ann')
  })

  test(`${name}: a call that is observed is answered as well`, async () => {
    const registry = registryWith(greet)
    const outcomes = []
    registry.on('call', ({ outcome }) => outcomes.push(outcome))
    assert.equal(await call(registry, { ask: async () => accept({ name: 'Ann' }) }), 'accept Ann')
    assert.deepEqual(outcomes, ['ok'])
  })
}

test('ask gets the question in the words of the closure, and which call asks', async () => {
  const page = { message: 'Log in', url: 'https://example.com' }
  const sampling = { messages: [], maxTokens: 5 }
  const asked = []
  const registry = registryWith(async (_, { ask, callId }) => {
    await Promise.all([ask('form', FORM), ask('page', page), ask('text', { sampling }), ask('roots', { roots: true })])
    return callId
  })
  const answers = {
    form: accept({ name: 'Ann' }),
    page: { action: 'accept' },
    text: { role: 'assistant', content: {} },
    roots: { roots: [] },
  }
  const callId = await registry.execute(
    'work',
    {},
    {
      ask({ signal, ...question }) {
        assert.equal(signal.aborted, false)
        asked.push(question)
        return answers[question.key]
      },
    },
  )
  const call = { toolName: 'work', callId }
  assert.deepEqual(asked, [
    { key: 'form', ...FORM, ...call },
    { key: 'page', ...page, ...call },
    { key: 'text', sampling, ...call },
    { key: 'roots', roots: true, ...call },
  ])
})

test('what ask throws, the closure gets: it may go on', async () => {
  const thrown = new TypeError('the window is closed')
  const ask = () => {
    throw thrown
  }
  const caught = registryWith(async (_, { ask }) => (await ask('who', FORM).catch((error) => error)) === thrown)
  assert.equal(await caught.execute('work', {}, { ask }), true)
  await assert.rejects(registryWith(greet).execute('work', {}, { ask }), { code: 'TOOL_FAILED', cause: thrown })
})

test('ask that gives nothing is INPUT_REQUIRED, and its call can be continued', async () => {
  const registry = registryWith(greet)
  const error = await registry.execute('work', {}, { ask: () => undefined }).catch((thrown) => thrown)
  assert.equal(error.code, 'INPUT_REQUIRED')
  assert.equal(await registry.resume(error.details.state, { who: accept({ name: 'Ann' }) }), 'accept Ann')
})

const circle = {}
circle.self = circle
const WRONG = {
  null: null,
  'a text': 'Ann',
  'a list': [],
  'no action': { content: { name: 'Ann' } },
  'another action': { action: 'yes' },
  'no content': { action: 'accept' },
  'content that is a list': accept(['Ann']),
  'content without a field': accept({}),
  'content of another type': accept({ name: 5 }),
  'content that is too long': accept({ name: 'Annabelle' }),
  'a circle': circle,
  'a getter that throws': {
    get action() {
      throw new Error('no')
    },
  },
  'a number of many digits': 5n,
}

for (const [name, answer] of Object.entries(WRONG))
  test(`an answer that is ${name} fails the call with INVALID_OPTIONS`, async () => {
    const ask = () => answer
    const registry = registryWith(greet)
    const isClear = ({ code, message }) => code === 'INVALID_OPTIONS' && message.includes('ask')
    await assert.rejects(registry.execute('work', {}, { ask }), isClear)
    // It is the program's mistake, and no model reads it.
    await assert.rejects(registry.respond('plain', { name: 'work' }, { ask }), isClear)
  })

test('content has the fields of the form alone', async () => {
  const registry = registryWith(async (_, { ask }) => (await ask('who', FORM)).content)
  const content = JSON.parse('{ "name": "Ann", "admin": true, "__proto__": { "admin": true } }')
  assert.deepEqual(await registry.execute('work', {}, { ask: () => accept(content) }), { name: 'Ann' })
})

for (const ask of ['yes', 5, null, {}, true])
  test(`an option ask that is ${ask === null ? null : typeof ask} is INVALID_OPTIONS`, async () => {
    const registry = registryWith(greet)
    await assert.rejects(registry.execute('work', {}, { ask }), { code: 'INVALID_OPTIONS' })
    await assert.rejects(registry.respond('plain', { name: 'work' }, { ask }), { code: 'INVALID_OPTIONS' })
  })

test('the time of ask counts to the timeout, and its signal aborts', async () => {
  const registry = registryWith(greet)
  let aborted = false
  const asking = new Promise((resolve) => {
    const ask = ({ signal }) => {
      signal.addEventListener('abort', () => (aborted = true))
      resolve()
      return new Promise(() => {})
    }
    void assert.rejects(registry.execute('work', {}, { ask, timeoutMs: 50 }), { code: 'TIMEOUT' }).then(() => over())
  })
  let over
  const ended = new Promise((resolve) => (over = resolve))
  await asking
  await registry.clock.advance(50)
  await ended
  assert.equal(aborted, true)
})

test('questions at once are told together', async () => {
  const both = async (_, { ask }) => {
    const [one, two] = await Promise.all([ask('one', FORM), ask('two', FORM)])
    return `${one.content.name} ${two.content.name}`
  }
  const registry = registryWith(both)
  const error = await registry.execute('work').catch((thrown) => thrown)
  const { state, requests } = questionsOf(error)
  assert.deepEqual(Object.keys(requests), ['one', 'two'])
  const answers = { one: accept({ name: 'Ann' }), two: accept({ name: 'Bob' }) }
  assert.equal(await registry.resume(state, answers), 'Ann Bob')
})

test('the question of a call within a call cannot be continued from outside', async () => {
  const registry = registryWith(greet)
  registry.register({ name: 'outer', description: 'Calls', execute: () => registry.execute('work') })
  const error = await registry.execute('outer').catch((thrown) => thrown)
  assert.deepEqual([error.code, error.details.tool, error.details.state], ['INPUT_REQUIRED', 'work', undefined])
  assert.equal(questionsOf(error), undefined)
})

test('the option ask of an adapter answers the questions of its calls', async () => {
  const registry = registryWith(greet)
  const call = { type: 'tool_use', id: 'a', name: 'work', input: {} }
  const [answer] = await anthropicTurn(registry, { ask: () => accept({ name: 'Ann' }) }).answer([call])
  assert.match(JSON.stringify(answer), /accept Ann/)
  const [waits] = await anthropicTurn(registry).answer([call])
  assert.deepEqual(Object.keys(questionsOf(waits).requests), ['who'])
  for (const ask of ['yes', null, {}])
    assert.throws(() => anthropicTurn(registry, { ask }), { code: 'INVALID_OPTIONS' })
})
