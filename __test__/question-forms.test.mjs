// Forms of questions: which schemas a question may have, and which content a closure gets.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMcpServer } from 'toolrack/mcp'
import { createTestRegistry } from 'toolrack/test'
import { connect, modernMeta } from './support/mcp-client.mjs'
import { modern, overFetch } from './support/mcp-http.mjs'
import { codeOf } from './support/tools.mjs'

const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities'
const object = (properties, more) => ({ type: 'object', properties, ...more })
const field = (schema) => object({ a: schema })
const text = { type: 'string' }

function registryWith(execute) {
  const registry = createTestRegistry()
  registry.register({ name: 'work', description: 'Works', execute })
  return registry
}

const choice = [
  { const: 'a', title: 'A' },
  { const: 'b', title: 'B' },
]

/** Fields with a content that matches, and contents that do not. */
const FIELDS = {
  string: [text, 'x', [5, null, {}, ['x'], true]],
  minLength: [{ ...text, minLength: 2 }, '😀😀', ['x', '😀']],
  maxLength: [{ ...text, maxLength: 2 }, '😀😀', ['xyz']],
  pattern: [{ ...text, pattern: '^a+$' }, 'aa', ['b', '']],
  email: [{ ...text, format: 'email' }, 'a@b.c', ['a', 'a @b.c', '@', 'a@b@c']],
  uri: [{ ...text, format: 'uri' }, 'https://a.b', ['a', '//']],
  date: [{ ...text, format: 'date' }, '2026-11-30', ['2026-13-01', '30.11.2026', '2026-11-30T00:00:00Z']],
  'date-time': [{ ...text, format: 'date-time' }, '2026-11-30T10:00:00Z', ['2026-11-30', '2026-11-30T25:00:00Z']],
  'another format': [{ ...text, format: 'colour' }, 'red', [5]],
  enum: [{ ...text, enum: ['a', 'b'] }, 'a', ['c', '', 5]],
  enumNames: [{ ...text, enum: ['a'], enumNames: ['A'] }, 'a', ['A']],
  oneOf: [{ ...text, oneOf: choice }, 'b', ['B', 'c']],
  const: [{ ...text, const: 'yes' }, 'yes', ['no']],
  integer: [{ type: 'integer' }, 5, [5.5, '5', Number.MAX_VALUE * 2]],
  number: [{ type: 'number' }, 5.5, ['5', true]],
  minimum: [{ type: 'number', minimum: 2, maximum: 3 }, 2, [1.9, 3.1]],
  exclusive: [{ type: 'number', exclusiveMinimum: 2, exclusiveMaximum: 3 }, 2.5, [2, 3]],
  multipleOf: [{ type: 'integer', multipleOf: 5 }, 10, [7]],
  boolean: [{ type: 'boolean' }, false, ['false', 0]],
  list: [{ type: 'array', items: { ...text, enum: ['a', 'b'] } }, ['a', 'b'], ['a', ['c'], [['a']], {}]],
  'titled list': [{ type: 'array', items: { anyOf: choice } }, ['a'], [['A'], [5]]],
  minItems: [{ type: 'array', items: { enum: ['a', 'b'] }, minItems: 1, maxItems: 1 }, ['a'], [[], ['a', 'b']]],
  uniqueItems: [{ type: 'array', items: { enum: ['a', 'b'] }, uniqueItems: true }, ['a'], [['a', 'a']]],
}

for (const [name, [schema, good, wrong]] of Object.entries(FIELDS))
  test(`${name}: content that matches reaches the closure, and no other`, async () => {
    const registry = registryWith(
      async (_, { ask }) => (await ask('k', { message: 'm', schema: field(schema) })).content,
    )
    const answer = (a) => registry.execute('work', {}, { ask: () => ({ action: 'accept', content: { a } }) })
    assert.deepEqual(await answer(good), { a: good })
    for (const value of wrong)
      await assert.rejects(answer(value), ({ code, message }) => code === 'INVALID_OPTIONS' && message.includes('/a '))
  })

test('a field that is not required may be left out', async () => {
  const schema = object({ a: text, b: text }, { required: ['a'] })
  const registry = registryWith(async (_, { ask }) => (await ask('k', { message: 'm', schema })).content)
  const answer = (content) => registry.execute('work', {}, { ask: () => ({ action: 'accept', content }) })
  assert.deepEqual(await answer({ a: 'x' }), { a: 'x' })
  await assert.rejects(answer({ b: 'x' }), { message: /\/a is missing/ })
})

