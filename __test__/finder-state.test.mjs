// The state of a finder: budgets, other snapshots, other processes, and states that nobody wrote.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callOf } from 'toolrack/test'
import { runFile } from './support/child.mjs'
import { errorIn } from './support/model.mjs'
import { refusal, registryOf, tool } from './support/tools.mjs'

const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six']
const counters = (over) => NUMBERS.map((name) => ({ name, description: `Counts ${name}`, ...over }))
const finderOf = (registry, target, options) => registry.snapshot().finder(target, options)
const namesIn = (finder) => finder.definitions().map((one) => (one.function ?? one).name)
const loadedIn = ({ state }) => state.loaded.map(({ name }) => name)
const valueOf = ({ value, content }) => value ?? JSON.parse(content)

/** Lets a model load tools by their names, and goes on to the next request. */
async function loadAll(finder, ...names) {
  const answer = valueOf(await finder.respond(callOf(finder.target, 'load_tools', { names })))
  return { finder: finder.next(), answer }
}
const call = (finder, name, args = {}) => finder.respond(callOf(finder.target, name, args))

test('over the budget the least recently used tools are unloaded, and the answer says which', async () => {
  let finder = finderOf(registryOf(...counters()), 'plain', { load: 'explicit', budget: { tools: 5 } })
  ;({ finder } = await loadAll(finder, 'one'))
  ;({ finder } = await loadAll(finder, 'two'))
  ;({ finder } = await loadAll(finder, 'three'))
  assert.deepEqual(namesIn(finder), ['search_tools', 'load_tools', 'one', 'two', 'three'])
  const { answer, finder: fourth } = await loadAll(finder, 'four')
  assert.equal(answer.note, 'Unloaded to make room: one.')
  assert.deepEqual(namesIn(fourth), ['search_tools', 'load_tools', 'two', 'three', 'four'])
  // It was used again, and the others were not.
  const again = (await loadAll(fourth, 'two')).finder
  assert.deepEqual(loadedIn((await loadAll(again, 'five')).finder), ['two', 'four', 'five'])
})

test('a tool that was called in this turn is not unloaded, and what has no room is told', async () => {
  const registry = registryOf(...counters())
  let finder = finderOf(registry, 'plain', { load: 'explicit', budget: { tools: 4 } })
  ;({ finder } = await loadAll(finder, 'one', 'two'))
  await call(finder, 'one')
  finder = finder.next()
  let { answer, finder: next } = await loadAll(finder, 'three')
  assert.deepEqual([answer.note, loadedIn(next)], ['Unloaded to make room: two.', ['one', 'three']])
  await call(next, 'three')
  ;({ answer, finder: next } = await loadAll(next.next(), 'four', 'five'))
  assert.deepEqual([answer.note, loadedIn(next)], ['Not loaded, there is no room: four, five.', ['one', 'three']])
  // A call tells the definition, and is made the second time.
  assert.equal(errorIn(await call(next, 'four')).code, 'NOT_LOADED')
  assert.equal(errorIn(await call(next.next(), 'four')), undefined)
  assert.equal(next.next().definitions().length, 4)
  // In a new turn nothing was called yet.
  ;({ answer } = await loadAll(next.next(registry.snapshot()), 'six'))
  assert.equal(answer.note, 'Unloaded to make room: one.')
})

test('what one request loads is not unloaded by another answer to it', async () => {
  const finder = finderOf(registryOf(...counters()), 'plain', { load: 'explicit', budget: { tools: 4 } })
  const calls = [['one', 'two'], ['three']].map((names) => callOf('plain', 'load_tools', { names }))
  const [, second] = await finder.respond(calls)
  assert.equal(valueOf(second).note, 'Not loaded, there is no room: three.')
  assert.deepEqual(loadedIn(finder), ['one', 'two'])
})

