// Modules beside the Python registry, rows 21 to 34: directories, reloads, providers. What is better here, by row.
import assert from 'node:assert/strict'
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { ToolModules } from 'toolrack'
import { next } from './support/events.mjs'
import { QUICK, providerOf, rack, text } from './support/module-rack.mjs'
import { codeOf, refusal, tool } from './support/tools.mjs'

test('row 21: any directory can be one of tools, and none is by itself', async (t) => {
  const { modules, directory } = await rack(t, { 'a.mjs': text('a') })
  assert.deepEqual(modules.directories(), [])
  await modules.addDirectory(directory, QUICK)
  assert.deepEqual(modules.directories(), [directory])
})

test('row 22: discover runs nothing, knows six endings, and lists names that collide', async (t) => {
  const names = ['a.cjs', 'a.ts', 'b.cts', 'c.js', 'd.mjs', 'e.mts', '_f.mjs', 'g.test.mjs', 'h.d.ts', 'i.json']
  const { modules, directory } = await rack(t, Object.fromEntries(names.map((name) => [name, 'globalThis.ran = 1'])))
  const found = modules.discover(directory)
  assert.deepEqual(
    found.map(({ name }) => name),
    ['a', 'a', 'b', 'c', 'd', 'e'],
  )
  assert.deepEqual([found[1].collidesWith, globalThis.ran], [join(directory, 'a.cjs'), undefined])
})

test('row 22: a link out of the directory has its name and the reason why it is not loaded', async (t) => {
  const { modules, directory, path } = await rack(t, { 'a.mjs': text('a') })
  const tools = join(directory, 'tools')
  await mkdir(tools)
  await symlink(path('a.mjs'), join(tools, 'b.mjs'))
  const [{ name, error }] = modules.discover(tools)
  assert.deepEqual(
    [name, error.code, modules.discover(tools, { followLinks: true })[0].error],
    ['b', 'SOURCE_FORBIDDEN', undefined],
  )
})

test('row 23: a reload by tool, path or source removes tools and reads helpers; a fault keeps all', async (t) => {
  const files = {
    'json.mjs': "import { v } from './v.mjs'\n" + text('a', 'v') + text('b'),
    'v.mjs': 'export const v = 1',
  }
  const { registry, modules, write } = await rack(t, files)
  await modules.add('./json.mjs')
  await write('v.mjs', 'export const v = 2')
  await modules.reload('a')
  assert.equal(await registry.execute('a'), 2)
  await write('json.mjs', "import { v } from './v.mjs'\n" + text('a', 'v'))
  assert.deepEqual((await modules.reload('./json.mjs')).removed, ['b'])
  await write('v.mjs', 'export const v =')
  assert.equal(await codeOf(() => modules.reload('json')), 'INVALID_SPEC')
  assert.deepEqual([registry.list(), await registry.execute('a')], [['a'], 2])
})

test('row 24: a reload is one revision with the names of what changed', async (t) => {
  const { registry, modules, write } = await rack(t, { 'a.mjs': text('a') + text('b') })
  const changes = []
  registry.on('change', ({ added, updated, removed }) => changes.push([added, updated, removed]))
  await modules.add('./a.mjs')
  await write('a.mjs', text('b', 2) + text('c'))
  await modules.reload('a')
  assert.deepEqual(changes, [
    [['a', 'b'], [], []],
    [['c'], ['b'], ['a']],
  ])
})

test('row 25: a directory reports what it loaded and each file that failed', async (t) => {
  const { modules, directory } = await rack(t, {
    'a.mjs': text('a'),
    'b.mjs': 'throw 1',
    'c.mjs': 'export const c = 1',
  })
  const { reports, failed } = await modules.addDirectory(directory)
  assert.deepEqual(
    reports.map(({ source }) => source),
    ['a'],
  )
  const faults = [join(directory, 'b.mjs'), 'INVALID_SPEC', join(directory, 'c.mjs'), 'INVALID_DEFINITION']
  assert.deepEqual(
    failed.flatMap(({ location, error }) => [location, error.code]),
    faults,
  )
})

test('row 26: a spec is completed on a copy, and what that narrows is a note', async (t) => {
  const { registry, modules } = await rack(t)
  const toolSpec = { name: 'a', description: 'D', inputSchema: { json: { properties: { x: {}, y: { enum: [1] } } } } }
  const before = structuredClone(toolSpec)
  const { reports } = await modules.add(
    Object.assign(
      class {
        execute() {}
      },
      { toolSpec },
    ),
  )
  assert.deepEqual(toolSpec, before)
  assert.deepEqual(
    reports[0].notes.map(({ code, effect }) => [code, effect]),
    [['TYPE_FILLED_IN', 'NARROWER']],
  )
  const { type, properties } = registry.get('a').inputSchema
  assert.deepEqual([type, properties.x], ['object', { type: 'string', description: 'Property x' }])
  assert.equal(
    await codeOf(() =>
      modules.add(
        Object.assign(
          class {
            execute() {}
          },
          { toolSpec: {} },
        ),
      ),
    ),
    'INVALID_DEFINITION',
  )
})

