// Text of `toolrack check`: a block of lines for each document, then tokens, lock file and a summary.

import type { LoadNote, LoadReport } from '../../../index'
import { failureText } from '../documents/config-places'
import { lockLines } from '../lock/lock-text'
import type { CommandOutput } from '../output/command-output'
import { textTable } from '../output/text-table'
import { isHeld, lossesOf } from './check-result'
import type { CheckResult, CheckedDocument } from './check-result'

export function checkLines(result: CheckResult, output: CommandOutput): string[] {
  const { documents, tokens, lock } = result
  return [
    ...documents.flatMap((document) => documentLines(document, output)),
    ...(tokens.length === 0 ? [] : ['', ...tokenTable(result, output)]),
    ...(lock === undefined ? [] : ['', ...lockLines(lock, output)]),
    '',
    summary(result, output),
  ]
}

function documentLines(checked: CheckedDocument, output: CommandOutput): string[] {
  const { document, report, error } = checked
  const head = output.paint('bold', output.text(document))
  if (error !== undefined) return [output.paint('red', output.text(failureText(document, error)))]
  if (report === undefined) return []
  const { operations, added, version, excluded } = report
  const versioned = version === undefined ? '' : `, version ${version}`
  const about = `${added.length} tools of ${operations} operations${versioned}`
  const line = (label: string, text: string): string => `  ${label.padEnd(8)}  ${output.text(text)}`
  const out = [
    ...(excluded.deprecated > 0 ? [`${excluded.deprecated} deprecated operations`] : []),
    ...(excluded.unselected > 0 ? [`${excluded.unselected} operations that were not chosen`] : []),
  ]
  return [
    `${head}: ${output.text(about)}`,
    ...lossLines(report).map(([label, text]) => output.paint('red', line(label, text))),
    ...reviewLines(checked).map(([label, text]) => output.paint('yellow', line(label, text))),
    ...out.map((text) => line('left out', text)),
    ...noteLines(report.notes).map((text) => line('note', text)),
  ]
}

function lossLines({ skipped, lost, quarantined = [] }: LoadReport): (readonly [label: string, text: string])[] {
  return [
    ...skipped.map(
      ({ method, path, code, pointer, reason }) =>
        [
          code === 'NAME_TAKEN' ? 'refused' : 'lost',
          `${method} ${path}: ${reason} (${code}${pointer === '' ? '' : ` at ${pointer}`})`,
        ] as const,
    ),
    ...lost.map(({ tool, name, pointer }) => ['lost', `${tool}: input ${name} (${pointer})`] as const),
    ...quarantined.map(({ target, name, findings }) => {
      const reasons = findings.map(({ message, code }) => `${message} (${code})`).join('; ')
      return ['refused', `${name}: ${target} does not take it: ${reasons}`] as const
    }),
  ]
}

function reviewLines({ review }: CheckedDocument): (readonly [label: string, text: string])[] {
  if (review === undefined) return []
  if (!review.isSaved) return [['review', 'the state file has no source of this name: a first load']]
  const objections = review.objections.filter(({ decision }) => decision !== 'apply')
  return objections.map(
    ({ decision, tool, reason, gate }) =>
      [
        decision === 'hold' ? 'held' : 'refused',
        `${tool === undefined ? '' : `${tool}: `}${reason} (gate ${gate})`,
      ] as const,
  )
}

/** A line for each code of notes. */
function noteLines(notes: readonly LoadNote[]): string[] {
  return [...new Set(notes.map(({ code }) => code))].map((code) => {
    const [first, ...more] = notes.filter((note) => note.code === code)
    const others = more.length === 0 ? '' : `, and ${more.length} more`
    return `${code}: ${first?.message}${others}`
  })
}

function tokenTable({ tokens }: CheckResult, { text }: CommandOutput): string[] {
  const targets = [...new Set(tokens.map(({ target }) => target))]
  const sources = [...new Set(tokens.map(({ source }) => source))]
  const total = (source: string, target: string): number =>
    tokens.find((one) => one.source === source && one.target === target)?.total ?? 0
  const rows = sources.map((source) => [text(source), ...targets.map((target) => total(source, target))])
  return textTable([['tokens', ...targets], ...rows])
}

function summary({ documents, lock, exitCode }: CheckResult, { paint }: CommandOutput): string {
  const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`
  const losses = documents.reduce((sum, document) => sum + lossesOf(document), 0)
  const held = documents.filter(isHeld).length
  const failed = documents.filter(({ error }) => error).length
  const parts = [
    count(losses, 'loss', 'losses'),
    ...(documents.some(({ review }) => review)
      ? [count(held, 'held or refused change', 'held or refused changes')]
      : []),
    ...(lock === undefined ? [] : [`${count(lock.length, 'tool differs', 'tools differ')} from the lock file`]),
    ...(failed > 0 ? [`${count(failed, 'document', 'documents')} cannot be loaded`] : []),
  ]
  return paint(exitCode === 0 ? 'green' : 'red', parts.join(', '))
}
