// ToolModules itself: its options, its state file, its audit, and how it ends.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ToolModules, ToolRegistry } from '../lib/index.js'
import { data } from './support/audit-logs.mjs'
import { run } from './support/child.mjs'
import { next } from './support/events.mjs'
import { proxied, revoked } from './support/hostile.mjs'
import { WATCH, modulesOf, moduleText, watched } from './support/module-tools.mjs'
import { refusal } from './support/tools.mjs'

test('an option of ToolModules that means nothing is INVALID_OPTIONS', async () => {
  const registry = new ToolRegistry()
  for (const options of [
    null,
    5,
    { reload: 'fast' },
    { loadTimeoutMs: -1 },
    { loadTimeoutMs: '5' },
    { resolveFrom: 5 },
    { resolveFrom: new URL('https://example.com') },
    { paths: 5 },
    { paths: { '@/*': 5 } },
    { paths: { '@/*': [5] } },
    { state: 5 },
    { realod: 'graph' },
    proxied({}),
    revoked({}),
  ])
    assert.equal((await refusal(() => new ToolModules(registry, options))).code, 'INVALID_OPTIONS')
  for (const other of [undefined, {}, proxied({}), revoked({})])
    assert.equal((await refusal(() => new ToolModules(other))).code, 'INVALID_OPTIONS')
})

test('every method takes what is no text for a name as INVALID_OPTIONS, and an unknown source as such', async (t) => {
  const { modules } = modulesOf(t)
  for (const method of ['reload', 'remove', 'history', 'rollback', 'pin', 'unpin']) {
    for (const bad of [undefined, null, 5, {}, proxied({}), Symbol('x')])
      assert.equal((await refusal(() => modules[method](bad))).code, 'INVALID_OPTIONS', method)
    assert.equal((await refusal(() => modules[method]('gone'))).code, 'UNKNOWN_SOURCE', method)
  }
  for (const method of ['approve', 'reject'])
    assert.equal((await refusal(() => modules[method]('gone'))).code, 'UNKNOWN_CHANGE', method)
})

test('M12: discover without a directory lists the watched ones as they are watched', async (t) => {
  const { modules, write, at } = await watched(
    t,
    { 'a.mjs': moduleText('a'), 'sub/b.mjs': moduleText('b'), 'sub/no.mjs': moduleText('no') },
    { directory: { recursive: true, exclude: '**/no.mjs' } },
  )
  write({ 'sub/c.mjs': 'throw 1' })
  assert.deepEqual(
    modules.discover().map(({ name, path }) => [name, path]),
    [
      ['a', at('tools/a.mjs')],
      ['sub/b', at('tools/sub/b.mjs')],
      ['sub/c', at('tools/sub/c.mjs')],
    ],
  )
})

test('M13: a directory that is added again is watched with its new options', async (t) => {
  const { registry, modules, write, told, at } = await watched(t, { 'a.mjs': moduleText('a', 1) })
  await modules.addDirectory('./tools', { watch: { ...WATCH, onMissing: 'remove' }, namespace: 'n' })
  assert.deepEqual([registry.list(), modules.sources().length, modules.directories()], [['n_a'], 1, [at('tools')]])
  const changed = told('reloaded', 'a')
  write({ 'a.mjs': moduleText('a', 2) })
  await changed
  const came = told('reloaded', 'b')
  write({ 'b.mjs': moduleText('b') })
  await came
  assert.deepEqual([registry.list(), await registry.execute('n_a', {})], [['n_a', 'n_b'], 2])
})

test('M14: two exports of one file are two sources that change together', async (t) => {
  const { registry, modules, write } = modulesOf(t, { 'crm.mjs': moduleText('a', 1) + moduleText('b', 1) })
  await modules.add(['./crm.mjs:a', './crm.mjs:b'], { watch: WATCH })
  const both = new Set()
  const reloaded = next(registry, 'reloaded', { wanted: ({ source }) => both.add(source).size === 2 })
  write({ 'crm.mjs': moduleText('a', 2) + moduleText('b', 2) })
  await reloaded
  assert.deepEqual([await registry.execute('a', {}), await registry.execute('b', {}), registry.revision], [2, 2, 2])
  await modules.remove('crm:a')
  const again = next(registry, 'reloaded')
  write({ 'crm.mjs': moduleText('a', 3) + moduleText('b', 3) })
  assert.deepEqual([(await again).source, await registry.execute('b', {}), registry.list()], ['crm:b', 3, ['b']])
})

