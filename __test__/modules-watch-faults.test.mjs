// What a watch does with many faults at once, and with faults that nobody expects.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { describe, test } from 'node:test'
import { ToolrackError } from 'toolrack'
import { WATCH, eventsOf, moduleText, watched } from './support/module-tools.mjs'

const require = createRequire(import.meta.url)
const { WatchedChanges } = require('../lib/modules/watch/watched-changes.js')
const { WatchedDirectories } = require('../lib/modules/watch/watched-directories.js')

test('C6: good files of a group are run twice at most, however many are broken beside them', async (t) => {
  const names = Array.from({ length: 12 }, (_, i) => `bad${i}`)
  const using = `import './_helper.mjs'`
  const good = (version) =>
    moduleText('good', version, `${using}\nglobalThis.runsOfGood = (globalThis.runsOfGood ?? 0) + 1`)
  const files = Object.fromEntries(names.map((name) => [`${name}.mjs`, moduleText(name, 1, using)]))
  const directory = { watch: { ...WATCH, stabilityMs: 200 } }
  const { registry, write, told } = await watched(
    t,
    { ...files, 'good.mjs': good(1), '_helper.mjs': '' },
    { directory },
  )
  t.after(() => delete globalThis.runsOfGood)
  globalThis.runsOfGood = 0
  const faults = eventsOf(registry, 'reloadFailed')
  const reloaded = told('reloaded', 'good')
  const broken = names.map((name) => [`${name}.mjs`, `${using}\nthrow new Error('${name}')\n${moduleText(name)}`])
  write({ ...Object.fromEntries(broken), 'good.mjs': good(2) })
  await reloaded
  assert.equal(await registry.execute('good', {}), 2)
  assert.ok(globalThis.runsOfGood <= 2, `${globalThis.runsOfGood} runs`)
  const told2 = faults.map(([, { source, error }]) => [source, error.cause.message])
  assert.deepEqual(told2.sort(), names.map((name) => [name, name]).sort())
})

/** Changes of a watch without one: `inTurn` and `checkOpen` as given, and what is emitted. */
function changesOf({ inTurn = (work) => work(), checkOpen = () => {} } = {}) {
  const events = []
  const list = { ofEntry: () => [], get: () => undefined, all: () => [], has: () => false, hasEntry: () => false }
  const closures = { events: { emit: (name, event) => events.push([name, event.source, event.error.code]) } }
  const groups = { watch() {}, unwatch() {} }
  return { events, changes: new WatchedChanges({ list, closures, groups, loader: {}, inTurn, checkOpen }) }
}

describe('a fault that nobody expects', () => {
  const fault = { code: 'INTERNAL', message: 'it fails', details: {} }
  for (const [what, options, change, expected] of [
    ['of the reading', {}, { kind: 'fault', group: '/a.mjs', entries: ['/a.mjs'], error: fault }, '/a.mjs'],
    [
      'of a reading that is none',
      {},
      { kind: 'changed', group: '/a.mjs', entries: [], reading: null, missing: [] },
      '/a.mjs',
    ],
    [
      'of a listing',
      { inTurn: () => Promise.reject(new Error('x')) },
      { kind: 'listed', directory: '/tools', names: [], unlisted: [], number: 1 },
      '/tools',
    ],
  ])
    test(`${what} is told, and the watch goes on`, async () => {
      const { events, changes } = changesOf(options)
      assert.equal(await changes.handle(change), null)
      assert.deepEqual(events, [['reloadFailed', expected, 'INTERNAL']])
    })

  test('is told to nobody once the modules are closed', async () => {
    const closed = new ToolrackError('CLOSED', 'closed', {})
    const { events, changes } = changesOf({
      inTurn: () => Promise.reject(closed),
      checkOpen: () => {
        throw closed
      },
    })
    assert.equal(
      await changes.handle({ kind: 'listed', directory: '/tools', names: [], unlisted: [], number: 1 }),
      null,
    )
    assert.deepEqual(events, [])
  })
})

test('a listing that arrives after a newer one changes nothing', () => {
  const directories = new WatchedDirectories()
  const listing = (...names) => ({ names, unlisted: [] })
  const before = { names: new Set(['a.js']), unlisted: new Set() }
  directories.add('/tools', { common: {}, options: {}, ...before }, [])
  assert.deepEqual(directories.update('/tools', listing('a.js', 'b.js'), 2), listing('b.js'))
  assert.equal(directories.update('/tools', listing('a.js'), 1), undefined)
  assert.deepEqual(directories.update('/tools', listing('a.js', 'b.js', 'c.js'), 3), listing('c.js'))
})
