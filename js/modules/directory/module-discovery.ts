// Module discovery: the modules of directories by name and path, and which names collide. Nothing is run or read.

import type { FoundModule } from '../../../index'
import { findFiles, listDirectory, listedName, nameOf, unlistedFaults } from './module-directories'
import type { DirectoryOptions } from './module-directories'
import type { SourceList } from '../source/source-list'

/** Lists the modules of directories. A name collides with a file before it, or with a source that is loaded. */
export function discoverModules(
  directories: readonly string[],
  optionsOf: (directory: string) => DirectoryOptions,
  list: SourceList,
): FoundModule[] {
  const taken = new Map<string, string>()
  const describe = (name: string, path: string): FoundModule => {
    const loaded = list.get(name)?.location
    const holder = taken.get(name) ?? (loaded === path ? undefined : loaded)
    if (holder === undefined) taken.set(name, path)
    return { name, path, ...(holder !== undefined && { collidesWith: holder }) }
  }
  return directories.flatMap((directory) => {
    const options = optionsOf(directory)
    const { names, unlisted } = listDirectory(directory, options)
    const found = names.flatMap((listed) => {
      const { files, failed } = findFiles(directory, [listed], options, () => undefined)
      return [
        ...files.map(({ name, path }) => describe(name, path)),
        ...failed.map(({ location, error }) => ({ name: nameOf(listed), path: location, error })),
      ]
    })
    const folders = unlistedFaults(unlisted).map(({ location, error }) => ({
      name: listedName(directory, location),
      path: location,
      error,
    }))
    return [...found, ...folders]
  })
}
