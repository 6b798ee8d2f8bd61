// Caller links: the connections of callers to one MCP server. Calls share one if their credentials are the same.

import { onAbort } from '../../call/abort-signals'
import type { Clock } from '../../border/clock'
import { ignoreRejection, reasonOf } from '../../border/error'
import type { Members } from '../../border/kind'
import { startIdleTimerOf, withDeadline } from '../../border/timers'
import { UpstreamFault } from '../client/upstream-connection'
import type { AskCredentials, Caller, CallerCredentials } from './caller-credentials'
import { noCredentials, tooManyCallers } from './upstream-faults'
import type { CalledTool } from './upstream-faults'
import { UpstreamLink } from './upstream-link'

/** How long a connection that no call uses stays open, in ms. */
const IDLE_MS = 300_000

/** A link that a call uses. */
export interface Lease {
  readonly link: UpstreamLink
  /** What its credentials are known by; undefined for those of the loader. */
  readonly key: string | undefined
  /** The call is over. */
  release(): void
}

/** What the links of callers need. */
export interface CallerLinksHost {
  /** The name of the source. */
  readonly name: string
  readonly ask: AskCredentials
  /** What is declared that the server may ask. */
  readonly capabilities: Members
  /** The most connections. */
  readonly most: number
  /** How long a function may take, in ms. */
  readonly timeoutMs: number
  readonly clock: Clock
  readonly random: () => number
}

interface CallerLink {
  readonly link: UpstreamLink
  /** The number of calls that use it. */
  calls: number
  /** When the last of them ended, by the clock. */
  idleSince: number
}

export class CallerLinks {
  readonly #host: CallerLinksHost
  /** By digest; the link whose last call ended first is first. */
  readonly #links = new Map<string, CallerLink>()
  #stopTimer: (() => void) | undefined
  #isClosed = false

  constructor(host: CallerLinksHost) {
    this.#host = host
  }

  /** The number of connections that are open. */
  get size(): number {
    let open = 0
    for (const { link } of this.#links.values()) if (link.connection !== undefined) open++
    return open
  }

  /** The link for a request, by what the function gives for its caller. Rejects with `AUTH_FAILED` or `BUSY`. */
  async lease(caller: Caller, called: CalledTool): Promise<Lease> {
    return this.#take(await this.#credentials(caller, called, false), called)
  }

  /** Another link, where the server has refused the credentials of `refused`; nothing where the function gives the same. */
  async leaseAgain(caller: Caller, called: CalledTool, refused: Lease): Promise<Lease | undefined> {
    const credentials = await this.#credentials(caller, called, true)
    return credentials.key === refused.key ? undefined : this.#take(credentials, called)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#stopTimer?.()
    const all = [...this.#links.values()]
    this.#links.clear()
    await Promise.all(all.map(({ link }) => link.close()))
  }

  /** Asks the function, within its deadline and the call. */
  async #credentials(context: Caller, called: CalledTool, isRefused: boolean): Promise<CallerCredentials> {
    const { ask, timeoutMs, clock } = this.#host
    const { userId, auditingId, metadata, toolName, callId, signal } = context
    const caller = Object.freeze({
      userId,
      auditingId,
      metadata,
      ...(toolName !== undefined && { toolName }),
      ...(callId !== undefined && { callId }),
      signal,
    })
    let stopAbort = (): void => {}
    const aborted = new Promise<never>((_resolve, reject) => {
      stopAbort = onAbort(signal, () => reject(signal.reason))
    })
    const late = (): Error => new Error(`the function did not answer within ${timeoutMs} ms`)
    try {
      const asked = Promise.race([ask(caller, Object.freeze({ isRefused })), aborted])
      const credentials = await withDeadline(asked, timeoutMs, late, clock)
      if (signal.aborted) throw signal.reason
      return credentials
    } catch (thrown) {
      if (signal.aborted) throw signal.reason
      throw noCredentials(called, { reason: reasonOf(thrown) })
    } finally {
      stopAbort()
    }
  }

  #take({ key, connector }: CallerCredentials, called: CalledTool): Lease {
    if (this.#isClosed) throw new UpstreamFault('down', 'it was closed')
    const taken = this.#links.get(key) ?? this.#open(connector, called)
    // The newest use is last.
    this.#links.delete(key)
    this.#links.set(key, taken)
    taken.calls++
    let isReleased = false
    const release = (): void => {
      if (isReleased) return
      isReleased = true
      taken.calls--
      taken.idleSince = this.#host.clock.now()
      this.#startTimer()
    }
    return { link: taken.link, key, release }
  }

  #open(connector: CallerCredentials['connector'], called: CalledTool): CallerLink {
    const { most, capabilities, clock, random } = this.#host
    if (this.#links.size >= most && !this.#closeOldest()) throw tooManyCallers(called, most)
    const link = new UpstreamLink((signal) => connector(signal, capabilities), { clock, random, ...SILENT })
    return { link, calls: 0, idleSince: 0 }
  }

  /** Makes place for another link: the one that is idle for the longest time ends. */
  #closeOldest(): boolean {
    for (const [key, { link, calls }] of this.#links) {
      if (calls > 0) continue
      this.#links.delete(key)
      ignoreRejection(link.close())
      return true
    }
    return false
  }

  #startTimer(): void {
    if (this.#isClosed || this.#stopTimer !== undefined) return
    const { clock } = this.#host
    const times = [...this.#links.values()].filter(({ calls }) => calls === 0).map(({ idleSince }) => idleSince)
    if (times.length === 0) return
    const left = Math.max(Math.min(...times) + IDLE_MS - clock.now(), 1)
    this.#stopTimer = startIdleTimerOf(clock, left, () => {
      this.#stopTimer = undefined
      this.#closeIdle()
      this.#startTimer()
    })
  }

  #closeIdle(): void {
    const now = this.#host.clock.now()
    for (const [key, { link, calls, idleSince }] of this.#links) {
      if (calls > 0 || now - idleSince < IDLE_MS) continue
      this.#links.delete(key)
      ignoreRejection(link.close())
    }
  }
}

/** One caller's connection says nothing of the server, and its list is that of the loader. */
const SILENT = Object.freeze({
  onUp: () => {},
  onDown: () => {},
  onListChanged: () => {},
  onContentNotice: () => {},
})
