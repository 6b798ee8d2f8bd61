// Every change is told, in order, before the call that made it returns; no listener harms another.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { text } from './support/documents.mjs'
import { binding, codeOf, holdOpen, nativeOf, registryOf, tool } from './support/tools.mjs'

/** A registry and the changes that were told of it. */
function told() {
  const registry = new ToolRegistry()
  const changes = []
  registry.onChange((change) => changes.push(change))
  return { registry, changes }
}

test('each change is one event with what it added, updated and removed', () => {
  const { registry, changes } = told()
  const handle = registry.register(tool({ name: 'a' }))
  registry.register(tool({ name: 'b' }))
  registry.replace(tool({ name: 'b', description: 'Another' }))
  handle.disable()
  handle.enable()
  handle.update(tool({ name: 'c' }))
  registry.unregister('b')
  registry.unregister('nobody')
  registry.unregisterSource('code')
  const rows = changes.map(({ revision, added, updated, removed }) => [revision, added, updated, removed])
  assert.deepEqual(rows, [
    [1, ['a'], [], []],
    [2, ['b'], [], []],
    [3, [], ['b'], []],
    [4, [], ['a'], []],
    [5, [], ['a'], []],
    [6, ['c'], [], ['a']],
    [7, [], [], ['b']],
    [8, [], [], ['c']],
  ])
})

test('a change is told before register returns, and can be read by then', () => {
  const registry = new ToolRegistry()
  const seen = []
  registry.onChange(({ revision, added: [name] }) => seen.push([revision, registry.revision, registry.has(name)]))
  registry.register(tool({ name: 'a' }))
  assert.deepEqual(seen, [[1, 1, true]])
})

test('a load is one change, with its source, and is told before load resolves', async () => {
  const { registry, changes } = told()
  await new SpecLoader(registry).load(text(['a', 'b']), { name: 'pets' })
  assert.deepEqual(
    changes.map(({ source, added }) => [source, added]),
    [['pets', ['a', 'b']]],
  )
})

test('what is unloaded is told before unload returns', async () => {
  const { registry, changes } = told()
  const loader = new SpecLoader(registry)
  await loader.load(text(['a']), { name: 'pets' })
  loader.unload('pets')
  assert.deepEqual(
    changes.map(({ removed }) => removed),
    [[], ['a']],
  )
})

test('a change that is refused is none', async () => {
  const { registry, changes } = told()
  registry.register(tool())
  assert.equal(await codeOf(() => registry.register(tool())), 'NAME_TAKEN')
  assert.equal(await codeOf(() => registry.register(tool({ name: 'a b' }))), 'INVALID_DEFINITION')
  assert.deepEqual([changes.length, registry.revision], [1, 1])
})

test('a change is frozen to the bottom: no listener sees what another one did to it', () => {
  const { registry, changes } = told()
  registry.register(tool())
  for (const value of [changes[0], changes[0].added, changes[0].updated, changes[0].removed])
    assert.ok(Object.isFrozen(value))
})

test('a listener that throws or rejects harms no other, and is told of', async () => {
  const registry = new ToolRegistry()
  const faults = [new Error('thrown'), new Error('rejected')]
  const failures = []
  let reached = 0
  registry.on('listenerFailed', () => {
    throw new Error('this one too')
  })
  registry.on('listenerFailed', (event) => failures.push(event))
  registry.onChange(() => {
    throw faults[0]
  })
  registry.onChange(async () => {
    throw faults[1]
  })
  registry.onChange(() => reached++)
  registry.register(tool())
  await new Promise(setImmediate)
  assert.equal(reached, 1)
  assert.deepEqual(
    failures,
    faults.map((error) => ({ event: 'change', error })),
  )
  assert.ok(failures.every(({ error }, i) => error === faults[i]))
})

test('a listener that changes the registry is told of that change afterwards, as all are', () => {
  const { registry, changes } = told()
  const order = []
  registry.onChange(({ added: [name] }) => {
    if (name === 'a') registry.register(tool({ name: 'b' }))
    if (name === 'b') registry.register(tool({ name: 'c' }))
    order.push(name)
  })
  registry.register(tool({ name: 'a' }))
  assert.deepEqual(order, ['a', 'b', 'c'])
  assert.deepEqual(
    changes.map(({ revision }) => revision),
    [1, 2, 3],
  )
})

