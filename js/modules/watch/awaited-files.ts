// Awaited files: what keeps an entry from being read. It is watched, so that the entry is read again when it changes.

import { dirname, extname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Fault } from '../../border/error'
import type { GraphReading } from '../graph/module-records'

/** Gives the files that an entry waits for; none where it could be read. */
export type AwaitedOfEntry = (entry: string) => readonly string[]

/** Endings that may be left out where Node's rules for `require` hold, and that TypeScript writes for its own. */
const ENDINGS = Object.freeze(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.json'])

/** Lists the files that entries wait for. */
export function awaitedByEntry({ failed }: GraphReading): AwaitedOfEntry {
  const faults = new Map(failed.map(({ entry, error }) => [entry, error]))
  return (entry) => {
    const fault = faults.get(entry)
    return fault === undefined ? [] : awaitedFiles(fault)
  }
}

/** The file that has the fault, and the local files that its import may lead to, which are missing. */
function awaitedFiles({ details }: Fault): string[] {
  const { location, reason } = details as { readonly location?: unknown; readonly reason?: unknown }
  if (typeof location !== 'string') return []
  const path = location.replace(/:\d+:\d+$/, '')
  const [, specifier] = /^its import "(.+)" is not there/.exec(String(reason)) ?? []
  return [path, ...(specifier === undefined ? [] : placesOf(specifier, path))]
}

function placesOf(specifier: string, importer: string): string[] {
  const path = pathOf(specifier, importer)
  if (path === undefined) return []
  const ending = extname(path)
  if (!ENDINGS.includes(ending)) return [path, ...ENDINGS.map((one) => path + one)]
  // In TypeScript the import of x.js is that of x.ts.
  return [path, ...(/^\.[mc]?js$/.test(ending) ? [path.replace(/js$/, 'ts')] : [])]
}

function pathOf(specifier: string, importer: string): string | undefined {
  try {
    if (specifier.startsWith('file:')) return fileURLToPath(specifier)
  } catch {
    return undefined
  }
  return /^\.{0,2}\//.test(specifier) ? resolve(dirname(importer), decoded(specifier)) : undefined
}

/** A specifier is a part of a URL. */
function decoded(specifier: string): string {
  try {
    return decodeURIComponent(specifier.replace(/[?#].*$/, ''))
  } catch {
    return specifier
  }
}
