// The end of a registry and of a loader.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader } from 'toolrack'
import { document, text } from './support/documents.mjs'
import { serve } from './support/server.mjs'
import { codeOf, drill, never, registryOf, tool } from './support/tools.mjs'

test('a closed registry refuses changes and calls with CLOSED, and finds nothing', async () => {
  const registry = registryOf({})
  const handle = registry.register(tool({ name: 'other' }))
  const loader = new SpecLoader(registry)
  registry.close()
  registry.close()
  const refused = [
    () => registry.register(tool()), () => registry.replace(tool()), () => registry.unregister('echo'), () => registry.unregisterSource('code'), () => registry.forgetNames(),
    () => registry.snapshot(), () => registry.execute('echo'), () => registry.respond('anthropic', { id: '1', name: 'echo', input: {} }),
    () => handle.update(tool()), () => handle.disable(), () => handle.enable(), () => handle.remove(),
    () => new SpecLoader(registry), () => loader.load(text(['a'])), () => loader.reload('a'), () => loader.unload('a'), () => loader.watch('a'), () => loader.unwatch('a'),
  ]
  for (const ask of refused) assert.equal(await codeOf(ask), 'CLOSED', ask)
  assert.deepEqual([registry.size, registry.has('echo'), registry.get('echo'), registry.list(), registry.tools(), registry.catalog(), registry.definitions('gemini')], [0, false, undefined, [], [], [], []])
  assert.equal(registry.summary().tools, 0)
})

test('a call that is under way when its registry closes comes to its own end', async () => {
  let settle
  const registry = registryOf({ execute: () => new Promise((resolve) => (settle = resolve)) })
  const call = registry.execute('echo')
  registry.close()
  settle('done')
  assert.equal(await call, 'done')
})

test('calls from other threads fail at once when the registry closes', async () => {
  let reached = 0
  let arrived
  const all = new Promise((resolve) => (arrived = resolve))
  const registry = registryOf({ execute: () => (++reached === 8 && arrived(), never()) })
  const drilled = drill(registry, { total: 8, inFlight: 8, timeoutMs: 600_000 })
  await all
  const started = performance.now()
  registry.close()
  const { succeeded, error } = await drilled
  assert.deepEqual([succeeded, error.code], [0, 'CLOSED'])
  assert.ok(performance.now() - started < 5_000)
})

test('a listener may close the registry that tells it', () => {
  const registry = registryOf()
  registry.onChange(() => registry.close())
  registry.register(tool())
  assert.equal(registry.size, 0)
})

test('a closed loader refuses everything, and its tools stay', async () => {
  const registry = registryOf()
  const loader = new SpecLoader(registry)
  await loader.load(text(['a']), { name: 'pets' })
  loader.close()
  loader.close()
  for (const ask of [() => loader.load(text(['b'])), () => loader.reload('pets'), () => loader.unload('pets'), () => loader.watch('pets'), () => loader.unwatch('pets')]) {
    assert.equal(await codeOf(ask), 'CLOSED', ask)
  }
  assert.deepEqual(registry.list(), ['a'])
})

test('a load that is under way when its registry closes is refused', async (t) => {
  const registry = registryOf()
  const { url } = await serve(t, () => (registry.close(), document(['a'])))
  assert.equal(await codeOf(() => new SpecLoader(registry).load(`${url}/pets.json`)), 'CLOSED')
})
