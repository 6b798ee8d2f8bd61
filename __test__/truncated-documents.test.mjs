// A document that another program writes slowly, with pauses that are longer than its content has to be stable for.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { SpecLoader } from 'toolrack'
import { runFile } from './support/child.mjs'
import { folder } from './support/documents.mjs'
import { next } from './support/events.mjs'
import { registryOf } from './support/tools.mjs'

const yaml = (ids, title = 'Pets') =>
  `openapi: 3.0.3\ninfo:\n  title: ${title}\n  version: 1.0.0\npaths:\n` +
  `${ids.map((id) => `  /${id}:\n    get:\n      operationId: ${id}\n`).join('')}`
const ids = (count) => Array.from({ length: count }, (_, i) => `operation${i}`)

/** Writes a text to a file in place, in so many parts, and pauses for as many ms before each but the first. */
const WRITER = `
  const { openSync, writeSync } = require('node:fs')
  const [, path, text, parts, pauseMs] = process.argv
  const file = openSync(path, 'w')
  const size = Math.ceil(text.length / parts)
  for (let at = 0; at < text.length; at += size) {
    if (at > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(pauseMs))
    writeSync(file, text.slice(at, at + size))
  }`

/** A watched document, and the fewest tools that there ever were since. */
async function watched(t, old) {
  const file = join(await folder(t), 'pets.yaml')
  await writeFile(file, yaml(old))
  const registry = registryOf()
  t.after(() => registry.close())
  const seen = { fewest: old.length }
  await new SpecLoader(registry).load(file, { watch: true })
  registry.onChange(() => (seen.fewest = Math.min(seen.fewest, registry.size)))
  return { registry, file, seen }
}

test('a document that another program writes with pauses of 600 ms loses no tool', async (t) => {
  const old = ids(55)
  const { registry, file, seen } = await watched(t, old)
  const reloaded = next(registry, 'reloaded', { wanted: ({ added }) => added.includes('last') })
  const { code, stderr } = await runFile(['-e', WRITER, file, yaml([...old, 'last'], 'More pets'), '6', '600'])
  assert.equal(code, 0, stderr)
  const { removed, truncated } = await reloaded
  assert.deepEqual([seen.fewest, registry.size, removed, truncated], [55, 56, [], undefined])
})

test('operations removed at the end of a document go after truncationMs, and are reported', async (t) => {
  const { registry, file } = await watched(t, ids(3))
  const reloaded = next(registry, 'reloaded')
  await writeFile(file, yaml(ids(2), 'Fewer pets'))
  const { removed, truncated } = await reloaded
  assert.deepEqual([removed, truncated, registry.list()], [['operation2'], true, ids(2)])
})