test('a listener hears nothing once it has left, even in the middle of an event', () => {
  const registry = new ToolRegistry()
  const heard = []
  const off = registry.onChange(() => {
    heard.push('once')
    off()
    off()
  })
  const stay = () => heard.push('both')
  registry.onChange(stay)
  const leave = registry.onChange(stay)
  registry.register(tool({ name: 'a' }))
  leave()
  registry.register(tool({ name: 'b' }))
  assert.deepEqual(heard, ['once', 'both', 'both', 'both'])
})

test('a listener that comes in the middle of an event hears the next one first', () => {
  const registry = new ToolRegistry()
  const heard = []
  const off = registry.onChange(() => {
    off()
    registry.onChange(({ revision }) => heard.push(revision))
  })
  for (const name of ['a', 'b']) registry.register(tool({ name }))
  assert.deepEqual(heard, [2])
})

test('a listener that comes late hears what comes after it', () => {
  const registry = registryOf({ name: 'a' })
  const heard = []
  registry.onChange(({ revision }) => heard.push(revision))
  registry.register(tool({ name: 'b' }))
  assert.deepEqual(heard, [2])
})

test('an event that does not exist, or a listener that is none, is refused', async () => {
  const registry = new ToolRegistry()
  for (const event of ['changed', '__proto__', '', undefined, Symbol('x')])
    assert.equal(await codeOf(() => registry.on(event, () => {})), 'INVALID_OPTIONS')
  for (const listener of [undefined, null, {}, 'x'])
    assert.equal(await codeOf(() => registry.onChange(listener)), 'INVALID_OPTIONS')
})

test('a loop takes changes at its own pace, in order, and ends with the registry', async () => {
  const registry = new ToolRegistry()
  const changes = registry.changes()
  for (const name of ['a', 'b']) registry.register(tool({ name }))
  const seen = []
  for await (const { revision, added } of changes) {
    seen.push([revision, ...added])
    if (revision === 2) queueMicrotask(() => registry.register(tool({ name: 'c' })))
    if (revision === 3) registry.close()
  }
  assert.deepEqual(seen, [
    [1, 'a'],
    [2, 'b'],
    [3, 'c'],
  ])
  assert.equal(await codeOf(() => registry.changes()), 'CLOSED')
})

test('a loop ends with its signal, and with the loop', async () => {
  const registry = new ToolRegistry()
  const abort = new AbortController()
  const waiting = registry.changes({ signal: abort.signal }).next()
  abort.abort()
  assert.deepEqual(await waiting, { done: true, value: undefined })
  assert.deepEqual(await registry.changes({ signal: abort.signal }).next(), { done: true, value: undefined })
  const changes = registry.changes()
  registry.register(tool({ name: 'a' }))
  registry.register(tool({ name: 'b' }))
  for await (const { added } of changes) if (added.includes('a')) break
  assert.deepEqual(await changes.next(), { done: true, value: undefined })
  for (const options of [{ signal: 5 }, { sginal: abort.signal }])
    assert.equal(await codeOf(() => registry.changes(options)), 'INVALID_OPTIONS')
})

test('of changes that a loop does not come to take the oldest go, and the next one says how many', async () => {
  const registry = new ToolRegistry()
  const changes = registry.changes()
  for (let i = 0; i < 1_030; i++) registry.register(tool({ name: `t${i}` }))
  const first = await changes.next()
  assert.deepEqual([first.value.revision, first.value.missed], [7, 6])
  assert.equal((await changes.next()).value.missed, undefined)
})

test('of events that a busy thread does not come to take the oldest go, and it is told how many', async (t) => {
  holdOpen(t)
  const registry = new ToolRegistry()
  const [told, changes] = [[], registry.changes()]
  registry.on('missed', ({ missed }) => told.push(missed))
  registry.onChange(({ revision }) => told.push(revision))
  binding.testEvents(nativeOf(registry), 1, 2_000)
  const { value } = await changes.next()
  assert.deepEqual([value.revision, value.missed], [977, 976])
  assert.deepEqual([told.length, told[0], told[1], told.at(-1)], [1_025, 976, 977, 2_000])
})
