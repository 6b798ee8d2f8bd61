// Logs of what is served: the tools of a load, what is left out of it, and what lists have.

import type { LoadReport } from '../../../index'
import type { McpJudgement } from '../../../types/mcp'
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

/** What is told of a list at the start. All else is in the reports of the loads. */
const TOLD: ReadonlySet<string> = new Set(['MCP_LIST_OVER_BUDGET', 'MCP_NAME_TAKEN'])

/** Logs what clients are listed. */
export function logExposure(log: ServeLog, { exposes, tokens, findings, refused }: McpJudgement): void {
  if (exposes === 'search')
    log.write('info', `lists search_tools and call_tool instead of all tools (about ${tokens} tokens)`)
  for (const { code, message } of [...findings, ...refused.flatMap((tool) => tool.findings)])
    if (TOLD.has(code)) log.write('warn', message)
}
