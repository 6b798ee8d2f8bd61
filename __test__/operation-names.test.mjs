// Names of operations do not move: through reloads, into a new process, away from other documents.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { outputOf } from './support/child.mjs'
import { document, folder, text } from './support/documents.mjs'
import { codeOf, refusal, registryOf, tool } from './support/tools.mjs'

/** A document with an operation `GET /<path>` for each path and id. */
const at = (operations) => ({
  ...document([]),
  paths: Object.fromEntries(operations.map(([path, id]) => [`/${path}`, { get: { operationId: id } }])),
})

/** A registry that may have names already, and a way to load a source from its file as it is by now. */
async function scene(t, names) {
  const registry = new ToolRegistry({ names })
  const loader = new SpecLoader(registry)
  const path = await folder(t)
  const load = async (source, operations, options) => {
    const file = join(path, `${source}.json`)
    await writeFile(file, JSON.stringify(at(operations)))
    await loader.load(file, options)
    return registry.list({ source })
  }
  return { registry, loader, load }
}
const APART = /^x_[0-9a-f]{8}$/

test('an operation keeps its name, whatever comes, goes and comes back', async (t) => {
  const { load } = await scene(t)
  assert.deepEqual(await load('crm', [['b', 'x']]), ['x'])
  const [first, second] = await load('crm', [
    ['a', 'x'],
    ['b', 'x'],
  ])
  assert.match(second, APART)
  assert.equal(first, 'x')
  assert.deepEqual(await load('crm', [['a', 'x']]), [second])
  assert.deepEqual(await load('crm', [['b', 'x']]), ['x'])
})

test('two operations whose ids differ only by case are two tools, and one keeps its name', async (t) => {
  const { registry, load } = await scene(t)
  const [first, second] = await load('crm', [
    ['b', 'getuser'],
    ['a', 'GetUser'],
  ])
  assert.match(first, /^getuser_[0-9a-f]{8}$/)
  assert.equal(second, 'GetUser')
  assert.deepEqual(
    await load('crm', [
      ['a', 'GetUser'],
      ['b', 'getuser'],
    ]),
    [first, second],
  )
  assert.deepEqual((await refusal(() => registry.register(tool({ name: 'getUser' })))).details, {
    name: 'getUser',
    holder: 'GetUser',
    source: 'crm',
  })
})

test('no name looks like another one: names are ASCII', async (t) => {
  const lookalikes = [
    'g\u0435t_user',
    'get\u200b_user',
    '\uff47et_user',
    'get_\u00fcser',
    'get_u\u0308ser',
    'get_\u{e0075}user',
  ]
  const registry = registryOf({ name: 'get_user' })
  for (const name of lookalikes)
    assert.equal(await codeOf(() => registry.register(tool({ name }))), 'INVALID_DEFINITION')
  const { load } = await scene(t)
  const names = await load(
    'pets',
    ['get_user', ...lookalikes].map((id, i) => [`p${i}`, id]),
  )
  assert.equal(new Set(names).size, lookalikes.length + 1)
  assert.equal(names[0], 'get_user')
  for (const name of names) assert.match(name, /^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$/)
})

test('the name of an operation that is gone is not given to another one until somebody says so', async (t) => {
  const { registry, loader, load } = await scene(t)
  await load('crm', [['pay', 'x']])
  assert.match((await load('crm', [['steal', 'x']]))[0], APART)
  loader.unload('crm')
  assert.match((await load('shop', [['a', 'x']]))[0], APART)
  assert.deepEqual([registry.forgetNames('none'), registry.forgetNames('crm'), registry.forgetNames('crm')], [0, 2, 0])
  assert.deepEqual(await load('late', [['a', 'x']]), ['x'])
  loader.unload('late')
  assert.equal(registry.forgetNames(), 1)
  assert.deepEqual(
    registry.names().names.map(({ source }) => source),
    ['shop'],
  )
})

test('a document in another namespace is named anew, and as before when it comes back', async (t) => {
  const { load } = await scene(t)
  const operations = [
    ['a', 'x'],
    ['b', 'y'],
  ]
  assert.deepEqual(await load('crm', operations), ['x', 'y'])
  assert.deepEqual(await load('crm', operations, { namespace: 'ns' }), ['ns_x', 'ns_y'])
  assert.deepEqual(await load('crm', operations), ['x', 'y'])
})

