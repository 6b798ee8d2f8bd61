// Comparison with a lock file: which tools are new, gone or other ones than a person has seen.

import type { ToolRegistry } from '../../../index'
import { lockOf } from './lock-file'
import type { Lock, LockedTool } from './lock-file'

/** A tool that differs from the lock file. */
export interface LockDifference {
  readonly source: string
  readonly tool: string
  /** `description`: its texts, and perhaps more; `schema`: another part of what a model sees. */
  readonly difference: 'added' | 'removed' | 'schema' | 'description'
}

/** The tools that differ, by source and name. */
export function compareLock(lock: Lock, registry: ToolRegistry): LockDifference[] {
  const present = lockOf(registry.tools())
  const sources = [...new Set([...lock.keys(), ...present.keys()])].toSorted()
  return sources.flatMap((source) => {
    const [before, after] = [lock.get(source), present.get(source)]
    const names = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].toSorted()
    return names.flatMap((tool) => {
      const difference = differenceOf(before?.get(tool), after?.get(tool))
      return difference === undefined ? [] : { source, tool, difference }
    })
  })
}

function differenceOf(
  before: LockedTool | undefined,
  after: LockedTool | undefined,
): LockDifference['difference'] | undefined {
  if (before === undefined) return 'added'
  if (after === undefined) return 'removed'
  if (before.description !== after.description) return 'description'
  return before.schema === after.schema ? undefined : 'schema'
}
