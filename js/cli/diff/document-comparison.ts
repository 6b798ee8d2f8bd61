// Document comparison: the core's review of the change from one document to another. Nothing is compared here.

import type { CheckReport } from '../../../index'
import { CommandError } from '../command'
import type { DocumentArguments, DocumentLoadOptions, GivenDocument } from '../documents/document-options'
import { attempt, describeFailure, namedOptions } from '../documents/loaded-documents'
import { checkSaved } from '../documents/saved-sources'
import type { CommandOutput } from '../output/command-output'
import { DOCUMENT_PROGRESS } from '../output/progress-line'

/** The review of a change, and the version that it begins with. */
export interface Comparison {
  readonly versionBefore: string | undefined
  readonly report: CheckReport
}

/** Compares two documents as two versions of one source. Throws {@link CommandError} for one that cannot be read. */
export async function compareDocuments(
  [before, after]: readonly [GivenDocument, GivenDocument],
  options: DocumentLoadOptions,
  output: CommandOutput,
): Promise<Comparison> {
  const { SpecLoader, ToolRegistry } = await import('../../index.js')
  const loader = new SpecLoader(new ToolRegistry())
  output.progress(DOCUMENT_PROGRESS(before.given))
  const { source: name, version } = reportOf(
    await attempt(before, () => loader.load(before.address, namedOptions(before, options)), output),
  )
  output.progress(DOCUMENT_PROGRESS(after.given))
  const report = reportOf(await attempt(after, () => loader.check(after.address, { ...options, name }), output))
  output.progress(undefined)
  return { versionBefore: version, report }
}

/** Compares a document with the source of its name in a state file. */
export async function compareWithState(
  file: string,
  given: DocumentArguments,
  output: CommandOutput,
): Promise<Comparison> {
  const [outcome] = await checkSaved(file, given, { gates: undefined, output })
  if (outcome === undefined) throw new CommandError('there is no document')
  const report = reportOf(outcome)
  if (report.changes === undefined)
    throw new CommandError(`the state file ${file} has no source "${report.source}": give its name with --name`)
  return { versionBefore: undefined, report }
}

function reportOf<Report>(outcome: Parameters<typeof describeFailure>[0] & { readonly report?: Report }): Report {
  if (outcome.report === undefined) throw new CommandError(describeFailure(outcome))
  return outcome.report
}
