// What outlives the process: tools are there while their documents are not, and no gate is passed by a restart.
import assert from 'node:assert/strict'
import { mkdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { run } from './support/child.mjs'
import { document, folder, text } from './support/documents.mjs'
import { next } from './support/events.mjs'
import { serve } from './support/server.mjs'
import { codeOf, refusal, registryOf } from './support/tools.mjs'

/** A folder that goes with the test, after the loaders that write there. */
async function home(t) {
  const loaders = []
  t.after(() => loaders.forEach((loader) => loader.close()))
  const path = await folder(t)
  return { path, state: join(path, 'toolrack.state'), kept: (loader) => (loaders.push(loader), loader) }
}

/**
 * A server of one document, which is up, down or says something else; and processes that load it, one after another.
 */
async function place(t, over = {}) {
  const { state, kept } = await home(t)
  let said = text(['a', 'b'])
  const { url } = await serve(t, (request, response) => {
    if (said === undefined) response.writeHead(503).end('down')
    else response.setHeader('content-type', 'application/json').end(said)
  })
  const live = async ({ options = {}, load = true } = {}) => {
    const registry = registryOf()
    const loader = kept(new SpecLoader(registry, { state }))
    t.after(() => registry.close())
    const report = load ? await loader.load(`${url}/pets.json`, { name: 'pets', ...over, ...options }) : undefined
    const said = () => Object.fromEntries(registry.tools().map(({ name, description }) => [name, description]))
    return { registry, loader, report, said }
  }
  return { state, kept, live, says: (next) => (said = next) }
}

test('a process serves what it knows while its document cannot be read', async (t) => {
  const { live, says } = await place(t)
  const first = await live()
  assert.equal(first.report.restored, undefined)
  await first.loader.save()
  first.loader.close()
  says(undefined)
  const { registry, loader, report } = await live()
  const { savedAt, error } = report.restored
  assert.ok(Math.abs(Date.now() - savedAt) < 60_000)
  assert.deepEqual([error.code, error.pointer, /503/.test(error.message)], ['SOURCE_UNREADABLE', '', true])
  assert.deepEqual([report.stale, report.added, registry.list()], [['a', 'b'], [], ['a', 'b']])
  assert.deepEqual(registry.list({ stale: false }), [])
  assert.deepEqual(
    [registry.get('a').stale.code, registry.sources()[0].fault.code, registry.sources()[0].stale],
    ['SOURCE_UNREADABLE', 'SOURCE_UNREADABLE', 2],
  )
  // It can be called: nothing but the network stands between.
  assert.equal(await codeOf(() => registry.execute('a')), 'HTTP_FAILED')
  assert.equal(await codeOf(() => loader.reload('pets')), 'SOURCE_UNREADABLE')
  says(text(['a', 'b']))
  const again = await loader.reload('pets')
  assert.deepEqual(
    [again.unchanged, again.restored, registry.list({ stale: false })],
    [['a', 'b'], undefined, ['a', 'b']],
  )
  assert.equal(registry.sources()[0].fault, undefined)
})

test('a document that is broken, or refused, changes nothing of what was saved', async (t) => {
  const { live, says } = await place(t, { gates: 'production' })
  const first = await live()
  first.loader.close()
  for (const [now, code, stale] of [
    ['{ "openapi": "3.0.3", "paths": ', 'INVALID_SPEC', ['a', 'b']],
    [text(['a']), 'GATE_REFUSED', []],
  ]) {
    says(now)
    const { registry, loader, report } = await live()
    assert.deepEqual(
      [report.restored.error.code, registry.list(), registry.list({ stale: true })],
      [code, ['a', 'b'], stale],
    )
    assert.equal(registry.sources()[0].fault.code, code)
    loader.close()
  }
})

test('a restart is no way around a gate: what is held waits, and what was rejected stays out', async (t) => {
  const { live, says } = await place(t, { gates: { wording: 'hold' } })
  const first = await live()
  first.loader.close()
  says(text(['a', 'b'], { a: { summary: 'Says something else' } }))
  const second = await live()
  assert.deepEqual([second.report.held, second.report.restored.error, second.said().a], [['a'], undefined, 'Does a'])
  second.loader.close()
  const third = await live()
  assert.deepEqual([third.report.holdId, third.said().a], [second.report.holdId, 'Does a'])
  third.loader.reject(third.report.holdId)
  third.loader.close()
  const fourth = await live()
  assert.deepEqual([fourth.report.held, fourth.report.rejected, fourth.said().a], [[], ['a'], 'Does a'])
  says(text(['a', 'b'], { a: { summary: 'And again' } }))
  const { holdId } = await fourth.loader.reload('pets')
  fourth.loader.approve(holdId)
  fourth.loader.close()
  says(undefined)
  assert.equal((await live()).said().a, 'And again')
})

test('versions of another process can be gone back to, and a restart undoes no rollback', async (t) => {
  const { live, says } = await place(t)
  const first = await live()
  first.loader.close()
  says(JSON.stringify({ ...document(['a', 'c']), info: { title: 'Pets', version: '2.0.0' } }))
  const second = await live()
  assert.deepEqual(
    second.loader.history('pets').map(({ number, version, kept }) => [number, version, kept]),
    [
      [2, '2.0.0', true],
      [1, '1.2.0', true],
    ],
  )
  assert.deepEqual([second.loader.rollback('pets').version, second.registry.list().sort()], ['1.2.0', ['a', 'b']])
  second.loader.close()
  const third = await live()
  assert.deepEqual([third.registry.list().sort(), third.registry.sources()[0].rolledBack], [['a', 'b'], true])
  assert.equal((await third.loader.reload('pets')).version, '2.0.0')
})

test('a check compares a document of another place with what was saved, and loads nothing', async (t) => {
  const { path, state, kept } = await home(t)
  const [before, after] = [join(path, 'pets.json'), join(path, 'next.json')]
  await writeFile(before, text(['a', 'b']))
  await writeFile(after, text(['b', 'c'], { b: { summary: 'Says more' } }))
  const first = kept(new SpecLoader(registryOf(), { state }))
  await first.load(before)
  const change = async (loader, registry) => {
    const options = { name: 'pets', gates: 'production' }
    const { added, removed, decision } = await loader.check(after, options)
    return [added, removed, decision, registry.revision]
  }
  first.close()
  const registry = registryOf()
  const loader = kept(new SpecLoader(registry, { state }))
  assert.deepEqual(await change(loader, registry), [['c'], ['a'], 'refuse', 0])
  await loader.load(before)
  assert.deepEqual(await change(loader, registry), [['c'], ['a'], 'refuse', 1])
})

test('names do not move over a restart, and pins hold', async (t) => {
  const named = (...paths) =>
    JSON.stringify({
      openapi: '3.0.3',
      paths: Object.fromEntries(paths.map((path) => [path, { get: { operationId: 'find' } }])),
    })
  const { live, says } = await place(t)
  says(named('/b'))
  const first = await live()
  first.loader.pin('pets')
  first.loader.close()
  says(named('/a', '/b'))
  const { registry, loader } = await live()
  assert.equal(registry.names().names.find(({ path }) => path === '/b').name, 'find')
  assert.deepEqual(Object.keys(loader.pin('pets', [])), ['find'])
})

test('the function of include chooses what is restored', async (t) => {
  const { live, says } = await place(t)
  const first = await live()
  first.loader.close()
  says(undefined)
  const { registry } = await live({ options: { include: ({ operationId }) => operationId === 'b' } })
  assert.deepEqual(registry.list(), ['b'])
})

test('a watched file that comes back makes its tools fresh', async (t) => {
  const { path, state, kept } = await home(t)
  const file = join(path, 'pets.json')
  await writeFile(file, text(['a']))
  const before = kept(new SpecLoader(registryOf(), { state }))
  await before.load(file)
  before.close()
  const registry = registryOf()
  const loader = kept(new SpecLoader(registry, { state }))
  t.after(() => registry.close())
  await writeFile(file, '')
  assert.equal((await loader.load(file, { watch: true })).restored.error.code, 'INVALID_SPEC')
  const reloaded = next(registry, 'reloaded')
  await writeFile(file, text(['a']))
  assert.deepEqual([(await reloaded).unchanged, registry.list({ stale: false })], [['a'], ['a']])
})

test('what nobody loads stays until it is forgotten or unloaded', async (t) => {
  const { live, says } = await place(t)
  const first = await live()
  first.loader.close()
  const second = await live({ load: false })
  await second.loader.save()
  assert.deepEqual([second.loader.forget('pets'), second.loader.forget('pets')], [true, false])
  second.loader.close()
  says(undefined)
  assert.equal(await codeOf(() => live()), 'SOURCE_UNREADABLE')
})

test('a damaged file is refused with the reason, or put aside and told', async (t) => {
  const { state, kept, live } = await place(t)
  const first = await live()
  first.loader.close()
  const whole = await readFile(state)
  await writeFile(state, whole.subarray(0, -5))
  const { code, details } = await refusal(() => new SpecLoader(registryOf(), { state }))
  assert.deepEqual(
    [code, details],
    ['STATE_BROKEN', { path: state, reason: 'its hash does not match its content: it is truncated or damaged' }],
  )
  const registry = registryOf()
  const failed = next(registry, 'stateFailed')
  kept(new SpecLoader(registry, { state: { path: state, onBroken: 'begin' } }))
  assert.deepEqual(await failed, { path: state, reason: `${details.reason}; it is renamed to ${state}.broken` })
  assert.deepEqual(await readFile(`${state}.broken`), whole.subarray(0, -5))
})

test('one loader has a file at a time, and closing it lets go', async (t) => {
  const { state, kept } = await home(t)
  const registry = registryOf()
  const first = kept(new SpecLoader(registry, { state }))
  assert.equal(await codeOf(() => new SpecLoader(registryOf(), { state })), 'STATE_LOCKED')
  const { code, stdout, stderr } = await run(`
    try { new SpecLoader(registryOf(), { state: ${JSON.stringify(state)} }) } catch ({ code }) { console.log(code) }`)
  assert.deepEqual([code, stdout, stderr], [0, 'STATE_LOCKED\n', ''])
  first.close()
  assert.equal(await codeOf(() => first.save()), 'CLOSED')
  new SpecLoader(registry, { state }).close()
})

test('options of a state file that cannot be are refused', async () => {
  for (const state of ['', 5, null, {}, { path: '' }, { path: 'a', onBroken: 'ignore' }, { path: 'a', more: 1 }]) {
    assert.equal(await codeOf(() => new SpecLoader(registryOf(), { state })), 'INVALID_OPTIONS', JSON.stringify(state))
  }
  assert.equal(await codeOf(() => new SpecLoader(registryOf(), { stat: 'a' })), 'INVALID_OPTIONS')
})

test('a write that fails is told once, and rejects a save', async (t) => {
  const { state, kept } = await home(t)
  const registry = registryOf()
  const told = []
  registry.on('stateFailed', (failure) => told.push(failure))
  const loader = kept(new SpecLoader(registry, { state }))
  await mkdir(`${state}.tmp`)
  await loader.load(text(['a']), { name: 'pets' })
  for (let i = 0; i < 3; i++) assert.equal(await codeOf(() => loader.save()), 'STATE_UNWRITABLE')
  await rmdir(`${state}.tmp`)
  await loader.save()
  assert.deepEqual([told.map(({ path }) => path), registry.list()], [[state], ['a']])
  if (process.platform !== 'win32') assert.equal((await stat(state)).mode & 0o777, 0o600)
})

test('without a state file a save has nothing to do', async (t) => {
  const loader = new SpecLoader(new ToolRegistry())
  t.after(() => loader.close())
  assert.deepEqual([await loader.save(), loader.forget('pets')], [undefined, false])
})

test('a program that ends by itself has saved what it loaded, and is not kept by the file', async (t) => {
  const { state } = await place(t)
  const program = (document) => `
    const registry = registryOf()
    const loader = new SpecLoader(registry, { state: ${JSON.stringify(state)} })
    const report = await loader.load(${JSON.stringify(document)}, { name: 'pets', gates: { wording: 'hold' } })
    await loader.save()
    console.log(JSON.stringify([report.held, registry.list()]))`
  for (const [summary, said] of [
    ['Does a', [[], ['a']]],
    ['Does more', [['a'], ['a']]],
  ]) {
    const { code, stdout, stderr } = await run(program(text(['a'], { a: { summary } })))
    assert.deepEqual([code, stderr, JSON.parse(stdout)], [0, '', said])
  }
})
