// Upstream calls: one call of an upstream's tool. No call that may have run is sent again.

import type { Members } from '../../border/kind'
import type { Arguments } from '../../call/interfaces'
import type { CallContext } from '../../call/context'
import type { TraceContext } from '../../observe/telemetry'
import { asksForInput } from '../client/call-result'
import type { UpstreamCall, UpstreamFault, UpstreamProgress } from '../client/upstream-connection'
import type { CallerLinks, Lease } from './caller-links'
import type { SentTools } from './sent-tools'
import { faultOf, noCredentials, refusedStatus, upstreamDown, upstreamFailed } from './upstream-faults'
import type { CalledTool, DownState } from './upstream-faults'
import type { UpstreamLink } from './upstream-link'
import type { QuestionKind } from './question-kinds'
import { UpstreamQuestions } from './upstream-questions'
import { resultOf } from './upstream-results'

/** How long a call waits for a connection, in ms. */
const CONNECT_MS = 5_000

/** The server refuses a request unread, because its headers do not fit the tool as it is now. */
const HEADER_MISMATCH = -32_020
const INVALID_PARAMS = -32_602

/** What a call needs of its upstream. */
export interface CallHost {
  readonly name: string
  /** Where the server is, as reports show it. */
  readonly location: string
  /** What the server may ask. */
  readonly kinds: readonly QuestionKind[]
  readonly link: UpstreamLink
  /** The connections of callers; undefined where calls go over `link`. */
  readonly callers?: CallerLinks | undefined
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
    const result = await call.make()
    return resultOf(result, host.tools().hasOutput(own))
  } catch (thrown) {
    // A ToolError, or the error of the call, which says what it is.
    if (!call.isFault(thrown)) throw thrown
    const reason = call.reasonOf(thrown)
    throw call.isFault(reason) ? call.errorOf(reason) : reason
  } finally {
    call.end()
  }
}

class Call {
  readonly #host: CallHost
  readonly #own: string
  readonly #args: Arguments
  readonly #context: CallContext
  readonly #trace: TraceContext | undefined
  readonly #questions: UpstreamQuestions
  #answers: UpstreamCall['answers']
  /** The connection of the caller. */
  #lease: Lease | undefined

  constructor(host: CallHost, own: string, args: Arguments, context: CallContext) {
    this.#host = host
    this.#own = own
    this.#args = args
    this.#context = context
    // The span of the call is active here, before the first wait.
    this.#trace = host.traceContext()
    this.#questions = new UpstreamQuestions(host, context)
  }

  /** Calls the tool: once, and again with the answers of each question of a modern server. */
  async make(): Promise<Members> {
    this.#answers = await this.#questions.answersOfKept()
    for (;;) {
      const result = await this.#sendAsCaller()
      if (!asksForInput(result)) return result
      this.#answers = await this.#questions.answersOf(result)
    }
  }

  /** Sends the request with the credentials of its caller. Refused ones are asked for once more. */
  async #sendAsCaller(): Promise<Members> {
    const { callers } = this.#host
    if (callers === undefined) return this.#send(true)
    this.#lease ??= await callers.lease(this.#context, this.#called)
    try {
      return await this.#send(true)
    } catch (thrown) {
      // 401 says that nothing was done (RFC 9110, 15.5.2): a token may have ended before its time.
      const isRefused = this.isFault(thrown) && refusedStatus(thrown) === 401
      const lease = isRefused ? await callers.leaseAgain(this.#context, this.#called, this.#lease) : undefined
      if (lease === undefined) throw thrown
      this.end()
      this.#lease = lease
    }
    return this.#send(false)
  }

  end(): void {
    this.#lease?.release()
  }

  get #called(): CalledTool {
    return { tool: this.#context.toolName, upstream: this.#host.name }
  }

  get #link(): UpstreamLink {
    return this.#lease?.link ?? this.#host.link
  }

  /** Sends the request. One that was not sent, or was refused unread, is sent once more where `mayRepeat`. */
  async #send(mayRepeat: boolean): Promise<Members> {
    const { refresh, hint } = this.#host
    const link = this.#link
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
        return this.#send(false)
      }
      if (fault.kind === 'down') return this.#send(false)
      throw fault
    }
  }

  /** Why the call has failed: a question that nobody has answered comes before the fault that it led to. */
  reasonOf(fault: UpstreamFault): unknown {
    return this.#questions.reasonOf(fault)
  }

  isFault(thrown: unknown): thrown is UpstreamFault {
    return faultOf(thrown) === thrown
  }

  errorOf(fault: UpstreamFault): unknown {
    const link = this.#link
    const called = this.#called
    // The call has ended already, with its own error.
    if (fault.kind === 'aborted' && this.#context.signal.aborted) return this.#context.signal.reason
    const status = refusedStatus(fault)
    if (status !== undefined) return noCredentials(called, { reason: fault.message, status })
    if (fault.kind !== 'down') return upstreamFailed(called, fault)
    // It may be down for the loader too, which sees it by its list.
    if (this.#lease !== undefined) this.#host.hint()
    const down: DownState = link.down ?? { since: link.now, reason: fault.message }
    return upstreamDown(called, down)
  }

  #options(): UpstreamCall {
    const { tools, timeoutMs, maxTimeoutMs } = this.#host
    return {
      signal: this.#context.signal,
      timeoutMs,
      maxTimeoutMs,
      // Asks for progress, which renews the deadline, and hands it on to the caller.
      onProgress: (progress) => reportProgress(this.#context, progress),
      ...(this.#trace !== undefined && { trace: this.#trace }),
      capabilities: this.#questions.capabilities,
      answers: this.#answers,
      onQuestion: this.#questions.answerOne,
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
