// Names of module sources: what one call of `add` names twice.
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { ToolModules, ToolRegistry } from 'toolrack'
import { folder } from './support/documents.mjs'

const tool = (name) => ({ name, description: 'A', parameters: {}, execute: () => name })

/** Two files of one name in two folders, each with a tool of its own. */
async function files(t) {
  const directory = await folder(t)
  const registry = new ToolRegistry()
  t.after(() => registry.close())
  const paths = ['one', 'two'].map((name) => join(directory, name, 'same.mjs'))
  for (const [i, path] of paths.entries()) {
    await mkdir(join(path, '..'))
    await writeFile(
      path,
      `export default { name: 'tool_${i}', description: 'A', parameters: {}, execute: () => ${i} }\n`,
    )
  }
  return { registry, modules: new ToolModules(registry), paths }
}

test('two files of one name in one add are refused by the name that they share', async (t) => {
  const { registry, modules, paths } = await files(t)
  await assert.rejects(modules.add(paths), { code: 'NAME_TAKEN', details: { name: 'same', location: paths[0] } })
  assert.deepEqual(registry.list(), [])
})

test('the first of two files of one name is added where faults are skipped', async (t) => {
  const { registry, modules, paths } = await files(t)
  const { names, failed } = await modules.add(paths, { onError: 'skip' })
  assert.deepEqual(names, ['tool_0'])
  assert.deepEqual(
    failed.map(({ location, error }) => [location, error.code]),
    [[paths[1], 'NAME_TAKEN']],
  )
  assert.deepEqual(registry.list(), ['tool_0'])
})

test('a file and an object that are named twice in one add are added once', async (t) => {
  const { registry, modules, paths } = await files(t)
  const own = tool('own')
  const { names } = await modules.add([paths[0], own, [paths[0], [own]]])
  assert.deepEqual(names, ['tool_0', 'own'])
  assert.deepEqual(registry.list().toSorted(), ['own', 'tool_0'])
})
