// API documents, and files that hold them.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

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
