// Upstream source: one MCP server as a source of tools: its connection, its list, its refreshes, its calls.

import { randomUUID } from 'node:crypto'
import type { LoadReport } from '../../../index'
import type { McpUpstreamStatus } from '../../../types/mcp'
import { isFault, revive } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import { deepFreeze } from '../../border/freeze'
import type { NativeLoader, NativeToolList } from '../../border/native'
import { raise } from '../../border/raised-error'
import { withDeadline } from '../../border/timers'
import type { CallContext } from '../../call/context'
import type { Arguments, ClosureFunction } from '../../call/interfaces'
import type { Closures } from '../../closures'
import { UpstreamFault } from '../client/upstream-connection'
import type { UpstreamConnection, UpstreamConnector, UpstreamList } from '../client/upstream-connection'
import type { ContentChange } from '../content/passed-content'
import type { AskCredentials } from './caller-credentials'
import { CallerLinks } from './caller-links'
import { allowedCapabilities } from './question-kinds'
import { Refreshes } from './refreshes'
import type { RefreshTrigger } from './refreshes'
import { callUpstream } from './upstream-calls'
import type { CallHost } from './upstream-calls'
import { faultOf, unreadableUpstream } from './upstream-faults'
import { UpstreamLink } from './upstream-link'
import { UpstreamContent } from './upstream-content'
import { UpstreamLoads, isNews } from './upstream-loads'
import type { UpstreamOptions } from './upstream-options'
import { outputCheckOf } from './upstream-results'
import { connectionStatus } from './upstream-status'
import { NO_TOOLS } from './sent-tools'
import { hashOf, readTools } from './upstream-tools'
import type { ListedTools, ToolSetHost } from './upstream-tools'

/** Deadline of a whole list, in ms. */
const LIST_MS = 60_000
/** Deadline of the connection for a list, in ms. */
const CONNECT_MS = 60_000
/** A server that refuses calls makes its list be read this often at most, in ms. */
const LEAST_BETWEEN_HINTS_MS = 5_000

/** What an upstream is, and where its tools go. */
export interface UpstreamHost {
  readonly name: string
  readonly location: string
  readonly options: UpstreamOptions
  readonly connector: UpstreamConnector
  readonly askCredentials?: AskCredentials | undefined
  readonly native: NativeLoader
  readonly closures: Closures
  readonly random: () => number
  /** Its resources and prompts have changed. */
  readonly onContent: (change: ContentChange) => void
}

/** A list that has entered, or was there already. */
interface TakenList {
  readonly listed: ListedTools
  readonly report: LoadReport
  readonly textHash: string
}

export class UpstreamSource {
  readonly #host: UpstreamHost
  readonly #link: UpstreamLink
  /** The connections of callers; undefined where all calls have the credentials of the loader. */
  readonly #callers: CallerLinks | undefined
  readonly #refreshes: Refreshes<LoadReport>
  readonly #loads: UpstreamLoads
  readonly #reading: ToolSetHost
  readonly #calls: CallHost
  /** Its resources and prompts. */
  readonly content: UpstreamContent
  /** The tools of the newest list, whatever became of it: what is sent follows what the server says now. */
  #sent = NO_TOOLS
  /** The newest list that has entered. */
  #listed: ListedTools | undefined
  /** SHA-256 of that list as it arrived. */
  #textHash = ''
  /** When that list is no longer fresh, by the clock. */
  #staleAt = Infinity
  /** When the newest refresh ended, by the clock. */
  #refreshedAt = -Infinity
  /** The message of the newest failed refresh, which is told once. */
  #told: string | undefined
  #isClosed = false

