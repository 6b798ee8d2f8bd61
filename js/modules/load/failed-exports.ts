// Failed exports: the exports of a loaded source that could not become tools, each with its own error.

import type { ErrorCode, LoadReport } from '../../../index'
import { fromFault } from '../../border/error'
import type { Fault, ToolrackError } from '../../border/error'
import { labelOf } from '../source/module-source'
import type { ReadySource } from './ready-source'

/** An export that could not become a tool. */
export interface FailedExport {
  readonly export: string
  readonly error: ToolrackError
}

/** What Rust says of a loaded source. */
interface WrittenFaults {
  readonly report: LoadReport
  readonly failed?: readonly { readonly export: string; readonly error: Fault }[]
}

/** The exports that the report of a source lists as skipped. Errors that were made here keep their details and cause. */
export function failedExports(ready: ReadySource, { report, failed = [] }: WrittenFaults): FailedExport[] {
  const known = new Map(failed.map(({ export: name, error }) => [name, fromFault(error)]))
  for (const { export: name, error } of ready.failed) known.set(name, error)
  return report.skipped.map(({ path, code, pointer, reason }) => ({
    export: path,
    error: known.get(path) ?? fromFault(skippedFault(ready, path, { code, pointer, reason })),
  }))
}

interface SkipReason {
  readonly code: ErrorCode
  readonly pointer: string
  readonly reason: string
}

/** The fault of an export that another rule of the load refuses: a name that is taken, or an option. */
function skippedFault({ source }: ReadySource, path: string, { code, pointer, reason }: SkipReason): Fault {
  const place = { source: labelOf(source), export: path }
  const details =
    code === 'INVALID_DEFINITION' ? { tool: '', ...place, problems: [{ pointer, message: reason }] } : place
  return { code, message: reason, details }
}
