// Hot reload of a configuration: a changed file is brought in, and a bad one changes nothing.
import assert from 'node:assert/strict'
import { rename, rm } from 'node:fs/promises'
import { test } from 'node:test'
import { loadConfig } from 'toolrack'
import { configFolder, failures, moduleText, toolNames } from './support/config.mjs'
import { text } from './support/documents.mjs'
import { next } from './support/events.mjs'

const CONFIG = 'toolrack.config.json'
const pets = { source: './pets.json' }
const owners = { source: './owners.json' }
const lookup = { name: 'lookup', description: 'Looks up', endpoint: 'https://crm.example/a' }

/** Loads a configuration with a watch. `change` writes another one, and resolves with the report of its reload. */
async function watched(t, config, options) {
  let told = () => {}
  const onReload = (report) => told(report)
  const { load, write, ...rest } = await configFolder(t)
  const loaded = await load(config, { watch: { pollMs: 200, stabilityMs: 50 }, onReload, ...options })
  const change = async (content) => {
    const report = new Promise((resolve, reject) => {
      told = resolve
      next(loaded.registry, 'reloadFailed').then(({ error }) => reject(error), reject)
    })
    await write(CONFIG, content)
    return report
  }
  return { loaded, change, write, ...rest }
}

test('what is new is loaded, what is gone is removed, and what is the same stays', async (t) => {
  const echo = { path: './tools/echo.mjs' }
  const { loaded, change } = await watched(t, { documents: { pets }, modules: [echo], tools: [lookup] })
  const { revision } = loaded.registry
  const report = await change({ documents: { pets, owners }, tools: [lookup] })
  assert.deepEqual(
    report.documents.map(({ source }) => source),
    ['owners'],
  )
  assert.deepEqual([report.modules, report.tools, report.removed], [[], undefined, ['echo']])
  assert.deepEqual(toolNames(loaded), ['getPet', 'listOwners', 'listPets', 'lookup'])
  assert.equal(loaded.registry.revision, revision + 1)
  assert.equal(loaded.report, report)
  const emptied = await change({})
  assert.deepEqual(
    [emptied.removed.toSorted(), toolNames(loaded)],
    [['getPet', 'listOwners', 'listPets', 'lookup'], []],
  )
})

test('what has other options is loaded again with them', async (t) => {
  const { loaded, change } = await watched(t, {
    documents: { pets: { ...pets, watch: true }, owners },
    modules: ['./tools', { path: './tools/echo.mjs', source: 'one', namespace: 'one' }],
    tools: [lookup, { ...lookup, name: 'other' }],
  })
  const report = await change({
    documents: { pets: { ...pets, namespace: 'zoo' }, owners },
    modules: [
      { path: './tools', namespace: 'all' },
      { path: './tools/echo.mjs', source: 'two', namespace: 'two' },
    ],
    tools: [{ ...lookup, description: 'Looks it up' }],
  })
  assert.deepEqual(failures(report), [])
  const expected = ['all_echo', 'listOwners', 'lookup', 'two_echo', 'zoo_getPet', 'zoo_listPets']
  assert.deepEqual(toolNames(loaded), expected)
  assert.deepEqual(report.tools.updated, ['lookup'])
  assert.deepEqual(
    loaded.loader.sources().map(({ name, watched: isWatched }) => [name, isWatched ?? false]),
    [
      ['owners', false],
      ['pets', false],
    ],
  )
})

test('of two entries of one file the one that is gone is removed', async (t) => {
  const [one, two] = ['one', 'two'].map((name) => ({ path: './tools/echo.mjs', source: name, namespace: name }))
  const { loaded, change } = await watched(t, { modules: [one, two, two] })
  assert.deepEqual(toolNames(loaded), ['one_echo', 'two_echo'])
  const report = await change({ modules: [two] })
  assert.deepEqual([failures(report), report.removed, toolNames(loaded)], [[], ['one_echo'], ['two_echo']])
})

test('a module that fails after a change keeps its tools', async (t) => {
  const { loaded, change } = await watched(t, { modules: ['./tools/echo.mjs'] })
  const failed = await change({ modules: [{ path: './tools/echo.mjs', rateLimit: -1 }] })
  assert.deepEqual([failures(failed), toolNames(loaded)], [[['/modules/0', 'INVALID_OPTIONS']], ['echo']])
  const mended = await change({ modules: [{ path: './tools/echo.mjs', namespace: 'new' }] })
  assert.deepEqual([failures(mended), toolNames(loaded)], [[], ['new_echo']])
})

