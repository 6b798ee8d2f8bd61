// Faults of files that change together: a tool and its helpers are one content.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as after } from 'node:timers/promises'
import { next } from './support/events.mjs'
import { eventsOf, moduleText, watched } from './support/module-tools.mjs'

const NAMES = Array.from({ length: 10 }, (_, i) => `tool${i}`)

/** Ten tools that share a helper over a second one; both have a name that a directory leaves out. */
const tenTools = () => ({
  ...Object.fromEntries(
    NAMES.map((name) => [`${name}.mjs`, moduleText(name, 'version', `import { version } from './_middle.mjs'`)]),
  ),
  '_middle.mjs': `export * from './_helper.mjs'`,
  '_helper.mjs': `export const version = 1`,
})

/** The ten reports or faults of one event. */
async function ten(registry, event) {
  const sources = new Set()
  const wanted = ({ source }) => sources.add(source).size === NAMES.length
  await next(registry, event, { wanted })
  return [...sources].sort()
}

test('C10: a helper that changes reloads its ten tools in one revision', async (t) => {
  const { registry, write } = await watched(t, tenTools())
  const changes = eventsOf(registry, 'change')
  const reloaded = ten(registry, 'reloaded')
  write({ '_helper.mjs': `export const version = 2` })
  assert.deepEqual(await reloaded, NAMES)
  assert.deepEqual(new Set(await Promise.all(NAMES.map((name) => registry.execute(name, {})))), new Set([2]))
  assert.equal(new Set(changes.map(([, { revision }]) => revision)).size, 1)
})

for (const [what, spoil] of Object.entries({
  'throws at its top': ({ write }) => write({ '_helper.mjs': `throw new Error('x')` }),
  'has a syntax error': ({ write }) => write({ '_helper.mjs': `export const = 2` }),
  'is gone': ({ remove }) => remove('_helper.mjs'),
  'lacks the export': ({ write }) => write({ '_helper.mjs': `export const other = 2` }),
})) {
  test(`C10: a helper that ${what} leaves its ten tools as they were, until it is back`, async (t) => {
    const house = await watched(t, tenTools())
    const { registry, modules } = house
    const answers = async () => new Set(await Promise.all(NAMES.map((name) => registry.execute(name, {}))))
    const failed = ten(registry, 'reloadFailed')
    spoil(house)
    assert.deepEqual(await failed, NAMES)
    assert.deepEqual([await answers(), registry.revision], [new Set([1]), 1])
    assert.ok(modules.sources().every(({ fault }) => fault !== undefined))
    const reloaded = ten(registry, 'reloaded')
    house.write({ '_helper.mjs': `export const version = 3` })
    assert.deepEqual(await reloaded, NAMES)
    assert.deepEqual(await answers(), new Set([3]))
    assert.ok(modules.sources().every(({ fault }) => fault === undefined))
  })
}

test('C10: a helper that goes and comes back as it was has no fault any more', async (t) => {
  const { registry, modules, write, remove, told } = await watched(t, {
    'crm.mjs': moduleText('crm', 'version', `import { version } from './_helper.mjs'`),
    '_helper.mjs': `export const version = 1`,
    'other.mjs': moduleText('other', 1),
  })
  const failed = told('reloadFailed', 'crm')
  remove('_helper.mjs')
  await failed
  write({ '_helper.mjs': `export const version = 1` })
  const deadline = Date.now() + 10_000
  while (modules.sources().some(({ fault }) => fault !== undefined)) {
    assert.ok(Date.now() < deadline, 'the fault stays')
    await after(20)
  }
  assert.deepEqual([await registry.execute('crm', {}), registry.revision], [1, 1])
})

test('C10: a helper that names the broken one no more is let go of', async (t) => {
  const { write, told, answer, modules, at } = await watched(t, {
    'crm.mjs': moduleText('crm', 'version', `import { version } from './_one.mjs'`),
    '_one.mjs': `export const version = 1`,
    '_two.mjs': `export const version = 2`,
  })
  const reloaded = told('reloaded', 'crm')
  write({ 'crm.mjs': moduleText('crm', 'version', `import { version } from './_two.mjs'`) })
  await reloaded
  assert.deepEqual(
    [await answer(), modules.sources()[0].files.sort()],
    [2, [at('tools/_two.mjs'), at('tools/crm.mjs')]],
  )
  const again = told('reloaded', 'crm')
  write({ '_two.mjs': `export const version = 3` })
  await again
  assert.equal(await answer(), 3)
})
