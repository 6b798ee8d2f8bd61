// API documents, and files that hold them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpecLoader, ToolRegistry } from 'toolrack'

/** A document with an operation `GET /<id>` for each id; `over` changes the operation of that id. */
export const document = (ids, over = {}) => ({
  openapi: '3.0.3',
  info: { title: 'Pets', version: '1.2.0' },
  servers: [{ url: 'http://127.0.0.1:9' }],
  paths: Object.fromEntries(
    ids.map((id) => [`/${id}`, { get: { operationId: id, summary: `Does ${id}`, ...over[id] } }]),
  ),
})

/** The same as text. */
export const text = (ids, over) => JSON.stringify(document(ids, over))

/** A folder that goes with the test. */
export async function folder(t) {
  const path = await mkdtemp(join(tmpdir(), 'toolrack-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

/** A document in a file, which `write` replaces, with a registry and a loader for it. */
export async function documentFile(t, ids) {
  const registry = new ToolRegistry()
  const file = join(await folder(t), 'pets.json')
  const write = (...args) => writeFile(file, text(...args))
  await write(ids)
  return { registry, loader: new SpecLoader(registry), file, write }
}
