// Watched documents: what comes of a change is an event; what breaks leaves the last good tools where they are.
import assert from 'node:assert/strict'
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { SpecLoader } from 'toolrack'
import { folder, text } from './support/documents.mjs'
import { next } from './support/events.mjs'
import { serve } from './support/server.mjs'
import { codeOf, registryOf } from './support/tools.mjs'

/** A watched document, ways to change it, and every event of it in order. */
async function watched(t, ids = ['a']) {
  const path = await folder(t)
  const file = join(path, 'pets.json')
  await writeFile(file, text(ids))
  const registry = registryOf()
  const loader = new SpecLoader(registry)
  const events = []
  registry.on('reloaded', (report) => events.push(report))
  registry.on('reloadFailed', (failure) => events.push(failure))
  await loader.load(file, { watch: true })
  t.after(() => registry.close())
  return { registry, loader, file, path, events, write: (content) => writeFile(file, content) }
}
const has = (id) => ({ wanted: ({ added }) => added.includes(id) })

const CHANGES = [
  ['written in place', ({ write }, content) => write(content)],
  [
    'replaced by a file that is moved over it',
    async ({ path, file }, content) => {
      await writeFile(join(path, 'next.json'), content)
      await rename(join(path, 'next.json'), file)
    },
  ],
  [
    'taken away and made again',
    async ({ file, write }, content) => {
      await rm(file)
      await write(content)
    },
  ],
  [
    'written in two halves',
    async ({ file, write }, content) => {
      await write(content.slice(0, 50))
      await writeFile(file, content.slice(50), { flag: 'a' })
    },
  ],
]
for (const [how, change] of CHANGES) {
  test(`a document that is ${how} is reloaded, whole`, async (t) => {
    const place = await watched(t, ['a', 'b'])
    const reloaded = next(place.registry, 'reloaded', has('c'))
    await change(place, text(['b', 'c'], { b: { summary: 'Says more' } }))
    const { source, added, updated, removed, unchanged, revision } = await reloaded
    assert.deepEqual(
      { source, added, updated, removed, unchanged },
      { source: 'pets', added: ['c'], updated: ['b'], removed: ['a'], unchanged: [] },
    )
    assert.deepEqual([revision, place.registry.list()], [2, ['b', 'c']])
  })
}

test('a document that breaks keeps its tools, and one that is mended is reloaded', async (t) => {
  const { registry, write, events } = await watched(t)
  const failed = next(registry, 'reloadFailed')
  await write(text(['a', 'b']).slice(0, -2))
  const { source, error } = await failed
  assert.deepEqual([source, error.code, error.name, error.details.line], ['pets', 'INVALID_SPEC', 'ToolrackError', 1])
  assert.deepEqual([registry.list(), registry.revision], [['a'], 1])
  const reloaded = next(registry, 'reloaded')
  await write(text(['a', 'b']))
  assert.deepEqual((await reloaded).added, ['b'])
  assert.equal(events.length, 2)
})

test('a document that is gone keeps its tools, and comes back', async (t) => {
  const { registry, file, write, events } = await watched(t)
  const missing = next(registry, 'sourceMissing')
  await rm(file)
  assert.deepEqual(await missing, { source: 'pets', location: file })
  assert.deepEqual([registry.list(), registry.sources()[0].fault.code], [['a'], 'SOURCE_UNREADABLE'])
  const reloaded = next(registry, 'reloaded')
  await write(text(['a', 'b']))
  assert.deepEqual((await reloaded).added, ['b'])
  assert.deepEqual([registry.sources()[0].fault, events.length], [undefined, 1])
})

