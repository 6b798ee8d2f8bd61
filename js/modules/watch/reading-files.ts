// Reading files: the local files that an entry consists of, as a reading of the graph has them.

import type { GraphModule, GraphReading, ModuleFile } from '../graph/module-records'

/** Gives the files of an entry, itself first; none where the reading lacks it. */
export type FilesOfEntry = (entry: string) => readonly ModuleFile[]

/** Lists the files of entries. Many entries are asked for, so each module is looked up by its path. */
export function filesByEntry({ modules }: GraphReading): FilesOfEntry {
  const byPath = new Map(modules.map((module) => [module.path, module]))
  const known = new Map<string, readonly ModuleFile[]>()
  return (entry) => {
    const files = known.get(entry) ?? filesFrom(entry, byPath)
    known.set(entry, files)
    return files
  }
}

function filesFrom(entry: string, byPath: ReadonlyMap<string, GraphModule>): readonly ModuleFile[] {
  const found = new Map<string, ModuleFile>()
  const waiting = [byPath.get(entry)]
  for (const module of waiting) {
    if (module === undefined || found.has(module.path)) continue
    found.set(module.path, { path: module.path, hash: module.hash })
    waiting.push(...importsOf(module).map((path) => byPath.get(path)))
  }
  return [...found.values()]
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
