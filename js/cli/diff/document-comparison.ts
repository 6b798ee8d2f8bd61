// Document comparison: the core's review of the change from one document to another. Nothing is compared here.

import type { CheckReport } from '../../../index'
import { CommandError } from '../command'
import type { DocumentArguments, GivenDocument } from '../documents/document-options'
import { attempt, loadDocuments, requireReport } from '../documents/loaded-documents'
import { checkSaved } from '../documents/saved-sources'
import type { CommandOutput } from '../output/command-output'
import { documentProgress } from '../output/progress-line'

/** The review of a change, and the version that it begins with. */
export interface Comparison {
  readonly versionBefore: string | undefined
  readonly report: CheckReport
}

/** Compares two documents as two versions of one source. Throws {@link CommandError} for one that cannot be read. */
export async function compareDocuments(
  [before, after]: readonly [GivenDocument, GivenDocument],
  given: DocumentArguments,
  output: CommandOutput,
): Promise<Comparison> {
  const { loader, outcomes } = await loadDocuments({ ...given, documents: [before] }, output)
  const { source: name, version } = requireReport(outcomes[0])
  output.progress(documentProgress(after.given))
  const check = () => loader.check(after.address, { ...given.options, name })
  const report = requireReport(await attempt(after, check, output))
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
  const report = requireReport(outcome)
  if (report.changes === undefined)
    throw new CommandError(`the state file ${file} has no source "${report.source}": give its name with --name`)
  return { versionBefore: undefined, report }
}
