// Lock file: hashes of what a model sees of each tool, by source and name. It has no text of a document, and no secret.

import { createHash } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import type { RegisteredTool } from '../../../index'
import { reasonOf } from '../../border/error'
import { CommandError } from '../command'

/** The name of the file, where none is given. */
export const LOCK_FILE = 'toolrack.lock.json'

/** What the file says of its own form. */
const FORMAT = 1

/** The hashes of one tool: SHA-256, in hex. */
export interface LockedTool {
  /** Of all that a model sees: the `schemaHash` of the tool. */
  readonly schema: string
  /** Of its title and description. */
  readonly description: string
}

/** The tools of all sources: source → name → hashes. */
export type Lock = ReadonlyMap<string, ReadonlyMap<string, LockedTool>>

/** The hashes of tools. */
export function lockOf(tools: readonly RegisteredTool[]): Lock {
  const lock = new Map<string, Map<string, LockedTool>>()
  for (const { source, name, schemaHash, title, description } of tools) {
    const locked = lock.get(source) ?? new Map<string, LockedTool>()
    locked.set(name, { schema: schemaHash, description: sha256(JSON.stringify([title ?? null, description])) })
    lock.set(source, locked)
  }
  return lock
}

/** The text of a lock file: the same tools make the same bytes, in whatever order they were loaded. */
export function lockText(lock: Lock): string {
  const sources = sorted(lock).map(([source, tools]) => [source, Object.fromEntries(sorted(tools))] as const)
  return `${JSON.stringify({ format: FORMAT, sources: Object.fromEntries(sources) }, null, 2)}\n`
}

/** Writes a lock file whole or not at all. Throws {@link CommandError}. */
export async function writeLock(path: string, lock: Lock): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await writeFile(temporary, lockText(lock))
    await rename(temporary, path)
  } catch (thrown) {
    await rm(temporary, { force: true })
    throw new CommandError(`${path} cannot be written: ${reasonOf(thrown)}`)
  }
}

/** Reads a lock file. Throws {@link CommandError} for one that is none. */
export async function readLock(path: string): Promise<Lock> {
  let value: unknown
  try {
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (thrown) {
    throw new CommandError(`the lock file ${path} cannot be read: ${reasonOf(thrown)}`)
  }
  const refuse = (what: string) => new CommandError(`${path} is no lock file: ${what}; write it with toolrack lock`)
  if (!isMap(value)) throw refuse('it is no object')
  if (value.format !== FORMAT) throw refuse(`"format" must be ${FORMAT}`)
  if (!isMap(value.sources)) throw refuse('"sources" must be an object')
  const sources = Object.entries(value.sources).map(([source, tools]) => {
    if (!isMap(tools)) throw refuse(`the source "${source}" must be an object`)
    const locked = Object.entries(tools).map(([name, tool]) => {
      if (!isLockedTool(tool)) throw refuse(`the tool "${name}" of "${source}" has no hashes`)
      return [name, { schema: tool.schema, description: tool.description }] as const
    })
    return [source, new Map(locked)] as const
  })
  return new Map(sources)
}

/** Entries in the order of code units, which no locale changes. */
function sorted<Value>(map: ReadonlyMap<string, Value>): [string, Value][] {
  return [...map].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function isLockedTool(value: unknown): value is LockedTool {
  return isMap(value) && typeof value.schema === 'string' && typeof value.description === 'string'
}
