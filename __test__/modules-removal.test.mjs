// What reload and remove take: names, paths, file URLs, directories and tools, in one order.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { WATCH, eventsOf, modulesOf, moduleText } from './support/module-tools.mjs'
import { fail, providerOf } from './support/providers.mjs'
import { refusal, tool } from './support/tools.mjs'

const FILES = {
  'crm.mjs': moduleText('find'),
  'crm/save.mjs': moduleText('save'),
  'crm/list.mjs': moduleText('list'),
  'find/other.mjs': moduleText('other'),
}

describe('remove takes', () => {
  for (const [given, removed, left] of [
    ['crm', ['find'], ['list', 'other', 'save']],
    ['./crm.mjs', ['find'], ['list', 'other', 'save']],
    ['./crm', ['list', 'save'], ['find', 'other']],
    ['save', ['save'], ['find', 'list', 'other']],
    // A directory comes before a tool of its name.
    ['find', ['other'], ['find', 'list', 'save']],
  ])
    test(`${removed} for ${given}`, async (t) => {
      const { modules, registry } = modulesOf(t, FILES)
      await modules.add('./crm.mjs')
      for (const directory of ['./crm', './find']) await modules.addDirectory(directory)
      assert.deepEqual((await modules.remove(given)).sort(), removed)
      assert.deepEqual(registry.list().sort(), left)
    })
})

test('a source is reloaded before a directory and before a tool of its name', async (t) => {
  const { modules } = modulesOf(t, { 'a.mjs': moduleText('b'), 'b.mjs': moduleText('a') })
  await modules.add(['./a.mjs', './b.mjs'])
  assert.equal((await modules.reload('b')).source, 'b')
})

describe('a file URL', () => {
  for (const [what, toSpec] of [
    ['of a URL', pathToFileURL],
    ['of a text', (path) => pathToFileURL(path).href],
  ])
    test(`${what} reloads, removes, and names a directory`, async (t) => {
      const { modules, registry, at } = modulesOf(t, FILES)
      await modules.add(toSpec(at('crm.mjs')))
      await modules.addDirectory(toSpec(at('crm')))
      assert.equal((await modules.reload(toSpec(at('crm.mjs')))).source, 'crm')
      assert.deepEqual(await modules.remove(toSpec(at('crm.mjs'))), ['find'])
      assert.equal(modules.discover(toSpec(at('crm'))).length, 2)
      assert.deepEqual((await modules.remove(toSpec(at('crm')))).sort(), ['list', 'save'])
      assert.deepEqual(registry.list(), [])
    })

  test('of one export reloads its source', async (t) => {
    const { modules, at } = modulesOf(t, FILES)
    await modules.add('./crm.mjs:find')
    for (const given of [`${pathToFileURL(at('crm.mjs'))}:find`, './crm.mjs:find'])
      assert.equal((await modules.reload(given)).source, 'crm:find')
  })

  test('of another scheme is INVALID_OPTIONS', async (t) => {
    const { modules } = modulesOf(t)
    for (const action of ['reload', 'remove', 'addDirectory', 'discover'])
      assert.equal((await refusal(() => modules[action](new URL('https://example.com/a')))).code, 'INVALID_OPTIONS')
  })
})

test('a provider that throws at its release has its tools removed, and listeners hear of it first', async (t) => {
  const { modules, registry } = modulesOf(t)
  const changes = eventsOf(registry, 'change')
  const seen = []
  const removeConsumer = () => {
    seen.push(changes.length)
    fail()
  }
  await modules.add(providerOf({ loadTools: () => [tool({ name: 'p' })], removeConsumer }).provider)
  const before = changes.length
  const { code, details } = await refusal(() => modules.remove('p'))
  assert.deepEqual([code, details.errors, registry.list(), modules.sources()], ['SOURCE_UNREADABLE', [], [], []])
  assert.deepEqual(seen, [before + 1])
})

test('a directory that is removed is watched no more, and may be added again', async (t) => {
  const { modules, registry } = modulesOf(t, FILES)
  for (let round = 0; round < 2; round++) {
    await modules.addDirectory('./crm', { watch: WATCH })
    assert.deepEqual([registry.list().sort(), modules.directories().length], [['list', 'save'], 1])
    await modules.remove('./crm')
    assert.deepEqual([registry.list(), modules.directories(), modules.sources()], [[], [], []])
  }
})
