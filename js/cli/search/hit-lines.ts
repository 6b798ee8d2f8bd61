// Hits as text: a line for each tool, with the words that it lacks; with `--why` a table of what its score is made of.

import type { ScoreExplanation, SearchResult } from '../../../index'
import type { CommandOutput } from '../output/command-output'
import { textTable } from '../output/text-table'
import { shortened } from '../tools/tool-list'

export function hitLines({ hits, total }: SearchResult, output: CommandOutput): string[] {
  if (hits.length === 0) return ['no tools']
  const rows = textTable(
    hits.map(({ name, source, coverage, description }) => [
      ...[name, source].map(output.text),
      percent(coverage),
      shortened(output.text(description)),
    ]),
  )
  const lines = hits.flatMap((hit, i) => [
    rows[i] ?? '',
    ...(hit.why === undefined ? [] : whyLines(hit.why, hit.missing, output)),
  ])
  return total > hits.length ? [...lines, `${hits.length} of ${total} tools`] : lines
}

/** The table below a hit. */
function whyLines(
  { words, factors }: ScoreExplanation,
  missing: readonly string[],
  { text, paint }: Pick<CommandOutput, 'text' | 'paint'>,
): string[] {
  const sum = words.reduce((all, { share }) => all + share, 0)
  const found = words.map((one) => [
    text(one.word),
    text(one.how),
    text(one.found),
    text(one.field ?? ''),
    percent(one.share / sum),
  ])
  const lacking = missing.map((word) => [text(word), 'missing'])
  const multiplied = factors.map(({ name, factor }) => [text(name), `× ${rounded(factor)}`])
  return [...textTable([...found, ...lacking]), ...textTable(multiplied)].map((line) => paint('dim', `    ${line}`))
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

function rounded(factor: number): string {
  return String(Math.round(factor * 1_000) / 1_000)
}
