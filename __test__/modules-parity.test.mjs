// Modules beside the Python registry, rows 1 to 20: what is added, and whose tools it is. What is better here, by row.
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { ToolModules, ToolRegistry, registerDynamicTool } from 'toolrack'
import { next } from './support/events.mjs'
import { providerOf, rack, text } from './support/module-rack.mjs'
import { codeOf, refusal, tool } from './support/tools.mjs'

test('row 1: one registry holds all tools, and each ToolModules is a consumer of its own', async (t) => {
  const { registry, modules } = await rack(t)
  const other = new ToolModules(registry)
  const provider = providerOf()
  registry.register(tool({ name: 'code' }))
  await modules.add(provider)
  await other.add(provider, { namespace: 'other' })
  assert.deepEqual(registry.list(), ['code', 'given', 'other_given'])
  assert.equal(new Set(provider.calls.map(([, id]) => id)).size, 2)
  await other.close()
})

test('row 2: a list with one fault adds nothing, or with skip all but the fault', async (t) => {
  const { registry, modules } = await rack(t, { 'a.mjs': text('a'), 'b.mjs': 'export const = 1' })
  assert.equal(await codeOf(() => modules.add(['./a.mjs', './b.mjs'])), 'INVALID_SPEC')
  assert.deepEqual(registry.list(), [])
  const { names, failed } = await modules.add(['./a.mjs', './b.mjs'], { onError: 'skip' })
  assert.deepEqual([names, failed.map(({ error }) => error.code)], [['a'], ['INVALID_SPEC']])
})

test('row 3: a path and a file URL add all tools of a file, not the last alone', async (t) => {
  const { registry, modules, path } = await rack(t, { 'a.mjs': text('a') + text('b'), 'c.mjs': text('c') + text('d') })
  await modules.add(['./a.mjs', pathToFileURL(path('c.mjs'))])
  assert.deepEqual(registry.list(), ['a', 'b', 'c', 'd'])
})

test('row 4: a package is resolved from resolveFrom', async (t) => {
  const { registry, modules, directory } = await rack(t)
  await mkdir(join(directory, 'node_modules', 'kit'), { recursive: true })
  await writeFile(join(directory, 'node_modules', 'kit', 'index.mjs'), text('a') + text('b'))
  await writeFile(join(directory, 'node_modules', 'kit', 'package.json'), '{ "name": "kit", "exports": "./index.mjs" }')
  await modules.add('kit')
  assert.deepEqual(registry.list(), ['a', 'b'])
  for (const given of ['kitt', 'kitt:a']) {
    const { code, message, details } = await refusal(() => modules.add(given))
    const reason = `it is not installed: run npm install kitt; it is looked for from ${directory}`
    assert.deepEqual([code, details], ['SOURCE_UNREADABLE', { location: given, reason }])
    assert.equal(message, `cannot read ${given}: ${reason}`)
  }
})

test('row 5: path:export takes one export, and a drive letter is none', async (t) => {
  const { registry, modules } = await rack(t, { 'a.mjs': text('a') + text('b') })
  await modules.add('./a.mjs:b')
  assert.deepEqual(registry.list(), ['b'])
  assert.match((await refusal(() => modules.add('./a.mjs:bb'))).message, /nearest: b/)
  assert.match((await refusal(() => modules.add('C:\\a.mjs'))).message, /C:\\a\.mjs/)
})

test('row 6: a path with a name takes this tool alone, and the error of a wrong name has the nearest', async (t) => {
  const { registry, modules } = await rack(t, { 'a.mjs': text('lookup') + text('rename') })
  const { code, details } = await refusal(() => modules.add({ path: './a.mjs', name: 'lokup' }))
  assert.deepEqual(
    [code, details.problems[0].message],
    ['INVALID_DEFINITION', '"lokup" is none of lookup, rename; nearest: lookup'],
  )
  await modules.add({ path: './a.mjs', tools: ['lookup'] })
  assert.deepEqual(registry.list(), ['lookup'])
})

