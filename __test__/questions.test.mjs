// Questions of closures outside of MCP: nobody can answer them, and the error has the question.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { codeOf } from './support/tools.mjs'

const SCHEMA = { type: 'object', properties: { name: { type: 'string' } } }
const FORM = { message: 'Your name?', schema: SCHEMA }

/** A registry with one tool. */
function registryWith(execute, more) {
  const registry = new ToolRegistry()
  registry.register({ name: 'work', description: 'Works', execute, ...more })
  return registry
}

const asking = async (_, { ask }) => (await ask('who', FORM)).action

const CALLS = {
  execute: (registry) => registry.execute('work'),
  call: (registry) => registry.call('work'),
  async stream(registry) {
    for await (const piece of registry.stream('work')) assert.fail(piece)
  },
}

for (const [kind, call] of Object.entries(CALLS))
  test(`${kind} of a tool that asks fails with INPUT_REQUIRED, and the question`, async () => {
    const registry = registryWith(asking)
    const outcomes = []
    registry.on('call', ({ outcome }) => outcomes.push(outcome))
    const requests = {
      who: { method: 'elicitation/create', params: { message: 'Your name?', requestedSchema: SCHEMA } },
    }
    await assert.rejects(call(registry), { code: 'INPUT_REQUIRED', details: { tool: 'work', requests } })
    assert.deepEqual(outcomes, ['INPUT_REQUIRED'])
  })

test('a generator that asks fails with INPUT_REQUIRED', async () => {
  const registry = registryWith(async function* (_, { ask }) {
    yield 'a'
    await ask('who', FORM)
  })
  await assert.rejects(registry.execute('work'), { code: 'INPUT_REQUIRED' })
  const stream = registry.stream('work')
  assert.equal((await stream.next()).value, 'a')
  await assert.rejects(stream.next(), { code: 'INPUT_REQUIRED' })
})

test('a model reads that the tool asks a person', async () => {
  const { error } = await registryWith(asking).respond('plain', { name: 'work' })
  assert.equal(error.code, 'INPUT_REQUIRED')
  const call = { type: 'tool_use', id: 'a', name: 'work', input: {} }
  const answer = await registryWith(asking).respond('anthropic', call)
  assert.equal(answer.is_error, true)
  assert.match(JSON.stringify(answer.content), /INPUT_REQUIRED.*The tool asks a person something/)
})

test('a tool may go on without an answer', async () => {
  const registry = registryWith(async (_, { ask }) => {
    const answer = await ask('who', FORM).catch(({ code }) => code)
    return `none: ${answer}`
  })
  assert.equal(await registry.execute('work'), 'none: INPUT_REQUIRED')
})

test('a tool that does not wait for its answer ends no process', async () => {
  const registry = registryWith((_, { ask }) => {
    void ask('who', FORM)
    return 'over'
  })
  assert.equal(await registry.execute('work'), 'over')
  await new Promise(setImmediate)
})

test('a key of idempotency is free after a question', async () => {
  let asks = true
  const registry = registryWith(async (_, { ask }) => (asks ? ask('who', FORM) : 'over'))
  await assert.rejects(registry.execute('work', {}, { idempotencyKey: 'k' }), { code: 'INPUT_REQUIRED' })
  asks = false
  assert.equal(await registry.execute('work', {}, { idempotencyKey: 'k' }), 'over')
})

const WRONG = {
  'no key': [undefined, FORM],
  'an empty key': ['', FORM],
  'a long key': ['k'.repeat(129), FORM],
  'no request': ['k'],
  'a request that is a text': ['k', 'Your name?'],
  'an unknown member': ['k', { ...FORM, title: 'x' }],
  'no message': ['k', { schema: SCHEMA }],
  'no schema': ['k', { message: 'x' }],
  'a schema that is a list': ['k', { message: 'x', schema: [] }],
  'an address of another scheme': ['k', { message: 'x', url: 'javascript:alert(1)' }],
  'roots that are false': ['k', { roots: false }],
  'sampling that is a text': ['k', { sampling: 'x' }],
  'sampling that is no JSON': ['k', { sampling: { messages: [1n] } }],
}

for (const [name, [key, request]] of Object.entries(WRONG))
  test(`a question with ${name} is INVALID_OPTIONS`, async () => {
    const registry = registryWith((_, { ask }) => codeOf(() => ask(key, request)))
    assert.equal(await registry.execute('work'), 'INVALID_OPTIONS')
  })
