// Directories of documents: each file is a source of its own, and files that come and go are followed.
import assert from 'node:assert/strict'
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { SpecLoader } from 'toolrack'
import { folder, text } from './support/documents.mjs'
import { next } from './support/events.mjs'
import { codeOf, registryOf } from './support/tools.mjs'

/** A folder with these files, loaded with these options. */
async function loaded(t, files, options) {
  const path = await folder(t)
  const write = (name, content) => writeFile(join(path, name), content)
  for (const [name, content] of Object.entries(files)) await write(name, content)
  const registry = registryOf()
  t.after(() => registry.close())
  const loader = new SpecLoader(registry)
  const told = await loader.loadDirectory(path, options)
  return { path, write, registry, loader, ...told }
}
const of = (source) => ({ wanted: (event) => event.source === source })
const names = (registry) => registry.sources().map(({ name }) => name)

test('every document in a directory is a source by the name of its file, in their order', async (t) => {
  const { reports, failed, registry, path } = await loaded(
    t,
    {
      'crm.json': text(['a']),
      'billing.yaml': 'openapi: 3.0.3\npaths:\n  /b: { get: { operationId: b } }\n',
      'users.yml': text(['c']),
      'notes.txt': text(['x']),
      '.hidden.json': text(['y']),
      'README.md': '# no',
    },
    { namespace: 'api', category: 'all' },
  )
  assert.deepEqual([reports.map(({ source }) => source), failed], [['billing', 'crm', 'users'], []])
  assert.deepEqual(registry.list(), ['api_b', 'api_a', 'api_c'])
  assert.deepEqual(
    registry.sources().map(({ location }) => location),
    ['billing.yaml', 'crm.json', 'users.yml'].map((name) => join(path, name)),
  )
})

test('a file that is no document costs the others nothing', async (t) => {
  const { reports, failed, registry, path } = await loaded(t, {
    'a.json': '{',
    'b.json': text(['b']),
    'c.yaml': '',
    'd.json': 'null',
    'e.json': text(['e']),
    'package.json': '{"name":"x"}',
  })
  assert.deepEqual(
    [reports.map(({ source }) => source), registry.list()],
    [
      ['b', 'e'],
      ['b', 'e'],
    ],
  )
  assert.deepEqual(
    failed.map(({ location, error }) => [location, error.name, error.code]),
    ['a.json', 'c.yaml', 'd.json', 'package.json'].map((name) => [join(path, name), 'ToolrackError', 'INVALID_SPEC']),
  )
})

test('of two files that want one name the first keeps it', async (t) => {
  const { failed, registry, path, write } = await loaded(
    t,
    { 'api.json': text(['a']), 'api.yaml': text(['b']) },
    { watch: true },
  )
  assert.deepEqual(
    failed.map(({ location, error }) => [location, error.code, error.details.location]),
    [[join(path, 'api.yaml'), 'NAME_TAKEN', join(path, 'api.json')]],
  )
  const refused = next(registry, 'reloadFailed')
  await write('api.yml', text(['c']))
  const { source, error } = await refused
  assert.deepEqual([source, error.code, registry.list()], [join(path, 'api.yml'), 'NAME_TAKEN', ['a']])
})

test('a directory that cannot be read, or options that cannot be meant, are an error', async (t) => {
  const { loader, path } = await loaded(t, {})
  assert.equal(await codeOf(() => loader.loadDirectory(join(path, 'none'))), 'SOURCE_UNREADABLE')
  for (const options of [{ name: 'x' }, { unknown: 1 }, null, { include: 1 }])
    assert.equal(await codeOf(() => loader.loadDirectory(path, options)), 'INVALID_OPTIONS')
  for (const place of [undefined, 5, {}])
    assert.equal(await codeOf(() => loader.loadDirectory(place)), 'INVALID_OPTIONS')
  assert.deepEqual(await loader.loadDirectory(pathToFileURL(path)), { reports: [], failed: [] })
  loader.close()
  assert.equal(await codeOf(() => loader.loadDirectory(path)), 'CLOSED')
})

