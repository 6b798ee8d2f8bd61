// `loadConfig`: a configuration file or object → a registry with all of its tools.

import type { LoadedConfig } from './loaded-config'
import type * as opened from './open-config'

/** Reads a configuration, and loads all of its sources. */
export async function loadConfig(given: unknown, options?: unknown): Promise<LoadedConfig> {
  // Not an `import`: most programs have no configuration, and start 9 ms sooner. Bundlers find a literal.
  const { openConfig } = require('./open-config') as typeof opened
  return openConfig(given, options)
}
