// Unchanged source: the report of a reload for which no file has changed. Nothing is evaluated, and there is no revision.

import type { LoadReport } from '../../../index'
import type { NativeLoader, NativeRegistry } from '../../border/native'
import type { LoadedModules } from '../graph/module-loader'
import { entryOf } from '../source/module-source'
import type { ModuleSource } from '../source/module-source'

export interface UnchangedHost {
  readonly loader: NativeLoader
  readonly registry: NativeRegistry
  /** The source of a tool. */
  readonly sourceOfTool: (tool: string) => string | undefined
}

/** The load of a source that entered last. */
export interface EnteredLoad {
  readonly namespace: object | undefined
  readonly tools: readonly string[]
  readonly report: LoadReport
}

/** Notes a load that entered; nothing where a part of it did not, which the next reload tries again. */
export function enteredLoad(namespace: object | undefined, report: LoadReport): EnteredLoad | undefined {
  const { added, updated, unchanged, held, rejected, stale, skipped } = report
  if (held.length + rejected.length + stale.length + skipped.length > 0) return undefined
  return { namespace, tools: [...added, ...updated, ...unchanged], report }
}

/**
 * The report of a source whose module is the one that it was loaded from: neither its files nor what they lead to have
 * changed. `undefined` where it has to be loaded: its tools may be others by now.
 */
export function unchangedReport(
  source: ModuleSource,
  loaded: LoadedModules | undefined,
  { loader, registry, sourceOfTool }: UnchangedHost,
): LoadReport | undefined {
  const { entered, isMissing } = source
  const module = loaded?.modules.get(String(entryOf(source)))
  if (entered === undefined || module === undefined || isMissing) return undefined
  if (module.namespace !== entered.namespace) return undefined
  const { tools, report } = entered
  const name = String(source.name)
  if (!tools.every((tool) => sourceOfTool(tool) === name)) return undefined
  if (source.fault !== undefined) loader.clearFault(name)
  source.fault = undefined
  const changes = report.changes && { changes: { class: 'none' as const, tools: [] } }
  const none = { added: [], updated: [], removed: [], unchanged: [...tools] }
  return structuredClone({ ...report, ...none, ...changes, revision: registry.revision })
}
