// Watched paths that are not the real ones: links to files and directories.
import assert from 'node:assert/strict'
import { mkdirSync, renameSync, symlinkSync } from 'node:fs'
import { describe, test } from 'node:test'
import { next } from './support/events.mjs'
import { WATCH, eventsOf, modulesOf, moduleText } from './support/module-tools.mjs'

const FILES = {
  'real/a.mjs': moduleText('a', 'version', `import { version } from './lib/version.mjs'`),
  'real/lib/version.mjs': 'export const version = 1',
}

/** How modules behind a link are added. */
const WAYS = {
  'a file': ({ modules }) => modules.add('./link/a.mjs', { watch: WATCH }),
  'a directory': ({ modules }) => modules.addDirectory('./link', { watch: WATCH }),
  'a file by a link of its own': ({ modules, at }) => {
    symlinkSync(at('real/a.mjs'), at('b.mjs'))
    return modules.add('./b.mjs', { watch: WATCH })
  },
}

describe('M14: behind a link', { skip: process.platform === 'win32' }, () => {
  for (const [what, add] of Object.entries(WAYS)) {
    test(`the helper of ${what} is seen each time that it changes`, async (t) => {
      const house = modulesOf(t, FILES)
      symlinkSync(house.at('real'), house.at('link'))
      await add(house)
      for (let version = 2; version < 6; version++) {
        const reloaded = next(house.registry, 'reloaded')
        house.write({ 'real/lib/version.mjs': `export const version = ${version}` })
        await reloaded
        assert.equal(await house.registry.execute('a', {}), version)
      }
    })

    test(`an unchanged save of ${what} is no revision`, async (t) => {
      const house = modulesOf(t, { ...FILES, 'z.mjs': moduleText('z', 0) })
      symlinkSync(house.at('real'), house.at('link'))
      await add(house)
      await house.modules.add('./z.mjs', { watch: WATCH })
      const events = eventsOf(house.registry, 'reloaded')
      house.write({ 'real/a.mjs': FILES['real/a.mjs'] })
      // Another file is saved and seen after it.
      for (let version = 1; version < 4; version++) {
        const reloaded = next(house.registry, 'reloaded', { wanted: ({ source }) => source === 'z' })
        house.write({ 'z.mjs': moduleText('z', version) })
        await reloaded
      }
      assert.deepEqual([...new Set(events.map(([, { source }]) => source))], ['z'])
    })
  }

  test('a broken helper is waited for', async (t) => {
    const house = modulesOf(t, { ...FILES, 'real/lib/version.mjs': 'export const =' })
    symlinkSync(house.at('real'), house.at('link'))
    await house.modules.addDirectory('./link', { watch: WATCH })
    const reloaded = next(house.registry, 'reloaded')
    house.write({ 'real/lib/version.mjs': 'export const version = 7' })
    await reloaded
    assert.equal(await house.registry.execute('a', {}), 7)
  })

  test('the content is that of the new release when the link leads to it', async (t) => {
    const house = modulesOf(t, FILES)
    mkdirSync(house.at('next/lib'), { recursive: true })
    house.write({ 'next/a.mjs': FILES['real/a.mjs'], 'next/lib/version.mjs': 'export const version = 2' })
    symlinkSync(house.at('real'), house.at('link'))
    await house.modules.addDirectory('./link', { watch: WATCH })
    const reloaded = next(house.registry, 'reloaded')
    symlinkSync(house.at('next'), house.at('link.new'))
    renameSync(house.at('link.new'), house.at('link'))
    await reloaded
    assert.equal(await house.registry.execute('a', {}), 2)
    const again = next(house.registry, 'reloaded')
    house.write({ 'next/lib/version.mjs': 'export const version = 3' })
    await again
    assert.equal(await house.registry.execute('a', {}), 3)
  })
})
