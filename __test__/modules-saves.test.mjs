// Saves of modules as editors and programs make them, many at once: each is seen, as one change.
import assert from 'node:assert/strict'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { setTimeout as after } from 'node:timers/promises'
import { next } from './support/events.mjs'
import { WATCH, eventsOf, modulesOf, moduleText, watched } from './support/module-tools.mjs'

const namesOf = (count, name) => Array.from({ length: count }, (_, i) => `${name}${i}`)
const filesOf = (names, textOf) => Object.fromEntries(names.map((name) => [`${name}.mjs`, textOf(name)]))

/** Waits until each of these sources has had this event. */
function toldOfAll(registry, event, names) {
  const missing = new Set(names)
  return next(registry, event, { wanted: ({ source }) => missing.delete(source) && missing.size === 0 })
}

/** What each of these tools answers. */
const answersOf = (registry, names) => Promise.all(names.map((name) => registry.execute(name, {})))

const PAIRS = namesOf(100, 'pair')

test('C11: of 200 helpers and tools saved 50 ms apart each pair is one reload, never old with new', async (t) => {
  const textOf = (version) => ({
    tools: filesOf(PAIRS, (name) =>
      moduleText(name, `[helper, ${version}]`, `import { helper } from './_${name}.mjs'`),
    ),
    helpers: Object.fromEntries(PAIRS.map((name) => [`_${name}.mjs`, `export const helper = ${version}`])),
  })
  const first = textOf(0)
  const files = { ...first.tools, ...first.helpers }
  // Far longer than the pause between the saves, on a busy machine too.
  const { registry, write } = await watched(t, files, { directory: { watch: { stabilityMs: 1_500 } } })
  const events = eventsOf(registry, 'reloaded', 'reloadFailed')
  const seen = []
  registry.on('change', ({ updated }) => seen.push(answersOf(registry, updated)))
  for (const version of [1, 2]) {
    const reloaded = toldOfAll(registry, 'reloaded', PAIRS)
    const { tools, helpers } = textOf(version)
    const [sooner, later] = version === 1 ? [tools, helpers] : [helpers, tools]
    write(sooner)
    await after(50)
    write(later)
    await reloaded
    const wanted = PAIRS.map(() => [version, version])
    assert.deepEqual(await answersOf(registry, PAIRS), wanted)
    assert.deepEqual((await Promise.all(seen.splice(0))).flat(), wanted)
  }
  assert.deepEqual([events.length, events.filter(([name]) => name === 'reloadFailed')], [2 * PAIRS.length, []])
})

/** How an editor or a program saves a file. */
const SAVES = {
  'is written in place': (path, text) => writeFileSync(path, text),
  'is renamed over': (path, text) => {
    writeFileSync(`${path}~`, text)
    renameSync(`${path}~`, path)
  },
  'is removed and made again': (path, text) => {
    rmSync(path)
    writeFileSync(path, text)
  },
  'is moved away and made again': (path, text) => {
    renameSync(path, `${path}.bak`)
    writeFileSync(path, text)
  },
}

describe('C12: one hundred times a file is seen that', () => {
  const TEN = namesOf(10, 'crm')

  for (const [what, save] of Object.entries(SAVES))
    test(what, async (t) => {
      const { registry, at } = await watched(
        t,
        filesOf(TEN, (name) => moduleText(name, 0)),
      )
      const events = eventsOf(registry, 'reloaded', 'reloadFailed')
      for (let round = 1; round <= 10; round++) {
        const reloaded = toldOfAll(registry, 'reloaded', TEN)
        for (const name of TEN) save(at(`tools/${name}.mjs`), moduleText(name, round))
        await reloaded
        assert.deepEqual(
          await answersOf(registry, TEN),
          TEN.map(() => round),
        )
      }
      assert.deepEqual([events.length, events.filter(([name]) => name !== 'reloaded')], [100, []])
    })

  test('is the first one of an empty directory', async (t) => {
    const { registry, modules, at } = modulesOf(t)
    const names = namesOf(100, 'crm')
    for (const name of names) {
      mkdirSync(at(name))
      await modules.addDirectory(`./${name}`, { watch: WATCH })
    }
    const reloaded = toldOfAll(registry, 'reloaded', names)
    for (const name of names) writeFileSync(at(`${name}/${name}.mjs`), moduleText(name))
    await reloaded
    assert.deepEqual(await answersOf(registry, names), names)
  })

  test('is in a directory that is made later, or made again', async (t) => {
    const { registry, modules, write, at } = modulesOf(t)
    const names = namesOf(20, 'late')
    for (const name of names) {
      const { reports, failed } = await modules.addDirectory(`./${name}`, { watch: { ...WATCH, onMissing: 'remove' } })
      assert.deepEqual([reports, failed], [[], []])
    }
    for (let round = 0; round < 5; round++) {
      const reloaded = toldOfAll(registry, 'reloaded', names)
      write(Object.fromEntries(names.map((name) => [`${name}/${name}.mjs`, moduleText(name, round)])))
      await reloaded
      assert.deepEqual(
        await answersOf(registry, names),
        names.map(() => round),
      )
      const gone = next(registry, 'change', { wanted: () => registry.size === 0 })
      for (const name of names) rmSync(at(name), { recursive: true })
      await gone
    }
  })
})