test('files may be called as they like', async (t) => {
  const files = ['__proto__', 'constructor', 'a b', 'ünï', 'v1.2', '-', 'x'.repeat(200)]
  const { reports, failed, registry, loader } = await loaded(
    t,
    Object.fromEntries(files.map((name, i) => [`${name}.json`, text([`op${i}`])]).concat([['.json', '{']])),
    { watch: true },
  )
  assert.deepEqual(
    [reports.map(({ source }) => source), failed],
    [files.toSorted((one, other) => Buffer.compare(Buffer.from(`${one}.json`), Buffer.from(`${other}.json`))), []],
  )
  assert.deepEqual([registry.list().length, {}.source], [files.length, undefined])
  for (const name of files) assert.equal(loader.unload(name).length, 1)
})

test('a file in the place of a directory, and a directory that is named as a document, are none', async (t) => {
  const { path, loader } = await loaded(t, { 'a.json': text(['a']) })
  await mkdir(join(path, 'b.json'))
  await symlink('nowhere', join(path, 'c.json'))
  assert.equal(await codeOf(() => loader.loadDirectory(join(path, 'a.json'))), 'SOURCE_UNREADABLE')
  const { reports, failed } = await loader.loadDirectory(path)
  assert.deepEqual(
    [reports.map(({ source }) => source), failed.map(({ location, error }) => [location, error.code])],
    [['a'], [[join(path, 'c.json'), 'SOURCE_UNREADABLE']]],
  )
})

test('a name that a source from elsewhere has is refused, and that source is left alone', async (t) => {
  const elsewhere = await folder(t)
  await writeFile(join(elsewhere, 'api.json'), text(['mine']))
  const { loader, registry, path, write } = await loaded(t, {})
  await loader.load(join(elsewhere, 'api.json'))
  await write('api.json', text(['yours']))
  const { failed } = await loader.loadDirectory(path, { watch: true })
  assert.deepEqual([failed.map(({ error }) => error.code), registry.list()], [['NAME_TAKEN'], ['mine']])
  await write('api.json', text(['yours', 'too']))
  const other = next(registry, 'reloaded', of('other'))
  await write('other.json', text(['b']))
  await other
  assert.deepEqual(registry.list(), ['mine', 'b'])
})

test('a file that appears is loaded, one that changes is reloaded, and one that goes is missing', async (t) => {
  const { registry, path, write } = await loaded(t, { 'a.json': text(['a']) }, { watch: true, tags: ['dir'] })
  const appeared = next(registry, 'reloaded', of('b'))
  await write('b.json', text(['b']))
  assert.deepEqual([(await appeared).added, registry.list({ tags: ['dir'] })], [['b'], ['a', 'b']])
  for (const name of ['a', 'b']) {
    const changed = next(registry, 'reloaded', of(name))
    await write(`${name}.json`, text([name, `${name}2`]))
    assert.deepEqual((await changed).added, [`${name}2`])
  }
  const missing = next(registry, 'sourceMissing')
  await rm(join(path, 'b.json'))
  assert.deepEqual(
    [await missing, names(registry), registry.list().length],
    [{ source: 'b', location: join(path, 'b.json') }, ['a', 'b'], 4],
  )
  const back = next(registry, 'reloaded', of('b'))
  await write('b.json', text(['b3']))
  assert.deepEqual([(await back).added, (await back).removed.toSorted()], [['b3'], ['b', 'b2']])
})

test('a file that goes takes its tools along where that is asked for', async (t) => {
  const { registry, path, write } = await loaded(t, { 'a.json': text(['a']) }, { watch: { onMissing: 'remove' } })
  const appeared = next(registry, 'reloaded', of('b'))
  await write('b.json', text(['b']))
  await appeared
  for (const [name, left] of [
    ['b', ['a']],
    ['a', []],
  ]) {
    const gone = next(registry, 'change')
    await rm(join(path, `${name}.json`))
    await gone
    assert.deepEqual(registry.list(), left)
  }
  const back = next(registry, 'reloaded', of('b'))
  await write('b.json', text(['b']))
  assert.deepEqual([(await back).added, registry.list()], [['b'], ['b']])
})

