// Text of a comparison with a lock file: one line for each tool that differs.

import type { CommandOutput } from '../output/command-output'
import { textTable } from '../output/text-table'
import type { LockDifference } from './lock-comparison'

const MEANINGS: Readonly<Record<LockDifference['difference'], string>> = Object.freeze({
  added: 'is not in the lock file',
  removed: 'is in the lock file alone',
  schema: 'has another schema',
  description: 'has another description',
})

export function lockLines(differences: readonly LockDifference[], output: CommandOutput): string[] {
  if (differences.length === 0) return ['lock file: all tools are as they were']
  const rows = differences.map(({ source, tool, difference }) => [
    `  ${output.text(source)}`,
    output.text(tool),
    MEANINGS[difference],
  ])
  return ['lock file', ...textTable(rows).map((line) => output.paint('yellow', line))]
}
