// Source loads: evaluates sources, and loads their tools in one revision through the gates of the core.

import type { LoadReport } from '../../../index'
import { fromFault, isFault, revive } from '../../border/error'
import type { Fault, ToolrackError } from '../../border/error'
import { allOf, outcomeOf } from '../../border/maybe-promise'
import type { MaybePromise } from '../../border/maybe-promise'
import { raise } from '../../border/raised-error'
import type { NativeLoader, NativeRegistry } from '../../border/native'
import type { Closures } from '../../closures'
import { writeBatch } from '../../load/tool-sets/tool-set-text'
import type { LoadWaits } from '../graph/load-waits'
import type { LoadedModules, ModuleLoader } from '../graph/module-loader'
import type { GraphReading } from '../graph/module-records'
import type { OnError } from '../../load/tool-sets/source-options'
import { entryOf, labelOf } from '../source/module-source'
import type { ModuleSource } from '../source/module-source'
import { lostTools } from '../source/replaced-object'
import { readContent } from './source-content'
import type { ContentHost, SourceContent } from './source-content'
import { admissionOf, forbiddenLinks } from './source-admission'
import { hasEntered, unchangedReport } from './unchanged-source'
import type { LoadTurns } from './load-turns'
import { readySource, writeSources } from './ready-source'
import type { ReadySource } from './ready-source'
import { failedExports } from './failed-exports'
import type { FailedExport } from './failed-exports'

/** Why sources are loaded, as the history and the audit log say it. */
export type Trigger = 'load' | 'reload' | 'watch'

/** How sources are loaded. */
export interface LoadRequest {
  readonly trigger: Trigger
  readonly onError: OnError
  /** The modules as a watcher read them; by default they are read from the disk. */
  readonly reading?: GraphReading | undefined
}

/** The outcome of each source: its tools have entered, or it is refused. */
export type LoadOutcome = { readonly source: ModuleSource } & (LoadedOutcome | RefusedOutcome)

interface LoadedOutcome {
  readonly report: LoadReport
  /** Exports that could not become tools. */
  readonly failed: readonly FailedExport[]
  readonly error?: undefined
}

interface RefusedOutcome {
  readonly report?: undefined
  readonly error: ToolrackError
  /** Whether Rust refused it, and has recorded that. */
  readonly isRecorded: boolean
}

/** What Rust answers to a batch. `failed` are the exports that Rust could not read. */
type WrittenOutcome =
  | { readonly outcomes: readonly (WrittenReport | { readonly error: Fault })[] }
  | { readonly fault: { readonly index: number; readonly error: Fault } }

interface WrittenReport {
  readonly report: LoadReport
  readonly failed?: readonly { readonly export: string; readonly error: Fault }[]
}

/** What loading needs. */
export interface LoadsHost extends ContentHost {
  readonly loader: NativeLoader
  readonly turns: LoadTurns
  readonly registry: NativeRegistry
  /** The source of a tool. */
  readonly sourceOfTool: (tool: string) => string | undefined
  readonly closures: Closures
  readonly modules: Pick<ModuleLoader, 'load' | 'evaluate' | 'forget'>
  readonly checkOpen: () => void
  /** The source of a name. */
  readonly sourceNamed: (name: string) => ModuleSource | undefined
}

/** The fault that refuses a whole load, and the source that has it; with the faults of others, as far as known. */
export class LoadRefused extends Error {
  readonly source: ModuleSource
  readonly fault: ToolrackError
  /** Whether Rust refused it, and has recorded that. */
  readonly isRecorded: boolean
  readonly faults: ReadonlyMap<ModuleSource, ToolrackError>

  constructor(
    source: ModuleSource,
    fault: ToolrackError,
    isRecorded: boolean,
    faults: ReadonlyMap<ModuleSource, ToolrackError> = new Map([[source, fault]]),
  ) {
    super(fault.message)
    this.source = source
    this.fault = fault
    this.isRecorded = isRecorded
    this.faults = faults
  }
}

/**
 * Loads sources in one revision. With `onError: 'refuse'` it rejects with {@link LoadRefused} and nothing changes; with
 * `skip` each source has its own outcome.
 */
export async function loadSources(
  sources: readonly ModuleSource[],
  request: LoadRequest,
  host: LoadsHost,
): Promise<LoadOutcome[]> {
  const links = forbiddenLinks(sources)
  const allowed = sources.filter((source) => !links.has(source))
  const loaded = await evaluate(allowed, request, host)
  try {
    const unchanged = request.trigger === 'reload' ? unchangedOutcomes(sources, loaded, host) : []
    return unchanged.length > 0 ? unchanged : await loadEvaluated({ sources, loaded, links }, request, host)
  } finally {
    loaded?.end()
  }
}

/** The outcomes of sources if none of them has changed. */
function unchangedOutcomes(
  sources: readonly ModuleSource[],
  loaded: LoadedModules | undefined,
  host: LoadsHost,
): LoadOutcome[] {
  const outcomes = sources.flatMap((source): LoadOutcome[] => {
    const report = unchangedReport(source, loaded, host.loader)
    return report === undefined ? [] : [{ source, report, failed: [] }]
  })
  return outcomes.length === sources.length ? outcomes : []
}

/** Sources with their modules, or the link that keeps one from being read. */
interface EvaluatedSources {
  readonly sources: readonly ModuleSource[]
  readonly loaded: LoadedModules | undefined
  readonly links: ReadonlyMap<ModuleSource, ToolrackError>
}

