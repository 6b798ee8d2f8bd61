// Module reports: what the loads of sources came to, for the caller of `add`.

import type { LoadReport, ModulesReport, ModuleSourceStatus, SourceStatus } from '../../index'
import type { ModuleGroups } from './watch/module-groups'
import { entryOf, failedLocation } from './source/module-source'
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
    failed: outcomes.flatMap(failuresOf),
    passedOver: loaded.flatMap(({ source: { name, passedOver } }) =>
      passedOver.length === 0 ? [] : [{ source: String(name), exports: [...passedOver] }],
    ),
  }
}

function toolsOf({ added, updated, unchanged }: LoadReport): string[] {
  return [...added, ...updated, ...unchanged]
}

function failuresOf({ source, ...outcome }: LoadOutcome): ModulesReport['failed'] {
  const location = failedLocation(source)
  if (outcome.error !== undefined) return [{ location, error: outcome.error }]
  return outcome.failed.map((one) => ({ location, ...one }))
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
    const { helpers, isMissing, passedOver } = source
    const files = source.files.map(({ path }) => path)
    return {
      ...status,
      files,
      helpers,
      watched: groups.has(entryOf(source) ?? ''),
      missing: isMissing,
      passedOver: [...passedOver],
    }
  })
}