test('a file with mistakes changes nothing, and is told once', async (t) => {
  const { loaded, change, file, write } = await watched(t, { documents: { pets } })
  const { report } = loaded
  const told = []
  loaded.registry.on('reloadFailed', ({ source, error }) => told.push([source, error.code]))
  await assert.rejects(change({ documents: { pets, owners: {} } }), { code: 'CONFIG_INVALID' })
  await assert.rejects(change('{ "documents": {'), { code: 'CONFIG_INVALID' })
  assert.equal(loaded.report, report)
  await change({ documents: { pets, owners } })
  assert.deepEqual(told, [
    [file, 'CONFIG_INVALID'],
    [file, 'CONFIG_INVALID'],
  ])
  await write('toolrack.config.json', { documents: { owners: {} } })
  await assert.rejects(loaded.reload(), { code: 'CONFIG_INVALID' })
  assert.deepEqual(toolNames(loaded), ['getPet', 'listOwners', 'listPets'])
})

test('a file that is replaced by a rename is read, and one that is missing is told', async (t) => {
  const { loaded, file, write, path } = await watched(t, { documents: { pets } })
  const missing = next(loaded.registry, 'reloadFailed')
  await rm(file)
  const { source, error } = await missing
  assert.deepEqual([source, error.code, toolNames(loaded).length], [file, 'SOURCE_UNREADABLE', 2])
  await write('next.json', { documents: { owners } })
  const changed = next(loaded.registry, 'change', { wanted: ({ added }) => added.includes('listOwners') })
  await rename(`${path}/next.json`, file)
  await changed
})

test('options that hold until the end are told, and the rest is applied', async (t) => {
  const { loaded, change } = await watched(t, { name: 'a', registry: { timeoutMs: 5000 }, documents: { pets } })
  const report = await change({
    name: 'b',
    registry: { coerce: true },
    loader: { state: './state' },
    serve: { title: 'B' },
    documents: { owners },
  })
  assert.deepEqual(report.notApplied, [
    '/name',
    '/registry/timeoutMs',
    '/registry/coerce',
    '/loader/state',
    '/serve/title',
  ])
  assert.deepEqual(toolNames(loaded), ['listOwners'])
})

test('a document that fails after a change keeps its tools, and is tried again', async (t) => {
  const { loaded, change, write } = await watched(t, { documents: { pets } })
  const failed = await change({ documents: { pets: { ...pets, rateLimit: -1 } } })
  assert.deepEqual(failures(failed), [['/documents/pets', 'INVALID_OPTIONS']])
  const moved = await change({ documents: { pets: { source: './none.json' } } })
  assert.deepEqual(failures(moved), [['/documents/pets', 'SOURCE_UNREADABLE']])
  assert.deepEqual(toolNames(loaded), ['getPet', 'listPets'])
  await write('none.json', text(['listPets', 'findPet']))
  const { documents } = await loaded.reload()
  assert.deepEqual([documents.length, toolNames(loaded)], [1, ['findPet', 'listPets']])
})

test('the gates of a document judge a change of its location', async (t) => {
  const gates = { breaking: 'refuse' }
  const { loaded, change, write } = await watched(t, { documents: { pets: { ...pets, gates } } })
  await write('less.json', text(['listPets']))
  const held = await change({ documents: { pets: { source: './less.json', gates } } })
  assert.deepEqual(failures(held), [['/documents/pets', 'SOURCE_FORBIDDEN']])
  assert.match(held.failed[0].error.message, /gates do not let the change of the location in/)
  assert.deepEqual(toolNames(loaded), ['getPet', 'listPets'])
  await change({ documents: { pets: { source: './less.json' } } })
  assert.deepEqual(toolNames(loaded), ['listPets'])
})

test('a name moves from one part to another in one reload', async (t) => {
  const named = { ...lookup, name: 'listPets' }
  const { loaded, change, write } = await watched(t, { tools: [named, lookup] })
  await write('tools/echo.mjs', moduleText('lookup'))
  const report = await change({ modules: ['./tools/echo.mjs'], tools: [named] })
  assert.deepEqual([failures(report), report.removed], [[], ['lookup']])
  assert.equal(await loaded.registry.execute('lookup', {}), 'lookup')
})

test('a listener that throws stops no reload', async (t) => {
  const { load, write } = await configFolder(t)
  const onReload = () => {
    throw new Error('no')
  }
  const loaded = await load({}, { watch: { pollMs: 200, stabilityMs: 50 }, onReload })
  const failed = next(loaded.registry, 'listenerFailed')
  await write(CONFIG, { documents: { pets } })
  const { event, error } = await failed
  assert.deepEqual([event, error.message, toolNames(loaded).length], ['onReload of a configuration', 'no', 2])
})

test('an object is loaded again as it is then', async (t) => {
  const { path } = await configFolder(t)
  const config = { documents: { pets: { source: `${path}/pets.json` } } }
  const loaded = await loadConfig(config)
  t.after(() => loaded.close())
  config.documents = { owners: { source: `${path}/owners.json` } }
  const [first, second] = await Promise.all([loaded.reload(), loaded.reload()])
  assert.deepEqual([first.removed.length, second.removed, toolNames(loaded)], [2, [], ['listOwners']])
})
