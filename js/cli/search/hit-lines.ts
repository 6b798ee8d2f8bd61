// Hits as text: a line for each tool, with the words that it lacks; with `--why` a table of what its score is made of.

import type { SearchHit, SearchResult } from '../../../index'
import type { CommandOutput } from '../output/command-output'
import { textTable } from '../output/text-table'
import { shortened } from '../tools/tool-list'

/** Why a tool is a hit: the words of the query, and what its score is multiplied by. */
interface Why {
  readonly words: readonly WhyWord[]
  readonly factors: readonly { readonly name: string; readonly factor: number }[]
}

interface WhyWord {
  /** The word of the query. */
  readonly word: string
  /** The word that the tool has. */
  readonly found: string
  /** `said`, `stem`, `synonym` … */
  readonly how: string
  /** Where the tool has it. */
  readonly field: string
  /** The share of the score, from 0 to 1. */
  readonly share: number
}

type ExplainedHit = SearchHit & { readonly why?: Why }

export function hitLines({ hits, total }: SearchResult, output: CommandOutput): string[] {
  if (hits.length === 0) return ['no tools']
  const rows = textTable(
    hits.map(({ name, source, coverage, description }) => [
      ...[name, source].map(output.text),
      percent(coverage),
      shortened(output.text(description)),
    ]),
  )
  const lines = hits.flatMap((hit: ExplainedHit, i) => [
    rows[i] ?? '',
    ...(hit.why === undefined ? [] : whyLines(hit.why, hit.missing, output)),
  ])
  return total > hits.length ? [...lines, `${hits.length} of ${total} tools`] : lines
}

/** The table below a hit. */
function whyLines(
  { words, factors }: Why,
  missing: readonly string[],
  { text, paint }: Pick<CommandOutput, 'text' | 'paint'>,
): string[] {
  const found = words.map((one) => [
    text(one.word),
    text(one.how),
    text(one.found),
    text(one.field),
    percent(one.share),
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
