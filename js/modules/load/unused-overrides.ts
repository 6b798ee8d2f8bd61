// Unused overrides: options for a tool that no source has, as notes of the report.

import { nearestName } from '../../border/nearest'
import type { SourceOptions } from '../../load/tool-sets/source-options'
import type { LoadOutcome } from './source-loads'

/**
 * Adds the note `OVERRIDE_UNUSED` for overrides that match no tool. Sources that were added with common options have them
 * in common: the note is in the report of the first one. What could not be loaded may have the tool: then there is none.
 */
export function noteUnusedOverrides(outcomes: readonly LoadOutcome[]): void {
  const groups = new Map<SourceOptions['members'], LoadOutcome[]>()
  for (const outcome of outcomes) {
    const { members } = outcome.source.options
    const group = groups.get(members)
    if (group === undefined) groups.set(members, [outcome])
    else group.push(outcome)
  }
  for (const [{ overrides }, group] of groups) {
    const isWhole = group.every(({ report }) => report !== undefined && report.skipped.length === 0)
    if (!isWhole || typeof overrides !== 'object' || overrides === null) continue
    const names = group.flatMap(({ source }) => source.toolNames)
    const known = new Set(names)
    const unused = Object.keys(overrides).filter((name) => !known.has(name))
    group[0]?.report?.notes.push(...unused.map((name) => unusedOverride(name, names)))
  }
}

/** The note of an override that matches no tool. */
export function unusedOverride(name: string, names: readonly string[]) {
  const nearest = nearestName(name, names)
  const message = `"${name}" is the name of no tool${nearest === undefined ? '' : `; nearest: ${nearest}`}`
  return { code: 'OVERRIDE_UNUSED' as const, effect: 'SAME' as const, pointer: '', message, tools: [] }
}
