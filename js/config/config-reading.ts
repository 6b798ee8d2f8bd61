// One reading of a configuration: its content, what it says, and which values nobody may see.

import { revive } from '../border/error'
import { parseConfig, readConfigContent } from './config-content'
import type { ConfigContent } from './config-content'
import { hideVariables } from './hidden-values'
import type { HiddenValues } from './hidden-values'
import type { ConfigOptions } from './load-config-options'
import type { ReadConfig } from './read-config'

/** A configuration that was read. */
export interface ConfigReading extends ReadConfig {
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
  const hidden = hideVariables(Buffer.from(content.bytes).toString(), environment)
  try {
    const read = parseConfig(content, environment)
    return { ...read, config: amend(read.config), content, hidden }
  } catch (thrown) {
    throw hidden.hideError(revive(thrown))
  }
}