test('row 7: a path has options of its own', async (t) => {
  const { registry, modules } = await rack(t, { 'a.mjs': text('a'), 'b.mjs': text('b') })
  await modules.add([{ path: './a.mjs', namespace: 'crm', category: 'external' }, './b.mjs'], { category: 'internal' })
  assert.deepEqual(
    registry.list().map((name) => [name, registry.get(name).category]),
    [
      ['crm_a', 'external'],
      ['b', 'internal'],
    ],
  )
})

test('row 8: a module object adds its exports, and its reload says that it has no file', async (t) => {
  const { registry, modules, path } = await rack(t, { 'a.mjs': text('a') })
  await modules.add(await import(pathToFileURL(path('a.mjs'))), { name: 'kit' })
  assert.deepEqual(registry.list({ source: 'kit' }), ['a'])
  assert.match((await refusal(() => modules.reload('kit'))).message, /given as an object, which has no file/)
})

test('row 9: a definition, a class and a tool with a handler are tools', async (t) => {
  const { registry, modules } = await rack(t)
  class Greet {
    static toolSpec = { name: 'greet', description: 'D' }
    execute = () => 'hello'
  }
  const handler = () => ({ content: [{ type: 'text', text: 'pong' }] })
  await modules.add([tool({ name: 'own' }), Greet, { name: 'ping', description: 'D', handler }])
  assert.deepEqual(registry.list(), ['own', 'greet', 'ping'])
  assert.deepEqual([await registry.execute('greet'), await registry.execute('ping')], ['hello', 'pong'])
})

test('row 10: lists nest up to a bound, and one that contains itself is refused', async (t) => {
  const { registry, modules } = await rack(t)
  await modules.add([new Set([[tool({ name: 'deep' })]])])
  assert.deepEqual(registry.list(), ['deep'])
  const circle = []
  circle.push(circle)
  assert.match((await refusal(() => modules.add(circle))).message, /contains itself/)
  let nested = tool()
  for (let depth = 0; depth < 17; depth++) nested = [nested]
  assert.match((await refusal(() => modules.add(nested))).message, /deeper than 16/)
})

test('row 11: a provider whose first load fails is given back, and one that changes is loaded again', async (t) => {
  const { registry, modules } = await rack(t)
  const broken = providerOf({ loadTools: () => Promise.reject(new Error('down')) })
  assert.equal(await codeOf(() => modules.add(broken)), 'SOURCE_UNREADABLE')
  assert.deepEqual(
    broken.calls.map(([what]) => what),
    ['add', 'remove'],
  )
  const provider = providerOf()
  await modules.add(provider)
  provider.tools = [tool({ name: 'fresh' })]
  const reloaded = next(registry, 'reloaded')
  provider.change()
  const { added, removed } = await reloaded
  assert.deepEqual([added, removed], [['fresh'], ['given']])
})

const NO_SPECS = [42, null, { a: 1 }, '', { type: 'function', name: 'x', parameters: {} }]
test('row 12: anything else is an error that says what it is', async (t) => {
  const { registry, modules } = await rack(t)
  for (const spec of NO_SPECS) {
    assert.equal(await codeOf(() => modules.add(spec)), 'INVALID_DEFINITION')
    const { failed } = await modules.add([spec], { onError: 'skip' })
    assert.equal(failed[0].error.code, 'INVALID_DEFINITION', String(spec))
  }
  assert.deepEqual(registry.list(), [])
})

test('row 13: a file that is not there is SOURCE_UNREADABLE', async (t) => {
  const { modules, path } = await rack(t)
  const { code, details } = await refusal(() => modules.add({ path: './none.mjs', name: 'x' }))
  assert.deepEqual([code, details.location], ['SOURCE_UNREADABLE', path('none.mjs')])
})

test('row 14: a tool that a provider does not take is reported, not left out alone', async (t) => {
  const { registry, modules } = await rack(t)
  await modules.add(tool({ name: 'crm/find.all' }), { targets: ['bedrock'] })
  const offer = registry.offer('bedrock')
  const names = registry.definitions('bedrock').length + offer.quarantined.length
  assert.equal(names, 1)
})

