// Pending request: waits for one answer, with its signal, its deadlines and its progress.

import { onAbort } from '../../call/abort-signals'
import type { Deadline, Deadlines } from '../../call/deadlines'
import type { Members } from '../../border/kind'
import type { ServerResponse } from './server-message'
import { UpstreamFault } from './upstream-connection'
import type { ServerQuestion, UpstreamCall, UpstreamProgress } from './upstream-connection'

/** How long a request is waited for. Without times it is waited for until its signal aborts. */
export interface Patience {
  readonly signal: AbortSignal
  /** Deadline of silence, in ms: progress renews it. */
  readonly timeoutMs?: number | undefined
  /** Deadline of all, in ms. */
  readonly maxTimeoutMs?: number | undefined
  readonly onProgress?: ((progress: UpstreamProgress) => void) | undefined
  /** Answers what a legacy server asks; `undefined` for what is not served. Where it rejects, the request is given up. */
  readonly onQuestion?: UpstreamCall['onQuestion'] | undefined
  /** Gets the length of the answer. */
  readonly onSize?: ((size: number) => void) | undefined
}

/** What a request belongs to. */
export interface RequestHost {
  /** The deadlines of a connection: one timer serves all requests with the same times. */
  readonly deadlines: Deadlines
  /** Called where nobody waits any more: the server is told. */
  readonly onGivenUp: (fault: UpstreamFault) => void
  readonly onSettled: () => void
}

interface Settle {
  resolve(result: Members): void
  reject(fault: UpstreamFault): void
}

/** A request that has no answer yet. It is settled once; what comes later is ignored. */
export class PendingRequest {
  readonly #patience: Patience
  readonly #host: RequestHost
  #settle: Settle | undefined
  readonly #stopAbort: () => void
  #silence: Deadline | undefined
  /** How many questions of the server wait for their answers: nothing is expected of it meanwhile. */
  #questions = 0
  readonly #total: Deadline | undefined
  /** Rejects with an `UpstreamFault`. */
  readonly answer: Promise<Members>

  constructor(patience: Patience, host: RequestHost) {
    this.#patience = patience
    this.#host = host
    this.answer = new Promise<Members>((resolve, reject) => (this.#settle = { resolve, reject }))
    const { signal, maxTimeoutMs } = patience
    this.#stopAbort = onAbort(signal, () => this.#giveUp(abortedFault()))
    this.#startSilence()
    if (maxTimeoutMs !== undefined)
      this.#total = host.deadlines.add(maxTimeoutMs, true, () => this.#giveUp(lateFault(maxTimeoutMs)))
  }

  /** Whether it has a deadline; a stream has none. */
  get isAwaited(): boolean {
    const { timeoutMs, maxTimeoutMs } = this.#patience
    return timeoutMs !== undefined || maxTimeoutMs !== undefined
  }

  /** Takes the answer of the server. */
  take({ result, error, broken, size }: ServerResponse): void {
    this.#patience.onSize?.(size)
    if (error !== undefined) {
      const { code, message, data } = error
      this.fail(new UpstreamFault('refused', `the server answered with error ${code}: ${message}`, { code, data }))
    } else if (result === undefined) this.fail(brokenFault(`the answer has ${broken ?? 'no result'}`))
    else this.#end()?.resolve(result)
  }

  fail(fault: UpstreamFault): void {
    this.#end()?.reject(fault)
  }

  /** Takes progress: the deadline of silence starts anew. */
  progress({ progress, total, message }: Members): void {
    if (this.#settle === undefined || typeof progress !== 'number' || !Number.isFinite(progress)) return
    this.#startSilence()
    try {
      this.#patience.onProgress?.({
        progress,
        ...(typeof total === 'number' && Number.isFinite(total) && { total }),
        ...(typeof message === 'string' && { message }),
      })
    } catch {
      // Who listens to progress has no say in the call.
    }
  }

  /** Whether its server may ask something. */
  get canAnswer(): boolean {
    return this.#settle !== undefined && this.#patience.onQuestion !== undefined
  }

  /** Answers a question of the server: `undefined` for what is not served. Rejects where the request is given up. */
  async answerQuestion(question: ServerQuestion): Promise<Members | undefined> {
    this.#questions++
    this.#silence?.clear()
    try {
      return await this.#patience.onQuestion?.(question)
    } catch (thrown) {
      this.#giveUp(new UpstreamFault('aborted', 'a question of the server is not answered'))
      throw thrown
    } finally {
      this.#questions--
      if (this.#settle !== undefined) this.#startSilence()
    }
  }

  #giveUp(fault: UpstreamFault): void {
    if (this.#settle === undefined) return
    this.#host.onGivenUp(fault)
    this.fail(fault)
  }

  #startSilence(): void {
    const { timeoutMs } = this.#patience
    if (timeoutMs === undefined || this.#questions > 0) return
    this.#silence?.clear()
    this.#silence = this.#host.deadlines.add(timeoutMs, true, () => this.#giveUp(lateFault(timeoutMs)))
  }

  #end(): Settle | undefined {
    const settle = this.#settle
    if (settle === undefined) return undefined
    this.#settle = undefined
    this.#silence?.clear()
    this.#total?.clear()
    this.#stopAbort()
    this.#host.onSettled()
    return settle
  }
}

/** Throws where nobody waits for a request that is to be sent. */
export function checkWaits({ signal }: Patience): void {
  if (signal.aborted) throw abortedFault()
}

function abortedFault(): UpstreamFault {
  return new UpstreamFault('aborted', 'the call was aborted')
}

function lateFault(ms: number): UpstreamFault {
  return new UpstreamFault('timeout', `no answer within ${ms} ms; the server may have done what was asked`)
}

/** The fault of an answer that breaks the protocol. */
export function brokenFault(message: string): UpstreamFault {
  return new UpstreamFault('protocol', message)
}
