// Folders of a directory of modules that cannot be entered: they are told, and cost the others nothing.
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync } from 'node:fs'
import { test } from 'node:test'
import { next } from './support/events.mjs'
import { WATCH, eventsOf, modulesOf, moduleText } from './support/module-tools.mjs'

const deep = (levels) => Array.from({ length: levels }, (_, i) => `f${i}`).join('/')
/** The deepest folder that is entered, and the one below it. */
const [LAST, BEYOND] = [deep(32), deep(33)]
// Root reads everything.
const asUser = { skip: process.platform === 'win32' || process.getuid() === 0 }

test('a folder that is too deep is in failed and in discover, and not left out in silence', async (t) => {
  const { modules, registry, at } = modulesOf(t, {
    'tools/a.mjs': moduleText('a'),
    [`tools/${LAST}/b.mjs`]: moduleText('b'),
    [`tools/${BEYOND}/c.mjs`]: moduleText('c'),
  })
  const found = modules.discover('./tools', { recursive: true })
  assert.deepEqual(
    found.map(({ name, path, error }) => [name, path, error?.code]),
    [
      ['a', at('tools/a.mjs'), undefined],
      [`${LAST}/b`, at(`tools/${LAST}/b.mjs`), undefined],
      [BEYOND, at(`tools/${BEYOND}`), 'SOURCE_UNREADABLE'],
    ],
  )
  const { failed } = await modules.addDirectory('./tools', { recursive: true })
  assert.deepEqual(registry.list(), ['a', 'b'])
  assert.deepEqual(
    failed.map(({ location, error }) => [location, error.code]),
    [[at(`tools/${BEYOND}`), 'SOURCE_UNREADABLE']],
  )
  assert.match(failed[0].error.message, /32 folders deep/)
  assert.deepEqual((await modules.addDirectory('./tools')).failed, [])
})

test('a folder of a watched directory that is too deep is told once', async (t) => {
  const { modules, registry, at, write } = modulesOf(t, { 'tools/a.mjs': moduleText('a') })
  await modules.addDirectory('./tools', { recursive: true, watch: WATCH })
  const events = eventsOf(registry, 'reloadFailed')
  const told = next(registry, 'reloadFailed')
  mkdirSync(at(`tools/${BEYOND}`), { recursive: true })
  const { source, error } = await told
  assert.deepEqual([source, error.code], [at(`tools/${BEYOND}`), 'SOURCE_UNREADABLE'])
  for (const name of ['b', 'c']) {
    const reloaded = next(registry, 'reloaded')
    write({ [`tools/${name}.mjs`]: moduleText(name) })
    await reloaded
  }
  assert.equal(events.length, 1)
})

test('a folder that was in failed of addDirectory is not told again by its watch', async (t) => {
  const { modules, registry, write } = modulesOf(t, { [`tools/${BEYOND}/c.mjs`]: moduleText('c') })
  const { failed } = await modules.addDirectory('./tools', { recursive: true, watch: WATCH })
  assert.equal(failed.length, 1)
  const events = eventsOf(registry, 'reloadFailed')
  const reloaded = next(registry, 'reloaded')
  write({ 'tools/b.mjs': moduleText('b') })
  await reloaded
  assert.deepEqual([events, registry.list()], [[], ['b']])
})

test('a folder that may not be read is in failed, and costs the others nothing', asUser, async (t) => {
  const { modules, registry, at } = modulesOf(t, {
    'tools/a.mjs': moduleText('a'),
    'tools/closed/b.mjs': moduleText('b'),
  })
  chmodSync(at('tools/closed'), 0)
  t.after(() => chmodSync(at('tools/closed'), 0o755))
  const { failed } = await modules.addDirectory('./tools', { recursive: true })
  assert.deepEqual([registry.list(), failed.map(({ location }) => location)], [['a'], [at('tools/closed')]])
})
