// Modules of a configuration: adds files, folders and packages, and removes those that are gone.

import { statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { DirectoryModulesReport, ModulesReport } from '../../index'
import { revive } from '../border/error'
import { DIRECTORY_OPTIONS } from '../modules/directory/module-directories'
import type { ToolModules } from '../modules/tool-modules'
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

/** The modules of one configuration. */
export class ConfigModules {
  readonly #modules: ToolModules
  /** By the entry as JSON. */
  readonly #added = new Map<string, AddedModule>()

  constructor(modules: ToolModules) {
    this.#modules = modules
  }

  /** Removes the modules that a configuration does not have, or has with other options. */
  async removeOthers(entries: readonly ModuleEntry[], run: ConfigRun): Promise<void> {
    const kept = new Set(entries.map((entry) => JSON.stringify(entry)))
    const newPaths = new Set(entries.filter((entry) => !this.#added.has(JSON.stringify(entry))).map(pathOf))
    for (const [key, added] of this.#added) {
      if (kept.has(key)) continue
      // One that has other options now is replaced by `add`, which keeps its tools where it fails.
      if (!added.isFolder && newPaths.has(pathOf(JSON.parse(key) as ModuleEntry))) continue
      this.#added.delete(key)
      await run.attempt('/modules', () => this.#remove(added.names, run))
    }
  }

  /** Adds those that are new or have other options. */
  async add(entries: readonly ModuleEntry[], run: ConfigRun): Promise<void> {
    for (const [index, entry] of entries.entries()) {
      const key = JSON.stringify(entry)
      if (this.#added.has(key)) continue
      await run.attempt(run.itemOf('modules', index), async () => {
        const added = await this.#add(entry, index, run)
        const former = this.#takeFormer(pathOf(entry), entries)
        this.#added.set(key, added)
        const gone = former.filter((name) => !added.names.includes(name))
        await this.#remove(gone, run)
      })
    }
  }

  async #add(entry: ModuleEntry, index: number, run: ConfigRun): Promise<AddedModule> {
    const { path, ...options } = typeof entry === 'string' ? { path: entry } : entry
    if (isFolderOf(path, options)) {
      this.#tell(await this.#modules.addDirectory(path, options), index, run)
      return { isFolder: true, names: [path] }
    }
    const { onError, ...own } = options
    const report = await this.#modules.add({ path, ...own }, onError === undefined ? {} : { onError })
    this.#tell(report, index, run)
    return { isFolder: false, names: report.sources }
  }

  #tell({ reports, failed }: ModulesReport | DirectoryModulesReport, index: number, run: ConfigRun): void {
    run.modules.push(...reports)
    const part = run.itemOf('modules', index)
    for (const { location, export: name, error } of failed)
      run.fail({ part, error, location, ...(name !== undefined && { export: name }) })
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

  async #remove(names: readonly string[], run: ConfigRun): Promise<void> {
    for (const name of names) {
      try {
        run.removed.push(...(await this.#modules.remove(name)))
      } catch (thrown) {
        // A folder without modules has no source; a program may have removed one itself.
        if (revive(thrown).code !== 'UNKNOWN_SOURCE') throw thrown
      }
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
