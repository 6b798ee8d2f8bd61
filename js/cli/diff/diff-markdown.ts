// Markdown of `toolrack diff`: a table for a comment of a pull request, whose length is limited.

import type { CommandOutput } from '../output/command-output'
import { markdownCode, markdownTable, markdownText } from '../output/markdown'
import type { DiffResult } from './diff-result'
import { diffTitle, unreadable } from './diff-text'

/** GitHub takes comments of 65,536 characters. */
const MOST_CHARACTERS = 60_000

export function diffMarkdown(result: DiffResult, output: CommandOutput): string[] {
  const title = `### ${markdownText(output.text(diffTitle(result)))}`
  const rows = result.tools.flatMap(({ tool, findings }) =>
    findings.map(({ class: kind, code, pointer, message }) => [
      kind === 'breaking' || kind === 'auth' ? `**${kind}**` : kind,
      markdownCode(output.text(tool)),
      `${markdownText(output.text(message))} (${code})`,
      pointer === '' ? '' : markdownCode(output.text(pointer)),
    ]),
  )
  const table = rows.length === 0 ? [] : ['', ...markdownTable(['class', 'tool', 'change', 'place'], rows)]
  const lost = unreadable(result).map((line) => `- ${markdownText(output.text(line))}`)
  // What is lost comes first: it must not be cut off.
  return bounded([title, ...(lost.length === 0 ? [] : ['', ...lost]), ...table])
}

function bounded(lines: readonly string[]): string[] {
  let characters = 0
  const kept = lines.findIndex((line) => (characters += line.length + 1) > MOST_CHARACTERS)
  return kept < 0 ? [...lines] : [...lines.slice(0, kept), '', `… and ${lines.length - kept} more lines`]
}
