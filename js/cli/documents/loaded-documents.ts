// Loaded documents: a registry with the tools of the documents of a command, and what each load reported.

import type { LoadOptions, LoadReport, RegistryOptions } from '../../../index'
import { revive } from '../../border/error'
import { CommandError, UsageError } from '../command'
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

/** Why a document could not be loaded. */
export interface LoadFailure {
  readonly code: string
  readonly message: string
}

/** The tools that a command works on. */
export interface LoadedDocuments extends OpenLoader {
  /** In the order of the arguments. */
  readonly outcomes: readonly LoadOutcome[]
  /** The documents, those of a configuration included. */
  readonly documents: readonly GivenDocument[]
}

/**
 * Loads the documents of a command, or its configuration, one after another: where two have a tool of one name, the
 * first one has it.
 */
export async function loadDocuments(
  { documents, options, config, variables }: DocumentArguments,
  output: CommandOutput,
  more: Pick<LoadOptions, 'targets'> = {},
  registryOptions: RegistryOptions = {},
): Promise<LoadedDocuments> {
  if (config !== undefined) {
    const { loadConfigured } = await import('./configured-documents.js')
    return loadConfigured({ file: config, variables, output, load: more, registry: registryOptions })
  }
  const { registry, loader } = await openLoader({ registry: registryOptions })
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
  if (failures.length > 0) throw new CommandError(failures.map(describeFailure).join('\n'))
  return outcomes.flatMap(({ report }) => report ?? [])
}

/** Says which documents cannot be read, where others are enough. */
export function warnOfFailures(outcomes: readonly LoadOutcome[], output: CommandOutput): void {
  for (const outcome of outcomes) if (outcome.error !== undefined) output.warn(describeFailure(outcome))
}

/** The report of a document that a command needs. Throws {@link CommandError}. */
export function requireReport<Report>(outcome: LoadOutcome<Report> | undefined): Report {
  if (outcome?.report !== undefined) return outcome.report
  throw new CommandError(outcome === undefined ? 'there is no document' : describeFailure(outcome))
}

/** Says why a document could not be loaded. */
function describeFailure({ document, error }: LoadOutcome<unknown>): string {
  return `${document.given}: ${error?.message} (${error?.code})`
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
