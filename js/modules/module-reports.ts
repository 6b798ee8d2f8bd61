// Module reports: what the loads of sources came to, for the caller of `add`.

import type { LoadReport, ModulesReport, ModuleSourceStatus, SourceStatus } from '../../index'
import { fromFault } from '../border/error'
import type { ToolrackError } from '../border/error'
import type { ModuleGroups } from './watch/module-groups'
import { entryOf, failedLocation } from './source/module-source'
import type { ModuleSource } from './source/module-source'
import type { SourceList } from './source/source-list'
import type { LoadOutcome } from './load/source-loads'

/** The report of one `add`. */
export function reportOutcomes(outcomes: readonly LoadOutcome[]): ModulesReport {
  const loaded = outcomes.filter(({ error }) => error === undefined)
  const reports = loaded.flatMap(({ report }) => report ?? [])
  return {
    names: reports.flatMap(toolsOf),
    sources: loaded.map(({ source }) => String(source.name)),
    reports,
    failed: outcomes.flatMap(({ source, report, error }) => failuresOf(source, report, error)),
  }
}

function toolsOf({ added, updated, unchanged }: LoadReport): string[] {
  return [...added, ...updated, ...unchanged]
}

function failuresOf(
  source: ModuleSource,
  report: LoadReport | undefined,
  error: ToolrackError | undefined,
): ModulesReport['failed'] {
  const location = failedLocation(source)
  if (error !== undefined) return [{ location, error }]
  return (report?.skipped ?? []).map(({ path, code, reason }) => ({
    location,
    export: path,
    error: fromFault({ code, message: reason, details: {} }),
  }))
}

/** The statuses of sources, with what is known of their files. */
export function describeSources(
  statuses: readonly SourceStatus[],
  list: SourceList,
  groups: ModuleGroups,
): ModuleSourceStatus[] {
  return statuses.map((status) => {
    const source = list.get(status.name)
    if (source === undefined) return status
    const { helpers, isMissing } = source
    const files = source.files.map(({ path }) => path)
    return { ...status, files, helpers, watched: groups.has(entryOf(source) ?? ''), missing: isMissing }
  })
}