test('row 27: a JSON Schema is taken as it is, with keywords that Python drops', async (t) => {
  const { registry, modules } = await rack(t)
  const inputSchema = {
    type: 'object',
    properties: { a: { oneOf: [{ type: 'string' }, { const: 1 }] } },
    minProperties: 1,
  }
  await modules.add(tool({ name: 'a', inputSchema }))
  assert.deepEqual(registry.get('a').inputSchema, inputSchema)
})

test('row 28: exports come in the order of their names, and one object is one tool', async (t) => {
  const { registry, modules } = await rack(t, {
    'a.mjs': text('z') + text('b') + 'export default b\nexport { b as c }\n',
  })
  await modules.add('./a.mjs')
  assert.deepEqual(registry.list(), ['b', 'z'])
})

test('row 29: close releases every provider, has the errors of all, and can be called twice', async (t) => {
  const { modules } = await rack(t)
  const removeConsumer = (word) => () => Promise.reject(new Error(word))
  const last = providerOf({ tools: [tool({ name: 'c' })] })
  const all = ['a', 'b'].map((name) => providerOf({ tools: [tool({ name })], removeConsumer: removeConsumer(name) }))
  await modules.add([...all, last])
  const { message, details } = await refusal(() => modules.close())
  assert.match(message, /removeConsumer failed: a/)
  assert.deepEqual(
    details.errors.map((error) => error.details.reason),
    ['removeConsumer failed: b'],
  )
  assert.equal(await codeOf(() => modules.close()), 'SOURCE_UNREADABLE')
  assert.deepEqual(
    last.calls.map(([what]) => what),
    ['add', 'remove'],
  )
})

test('row 30: a provider that is added twice is one consumer, which is removed once', async (t) => {
  const { modules } = await rack(t)
  const provider = providerOf()
  await modules.add([provider, provider])
  await modules.add(provider)
  await modules.close()
  assert.deepEqual(
    provider.calls.map(([what]) => what),
    ['add', 'remove'],
  )
})

test('row 31: a watch ends with close', async (t) => {
  const { registry, modules, directory, write } = await rack(t, { 'a.mjs': text('a') })
  const other = new ToolModules(registry, { resolveFrom: directory })
  t.after(() => other.close())
  await modules.addDirectory(directory, QUICK)
  await modules.close()
  await other.addDirectory(directory, { ...QUICK, namespace: 'other', onConflict: 'later', include: 'b.mjs' })
  const seen = []
  registry.on('reloaded', ({ source }) => seen.push(source))
  const reloaded = next(registry, 'reloaded', { wanted: ({ source }) => source === 'b' })
  await write('a.mjs', text('a', 2))
  await write('b.mjs', text('b'))
  await reloaded
  assert.deepEqual([seen, await registry.execute('a')], [['b'], 1])
})

test('row 32: atomic saves, the first file of an empty directory and a removal are seen', async (t) => {
  const { registry, modules, directory, path } = await rack(t)
  const tools = join(directory, 'tools')
  await mkdir(tools)
  await modules.addDirectory(tools, QUICK)
  for (const answer of [1, 2]) {
    const reloaded = next(registry, 'reloaded')
    await writeFile(path('new.mjs'), text('a', answer))
    await rename(path('new.mjs'), join(tools, 'a.mjs'))
    await reloaded
    assert.equal(await registry.execute('a'), answer)
  }
  const missing = next(registry, 'sourceMissing')
  await rm(join(tools, 'a.mjs'))
  assert.equal((await missing).source, 'a')
})

test('row 33: a reload that fails is an event and a fault of its source alone', async (t) => {
  const { registry, modules, directory, write } = await rack(t, { 'a.mjs': text('a'), 'b.mjs': text('b') })
  await modules.addDirectory(directory, QUICK)
  const failed = next(registry, 'reloadFailed')
  await write('a.mjs', 'export const a =')
  const { source, error } = await failed
  assert.deepEqual([source, error.code], ['a', 'INVALID_SPEC'])
  assert.deepEqual(
    modules.sources().map(({ name, fault }) => [name, fault?.code]),
    [
      ['a', 'INVALID_SPEC'],
      ['b', undefined],
    ],
  )
})

test('row 34: a refresh with one bad tool changes nothing', async (t) => {
  const { registry, modules } = await rack(t)
  const provider = providerOf()
  await modules.add(provider)
  provider.tools = [tool({ name: 'fresh' }), { name: 'bad' }]
  const failed = next(registry, 'reloadFailed')
  provider.change()
  assert.equal((await failed).error.code, 'INVALID_DEFINITION')
  assert.deepEqual(registry.list(), ['given'])
})
