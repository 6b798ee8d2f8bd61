// Options of `loadConfig`: reads them once.

import type { ConfigReport, Embed, LoaderOptions } from '../../index'
import { checkOptions, invalidOption, readOption } from '../border/options'
import { writeWatch } from '../load/load-options'
import type { Config } from './read-config'
import type { Environment } from './variable-references'

/** The options, as they were read. */
export interface ConfigOptions {
  readonly environment: Environment
  /** The options of the watch as JSON; `undefined`: the file is not watched. */
  readonly watch: string | undefined
  readonly fetch: LoaderOptions['fetch']
  /** The embedding model of the registry. */
  readonly embed: Embed | undefined
  readonly onReload: ((report: ConfigReport) => unknown) | undefined
  /** For commands: changes what was read, at the first load and at each reload. */
  readonly amend?: (config: Config) => Config
}

/** Reads the options of `loadConfig`. */
export function readConfigOptions(given: unknown): ConfigOptions {
  const { environment, watch, fetch, embed, onReload } = checkOptions(given, [
    'environment',
    'watch',
    'fetch',
    'embed',
    'onReload',
  ])
  if (onReload !== undefined && typeof onReload !== 'function') throw invalidOption('onReload', 'must be a function')
  if (fetch !== undefined && typeof fetch !== 'function') throw invalidOption('fetch', 'must be a function')
  if (embed !== undefined && typeof embed !== 'function') throw invalidOption('embed', 'must be a function')
  return {
    environment: environment === undefined ? process.env : readEnvironment(environment),
    watch: writeWatch(watch),
    fetch: fetch as LoaderOptions['fetch'],
    embed: embed as ConfigOptions['embed'],
    onReload: onReload as ConfigOptions['onReload'],
  }
}

/** Copies an environment: it stays the same for every reload. */
function readEnvironment(given: unknown): Environment {
  if (given === null || typeof given !== 'object') throw invalidOption('environment', 'must be an object')
  const entries = readOption('environment', () => Object.entries(given as Readonly<Record<string, unknown>>))
  for (const [name, value] of entries)
    if (value !== undefined && typeof value !== 'string')
      throw invalidOption('environment', `${name} must be a string, is ${value === null ? 'null' : typeof value}`)
  return Object.fromEntries(entries) as Environment
}
