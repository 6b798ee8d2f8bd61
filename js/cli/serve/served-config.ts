// Served configuration: loads all of its sources, tries those that cannot be read again, and logs what comes of it.

import type { ConfigReport, ToolRegistry } from '../../../index'
import type { McpLoader } from '../../../types/mcp'
import { revive } from '../../border/error'
import { startIdleTimer } from '../../border/timers'
import type { ConfigReading } from '../../config/config-reading'
import { failureText, isServer, loadFailure, partText, placeText } from '../documents/config-places'
import { openConfig } from '../documents/open-loader'
import type { OpenConfig } from '../documents/open-loader'
import { logLoadReport } from './load-log'
import { nextRetryMs } from './retry-times'
import type { ServeLog } from './serve-log'

/** Serves the tools of a configuration. */
export class ServedConfig {
  readonly #open: OpenConfig
  readonly #log: ServeLog
  #stop: () => void = () => {}

  private constructor(open: OpenConfig, log: ServeLog) {
    this.#open = open
    this.#log = log
  }

  /** Opens what was read. `isWatched` says whether the file is read again when it changes. */
  static async open(file: string, reading: ConfigReading, log: ServeLog, isWatched: boolean): Promise<ServedConfig> {
    const open = await openConfig(file, reading, {
      watch: isWatched ? '{}' : undefined,
      onReload: (report) => {
        log.write('info', `${file}: read again`)
        served.#logReport(report)
      },
    })
    const served = new ServedConfig(open, log)
    const { registry } = served
    registry.on('upstreamLog', ({ source, line }) => log.write('info', `${source}: ${line}`))
    registry.on('upstream', ({ source, state, reason }) => {
      if (state === 'up') log.write('info', `${source}: connected`)
      else log.write('warn', `${source}: down: ${reason ?? ''}`)
    })
    return served
  }

  get registry(): ToolRegistry {
    return this.#open.loaded.registry
  }

  /** The MCP servers of the configuration, if it has any: their resources and prompts are served too. */
  get passThrough(): McpLoader | undefined {
    const { loaded, reading } = this.#open
    return Object.keys(reading.config.mcpServers ?? {}).length === 0 ? undefined : loaded.mcp
  }

  /** Loads all sources. Resolves when each was loaded, or has failed once. */
  async load(): Promise<void> {
    await this.#attempt(() => this.#open.start(), undefined)
  }

  close(): void {
    this.#stop()
    void this.#open.loaded.close().catch(() => {})
  }

  /** Logs what was loaded, and plans another attempt for what cannot be read. */
  #logReport(
    { documents, modules, mcpServers, tools, removed, failed, disabled, warnings, notApplied }: ConfigReport,
    retryMs?: number,
  ): void {
    const log = this.#log
    for (const report of [...documents, ...modules, ...mcpServers]) logLoadReport(log, report.source, report)
    if (tools !== undefined) {
      const { added, updated, unchanged } = tools
      log.write('info', `tools: ${added.length + updated.length + unchanged.length} tools`)
    }
    if (removed.length > 0) log.write('info', `${removed.length} tools removed`)
    for (const problem of disabled) log.write('error', `${placeText(problem)}; the others are served`)
    for (const problem of warnings) log.write('warn', placeText(problem))
    for (const pointer of notApplied) log.write('warn', `${pointer} has no effect before a restart`)
    for (const failure of failed)
      log.write(isServer(failure.part) ? 'warn' : 'error', failureText(partText(failure), loadFailure(failure)))
    this.#stop()
    if (failed.some(({ part, error }) => error.code === 'SOURCE_UNREADABLE' && !isServer(part)))
      this.#planRetry(nextRetryMs(retryMs))
  }

  #planRetry(retryMs: number): void {
    this.#log.write('info', `next attempt in ${retryMs / 1000} s`)
    this.#stop = startIdleTimer(retryMs, () => void this.#attempt(() => this.#open.loaded.reload(), retryMs))
  }

  async #attempt(work: () => Promise<unknown>, retryMs: number | undefined): Promise<void> {
    try {
      await work()
      this.#logReport(this.#open.loaded.report, retryMs)
    } catch (thrown) {
      const { code, message } = revive(thrown)
      if (code !== 'CLOSED') this.#log.write('error', `${message} (${code})`)
    }
  }
}
