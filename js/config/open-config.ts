// Opened configuration: reads a configuration, and loads all of its sources.

import { revive } from '../border/error'
import { invalidOption } from '../border/options'
import { readConfiguration } from './config-reading'
import type { ConfigReading } from './config-reading'
import { readConfigOptions } from './load-config-options'
import type { ConfigOptions } from './load-config-options'
import { LoadedConfig } from './loaded-config'

/** Reads a configuration, and loads all of its sources. What was opened is closed where it fails. */
export async function openConfig(given: unknown, options?: unknown): Promise<LoadedConfig> {
  const read = readConfigOptions(options)
  const reading = await readConfiguration(given, read)
  if (read.watch !== undefined && reading.content.file === '')
    throw invalidOption('watch', 'is for a file: an object is loaded again by a new loadConfig')
  const loaded = makeConfig(given, reading, read)
  try {
    return await loaded.start(reading)
  } catch (thrown) {
    await loaded.close().catch(() => {})
    throw thrown
  }
}

/** Makes the registry and the loaders. A path of a state file or an audit log may have the value of a variable. */
function makeConfig(given: unknown, reading: ConfigReading, options: ConfigOptions): LoadedConfig {
  try {
    return new LoadedConfig(given, reading, options)
  } catch (thrown) {
    throw reading.hidden.hideError(revive(thrown))
  }
}