test('M20: loads, reloads and their refusals are in the audit log', async (t) => {
  const { at, write, directory } = modulesOf(t, { 'a.mjs': moduleText('a', 1) })
  const path = at('audit.jsonl')
  const registry = new ToolRegistry({ audit: path })
  const modules = new ToolModules(registry, { resolveFrom: directory })
  await modules.add('./a.mjs')
  write({ 'a.mjs': 'export const = 1' })
  await refusal(() => modules.reload('a'))
  write({ 'a.mjs': moduleText('a', 2) })
  await modules.reload('a')
  write({ 'b.mjs': 'export const = 1', 'c.mjs': moduleText('a', 3) })
  await refusal(() => modules.add('./b.mjs'))
  await modules.add(['./b.mjs', './c.mjs'], { onError: 'skip' })
  assert.deepEqual(
    modules.sources().map(({ name }) => name),
    ['a'],
  )
  await modules.close()
  registry.close()
  const [loads, failed] = [await data(path, 'load'), await data(path, 'loadFailed')]
  assert.deepEqual(
    loads.map(({ source, trigger }) => [source, trigger]),
    [
      ['a', 'load'],
      ['a', 'reload'],
    ],
  )
  assert.deepEqual(
    failed.map(({ source, trigger, code }) => [source, trigger, code]),
    [
      ['a', 'reload', 'INVALID_SPEC'],
      ['b', 'load', 'INVALID_SPEC'],
      // The core has judged what could be evaluated before the rest is recorded.
      ['c', 'load', 'NAME_TAKEN'],
      ['b', 'load', 'INVALID_SPEC'],
    ],
  )
})

test('M23: pins, rejections and versions are kept over a restart, and code is not', async (t) => {
  const { at, write, directory } = modulesOf(t, { 'a.mjs': moduleText('a', '"secret of the code"') })
  const state = at('state.json')
  const started = async (action, options) => {
    const registry = new ToolRegistry()
    const modules = new ToolModules(registry, { resolveFrom: directory, state })
    try {
      await modules.add('./a.mjs', options)
      return await action({ modules, registry })
    } finally {
      await modules.close()
      registry.close()
    }
  }
  const pins = await started(({ modules }) => modules.pin('a'))
  assert.deepEqual(Object.keys(pins), ['a'])
  assert.ok(existsSync(state) && !readFileSync(state, 'utf8').includes('secret of the code'))
  write({ 'a.mjs': moduleText('a', 2).replace('Does a', 'Does other') })
  await started(async ({ modules, registry }) => {
    assert.deepEqual([modules.held().length, registry.list()], [1, []])
    modules.approve(modules.held()[0].id)
    assert.equal(await registry.execute('a', {}), 2)
    const [newest, ...former] = modules.history('a')
    assert.deepEqual([newest.active, former.at(-1).number, former.at(-1).kept], [true, 1, false])
    assert.equal((await refusal(() => modules.rollback('a', former.at(-1).hash))).code, 'UNKNOWN_VERSION')
  })
})

test('M20: the same files in another folder are the same version, and one that is elsewhere is another', async (t) => {
  const importing = (helper) => moduleText('a', 'n', `import { n } from '${helper}'`)
  const helper = 'export const n = 1\n'
  const versions = []
  for (const files of [
    { 'releases/41/tools/a.mjs': importing('../lib/n.mjs'), 'releases/41/lib/n.mjs': helper },
    { 'releases/42/tools/a.mjs': importing('../lib/n.mjs'), 'releases/42/lib/n.mjs': helper },
    { 'releases/43/tools/a.mjs': importing('./n.mjs'), 'releases/43/tools/n.mjs': helper },
  ]) {
    const { modules } = modulesOf(t, files)
    await modules.add(`./${Object.keys(files)[0]}`)
    versions.push(modules.sources()[0].version)
  }
  assert.match(versions[0], /^sha256:[0-9a-f]{12}$/)
  assert.deepEqual([versions[1] === versions[0], versions[2] === versions[0]], [true, false])
})

test('M31: a watch alone does not keep the process, and close is not needed to end it', async (t) => {
  const { directory } = modulesOf(t, { 'tools/a.mjs': moduleText('a', 1) })
  const { code, stdout, stderr } = await run(`
    import { ToolModules } from 'toolrack'
    const registry = new ToolRegistry()
    const modules = new ToolModules(registry, { resolveFrom: ${JSON.stringify(directory)} })
    await modules.addDirectory('./tools', { watch: { onMissing: { removeAfterMs: 60000 } } })
    console.log(await registry.execute('a', {}))`)
  assert.deepEqual([code, stdout], [0, '1\n'], stderr)
})
