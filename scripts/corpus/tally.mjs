// What is printed of a corpus: a line for each document, and the totals.

/** Sums over documents. */
export class Tally {
  counts = {
    documents: 0,
    operations: 0,
    usable: 0,
    skipped: 0,
    excluded: 0,
    lost: 0,
    notes: 0,
    refused: 0,
    'no API documents': 0,
    'not counted': 0,
    failed: 0,
  }
  codes = new Map()
  unresolved = new Map()

  add({ dialect, operations = [], report, isCounted, refusal, crash, faults = [] }) {
    const { counts } = this
    if (refusal !== undefined) counts[dialect === undefined ? 'no API documents' : 'refused'] += 1
    if (report !== undefined) counts.documents += 1
    if (dialect !== undefined && isCounted === false) counts['not counted'] += 1
    counts.notes += report?.notes ?? 0
    for (const operation of operations) {
      counts.operations += 1
      counts[operation.state] += 1
      if (operation.state === 'skipped') more(this.codes, operation.code)
      if (operation.unresolved !== undefined) more(this.unresolved, operation.unresolved)
    }
    const isLost = operations.some(({ state }) => state === 'lost')
    counts.failed += crash !== undefined || faults.length > 0 || isLost ? 1 : 0
  }

  /** How many operations have files that can be resolved, and how many of them are usable, in percent. */
  get share() {
    const resolved = this.counts.operations - [...this.unresolved.values()].reduce((sum, number) => sum + number, 0)
    return {
      resolved,
      percent: resolved === 0 ? '100.000' : (Math.floor((this.counts.usable / resolved) * 1e5) / 1e3).toFixed(3),
    }
  }

  lines() {
    const lines = [listed(Object.entries(this.counts))]
    if (this.codes.size > 0) lines.push(`skipped: ${listed(sorted(this.codes))}`)
    if (this.unresolved.size > 0) lines.push(`files that cannot be resolved: ${listed(sorted(this.unresolved))}`)
    return [
      ...lines,
      `usable: ${this.share.percent} % of ${this.share.resolved} operations whose files can be resolved`,
    ]
  }

  json() {
    return {
      totals: this.counts,
      codes: Object.fromEntries(this.codes),
      unresolved: Object.fromEntries(this.unresolved),
      ...this.share,
    }
  }
}

/** The lines of a document; with `verbose` one for each operation, else for each that is lost. */
export function linesOf(file, outcome, verbose) {
  const { dialect, operations = [], report, isCounted, refusal, crash, faults = [], ms } = outcome
  const shown = operations
    .filter(({ state }) => verbose || state === 'lost')
    .map((operation) => `         ${said(operation)}`)
  if (crash !== undefined) return [`CRASH    ${file}  ${crash}`]
  if (refusal !== undefined && dialect === undefined) return [`no API   ${file}  ${refusal.code}`]
  if (refusal !== undefined)
    return [
      `refused  ${file}  ${dialect}  operations ${operations.length}  ${refusal.code}: ${refusal.message}`,
      ...shown,
    ]
  const { counts, codes } = tallied(outcome)
  const why = codes.size > 0 ? ` (${listed(sorted(codes))})` : ''
  const word = faults.length > 0 || counts.lost > 0 ? 'FAULT' : isCounted ? 'ok' : 'unread'
  const numbers = isCounted
    ? `operations ${counts.operations}  usable ${counts.usable}  skipped ${counts.skipped}${why}  ` +
      `excluded ${counts.excluded}  lost ${counts.lost}`
    : `operations ${report.operations}  not counted: no other parser reads it`
  return [
    `${word.padEnd(9)}${file}  ${dialect}  ${numbers}  notes ${report.notes}  ${ms.toFixed(0)} ms`,
    ...faults.map((fault) => `         ! ${fault}`),
    ...shown,
  ]
}

/** A document as JSON. */
export function jsonOf(file, outcome, verbose) {
  const { operations = [], ...rest } = outcome
  const { counts, codes, unresolved } = tallied(outcome)
  const { usable, skipped, excluded, lost } = counts
  const shown = operations.filter(({ state }) => verbose || state === 'lost')
  return {
    ...rest,
    file,
    counts: { operations: operations.length, usable, skipped, excluded, lost },
    codes: Object.fromEntries(codes),
    unresolved: Object.fromEntries(unresolved),
    operations: shown,
  }
}

function tallied(outcome) {
  const tally = new Tally()
  tally.add(outcome)
  return tally
}

/** `lost POST /c "name" (body) at /paths/…`: an operation and what became of it. */
function said({ state, method, path, code, reason, unresolved, missing = [] }) {
  const why = state === 'skipped' ? ` ${code}${unresolved === undefined ? '' : ` (${unresolved})`} ${reason}` : ''
  const what = missing.map(({ name, place, pointer }) => ` "${name}" (${place}) at ${pointer}`).join(',')
  return `${state} ${method} ${path}${why}${what}`
}

const more = (map, key) => map.set(key, (map.get(key) ?? 0) + 1)
const sorted = (map) => [...map].sort(([, a], [, b]) => b - a)
const listed = (entries) => entries.map(([what, number]) => `${what} ${number}`).join(', ')
