// Log of a load: the tools of a document or module, and what is left out of it.

import type { LoadReport } from '../../../index'
import type { ServeLog } from './serve-log'

/** Logs what came of a load. `given` is the document for people. */
export function logLoadReport(log: ServeLog, given: string, report: LoadReport): void {
  const { added, updated, unchanged, skipped, excluded, notes } = report
  const left = excluded.deprecated + excluded.unselected
  const tools = added.length + updated.length + unchanged.length
  log.write('info', `${given}: ${tools} tools${left === 0 ? '' : `, ${left} operations left out`}`)
  for (const { method, path, reason } of skipped) log.write('warn', `${given}: ${method} ${path} is no tool: ${reason}`)
  for (const { code, message } of notes) if (code === 'SELECTION_UNUSED') log.write('warn', `${given}: ${message}`)
}