test('row 15: definitions has the spec of each tool', async (t) => {
  const { registry, modules } = await rack(t, { 'a.mjs': text('a') + text('b') })
  await modules.add('./a.mjs')
  assert.deepEqual(
    registry.definitions('bedrock').map(({ toolSpec }) => toolSpec.name),
    ['a', 'b'],
  )
})

test('row 16: a file replaces its own tools alone', async (t) => {
  const { registry, modules, write } = await rack(t, { 'a.mjs': text('a'), 'b.mjs': text('b') })
  registry.register(tool({ name: 'code' }))
  await modules.add(['./a.mjs', './b.mjs'])
  for (const name of ['code', 'b', 'B']) {
    await write('a.mjs', text(name, 2))
    assert.equal(await codeOf(() => modules.reload('a')), 'NAME_TAKEN', name)
  }
  assert.deepEqual([registry.list(), await registry.execute('a')], [['code', 'a', 'b'], 1])
})

test('row 16: two sources of one name in one call are refused', async (t) => {
  const { registry, modules } = await rack(t)
  const twins = [tool({ name: 'a' }), tool({ name: 'a' })]
  assert.equal(await codeOf(() => modules.add(twins)), 'NAME_TAKEN')
  const { names, failed } = await modules.add(twins, { onError: 'skip' })
  assert.deepEqual([names, failed.map(({ error }) => error.code), registry.list()], [['a'], ['NAME_TAKEN'], ['a']])
})

test('row 17: a name is looked up, not searched: 4 times the tools take under 12 times as long', async (t) => {
  const { registry, modules } = await rack(t)
  const timeOf = async (count, prefix) => {
    const tools = Array.from({ length: count }, (_, i) => tool({ name: `${prefix}${i}` }))
    const started = performance.now()
    await modules.add({ tools }, { name: prefix })
    return performance.now() - started
  }
  await timeOf(500, 'warm')
  const [few, many] = [await timeOf(1_000, 'few'), await timeOf(4_000, 'many')]
  assert.equal(registry.list().length, 5_500)
  assert.ok(many < 12 * Math.max(few, 5), `${few} ms, then ${many} ms`)
})

test('row 18: a dynamic tool is one of the registry: its name, its twin and its replacement are checked', async () => {
  const registry = new ToolRegistry()
  registerDynamicTool(registry, tool({ name: 'a-b' }))
  assert.equal(await codeOf(() => registry.register(tool({ name: 'a_b' }))), 'NAME_TAKEN')
  registry.replace(tool({ name: 'a-b', execute: () => 2 }))
  assert.equal(await registry.execute('a-b'), 2)
})

test('row 19: a tool has its source, and a source its files and the time of its load', async (t) => {
  const { registry, modules, path } = await rack(t, { 'a.mjs': "export * from './b.mjs'\n", 'b.mjs': text('b') })
  await modules.add('./a.mjs')
  const [{ name, files, watched, loadedAt }] = modules.sources()
  assert.deepEqual([registry.get('b').source, name, watched], ['a', 'a', false])
  assert.deepEqual(files.toSorted?.() ?? files, [path('a.mjs'), path('b.mjs')])
  assert.ok(Math.abs(Date.now() - loadedAt) < 60_000)
})

test('row 20: the next reload of a file does not take back a tool that was replaced, and says so', async (t) => {
  const { registry, modules } = await rack(t, { 'a.mjs': text('a') })
  await modules.add('./a.mjs')
  assert.equal(await codeOf(() => registry.replace(tool({ name: 'b' }))), 'UNKNOWN_TOOL')
  registry.replace(tool({ name: 'a', execute: () => 2 }))
  assert.equal(await codeOf(() => modules.reload('./a.mjs')), 'NAME_TAKEN')
  assert.deepEqual([await registry.execute('a'), modules.sources()[0].fault.code], [2, 'NAME_TAKEN'])
})
