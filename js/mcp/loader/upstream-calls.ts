// Upstream calls: one call of an upstream's tool. No call that may have run is sent again.

import type { Members } from '../../border/kind'
import type { Arguments } from '../../call/interfaces'
import type { CallContext } from '../../call/context'
import type { TraceContext } from '../../observe/telemetry'
import type { UpstreamCall, UpstreamFault, UpstreamProgress } from '../client/upstream-connection'
import type { SentTools } from './sent-tools'
import { faultOf, upstreamDown, upstreamFailed } from './upstream-faults'
import type { DownState } from './upstream-faults'
import type { UpstreamLink } from './upstream-link'
import { resultOf } from './upstream-results'

/** How long a call waits for a connection, in ms. */
const CONNECT_MS = 5_000

/** The server refuses a request unread, because its headers do not fit the tool as it is now. */
const HEADER_MISMATCH = -32_020
const INVALID_PARAMS = -32_602

/** What a call needs of its upstream. */
export interface CallHost {
  readonly name: string
  readonly link: UpstreamLink
  readonly timeoutMs: number
  readonly maxTimeoutMs: number
  /** The tools as they were listed last. */
  readonly tools: () => SentTools
  /** Reads the list again, where it is older than this call. */
  readonly refresh: () => Promise<void>
  /** The list may have changed. */
  readonly hint: () => void
  readonly traceContext: () => TraceContext | undefined
}

/** Calls a tool by the upstream's own name. */
export async function callUpstream(
  host: CallHost,
  own: string,
  args: Arguments,
  context: CallContext,
): Promise<unknown> {
  const call = new Call(host, own, args, context)
  try {
    const result = await call.send(true)
    return resultOf(result, host.tools().hasOutput(own))
  } catch (thrown) {
    // A ToolError, or the error of the call, which says what it is.
    if (!call.isFault(thrown)) throw thrown
    throw call.errorOf(thrown)
  }
}

class Call {
  readonly #host: CallHost
  readonly #own: string
  readonly #args: Arguments
  readonly #context: CallContext
  readonly #trace: TraceContext | undefined

  constructor(host: CallHost, own: string, args: Arguments, context: CallContext) {
    this.#host = host
    this.#own = own
    this.#args = args
    this.#context = context
    // The span of the call is active here, before the first wait.
    this.#trace = host.traceContext()
  }

  /** Sends the request. One that was not sent, or was refused unread, is sent once more where `mayRepeat`. */
  async send(mayRepeat: boolean): Promise<Members> {
    const { link, refresh, hint } = this.#host
    const connection = await link.forCall(CONNECT_MS)
    try {
      return await connection.callTool(this.#args, this.#options())
    } catch (thrown) {
      const fault = faultOf(thrown)
      if (this.#context.signal.aborted) throw fault
      if (fault.kind === 'down') link.noteDown(connection, fault)
      if (fault.kind === 'refused' && fault.code === INVALID_PARAMS) hint()
      if (!mayRepeat) throw fault
      if (fault.kind === 'refused' && fault.code === HEADER_MISMATCH) {
        await refresh()
        return this.send(false)
      }
      if (fault.kind === 'down') return this.send(false)
      throw fault
    }
  }

  isFault(thrown: unknown): thrown is UpstreamFault {
    return faultOf(thrown) === thrown
  }

  errorOf(fault: UpstreamFault): unknown {
    const { name, link } = this.#host
    const called = { tool: this.#context.toolName, upstream: name }
    // The call has ended already, with its own error.
    if (fault.kind === 'aborted' && this.#context.signal.aborted) return this.#context.signal.reason
    if (fault.kind !== 'down') return upstreamFailed(called, fault)
    const down: DownState = link.down ?? { since: link.now, reason: fault.message }
    return upstreamDown(called, down)
  }

  #options(): UpstreamCall {
    const { tools, timeoutMs, maxTimeoutMs } = this.#host
    return {
      signal: this.#context.signal,
      timeoutMs,
      maxTimeoutMs,
      // Asks for progress, which renews the deadline, and hands it on to whoever made the call.
      onProgress: (progress) => reportProgress(this.#context, progress),
      ...(this.#trace !== undefined && { trace: this.#trace }),
      tool: tools().named(this.#own),
    }
  }
}

/** Hands the progress of a server on. What it says is not trusted: a number that is none is dropped. */
function reportProgress(context: CallContext, { progress, total, message }: UpstreamProgress): void {
  try {
    context.progress(progress, total, message)
  } catch {
    // The call goes on.
  }
}
