// Modules of a configuration: adds files, folders and packages, and removes those that are gone.

import { statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { DirectoryModulesReport, ModulesReport } from '../../index'
import { revive } from '../border/error'
import { DIRECTORY_OPTIONS } from '../modules/directory/module-directories'
import type { GroupedModules } from '../modules/tool-modules'
import type { ModuleConfig } from './read-config'
import type { ConfigRun } from './config-run'

/** What a configuration lists as a module: a path, or a path with options. */
type ModuleEntry = string | ModuleConfig

/** A module that was added. */
interface AddedModule {
  readonly isFolder: boolean
  /** What `remove` takes: the folder, or the names of the sources. */
  readonly names: readonly string[]
}

type Reported = ModulesReport | DirectoryModulesReport

/** The modules of one configuration. */
export class ConfigModules {
  /** By the entry as JSON. */
  readonly #added = new Map<string, AddedModule>()

  /** Removes the modules that a configuration does not have, or has with other options. */
  async removeOthers(entries: readonly ModuleEntry[], modules: GroupedModules, run: ConfigRun): Promise<void> {
    const kept = new Set(entries.map((entry) => JSON.stringify(entry)))
    const newPaths = new Set(entries.filter((entry) => !this.#added.has(JSON.stringify(entry))).map(pathOf))
    for (const [key, added] of this.#added) {
      if (kept.has(key)) continue
      // One that has other options now is replaced by `add`, which keeps its tools where it fails.
      if (!added.isFolder && newPaths.has(pathOf(JSON.parse(key) as ModuleEntry))) continue
      this.#added.delete(key)
      await run.attempt('/modules', () => remove(added.names, modules, run))
    }
  }

  /** Adds those that are new or have other options. */
  async add(entries: readonly ModuleEntry[], modules: GroupedModules, run: ConfigRun): Promise<void> {
    for (const [index, entry] of entries.entries()) {
      const key = JSON.stringify(entry)
      if (this.#added.has(key)) continue
      await run.attempt(run.itemOf('modules', index), async () => {
        const { added, reported } = await add(entry, modules)
        tell(reported, index, run)
        const former = this.#takeFormer(pathOf(entry), entries)
        this.#added.set(key, added)
        const gone = former.filter((name) => !added.names.includes(name))
        await remove(gone, modules, run)
      })
    }
  }

  /** Takes the names of the sources that a path had with other options. */
  #takeFormer(path: string, entries: readonly ModuleEntry[]): string[] {
    const kept = new Set(entries.map((entry) => JSON.stringify(entry)))
    const names: string[] = []
    for (const [key, added] of this.#added) {
      if (kept.has(key) || pathOf(JSON.parse(key) as ModuleEntry) !== path) continue
      this.#added.delete(key)
      names.push(...added.names)
    }
    return names
  }
}

/** Adds a module or a folder. */
async function add(entry: ModuleEntry, modules: GroupedModules): Promise<{ added: AddedModule; reported: Reported }> {
  const { path, ...options } = typeof entry === 'string' ? { path: entry } : entry
  if (isFolderOf(path, options))
    return { added: { isFolder: true, names: [path] }, reported: await modules.addDirectory(path, options) }
  const { onError, ...own } = options
  const reported = await modules.add({ path, ...own }, onError === undefined ? {} : { onError })
  return { added: { isFolder: false, names: reported.sources }, reported }
}

function tell({ reports, failed }: Reported, index: number, run: ConfigRun): void {
  run.modules.push(...reports)
  const part = run.itemOf('modules', index)
  for (const { location, export: name, error } of failed)
    run.fail({ part, error, location, ...(name !== undefined && { export: name }) })
}

async function remove(names: readonly string[], modules: GroupedModules, run: ConfigRun): Promise<void> {
  for (const name of names) {
    try {
      run.removed.push(...(await modules.remove(name)))
    } catch (thrown) {
      // A folder without modules has no source; a program may have removed one itself.
      if (revive(thrown).code !== 'UNKNOWN_SOURCE') throw thrown
    }
  }
}

function pathOf(entry: ModuleEntry): string {
  return typeof entry === 'string' ? entry : entry.path
}

/** Whether a path is a folder: one that is there, or one with options that folders alone have. */
function isFolderOf(path: string, options: object): boolean {
  if (DIRECTORY_OPTIONS.some((name) => Object.hasOwn(options, name))) return true
  return isAbsolute(path) && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
