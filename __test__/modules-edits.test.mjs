// Modules under random edits: calls see whole states of the files, and in the end the registry has what the files say.
import assert from 'node:assert/strict'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { ToolModules, ToolRegistry } from 'toolrack'
import { folder } from './support/documents.mjs'
import { next } from './support/events.mjs'
import { EditedModules, editAll, settle } from './support/module-edits.mjs'

const source = (name, version) =>
  `import { helper } from './lib/helper.mjs'\n` +
  `export default { name: '${name}', description: 'A', parameters: {}, execute: () => [${version}, helper] }\n`

/** A watched directory with a helper and two tools. */
async function watched(t) {
  const directory = await folder(t)
  const registry = new ToolRegistry()
  t.after(() => registry.close())
  await mkdir(join(directory, 'lib'))
  await writeFile(join(directory, 'lib/helper.mjs'), 'export const helper = 1\n')
  const save = (name, version) => writeFile(join(directory, `${name}.mjs`), source(name, version))
  for (const name of ['a', 'b']) await save(name, 1)
  await new ToolModules(registry).addDirectory(directory, { watch })
  return { directory, registry, save }
}

const watch = { stabilityMs: 20, pollMs: 200, onMissing: 'remove' }

test('a broken file does not hold back the edits of tools that share a helper with it', async (t) => {
  const { directory, registry, save } = await watched(t)
  const failed = next(registry, 'reloadFailed')
  await writeFile(join(directory, 'a.mjs'), 'export const = 1')
  assert.equal((await failed).source, 'a')
  const reloaded = next(registry, 'reloaded')
  await save('b', 2)
  assert.equal((await reloaded).source, 'b')
  assert.deepEqual(await registry.execute('b', {}), [2, 1])
  assert.deepEqual(await registry.execute('a', {}), [1, 1])
})

test('tools that share a changed helper stay as they are together where one of them is broken', async (t) => {
  const { directory, registry, save } = await watched(t)
  const failed = next(registry, 'reloadFailed', { wanted: ({ source }) => source === 'b' })
  await writeFile(join(directory, 'a.mjs'), 'export const = 1')
  await writeFile(join(directory, 'lib/helper.mjs'), 'export const helper = 2\n')
  await failed
  assert.deepEqual(await registry.execute('b', {}), [1, 1])
  const both = ['a', 'b'].map((name) => next(registry, 'reloaded', { wanted: ({ source }) => source === name }))
  await save('a', 2)
  const [{ revision }, other] = await Promise.all(both)
  assert.equal(other.revision, revision)
  assert.deepEqual(await registry.execute('a', {}), [2, 2])
})

test('a new file that was broken, removed and saved again at once is loaded', async (t) => {
  const { directory, registry, save } = await watched(t)
  for (let number = 0; number < 10; number++) {
    const failed = next(registry, 'reloadFailed')
    await writeFile(join(directory, `new${number}.mjs`), 'export const = 1')
    await failed
    await rm(join(directory, `new${number}.mjs`))
    for (let wait = number * 20; wait > 0; wait--) await turn()
    const reloaded = next(registry, 'reloaded')
    await save(`new${number}`, 1)
    assert.equal((await reloaded).source, `new${number}`)
  }
})

test('300 random edits lose no tool, and no call sees a mix of contents', async (t) => {
  const registry = new ToolRegistry()
  const modules = new ToolModules(registry)
  t.after(() => registry.close())
  const edited = new EditedModules(await folder(t), { tools: 40, helpers: 6, seed: 1 })
  await modules.addDirectory(edited.directory, { watch })
  edited.mend()
  await settle(registry, edited)
  await editAll(registry, edited, 300)
  const faults = modules.sources().filter(({ fault, missing }) => fault && !missing)
  assert.deepEqual(faults, [])
  for (const count of Object.values(edited.counts)) assert.ok(count > 5)
})
