// One reading of a configuration: its content, what it says, and which values nobody may see.

import { parseConfig, readConfigContent } from './config-content'
import type { ConfigContent } from './config-content'
import { HiddenValues } from './hidden-values'
import type { ConfigOptions } from './load-config-options'
import type { ReadConfig } from './read-config'

/** A configuration that was read. */
export interface ConfigReading extends Omit<ReadConfig, 'secrets'> {
  readonly content: ConfigContent
  /** The values of its variables. */
  readonly hidden: HiddenValues
}

/** Reads a file by its path or URL, or an object. Rejects with `CONFIG_INVALID`, `SOURCE_UNREADABLE` or `INVALID_OPTIONS`. */
export async function readConfiguration(
  given: unknown,
  { environment, amend = (config) => config }: Pick<ConfigOptions, 'environment' | 'amend'>,
): Promise<ConfigReading> {
  const content = await readConfigContent(given)
  const { secrets, ...read } = parseConfig(content, environment)
  const hidden = new HiddenValues()
  for (const [reference, value] of secrets) hidden.add(value, reference)
  return { ...read, config: amend(read.config), content, hidden }
}
