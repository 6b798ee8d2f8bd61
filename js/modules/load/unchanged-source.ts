// Unchanged source: the report of a reload for which no file has changed. Nothing is evaluated, and there is no revision.

import type { LoadReport } from '../../../index'
import { callNative } from '../../border/error'
import type { NativeLoader } from '../../border/native'
import type { LoadedModules } from '../graph/module-loader'
import { entryOf } from '../source/module-source'
import type { ModuleSource } from '../source/module-source'

/** Whether all of a load entered: what did not is tried again by the next reload. */
export function hasEntered({ held, rejected, stale, skipped }: LoadReport): boolean {
  return held.length + rejected.length + stale.length + skipped.length === 0
}

/**
 * The report of a source whose module is the one that it was loaded from: neither its files nor what they lead to have
 * changed. `undefined` where it has to be loaded: its tools may be others by now.
 */
export function unchangedReport(
  source: ModuleSource,
  loaded: LoadedModules | undefined,
  loader: NativeLoader,
): LoadReport | undefined {
  const { entered, isMissing } = source
  const module = loaded?.modules.get(String(entryOf(source)))
  if (entered === undefined || module === undefined || isMissing) return undefined
  if (module.namespace !== entered) return undefined
  const report = callNative(() => loader.reportUnchanged(String(source.name), 'reload'))
  if (report === null) return undefined
  source.fault = undefined
  return JSON.parse(report) as LoadReport
}
