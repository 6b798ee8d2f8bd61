// Result of `toolrack check`: what a load of each document reported, and whether the command fails for it.

import type { CheckReport, LoadReport, Target } from '../../../index'
import type { LoadFailure } from '../documents/config-places'
import type { LoadOutcome } from '../documents/loaded-documents'
import type { CheckOutcome } from '../documents/saved-sources'
import type { LockDifference } from '../lock/lock-comparison'

/** What became of one document. */
export interface CheckedDocument {
  /** The argument as it was given. */
  readonly document: string
  /** Why it could not be loaded. */
  readonly error?: LoadFailure
  readonly report?: LoadReport
  /** What gates say of the change from the state file. */
  readonly review?: Pick<CheckReport, 'decision' | 'objections' | 'held'> & {
    /** Whether the state file has the source. */
    readonly isSaved: boolean
  }
}

/** The tokens of the tools of a source for a target. */
export interface SourceTokens {
  readonly source: string
  readonly target: Target
  readonly total: number
}

/** What `--json` prints. */
export interface CheckResult {
  readonly exitCode: 0 | 1 | 2
  readonly documents: readonly CheckedDocument[]
  readonly tokens: readonly SourceTokens[]
  /** Tools that differ from the lock file. */
  readonly lock?: readonly LockDifference[]
}

/** What a result is made of. */
export interface CheckParts {
  readonly outcomes: readonly LoadOutcome[]
  /** In the order of `outcomes`. */
  readonly saved: readonly CheckOutcome[] | undefined
  readonly targets: readonly Target[]
  /** The sources that have tools. */
  readonly sources: readonly string[]
  readonly tokensOf: (source: string, target: Target) => number
  readonly lock: readonly LockDifference[] | undefined
}

export function checkResult({ outcomes, saved, targets, sources, tokensOf, lock }: CheckParts): CheckResult {
  const documents = outcomes.map((outcome, i) => checkedDocument(outcome, saved?.[i]))
  const reported = documents.flatMap(({ report }) => report?.source ?? [])
  const tokens = [...new Set([...reported, ...sources])].flatMap((source) =>
    targets.map((target) => ({ source, target, total: tokensOf(source, target) })),
  )
  return { exitCode: exitCodeOf(documents, lock), documents, tokens, ...(lock && { lock }) }
}

/** What is lost of a document: operations, inputs, and tools that a target refuses. */
export function lossesOf({ report }: CheckedDocument): number {
  if (report === undefined) return 0
  return report.skipped.length + report.lost.length + (report.quarantined?.length ?? 0)
}

/** Whether a gate lets the change of a document wait, or refuses it. */
export function isHeld({ review }: CheckedDocument): boolean {
  return review !== undefined && review.decision !== 'apply'
}

function checkedDocument({ document, report, error }: LoadOutcome, saved: CheckOutcome | undefined): CheckedDocument {
  const failure = error ?? saved?.error
  if (failure !== undefined || report === undefined)
    return { document: document.given, ...(failure && { error: failure }) }
  if (saved?.report === undefined) return { document: document.given, report }
  const { decision, objections, held, changes } = saved.report
  const review = { isSaved: changes !== undefined, decision, objections, held }
  return { document: document.given, report, review }
}

function exitCodeOf(
  documents: readonly CheckedDocument[],
  lock: readonly LockDifference[] | undefined,
): CheckResult['exitCode'] {
  if (documents.some(({ error }) => error !== undefined)) return 2
  const differs = lock !== undefined && lock.length > 0
  return differs || documents.some((one) => lossesOf(one) > 0 || isHeld(one)) ? 1 : 0
}
