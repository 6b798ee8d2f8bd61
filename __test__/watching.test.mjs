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
  ['replaced by a file that is moved over it', async ({ path, file }, content) => {
    await writeFile(join(path, 'next.json'), content)
    await rename(join(path, 'next.json'), file)
  }],
  ['taken away and made again', async ({ file, write }, content) => {
    await rm(file)
    await write(content)
  }],
  ['written in two halves', async ({ file, write }, content) => {
    await write(content.slice(0, 50))
    await writeFile(file, content.slice(50), { flag: 'a' })
  }],
]
for (const [how, change] of CHANGES) {
  test(`a document that is ${how} is reloaded, whole`, async (t) => {
    const place = await watched(t, ['a', 'b'])
    const reloaded = next(place.registry, 'reloaded', has('c'))
    await change(place, text(['b', 'c'], { b: { summary: 'Says more' } }))
    const { source, added, updated, removed, unchanged, revision } = await reloaded
    assert.deepEqual({ source, added, updated, removed, unchanged }, { source: 'pets', added: ['c'], updated: ['b'], removed: ['a'], unchanged: [] })
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
  assert.deepEqual([first, others], [{ name: 'pets', location: file, version: '1.2.0', tools: 2, stale: 0, rolledBack: false }, []])
  assert.ok(/^[0-9a-f]{64}$/.test(hash) && revision === registry.revision && Math.abs(Date.now() - loadedAt) < 60_000)
  const failed = next(registry, 'reloadFailed')
  await write('{ "openapi": "3.0.3", "paths": ')
  const { error } = await failed
  const [{ fault, ...still }] = registry.sources()
  assert.deepEqual(still, { ...first, hash, revision, loadedAt })
  assert.deepEqual({ ...fault, since: 0 }, { since: 0, code: error.code, pointer: error.details.pointer, message: error.message })
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
  for (const [version, ids] of [['v1', ['a']], ['v2', ['a', 'b']]]) {
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

test('only files are watched', async (t) => {
  const { url } = await serve(t, () => JSON.parse(text(['a'])))
  const registry = registryOf()
  const loader = new SpecLoader(registry)
  for (const source of [`${url}/pets.json`, text(['a'])]) assert.equal(await codeOf(() => loader.load(source, { watch: true })), 'INVALID_OPTIONS')
  await loader.load(`${url}/pets.json`)
  assert.equal(await codeOf(() => loader.watch('pets')), 'INVALID_OPTIONS')
  assert.equal(await codeOf(() => loader.watch('none')), 'UNKNOWN_SOURCE')
})
