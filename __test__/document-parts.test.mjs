// What a document is made of is watched with it: files that its references lead to, and overlays.
import assert from 'node:assert/strict'
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { SpecLoader } from 'toolrack'
import { document, folder, text } from './support/documents.mjs'
import { next } from './support/events.mjs'
import { registryOf } from './support/tools.mjs'

/** A document whose operation `a` has a parameter from each of these files. */
const referring = (...files) =>
  JSON.stringify(document(['a'], { a: { parameters: files.map((name) => ({ $ref: `${name}#/it` })) } }))
const parameter = (name, over = {}) =>
  JSON.stringify({ it: { name, in: 'query', schema: { type: 'string' }, ...over } })
const inputs = (registry) => Object.keys(registry.get('a').inputSchema.properties ?? {}).sort()

/** For what must not be told apart on a machine that is busy. */
const PATIENT = { watch: { stabilityMs: 500, maxWaitMs: 10_000 } }

/** A folder with these files and a watched document `pets.json` in it; all events that are told. */
async function made(t, files, options = {}) {
  const path = await folder(t)
  const write = (name, content) => writeFile(join(path, name), content)
  for (const [name, content] of Object.entries(files)) await write(name, content)
  const registry = registryOf()
  t.after(() => registry.close())
  const events = []
  for (const event of ['reloaded', 'reloadFailed', 'sourceMissing']) registry.on(event, () => events.push(event))
  const loader = new SpecLoader(registry)
  await loader.load(join(path, 'pets.json'), {
    watch: options.watch ?? true,
    document: { overlays: (options.overlays ?? []).map((name) => join(path, name)) },
  })
  return { path, write, registry, loader, events }
}

test('a file that a reference leads to reloads the document when it changes', async (t) => {
  const { registry, write } = await made(t, { 'pets.json': referring('one.json'), 'one.json': parameter('old') })
  assert.deepEqual(inputs(registry), ['old'])
  const reloaded = next(registry, 'reloaded')
  await write('one.json', parameter('new'))
  assert.deepEqual([(await reloaded).updated, inputs(registry)], [['a'], ['new']])
})

test('the files that are watched follow the references of the document', async (t) => {
  const { registry, write, events } = await made(t, {
    'pets.json': referring('one.json'),
    'one.json': parameter('one'),
    'two.json': parameter('two'),
  })
  const moved = next(registry, 'reloaded')
  await write('pets.json', referring('two.json'))
  await moved
  await write('one.json', parameter('unheard'))
  const changed = next(registry, 'reloaded')
  await write('two.json', parameter('heard'))
  await changed
  assert.deepEqual([inputs(registry), events], [['heard'], ['reloaded', 'reloaded']])
})

test('a file that is missing is watched too, and one that goes costs only those who refer to it', async (t) => {
  const { registry, path, write } = await made(t, {
    'pets.json': referring('one.json').replace('"paths":{', '"paths":{"/b":{"get":{"operationId":"b"}},'),
  })
  assert.deepEqual(registry.list(), ['b'])
  const made1 = next(registry, 'reloaded')
  await write('one.json', parameter('one'))
  assert.deepEqual((await made1).added, ['a'])
  const gone = next(registry, 'reloaded')
  await rm(join(path, 'one.json'))
  assert.deepEqual([(await gone).stale, registry.list()], [['a'], ['b', 'a']])
})

test('an overlay reloads the document when it changes, and one that breaks leaves the last good tools', async (t) => {
  const overlay = (description) =>
    JSON.stringify({
      overlay: '1.0.0',
      info: { title: 't', version: '1' },
      actions: [{ target: '$.paths["/a"].get', update: { description } }],
    })
  const { registry, write } = await made(
    t,
    { 'pets.json': text(['a']), 'over.json': overlay('first') },
    { overlays: ['over.json'] },
  )
  const reloaded = next(registry, 'reloaded')
  await write('over.json', overlay('second'))
  await reloaded
  assert.match(registry.get('a').description, /second/)
  const failed = next(registry, 'reloadFailed')
  await write('over.json', '{')
  assert.equal((await failed).error.code, 'INVALID_SPEC')
  const back = next(registry, 'reloaded')
  await write('over.json', overlay('third'))
  await back
  assert.match(registry.get('a').description, /third/)
})

test('a burst of changes in several files is one reload', async (t) => {
  const { registry, write, events } = await made(
    t,
    { 'pets.json': referring('one.json', 'two.json'), 'one.json': parameter('one'), 'two.json': parameter('two') },
    PATIENT,
  )
  const reloaded = next(registry, 'reloaded')
  await Promise.all([
    write('one.json', parameter('uno')),
    write('two.json', parameter('due')),
    write('pets.json', referring('two.json', 'one.json')),
  ])
  await reloaded
  assert.deepEqual([inputs(registry), events], [['due', 'uno'], ['reloaded']])
})

test('a write to a part that is not finished waits, and a touch is nothing', async (t) => {
  const { registry, write, events } = await made(
    t,
    { 'pets.json': referring('one.json'), 'one.json': parameter('one') },
    PATIENT,
  )
  const whole = parameter('new')
  const reloaded = next(registry, 'reloaded')
  await write('one.json', parameter('one'))
  await write('one.json', '')
  await write('one.json', whole.slice(0, 9))
  await write('one.json', whole)
  await reloaded
  assert.deepEqual([inputs(registry), events], [['new'], ['reloaded']])
})

test('a reload by hand after which other files belong to the document is followed', async (t) => {
  const { registry, write, loader } = await made(t, { 'pets.json': text(['a']), 'one.json': parameter('one') })
  const told = next(registry, 'reloaded', { wanted: () => inputs(registry).includes('new') })
  await write('pets.json', referring('one.json'))
  await loader.reload('pets')
  await write('one.json', parameter('new'))
  await told
})

test('a swapped mount with several files reloads once a swap, with files of one generation', async (t) => {
  const path = await folder(t)
  const swap = async (generation) => {
    const day = `..day_${generation}`
    await mkdir(join(path, day))
    await writeFile(
      join(path, day, 'pets.json'),
      referring('one.json', 'two.json').replace('Does a', `Generation ${generation}`),
    )
    for (const name of ['one', 'two'])
      await writeFile(join(path, day, `${name}.json`), parameter(`${name}_${generation}`))
    await symlink(day, join(path, '..data_tmp'))
    await rename(join(path, '..data_tmp'), join(path, '..data'))
    if (generation > 0) await rm(join(path, `..day_${generation - 1}`), { recursive: true })
  }
  await swap(0)
  for (const name of ['pets', 'one', 'two']) await symlink(`..data/${name}.json`, join(path, `${name}.json`))
  const registry = registryOf()
  t.after(() => registry.close())
  const seen = []
  registry.onChange(() => seen.push([registry.get('a').description, ...inputs(registry)]))
  await new SpecLoader(registry).load(join(path, 'pets.json'), { watch: true })
  for (let generation = 1; generation <= 5; generation++) {
    const reloaded = next(registry, 'reloaded')
    await swap(generation)
    await reloaded
  }
  assert.deepEqual(
    seen,
    [...Array(6).keys()].map((generation) => [`Generation ${generation}`, `one_${generation}`, `two_${generation}`]),
  )
})
