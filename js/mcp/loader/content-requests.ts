// Content requests: one request to an upstream for a resource, a prompt or a completion, and the error where it fails.

import { ToolrackError } from '../../border/error'
import type { Members } from '../../border/kind'
import { onAbort } from '../../call/abort-signals'
import type { CallerSignal } from '../../call/abort-signals'
import { makeProgress } from '../../call/progress'
import type { ContentClient } from '../client/content-client'
import type { Patience } from '../client/pending-request'
import { UpstreamFault } from '../client/upstream-connection'
import type { UpstreamProgress } from '../client/upstream-connection'
import { ContentFault } from '../content/content-fault'
import type { ContentCall } from '../content/content-item'
import { INTERNAL_ERROR, INVALID_PARAMS } from '../protocol/json-rpc'
import type { ItemRequests } from './content-items'
import { faultOf, refusedStatus } from './upstream-faults'
import type { Caller } from './caller-credentials'
import type { CallerLinks } from './caller-links'
import type { UpstreamLink } from './upstream-link'
import type { UpstreamOptions } from './upstream-options'

/** How long a request waits for a connection, in ms. */
const CONNECT_MS = 5_000
/** What errors call a request that is no call of a tool. */
const CONTENT = 'resources and prompts'
/** The longest text of a server in an error, in characters. */
const LONGEST_REASON = 1_000
/** Codes with which servers say that there is no such resource. */
const NOT_FOUND: ReadonlySet<number | undefined> = new Set([-32_002, INVALID_PARAMS])

/** What a request needs of its upstream. */
export interface RequestHost {
  readonly name: string
  readonly link: UpstreamLink
  /** The connections of callers; undefined where all requests go over `link`. */
  readonly callers?: CallerLinks | undefined
  readonly options: Pick<UpstreamOptions, 'timeoutMs' | 'maxTimeoutMs'>
}

/** Who waits for a request. */
export interface Waiting {
  readonly signal: CallerSignal | undefined
  readonly onProgress?: ((progress: UpstreamProgress) => void) | undefined
}

export class ContentRequests {
  readonly #host: RequestHost

  constructor(host: RequestHost) {
    this.#host = host
  }