test('a source says how it is doing: what it is made of, what is wrong and since when', async (t) => {
  const { registry, file, write } = await watched(t, ['a', 'b'])
  const [{ hash, revision, loadedAt, ...first }, ...others] = registry.sources()
  assert.deepEqual(
    [first, others],
    [{ name: 'pets', location: file, version: '1.2.0', tools: 2, stale: 0, rolledBack: false }, []],
  )
  assert.ok(/^[0-9a-f]{64}$/.test(hash) && revision === registry.revision && Math.abs(Date.now() - loadedAt) < 60_000)
  const failed = next(registry, 'reloadFailed')
  await write('{ "openapi": "3.0.3", "paths": ')
  const { error } = await failed
  const [{ fault, ...still }] = registry.sources()
  assert.deepEqual(still, { ...first, hash, revision, loadedAt })
  assert.deepEqual(
    { ...fault, since: 0 },
    { since: 0, code: error.code, pointer: error.details.pointer, message: error.message },
  )
  const reloaded = next(registry, 'reloaded')
  await write(text(['a'], { a: { parameters: [{ $ref: '#/nowhere' }] } }))
  await reloaded
  const [well] = registry.sources()
  assert.deepEqual([well.fault, well.tools, well.stale, well.hash === hash], [undefined, 1, 1, false])
})

test('an operation that breaks leaves its tool what it was, and the others move on', async (t) => {
  const { registry, write } = await watched(t, ['a', 'b'])
  const reloaded = next(registry, 'reloaded')
  await write(text(['a', 'b', 'c'], { b: { parameters: [{ $ref: '#/nowhere' }] } }))
  const { added, removed, stale, skipped } = await reloaded
  assert.deepEqual([added, removed, stale, skipped.map(({ operationId }) => operationId)], [['c'], [], ['b'], ['b']])
})

test('a document behind a link is reloaded when the link leads elsewhere', async (t) => {
  const path = await folder(t)
  for (const [version, ids] of [
    ['v1', ['a']],
    ['v2', ['a', 'b']],
  ]) {
    await mkdir(join(path, version))
    await writeFile(join(path, version, 'pets.json'), text(ids))
  }
  await symlink('v1', join(path, 'current'))
  const registry = registryOf()
  t.after(() => registry.close())
  await new SpecLoader(registry).load(join(path, 'current', 'pets.json'), { watch: true })
  const reloaded = next(registry, 'reloaded')
  await symlink('v2', join(path, 'next'))
  await rename(join(path, 'next'), join(path, 'current'))
  assert.deepEqual((await reloaded).added, ['b'])
})

test('a change is told before the event of its reload', async (t) => {
  const { registry, write } = await watched(t)
  const order = []
  registry.onChange(({ source }) => order.push(`change of ${source}`))
  registry.on('reloaded', () => order.push('reloaded'))
  const reloaded = next(registry, 'reloaded')
  await write(text(['b']))
  await reloaded
  assert.deepEqual(order, ['change of pets', 'reloaded'])
})

test('a document that is not watched any more is left as it is', async (t) => {
  const { registry, loader, file, path, write, events } = await watched(t)
  loader.unwatch('pets')
  const other = join(path, 'other.json')
  await writeFile(other, text(['x']))
  await loader.load(other, { watch: true })
  await write(text(['b']))
  // The other file's reload comes after anything that this one's change could have led to.
  const reloaded = next(registry, 'reloaded')
  await writeFile(other, text(['x', 'y']))
  assert.equal((await reloaded).source, 'other')
  assert.deepEqual([events.length, registry.list({ source: 'pets' })], [1, ['a']])
  const caughtUp = next(registry, 'reloaded')
  loader.watch('pets')
  assert.deepEqual([(await caughtUp).source, registry.list({ source: 'pets' })], ['pets', ['b']])
  assert.ok(file)
})

test('what a loader unloads or a registry closes is not watched any more', async (t) => {
  const { registry, loader, write, path } = await watched(t)
  loader.unload('pets')
  assert.equal(await codeOf(() => loader.watch('pets')), 'UNKNOWN_SOURCE')
  const other = join(path, 'other.json')
  await writeFile(other, text(['x']))
  await loader.load(other, { watch: true })
  await write(text(['b']))
  const reloaded = next(registry, 'reloaded')
  await writeFile(other, text(['x', 'y']))
  assert.deepEqual([(await reloaded).source, registry.list()], ['other', ['x', 'y']])
})

test('an event of a reload is frozen to the bottom, but for the error', async (t) => {
  const { registry, write } = await watched(t)
  const reloaded = next(registry, 'reloaded')
  await write(text(['b']))
  const report = await reloaded
  assert.ok(Object.isFrozen(report) && Object.isFrozen(report.added) && Object.isFrozen(report.excluded))
})

