// Result of `toolrack diff`: the changed tools, worst first, and whether the command fails for them.

import type { ChangeClass, SkippedOperation, ToolChange } from '../../../index'
import type { Comparison } from './document-comparison'

/** Change classes, from harmless to worst: each is in the ones before it. */
const CLASSES: readonly ChangeClass[] = Object.freeze([
  'none',
  'widening',
  'wording',
  'endpoint',
  'auth',
  'breaking',
] satisfies ChangeClass[])

/** From which class on changes fail the command. */
export const FAIL_ON = Object.freeze(['widening', 'wording', 'endpoint', 'auth', 'breaking', 'never'] as const)

export type FailOn = (typeof FAIL_ON)[number]

/** A side of the comparison. */
interface DiffSide {
  /** The argument as it was given. */
  readonly given: string
  readonly version?: string
}

/** What `--json` prints. */
export interface DiffResult {
  readonly exitCode: 0 | 1
  readonly source: string
  readonly before: DiffSide
  readonly after: DiffSide
  /** The worst class of all tools. */
  readonly class: ChangeClass
  readonly failOn: FailOn
  /** The tools that differ, worst first; the findings of each too. */
  readonly tools: readonly ToolChange[]
  /** Tools whose operation can no longer be read. */
  readonly stale: readonly string[]
  /** Operations of the document after that are no tools. */
  readonly skipped: readonly SkippedOperation[]
}

/** What was compared, and when it fails. */
export interface DiffQuestion {
  readonly before: string
  readonly after: string
  readonly failOn: FailOn
}

export function diffResult({ before, after, failOn }: DiffQuestion, { versionBefore, report }: Comparison): DiffResult {
  const { source, version, changes, stale, skipped } = report
  const worst = changes?.class ?? 'none'
  const tools = (changes?.tools ?? []).map((tool) => ({ ...tool, findings: tool.findings.toSorted(worseFirst) }))
  return {
    exitCode: stale.length > 0 || fails(worst, failOn) ? 1 : 0,
    source,
    before: side(before, versionBefore),
    after: side(after, version),
    class: worst,
    failOn,
    tools: tools.toSorted(worseFirst),
    stale,
    skipped,
  }
}

function fails(worst: ChangeClass, failOn: FailOn): boolean {
  return failOn !== 'never' && CLASSES.indexOf(worst) >= CLASSES.indexOf(failOn)
}

/** Keeps the order of those that are equally bad. */
function worseFirst(one: { readonly class: ChangeClass }, other: { readonly class: ChangeClass }): number {
  return CLASSES.indexOf(other.class) - CLASSES.indexOf(one.class)
}

function side(given: string, version: string | undefined): DiffSide {
  return version === undefined ? { given } : { given, version }
}