/** Schemas that no client shows, and the place that the error names. */
const SCHEMAS = {
  'no type': [{ properties: {} }, '/type'],
  'another type': [{ type: 'array', items: text }, '/type'],
  'no properties': [{ type: 'object' }, '/properties'],
  'a field without a type': [field({}), '/properties/a/type'],
  'a field of several types': [field({ type: ['string', 'null'] }), '/properties/a/type'],
  'a nested object': [field({ type: 'object', properties: {} }), '/properties/a/type'],
  'a list of objects': [field({ type: 'array', items: { type: 'object' } }), '/properties/a/items'],
  'a list without choices': [field({ type: 'array', items: text }), '/properties/a/items'],
  'a field that is true': [field(true), '/properties/a'],
  'a reference': [field({ ...text, $ref: '#/$defs/a' }), '/properties/a/$ref'],
  'an unknown keyword': [object({ a: text }, { allOf: [] }), '/allOf'],
  'a pattern that is none': [field({ ...text, pattern: '(' }), '/properties/a/pattern'],
  'a length that is a text': [field({ ...text, maxLength: '5' }), '/properties/a/maxLength'],
  'an enum that is a text': [field({ ...text, enum: 'a' }), '/properties/a/enum'],
  'choices without values': [field({ ...text, oneOf: [{ title: 'A' }] }), '/properties/a/oneOf'],
  'a required field that it lacks': [object({ a: text }, { required: ['b'] }), '/required'],
  'a required list that is a text': [object({ a: text }, { required: 'a' }), '/required'],
  'a key with a slash': [object({ 'a/b': {} }), '/properties/a~1b/type'],
  'too many fields': [
    object(Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`f${i}`, text]))),
    '/properties',
  ],
  'a name of the prototype as a type': [field({ type: '__proto__' }), '/properties/a/type'],
  'another name of the prototype as a type': [field({ type: 'constructor' }), '/properties/a/type'],
}

for (const [name, [schema, pointer]] of Object.entries(SCHEMAS))
  test(`a form with ${name} is INVALID_OPTIONS, which names the place`, async () => {
    let option
    const registry = registryWith((_, { ask }) =>
      codeOf(() =>
        ask('k', { message: 'm', schema }).catch((error) => {
          option = error.details.option
          throw error
        }),
      ),
    )
    assert.equal(await registry.execute('work', {}, { ask: () => ({ action: 'cancel' }) }), 'INVALID_OPTIONS')
    assert.equal(option, `ask.schema${pointer}`)
  })

const NAME = object({ name: { ...text, maxLength: 5 } }, { required: ['name'] })
const greet = async (_, { ask }) => (await ask('who', { message: 'Your name?', schema: NAME })).content.name
const accept = (name) => ({ action: 'accept', content: { name } })

test('a modern client whose content does not match is asked again, and may correct it', async (t) => {
  const server = createMcpServer(registryWith(greet))
  t.after(() => server.close())
  const ask = overFetch(server)
  const call = async (more) => {
    const _meta = modernMeta({ [CAPABILITIES]: { elicitation: {} } })
    return (await ask(modern('tools/call', { name: 'work', arguments: {}, _meta, ...more }))).json.result
  }
  let { requestState } = await call()
  for (const name of ['Annabelle', 5, undefined]) {
    const again = await call({ inputResponses: { who: accept(name) }, requestState })
    assert.deepEqual([again.resultType, Object.keys(again.inputRequests)], ['input_required', ['who']])
    ;({ requestState } = again)
  }
  const { content } = await call({ inputResponses: { who: accept('Ann') }, requestState })
  assert.equal(content[0].text, 'Ann')
})

test('a legacy client whose content does not match fails the tool, and reads why', async (t) => {
  const { client } = await connect(t, registryWith(greet))
  const opening = { protocolVersion: '2025-11-25', capabilities: { elicitation: {} }, clientInfo: { name: 'c' } }
  await client.request('initialize', opening)
  const result = client.request('tools/call', { name: 'work', arguments: {} })
  const { id } = await client.next(({ method }) => method === 'elicitation/create')
  client.send({ id, result: accept('Annabelle') })
  const { isError, content } = (await result).result
  assert.equal(isError, true)
  assert.match(content[0].text, /who.*\/name must have a length of at most 5/)
})

test('a legacy client gets an id for a visit to a page', async (t) => {
  const page = { message: 'Log in', url: 'https://example.com' }
  const { client } = await connect(
    t,
    registryWith(async (_, { ask }) => (await ask('page', page)).action),
  )
  const capabilities = { elicitation: { url: {} } }
  await client.request('initialize', { protocolVersion: '2025-11-25', capabilities, clientInfo: { name: 'c' } })
  const result = client.request('tools/call', { name: 'work', arguments: {} })
  const { id, params } = await client.next(({ method }) => method === 'elicitation/create')
  assert.deepEqual([params.mode, params.url, typeof params.elicitationId], ['url', page.url, 'string'])
  client.send({ id, result: { action: 'accept' } })
  assert.equal((await result).result.content[0].text, 'accept')
})