test('files and addresses are watched, texts are not', async (t) => {
  const { url } = await serve(t, () => JSON.parse(text(['a'])))
  const registry = registryOf()
  t.after(() => registry.close())
  const loader = new SpecLoader(registry)
  assert.equal(await codeOf(() => loader.load(text(['a']), { watch: true })), 'INVALID_OPTIONS')
  await loader.load(text(['x']), { name: 'text' })
  await loader.load(`${url}/pets.json`, { watch: true })
  loader.watch('pets')
  assert.equal(await codeOf(() => loader.watch('text')), 'INVALID_OPTIONS')
  assert.equal(await codeOf(() => loader.watch('none')), 'UNKNOWN_SOURCE')
})

test('what cannot be meant by the options of a watch is an error and changes nothing', async (t) => {
  const { registry, loader, file, path } = await watched(t)
  for (const watch of [
    null,
    1,
    'yes',
    [],
    { pollMS: 5 },
    { pollMs: 99 },
    { pollMs: '100' },
    { pollMs: NaN },
    { stabilityMs: -1 },
    { stabilityMs: 9, maxWaitMs: 8 },
    { truncationMs: -1 },
    { truncationMs: '2000' },
    { onMissing: 'drop' },
    { onMissing: { removeAfterMs: -1 } },
    { onMissing: { removeAfterMs: 5, x: 1 } },
    JSON.parse('{"__proto__": 1}'),
  ]) {
    const shown = JSON.stringify(watch)
    assert.equal(await codeOf(() => loader.load(file, { watch })), 'INVALID_OPTIONS', shown)
    assert.equal(await codeOf(() => loader.loadDirectory(path, { watch })), 'INVALID_OPTIONS', shown)
    assert.equal(await codeOf(() => loader.watch('pets', watch)), 'INVALID_OPTIONS', shown)
  }
  assert.deepEqual([registry.revision, registry.list()], [1, ['a']])
})

/** A watched document whose file is about to be taken away. */
async function missing(t, onMissing, over = {}) {
  const place = await watched(t, ['a', 'b'])
  place.loader.watch('pets', { onMissing, ...over })
  return place
}

test('onMissing removes the tools of a missing file in one revision, and they return whole', async (t) => {
  for (const onMissing of ['remove', { removeAfterMs: 300 }]) {
    const { registry, file, write } = await missing(t, onMissing)
    const told = next(registry, 'sourceMissing')
    const gone = next(registry, 'change')
    await rm(file)
    assert.deepEqual(await told, { source: 'pets', location: file })
    await gone
    const [{ fault, tools }] = registry.sources()
    assert.deepEqual([registry.list(), registry.revision, fault.code, tools], [[], 2, 'SOURCE_UNREADABLE', 0])
    const back = next(registry, 'reloaded')
    await write(text(['a', 'b']))
    assert.deepEqual(
      [(await back).added, registry.list(), registry.revision, registry.sources()[0].fault],
      [['a', 'b'], ['a', 'b'], 3, undefined],
    )
  }
})

test('a file that is back before its tools would go has lost none', async (t) => {
  const { registry, file, write } = await missing(t, { removeAfterMs: 60_000 })
  const told = next(registry, 'sourceMissing')
  await rm(file)
  await told
  const back = next(registry, 'reloaded')
  await write(text(['a', 'b', 'c']))
  assert.deepEqual([(await back).added, registry.revision], [['c'], 2])
})

test('a file that is removed and made again at once was never gone', async (t) => {
  const { registry, file, write } = await missing(t, 'remove', { stabilityMs: 500 })
  const events = []
  for (const event of ['sourceMissing', 'change']) registry.on(event, () => events.push(event))
  for (let count = 0; count < 5; count++) {
    await rm(file)
    await write(text(['a', 'b']))
  }
  const reloaded = next(registry, 'reloaded')
  await write(text(['a', 'b', 'c']))
  assert.deepEqual([(await reloaded).added, events, registry.revision], [['c'], ['change'], 2])
})