test('a file that could not be loaded is loaded once it is mended', async (t) => {
  const { registry, failed, write } = await loaded(t, { 'a.json': '{' }, { watch: true })
  assert.deepEqual(
    failed.map(({ error }) => error.code),
    ['INVALID_SPEC'],
  )
  const broken = next(registry, 'reloadFailed')
  await write('b.json', '{ "openapi": ')
  assert.deepEqual([(await broken).source, (await broken).error.code, registry.sources()], ['b', 'INVALID_SPEC', []])
  for (const name of ['a', 'b']) {
    const mended = next(registry, 'reloaded', of(name))
    await write(`${name}.json`, text([name]))
    assert.deepEqual((await mended).added, [name])
  }
})

test('a directory that is removed and made again is followed', async (t) => {
  const parent = await folder(t)
  const path = join(parent, 'specs')
  await mkdir(path)
  await writeFile(join(path, 'a.json'), text(['a']))
  const registry = registryOf()
  t.after(() => registry.close())
  await new SpecLoader(registry).loadDirectory(path, { watch: true })
  for (const name of ['b', 'c']) {
    const missing = next(registry, 'sourceMissing', of('a'))
    await rm(path, { recursive: true })
    await missing
    await mkdir(path)
    const appeared = next(registry, 'reloaded', of(name))
    await writeFile(join(path, `${name}.json`), text([name]))
    assert.deepEqual((await appeared).added, [name])
    await writeFile(join(path, 'a.json'), text(['a']))
    const changed = next(registry, 'reloaded', of('a'))
    await writeFile(join(path, 'a.json'), text(['a', `a_${name}`]))
    await changed
  }
})

test('a directory that is not watched any more is left as it is', async (t) => {
  const { loader, registry, path, write } = await loaded(t, { 'a.json': text(['a']) }, { watch: true })
  loader.unwatch(path)
  assert.equal(await codeOf(() => loader.unwatch(join(path, 'none'))), 'UNKNOWN_SOURCE')
  await write('a.json', text(['a2']))
  await write('b.json', text(['b']))
  const elsewhere = await folder(t)
  await writeFile(join(elsewhere, 'x.json'), text(['x']))
  await loader.loadDirectory(elsewhere, { watch: true })
  for (const id of ['y', 'z']) {
    const reloaded = next(registry, 'reloaded')
    await writeFile(join(elsewhere, 'x.json'), text(['x', id]))
    assert.equal((await reloaded).source, 'x')
  }
  assert.deepEqual(registry.list(), ['a', 'x', 'z'])
})

test('a mounted directory is followed from swap to swap', async (t) => {
  const path = await folder(t)
  const swap = async (day, ids) => {
    await mkdir(join(path, day))
    for (const id of ids) await writeFile(join(path, day, `${id}.json`), text([id, `${id}_${day.slice(2)}`]))
    await symlink(day, join(path, '..data_tmp'))
    await rename(join(path, '..data_tmp'), join(path, '..data'))
  }
  await swap('..one', ['a'])
  await symlink('..data/a.json', join(path, 'a.json'))
  const registry = registryOf()
  t.after(() => registry.close())
  const { reports } = await new SpecLoader(registry).loadDirectory(path, { watch: true })
  assert.deepEqual(
    reports.map(({ source }) => source),
    ['a'],
  )
  const [changed, appeared] = ['a', 'b'].map((name) => next(registry, 'reloaded', of(name)))
  await swap('..two', ['a', 'b'])
  await symlink('..data/b.json', join(path, 'b.json'))
  await rm(join(path, '..one'), { recursive: true })
  assert.deepEqual([(await changed).added, (await appeared).added], [['a_two'], ['b', 'b_two']])
})