  constructor(host: UpstreamHost) {
    const { name, options, native, closures, random, connector, askCredentials: ask } = host
    const { clock } = closures
    this.#host = host
    this.#loads = new UpstreamLoads(name, native, closures)
    this.#refreshes = new Refreshes((trigger) => this.#refresh(trigger), clock)
    const declared = allowedCapabilities(options.questions)
    this.#link = new UpstreamLink((signal) => connector(signal, declared), {
      clock,
      random,
      onUp: () => this.#cameUp(),
      onDown: () => this.#wentDown(),
      onListChanged: () => this.#refreshes.hint(),
      onContentNotice: (notice) => this.content.hear(notice),
    })
    const { maxConnections: most, timeoutMs } = options
    if (ask !== undefined)
      this.#callers = new CallerLinks({ name, ask, capabilities: declared, most, timeoutMs, clock, random })
    this.content = this.#openContent()
    this.#reading = this.#makeReading()
    this.#calls = this.#makeCalls()
  }

  get isLoaded(): boolean {
    return this.#loads.isLoaded
  }

  /** The state of the connection, and who is connected. */
  status(): Omit<McpUpstreamStatus, 'name'> {
    return connectionStatus(this.#host.location, this.#link, this.#callers)
  }

  /** Keeps the connection from now on: it is opened again where it is lost. */
  keep(): void {
    this.#link.keepsTrying = true
  }

  /** Reads the list, and loads its tools. Rejects where nothing has changed. */
  load(trigger: RefreshTrigger): Promise<LoadReport> {
    return this.#refreshes.run(trigger)
  }

  /** The list as it is now, as a batch for a check. */
  async readBatch(): Promise<{ readonly batch: string; readonly list: NativeToolList }> {
    const listed = await readTools(await this.#list(), this.#reading, this.#listed)
    return { batch: this.#loads.batchOf(listed, 'load'), list: listed.list }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#refreshes.close()
    this.content.close()
    await Promise.all([this.#link.close(), this.#callers?.close()])
  }

  /** One refresh. What goes wrong is recorded, and changes nothing. */
  async #refresh(trigger: RefreshTrigger): Promise<LoadReport> {
    const { closures } = this.#host
    try {
      const list = await this.#list()
      const { listed, report, textHash } = await this.#take(list, trigger)
      this.#listed = listed
      this.#textHash = textHash
      this.#staleAt = list.ttlMs === undefined ? Infinity : closures.clock.now() + list.ttlMs
      this.#told = undefined
      if (trigger === 'watch' && isNews(report)) closures.events.emit('reloaded', deepFreeze(report))
      return report
    } catch (thrown) {
      const error = isFault(thrown) ? thrown : revive(thrown)
      if (trigger === 'watch' && error.code !== 'CLOSED') this.#tellFailure(error)
      throw error
    } finally {
      this.#refreshedAt = closures.clock.now()
      closures.drain()
    }
  }

  /** Loads a list. One that is the newest by its text is not read again. */
  async #take(list: UpstreamList, trigger: RefreshTrigger): Promise<TakenList> {
    this.#checkOpen()
    const known = this.#listed
    const textHash = hashOf(list)
    if (known !== undefined && this.#host.options.selection.isByName && this.#textHash === textHash) {
      const report = this.#loads.unchanged(known, trigger)
      if (report !== undefined) {
        // A list that came between them, and was refused, is over.
        this.#sent = known.sent
        return { listed: known, report, textHash }
      }
    }
    const listed = await readTools(list, this.#reading, known)
    this.#checkOpen()
    this.#sent = listed.sent
    return { listed, report: await this.#loads.load(listed, trigger), textHash }
  }

  #tellFailure(error: ToolrackError): void {
    const { name, closures } = this.#host
    if (this.#told === error.message) return
    this.#told = error.message
    closures.events.emit('reloadFailed', Object.freeze({ source: name, error }))
  }

  async #list(): Promise<UpstreamList> {
    const { location, closures } = this.#host
    const over = new AbortController()
    const late = (): UpstreamFault => {
      const fault = new UpstreamFault('timeout', `its list did not come within ${LIST_MS} ms`)
      over.abort(fault)
      return fault
    }
    let connection: UpstreamConnection | undefined
    try {
      connection = await this.#link.connect(CONNECT_MS)
      const signal = AbortSignal.any([this.#link.signal, over.signal])
      return await withDeadline(connection.listTools(signal), LIST_MS, late, closures.clock)
    } catch (thrown) {
      this.#checkOpen()
      if (connection !== undefined && faultOf(thrown).kind === 'down') this.#link.noteDown(connection, faultOf(thrown))
      const error = unreadableUpstream(location, faultOf(thrown))
      this.#loads.recordFault(error)
      throw error
    }
  }

  /** What makes a tool set of each list. */
  #makeReading(): ToolSetHost {
    const { name, location, options, native, closures } = this.#host
    return {
      name,
      location,
      options,
      native,
      // Closures of another instance are others, even where their definitions are the same.
      instance: randomUUID(),
      closureOf: (own) => this.#closureOf(own),
      output: outputCheckOf(name, options.output, closures.events),
    }
  }

  #openContent(): UpstreamContent {
    const { name, location, options, native, closures, onContent } = this.#host
    return new UpstreamContent({
      name,
      location,
      options,
      link: this.#link,
      callers: this.#callers,
      clock: closures.clock,
      isAdmitted: () => !options.needsApproval || native.hadTools(name),
      onFailure: (error) => closures.events.emit('reloadFailed', Object.freeze({ source: name, error })),
      onChange: onContent,
    })
  }

  #makeCalls(): CallHost {
    const { name, location, options, closures } = this.#host
    return {
      name,
      location,
      kinds: options.questions,
      link: this.#link,
      callers: this.#callers,
      timeoutMs: options.timeoutMs,
      maxTimeoutMs: options.maxTimeoutMs,
      tools: () => this.#sent,
      // Where that fails, the call is refused once more.
      refresh: async () => void (await this.#refreshes.run('watch').catch(() => undefined)),
      hint: () => this.#hintOnce(),
      traceContext: () => closures.telemetry?.traceContext(),
    }
  }

  #closureOf(own: string): ClosureFunction {
    return (args: Arguments, context: CallContext) => {
      this.#checkFreshness()
      return callUpstream(this.#calls, own, args, context)
    }
  }

  /** A list whose time has run out is read again at its next use. */
  #checkFreshness(): void {
    if (this.#host.closures.clock.now() < this.#staleAt) return
    this.#staleAt = Infinity
    this.#refreshes.hint()
  }

  /** Reads the list again, unless it has just been read: a server may refuse every call. */
  #hintOnce(): void {
    if (this.#host.closures.clock.now() - this.#refreshedAt >= LEAST_BETWEEN_HINTS_MS) this.#refreshes.hint()
  }

  #cameUp(): void {
    const { name, closures } = this.#host
    closures.events.emit('upstream', Object.freeze({ source: name, state: 'up' as const }))
    this.content.cameUp()
    // A refresh that has opened the connection reads the list.
    if (this.#link.keepsTrying && !this.#refreshes.isRunning) this.#refreshes.hint()
  }

  #wentDown(): void {
    const { name, closures, options } = this.#host
    const { down } = this.#link
    if (down === undefined) return
    closures.events.emit('upstream', Object.freeze({ source: name, state: 'down' as const, reason: down.reason }))
    if (options.whenDown === 'hide') this.#loads.hide()
  }

  #checkOpen(): void {
    if (this.#isClosed) throw raise('CLOSED', { what: 'McpLoader' })
  }
}
