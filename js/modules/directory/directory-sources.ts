// Directory sources: adds the modules of a directory, each as a source of its own, and watches for those that come later.

import type { DirectoryModulesReport } from '../../../index'
import type { NativeLoader, NativeModuleWatch } from '../../border/native'
import { invalidOption } from '../../border/options'
import { reportOutcomes } from '../module-reports'
import type { LoadOutcome, LoadRequest } from '../load/source-loads'
import { createFileSource, faultWords } from '../source/module-source'
import type { ModuleSource } from '../source/module-source'
import type { SourceOptions } from '../../load/tool-sets/source-options'
import type { SourceList } from '../source/source-list'
import type { ModuleGroups } from '../watch/module-groups'
import type { WatchedChanges } from '../watch/watched-changes'
import { forbiddenSources } from './forbidden-sources'
import { depthOf, findFiles, listOrAwait, unlistedFaults } from './module-directories'
import type { DirectoryOptions } from './module-directories'

export interface DirectorySourcesHost {
  readonly list: SourceList
  readonly groups: ModuleGroups
  readonly changes: WatchedChanges
  readonly openWatch: () => NativeModuleWatch
  readonly checkOptions: (options: SourceOptions) => void
  readonly loadAll: (sources: readonly ModuleSource[], request: LoadRequest) => Promise<LoadOutcome[]>
  readonly inTurn: <T>(work: () => Promise<T>, loader: NativeLoader) => Promise<T>
}

export class DirectorySources {
  readonly #host: DirectorySourcesHost

  constructor(host: DirectorySourcesHost) {
    this.#host = host
  }

  async add(
    directory: string,
    common: SourceOptions,
    options: DirectoryOptions,
    loader: NativeLoader,
  ): Promise<DirectoryModulesReport> {
    const { list, groups, changes } = this.#host
    if (common.name !== undefined)
      throw invalidOption('name', 'is for one source; those of a directory are named by their files')
    return this.#host.inTurn(async () => {
      this.#host.checkOptions(common)
      const { names, unlisted } = listOrAwait(directory, options, common.watch !== undefined)
      const holder = (name: string): string | undefined => list.get(name)?.location
      const found = findFiles(directory, names, options, holder)
      const { followLinks } = options
      const sources = found.files.map((file) => {
        const source = createFileSource(file, common, { directory, followLinks })
        const former = holder(file.name)
        if (former !== file.path) source.replaces = former
        return source
      })
      const outcomes = await this.#host.loadAll(sources, { trigger: 'load', onError: 'skip' })
      for (const { source, error } of outcomes) source.fault = error && faultWords(error)
      if (common.watch !== undefined) {
        const watched = { common, options, names: new Set(names), unlisted: new Set(unlisted.map(({ path }) => path)) }
        changes.pending.addDirectory(directory, watched, found.failed)
        this.#host.openWatch().watchDirectory(directory, [...names], depthOf(options), common.watch.text)
        const waiting = [...sources, ...forbiddenSources(found.forbidden, common, directory)]
        groups.watch(changes.pending.add(waiting.filter((source) => source.hash === undefined)))
      }
      const { reports, failed, passedOver } = reportOutcomes(outcomes)
      // A source whose name a later file would have taken is there still if that file could not be loaded.
      const isLoaded = (location: string): boolean => list.find(location, directory) !== undefined
      const others = found.failed.filter(({ location }) => !isLoaded(location))
      return { reports, failed: [...others, ...failed, ...unlistedFaults(unlisted)], passedOver }
    }, loader)
  }
}
