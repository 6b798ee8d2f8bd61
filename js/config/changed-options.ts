// Options of a configuration that hold until it is closed: which of them a newer file has otherwise.

import { isDeepStrictEqual } from 'node:util'
import type { Config } from './read-config'

/** The JSON pointers of options that differ, and have no effect before the configuration is loaded anew. */
export function changedOptions(opened: Config, read: Config): string[] {
  const parts = (['registry', 'loader', 'serve'] as const).flatMap((part) => {
    const [former, newer]: Readonly<Record<string, unknown>>[] = [{ ...opened[part] }, { ...read[part] }]
    const names = new Set([...Object.keys(former ?? {}), ...Object.keys(newer ?? {})])
    return [...names]
      .filter((name) => !isDeepStrictEqual(former?.[name], newer?.[name]))
      .map((name) => `/${part}/${name}`)
  })
  return opened.name === read.name ? parts : ['/name', ...parts]
}
