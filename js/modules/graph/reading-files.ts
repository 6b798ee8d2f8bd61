// Reading files: the local files that an entry consists of and those that it waits for, as a reading of the graph has
// them.

import { basename, dirname, isAbsolute, join, relative } from 'node:path'
import { reachableFrom } from './module-instance'
import type { GraphModule, GraphReading, ModuleFile, WatchedFile } from './module-records'

/** The files of an entry. */
export interface EntryFiles {
  /** The files that it consists of, itself first; none where it cannot be evaluated. */
  readonly files: readonly ModuleFile[]
  /** Further files: a change of one may end a fault, or give a failing call its target. */
  readonly awaited: readonly WatchedFile[]
}

/** Gives the files of an entry; none where the reading lacks it. */
export type FilesOfEntry = (entry: string) => EntryFiles

const NOTHING: EntryFiles = Object.freeze({ files: Object.freeze([]), awaited: Object.freeze([]) })

/** Lists the files of entries. Many entries are asked for, so each file is looked up by its path. */
export function filesByEntry({ modules, others, entries }: GraphReading): FilesOfEntry {
  const modulesByPath = new Map(modules.map((module) => [module.path, module]))
  const othersByPath = new Map(others.map((other) => [other.path, other]))
  const paths = new Map(entries.map(({ entry, path }) => [entry, path]))
  const known = new Map<string, EntryFiles>()
  const hashOf = (path: string): string | undefined =>
    (modulesByPath.get(path) ?? othersByPath.get(path))?.hash ?? undefined
  const importedBy = (path: string): readonly string[] => {
    const module = modulesByPath.get(path)
    return module === undefined ? [] : importsOf(module)
  }
  const lookedAtBy = (path: string): readonly string[] => {
    const module = modulesByPath.get(path)
    return module === undefined ? (othersByPath.get(path)?.imports ?? []) : [...importsOf(module), ...module.awaited]
  }
  const filesOf = (entry: string): EntryFiles => {
    const path = paths.get(entry)
    if (path === undefined) return NOTHING
    const files = modulesByPath.has(path) ? reachableFrom([path], importedBy) : new Set<string>()
    const all = [...reachableFrom([path], lookedAtBy)]
    const awaited = all.filter((one) => !files.has(one))
    return {
      files: [...files].map((one) => ({ path: one, hash: String(hashOf(one)) })),
      awaited: [
        ...awaited.map((one) => ({ path: one, hash: hashOf(one) })),
        ...(entry === path ? [] : all.flatMap((one) => throughLink(entry, path, one, hashOf(one)))),
      ],
    }
  }
  return (entry) => {
    const files = known.get(entry) ?? filesOf(entry)
    known.set(entry, files)
    return files
  }
}

/**
 * A file by its path through the link that an entry is given by. The link may lead elsewhere one day, as that of a
 * release: each file is watched as what it leads to.
 */
function throughLink(entry: string, path: string, file: string, hash: string | undefined): WatchedFile[] {
  let [link, real] = [entry, path]
  while (basename(link) === basename(real) && dirname(link) !== link && dirname(real) !== real)
    [link, real] = [dirname(link), dirname(real)]
  if (file === real) return [{ path: link, hash }]
  const below = relative(real, file)
  return below.startsWith('..') || isAbsolute(below) ? [] : [{ path: join(link, below), hash }]
}

/** The paths of files that came, went, or have other content. */
export function changedFiles(before: readonly ModuleFile[], now: readonly ModuleFile[]): string[] {
  const hashes = new Map(before.map(({ path, hash }) => [path, hash]))
  const changed: string[] = []
  for (const { path, hash } of now) {
    if (hashes.get(path) !== hash) changed.push(path)
    hashes.delete(path)
  }
  return [...changed, ...hashes.keys()]
}

function importsOf({ imports, calls }: GraphModule): string[] {
  return [...imports, ...calls].flatMap(({ to }) => (to?.kind === 'file' ? [to.path] : []))
}
