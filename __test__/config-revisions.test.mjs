// One revision of a configuration: all that a load or a reload changes is there at once, and nobody sees a part of it.
import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { configFolder, failures, moduleText, toolNames } from './support/config.mjs'
import { document, text } from './support/documents.mjs'
import { next } from './support/events.mjs'
import { connect } from './support/mcp-client.mjs'

const CONFIG = 'toolrack.config.json'
const CHANGED = 'notifications/tools/list_changed'
const pets = { source: './pets.json' }
const owners = { source: './owners.json' }
const far = { source: 'https://api.example/far.json' }
const lookup = { name: 'lookup', description: 'Looks up', endpoint: 'https://crm.example/a' }

/**
 * Loads a configuration. `change` writes another one and reads it; `meanwhile` runs while the document `far` of it is
 * fetched, which is in the middle: parts that are gone have left by then, and modules and HTTP tools are still to come.
 */
async function loaded(t, config) {
  let work = () => {}
  const fetch = async () => {
    await work()
    return Response.json(document(['listFar']))
  }
  const { load, write, path } = await configFolder(t)
  const loadedConfig = await load(config, { fetch })
  const { registry, report } = loadedConfig
  const changes = []
  registry.on('change', (change) => changes.push(change))
  const change = async (content, meanwhile) => {
    work = meanwhile
    await write(CONFIG, content)
    return loadedConfig.reload()
  }
  return { ...loadedConfig, report, changes, change, write, path }
}

test('a configuration with many sources is one revision, which each report names', async (t) => {
  const { registry, report } = await loaded(t, { documents: { pets, owners }, modules: ['./tools'], tools: [lookup] })
  assert.equal(registry.revision, 1)
  const revisions = [report, ...report.documents, ...report.modules, report.tools].map(({ revision }) => revision)
  assert.deepEqual(revisions, [1, 1, 1, 1, 1])
})

test('a tool that moves from one part to another is never missing, and all is one change', async (t) => {
  const { registry, change, changes, write } = await loaded(t, { documents: { pets }, tools: [lookup] })
  await write('tools/lookup.mjs', moduleText('lookup'))
  const seen = []
  const report = await change({ documents: { far, owners }, modules: ['./tools/lookup.mjs'] }, () => {
    const { revision } = registry.snapshot()
    seen.push(revision, toolNames({ registry }), registry.has('lookup'), registry.get('lookup').source)
  })
  assert.deepEqual(failures(report), [])
  assert.deepEqual(seen, [1, ['getPet', 'listPets', 'lookup'], true, 'tools'])
  const [{ added, updated, removed, ...rest }] = changes
  assert.deepEqual(
    [changes.length, added, updated, removed.toSorted()],
    [1, ['listFar', 'listOwners'], ['lookup'], ['getPet', 'listPets']],
  )
  assert.deepEqual(rest, { revision: 2, stale: [] })
  assert.deepEqual([report.revision, report.documents[0].revision, registry.revision], [2, 2, 2])
  assert.equal(await registry.execute('lookup', {}), 'lookup')
})

test('a model context client is told once, and finds the whole new list', async (t) => {
  const { registry, change } = await loaded(t, { modules: ['./tools/echo.mjs'], tools: [lookup] })
  const { client, ask } = await connect(t, registry, { era: 'legacy', notifyMs: 1 })
  const list = async () => (await ask('tools/list')).result.tools.map(({ name }) => name).sort()
  assert.deepEqual(await list(), ['echo', 'lookup'])
  const alive = setInterval(() => {}, 1000)
  t.after(() => clearInterval(alive))
  const first = client.next(({ method }) => method === CHANGED).then(list)
  await change({ documents: { pets, far }, tools: [{ ...lookup, name: 'other' }] }, async () => {
    assert.deepEqual(await list(), ['echo', 'lookup'])
  })
  assert.deepEqual(await first, ['getPet', 'listFar', 'listPets', 'other'])
  assert.equal(client.messages.filter(({ method }) => method === CHANGED).length, 0)
})

test('what the program registers and loads meanwhile is there at once, and the rest follows', async (t) => {
  const { registry, loader, change, changes } = await loaded(t, { documents: { pets }, tools: [lookup] })
  await change({ documents: { far }, modules: ['./tools/echo.mjs'] }, async () => {
    registry.register({ name: 'mine', description: 'x', execute: () => 1 })
    // What was gone until then went with it, so that its names are free.
    assert.deepEqual(toolNames({ registry }), ['mine'])
    const report = await loader.load(text(['listOthers']), { name: 'others' })
    assert.deepEqual([report.revision, toolNames({ registry })], [registry.revision, ['listOthers', 'mine']])
    assert.equal(registry.unregister('mine'), true)
    assert.equal(registry.has('mine'), false)
  })
  assert.deepEqual(toolNames({ registry }), ['echo', 'listFar', 'listOthers'])
  assert.deepEqual(
    changes.map(({ revision, added, removed }) => [revision, added.toSorted(), removed.toSorted()]),
    [
      [2, [], ['getPet', 'listPets', 'lookup']],
      [3, ['mine'], []],
      [4, ['listOthers'], []],
      [5, [], ['mine']],
      [6, ['echo', 'listFar'], []],
    ],
  )
})

