// Registry options of a configuration: what the file says, with the embedder of the program.

import type { Embed, RegistryOptions } from '../../index'
import { readWeight } from '../search/search-settings'
import type { Config } from './read-config'

/**
 * The options of the registry. Without an embedder, such as in a command, `weight` has no effect: one file is for programs
 * that have one, and for those that have none. Throws `INVALID_OPTIONS` for a weight that is none.
 */
export function registryOptions({ registry = {} }: Config, embed: Embed | undefined): RegistryOptions {
  const { search, ...options } = registry
  if (embed !== undefined) return { ...options, search: { ...search, embed } }
  if (search === undefined) return options
  const { weight, ...bySearch } = search
  readWeight(weight)
  return { ...options, search: bySearch }
}