async function loadEvaluated(
  { sources, loaded, links }: EvaluatedSources,
  request: LoadRequest,
  host: LoadsHost,
): Promise<LoadOutcome[]> {
  const faults = new Map<ModuleSource, ToolrackError>()
  const contents = await allOf(
    sources.map((source): MaybePromise<Settled<SourceContent>> => {
      const error = links.get(source)
      return error === undefined ? settle(() => readContent(source, loaded, host)) : { error }
    }),
  )
  host.checkOpen()
  const byName = new Map<string, ReadySource>()
  for (const [i, source] of sources.entries()) {
    const read = contents[i]
    const outcome = read?.error === undefined && read?.value !== undefined ? readySource(source, read.value) : undefined
    const error =
      read?.error ??
      firstFailure(outcome, source.options.onError) ??
      sameName(outcome, byName) ??
      (outcome && lostTools(outcome, host.sourceNamed(outcome.name)))
    if (error === undefined && outcome !== undefined) byName.set(outcome.name, outcome)
    else if (error !== undefined) faults.set(source, error)
  }
  const [first] = faults
  if (first !== undefined && request.onError === 'refuse') throw new LoadRefused(...first, false, faults)
  const ready = [...byName.values()]
  const reports = await applyBatch(ready, request, host)
  host.checkOpen()
  commit(ready, reports, loaded)
  for (const source of sources) source.awaited = awaitedBy(source, loaded, reports.get(source)?.report !== undefined)
  return sources.map((source) => {
    const error = faults.get(source)
    if (error !== undefined) return { source, error, isRecorded: false }
    const applied = reports.get(source)
    if (applied === undefined) throw new Error('a source has no outcome')
    return { source, ...applied }
  })
}

/** Evaluates the files of sources, each once. */
async function evaluate(
  sources: readonly ModuleSource[],
  { reading }: LoadRequest,
  { modules }: LoadsHost,
): Promise<LoadedModules | undefined> {
  const entries = [...new Set(sources.map(entryOf).filter((path): path is string => path !== undefined))]
  if (entries.length === 0) return undefined
  const admit = admissionOf(sources)
  for (const source of sources) source.isAheadOfWatch = reading === undefined
  return reading === undefined ? modules.load(entries, admit) : modules.evaluate(entries, { ...reading, admit })
}

/** The files that a source waits for: where it could not be loaded, all that were read for it. */
function awaitedBy(
  source: ModuleSource,
  loaded: LoadedModules | undefined,
  isLoaded: boolean,
): ModuleSource['awaited'] {
  const read = loaded?.filesOf(entryOf(source) ?? '')
  if (read === undefined) return []
  return isLoaded ? read.awaited : [...read.files, ...read.awaited]
}

type Settled<T> = { readonly value?: T; readonly error?: ToolrackError }

function settle<T>(work: () => MaybePromise<T>): MaybePromise<Settled<T>> {
  return outcomeOf<T, Settled<T>>(
    work,
    (value) => ({ value }),
    (thrown) => ({ error: isFault(thrown) ? thrown : revive(thrown) }),
  )
}

/** The first export that is no tool, where the whole source is refused for it. */
function firstFailure(ready: ReadySource | undefined, onError: OnError): ToolrackError | undefined {
  if (ready === undefined || (onError === 'skip' && ready.tools.length > 0)) return undefined
  return ready.failed[0]?.error
}

/** Two sources of one load cannot have one name: the first one keeps it. */
function sameName(
  outcome: ReadySource | undefined,
  before: ReadonlyMap<string, ReadySource>,
): ToolrackError | undefined {
  const first = outcome === undefined ? undefined : before.get(outcome.name)
  return first && raise('NAME_TAKEN', { name: first.name, location: labelOf(first.source) })
}

type Applied = LoadedOutcome | RefusedOutcome

async function applyBatch(
  ready: readonly ReadySource[],
  { trigger, onError }: LoadRequest,
  { turns, closures, waits }: LoadsHost,
): Promise<Map<ModuleSource, Applied>> {
  if (ready.length === 0) return new Map()
  const batch = writeBatch(writeSources(ready, closures, waits), trigger, onError)
  const written = await apply(batch, turns.loader, waits)
  if ('fault' in written) {
    const { index, error } = written.fault
    throw new LoadRefused(readyAt(ready, index).source, fromFault(error), true)
  }
  return new Map(
    written.outcomes.map((outcome, i) => {
      const one = readyAt(ready, i)
      const applied: Applied =
        'report' in outcome
          ? { report: outcome.report, failed: failedExports(one, outcome) }
          : { error: fromFault(outcome.error), isRecorded: true }
      return [one.source, applied]
    }),
  )
}

async function apply(batch: string, loader: NativeLoader, waits: LoadWaits): Promise<WrittenOutcome> {
  try {
    return JSON.parse(await waits.untilEnd(loader.loadToolSets(batch))) as WrittenOutcome
  } catch (thrown) {
    throw revive(thrown)
  }
}

function readyAt(ready: readonly ReadySource[], index: number): ReadySource {
  const one = ready[index]
  if (one === undefined) throw new Error('a batch has no such source')
  return one
}

/** Makes what was loaded the content in use. */
function commit(
  ready: readonly ReadySource[],
  reports: ReadonlyMap<ModuleSource, Applied>,
  loaded: LoadedModules | undefined,
): void {
  const entries: string[] = []
  for (const { source, content, name, toolNames, toolExports, hash } of ready) {
    const report = reports.get(source)?.report
    if (report === undefined) continue
    const entry = entryOf(source)
    if (entry !== undefined) entries.push(entry)
    source.name = name
    source.replaces = undefined
    source.files = content.files
    source.passedOver = content.recognition.passedOver
    source.toolNames = toolNames
    source.toolExports = toolExports
    source.helpers = content.helpers
    source.hash = hash
    source.entered = hasEntered(report) ? content.namespace : undefined
    source.isMissing = false
    source.isWithdrawn = false
    source.fault = undefined
  }
  if (entries.length > 0) loaded?.commit(entries)
}