test('the budget counts tokens too, and a request never exceeds it', async () => {
  const registry = registryOf(...counters({ description: `Counts. ${'word '.repeat(400)}` }))
  let finder = finderOf(registry, 'openai-chat', { load: 'explicit', budget: { tokens: 2_000 } })
  for (const name of NUMBERS) {
    ;({ finder } = await loadAll(finder, name))
    const tokens = finder.definitions().reduce((sum, one) => sum + Math.ceil(JSON.stringify(one).length / 4), 0)
    assert.ok(tokens <= 2_000, `${tokens}`)
  }
  assert.deepEqual(loadedIn(finder), ['four', 'five', 'six'].slice(-loadedIn(finder).length))
  assert.ok(loadedIn(finder).length >= 1)
})

for (const [target, most] of [
  ['openai-chat', 128],
  ['gemini', 512],
])
  test(`${target}: a request has ${most} tools at most, whatever the budget is`, async () => {
    const many = Array.from({ length: most + 20 }, (_, i) => ({ name: `t${i}`, description: 'Counts' }))
    const registry = registryOf(...many)
    const loaded = registry.tools().map(({ name, schemaHash }) => ({ name, schemaHash }))
    const state = { loaded, revision: registry.revision }
    const finder = finderOf(registry, target, { budget: { tools: 5_000, tokens: 1e9 }, state })
    const definitions = finder.definitions()
    assert.equal((definitions[0].functionDeclarations ?? definitions).length, most)
    assert.match(finder.notice, /^Unloaded to make room: t0, .* and 11 more\.$/)
  })

test('a reload during the turn changes nothing, and the next snapshot carries over what is there', async () => {
  const registry = registryOf(...counters())
  let finder = finderOf(registry, 'openai-chat')
  await finder.respond(callOf('openai-chat', 'search_tools', { queries: ['one'], limit: 1 }))
  for (const name of ['two', 'three'])
    await finder.respond(callOf('openai-chat', 'search_tools', { queries: [name], limit: 1 }))
  registry.replace(tool({ name: 'one', description: 'Counts one, anew', execute: () => 'anew' }))
  registry.unregister('two')
  finder = finder.next()
  assert.deepEqual(loadedIn(finder), ['one', 'two', 'three'])
  assert.equal((await call(finder, 'two')).content, '{}')
  assert.equal(finder.notice, undefined)

  finder = finder.next(registry.snapshot())
  const notice = 'Changed since they were shown: one. No longer available: two.'
  assert.deepEqual([loadedIn(finder), finder.notice], [['one', 'three'], notice])
  assert.equal(finder.definitions()[1].function.description, 'Counts one, anew')
  assert.equal((await call(finder, 'one')).content, 'anew')
  assert.equal(errorIn(await call(finder, 'two')).code, 'UNKNOWN_TOOL')
  // The next search tells it once, also if it is of a later request.
  finder = finder.next()
  assert.equal(finder.notice, notice)
  const told = await call(finder, 'search_tools', { queries: ['four'] })
  assert.equal(valueOf(told).note, notice)
  assert.deepEqual([finder.notice, finder.next().notice], [undefined, undefined])
})

test('openai: a changed tool is told anew before it is called', async () => {
  const registry = registryOf(...counters())
  let finder = finderOf(registry, 'openai')
  const search = { type: 'tool_search_call', call_id: 'c', arguments: { queries: ['one'], limit: 1 } }
  await finder.respond(search)
  assert.deepEqual(loadedIn(finder), ['one'])
  registry.replace(tool({ name: 'one', description: 'Counts one, anew' }))
  finder = finder.next(registry.snapshot())
  assert.deepEqual(loadedIn(finder), [])
  assert.match(errorIn(await call(finder, 'one')).message, /Counts one, anew/)
  assert.equal(errorIn(await call(finder, 'one')), undefined)
})

