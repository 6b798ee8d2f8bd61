// Upstream loads: a list enters the registry as one change set, through the gates, or changes nothing.

import type { LoadReport, SourceStatus } from '../../../index'
import { callNative, fromFault, revive } from '../../border/error'
import type { Fault, ToolrackError } from '../../border/error'
import type { NativeLoader } from '../../border/native'
import { withDeadline } from '../../border/timers'
import type { Closures } from '../../closures'
import { writeBatch, writeToolSets } from '../../load/tool-sets/tool-set-text'
import { unusedOverride } from '../../modules/load/unused-overrides'
import type { RefreshTrigger } from './refreshes'
import type { ListedTools } from './upstream-tools'

/** What Rust answers to a batch. */
type WrittenBatch =
  | { readonly outcomes: readonly ({ readonly report: LoadReport } | { readonly error: Fault })[] }
  | { readonly fault: { readonly error: Fault } }

/** The loads of one source. */
export class UpstreamLoads {
  readonly #name: string
  readonly #native: NativeLoader
  readonly #closures: Closures
  #isLoaded = false
  /** Whether its tools are withdrawn until the next load. */
  #isHidden = false
  /** The newest list that went through the gates. */
  #newest: { readonly hash: string; readonly report: LoadReport } | undefined

  constructor(name: string, native: NativeLoader, closures: Closures) {
    this.#name = name
    this.#native = native
    this.#closures = closures
  }

  get isLoaded(): boolean {
    return this.#isLoaded
  }

  /** Loads a list. Rejects where nothing has changed. */
  async load(listed: ListedTools, trigger: RefreshTrigger): Promise<LoadReport> {
    const kept = this.unchanged(listed, trigger)
    if (kept !== undefined) return kept
    const batch = this.batchOf(listed, trigger)
    const written = JSON.parse(await this.#native.loadToolSets(batch, listed.list).catch(rethrow)) as WrittenBatch
    if ('fault' in written) throw fromFault(written.fault.error)
    const [outcome] = written.outcomes
    if (outcome === undefined) throw new Error('a load has an outcome')
    if ('error' in outcome) throw fromFault(outcome.error)
    this.#isLoaded = true
    this.#isHidden = false
    const report = amended(outcome.report, listed)
    this.#newest = { hash: listed.set.hash, report }
    return report
  }

  /** The report of a list that is the one in use, or that a rollback has put aside until there is another one. */
  unchanged(listed: ListedTools, trigger: RefreshTrigger): LoadReport | undefined {
    const newest = this.#newest
    if (newest?.hash !== listed.set.hash || this.#isHidden || trigger === 'load') return undefined
    if (trigger === 'watch' && this.#isRolledBack()) return withoutNews(newest.report)
    if (!isWhole(newest.report)) return undefined
    const same = callNative(() => this.#native.reportUnchanged(this.#name, trigger))
    return same === null ? undefined : amended(JSON.parse(same) as LoadReport, listed)
  }

  /** A list as a batch of Rust. */
  batchOf({ set }: ListedTools, trigger: RefreshTrigger): string {
    const { clock } = this.#closures
    const wait: typeof withDeadline = (work, ms, late) => withDeadline(work, ms, late, clock)
    return writeBatch(writeToolSets([set], this.#closures, wait), trigger, 'refuse')
  }

  /** Withdraws the tools in one revision. They are back with the next load. */
  hide(): void {
    if (!this.#isLoaded || this.#isHidden) return
    this.#isHidden = true
    callNative(() => this.#native.withdraw(this.#name))
    this.#closures.drain()
  }

  /** Records why a list could not be read. The tools stay. */
  recordFault({ code, message }: ToolrackError): void {
    if (this.#isLoaded) callNative(() => this.#native.reportFault(this.#name, 'watch', code, message))
  }

  #isRolledBack(): boolean {
    const statuses = JSON.parse(callNative(() => this.#native.sources())) as SourceStatus[]
    return statuses.some(({ name, rolledBack }) => name === this.#name && rolledBack)
  }
}

function rethrow(thrown: unknown): never {
  throw revive(thrown)
}

/** The report of a load that changes nothing more. */
function withoutNews(report: LoadReport): LoadReport {
  return { ...report, added: [], updated: [], removed: [], held: [], stale: [] }
}

/** Whether all of a list entered: what did not is tried again by the next refresh. */
function isWhole({ held, rejected, stale, skipped }: LoadReport): boolean {
  return held.length + rejected.length + stale.length + skipped.length === 0
}

/** The report with what Rust does not know: the tools that were not chosen, and options that match no tool. */
function amended(report: LoadReport, list: ListedTools): LoadReport {
  const { unselected, unusedOverrides, unusedSelections, sent } = list
  const excluded = { ...report.excluded, unselected }
  const notes = unusedOverrides.map((name) => unusedOverride(name, sent.names))
  return {
    ...report,
    operations: report.operations + unselected,
    excluded,
    notes: [...report.notes, ...unusedSelections, ...notes],
  }
}

/** Whether a load has changed something. */
export function isNews({ added, updated, removed, held, stale }: LoadReport): boolean {
  return added.length + updated.length + removed.length + held.length + stale.length > 0
}
