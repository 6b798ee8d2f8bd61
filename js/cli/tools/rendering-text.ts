// Rendering of a tool as text: its definition for a target, what was changed for it, and which rules are broken.

import type { Finding, Rendering, Target } from '../../../index'
import type { CommandOutput } from '../output/command-output'
import { jsonLines } from '../output/json-lines'

/** A definition as JSON. */
export function definitionLines(definition: unknown, output: CommandOutput): string[] {
  return [jsonLines(definition, output.hide)]
}

export function renderingLines(rendering: Rendering, target: Target, output: CommandOutput): string[] {
  const { name, wireName, definition, strict, diagnostics, findings, downgraded } = rendering
  const { paint } = output
  const called = wireName === name ? '' : ` by the name ${wireName}`
  const title =
    definition === null
      ? `${target} does not take ${name}`
      : `${target} gets ${name}${called}${strict ? ', strict' : ''}`
  const changes = diagnostics.map(
    ({ effect, pointer, message, code }) => `${at(effect, pointer)}: ${message} (${code})`,
  )
  const section = (heading: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', paint('bold', heading), ...lines.map((line) => `  ${output.text(line)}`)]
  return [
    paint(definition === null ? 'red' : 'bold', output.text(title)),
    ...(definition === null ? [] : definitionLines(definition, output)),
    ...section('Changes of the schema', changes),
    ...section('Rules that it breaks', findings.map(findingLine)),
    ...section('Why it is not strict', downgraded.map(findingLine)),
  ]
}

function findingLine({ weight, pointer, message, code, source }: Finding): string {
  return `${at(weight, pointer)}: ${message} (${code}; ${source})`
}

/** A word with the place that it is about; the place of the whole is empty. */
function at(word: string, pointer: string): string {
  return pointer === '' ? word : `${word} ${pointer}`
}
