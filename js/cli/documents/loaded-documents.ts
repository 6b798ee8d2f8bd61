// Loaded documents: a registry with the tools of the documents of a command, and what each load reported.

import type { LoadOptions, LoadReport } from '../../../index'
import { revive } from '../../border/error'
import { CommandError, UsageError } from '../command'
import { failureText } from './config-places'
import type { LoadFailure } from './config-places'
import type { CommandOutput } from '../output/command-output'
import { documentProgress } from '../output/progress-line'
import type { DocumentArguments, DocumentLoadOptions, GivenDocument } from './document-options'
import { openLoader } from './open-loader'
import type { OpenLoader } from './open-loader'

/** What became of a document: its report, or why it could not be loaded. */
export interface LoadOutcome<Report = LoadReport> {
  readonly document: GivenDocument
  readonly report?: Report
  readonly error?: LoadFailure
}

/** The tools that a command works on. */
export interface LoadedDocuments extends OpenLoader {
  /** In the order of the arguments. */
  readonly outcomes: readonly LoadOutcome[]
  /** The documents, those of a configuration included. */
  readonly documents: readonly GivenDocument[]
}

/** What the tools of a command are loaded for. */
export interface CommandUse extends Pick<LoadOptions, 'targets'> {
  /** A tool is called. The audit log of a configuration that records calls has it, unless it is `unrecorded`. */
  readonly call?: 'recorded' | 'unrecorded'
}

/**
 * Loads the documents of a command, or its configuration, one after another: where two have a tool of one name, the
 * first one has it.
 */
export async function loadDocuments(
  { documents, options, config, variables }: DocumentArguments,
  output: CommandOutput,
  use: CommandUse = {},
): Promise<LoadedDocuments> {
  if (config !== undefined) {
    const { loadConfigured } = await import('./configured-documents.js')
    return loadConfigured({ file: config, variables, output, use })
  }
  const { call, ...more } = use
  const { registry, loader } = await openLoader({ registry: { ...(call && { coerce: true }) } })
  const outcomes: LoadOutcome[] = []
  for (const document of documents) {
    output.progress(documentProgress(document.given))
    outcomes.push(
      await attempt(
        document,
        () => loader.load(document.address, { ...namedOptions(document, options), ...more }),
        output,
      ),
    )
  }
  output.progress(undefined)
  return { registry, loader, outcomes, documents }
}

/** The options of a load of a document. */
export function namedOptions({ name, options: own }: GivenDocument, options: DocumentLoadOptions): LoadOptions {
  return { ...options, ...own, ...(name !== undefined && { name }) }
}

/** The reports of documents that a command needs. Throws {@link CommandError} with all that cannot be read. */
export function requireReports(outcomes: readonly LoadOutcome[]): LoadReport[] {
  const failures = outcomes.filter(({ error }) => error !== undefined)
  if (failures.length > 0) throw new CommandError(failures.flatMap(describeFailure).join('\n'))
  return outcomes.flatMap(({ report }) => report ?? [])
}

/** Says which documents cannot be read, where others are enough. */
export function warnOfFailures(outcomes: readonly LoadOutcome[], output: CommandOutput): void {
  for (const text of outcomes.flatMap(describeFailure)) output.warn(text)
}

/** The report of a document that a command needs. Throws {@link CommandError}. */
export function requireReport<Report>(outcome: LoadOutcome<Report> | undefined): Report {
  if (outcome?.report !== undefined) return outcome.report
  throw new CommandError(outcome === undefined ? 'there is no document' : describeFailure(outcome).join('\n'))
}

/** Says why a document could not be loaded. */
function describeFailure({ document, error }: LoadOutcome<unknown>): string[] {
  return error === undefined ? [] : [failureText(document.given, error)]
}

/** Runs a load or a check of a document. An option that no document can be loaded with is a {@link UsageError}. */
export async function attempt<Report>(
  document: GivenDocument,
  load: () => Promise<Report>,
  output: CommandOutput,
): Promise<LoadOutcome<Report>> {
  try {
    return { document, report: await load() }
  } catch (thrown) {
    const error = revive(thrown)
    // It may have the address with its secrets.
    const [code, message] = [error.code, output.hide(error.message)]
    if (code === 'INVALID_OPTIONS') throw new UsageError(`${document.given}: ${message}`)
    return { document, error: { code, message } }
  }
}