test('a document that its own watch reloads meanwhile is there at once', async (t) => {
  const watch = { pollMs: 100, stabilityMs: 20 }
  const watched = { documents: { pets: { ...pets, watch } } }
  const { registry, change, write } = await loaded(t, watched)
  await change({ documents: { ...watched.documents, far } }, async () => {
    const reloaded = next(registry, 'reloaded')
    await write('pets.json', text(['listPets', 'getPet', 'findPet']))
    const { revision } = await reloaded
    assert.deepEqual([registry.revision >= revision, registry.has('findPet')], [true, true])
  })
  assert.deepEqual(toolNames({ registry }), ['findPet', 'getPet', 'listFar', 'listPets'])
})

test('a part that fails keeps its tools, and the others are one change', async (t) => {
  const { registry, change, changes } = await loaded(t, { documents: { pets, owners }, tools: [lookup] })
  const failing = { documents: { pets: { ...pets, rateLimit: -1 }, far }, tools: [{ ...lookup, endpoint: 'none' }] }
  const report = await change(failing, () => {})
  assert.deepEqual(failures(report), [
    ['/documents/pets', 'INVALID_OPTIONS'],
    ['/tools/0', 'INVALID_DEFINITION'],
  ])
  assert.deepEqual(toolNames({ registry }), ['getPet', 'listFar', 'listPets', 'lookup'])
  assert.deepEqual([changes.length, registry.revision], [1, 2])
})

test('a reload that changes nothing makes no revision', async (t) => {
  const config = { documents: { pets }, modules: ['./tools'], tools: [lookup] }
  const { registry, change, changes } = await loaded(t, config)
  await change(config, () => {})
  assert.deepEqual([changes, registry.revision], [[], 1])
})

test('a module that is gone is called until the revision is there, and disposed after that', async (t) => {
  const events = (globalThis.disposedModules = [])
  t.after(() => delete globalThis.disposedModules)
  const { registry, change, write, path } = await loaded(t, { tools: [lookup] })
  await write('tools/held.mjs', `${moduleText('held')}export const dispose = () => disposedModules.push('held')\n`)
  await change({ modules: [join(path, 'tools/held.mjs')] }, () => {})
  assert.equal(await registry.execute('held', {}), 'held')
  const disposed = next(registry, 'change', { wanted: ({ removed }) => removed.includes('held') })
  await change({ documents: { far } }, async () => {
    assert.equal(await registry.execute('held', {}), 'held')
    await new Promise(setImmediate)
    assert.deepEqual(events, [])
  })
  await disposed
  await new Promise(setImmediate)
  assert.deepEqual([events, toolNames({ registry })], [['held'], ['listFar']])
})

test('a watched module that waits for a name takes it in the revision that frees it', async (t) => {
  const { registry, change, changes, write, path } = await loaded(t, { modules: ['./tools/echo.mjs'] })
  await mkdir(join(path, 'more'))
  await write('more/second.mjs', moduleText('echo', 'second'))
  const watched = { path: './more', watch: { pollMs: 100, stabilityMs: 20 } }
  await change({ modules: ['./tools/echo.mjs', watched] }, () => {})
  await change({ documents: { far }, modules: [watched] }, async () => {
    assert.equal(await registry.execute('echo', {}), 'echo')
  })
  assert.equal(await registry.execute('echo', {}), 'second')
  assert.deepEqual(
    changes.map(({ revision, added, updated, removed }) => [revision, added, updated, removed]),
    [[2, ['listFar'], ['echo'], []]],
  )
})

for (const [what, close] of [
  ['the configuration', ({ close: end }) => void end()],
  ['the registry', ({ registry }) => registry.close()],
]) {
  test(`a reload ends with an error where ${what} is closed meanwhile`, async (t) => {
    const opened = await loaded(t, { documents: { pets }, modules: ['./tools/echo.mjs'] })
    const reload = opened.change({ documents: { far }, tools: [lookup] }, () => close(opened))
    await assert.rejects(reload, { code: 'CLOSED' })
    assert.throws(() => opened.registry.list(), { code: 'CLOSED' })
  })
}

test('a loader that is closed meanwhile keeps no other change back', async (t) => {
  const { registry, loader, change } = await loaded(t, { documents: { pets }, tools: [lookup] })
  const reload = change({ documents: { far } }, () => loader.close())
  await assert.rejects(reload, { code: 'CLOSED' })
  assert.deepEqual(toolNames({ registry }), [])
  registry.register({ name: 'mine', description: 'x', execute: () => 1 })
  assert.equal(registry.has('mine'), true)
})
