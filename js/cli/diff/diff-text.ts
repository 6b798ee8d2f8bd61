// Text of `toolrack diff`: one line for each change, worst first.

import type { ChangeClass } from '../../../index'
import type { CommandOutput } from '../output/command-output'
import type { Colour } from '../output/terminal-colours'
import { textTable } from '../output/text-table'
import type { DiffResult } from './diff-result'

const COLOURS: Readonly<Record<ChangeClass, Colour>> = Object.freeze({
  none: 'dim',
  widening: 'green',
  wording: 'yellow',
  endpoint: 'yellow',
  auth: 'red',
  breaking: 'red',
})

export function diffLines(result: DiffResult, { text, paint }: CommandOutput): string[] {
  const findings = result.tools.flatMap(({ tool, findings }) => findings.map((finding) => ({ ...finding, tool })))
  const rows = findings.map(({ class: kind, tool, code, pointer, message }) => [
    kind,
    text(tool),
    code,
    text(pointer === '' ? message : `${pointer}: ${message}`),
  ])
  const lines = textTable(rows).map((line, i) => paint(COLOURS[findings[i]?.class ?? 'none'], line))
  return [
    paint('bold', text(diffTitle(result))),
    ...lines,
    ...unreadable(result).map((line) => paint('red', text(line))),
  ]
}

/** What was compared, and the class of the whole change. */
export function diffTitle({ source, before, after, class: worst, tools }: DiffResult): string {
  const sides = [before, after].map(({ given, version }) => (version === undefined ? given : `${given} (${version})`))
  const count = tools.length === 1 ? '1 tool differs' : `${tools.length} tools differ`
  return `${source}: ${sides.join(' → ')}: ${tools.length === 0 ? 'no tool differs' : `${worst}, ${count}`}`
}

/** Operations that can no longer be read, and those of the document after that are lost. */
export function unreadable({ stale, skipped }: DiffResult): string[] {
  return [
    ...stale.map((tool) => `unreadable: ${tool}: its operation can no longer be read`),
    ...skipped.map(({ method, path, reason, pointer }) => `lost: ${method} ${path}: ${reason} (${pointer})`),
  ]
}