  /** Requests of items that a server passes on: what fails is an error of the protocol. */
  get ofItems(): Omit<ItemRequests, 'watch'> {
    return {
      read: async (uri, call) => {
        try {
          return await this.#passed(call, (content, patience) => content.readResource(uri, patience))
        } catch (thrown) {
          if (thrown instanceof UpstreamFault && NOT_FOUND.has(thrown.code)) return undefined
          throw this.#passedFault(thrown)
        }
      },
      prompt: async (own, args, call) =>
        this.#passed(call, (content, patience) => content.getPrompt(own, args, patience)).catch((thrown: unknown) => {
          throw this.#passedFault(thrown)
        }),
      complete: async (ref, { name, value, others }, call) => {
        const context = Object.keys(others).length === 0 ? {} : { context: { arguments: others } }
        const params = { ref, argument: { name, value }, ...context }
        const ask = (content: ContentClient, patience: Patience) => content.complete(params, patience)
        const { completion } = await this.#passed(call, ask).catch((thrown: unknown) => {
          throw this.#passedFault(thrown)
        })
        return completion as Members
      },
    }
  }

  /** A request of the program itself. Rejects with `UPSTREAM_DOWN` or `UPSTREAM_FAILED`, or with the reason of its signal. */
  async ask(
    what: string,
    { signal }: Waiting,
    work: (content: ContentClient, patience: Patience) => Promise<Members>,
  ): Promise<Members> {
    try {
      return await this.#send(this.#host.link, { signal }, work)
    } catch (thrown) {
      const fault = faultOf(thrown)
      if (fault.kind === 'aborted' && signal?.aborted === true) throw signal.reason
      throw this.#errorOf(what, fault)
    }
  }

  /** A request for a caller of a server, with the caller's credentials. */
  async #passed(
    { principal, signal, listeners: { progress } }: ContentCall,
    work: (content: ContentClient, patience: Patience) => Promise<Members>,
  ): Promise<Members> {
    const onProgress =
      progress &&
      (({ progress: done, total, message }: UpstreamProgress): void => {
        try {
          progress.report(makeProgress(done, total, message))
        } catch {
          // What is no progress is dropped: the request goes on.
        }
      })
    const { link, callers } = this.#host
    if (callers === undefined) return this.#send(link, { signal, onProgress }, work)
    const leaving = new AbortController()
    const stop = signal && onAbort(signal, () => leaving.abort())
    if (signal?.aborted === true) leaving.abort()
    try {
      const caller = { ...principal.context, signal: leaving.signal }
      return await this.#sendAsCaller(callers, caller, { signal, onProgress }, work)
    } finally {
      stop?.()
    }
  }

  /** Sends a request with the credentials of its caller. Refused ones are asked for once more, as for a call of a tool. */
  async #sendAsCaller(
    callers: CallerLinks,
    caller: Caller,
    waiting: Waiting,
    work: (content: ContentClient, patience: Patience) => Promise<Members>,
  ): Promise<Members> {
    const called = { tool: CONTENT, upstream: this.#host.name }
    let lease = await callers.lease(caller, called)
    try {
      return await this.#send(lease.link, waiting, work)
    } catch (thrown) {
      const isRefused = refusedStatus(faultOf(thrown)) === 401
      const other = isRefused ? await callers.leaseAgain(caller, called, lease) : undefined
      if (other === undefined) throw thrown
      lease.release()
      lease = other
      return await this.#send(lease.link, waiting, work)
    } finally {
      lease.release()
    }
  }

  /** Sends a request. One that was not sent is sent once more. */
  async #send(
    link: UpstreamLink,
    { signal, onProgress }: Waiting,
    work: (content: ContentClient, patience: Patience) => Promise<Members>,
    mayRepeat = true,
  ): Promise<Members> {
    const connection = await link.forCall(CONNECT_MS)
    const { content } = connection
    if (content === undefined) throw new UpstreamFault('refused', 'the server has none', { code: INVALID_PARAMS })
    const leaving = new AbortController()
    const stop = signal && onAbort(signal, () => leaving.abort())
    if (signal?.aborted === true) leaving.abort()
    try {
      const { timeoutMs, maxTimeoutMs } = this.#host.options
      return await work(content, { signal: leaving.signal, timeoutMs, maxTimeoutMs, onProgress })
    } catch (thrown) {
      const fault = faultOf(thrown)
      if (fault.kind !== 'down') throw fault
      link.noteDown(connection, fault)
      if (!mayRepeat) throw fault
    } finally {
      stop?.()
    }
    return this.#send(link, { signal, onProgress }, work, false)
  }

  /** What a client of ours is told. */
  #passedFault(thrown: unknown): unknown {
    const fault = faultOf(thrown)
    const code = fault.kind === 'refused' && fault.code === INVALID_PARAMS ? INVALID_PARAMS : INTERNAL_ERROR
    return new ContentFault(code, this.#words(fault))
  }

  #errorOf(what: string, fault: UpstreamFault): ToolrackError {
    const { name: upstream, link } = this.#host
    const { kind, code } = fault
    const reason = bounded(fault.message)
    const message = `${what}: ${this.#words(fault)}`
    if (kind === 'down') {
      const { since } = link.down ?? { since: link.now }
      return new ToolrackError('UPSTREAM_DOWN', message, { upstream, since, reason })
    }
    const rpcCode = code === undefined ? {} : { rpcCode: code }
    return new ToolrackError('UPSTREAM_FAILED', message, { upstream, kind, reason, ...rpcCode })
  }

  #words(fault: UpstreamFault): string {
    const { name, link } = this.#host
    if (fault.kind !== 'down') return `the MCP server "${name}" failed: ${bounded(fault.message)}`
    const since = new Date(link.down?.since ?? link.now).toISOString()
    return `the MCP server "${name}" is down since ${since}: ${bounded(fault.message)}`
  }
}

function bounded(text: string): string {
  return text.length <= LONGEST_REASON ? text : `${text.slice(0, LONGEST_REASON)}…`
}
