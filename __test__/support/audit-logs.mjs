// Audit logs in tests: a file, a registry that writes it, and its records, read with nothing of toolrack.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ToolRegistry } from 'toolrack'
import { folder } from './documents.mjs'

/** A file for a log that goes with the test. */
export const place = async (t) => join(await folder(t), 'audit.jsonl')

/** A registry with a log; it is closed with the test. */
export function audited(t, audit, options) {
  const registry = new ToolRegistry({ audit, ...options })
  t.after(() => registry.close())
  return registry
}

/** The records of a log. */
export const records = async (path) =>
  (await readFile(path, 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
/** The data of those of one kind. */
export const data = async (path, kind) =>
  (await records(path)).filter((record) => record.kind === kind).map((record) => record.data)

/** Recomputes a chain from what index.d.ts and the README say of it, with nothing of toolrack. */
export async function recomputed(path) {
  let prev = '0'.repeat(64)
  let seq = 0
  for (const line of (await readFile(path, 'utf8')).split('\n').slice(0, -1)) {
    const hash = createHash('sha256').update(line.slice(0, -75)).digest('hex')
    assert.ok(line.endsWith(`,"prev":"${prev}","hash":"${hash}"}`), line)
    assert.equal(JSON.parse(line).seq, ++seq)
    prev = hash
  }
  return { seq, hash: prev }
}