test('a state survives JSON and another process, and is frozen', async () => {
  let finder = finderOf(registryOf(...counters()), 'openai-chat')
  await finder.respond(callOf('openai-chat', 'search_tools', { queries: ['three'], limit: 1 }))
  finder = finder.next()
  await finder.respond(callOf('openai-chat', 'search_tools', { queries: ['one'], limit: 1 }))
  const { state } = finder
  for (const part of [state, state.loaded, state.loaded[0]]) assert.ok(Object.isFrozen(part))
  assert.deepEqual(Object.keys(state), ['loaded', 'revision'])
  const program = `
    const { ToolRegistry } = require('toolrack')
    const registry = new ToolRegistry()
    for (const name of ${JSON.stringify(NUMBERS.toReversed())}) registry.register({
      name, description: name === 'one' ? 'Counts otherwise' : 'Counts ' + name,
      inputSchema: { type: 'object' }, execute: () => 'there' })
    const finder = registry.snapshot().finder('openai-chat', { state: ${JSON.stringify(state)} })
    const call = { id: '1', type: 'function', function: { name: 'three', arguments: '{}' } }
    finder.respond(call).then(({ content }) =>
      console.log(JSON.stringify([finder.definitions(), content, finder.notice, finder.state.loaded])))`
  const { stdout, stderr } = await runFile(['--eval', program])
  assert.equal(stderr, '')
  const [definitions, content, notice, loaded] = JSON.parse(stdout)
  assert.deepEqual(definitions.map((one) => [one.function.name, one.function.description]).slice(1), [
    ['three', 'Counts three'],
    ['one', 'Counts otherwise'],
  ])
  assert.deepEqual([content, notice], ['there', 'Changed since they were shown: one.'])
  assert.deepEqual(loaded[0], state.loaded[0])
  assert.notEqual(loaded[1].schemaHash, state.loaded[1].schemaHash)
})

for (const target of ['plain', 'openai', 'anthropic', 'gemini'])
  test(`${target}: a forged state shows and calls nothing outside of the filter`, async () => {
    const registry = registryOf(...counters(), { name: 'secret', description: 'Opens the safe' })
    const { schemaHash } = registry.get('secret')
    const loaded = ['secret', '__proto__', 'constructor', 'search_tools', 'one', 'one'].map((name) => ({
      name,
      schemaHash,
    }))
    const state = { loaded, revision: 99 }
    const finder = finderOf(registry, target, { filter: { predicate: ({ name }) => name !== 'secret' }, state })
    const told = JSON.stringify([finder.definitions(), finder.next().definitions(), finder.notice, finder.state])
    assert.ok(!told.includes('secret') && !told.includes('safe'))
    const names = finder.definitions().flatMap((one) => one.functionDeclarations ?? [one])
    assert.equal(new Set(names.map(({ name }) => name)).size, names.length)
    assert.equal(errorIn(await call(finder, 'secret')).code, 'UNKNOWN_TOOL')
    assert.match(finder.notice, /4 tools are no longer available\./)
    // For OpenAI a changed tool has to be told anew. For Anthropic names that no tool has stay, without a hash.
    const entries = finder.state.loaded.filter(({ schemaHash }) => schemaHash !== '').map(({ name }) => name)
    assert.deepEqual(entries, target === 'openai' ? [] : ['one'])
  })

const looping = { loaded: [] }
looping.revision = looping
const STATES = [
  [null, /must be finder\.state/],
  ['{}', /must be finder\.state/],
  [[], /must be finder\.state/],
  [{}, /state\.loaded/],
  [{ loaded: {}, revision: 1 }, /state\.loaded/],
  [{ loaded: [null], revision: 1 }, /state\.loaded\/0/],
  [{ loaded: [{ name: 7, schemaHash: 'x' }], revision: 1 }, /loaded\/0\/name/],
  [{ loaded: [{ name: 'x'.repeat(2_000), schemaHash: 'x' }], revision: 1 }, /1024 characters/],
  [{ loaded: [{ name: 'one' }], revision: 1 }, /loaded\/0\/schemaHash/],
  [{ loaded: [{ name: 'one', schemaHash: 'x', isLoaded: true }], revision: 1 }, /isLoaded/],
  [{ loaded: [], revision: -1 }, /state\.revision/],
  [{ loaded: [], revision: 1, called: [] }, /called/],
  [{ loaded: Array(10_001).fill({ name: 'one', schemaHash: 'x' }), revision: 1 }, /10000/],
  [looping, /cannot be JSON/],
]
for (const [index, [state, told]] of STATES.entries())
  test(`a state that no finder wrote is refused (${index})`, async () => {
    const error = await refusal(() => finderOf(registryOf(), 'plain', { state }))
    assert.ok(['INVALID_OPTIONS', 'LIMIT_EXCEEDED'].includes(error.code))
    assert.match(error.message, told)
  })