test('names are told as plain JSON, sorted, with what each operation is known by', async () => {
  const registry = registryOf({ name: 'own' })
  const loader = new SpecLoader(registry)
  await loader.load(
    at([
      ['b', undefined],
      ['a', 'x/y'],
    ]),
    { name: 'pets' },
  )
  await loader.load(text(['z']), { name: 'crm', namespace: 'crm' })
  const names = registry.names()
  assert.deepEqual(names, {
    format: 1,
    names: [
      { source: 'crm', namespace: 'crm', method: 'GET', path: '/z', operationId: 'z', name: 'crm_z' },
      { source: 'pets', method: 'GET', path: '/a', operationId: 'x/y', name: 'x_y' },
      { source: 'pets', method: 'GET', path: '/b', name: 'GET_b' },
    ],
  })
  assert.deepEqual(new ToolRegistry({ names }).names(), names)
  registry.close()
  assert.deepEqual(registry.names(), names)
})

test('names that were saved hold in a new process, though the document was shuffled and extended', async (t) => {
  const path = await folder(t)
  const file = join(path, 'names.json')
  const { registry, load } = await scene(t)
  const before = await load('crm', [
    ['b', 'x'],
    ['c', 'x'],
    ['d', 'y'],
  ])
  await writeFile(file, JSON.stringify(registry.names()))
  const source = join(path, 'crm.json')
  await writeFile(
    source,
    JSON.stringify(
      at([
        ['d', 'y'],
        ['a', 'x'],
        ['c', 'x'],
        ['b', 'x'],
      ]),
    ),
  )
  const program = `
    import { readFileSync } from 'node:fs'
    const registry = new ToolRegistry({ names: JSON.parse(readFileSync(${JSON.stringify(file)}, 'utf8')) })
    await new SpecLoader(registry).load(${JSON.stringify(source)})
    console.log(JSON.stringify([registry.list(), registry.names()]))`
  const [list, names] = JSON.parse(await outputOf(program))
  assert.deepEqual([list[3], list[2], list[0]], before)
  assert.match(list[1], APART)
  assert.deepEqual(names.names.length, 4)
  assert.deepEqual(names.names.slice(1), JSON.parse(await readFile(file, 'utf8')).names)
})

test('documents that load at once and want the same names all come in whole', async () => {
  const registry = registryOf()
  const loader = new SpecLoader(registry)
  const sources = Array.from({ length: 12 }, (_, i) => `api${i}`)
  const reports = await Promise.all(sources.map((name) => loader.load(text(['a', 'b', 'c']), { name })))
  for (const { added, skipped } of reports) assert.deepEqual([added.length, skipped], [3, []])
  assert.deepEqual([registry.size, registry.names().names.length], [36, 36])
})

test('a load that fails leaves no name behind', async () => {
  const registry = registryOf()
  const loader = new SpecLoader(registry)
  await codeOf(() => loader.load('{ "openapi": "3.0.3", "paths": '))
  await codeOf(() => loader.load(text(['a']), { name: 'code' }))
  assert.deepEqual(registry.names(), { format: 1, names: [] })
})

test('a tool of code may have the name of an operation that is gone, and keeps it', async (t) => {
  const { registry, loader, load } = await scene(t)
  await load('crm', [['a', 'x']])
  loader.unload('crm')
  registry.register(tool({ name: 'x' }))
  const { skipped } = await loader.load(at([['a', 'x']]), { name: 'crm' })
  assert.deepEqual([skipped[0].code, registry.get('x').source], ['NAME_TAKEN', 'code'])
})

test('names that cannot be restored are refused with everything that is wrong', async () => {
  const entry = { source: 'crm', method: 'GET', path: '/a', name: 'a' }
  const names = { format: 1, names: [entry, { ...entry, path: '/b', name: 'a b' }, { ...entry, path: '/c', id: 'c' }] }
  const { code, door, message, details } = await refusal(() => new ToolRegistry({ names }))
  assert.deepEqual([code, door, details.option], ['INVALID_OPTIONS', 'throws', 'names'])
  assert.deepEqual(
    details.problems.map(({ pointer }) => pointer),
    ['/names/1/name', '/names/2/id', '/names/2/name'],
  )
  assert.match(message, /^option "names": \/names\/1\/name "a b" must match/)
  for (const wrong of [
    null,
    5,
    'x',
    [],
    {},
    { format: 2, names: [] },
    { format: 1 },
    () => 1,
    Symbol('x'),
    { format: 1, names: [1n] },
  ]) {
    assert.equal(await codeOf(() => new ToolRegistry({ names: wrong })), 'INVALID_OPTIONS', String(wrong))
  }
  for (const source of [null, 5, {}])
    assert.equal(await codeOf(() => registryOf().forgetNames(source)), 'INVALID_OPTIONS')
})
