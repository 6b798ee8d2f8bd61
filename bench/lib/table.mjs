import { appendFileSync } from 'node:fs'

/** The heading that the tables from here on stand under. */
let above = ''

/** Rows under headings, numbers flush right. Where two builds are compared, the rows are recorded too. */
export function table(headings, rows) {
  const { TOOLRACK_RECORD: record } = process.env
  // The first heading is a document's name where there is a table for each.
  const what = [above.split(':')[0], headings[0]].filter((part) => part !== '').join(' ')
  if (record !== undefined) appendFileSync(record, `${JSON.stringify({ what, headings, rows })}\n`)
  const cells = [headings, ...rows].map((row) => row.map((cell) => String(cell ?? '–')))
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)))
  const line = (row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
      .join('   ')
      .trimEnd()
  const [head, ...body] = cells
  console.log(`  ${line(head)}\n  ${widths.map((width) => '─'.repeat(width)).join('   ')}`)
  for (const row of body) console.log(`  ${line(row)}`)
}

/** What is measured, above its table. */
export function title(what) {
  above = what
  console.log(`\n${what}`)
}

/** A side that is not in the comparison, and why, below the table. */
export function leftOut(outcomes) {
  for (const { name, failed } of outcomes)
    if (failed !== undefined) console.log(`  left out: ${name} (${failed.split('\n')[0]})`)
}

/** A goal beside what was reached. Tells whether it was met. */
export function goal(what, reached, met) {
  console.log(`  ${met ? '✓ met   ' : '✗ missed'}  ${what}: ${reached}`)
  if (!met) process.exitCode = 1
}

/** Three digits that count, and none more. */
export function number(value, unit = '') {
  if (!Number.isFinite(value)) return '–'
  const text =
    value >= 100 ? Math.round(value).toLocaleString('en-US') : value >= 10 ? value.toFixed(1) : value.toFixed(2)
  return unit === '' ? text : `${text} ${unit}`
}

/** A ratio. */
export function times(value) {
  return Number.isFinite(value) ? `${number(value)}×` : '–'
}
